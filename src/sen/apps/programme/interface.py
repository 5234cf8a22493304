"""What other apps may call of programmes, meetings, inspections and digests."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sen.apps.access.interface import Scope, require
from sen.apps.programme import concluding, inspecting, meeting, policies, programmes, seeing
from sen.apps.programme.choices import InspectionState, ItemState, MeetingState
from sen.apps.programme.concluding import Proposed
from sen.apps.programme.digest import making
from sen.apps.programme.meeting import AgendaIn
from sen.apps.programme.models import Inspection, Meeting, Programme
from sen.apps.programme.programmes import ItemIn
from sen.kernel import clock

__all__ = [
    "AgendaIn", "Coming", "ItemIn", "Progress", "Proposed", "add_item", "change_item", "coming", "conclude_inspection", "confirm_conclusion", "create_inspection",
    "create_meeting", "create_programme", "decide", "find", "give", "keep_conclusion", "look", "make_digest", "move_meeting", "progress",
    "proposals", "run_due", "set_digest_schedule",
]  # fmt: skip

create_programme, add_item, give = programmes.create, programmes.add_item, programmes.give
change_item = programmes.change_item
create_meeting, move_meeting, decide = meeting.create, meeting.move, meeting.decide
keep_conclusion, proposals, confirm_conclusion = concluding.keep_text, concluding.proposals, concluding.confirm
create_inspection, look, find = inspecting.create, inspecting.look, inspecting.find
conclude_inspection = inspecting.conclude
make_digest, set_digest_schedule, run_due = making.make, making.set_schedule, making.run_due


class Coming(msgspec.Struct, frozen=True):
    """A meeting or inspection that is still to come or going on. `kind`: meeting or inspection."""

    kind: str
    number: str
    title: str
    starts_at: datetime
    url: str
    simulated: bool


class Progress(msgspec.Struct, frozen=True):
    """How a programme stands: items by state."""

    number: str
    title: str
    year: int
    total: int
    done: int
    late: int
    url: str
    simulated: bool


def coming(scope: Scope | None, limit: int = 5) -> list[Coming]:
    """The next meetings and inspections that the caller sees, the nearest first."""
    scope = require(scope, policies.VIEW)
    now = clock.now()
    meetings = seeing.meetings(scope).filter(
        state__in=(MeetingState.PLANNED, MeetingState.RUNNING), starts_at__gte=now.replace(hour=0, minute=0)
    )
    inspections = seeing.inspections(scope).filter(
        state__in=(InspectionState.PLANNED, InspectionState.RUNNING), ends_on__gte=clock.local(now).date()
    )
    found = [_meeting(one) for one in meetings.order_by("starts_at")[:limit]]
    found += [_inspection(one) for one in inspections.order_by("starts_on")[:limit]]
    return sorted(found, key=lambda one: one.starts_at)[:limit]


def progress(scope: Scope | None, limit: int = 3) -> list[Progress]:
    """The newest programmes that the caller sees, and how their items stand today."""
    scope = require(scope, policies.VIEW)
    return [_progress(one) for one in seeing.programmes(scope)[:limit]]


def _meeting(found: Meeting) -> Coming:
    return Coming("meeting", found.number, found.title, found.starts_at, f"/meetings/{found.number}/", found.simulated)


def _inspection(found: Inspection) -> Coming:
    starts = datetime.combine(found.starts_on, datetime.min.time(), clock.VIETNAM)
    return Coming("inspection", found.number, found.title, starts, f"/inspections/{found.number}/", found.simulated)


def _progress(found: Programme) -> Progress:
    states = [one.state for one in programmes.lines(found)]
    return Progress(
        found.number, found.title, found.year, len(states), sum(one in (ItemState.DONE, ItemState.DONE_LATE) for one in states),
        states.count(ItemState.LATE), f"/programme/{found.number}/", found.simulated,
    )  # fmt: skip
