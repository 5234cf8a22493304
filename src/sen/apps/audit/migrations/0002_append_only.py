"""The database itself refuses to change the record; retiring old events needs a switch that only services.retire sets."""

from django.db import migrations

from sen.apps.audit.append_only import append_only

RETIRING = """
    IF TG_OP = 'DELETE' AND current_setting('sen.audit_retiring', true) = 'on' THEN
        RETURN OLD;
    END IF;
""".strip("\n")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        append_only("audit_auditevent", prefix="audit", says="audit events are append-only", unless=RETIRING)
    ]
