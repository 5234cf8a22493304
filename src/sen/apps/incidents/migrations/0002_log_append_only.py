"""The database itself refuses to change or remove a line of the situation log."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION incidents_log_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Test runs empty their own databases between tests.
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the situation log is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER incidents_log_append_only BEFORE UPDATE OR DELETE ON incidents_logentry
    FOR EACH ROW EXECUTE FUNCTION incidents_log_refuse_change();
CREATE TRIGGER incidents_log_no_truncate BEFORE TRUNCATE ON incidents_logentry
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_log_refuse_change();
"""
BACKWARD = """
DROP TRIGGER incidents_log_no_truncate ON incidents_logentry;
DROP TRIGGER incidents_log_append_only ON incidents_logentry;
DROP FUNCTION incidents_log_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD.replace("%", "%%"), BACKWARD)]
