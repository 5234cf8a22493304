"""The permission matrix: every door, asked as every role, as neighbours and signed out, answers as matrix.toml says.

A new address or operation without an entry fails here, and so does an entry without a door.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.permissions.callers import ACCOUNTS, SIGNED_OUT
from tests.permissions.doors import ask, doors, outcome
from tests.permissions.world import World, centre

pytestmark = pytest.mark.django_db  # asks pytest-django for the test database
TABLE = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text("utf8"))
GROUPS: dict[str, list[str]] = TABLE["groups"]
ENTRIES: dict[str, dict[str, Any]] = TABLE["doors"]
UNFILLED = re.compile(r'<[a-z_]+>|"\{[a-z_]+\}"')
ASKED = [name for name, entry in ENTRIES.items() if "served_by" not in entry]


def members(names: list[str]) -> set[str]:
    """The callers of some groups and callers."""
    return {caller for name in names for caller in GROUPS.get(name, [name])}


def expected(entry: dict[str, Any]) -> dict[str, str]:
    """Caller → outcome. Who is in no list is forbidden; signed out means signing in unless the entry is public."""
    wanted = dict.fromkeys(ACCOUNTS, "forbid")
    for result in ("hide", "sign_in", "allow"):
        wanted |= dict.fromkeys(members(entry.get(result, [])), result)
    return wanted | {SIGNED_OUT: entry.get(SIGNED_OUT, "sign_in")}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One centre for all entries, rolled back at the end."""
    with centre(django_db_blocker) as made:
        yield made


def test_every_door_has_an_entry_and_every_entry_a_door() -> None:
    operations = {door.name for door in doors() if door.path.startswith("/api/")}
    pages = {door.path for door in doors() if not door.path.startswith("/api/")}
    asked_operations = {name for name in ENTRIES if " /api/" in name}
    asked_pages = {name.partition(" ")[2] for name in ENTRIES} - {name.partition(" ")[2] for name in asked_operations}
    assert not pages - asked_pages, "add these pages to matrix.toml"
    assert not asked_pages - pages, "these pages are gone: remove them from matrix.toml"
    assert not operations - asked_operations, "add these operations to matrix.toml"
    assert not asked_operations - operations, "these operations are gone: remove them from matrix.toml"


@pytest.mark.parametrize("name", ASKED)
def test_door(world: World, name: str) -> None:
    entry = ENTRIES[name]
    method, _, path = name.partition(" ")
    for parameter, value in entry.get("at", {}).items():
        filled = value.format(**world.values)
        for form in (
            f"{{{parameter}}}",
            f"<str:{parameter}>",
            f"<uuid:{parameter}>",
            f"<slug:{parameter}>",
            f"<path:{parameter}>",
            f"<{parameter}>",
        ):
            path = path.replace(form, filled)
    body = entry.get("body", entry.get("form"))
    if isinstance(body, dict):
        body = {key: _filled(value, world) if isinstance(value, str) else value for key, value in body.items()}
    body = _filled(body, world) if isinstance(body, str) else body
    wanted, got, shown = expected(entry), dict[str, str](), set[str]()
    shows = _filled(entry.get("shows", ""), world)
    for caller in wanted:
        with transaction.atomic():
            answer = ask(world.clients[caller], method, path + entry.get("query", ""), body)
            got[caller] = outcome(answer)
            if shows and not answer.streaming and shows in answer.content.decode():
                shown.add(caller)
            transaction.set_rollback(True)
    assert got == wanted
    if shows:
        assert shown == members(entry["to"])


def _filled(text: str, world: World) -> str:
    """`text` with <source>, <asset>… replaced by the objects of this run; what nobody filled would be refused for its form alone."""
    for key, value in world.values.items():
        text = text.replace(f"<{key}>", value)
    assert not UNFILLED.search(text), f"no object of the worlds fills {text}"
    return text
