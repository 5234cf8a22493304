"""The door of the directives: tasks that documents, meetings and incidents assign, and how they stand; the reading of documents.

Reading a document needs no database, and `./sen extract-tasks` uses this door without one: what does is imported when it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sen.apps.directives.extraction.proposals import Extraction, ProposedTask
from sen.apps.directives.extraction.proposals import extract_from_text as _extract_from_text
from sen.apps.directives.extraction.proposals import extract_tasks as _extract_tasks
from sen.apps.directives.values import (
    DemoLetter,
    DirectiveRef,
    NewDirective,
    NewTask,
    OverdueLine,
    Page,
    TaskCounts,
    TaskDetail,
    TaskFilter,
    TaskLine,
    UnitLine,
    UnitName,
)
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar
from sen.kernel.scopes import Scope

if TYPE_CHECKING:
    from sen.apps.directives.matching import Match

__all__ = [
    "DemoLetter", "DirectiveRef", "Extraction", "NewDirective", "NewTask", "OverdueLine", "Page", "ProposedTask", "TaskCounts", "TaskDetail",
    "TaskFilter", "TaskLine", "UnitLine", "UnitName", "add_tasks", "counts", "counts_by_unit", "create_demonstration", "extract_from_text", "extract_tasks", "match_units",
    "of_directive", "of_document", "of_origin", "overdue", "ranking", "run_due", "task", "tasks",
]  # fmt: skip


def extract_tasks(path: Path) -> Extraction:
    """The tasks of a .txt, .docx or .pdf file. Raises InvalidInput (code unreadable_document) with cause and action."""
    return _extract_tasks(path)


def extract_from_text(text: str, calendar: OfficeCalendar = NATIONAL) -> Extraction:
    """The tasks of a text, in reading order; `calendar`: whose working days its deadlines count."""
    return _extract_from_text(text, calendar)


def add_tasks(*, scope: Scope, directive: NewDirective, tasks: Sequence[NewTask]) -> DirectiveRef:
    """Give the tasks of a directive in one transaction; each lead gets one of its own. The same `directive.key` gives what it gave before.

    In the name of `directive.unit_id`, else of the caller's first unit. Raises InvalidInput with `fields` (`tasks.<index>.<field>`),
    NotFound for units, Forbidden.
    """
    from sen.apps.directives import assigning

    return assigning.add_tasks(scope=scope, directive=directive, tasks=tasks)


def tasks(scope: Scope | None, wanted: TaskFilter | None = None, cursor: str | None = None, limit: int = 50) -> Page:
    """A page of the tasks that the caller sees, the earliest deadline first. Raises InvalidInput."""
    from sen.apps.directives import listing

    return listing.tasks(scope, wanted, cursor, limit)


def task(scope: Scope | None, number: str | UUID) -> TaskLine:
    """One task as a row. Raises NotFound."""
    from sen.apps.directives import lines, seeing

    return lines.lines_of([seeing.task_for(scope, number)])[0]


def counts(scope: Scope | None, unit_id: UUID | None = None) -> TaskCounts:
    """Tasks by timeliness today: of all that the caller sees, or of those that a unit and all below it lead."""
    from sen.apps.directives import figures

    return figures.counts(scope, unit_id)


def counts_by_unit(scope: Scope | None) -> dict[UUID, TaskCounts]:
    """The same of each leading unit alone; one statement."""
    from sen.apps.directives import figures

    return figures.counts_by_unit(scope)


def ranking(scope: Scope | None, since: date | None = None, until: date | None = None) -> list[UnitLine]:
    """Units by their share of tasks done on time, of deadlines in force from `since` to `until`."""
    from sen.apps.directives import figures

    return figures.ranking(scope, since, until)


def overdue(scope: Scope | None, limit: int = 10, unit_id: UUID | None = None) -> list[OverdueLine]:
    """The tasks that are late, the longest first, with lead, days, last progress and why."""
    from sen.apps.directives import figures

    return figures.overdue(scope, limit, unit_id)


def of_directive(scope: Scope | None, directive_id: UUID) -> list[TaskLine]:
    """The tasks of one directive that the caller sees, also those that are gone. Empty where there is none."""
    from sen.apps.directives import listing

    return listing.every(scope, TaskFilter(directive_id=directive_id, with_gone=True))


def of_document(scope: Scope | None, document_id: UUID) -> list[DirectiveRef]:
    """The directives made of a document of the document exchange, with the numbers of their tasks."""
    from sen.apps.directives import listing

    return listing.directives(scope, document_id=document_id)


def of_origin(scope: Scope | None, origin: str, reference: str) -> list[TaskLine]:
    """The tasks that a meeting, incident, inspection or programme item (`reference`: its number) gave."""
    from sen.apps.directives import listing

    return listing.every(scope, TaskFilter(origin=origin, origin_reference=reference, with_gone=True))


def match_units(names: Sequence[str], issued: date | None = None) -> dict[str, Match]:
    """What the names of units in a document of a day stand for, by name; older names and merged units are followed to today."""
    from sen.apps.directives.matching import Register

    register = Register(issued)
    return {name: register.match(name) for name in dict.fromkeys(names)}


def run_due(now: datetime) -> int:
    """Send every reminder whose time has come at `now`; how many tasks it was. Idempotent."""
    from sen.apps.directives import chasing

    return chasing.run_due(now)


def create_demonstration(*, leader: Scope, duty: Scope, unit_id: UUID, letters: Sequence[DemoLetter]) -> None:
    """Give the tasks of made-up letters and play what became of them up to now, all marked simulated. Once per key."""
    from sen.apps.directives import demonstration

    demonstration.play(leader=leader, duty=duty, unit_id=unit_id, letters=letters)
