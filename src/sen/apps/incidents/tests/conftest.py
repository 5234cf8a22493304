"""The province with a procedure and a form of its own; people's scopes and REST clients.

Imports wait for the fixtures: pytest reads this file before the engines and Django's settings are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sen.apps.sources.tests.conftest import province, rest, transactional_db

if TYPE_CHECKING:
    from uuid import UUID

    from sen.apps.incidents.models import Incident
    from sen.kernel.scopes import Scope

__all__ = ["centre", "province", "rest", "transactional_db"]

SOP = {
    "code": "ngap-thu", "name": "Ngập khi triều cường", "hazard": "flood",
    "messages": [{"code": "bao-xa", "words": "Ngập tại {place}, mức {value} {unit}. Cử người kiểm tra.", "audience": "units"}],
    "steps": [
        {
            "code": "xac-minh", "words": "Xác minh mức ngập", "role": "duty_officer", "minutes": 30,
            "question": {"words": "Ngập có sâu không?", "answers": [{"code": "co", "words": "Sâu trên 30 cm"}, {"code": "khong", "words": "Không sâu"}]},
        },
        {"code": "dieu-xa", "words": "Điều xã ra hiện trường", "role": "duty_officer", "minutes": 15, "when": "xac-minh=co",
         "dispatch": "territory", "message": "bao-xa"},
        {"code": "theo-doi", "words": "Theo dõi thêm", "role": "duty_officer", "minutes": 60, "after": ["xac-minh"], "when": "xac-minh=khong"},
        {"code": "thong-ke", "words": "Thống kê thiệt hại", "role": "commune_officer", "minutes": 120, "clock": "working",
         "after": ["dieu-xa"], "form": "thiet-hai"},
        {"code": "chup-anh", "words": "Chụp ảnh hiện trường", "role": "commune_officer", "minutes": 30, "after": ["start"], "optional": True},
    ],
}  # fmt: skip
FORM = {
    "fields": [
        {"code": "so-nha", "label": "Số nhà ngập", "type": "number", "required": True, "minimum": 0},
        {"code": "nguoi-bao", "label": "Người cung cấp", "type": "text", "personal": True},
    ]
}


@pytest.fixture
def centre(transactional_db: None, province: None) -> Iterator[None]:
    """The province with the procedure and its form; what a test made goes after it."""
    from django.db import connection

    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.apps.packs.inheritance import settings_versions
    from sen.kernel.scopes import SYSTEM

    owner = organisations.province().id
    for kind, content in (("form", FORM), ("sop", SOP)):
        code = {"form": "thiet-hai", "sop": "ngap-thu"}[kind]
        made = packs.create_template(scope=SYSTEM, kind=kind, code=code, name=code, owner_id=owner, content=content)
        packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("all"), mandatory=True)
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE incidents_incident, incidents_numbering, packs_template, notifications_notification, files_storedfile CASCADE"
        )
    settings_versions.begin()  # what was read of templates is to be forgotten


class People:
    """Scopes by user name, units by code, and what the database says about an incident."""

    def __getitem__(self, username: str) -> Scope:
        from sen.apps.access import interface as access

        return access.scope_of_username(username)

    def unit(self, code: str) -> UUID:
        from sen.apps.organisations import interface as organisations

        return organisations.unit(code).id

    def flood(self, **changes: Any) -> Incident:
        """An incident that the officer on duty opens by hand on the ground of the first commune."""
        from sen.apps.incidents.opening import Told, open_incident

        options = {name: changes.pop(name) for name in ("drill", "key", "simulated") if name in changes}
        told = {
            "kind": "flood", "title": "Ngập đường Nguyễn Huệ", "severity": "warning", "territory_id": self.unit("28249"),
            "facts": {"value": "1,85", "unit": "m"}, **changes,
        }  # fmt: skip
        return open_incident(scope=self["trucban"], told=Told(**told), **options)

    def told(self, number: str) -> list[str]:
        """The keys of the notifications about an incident, in order."""
        from sen.apps.notifications.models import Notification

        found = Notification.objects.filter(key__startswith=f"incident:{number}:").order_by("created_at", "key")
        return [one.key.removeprefix(f"incident:{number}:") for one in found]


@pytest.fixture
def people(centre: None) -> People:
    """Whom the tests speak of."""
    return People()
