"""Reads: a person's inbox, what became of what was said, and the deliveries that administrators look after."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sen.apps.notifications import policies
from sen.apps.notifications.announcing import item_of
from sen.apps.notifications.models import Delivery, MissingRole, State
from sen.apps.notifications.telling import CONSOLE
from sen.apps.notifications.types import DeliverySummary, DeliveryView, InboxItem, Undeliverable
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Scope, require

_OVER = {State.SENT, State.DELIVERED, State.READ, State.ACKNOWLEDGED}
_ARRIVED = {State.DELIVERED, State.READ, State.ACKNOWLEDGED}


def inbox_of(scope: Scope) -> QuerySet[Delivery]:
    """The caller's own inbox, newest first; nobody reads another's."""
    require(scope, policies.VIEW)
    found = (
        Delivery.objects.filter(carrier=CONSOLE, user_id=scope.user_id) if scope.user_id else Delivery.objects.none()
    )
    return found.select_related("notification").order_by("-notification__created_at", "-notification_id")


def unread(scope: Scope) -> int:
    """How many the caller has not read."""
    return inbox_of(scope).filter(state=State.DELIVERED).count()


def inbox(scope: Scope, *, only_unread: bool = False, limit: int = 50, before: UUID | None = None) -> list[InboxItem]:
    """A page of the inbox; `before` is the last id of the page before."""
    found = inbox_of(scope)
    if only_unread:
        found = found.filter(state=State.DELIVERED)
    if before:
        found = found.filter(notification_id__lt=before)
    return [_personal(one) for one in found[:limit]]


def own(scope: Scope, notification_id: UUID) -> Delivery:
    """The caller's copy of a notification; NotFound for others'."""
    found = inbox_of(scope).filter(notification_id=notification_id).first()
    if found is None:
        raise NotFound(_("Không có thông báo này."))
    return found


def _personal(one: Delivery) -> InboxItem:
    return item_of(one.notification, read_at=one.read_at, acknowledged_at=one.acknowledged_at)


def state_of(abouts: Collection[str]) -> dict[str, DeliverySummary]:
    """What became of what was said about each of `abouts`; those about which nothing was said are left out. Two queries."""
    people: dict[str, dict[object, list[Delivery]]] = {}
    found = Delivery.objects.filter(notification__about__in=abouts).select_related("notification", "user")
    for one in found:
        person = one.user_id or one.name or one.address or one.pk
        people.setdefault(one.notification.about, {}).setdefault(person, []).append(one)
    nobody: dict[str, list[Undeliverable]] = {}
    for missing in MissingRole.objects.filter(notification__about__in=abouts).select_related("notification", "unit"):
        words = _("Không ai giữ vai trò này ở %(unit)s.") % {"unit": missing.unit.name}
        entry = Undeliverable(role_name(missing.role), "", words)
        if entry not in nobody.setdefault(missing.notification.about, []):
            nobody[missing.notification.about].append(entry)
    return {
        about: _summary(people.get(about, {}), nobody.get(about, [])) for about in dict.fromkeys([*people, *nobody])
    }


def deliveries_of(about: str) -> list[DeliveryView]:
    """Every delivery of what was said about one thing, oldest first."""
    found = Delivery.objects.filter(notification__about=about).select_related("notification", "user").order_by("pk")
    return [
        DeliveryView(
            one.notification.key, one.person_ref, one.user_id, one.user.full_name if one.user else one.name, one.carrier, one.state,
            one.reason, one.sent_at, one.acknowledged_at, one.answer,
        )
        for one in found
    ]  # fmt: skip


def _summary(people: dict[object, list[Delivery]], nobody: list[Undeliverable]) -> DeliverySummary:
    each = list(people.values())
    lost = [
        Undeliverable(one.user.full_name if one.user else one.name, one.carrier, one.reason)
        for rows in each
        for one in rows
        if one.state == State.UNDELIVERABLE
    ]
    return DeliverySummary(
        people=len(each),
        sent=sum(any(one.state in _OVER for one in rows) for rows in each),
        delivered=sum(any(one.state in _ARRIVED for one in rows) for rows in each),
        failed=sum(any(one.state == State.FAILED for one in rows) for rows in each),
        acknowledged=sum(any(one.acknowledged_at for one in rows) for rows in each),
        undeliverable=(*nobody, *lost),
    )


def role_name(role: str) -> str:
    """A role in people's words."""
    names = {
        "administrator": _("Quản trị viên"), "leader": _("Lãnh đạo"), "duty_officer": _("Trực ban"), "agent_1022": _("Điện thoại viên 1022"),
        "department_officer": _("Cán bộ sở, ngành"), "commune_officer": _("Cán bộ xã, phường"), "data_steward": _("Quản trị dữ liệu"),
        "auditor": _("Kiểm toán"),
    }  # fmt: skip
    return names.get(role, role)


def unit_names(unit_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of units for lists."""
    return {unit.id: unit.name for unit in organisations.units_by_id(unit_ids).values()}
