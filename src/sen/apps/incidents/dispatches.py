"""Calling upon units and people: sent with words and a clock, acknowledged, arrived, done; recalled, sent again, passed upwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.incidents import log, policies, procedure_copy, receivers, seeing, telling
from sen.apps.incidents.announcing import announce_after_commit
from sen.apps.incidents.choices import DispatchState, State
from sen.apps.incidents.models import Dispatch, Incident, StepRun
from sen.apps.notifications import interface as notifications
from sen.apps.notifications.interface import Recipients
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound

ACK_MINUTES = 15
MOST_AT_ONCE = 60


def register() -> None:
    """Hear when somebody confirms the notification of an order; called once from AppConfig.ready."""
    notifications.on_acknowledged("incident:", confirmed)


@transaction.atomic
def send(
    *,
    scope: Scope,
    number: str | UUID,
    words: str = "",
    message: str = "",
    to: Collection[str] = (),
    unit_ids: Collection[UUID] = (),
    user_ids: Collection[UUID] = (),
    step: str = "",
    ack_minutes: int = ACK_MINUTES,
) -> list[Dispatch]:
    """Call upon units and people; the same order is not sent twice to who has not finished it.

    `to`: owner, territory, neighbours, or codes of units. `message`: code of a message of the procedure that gives the words.
    Raises NotFound, Forbidden, InvalidInput, Conflict.
    """
    incident = seeing.running_for(scope, number, policies.RUN)
    row = incident.steps.filter(code=step).first() if step else None
    if step and row is None:
        raise NotFound(_("Không có bước này trong sự cố."), action=_("Tải lại danh sách bước."))
    units = [*unit_ids, *(unit for name in to for unit in receivers.units_of(incident, name))]
    deadline = clock.now() + timedelta(minutes=ack_minutes)
    call = Call(_words(incident, words, message, deadline), units, user_ids, ack_minutes)
    made = _send(scope, incident, row, call)
    if not made:
        raise Conflict(_("Các nơi này đã được điều động."), action=_("Dùng Gửi lại nếu chưa thấy nhận lệnh."))
    log.moved(incident)
    log.record(scope, "dispatch", incident, to=[str(one.unit_id or one.user_id) for one in made], step=step)
    return made


def send_for_step(scope: Scope, incident: Incident, row: StepRun, step: packs.Step) -> list[Dispatch]:
    """Hand a step over to whom the procedure says, with its message or its own words; in the caller's transaction. InvalidInput."""
    due = f"{clock.local(row.due_at):%H:%M %d/%m}" if row.due_at else ""
    prepared = procedure_copy.message_of(incident, step.message, deadline=due) if step.message else ""
    words = prepared or procedure_copy.sent(incident, step.words)
    return _send(scope, incident, row, Call(words[:2000], receivers.units_of(incident, step.dispatch)))


def _words(incident: Incident, words: str, message: str, due: datetime) -> str:
    deadline = f"{clock.local(due):%H:%M %d/%m}"
    if words.strip():
        return log.written(procedure_copy.sent(incident, words, deadline=deadline), "words", longest=2000)
    found = procedure_copy.message_of(incident, message, deadline=deadline)
    if not found:
        raise InvalidInput(
            _("Lệnh điều động cần nội dung."), action=_("Viết nội dung hoặc chọn mẫu tin."),
            fields={"words": _("Cần nội dung.")},
        )  # fmt: skip
    return found[:2000]


@dataclass(frozen=True)
class Call:
    """What is sent, to whom, and within how many minutes it must be acknowledged."""

    words: str
    unit_ids: Collection[UUID]
    user_ids: Collection[UUID] = ()
    ack_minutes: int = ACK_MINUTES


def _receivers(call: Call) -> tuple[dict[UUID, organisations.UnitRef], dict[UUID, str]]:
    """Units and people by id. InvalidInput for nobody or too many, NotFound for an unknown one."""
    if not 1 <= call.ack_minutes <= 24 * 60:
        raise InvalidInput(_("Hạn nhận lệnh từ 1 phút đến 24 giờ."), action=_("Sửa hạn nhận lệnh."))
    units, people = organisations.units_by_id(call.unit_ids), access.people_by_id(call.user_ids)
    if len(units) < len(set(call.unit_ids)) or len(people) < len(set(call.user_ids)):
        raise NotFound(_("Không tìm thấy đơn vị hoặc người nhận lệnh."), action=_("Chọn lại nơi nhận."))
    if not units and not people:
        told = {"to": _("Chọn đơn vị hoặc người.")}
        raise InvalidInput(_("Chưa chọn nơi nhận."), action=_("Chọn đơn vị hoặc người."), fields=told)
    if len(units) + len(people) > MOST_AT_ONCE:
        raise InvalidInput(
            _("Điều động tối đa {n} nơi một lần.").format(n=MOST_AT_ONCE), action=_("Chia thành nhiều lần.")
        )
    return units, people


