"""Meetings: made, their agenda and who came, how they run, and what is decided on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import interface as directives
from sen.apps.directives.interface import NewDirective, NewTask
from sen.apps.organisations import interface as organisations
from sen.apps.programme import policies, seeing
from sen.apps.programme.choices import MeetingState
from sen.apps.programme.models import AgendaItem, Attendance, Decision, Meeting, ProgrammeItem
from sen.apps.programme.numbering import next_number
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound

ORIGIN = "meeting"
MOST_AGENDA = 40
MOST_ASKED = 400
OVER = (MeetingState.CONCLUDED, MeetingState.CANCELLED)


class AgendaIn(msgspec.Struct, frozen=True, kw_only=True):
    """A point of the agenda with the tasks and figures that are looked at."""

    words: str
    presenter: UUID | None = None
    minutes: int = 0
    tasks: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()


@transaction.atomic
def create(
    *,
    scope: Scope,
    unit_id: UUID,
    title: str,
    starts_at: datetime,
    chair: str = "",
    place: str = "",
    item: str = "",
    agenda: Sequence[AgendaIn] = (),
    asked: Sequence[UUID] = (),
    simulated: bool = False,
) -> Meeting:
    """A new meeting of a unit; `item` is the number of the programme's item that it carries out. Raises Forbidden, InvalidInput, NotFound."""
    require(scope, policies.KEEP, unit_id)
    of_item = None
    if item:
        of_item = ProgrammeItem.objects.select_related("programme").filter(number=item[:30]).first()
        if of_item is None:
            raise NotFound(_("Không tìm thấy mục chương trình."), action=_("Kiểm tra số mục."))
        seeing.programme_for(scope, of_item.programme.number)
    made = Meeting.objects.create(
        number=next_number("HOP", clock.local(starts_at).year), title=seeing.written(title, "title", least=5), unit_id=unit_id, item=of_item,
        chair=chair.strip()[:200], place=place.strip()[:200], starts_at=starts_at, simulated=simulated, made_at=clock.now(),
        made_by=seeing.person(scope),
    )  # fmt: skip
    _set_agenda(made, agenda)
    _ask(made, asked)
    seeing.record(scope, "create_meeting", "meeting", made.number, unit_id, title=made.title)
    return made


@transaction.atomic
def set_agenda(*, scope: Scope, number: str, agenda: Sequence[AgendaIn], revision: int | None = None) -> Meeting:
    """Replace the agenda; points with the same words keep what was decided under them. Raises NotFound, Forbidden, InvalidInput, Conflict."""
    found = _open(scope, number)
    seeing.must_be_as_seen(found, revision)
    _set_agenda(found, agenda)
    return _keep(scope, found, "set_agenda", points=len(agenda))


@transaction.atomic
def ask(*, scope: Scope, number: str, units: Sequence[UUID], words: str = "") -> Meeting:
    """Ask units, or somebody by name, to a meeting. Those who were asked before stay. Raises NotFound, Forbidden, InvalidInput."""
    found = _open(scope, number)
    _ask(found, units)
    if words.strip():
        Attendance.objects.create(meeting=found, words=seeing.written(words, "words", longest=200))
    return _keep(scope, found, "ask", units=len(units))


@transaction.atomic
def attend(*, scope: Scope, number: str, present: Mapping[int, bool]) -> Meeting:
    """Note who is there: row of the list → there or not; rows left out stay as they are. Raises NotFound, Forbidden."""
    found = seeing.meeting_for(scope, number, keep=True)
    for row in Attendance.objects.select_for_update().filter(meeting=found, pk__in=list(present)):
        row.present = present[row.pk]
        row.save(update_fields=["present"])
    return _keep(scope, found, "attend", present=sum(present.values()))


@transaction.atomic
def move(*, scope: Scope, number: str, to: str) -> Meeting:
    """Begin, end or cancel a meeting. Raises NotFound, Forbidden, Conflict where that does not follow."""
    found = seeing.meeting_for(scope, number, keep=True)
    follows = {
        MeetingState.PLANNED: (MeetingState.RUNNING, MeetingState.HELD, MeetingState.CANCELLED),
        MeetingState.RUNNING: (MeetingState.HELD,),
        MeetingState.HELD: (MeetingState.RUNNING, MeetingState.CONCLUDED),
        MeetingState.CANCELLED: (MeetingState.PLANNED,),
    }.get(MeetingState(found.state), ())
    if to not in follows:
        raise Conflict(
            _("Cuộc họp đang ở trạng thái “{state}”.").format(state=found.get_state_display()),
            action=_("Tải lại trang."),
        )
    found.state = to
    now = clock.now()
    if to == MeetingState.RUNNING:
        found.began_at, found.ended_at = found.began_at or now, None
    elif to == MeetingState.HELD:
        found.ended_at = now
    return _keep(scope, found, "move_meeting", state=to)


@transaction.atomic
def show(*, scope: Scope, number: str, position: int) -> Meeting:
    """Say which point is being talked about; whoever follows the meeting mode is taken there. Raises NotFound, Forbidden, Conflict once over."""
    found = _open(scope, number)
    point = _point(found, position)
    if found.current_id == point.pk:
        return found
    found.current = point
    return _keep(scope, found, "show", position=position)


