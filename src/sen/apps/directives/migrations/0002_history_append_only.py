"""The database itself refuses to change or remove a line of the history of a task."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION directives_history_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Test runs empty their own databases between tests.
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the history of tasks is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER directives_history_append_only BEFORE UPDATE OR DELETE ON directives_taskevent
    FOR EACH ROW EXECUTE FUNCTION directives_history_refuse_change();
CREATE TRIGGER directives_history_no_truncate BEFORE TRUNCATE ON directives_taskevent
    FOR EACH STATEMENT EXECUTE FUNCTION directives_history_refuse_change();
"""
BACKWARD = """
DROP TRIGGER directives_history_no_truncate ON directives_taskevent;
DROP TRIGGER directives_history_append_only ON directives_taskevent;
DROP FUNCTION directives_history_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("directives", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD.replace("%", "%%"), BACKWARD)]
