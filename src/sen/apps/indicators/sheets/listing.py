"""Lists of sheets: what a unit has to send and by when, what waits for an approver, who is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec
from django.db.models import Count, Q, QuerySet

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import definitions, policies
from sen.apps.indicators.models_sheets import SheetEntry, SheetState
from sen.apps.indicators.periods import parse
from sen.apps.indicators.sheets import forms, lateness, seeing
from sen.apps.indicators.sheets.values import EntryRef, Timeliness
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

SOON_DAYS = 5
PAGE = 100


class SheetFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What is listed. `turn`: mine (the unit's turn), approve (the caller approves), late, done, empty for everything."""

    turn: str = ""
    unit_id: UUID | None = None
    sheet: str = ""
    period: str = ""


def listed(
    scope: Scope, wanted: SheetFilter, *, limit: int = PAGE, after: UUID | None = None
) -> tuple[list[EntryRef], UUID | None]:
    """A page of sheets, the one due first before the others, and the id after which the next page begins. Raises Forbidden."""
    require(scope, policies.VIEW)
    rows = _narrowed(scope, wanted)
    if after is not None and (last := rows.filter(pk=after).first()):
        rows = rows.filter(Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk))
    found = list(rows.order_by("due_on", "pk")[: limit + 1])
    more = found[limit - 1].pk if len(found) > limit else None
    return refs(scope, found[:limit]), more


def _narrowed(scope: Scope, wanted: SheetFilter) -> QuerySet[SheetEntry]:
    seen = lateness.late if wanted.turn == "late" else lateness.visible
    rows = seen(scope, wanted.unit_id)
    if wanted.turn == "mine":
        rows = rows.filter(state__in=lateness.WAITING)
    elif wanted.turn == "approve":
        rows = rows.filter(state=SheetState.SUBMITTED)
    elif wanted.turn == "done":
        rows = rows.filter(state=SheetState.APPROVED)
    if wanted.sheet:
        rows = rows.filter(sheet=wanted.sheet)
    return (rows.filter(period=wanted.period) if wanted.period else rows).select_related("unit")


def refs(scope: Scope, rows: Sequence[SheetEntry]) -> list[EntryRef]:
    """The rows as lists show them; a bounded number of queries whatever their number."""
    today = clock.local(clock.now()).date()
    filled = dict(
        SheetEntry.objects.filter(pk__in=[row.pk for row in rows])
        .annotate(n=Count("cells", filter=~Q(cells__text="")))
        .values_list("pk", "n")
    )
    units = {row.unit_id: organisations.ref(row.unit) for row in rows}
    held = {unit: {form.code: form for form in some} for unit, some in forms.forms_of(list(units.values())).items()}
    computed = {one.code for one in definitions.definitions() if one.origin != "recorded"}
    found = []
    for row in rows:
        form = held[row.unit_id].get(row.sheet)
        days, timeliness = timeliness_of(row, today)
        found.append(
            EntryRef(
                id=row.pk, sheet=row.sheet, name=row.name, unit=units[row.unit_id], period=parse(row.period), due_on=row.due_on, state=row.state,
                timeliness=timeliness, days_late=days, filled=filled.get(row.pk, 0),
                rows=sum(1 for one in form.rows if one.code not in computed) if form else filled.get(row.pk, 0), round=row.round,
                revision=row.revision, submitted_at=row.submitted_at, submitted_by=row.submitted_by, decided_at=row.decided_at,
                decided_by=row.decided_by, simulated=row.simulated,
                may_fill_in=seeing.may_fill_in(scope, row), may_approve=form is not None and seeing.may_approve(scope, row, form),
            )
        )  # fmt: skip
    return found


def timeliness_of(row: SheetEntry, today: date) -> tuple[int, Timeliness]:
    """Days late (0 where it is not) and how the sheet stands to its day; one that was handed in counts by its first submission."""
    if row.first_submitted_at and row.state != SheetState.SENT_BACK:
        days = max(0, (clock.local(row.first_submitted_at).date() - row.due_on).days)
        return days, "handed_in_late" if days else "on_time"
    days = (today - row.due_on).days
    if days > 0:
        return days, "late"
    return 0, "due_soon" if row.due_on - today <= timedelta(days=SOON_DAYS) else "not_due"


class UnitLateness(msgspec.Struct, frozen=True, kw_only=True):
    """How punctual one unit is with all its sheets of a span: due so far, handed in on time, late now, and the longest that is late."""

    unit: organisations.UnitRef
    due: int
    on_time: int
    late: int
    days: int

    @property
    def share(self) -> float | None:
        return self.on_time / self.due if self.due else None


def by_unit(scope: Scope, *, since: date, unit_id: UUID | None = None) -> list[UnitLateness]:
    """Every unit with sheets due since a day, the least punctual first."""
    require(scope, policies.VIEW)
    today = clock.local(clock.now()).date()
    rows = lateness.visible(scope, unit_id).filter(due_on__gte=since).select_related("unit")
    grouped: dict[UUID, list[SheetEntry]] = {}
    for row in rows:
        grouped.setdefault(row.unit_id, []).append(row)
    found = [one for some in grouped.values() if (one := _of_unit(some, today))]
    return sorted(found, key=lambda one: (-one.late, -one.days, one.share or 0.0, one.unit.code))


def _of_unit(rows: Iterable[SheetEntry], today: date) -> UnitLateness | None:
    """None where nothing was due yet."""
    some = list(rows)
    stood = [timeliness_of(row, today) for row in some]
    due = [
        one
        for row, one in zip(some, stood, strict=True)
        if row.due_on < today or one[1] in ("on_time", "handed_in_late")
    ]
    if not due:
        return None
    late = [days for days, how in due if how == "late"]
    return UnitLateness(
        unit=organisations.ref(some[0].unit), due=len(due), on_time=sum(1 for _days, how in due if how == "on_time"), late=len(late),
        days=max(late, default=0),
    )  # fmt: skip
