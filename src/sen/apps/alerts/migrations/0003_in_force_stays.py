from django.db import migrations

# An alert names the version that fired: what was judged stays as it was. Only its end may be written, once.
IMMUTABLE = """
CREATE FUNCTION alerts_in_force_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A rule that was in force is not deleted.';
    END IF;
    IF OLD.until IS NOT NULL OR to_jsonb(NEW) - 'until' <> to_jsonb(OLD) - 'until' THEN
        RAISE EXCEPTION 'A rule in force is not changed, only closed.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER alerts_in_force_stays BEFORE UPDATE OR DELETE ON alerts_ruleinforcerow
    FOR EACH ROW EXECUTE FUNCTION alerts_in_force_stays();
"""
MUTABLE = """
DROP TRIGGER alerts_in_force_stays ON alerts_ruleinforcerow;
DROP FUNCTION alerts_in_force_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0002_calls'),
    ]

    operations = [
        migrations.RunSQL(IMMUTABLE, MUTABLE),
    ]
