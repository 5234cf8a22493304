"""What a migration runs so that the database itself refuses to change or remove the lines of a table."""

from __future__ import annotations

from django.db import migrations

_FORWARD = """
CREATE FUNCTION {prefix}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{unless}
    -- Test runs empty their own databases between tests.
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '{says}' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER {prefix}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {prefix}_refuse_change();
CREATE TRIGGER {prefix}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {prefix}_refuse_change();
"""
_BACKWARD = """
DROP TRIGGER {prefix}_no_truncate ON {table};
DROP TRIGGER {prefix}_append_only ON {table};
DROP FUNCTION {prefix}_refuse_change();
"""


def append_only(table: str, *, prefix: str, says: str, unless: str = "") -> migrations.RunSQL:
    """The operation for `table`; `says` is the error. `unless` is PL/pgSQL that lets something pass, before the refusal."""
    names = {"table": table, "prefix": prefix, "says": says, "unless": f"\n{unless}" if unless else ""}
    return migrations.RunSQL(_FORWARD.format(**names), _BACKWARD.format(**names))
