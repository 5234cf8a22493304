"""The operator's pages say what the code does: every setting, every command."""

from __future__ import annotations

import re

from sen.cli.application import application
from sen.cli.data_folder import ROOT
from sen.kernel.configuration import Settings

OPERATIONS = ROOT / "docs" / "operations"


def settings_table() -> str:
    """The table of docs/operations/settings.md; paste it there when this test fails."""
    lines = ["| Variable | Default | What it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in {"", None} else f"`{field.default}`"
        lines.append(f"| `SEN_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines)


def test_every_setting_is_documented_as_it_is() -> None:
    assert settings_table() in (OPERATIONS / "settings.md").read_text()


def test_every_command_is_documented() -> None:
    page = (OPERATIONS / "running.md").read_text()
    named = {command.name for command in application.registered_commands} | {
        f"{group.name} {command.name}"
        for group in application.registered_groups
        for command in group.typer_instance.registered_commands  # type: ignore[union-attr]
    }
    documented = set(re.findall(r"^\| `\./sen ([a-z-]+(?: [a-z]+)?)", page, re.M))
    assert named == documented