def _send(scope: Scope, incident: Incident, row: StepRun | None, call: Call) -> list[Dispatch]:
    units, people = _receivers(call)
    open_now = incident.dispatches.exclude(state__in=(DispatchState.DONE, DispatchState.RECALLED))
    busy = {
        (one.unit_id, one.user_id)
        for one in open_now
        if one.step_id == (row.pk if row else None) and one.words == call.words
    }
    now, by = clock.now(), log.person(scope)
    due = now + timedelta(minutes=call.ack_minutes)
    made = [
        Dispatch(
            incident=incident, step=row, unit_id=unit, user_id=user, person=people.get(user, "") if user else "", words=call.words,
            sent_at=now, sent_by=by, sent_by_id=scope.user_id, ack_minutes=call.ack_minutes, ack_due_at=due, escalate_at=due,
        )
        for unit, user in [*((one, None) for one in units), *((None, one) for one in people)]
        if (unit, user) not in busy
    ]  # fmt: skip
    Dispatch.objects.bulk_create(made)
    for one in made:
        name = units[one.unit_id].name if one.unit_id else one.person
        log.add(incident, "dispatched", scope=scope, to=name, words=call.words, dispatch=str(one.pk))
        _tell(incident, one)
    if made:
        incident.dispatched_at = incident.dispatched_at or now
        if incident.state == State.OPEN:
            incident.state = State.RESPONDING
    return made


def receivers_of(one: Dispatch) -> Recipients:
    """Whom the notifications of a dispatch go to."""
    if one.user_id:
        return Recipients(user_ids=(one.user_id,))
    return telling.of_unit(one.unit_id) if one.unit_id else Recipients()


def about_of(one: Dispatch) -> str:
    """The part under which the notifications of a dispatch are kept together."""
    return f"dispatch:{one.pk}"


def _tell(incident: Incident, one: Dispatch) -> None:
    title = _("Lệnh điều động {number}: {title}").format(number=incident.number, title=incident.title)
    telling.tell(
        incident, f"dispatch:{one.pk}:{one.attempt}", receivers_of(one), title, one.words, needs_ack=True,
        about_part=about_of(one),
    )  # fmt: skip


def name_of(one: Dispatch) -> str:
    """Who was called, in words."""
    return one.person or (one.unit.name if one.unit else "")


@transaction.atomic
def acknowledge(*, scope: Scope, dispatch_id: UUID) -> Dispatch:
    """The unit or person called says that they have the order. A second time changes nothing."""
    incident, one = _mine(scope, dispatch_id)
    if one.state != DispatchState.SENT:
        return one
    _take(incident, one, scope)
    return _keep(scope, incident, one, "dispatch_acknowledged")


@transaction.atomic
def confirmed(notice: notifications.Acknowledged) -> None:
    """Somebody confirmed the notification of an order, in the inbox, by its link or by a reply: that acknowledges the order."""
    part = notice.about.rpartition(":dispatch:")[2]
    found = Dispatch.objects.filter(pk=part).values_list("incident_id", flat=True).first() if _is_uuid(part) else None
    if found is None:
        return
    incident = Incident.objects.select_for_update(of=("self",)).select_related("lead_unit").get(pk=found)
    one = Dispatch.objects.select_for_update(of=("self",)).select_related("unit", "step").get(pk=part)
    if one.state == DispatchState.SENT:
        name = access.people_by_id([notice.user_id]).get(notice.user_id, "") if notice.user_id else ""
        person = Scope(user_id=notice.user_id, username=name or notice.how)
        _take(incident, one, person)
        _keep(person, incident, one, "dispatch_acknowledged", how=notice.how)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@transaction.atomic
def arrive(*, scope: Scope, dispatch_id: UUID) -> Dispatch:
    """Those called are at the place; that also acknowledges. A second time changes nothing."""
    incident, one = _mine(scope, dispatch_id)
    if one.state in (DispatchState.ARRIVED, DispatchState.DONE):
        return one
    _take(incident, one, scope)
    one.state, one.arrived_at = DispatchState.ARRIVED, clock.now()
    return _keep(scope, incident, one, "dispatch_arrived")


@transaction.atomic
def finish(*, scope: Scope, dispatch_id: UUID, result: str) -> Dispatch:
    """Those called have done what was asked; `result` says what."""
    incident, one = _mine(scope, dispatch_id)
    if one.state == DispatchState.DONE:
        raise Conflict(_("Lệnh này đã được báo hoàn thành."), action=_("Ghi thêm vào nhật ký nếu cần."))
    return end(scope, incident, one, log.written(result, "result", least=3, longest=2000))


def end(scope: Scope, incident: Incident, one: Dispatch, words: str) -> Dispatch:
    """Note that an order is carried out, in the caller's transaction, for one who may say so."""
    _take(incident, one, scope)
    one.state, one.done_at, one.result = DispatchState.DONE, clock.now(), words
    return _keep(scope, incident, one, "dispatch_done", result=words)


