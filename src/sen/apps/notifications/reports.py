"""What gateways tell afterwards: delivery reports and replies. Each counts once, and nothing that is known better is taken back."""

from __future__ import annotations

import hmac
import re
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.audit import interface as audit
from sen.apps.notifications import listeners
from sen.apps.notifications.carriers import switched_on
from sen.apps.notifications.carriers.gateway import Callback, Gateway, Reply, Report
from sen.apps.notifications.models import Answer, Delivery, State
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError, Unauthenticated
from sen.kernel.text import folded

_YES = re.compile(r"1|ok|co|da nhan|da ro|xac nhan")


def take_in(*, carrier: str, token: str, body: bytes) -> int:
    """A call of a gateway; how many reports and replies were new. Raises NotFound, Unauthenticated, InvalidInput."""
    found = switched_on().get(carrier)
    if not isinstance(found, Gateway):
        raise NotFound(_("Không có kênh này."))
    expected = found.url_and_token(found.config)[1]
    if not expected or not hmac.compare_digest(token.encode(), expected.encode()):
        raise Unauthenticated(_("Mã của cổng không đúng."), action=_("Kiểm tra mã đặt ở cổng và ở trung tâm."))
    try:
        said = msgspec.json.decode(body, type=Callback)
    except msgspec.DecodeError as error:
        raise InvalidInput(_("Nội dung không đúng hợp đồng của cổng."), action=str(error)) from error
    return sum(_report(carrier, one) for one in said.reports) + sum(_reply(carrier, one) for one in said.replies)


@transaction.atomic
def _report(carrier: str, report: Report) -> bool:
    try:
        key = UUID(report.key)
    except ValueError:
        return False  # another centre's message, or none
    found = Delivery.objects.select_for_update().filter(carrier=carrier, pk=key).first()
    if found is None:
        return False
    now = clock.now()
    if report.state == "delivered":
        changes = {"state": State.DELIVERED, "delivered_at": now, "due_at": None, "reason": ""}
        sources = [State.QUEUED, State.SENT, State.FAILED, State.UNDELIVERABLE]
    else:
        changes = {"state": State.UNDELIVERABLE, "due_at": None, "reason": (report.reason or _("Cổng báo không tới."))[:300]}  # fmt: skip
        sources = [State.QUEUED, State.SENT, State.FAILED]
    same = Delivery.objects.filter(joined_to=found, state__in=sources)
    changed = Delivery.objects.filter(pk=found.pk, state__in=sources).update(**changes)
    same.update(**changes)
    return bool(changed)


@transaction.atomic
def _reply(carrier: str, reply: Reply) -> bool:
    """Keep a reply once; a yes confirms the newest message to that number which asks for it."""
    try:
        sender = access.phone_number(reply.sender)
    except SenError:
        sender = reply.sender[:254]
    now = clock.now()
    answer = Answer(
        carrier=carrier, reference=reply.id[:100], sender=sender, text=reply.text[:500], received_at=reply.at or now
    )  # fmt: skip
    Answer.objects.bulk_create([answer], ignore_conflicts=True)
    if not Answer.objects.filter(pk=answer.pk).exists():
        return False
    asked = Delivery.objects.filter(carrier=carrier, notification__needs_ack=True, sent_at__isnull=False)
    by_number = asked.filter(address=sender) | asked.filter(user__phone=sender)
    found = by_number.order_by("-sent_at").first()
    if found is not None:
        Answer.objects.filter(pk=answer.pk).update(delivery=found)
        confirm(found, answer=reply.text, yes=bool(_YES.fullmatch(folded(reply.text).strip(" .!"))), how=carrier)
    return True


def confirm(delivery: Delivery, *, answer: str, yes: bool, how: str) -> bool:
    """The person behind a delivery answered; with `yes` it is acknowledged, False where it was before."""
    Delivery.objects.filter(pk=delivery.pk).update(answer=answer[:300])
    if not yes:
        return False
    now = clock.now()
    changed = Delivery.objects.filter(pk=delivery.pk, acknowledged_at=None).update(
        state=State.ACKNOWLEDGED, acknowledged_at=now, read_at=now, due_at=None
    )
    if changed:
        listeners.tell(delivery, how)
        audit.record(
            scope=None, actor=delivery.user.username if delivery.user else delivery.name, action="notifications.acknowledge",
            object_type="notification", object_id=str(delivery.notification_id),
            detail={"about": delivery.notification.about, "how": how},
        )  # fmt: skip
    return bool(changed)


@transaction.atomic
def confirm_by_link(code: str) -> Delivery:
    """Whoever holds the link confirms. Raises NotFound."""
    delivery = by_link(code)
    confirm(delivery, answer=delivery.answer, yes=True, how="link")
    delivery.refresh_from_db()
    return delivery


def by_link(code: str) -> Delivery:
    """The delivery that a link belongs to; NotFound for others."""
    found = Delivery.objects.select_related("notification", "user").filter(ack_code=code).first() if code else None
    if found is None:
        raise NotFound(_("Đường dẫn này không đúng hoặc đã hết hiệu lực."))
    return found
