"""The table of roles and actions in the documentation is the one that the code enforces."""

from __future__ import annotations

import re
from pathlib import Path

from sen.apps.access.interface import Role, actions

PAGE = Path(__file__).parents[5] / "docs" / "operations" / "people.md"


def table() -> str:
    """The table as Markdown; paste it between the marks of the page when this test fails."""
    head = ["Action", "Token", *(role.value.replace("_", " ") for role in Role)]
    rows = [
        [f"`{action.name}`", action.kind, *("●" if role in action.roles else "" for role in Role)]
        for action in sorted(actions().values(), key=lambda one: one.name)
    ]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def test_the_page_shows_what_is_enforced() -> None:
    found = re.search(r"<!-- actions -->\n(.*?)\n<!-- /actions -->", PAGE.read_text("utf8"), re.DOTALL)
    assert found and found[1] == table(), table()
