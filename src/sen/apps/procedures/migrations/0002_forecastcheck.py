from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ForecastCheck",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("days", models.IntegerField()),
                ("foretold", models.BigIntegerField()),
                ("late", models.BigIntegerField()),
                ("named", models.BigIntegerField()),
                ("named_late", models.BigIntegerField()),
                ("brier", models.FloatField()),
                ("brier_plain", models.FloatField()),
                ("hours_ahead", models.FloatField(null=True)),
                ("simulated", models.BooleanField(default=False)),
            ],
        ),
    ]
