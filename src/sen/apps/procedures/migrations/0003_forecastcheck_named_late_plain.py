from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0002_forecastcheck")]

    operations = [
        migrations.AddField("ForecastCheck", "named_late_plain", models.BigIntegerField(default=0)),
    ]
