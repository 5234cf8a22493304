"""Running the procedure: whose turn it is, clocks, answers that choose a branch, ticking, leaving out, taking a tick back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import filling_forms, handing, log, policies, procedure_copy, seeing, telling
from sen.apps.incidents.choices import DispatchState, State, StepState
from sen.apps.incidents.models import Dispatch, Incident, StepRun
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import Sop
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.kernel.identifiers import is_code
from sen.kernel.scopes import Role

UNDO = timedelta(minutes=10)
SETTLED = frozenset({StepState.DONE, StepState.SKIPPED})
AT_WORK = frozenset({StepState.ACTIVE, StepState.LATE})


def begin(incident: Incident, sop: Sop, scope: Scope) -> None:
    """Lay out the steps of a procedure for an incident and start those whose turn it is, in the caller's transaction."""
    before = packs.step_predecessors(sop.steps)
    rows = []
    for position, step in enumerate(sop.steps):
        question, answer = packs.step_condition(step) or ("", "")
        row = StepRun(
            incident=incident, position=position, code=step.code, words=step.words, words_en=step.words_en, role=step.role,
            unit_id=unit_of(incident, step.role), minutes=step.minutes, working_time=step.clock == "working",
            after=list(before[step.code]), when_step=question, when_answer=answer, optional=step.optional, form_code=step.form,
        )  # fmt: skip
        rows.append(row)
    StepRun.objects.bulk_create(rows)
    advance(incident, scope)


def unit_of(incident: Incident, role: str) -> UUID:
    """In whose unit a step's role is looked for: the commune of the place, the department that owns what is affected, else the lead."""
    facts = incident.facts
    if role == Role.COMMUNE_OFFICER and incident.territory_id:
        return incident.territory_id
    if role == Role.DEPARTMENT_OFFICER and facts.get("owner_level") == "department" and facts.get("owner_id"):
        return UUID(facts["owner_id"])
    return incident.lead_unit_id


def advance(incident: Incident, scope: Scope) -> list[StepRun]:
    """Start every step whose turn has come and leave out the branches not taken; those started. Safe to call again.

    `scope` is who brought it about: orders of steps that are handed over go out in that name.
    """
    rows = {row.code: row for row in incident.steps.select_for_update(of=("self",)).order_by("position")}
    started: list[StepRun] = []
    again = True
    while again:
        again = False
        for row in rows.values():
            if row.state != StepState.WAITING or any(not _settled(rows.get(code)) for code in row.after):
                continue
            taken = _branch(row, rows)
            if taken is None:
                continue
            if taken:
                _start(incident, row, scope)
                started.append(row)
            else:
                row.state, row.by_branch = StepState.SKIPPED, True
                row.save()
                again = True
    return started


def _settled(row: StepRun | None) -> bool:
    return row is None or row.state in SETTLED


def _branch(row: StepRun, rows: Mapping[str, StepRun]) -> bool | None:
    """Whether the answer leads to this step; None while the question is open."""
    if not row.when_step:
        return True
    asked = rows.get(row.when_step)
    if asked is None or asked.state == StepState.SKIPPED:
        return False
    return asked.answer == row.when_answer if asked.state == StepState.DONE else None


def _start(incident: Incident, row: StepRun, scope: Scope) -> None:
    now = clock.now()
    row.state, row.started_at = StepState.ACTIVE, now
    row.due_at = deadline(now, row.minutes, row.unit_id if row.working_time else None)
    row.escalation, row.escalate_at = 0, row.due_at
    row.save()
    if handing.hand_over(scope, incident, row):
        return  # the order tells them
    title = _("{number}: đến lượt bước “{step}”").format(number=incident.number, step=row.words)
    body = _("{title}. Hạn {due}.").format(title=incident.title, due=at_clock(row.due_at))
    to = telling.of_role(row.unit_id, row.role, now, incident.lead_unit_id)
    telling.tell(incident, f"step:{row.code}:turn", to, title, body, severity=min_severity(incident))


def deadline(start: datetime, minutes: int, office_of: UUID | None) -> datetime:
    """When a clock of `minutes` runs out: counting the office hours of a unit only, or every minute with None."""
    if office_of is None:
        return start + timedelta(minutes=minutes)
    return organisations.working_calendar_of(office_of).add_minutes(start, minutes)


def at_clock(moment: datetime | None) -> str:
    """`14:05 22/11` on the clocks of Vietnam."""
    return f"{clock.local(moment):%H:%M %d/%m}" if moment else ""


def min_severity(incident: Incident) -> str:
    """A turn is no alarm: only a serious incident makes its notices warnings."""
    return "warning" if incident.severity == "serious" else "notice"


