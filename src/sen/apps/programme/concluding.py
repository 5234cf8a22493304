"""The conclusion of a meeting: its text is kept, read into proposed tasks, and what a person confirms is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.directives import interface as directives
from sen.apps.directives.interface import DirectiveRef, NewDirective, NewTask, UnitName
from sen.apps.organisations import interface as organisations
from sen.apps.programme import seeing
from sen.apps.programme.choices import MeetingState
from sen.apps.programme.meeting import ORIGIN
from sen.apps.programme.models import Meeting
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput

LONGEST = 100_000


class Proposed(msgspec.Struct, frozen=True):
    """A task as the text says it. `leads`: the units found; `unknown`: names for which there is none; evidence as places in the text."""

    words: str
    leads: tuple[UnitName, ...]
    unknown: tuple[str, ...]
    cooperating: tuple[UnitName, ...]
    cooperating_words: str
    deadline: date | None
    deadline_words: str
    evidence: str
    at: tuple[int, int] | None
    warnings: tuple[str, ...]


@transaction.atomic
def keep_text(*, scope: Scope, number: str, text: str, conclusion_number: str = "", on: date | None = None) -> Meeting:
    """Keep the text of the conclusion, so that its tasks can be proposed. Raises NotFound, Forbidden, InvalidInput, Conflict once concluded."""
    found = seeing.meeting_for(scope, number, keep=True)
    if found.state in (MeetingState.CONCLUDED, MeetingState.CANCELLED):
        raise Conflict(
            _("Kết luận của cuộc họp này đã được giao hoặc cuộc họp đã hủy."),
            action=_("Giao thêm ở trang Nhiệm vụ."),
            code="over",
        )
    words = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not 20 <= len(words) <= LONGEST:
        raise InvalidInput(
            _("Kết luận cần từ 20 đến {n} ký tự.").format(n=LONGEST), action=_("Dán toàn văn thông báo kết luận."),
            fields={"text": _("Dán toàn văn.")},
        )  # fmt: skip
    found.conclusion, found.conclusion_number, found.conclusion_on = words, conclusion_number.strip()[:100], on
    found.revision += 1
    found.save()
    seeing.record(scope, "keep_conclusion", "meeting", number, found.unit_id, characters=len(words))
    return found


def proposals(meeting: Meeting) -> list[Proposed]:
    """The tasks that the kept text assigns, in reading order. Deadlines in working days count the calendar of the meeting's unit."""
    if not meeting.conclusion:
        return []
    read = directives.extract_from_text(meeting.conclusion, organisations.working_calendar_of(meeting.unit_id))
    names = [name for one in read.tasks for name in (*one.agencies, *one.coordinating)]
    matched = directives.match_units(names, meeting.conclusion_on or read.issued) if names else {}
    found = []
    position = 0
    for one in read.tasks:
        begin = meeting.conclusion.find(one.evidence, position) if one.evidence else -1
        begin = meeting.conclusion.find(one.evidence) if begin < 0 and one.evidence else begin
        at = (begin, begin + len(one.evidence)) if begin >= 0 and one.evidence else None
        position = begin + 1 if begin >= 0 else position
        leads = tuple({unit.id: unit for name in one.agencies for unit in matched[name].units}.values())
        unknown = tuple(name for name in one.agencies if not matched[name].units)
        others = tuple({unit.id: unit for name in one.coordinating for unit in matched[name].units}.values())
        found.append(
            Proposed(
                one.task, leads, unknown, others, ", ".join(one.coordinating), one.deadline, one.deadline_text, one.evidence, at, one.warnings
            )
        )  # fmt: skip
    return found


@transaction.atomic
def confirm(*, scope: Scope, number: str, tasks: Sequence[NewTask], revision: int | None = None) -> DirectiveRef:
    """Give what a person confirmed, all in one directive of the meeting; the meeting is concluded.

    A second confirmation of the same conclusion gives what the first gave. Raises NotFound, Forbidden, InvalidInput, Conflict.
    """
    found = seeing.meeting_for(scope, number, keep=True)
    key = f"meeting:{found.number}:conclusion"
    if found.state != MeetingState.CONCLUDED:
        seeing.must_be_as_seen(found, revision)
    made = directives.add_tasks(
        scope=scope,
        directive=NewDirective(
            title=_("Kết luận cuộc họp {number}: {title}").format(number=found.number, title=found.title[:400]),
            number=found.conclusion_number, issuer=found.unit.name, issued=found.conclusion_on or clock.local(found.starts_at).date(),
            signer=found.chair[:150], origin=ORIGIN, origin_reference=found.number, text=found.conclusion, unit_id=found.unit_id, key=key,
            simulated=found.simulated,
        ),
        tasks=list(tasks),
    )  # fmt: skip
    if found.state != MeetingState.CONCLUDED:
        found.state = MeetingState.CONCLUDED
        found.ended_at = found.ended_at or clock.now()
        found.revision += 1
        found.save()
        seeing.record(scope, "conclude_meeting", "meeting", number, found.unit_id, tasks=list(made.tasks))
    return made