@transaction.atomic
def recall(*, scope: Scope, dispatch_id: UUID, reason: str) -> Dispatch:
    """Take an order back; those called are told. Only who leads."""
    incident, one = _led(scope, dispatch_id)
    if one.state in (DispatchState.DONE, DispatchState.RECALLED):
        raise Conflict(_("Lệnh này đã kết thúc."), action=_("Tải lại trang để xem trạng thái mới."))
    one.recall_reason = log.written(reason, "reason", least=3, longest=1000)
    one.state, one.recalled_at, one.escalate_at = DispatchState.RECALLED, clock.now(), None
    title = _("{number}: thu hồi lệnh điều động").format(number=incident.number)
    telling.tell(incident, f"dispatch:{one.pk}:recalled", receivers_of(one), title, one.recall_reason)
    return _keep(scope, incident, one, "dispatch_recalled", reason=one.recall_reason)


@transaction.atomic
def send_again(*, scope: Scope, dispatch_id: UUID) -> Dispatch:
    """Send an order that nobody acknowledged once more: new notifications, a new clock."""
    incident, one = _led(scope, dispatch_id)
    seeing.must_run(incident)
    if one.state != DispatchState.SENT:
        raise Conflict(_("Lệnh này đã có người nhận."), action=_("Tải lại trang để xem trạng thái mới."))
    one.attempt += 1
    one.ack_due_at = one.escalate_at = clock.now() + timedelta(minutes=one.ack_minutes)
    one.escalation = 0
    _tell(incident, one)
    return _keep(scope, incident, one, "dispatch_resent", attempt=one.attempt)


def next_escalation(one: Dispatch) -> datetime | None:
    """When the next is told that an order is not acknowledged: at its clock's end, then each time it runs out again; twice."""
    return one.ack_due_at + one.escalation * timedelta(minutes=one.ack_minutes) if one.escalation < 2 else None


def _take(incident: Incident, one: Dispatch, scope: Scope) -> None:
    """Acknowledge, if that has not happened yet."""
    if one.acknowledged_at is None:
        now = clock.now()
        one.acknowledged_at, one.acknowledged_by, one.escalate_at = now, log.person(scope), None
        one.state = DispatchState.ACKNOWLEDGED
        incident.answered_at = incident.answered_at or now


def _keep(scope: Scope, incident: Incident, one: Dispatch, kind: str, **facts: Any) -> Dispatch:
    one.revision += 1
    one.save()
    log.add(incident, kind, scope=scope, to=name_of(one), dispatch=str(one.pk), **facts)
    log.moved(incident)
    announce_after_commit(incident, kind)
    audit.record(
        scope=scope, action=f"incidents.{kind}", object_type="dispatch", object_id=str(one.pk), unit_id=one.unit_id,
        detail={"incident": incident.number, **facts},
    )  # fmt: skip
    return one


def dispatch_for(scope: Scope | None, dispatch_id: UUID) -> Dispatch:
    """A dispatch of an incident that the caller sees, not locked. NotFound."""
    scope = require(scope, policies.VIEW)
    found = Dispatch.objects.select_related("incident", "unit", "step").filter(pk=dispatch_id).first()
    if found is None or not seeing.visible(scope).filter(pk=found.incident_id).exists():
        raise NotFound(_("Không tìm thấy lệnh điều động."), action=_("Kiểm tra lại liên kết."))
    return found


def _locked(scope: Scope, dispatch_id: UUID) -> tuple[Incident, Dispatch]:
    """The incident that the dispatch stands in now, and the dispatch, both locked, in this order everywhere."""
    found = dispatch_for(scope, dispatch_id)
    incident = seeing.incident_for(scope, found.incident_id, lock=True)
    locked = Dispatch.objects.select_for_update(of=("self",)).select_related("unit", "step").get(pk=dispatch_id)
    return incident, locked


def _led(scope: Scope, dispatch_id: UUID) -> tuple[Incident, Dispatch]:
    incident, one = _locked(scope, dispatch_id)
    require(scope, policies.RUN, (incident.merged_into or incident).lead_unit_id)
    return incident, one


def _mine(scope: Scope, dispatch_id: UUID) -> tuple[Incident, Dispatch]:
    """For who was called; those in the lead may note it for them, as a call came in by telephone."""
    incident, one = _locked(scope, dispatch_id)
    if not answers(scope, incident, one):
        raise Forbidden(
            _("Lệnh này gửi cho {to}.").format(to=name_of(one)),
            action=_("Liên hệ đơn vị chủ trì."),
            code="not_your_order",
        )
    if one.state == DispatchState.RECALLED:
        raise Conflict(
            _("Lệnh này đã được thu hồi: {why}").format(why=one.recall_reason), action=_("Không cần làm gì.")
        )
    return incident, one


def answers(scope: Scope, incident: Incident, one: Dispatch) -> bool:
    """Whether the caller may answer an order."""
    if one.unit_id and scope.allows(policies.ANSWER, one.unit_id):
        return True
    if one.user_id is not None and one.user_id == scope.user_id and scope.allows(policies.ANSWER):
        return True
    return scope.allows(policies.RUN, (incident.merged_into or incident).lead_unit_id)
