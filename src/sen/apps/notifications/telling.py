"""Writes a notification in the caller's transaction: one per key, one delivery per person and carrier."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.notifications import announcing, choices
from sen.apps.notifications.carriers import Carrier, switched_on
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
            key=key, about=about, title=_unmarked(title, drill)[:200], body=body, url=url, severity=severity, drill=drill,
            needs_ack=needs_ack, created_at=now,
        )  # fmt: skip
        # One statement, so that of two transactions with one key the second waits and then does nothing.
        Notification.objects.bulk_create([made], ignore_conflicts=True)
        if not Notification.objects.filter(pk=made.pk).exists():
            return None
        people = _resolved(made, to)
        Delivery.objects.bulk_create(
            [*_inbox(made, dict.fromkeys([*people, *to.inbox_ids]), now), *_outside(made, people, to, carriers, now)]
        )
        announcing.after_commit(made.pk)
    return made.pk


def _unmarked(title: str, drill: bool) -> str:
    """The title of a drill without its mark: screens and carriers set it themselves, once."""
    return title.removeprefix(_("DIỄN TẬP")).lstrip(" ·–-:") if drill else title


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


def _outside(
    made: Notification, people: Collection[UUID], to: Recipients, wanted: Collection[str] | None, now: datetime
) -> list[Delivery]:
    """One row per person and carrier in use. What a person switched off, or has no address for, is written down with its reason."""
    on = {code: one for code, one in switched_on().items() if wanted is None or code in wanted}
    rows = [
        Delivery(notification=made, carrier=code, name=_("Hệ thống khác"), due_at=now)
        for code, one in on.items()
        if not one.reaches
    ]
    chosen = choices.settings_of(people) if people else {}
    contacts = access.contacts(people) if people else {}
    for user_id in people:
        for code, carrier in on.items():
            if carrier.reaches:
                row = Delivery(notification=made, user_id=user_id, carrier=code)
                if _placed(
                    row, choices.wants(chosen.get(user_id), carrier, made.severity), contacts.get(user_id), carrier, now
                ):
                    rows.append(row)
    for one in dict.fromkeys(to.addresses):
        if wanted is None or one.carrier in wanted:
            row = Delivery(
                notification=made,
                name=one.name,
                address=one.address,
                carrier=one.carrier,
                person_ref=one.ref,
                due_at=now,
            )
            if one.carrier not in on:
                row.state, row.due_at = State.UNDELIVERABLE, None
                row.reason = _("Kênh này chưa được bật trong cài đặt của trung tâm.")
            rows.append(row)
    for row in rows:
        row.ack_code = secrets.token_urlsafe(12) if made.needs_ack else None
    return rows


def _placed(row: Delivery, wish: choices.Wish, contact: access.Contact | None, carrier: Carrier, now: datetime) -> bool:
    """Give a row its first state; False where nothing needs to be written: the carrier is not for this severity."""
    if wish is choices.Wish.NOT_FOR_THIS:
        return False
    if wish is choices.Wish.SWITCHED_OFF:
        row.state, row.reason = State.SUPPRESSED, _("Người nhận đã tắt kênh này.")
    elif not getattr(contact, carrier.reaches, ""):
        row.state, row.reason = State.UNDELIVERABLE, no_address(carrier)
    else:
        row.due_at = now
    return True


def no_address(carrier: Carrier) -> str:
    """Why somebody cannot be reached over a carrier."""
    if carrier.reaches == "email":
        return _("Người nhận chưa có địa chỉ thư điện tử trong cài đặt thông báo.")
    return _("Người nhận chưa có số điện thoại trong cài đặt thông báo.")
