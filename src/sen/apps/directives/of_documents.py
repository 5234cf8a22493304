"""Says on the page and in the list of documents which tasks a document gave, as far as the caller sees them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.directives import policies, seeing
from sen.apps.directives.choices import Timeliness, Workflow
from sen.apps.directives.lines import lines_of
from sen.apps.directives.values import TaskLine
from sen.apps.documents import interface as documents
from sen.apps.documents.interface import LinkedThing

_TONES = {"overdue": "late", "due_soon": "warn", "done_on_time": "done"}


def tasks_of(scope: Scope, document_ids: Sequence[UUID]) -> dict[UUID, list[LinkedThing]]:
    """The tasks of each document by number; a bounded number of queries. Empty for who may see no tasks."""
    if not scope.allows(policies.VIEW):
        return {}
    found = seeing.visible(scope).filter(directive__document_id__in=document_ids, directive__undone_at=None)
    rows = list(found.order_by("number"))
    given: dict[UUID, list[LinkedThing]] = {}
    for row, line in zip(rows, lines_of(rows), strict=True):
        if row.directive.document_id is not None:
            given.setdefault(row.directive.document_id, []).append(_thing(line))
    return given


def _thing(line: TaskLine) -> LinkedThing:
    late = line.timeliness == Timeliness.OVERDUE
    words = Timeliness(line.timeliness).label if late else Workflow(line.workflow).label
    return LinkedThing(
        name=f"{line.number} {line.words}"[:200], address=line.url, state=str(words), tone=_TONES.get(line.timeliness, ""),
        unit=line.lead.name, due=line.deadline,
    )  # fmt: skip


def register() -> None:
    """Called once from AppConfig.ready."""
    documents.register_link("task", tasks_of)
