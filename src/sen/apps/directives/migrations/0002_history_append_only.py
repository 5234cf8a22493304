"""The database itself refuses to change or remove a line of the history of a task."""

from django.db import migrations

from sen.apps.audit.interface import append_only


class Migration(migrations.Migration):
    dependencies = [("directives", "0001_initial")]
    operations = [
        append_only("directives_taskevent", prefix="directives_history", says="the history of tasks is append-only")
    ]
