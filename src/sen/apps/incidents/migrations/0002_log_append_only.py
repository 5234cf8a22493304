"""The database itself refuses to change or remove a line of the situation log."""

from django.db import migrations

from sen.apps.audit.interface import append_only


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]
    operations = [append_only("incidents_logentry", prefix="incidents_log", says="the situation log is append-only")]
