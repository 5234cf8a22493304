"""The province with a water level station, a procedure and the scopes of its people.

Imports wait for the fixtures: pytest reads this file before the engines and Django's settings are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sen.apps.sources.tests.conftest import centre, province, rest, transactional_db

if TYPE_CHECKING:
    from uuid import UUID

    from sen.kernel.scopes import Scope

__all__ = ["Desk", "centre", "desk", "province", "rest", "transactional_db"]

SOP = {
    "code": "nuoc-thu", "name": "Xử lý nước lên", "name_en": "Rising water",
    "steps": [{"code": "xem", "words": "Xem lại số liệu", "role": "duty_officer", "minutes": 15}],
}  # fmt: skip


def rule(code: str = "muc-nuoc", **changes: Any) -> dict[str, Any]:
    """The content of a rule: water level above 2 m for ten minutes."""
    return {
        "code": code, "name": "Mực nước thử", "name_en": "Trial level", "severity": "warning", "procedure": "nuoc-thu", "clock_minutes": 30,
        "duration_s": 600, "hysteresis": 0.1, "when": {"kind": "value", "property": "water_level", "above": 2.0, "asset_kind": "water_level_station"},
        **changes,
    }  # fmt: skip


class Desk:
    """What the tests do through public doors."""

    def __init__(self) -> None:
        from sen.apps.access import interface as access
        from sen.apps.organisations import interface as organisations

        homes = {one["username"]: one["unit"] for one in access.demo_accounts()}
        self.province = organisations.province()
        self.commune = organisations.unit(homes["xa-a"])
        self._scope_of = access.scope_of_username

    def scope(self, username: str) -> Scope:
        """What an account sees and may do."""
        return self._scope_of(username)

    def publish(self, kind: str, content: dict[str, Any], open_fields: tuple[str, ...] = ()) -> UUID:
        """A template of the province, published to all; a new version where it is there."""
        from sen.apps.packs import interface as packs

        scope = self.scope("dulieu")
        there = packs.template_by_code(scope, kind, content["code"], self.province.id)
        if there is None:
            there = packs.create_template(
                scope=scope, kind=kind, code=content["code"], name=content["name"], owner_id=self.province.id, content=content
            )  # fmt: skip
        else:
            revision = packs.template(scope, there.id).revision
            packs.save_draft(scope=scope, template_id=there.id, content=content, revision=revision)
        packs.publish(scope=scope, template_id=there.id, audience=packs.Audience("all"), open_fields=open_fields)
        return there.id


@pytest.fixture
def desk(centre: None) -> Iterator[Desk]:
    """A published procedure, and after the test nothing of templates, rules and alerts."""
    from django.db import connection

    from sen.apps.alerts.rules import in_force
    from sen.apps.packs.inheritance import settings_versions

    made = Desk()
    made.publish("sop", SOP)
    yield made
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE packs_template, alerts_ruletestrow CASCADE")
    settings_versions.begin()  # what was read of them is to be forgotten
    in_force.refresh()