@transaction.atomic
def tick(*, scope: Scope, number: str, position: int, done: bool) -> AgendaItem:
    """Say that a point of the agenda was dealt with, or not. Raises NotFound, Forbidden."""
    found = seeing.meeting_for(scope, number, keep=True)
    point = _point(found, position)
    point.done = done
    point.save(update_fields=["done"])
    _keep(scope, found, "tick", position=position, done=done)
    return point


@transaction.atomic
def decide(
    *,
    scope: Scope,
    number: str,
    words: str,
    position: int | None = None,
    lead: UUID | None = None,
    due: date | None = None,
    key: str = "",
) -> Decision:
    """Note what was decided; with `lead` it is a task of that unit at once. The same `key` is noted once, so that a page may send again.

    Raises NotFound, Forbidden (also where the caller may not assign in the meeting's unit), InvalidInput, Conflict.
    """
    found = _open(scope, number)
    if key and (known := Decision.objects.filter(meeting=found, key=key[:60]).first()):
        return known
    point = _point(found, position) if position is not None else None
    made = Decision(
        meeting=found, agenda=point, key=key[:60] or None, words=seeing.written(words, "words", least=5, longest=1000), lead_id=lead, due=due,
        made_at=clock.now(), made_by=seeing.person(scope),
    )  # fmt: skip
    if lead is not None:
        given = directives.add_tasks(
            scope=scope,
            directive=NewDirective(
                title=_("Ý kiến chỉ đạo tại cuộc họp {number}: {title}").format(number=found.number, title=found.title[:400]),
                issuer=found.unit.name, issued=clock.local(made.made_at).date(), signer=found.chair[:150], origin=ORIGIN,
                origin_reference=found.number, unit_id=found.unit_id, key=f"meeting:{made.pk}", simulated=found.simulated,
            ),
            tasks=[NewTask(words=made.words, leads=(lead,), deadline=due)],
        )  # fmt: skip
        made.task = given.tasks[0]
    made.save(force_insert=True)
    _keep(scope, found, "decide", task=made.task)
    return made


@transaction.atomic
def drop_decision(*, scope: Scope, number: str, decision_id: UUID) -> None:
    """Take a decision back that is no task. Raises NotFound, Forbidden, Conflict where it is one."""
    found = _open(scope, number)
    decision = Decision.objects.filter(meeting=found, pk=decision_id).first()
    if decision is None:
        raise NotFound(_("Không tìm thấy ý kiến này."), action=_("Tải lại trang."))
    if decision.task:
        raise Conflict(
            _("Ý kiến này đã là nhiệm vụ {task}.").format(task=decision.task),
            action=_("Hủy nhiệm vụ nếu giao nhầm."),
            code="is_task",
        )
    decision.delete()
    _keep(scope, found, "drop_decision", words=decision.words[:100])


def _open(scope: Scope, number: str) -> Meeting:
    found = seeing.meeting_for(scope, number, keep=True)
    if found.state in OVER:
        raise Conflict(
            _("Cuộc họp đã ở trạng thái “{state}”.").format(state=found.get_state_display()),
            action=_("Tải lại trang."),
            code="over",
        )
    return found


def _point(meeting: Meeting, position: int) -> AgendaItem:
    found = meeting.agenda.filter(position=position).first()
    if found is None:
        raise NotFound(_("Không có mục này trong chương trình họp."), action=_("Tải lại trang."))
    return found


def _set_agenda(meeting: Meeting, agenda: Sequence[AgendaIn]) -> None:
    if len(agenda) > MOST_AGENDA:
        raise InvalidInput(_("Chương trình họp tối đa {n} mục.").format(n=MOST_AGENDA), action=_("Gộp bớt mục."))
    before = {one.words: one for one in meeting.agenda.all()}
    kept: list[AgendaItem] = []
    for point in agenda:
        words = seeing.written(point.words, "agenda", least=3, longest=500)
        row = before.pop(words, None) or AgendaItem(meeting=meeting, words=words)
        row.presenter_id, row.minutes = point.presenter, min(max(point.minutes, 0), 600)
        row.tasks, row.figures = list(point.tasks)[:20], list(point.figures)[:12]
        kept.append(row)
    meeting.agenda.exclude(pk__in=[row.pk for row in kept]).delete()
    # Positions are unique: those that stay make room first.
    for number, row in enumerate(kept):
        if not row._state.adding:
            AgendaItem.objects.filter(pk=row.pk).update(position=1000 + number)
    for number, row in enumerate(kept, 1):
        row.position = number
        row.save()


def _ask(meeting: Meeting, units: Sequence[UUID]) -> None:
    known = set(meeting.attendance.values_list("unit_id", flat=True))
    wanted = [unit for unit in dict.fromkeys(units) if unit not in known]
    if len(known) + len(wanted) > MOST_ASKED:
        raise InvalidInput(_("Mời quá {n} đơn vị.").format(n=MOST_ASKED), action=_("Bớt đơn vị."))
    names = organisations.units_by_id(wanted)
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, unit_id=unit, words=names[unit].name) for unit in wanted if unit in names
    )


def _keep(scope: Scope, meeting: Meeting, action: str, **detail: object) -> Meeting:
    meeting.revision += 1
    meeting.save()
    seeing.record(scope, action, "meeting", meeting.number, meeting.unit_id, **detail)
    return meeting
