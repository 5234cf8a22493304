"""Writes a notification in the caller's transaction: one per key, one delivery per person and carrier."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.notifications import announcing
from sen.apps.notifications.models import Delivery, MissingRole, Notification, Severity, State
from sen.apps.notifications.types import Recipients
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput

CONSOLE = "console"


def notify(
    *,
    key: str,
    to: Recipients,
    title: str,
    body: str,
    url: str,
    severity: str,
    about: str = "",
    drill: bool = False,
    carriers: Collection[str] | None = None,
    needs_ack: bool = False,
) -> UUID | None:
    """Tell `to`; None where `key` was told before. `carriers` narrows those outside the console; None leaves it to the people.

    In the caller's transaction: what is rolled back was never said. Roles are resolved now. Raises InvalidInput for an unknown severity.
    """
    if severity not in Severity.values:
        raise InvalidInput(_("Mức độ không hợp lệ."), code="unknown_severity", severity=severity)
    now = clock.now()
    with transaction.atomic():
        made = Notification(
            key=key, about=about, title=title[:200], body=body, url=url, severity=severity, drill=drill,
            needs_ack=needs_ack, created_at=now,
        )  # fmt: skip
        # One statement, so that of two transactions with one key the second waits and then does nothing.
        Notification.objects.bulk_create([made], ignore_conflicts=True)
        if not Notification.objects.filter(pk=made.pk).exists():
            return None
        people = _resolved(made, to)
        Delivery.objects.bulk_create(_inbox(made, people, now))
        announcing.after_commit(made.pk)
    return made.pk


def _resolved(made: Notification, to: Recipients) -> list[UUID]:
    """The active accounts, each once; a role that nobody active holds is written down."""
    held = organisations.members_by_unit({unit_id for unit_id, _role in to.unit_roles})
    by_role = {
        (unit_id, role): [user_id for user_id, roles in held.get(unit_id, {}).items() if role in roles]
        for unit_id, role in to.unit_roles
    }
    wanted = dict.fromkeys([*to.user_ids, *(one for found in by_role.values() for one in found)])
    active = set(access.last_seen(list(wanted)))
    empty = [pair for pair, found in by_role.items() if not active.intersection(found)]
    MissingRole.objects.bulk_create(MissingRole(notification=made, unit_id=unit, role=role) for unit, role in empty)
    return [user_id for user_id in wanted if user_id in active]


def _inbox(made: Notification, people: Iterable[UUID], now: datetime) -> list[Delivery]:
    """The inbox has it at once: the console is the one carrier that cannot fail."""
    return [
        Delivery(notification=made, user_id=user_id, carrier=CONSOLE, state=State.DELIVERED, sent_at=now, delivered_at=now)
        for user_id in people
    ]  # fmt: skip
