"""The bulletins that Sen ships, once; afterwards they are the province's own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import migrations


def load(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("emergency", "BulletinTemplate")
    file = Path(__file__).resolve().parents[1] / "shipped_bulletins.toml"
    for one in tomllib.loads(file.read_text("utf8"))["bulletin"]:
        one["words"] = one["words"].strip()
        model.objects.get_or_create(code=one.pop("code"), defaults=one)


class Migration(migrations.Migration):
    dependencies = [("emergency", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
