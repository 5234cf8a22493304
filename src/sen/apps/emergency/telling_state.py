"""What each person of a broadcast looks like: told over what, confirmed or not, whose deputy; for pages, export and REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from sen.apps.emergency import contacts
from sen.apps.emergency.broadcasts import ABOUT
from sen.apps.emergency.models import Broadcast, BroadcastPerson
from sen.apps.notifications import interface as notifications
from sen.kernel.scopes import Scope

_WORKED = {"sent", "delivered", "read", "acknowledged"}


class Way(msgspec.Struct, frozen=True):
    """One message to the person."""

    carrier: str
    state: str
    reason: str


class Person(msgspec.Struct, frozen=True):
    """A contact of a broadcast. `reached`: a carrier took a message, or they confirmed; else nobody knows whether they have it."""

    id: UUID
    code: str
    name: str
    office: str
    unit: str
    phone: str
    instead_of: str
    told_at: datetime
    reminded_at: datetime | None
    escalated_at: datetime | None
    acknowledged_at: datetime | None
    how: str
    note: str
    answer: str
    ways: list[Way]
    reached: bool
    trouble: str


class Tally(msgspec.Struct, frozen=True):
    """How many were told, confirmed, and how many could not be reached by any carrier."""

    told: int
    acknowledged: int
    unreached: int

    @property
    def waiting(self) -> int:
        """Told, and not confirmed yet."""
        return self.told - self.acknowledged


def people(scope: Scope, broadcast: Broadcast) -> list[Person]:
    """Everybody who was told, those who did not confirm first."""
    by_ref: dict[str, list[notifications.DeliveryView]] = {}
    by_user: dict[Any, list[notifications.DeliveryView]] = {}
    for one in notifications.deliveries_of(f"{ABOUT}{broadcast.pk}"):
        if one.ref:
            by_ref.setdefault(one.ref, []).append(one)
        elif one.user_id:
            by_user.setdefault(one.user_id, []).append(one)
    rows = broadcast.people.select_related("contact__unit", "instead_of__contact")
    listed = [
        _person(scope, row, [*by_ref.get(str(row.pk), []), *by_user.get(row.contact.user_id, [])]) for row in rows
    ]
    return sorted(listed, key=lambda one: (one.acknowledged_at is not None, one.reached, one.unit, one.told_at))


def _person(scope: Scope, row: BroadcastPerson, views: list[notifications.DeliveryView]) -> Person:
    ways = {one.carrier: Way(one.carrier, one.state, one.reason) for one in views}
    reached = row.acknowledged_at is not None or any(way.state in _WORKED for way in ways.values())
    waiting = any(way.state in {"queued", "failed"} for way in ways.values())
    trouble = ""
    if not views:
        trouble = _("Không có điện thoại, thư hay tài khoản: cần báo trực tiếp.")
    elif not reached and not waiting:
        trouble = next((way.reason for way in ways.values() if way.reason), "")
    contact = row.contact
    return Person(
        row.pk, contact.code, contact.name, contact.office, contact.unit.name, contacts.shown_phone(scope, contact),
        row.instead_of.contact.name if row.instead_of else "", row.told_at, row.reminded_at, row.escalated_at, row.acknowledged_at,
        row.how, row.note, next((one.answer for one in views if one.answer), ""), list(ways.values()), reached, trouble,
    )  # fmt: skip


def tally(listed: list[Person]) -> Tally:
    """The counts of a list."""
    return Tally(
        len(listed), sum(one.acknowledged_at is not None for one in listed), sum(bool(one.trouble) for one in listed)
    )


def counted(broadcasts: list[Broadcast]) -> list[Broadcast]:
    """Each with `told` and `confirmed`, for lists; one query."""
    found = Broadcast.objects.filter(pk__in=[one.pk for one in broadcasts]).annotate(
        told=Count("people"), confirmed=Count("people", filter=Q(people__acknowledged_at__isnull=False))
    )
    counts = {one.pk: (one.told, one.confirmed) for one in found}
    for one in broadcasts:
        one.told, one.confirmed = counts.get(one.pk, (0, 0))  # type: ignore[attr-defined]
    return broadcasts
