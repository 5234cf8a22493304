"""Counts of documents by unit: in and out, unread, late, signed, electronic, how long handling took. One statement each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet

from sen.apps.access.interface import Scope, require
from sen.apps.documents import policies, timeliness
from sen.apps.documents.choices import Direction, Signature
from sen.apps.documents.models import Document
from sen.apps.documents.values import DocumentCounts, UnitLine
from sen.apps.organisations import interface as organisations
from sen.kernel import clock


def counts(
    scope: Scope | None, unit_id: UUID | None = None, *, since: date | None = None, until: date | None = None
) -> DocumentCounts:
    """The documents registered from `since` to `until` (days, both inclusive; None = no end) by the unit and those below, or all seen."""
    found = _registered(require(scope, policies.VIEW), since, until)
    if unit_id is not None:
        found = found.filter(unit_id__in=organisations.subtree_ids(unit_id))
    return _counts(found.aggregate(**_figures()))


def by_unit(scope: Scope | None, *, since: date | None = None, until: date | None = None) -> list[UnitLine]:
    """A line per unit whose register the caller sees and that has any document, by level and code."""
    scope = require(scope, policies.VIEW)
    found = _each(_registered(scope, since, until))
    units = organisations.units_by_id(found)
    order = {"province": 0, "department": 1, "commune": 2}
    listed = [UnitLine(units[one], figures) for one, figures in found.items()]
    return sorted(listed, key=lambda one: (order.get(one.unit.level, 3), one.unit.code))


def of_units(unit_ids: Collection[UUID], since: date, until: date) -> dict[UUID, DocumentCounts]:
    """The registers of these very units, without those below; units with none are left out."""
    return _each(_between(Document.objects.filter(unit_id__in=unit_ids), since, until))


def _each(found: QuerySet[Document]) -> dict[UUID, DocumentCounts]:
    rows: Any = found.order_by().values("unit_id").annotate(**_figures())
    return {row["unit_id"]: _counts(row) for row in rows}


def _registered(scope: Scope, since: date | None, until: date | None) -> QuerySet[Document]:
    found = Document.objects.all() if scope.everything else Document.objects.filter(unit_id__in=scope.unit_ids)
    return _between(found, since, until)


def _between(found: QuerySet[Document], since: date | None, until: date | None) -> QuerySet[Document]:
    if since is not None:
        found = found.filter(registered_at__gte=_start(since))
    if until is not None:
        found = found.filter(registered_at__lt=_start(until + timedelta(days=1)))
    return found


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.VIETNAM)


def _figures() -> dict[str, Any]:
    day = timeliness.today()
    looked_at = ~Q(signature=Signature.UNKNOWN)
    took = ExpressionWrapper(F("handled_at") - F("registered_at"), DurationField())
    return {
        "n_in": Count("pk", timeliness.INCOMING),
        "n_out": Count("pk", Q(direction=Direction.OUT)),
        "n_unread": Count("pk", timeliness.UNREAD),
        "n_open": Count("pk", timeliness.OPEN),
        "n_due_soon": Count("pk", timeliness.due_soon(day)),
        "n_overdue": Count("pk", timeliness.overdue(day)),
        "n_on_time": Count("pk", timeliness.DONE_ON_TIME),
        "n_late": Count("pk", timeliness.DONE_LATE),
        "n_signed": Count("pk", Q(signature=Signature.DETECTED)),
        "n_looked_at": Count("pk", looked_at),
        "n_electronic": Count("pk", Q(electronic=True)),
        "took": Avg(took, filter=timeliness.INCOMING & Q(handled_at__isnull=False)),
        "n_simulated": Count("pk", Q(simulated=True)),
        "newest": Max("updated_at"),
    }


def _counts(row: dict[str, Any]) -> DocumentCounts:
    took = row["took"]
    return DocumentCounts(
        incoming=row["n_in"], outgoing=row["n_out"], unread=row["n_unread"], open=row["n_open"],
        due_soon=row["n_due_soon"], overdue=row["n_overdue"], done_on_time=row["n_on_time"], done_late=row["n_late"],
        signed=row["n_signed"], signed_of=row["n_looked_at"], electronic=row["n_electronic"],
        mean_hours=took.total_seconds() / 3600 if took is not None else None, simulated=row["n_simulated"],
        newest=row["newest"],
    )  # fmt: skip
