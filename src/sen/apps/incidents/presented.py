"""Rows of the database as the values that others see: steps, orders, log lines, files, messages, lessons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.incidents import dispatches as ordering
from sen.apps.incidents import filling_forms, lesson_tasks, phrases, procedure_copy, telling
from sen.apps.incidents import steps as running
from sen.apps.incidents.choices import DispatchState, MessageState
from sen.apps.incidents.lessons import OPEN
from sen.apps.incidents.models import Attachment, Dispatch, Incident, Lesson, LogEntry, StepRun
from sen.apps.incidents.models import PublicMessage as MessageRow
from sen.apps.incidents.summaries import unit_names
from sen.apps.incidents.values import (
    AnswerChoice,
    AttachmentRef,
    Circle,
    Delivery,
    DispatchNow,
    LessonRef,
    LogLine,
    PublicMessage,
    StepNow,
    UnitName,
)
from sen.apps.notifications import interface as notifications
from sen.kernel import clock


def steps(scope: Scope, incident: Incident, rows: Sequence[StepRun], *, unmasked: bool) -> list[StepNow]:
    """The steps of an incident in order; personal data of forms is masked unless `unmasked`."""
    names = unit_names(row.unit_id for row in rows)
    sop = procedure_copy.sop_of(incident)
    defined = {one.code: one for one in sop.steps} if sop else {}
    forms: dict[str, filling_forms.Fields] = {}
    handed = running.handed_to(scope, incident)
    sent = set(Dispatch.objects.filter(step__in=rows).values_list("step_id", flat=True))
    found = []
    for row in rows:
        step = defined.get(row.code)
        question = step.question if step else None
        if row.form_code and row.form_code not in forms:
            forms[row.form_code] = filling_forms.fields_of(incident.lead_unit_id, row.form_code)
        fields = row.form if row.form is not None else forms.get(row.form_code, [])
        data = row.form_data if unmasked else filling_forms.masked(fields, row.form_data)
        found.append(
            StepNow(
                id=row.pk, code=row.code, position=row.position, words=row.words, words_en=row.words_en, role=row.role,
                unit=names[row.unit_id], minutes=row.minutes, working_time=row.working_time, after=tuple(row.after),
                when_step=row.when_step, when_answer=row.when_answer, optional=row.optional, added=row.added, state=row.state,
                started_at=row.started_at, due_at=row.due_at, done_at=row.done_at, done_by=row.done_by, undo_until=row.undo_until,
                question=question.words if question else "", question_en=question.words_en if question else "",
                answers=tuple(AnswerChoice(one.code, one.words, one.words_en) for one in question.answers) if question else (),
                answer=row.answer, form_code=row.form_code, form=tuple(fields), form_data=data,
                message=step.message if step else "", dispatch_to=step.dispatch if step else "", dispatched=row.pk in sent,
                note=row.note, skip_reason=row.skip_reason, by_branch=row.by_branch, escalation=row.escalation,
                may_tick=incident.running and row.state in running.AT_WORK and running.ticks(scope, incident, row, handed),
            )
        )  # fmt: skip
    return found


def dispatches(scope: Scope, rows: Sequence[Dispatch]) -> list[DispatchNow]:
    """Orders with what became of their notifications; the rows hold incident, unit and step."""
    names = unit_names(one.unit_id for one in rows)
    states = notifications.state_of([f"{telling.about(one.incident)}:{ordering.about_of(one)}" for one in rows])
    now = clock.now()
    found = []
    for one in rows:
        summary = states.get(f"{telling.about(one.incident)}:{ordering.about_of(one)}")
        delivery = Delivery()
        if summary is not None:
            failed = tuple(f"{each.name}: {each.reason}" for each in summary.undeliverable)
            delivery = Delivery(summary.sent, summary.delivered, summary.failed, failed)
        active = one.state in (DispatchState.SENT, DispatchState.ACKNOWLEDGED, DispatchState.ARRIVED)
        found.append(
            DispatchNow(
                id=one.pk, incident=one.incident.number, unit=names.get(one.unit_id) if one.unit_id else None, person=one.person,
                user_id=one.user_id, step=one.step.code if one.step else "", words=one.words, state=one.state, sent_at=one.sent_at,
                sent_by=one.sent_by, attempt=one.attempt, ack_due_at=one.ack_due_at, acknowledged_at=one.acknowledged_at,
                acknowledged_by=one.acknowledged_by, arrived_at=one.arrived_at, done_at=one.done_at, result=one.result,
                recalled_at=one.recalled_at, recall_reason=one.recall_reason, escalation=one.escalation,
                overdue=one.state == DispatchState.SENT and one.ack_due_at <= now, delivery=delivery,
                may_answer=active and ordering.answers(scope, one.incident, one), revision=one.revision,
            )
        )  # fmt: skip
    return found


def log_lines(rows: Sequence[LogEntry], numbers: Mapping[UUID, str]) -> list[LogLine]:
    """Lines with their sentences; `numbers`: incident → its number."""
    corrected = {row.corrects_id: row.pk for row in rows if row.corrects_id}
    return [
        LogLine(
            id=row.pk, incident=numbers[row.incident_id], at=row.at, kind=row.kind,
            text=row.words if row.kind == "note" else phrases.sentence(row.kind, row.facts),
            words="" if row.kind == "note" else row.words, by=row.by,
            corrects=row.corrects_id, corrected_by=corrected.get(row.pk), facts=row.facts,
        )
        for row in rows
    ]  # fmt: skip


def attachment(row: Attachment) -> AttachmentRef:
    """A file as it is listed."""
    return AttachmentRef(
        id=row.pk, file_id=row.file_id, name=row.name, media_type=row.media_type, size=row.size, note=row.note, at=row.at,
        by=row.by, withdrawn_at=row.withdrawn_at, withdrawn_reason=row.withdrawn_reason,
    )  # fmt: skip


def messages(rows: Sequence[MessageRow]) -> list[PublicMessage]:
    """Messages with their references, which are all earlier published ones of their chain; the rows hold incident and unit."""
    chain = _chains(rows)
    return [message(row, chain[row.pk]) for row in rows]


def _chains(rows: Sequence[MessageRow]) -> dict[UUID, tuple[MessageRow, ...]]:
    """Row → what it replaces, the oldest first, within the incidents of the rows; one statement."""
    ids = {row.incident_id for row in rows}
    known = {one.pk: one for one in MessageRow.objects.filter(incident_id__in=ids)} if ids else {}
    found: dict[UUID, tuple[MessageRow, ...]] = {}
    for row in rows:
        line: list[MessageRow] = []
        earlier = row.replaces_id
        while earlier is not None and len(line) < 200:
            line.insert(0, known[earlier])
            earlier = known[earlier].replaces_id
        found[row.pk] = tuple(line)
    return found


def message(row: MessageRow, earlier: Sequence[MessageRow]) -> PublicMessage:
    """One message as CAP needs it; `earlier` are those that it is about."""
    incident = row.incident
    lead = incident.lead_unit
    # Without real data behind it a message is a test, and says so to every receiver.
    status: Literal["Actual", "Exercise", "Test"] = (
        "Exercise" if row.exercise else "Test" if incident.simulated else "Actual"
    )
    return PublicMessage(
        id=row.pk, incident=incident.number, identifier=row.identifier, state=row.state, status=status,
        message_type=row.message_type, sent=row.published_at,
        references=tuple((one.identifier, one.published_at) for one in earlier if one.published_at), category=row.category,
        event=row.event, event_en=row.event_en, response_type=row.response_type, urgency=row.urgency, severity=row.severity,
        certainty=row.certainty, headline=row.headline, headline_en=row.headline_en, description=row.description,
        description_en=row.description_en, instruction=row.instruction, instruction_en=row.instruction_en, area=row.area,
        area_en=row.area_en, polygon=tuple((point[0], point[1]) for point in row.polygon),
        circle=Circle(**row.circle) if row.circle else None, geocodes=tuple(row.geocodes), effective_at=row.effective_at,
        onset_at=row.onset_at, expires_at=row.expires_at, sender=UnitName(lead.pk, lead.code, lead.name), drafted_at=row.drafted_at,
        drafted_by=row.drafted_by, approved_at=row.approved_at, approved_by=row.approved_by, returned_words=row.returned_words,
        published_at=row.published_at, published_by=row.published_by, revision=row.revision, simulated=incident.simulated,
    )  # fmt: skip


def is_public(row: MessageRow) -> bool:
    """Whether the public got a message, in force or replaced since."""
    return row.state in (MessageState.PUBLISHED, MessageState.REPLACED)


def lessons(rows: Sequence[Lesson]) -> list[LessonRef]:
    """Lessons; the rows hold incident and unit."""
    today = clock.local(clock.now()).date()
    tasks = lesson_tasks.states_of([row.pk for row in rows])
    return [
        LessonRef(
            id=row.pk, incident=row.incident.number, incident_title=row.incident.title, drill=row.incident.drill, words=row.words,
            kind=row.kind, owner_unit=UnitName(row.owner_unit.pk, row.owner_unit.code, row.owner_unit.name), due_on=row.due_on,
            state=row.state, overdue=row.state in OPEN and row.due_on < today, template_id=row.template_id,
            template_name=row.template_name, template_url=f"/templates/{row.template_id}/" if row.template_id else "",
            made_at=row.made_at, made_by=row.made_by, ended_at=row.ended_at, ended_by=row.ended_by, result=row.result,
            chased=row.chased, revision=row.revision, task=tasks.get(row.pk),
        )
        for row in rows
    ]  # fmt: skip
