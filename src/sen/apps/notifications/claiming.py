"""Takes due deliveries for sending: quiet hours, at most N a minute for one person over one carrier, the rest joined into one.

A claim is a lease: it writes the try down, and moves `due_at` beyond the time that a try can last. Whoever is killed while sending
leaves a try without an end, and the delivery comes due again with the same key.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, IntegerField, Max, Value, When
from django.utils.translation import gettext as _

from sen.apps.notifications import choices
from sen.apps.notifications.models import Attempt, Delivery, Severity
from sen.kernel import clock
from sen.kernel.configuration import settings

LEASE = timedelta(seconds=90)
MINUTE = timedelta(minutes=1)
BATCH = 8
_LOOKED_AT = 400
_LOCK_OF_CLAIMS = 0x53454E_0020
_RANK = Case(
    *(When(notification__severity=level, then=Value(rank)) for rank, level in enumerate(Severity.values)),
    output_field=IntegerField(),
)


@transaction.atomic
def claim(carrier: str, now: datetime) -> list[Delivery]:
    """Up to BATCH deliveries to be sent now, the most serious first, each with what was joined to it (`.joined`)."""
    with connection.cursor() as cursor:
        # One claim at a time over all processes, or two would each count the other's messages as not yet sent.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_OF_CLAIMS])
    due = Delivery.objects.filter(carrier=carrier, due_at__lte=now).annotate(rank=_RANK, followers=Count("joined"))
    rows: list[Any] = list(due.select_related("notification", "user").order_by("-rank", "due_at", "pk")[:_LOOKED_AT])
    loud = _without_quiet(rows, now)
    chosen: list[Any] = []
    for group in _by_person(loud).values():
        chosen += _within_limit(group, carrier, now)
    chosen.sort(key=lambda one: -one.rank)
    taken = chosen[:BATCH]
    for one in taken:
        _take(one, now)
    return taken


def _without_quiet(rows: list[Any], now: datetime) -> list[Any]:
    """Rows whose reader may be disturbed; the others wait for the end of their quiet hours."""
    chosen = choices.settings_of({one.user_id for one in rows if one.user_id})
    loud = []
    for one in rows:
        until = choices.quiet_until(chosen.get(one.user_id), one.notification.severity, now) if one.user_id else None
        if until is None:
            loud.append(one)
        else:
            reason = _("Chờ hết giờ yên lặng của người nhận (%(at)s).") % {"at": f"{clock.local(until):%H:%M}"}
            Delivery.objects.filter(pk=one.pk).update(due_at=until, reason=reason)
    return loud


def _by_person(rows: list[Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for one in rows:
        # A webhook has neither account nor address: every call stands for itself.
        groups[one.user_id or one.address or one.pk].append(one)
    return groups


def _within_limit(group: list[Any], carrier: str, now: datetime) -> list[Any]:
    """What of one person's due messages may go now: single ones up to the limit, the last of them carrying all the rest."""
    first, limit = group[0], settings().messages_per_minute
    if not (first.user_id or first.address):
        return group
    sent = Delivery.objects.filter(
        carrier=carrier, user_id=first.user_id, address=first.address, tried_at__gt=now - MINUTE
    )
    room = limit - sent.count()
    if room <= 0:
        tries: list[Any] = list(sent.order_by("-tried_at").values_list("tried_at", flat=True)[:limit])
        Delivery.objects.filter(pk__in=[one.pk for one in group]).update(due_at=tries[-1] + MINUTE)
        return []
    if len(group) <= room:
        return group
    rest = group[room - 1 :]
    head = next((one for one in rest if one.followers), rest[0])
    others = [one.pk for one in rest if one.pk != head.pk]
    Delivery.objects.filter(joined_to_id__in=others).update(joined_to=head)
    Delivery.objects.filter(pk__in=others).update(joined_to=head, due_at=None, reason=_("Gộp vào một tin vì có nhiều tin cùng lúc."))  # fmt: skip
    return [*group[: room - 1], head]


def _take(one: Delivery, now: datetime) -> None:
    number = (Attempt.objects.filter(delivery=one).aggregate(last=Max("number"))["last"] or 0) + 1
    cut_off = Attempt.objects.filter(delivery=one, ended_at=None)
    cut_off.update(outcome="cut_off", reason=_("Tiến trình dừng giữa chừng; gửi lại với cùng khóa."))
    Attempt.objects.create(delivery=one, number=number, started_at=now)
    one.attempts, one.due_at, one.tried_at = number, now + LEASE, now
    one.save(update_fields=["attempts", "due_at", "tried_at"])