@transaction.atomic
def complete(
    *,
    scope: Scope,
    number: str | UUID,
    code: str,
    answer: str = "",
    form_data: Mapping[str, Any] | None = None,
    note: str = "",
) -> StepRun:
    """Tick a step: with the answer where it asks, with its form filled in where it has one.

    A step that hands over to units sends that first where nobody did. The clock that ran out stays visible: `done_at > due_at`.
    Raises NotFound, Forbidden, InvalidInput with `fields`; Conflict where it is not its turn, or it was done already.
    """
    incident, row = _at_work(scope, number, code)
    step = procedure_copy.step_of(incident, code)
    row.answer, words = _answered(step, answer)
    if row.form_code:
        fields, data = filling_forms.checked(incident, row.form_code, form_data or {})
        row.form, row.form_data = fields, data
    row.note = log.written(note, "note", longest=2000) if note.strip() else ""
    handing.settle(scope, incident, row, step)
    now = clock.now()
    row.state, row.done_at, row.undo_until = StepState.DONE, now, now + UNDO
    row.done_by, row.done_by_id, row.escalate_at = log.person(scope), scope.user_id, None
    row.save()
    if words:
        log.add(incident, "step_answered", scope=scope, step=row.words, code=code, answer=words, words=row.note)
    else:
        log.add(incident, "step_done", scope=scope, step=row.words, code=code, words=row.note)
    if incident.state == State.OPEN:
        incident.state = State.RESPONDING
    advance(incident, scope)
    log.moved(incident)
    log.record(scope, "step_done", incident, step=code, answer=row.answer)
    return row


def _answered(step: packs.Step | None, answer: str) -> tuple[str, str]:
    """The code of the answer and its words; InvalidInput where the step asks and gets none of its answers."""
    if step is None or step.question is None:
        return "", ""
    words = {one.code: one.words for one in step.question.answers}
    if answer not in words:
        raise InvalidInput(
            _("Bước này cần chọn câu trả lời: {question}").format(question=step.question.words),
            action=_("Chọn một câu trả lời rồi đánh dấu lại."),
            fields={"answer": _("Chọn một câu trả lời.")},
            code="answer_needed",
        )
    return answer, words[answer]


@transaction.atomic
def skip(*, scope: Scope, number: str | UUID, code: str, reason: str) -> StepRun:
    """Leave a step out, with a reason: an optional one by who may tick it, another one only by who leads."""
    incident, row = _at_work(scope, number, code)
    if not row.optional:
        require(scope, policies.RUN, incident.lead_unit_id)
    row.skip_reason = log.written(reason, "reason", least=5, longest=1000)
    now = clock.now()
    row.state, row.done_at, row.undo_until = StepState.SKIPPED, now, now + UNDO
    row.done_by, row.done_by_id, row.escalate_at = log.person(scope), scope.user_id, None
    row.save()
    log.add(incident, "step_skipped", scope=scope, step=row.words, code=code, reason=row.skip_reason)
    advance(incident, scope)
    log.moved(incident)
    log.record(scope, "step_skipped", incident, step=code, reason=row.skip_reason)
    return row


@transaction.atomic
def undo(*, scope: Scope, number: str | UUID, code: str) -> StepRun:
    """Take a tick back within some minutes: the step's old clock goes on, steps that it let begin wait again.

    Conflict where the time is over or a following step is done already. Dispatches that were sent stay sent.
    """
    incident = seeing.incident_for(scope, number, lock=True)
    seeing.must_run(incident)
    row = _step(incident, code)
    may_tick = ticks(scope, incident, row, handed_to(scope, incident))
    if not may_tick or (row.done_by_id != scope.user_id and not scope.allows(policies.RUN, incident.lead_unit_id)):
        raise Forbidden(_("Chỉ người đã đánh dấu hoặc đơn vị chủ trì được bỏ đánh dấu."), action=_("Ghi vào nhật ký."))
    now = clock.now()
    if row.state not in SETTLED or row.by_branch or row.undo_until is None or row.undo_until < now:
        raise Conflict(_("Không bỏ đánh dấu được nữa."), action=_("Ghi dòng đính chính vào nhật ký."), code="too_late")
    following = [one for one in incident.steps.all() if code in one.after or one.when_step == code]
    if any(one.state in SETTLED and not one.by_branch for one in following):
        raise Conflict(_("Bước sau đã xong."), action=_("Bỏ đánh dấu bước sau trước."), code="followed")
    row.state = StepState.LATE if row.due_at and row.due_at <= now else StepState.ACTIVE
    row.done_at = row.undo_until = row.done_by_id = None
    row.done_by = row.answer = row.skip_reason = ""
    row.escalate_at = next_escalation(row)
    row.save()
    _wait_again(incident)
    log.add(incident, "step_undone", scope=scope, step=row.words, code=code)
    log.moved(incident)
    log.record(scope, "step_undone", incident, step=code)
    return row


