"""Sends what is due over the carriers outside the console and writes down what became of it; one thread per carrier."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.access import interface as access
from sen.apps.notifications.carriers import Carrier, Message, Receipt, Refused, Unreachable, switched_on
from sen.apps.notifications.claiming import claim
from sen.apps.notifications.models import Attempt, Delivery, State
from sen.apps.notifications.telling import no_address
from sen.kernel import clock
from sen.kernel.configuration import settings

log = structlog.get_logger(__name__)

PAUSES_S = (5, 15, 45, 120, 300, 600, 1200, 1800, 3600)
"""Seconds between tries, each ± 20 %; after the last one a delivery counts as undeliverable."""

AT_ONCE = 4
Outcome = Receipt | Unreachable | Refused
_busy: dict[str, threading.Thread] = {}
_starting = threading.Lock()


def start_due(now: datetime) -> int:
    """Start a thread for every carrier that has something due and none at work; how many. Never waits for a carrier."""
    due = set(Delivery.objects.filter(due_at__lte=now).order_by().values_list("carrier", flat=True).distinct())
    started = 0
    with _starting:
        for code in due.intersection(switched_on()):
            if code not in _busy or not _busy[code].is_alive():
                _busy[code] = threading.Thread(target=_work, args=(code,), name=f"carrier-{code}", daemon=True)
                _busy[code].start()
                started += 1
    return started


def _work(code: str) -> None:
    try:
        while deliver(code, clock.now()):
            pass
    except Exception:
        log.exception("carrier_failed", carrier=code)
    finally:
        close_old_connections()


def deliver(code: str, now: datetime) -> int:
    """Send one batch over a carrier; how many were tried. Nothing is open towards the database while a carrier is asked."""
    carrier = switched_on()[code]
    rows = claim(code, now)
    if not rows:
        return 0
    messages = [_message(one, carrier) for one in rows]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda message: _send(carrier, message), messages))
    for one, outcome in zip(rows, outcomes, strict=True):
        _write_down(one, outcome, clock.now())
    return len(rows)


def _send(carrier: Carrier, message: Message | None) -> Outcome:
    if message is None:
        return Refused(no_address(carrier))
    try:
        return carrier.send(message)
    except (Unreachable, Refused) as problem:
        return problem
    except Exception as error:  # a carrier's fault must not keep the others' messages back
        log.exception("carrier_raised", carrier=carrier.code)
        return Unreachable(_("Lỗi của chương trình: %(error)s") % {"error": type(error).__name__})


def _message(one: Delivery, carrier: Carrier) -> Message | None:
    """What goes out, with the address of this moment; None where the person has none any more."""
    to = one.address
    if one.user_id and carrier.reaches:
        contact = access.contacts([one.user_id]).get(one.user_id)
        to = getattr(contact, carrier.reaches, "")
    if carrier.reaches and not to:
        return None
    notification, followers = one.notification, list(one.joined.select_related("notification").order_by("pk"))
    title, body, link = marked(notification.title, notification.drill), notification.body, link_to(one)
    if followers:
        lines = [one, *followers]
        title = ngettext("%(n)d thông báo", "%(n)d thông báo", len(lines)) % {"n": len(lines)}
        if all(line.notification.drill for line in lines):
            title = marked(title, True)
        body = "\n".join(_line(line) for line in lines)
        link = address("/notifications/")
    return Message(
        key=str(one.pk), to=to, name=one.user.full_name if one.user else one.name, title=title, body=body, link=link,
        severity=notification.severity, drill=notification.drill,
        answer_with=_("Trả lời 1 để xác nhận đã nhận.") if notification.needs_ack and carrier.code == "sms" else "",
    )  # fmt: skip


def _line(one: Delivery) -> str:
    said = one.notification
    at = f"{clock.local(said.created_at):%H:%M}"
    return f"- {at} {said.get_severity_display()}: {marked(said.title, said.drill)}"


def marked(title: str, drill: bool) -> str:
    """A drill says so before everything else."""
    return f"{_('DIỄN TẬP')} · {title}" if drill else title


def link_to(one: Delivery) -> str:
    """Where to confirm, else the object itself; empty where the centre does not know its own address."""
    if one.ack_code:
        return address(f"/xn/{one.ack_code}/")
    return address(one.notification.url) if one.user_id else ""


def address(path: str) -> str:
    """A full address of this centre; empty where SEN_PUBLIC_ADDRESS is not set."""
    start = settings().public_address.rstrip("/")
    return f"{start}{path}" if start and path.startswith("/") else ""


@transaction.atomic
def _write_down(one: Delivery, outcome: Outcome, now: datetime) -> None:
    """The try's end, and the state of the delivery and of all that was joined to it."""
    if isinstance(outcome, Receipt):
        changes = {
            "state": State.DELIVERED if outcome.delivered else State.SENT, "due_at": None, "reason": "", "sent_at": now,
            "delivered_at": now if outcome.delivered else None,
        }  # fmt: skip
        Delivery.objects.filter(pk=one.pk).update(carrier_reference=outcome.reference)
    elif isinstance(outcome, Unreachable) and one.attempts <= len(PAUSES_S):
        changes = {"state": State.FAILED, "due_at": now + _pause(one.attempts, outcome), "reason": outcome.reason[:300]}
    else:
        changes = {"state": State.UNDELIVERABLE, "due_at": None, "reason": outcome.reason[:300]}
    # A person may have confirmed while the carrier was still at work; that is never taken back.
    Delivery.objects.filter(pk=one.pk, acknowledged_at=None).update(**changes)
    Delivery.objects.filter(pk=one.pk).exclude(acknowledged_at=None).update(due_at=None)
    Delivery.objects.filter(joined_to=one, acknowledged_at=None).update(**{**changes, "due_at": None})
    said = "" if isinstance(outcome, Receipt) else outcome.reason[:300]
    Attempt.objects.filter(delivery=one, number=one.attempts).update(
        ended_at=now, outcome=changes["state"], reason=said
    )


def _pause(attempts: int, outcome: Unreachable) -> timedelta:
    seconds = PAUSES_S[attempts - 1] * random.uniform(0.8, 1.2)
    return timedelta(seconds=max(seconds, min(outcome.retry_after_s or 0, 3600)))
