"""Alerts that call people more than once, and an index for those that wait for the end of a maintenance window."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("alerts", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="alert",
            name="calls",
            field=models.PositiveSmallIntegerField(default=0, help_text="How often people began to be told anew."),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                fields=["raised_at"],
                condition=models.Q(("cleared_at", None), ("silent", True), ("state", "new")),
                name="alert_silent_now",
            ),
        ),
    ]