def _wait_again(incident: Incident) -> None:
    """Put back to waiting what no longer has its turn, however far down; what people have done stays done."""
    rows = {row.code: row for row in incident.steps.order_by("position")}
    again = True
    while again:
        again = False
        for row in rows.values():
            began = (row.state in AT_WORK and not row.added) or row.by_branch
            turn = all(_settled(rows.get(one)) for one in row.after) and _branch(row, rows) is not None
            if began and not turn:
                row.state, row.by_branch, row.started_at = StepState.WAITING, False, None
                row.due_at = row.escalate_at = None
                row.escalation = 0
                row.save()
                again = True


def next_escalation(row: StepRun) -> datetime | None:
    """When the next is told that a step is late: at its deadline, half its time later, its whole time later."""
    if row.due_at is None or row.escalation > 2:
        return None
    return row.due_at + row.escalation * max(timedelta(minutes=row.minutes) / 2, timedelta(minutes=5))


@transaction.atomic
def add(
    *, scope: Scope, number: str | UUID, words: str, role: str, minutes: int, unit_id: UUID | None = None
) -> StepRun:
    """Add a step that the procedure does not have; it begins at once. Raises NotFound, Forbidden, InvalidInput, Conflict."""
    incident = seeing.running_for(scope, number, policies.RUN)
    text = log.written(words, "words", least=3, longest=1000)
    if role not in set(Role) or not 0 < minutes <= 60 * 24 * 90:
        fields = {"minutes": _("Từ 1 phút đến 90 ngày.")} if role in set(Role) else {"role": _("Chọn một vai trò.")}
        raise InvalidInput(_("Bước thêm chưa hợp lệ."), action=_("Sửa mục được nêu."), fields=fields)
    position = incident.steps.count()
    row = StepRun(
        incident=incident, position=position, code=f"them-{position + 1}", words=text, role=role, minutes=minutes,
        unit_id=unit_id or unit_of(incident, role), added=True,
    )  # fmt: skip
    _start(incident, row, scope)
    log.add(incident, "step_added", scope=scope, step=text, code=row.code, due=at_clock(row.due_at))
    log.moved(incident)
    log.record(scope, "step_added", incident, step=row.code)
    return row


def _at_work(scope: Scope, number: str | UUID, code: str) -> tuple[Incident, StepRun]:
    """The incident and the step, both locked, for somebody who may tick it now."""
    incident = seeing.incident_for(scope, number, lock=True)
    row = _step(incident, code)
    if not ticks(scope, incident, row, handed_to(scope, incident)):
        raise Forbidden(
            _("Bước này thuộc vai trò khác hoặc đơn vị khác."),
            action=_("Liên hệ đơn vị chủ trì {unit}.").format(unit=incident.lead_unit.name),
            code="not_your_step",
        )
    seeing.must_run(incident)
    if row.state in SETTLED:
        by = row.done_by or _("hệ thống")
        raise Conflict(
            _("Bước này đã được {by} đánh dấu lúc {at}.").format(by=by, at=at_clock(row.done_at)),
            action=_("Tải lại trang để xem trạng thái mới."),
            code="step_settled",
        )
    if row.state == StepState.WAITING:
        raise Conflict(_("Chưa đến lượt bước này."), action=_("Làm xong các bước trước."), code="not_yet")
    return incident, row


def _step(incident: Incident, code: str) -> StepRun:
    found = incident.steps.select_for_update(of=("self",)).filter(code=code).first() if is_code(code) else None
    if found is None:
        raise NotFound(_("Không có bước này trong sự cố."), action=_("Tải lại danh sách bước."))
    return found


def handed_to(scope: Scope, incident: Incident) -> frozenset[UUID]:
    """The steps of an incident that were handed over to the caller."""
    mine = Dispatch.objects.filter(seeing.called_upon(scope), incident=incident, step__isnull=False)
    return frozenset(mine.exclude(state=DispatchState.RECALLED).values_list("step_id", flat=True))


def ticks(scope: Scope, incident: Incident, row: StepRun, handed: frozenset[UUID]) -> bool:
    """Whether the caller may tick a step: who leads, who holds its role in its unit, and those whom it was handed to."""
    if scope.allows(policies.RUN, incident.lead_unit_id):
        return True
    if not scope.allows(policies.ANSWER):
        return False
    held = any(one.role == row.role and (one.everything or row.unit_id in one.unit_ids) for one in scope.grants)
    return held or row.pk in handed
