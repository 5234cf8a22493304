"""For administrators: what goes out, what failed and why, and another try. Addresses are masked; seeing one asks for a reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.audit import interface as audit
from sen.apps.notifications import policies, queries
from sen.apps.notifications.carriers import CODES, switched_on
from sen.apps.notifications.models import Delivery, MissingRole, State
from sen.apps.notifications.telling import CONSOLE
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import Scope, require

PAGE = 200
_WEEK = timedelta(days=7)


class CarrierHealth(msgspec.Struct, frozen=True):
    """A carrier over the last 24 hours."""

    code: str
    on: bool
    waiting: int = 0
    sent: int = 0
    failed: int = 0
    undeliverable: int = 0
    last: datetime | None = None


def visible(scope: Scope) -> QuerySet[Delivery]:
    """Deliveries outside the console to people whose every role lies in the caller's units; all for the province."""
    require(scope, policies.LIST_DELIVERIES)
    found = Delivery.objects.exclude(carrier=CONSOLE)
    if not scope.everything:
        found = found.filter(user_id__in=organisations.member_ids(scope.unit_ids))
    return found


def rows(scope: Scope, *, carrier: str = "", state: str = "", q: str = "") -> list[Delivery]:
    """The newest deliveries, narrowed; each with its tries, and `masked`, the address that may be shown."""
    found = visible(scope).select_related("notification", "user").prefetch_related("tries")
    if carrier:
        found = found.filter(carrier=carrier)
    if state:
        found = found.filter(state=state)
    if q.strip():
        found = found.filter(Q(notification__title__icontains=q.strip()) | Q(name__icontains=q.strip()) | Q(user__full_name__icontains=q.strip()))  # fmt: skip
    listed = list(found.order_by("-pk")[:PAGE])
    for one in listed:
        one.masked = masked(_address_of(one))  # type: ignore[attr-defined]
    return listed


def health(scope: Scope) -> list[CarrierHealth]:
    """Each carrier with what happened in the last 24 hours."""
    since = clock.now() - timedelta(days=1)
    counted = visible(scope).filter(notification__created_at__gt=since).order_by().values("carrier").annotate(
        waiting=Count("pk", filter=Q(state=State.QUEUED)), failed=Count("pk", filter=Q(state=State.FAILED)),
        sent=Count("pk", filter=Q(state__in=[State.SENT, State.DELIVERED, State.READ, State.ACKNOWLEDGED])),
        undeliverable=Count("pk", filter=Q(state=State.UNDELIVERABLE)), last=Max("sent_at"),
    )  # fmt: skip
    on = switched_on()
    found = {
        row["carrier"]: CarrierHealth(
            row["carrier"], row["carrier"] in on, row["waiting"], row["sent"], row["failed"], row["undeliverable"], row["last"]
        )
        for row in counted
    }  # fmt: skip
    found |= {code: CarrierHealth(code, True) for code in on if code not in found}
    return [found[code] for code in CODES if code in found]


def missing_roles(scope: Scope) -> list[MissingRole]:
    """Roles that somebody was to be told through in the last week and nobody held."""
    require(scope, policies.LIST_DELIVERIES)
    found = MissingRole.objects.filter(notification__created_at__gt=clock.now() - _WEEK).select_related("unit", "notification")  # fmt: skip
    if not scope.everything:
        found = found.filter(unit_id__in=scope.unit_ids)
    listed = list(found.order_by("-notification__created_at")[:50])
    for one in listed:
        one.role_words = queries.role_name(one.role)  # type: ignore[attr-defined]
    return listed


@transaction.atomic
def retry(*, scope: Scope, ids: Collection[UUID]) -> int:
    """Try failed and undeliverable deliveries again now; how many. Raises Forbidden."""
    require(scope, policies.RETRY)
    found = visible(scope).filter(pk__in=ids, state__in=[State.FAILED, State.UNDELIVERABLE], carrier__in=list(switched_on()))  # fmt: skip
    keys = list(found.select_for_update(of=("self",)).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=keys).update(state=State.QUEUED, attempts=0, due_at=clock.now(), joined_to=None, reason="")  # fmt: skip
    if keys:
        audit.record(
            scope=scope, action="notifications.retry", object_type="delivery", object_id=str(keys[0]),
            detail={"deliveries": [str(key) for key in keys]},
        )  # fmt: skip
    return len(keys)


@transaction.atomic
def unmask(*, scope: Scope, delivery_id: UUID, reason: str) -> str:
    """The full address of one delivery; who looked and why is kept. Raises NotFound, InvalidInput."""
    require(scope, policies.LIST_DELIVERIES)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("Cần nêu lý do xem dữ liệu cá nhân."), action=_("Ghi ngắn gọn vì sao cần xem."))
    found = visible(scope).select_related("user").filter(pk=delivery_id).first()
    if found is None:
        raise NotFound(_("Không có tin này."))
    audit.record(
        scope=scope, action="notifications.unmask", object_type="delivery", object_id=str(delivery_id), detail={"reason": reason.strip()[:300]}
    )  # fmt: skip
    return _address_of(found) or _("chưa có")


def _address_of(one: Delivery) -> str:
    if one.address or one.user_id is None:
        return one.address
    contact = access.contacts([one.user_id]).get(one.user_id)
    return "" if contact is None else contact.email if one.carrier == "email" else contact.phone


def masked(address: str) -> str:
    """`+84912345678` → `+84 9•• ••• 678`, `an@ioc.vn` → `a•@ioc.vn`."""
    if "@" in address:
        name, _at, host = address.partition("@")
        return f"{name[:1]}{'•' * max(len(name) - 1, 1)}@{host}"
    return f"{address[:4]}{'•' * max(len(address) - 7, 3)}{address[-3:]}" if len(address) > 7 else "•" * len(address)
