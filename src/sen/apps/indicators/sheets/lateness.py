"""Who is late with which sheet, how many are where, and how many figures come without anybody typing them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import periods, policies
from sen.apps.indicators.models import IndicatorDefinition, IndicatorValue
from sen.apps.indicators.models_sheets import SheetEntry, SheetState
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

WAITING = (SheetState.DRAFT.value, SheetState.SENT_BACK.value)
"""States in which it is the unit's turn."""


def visible(scope: Scope, unit_id: UUID | None = None) -> QuerySet[SheetEntry]:
    """The sheets that a scope sees, or those of one unit and all below it."""
    rows = SheetEntry.objects.all()
    if not scope.everything:
        rows = rows.filter(unit__in=list(scope.unit_ids))
    if unit_id is not None:
        rows = rows.filter(unit__in=list(organisations.subtree_ids(unit_id)))
    return rows


def late(scope: Scope, unit_id: UUID | None = None, *, today: date | None = None) -> QuerySet[SheetEntry]:
    """Sheets whose day has passed while it is the unit's turn, the longest late first."""
    require(scope, policies.VIEW)
    today = today or clock.local(clock.now()).date()
    # A correction of what was handed in before is nobody's lateness.
    rows = visible(scope, unit_id).filter(state__in=WAITING, due_on__lt=today, first_submitted_at=None)
    sent_back = visible(scope, unit_id).filter(state=SheetState.SENT_BACK, due_on__lt=today)
    return (rows | sent_back).select_related("unit").order_by("due_on", "sheet", "unit__code")


def counts(scope: Scope, unit_id: UUID | None = None) -> dict[str, int]:
    """open, late, submitted, sent_back, approved, on_time; one query."""
    require(scope, policies.VIEW)
    today = clock.local(clock.now()).date()
    in_time = Q(first_submitted_at__date__lte=F("due_on"))
    found = visible(scope, unit_id).aggregate(
        open=Count("pk", filter=Q(state=SheetState.DRAFT, due_on__gte=today)),
        late=Count("pk", filter=Q(state=SheetState.SENT_BACK, due_on__lt=today) | Q(state=SheetState.DRAFT, due_on__lt=today, first_submitted_at=None)),
        submitted=Count("pk", filter=Q(state=SheetState.SUBMITTED)),
        sent_back=Count("pk", filter=Q(state=SheetState.SENT_BACK)),
        approved=Count("pk", filter=Q(state=SheetState.APPROVED)),
        on_time=Count("pk", filter=Q(state=SheetState.APPROVED) & in_time),
    )  # fmt: skip
    return {name: int(number) for name, number in found.items()}


def punctuality(
    unit_ids: Collection[UUID], sheets: Collection[str], *, since: date, today: date
) -> dict[tuple[UUID, str], tuple[int, int]]:
    """Of sheets due from `since` to before `today`: how many, and how many of them came in time, by (unit, sheet); one query."""
    rows = SheetEntry.objects.filter(
        unit__in=list(unit_ids), sheet__in=list(sheets), due_on__gte=since, due_on__lt=today
    )
    counted = rows.values("unit_id", "sheet").annotate(
        due=Count("pk"), in_time=Count("pk", filter=Q(first_submitted_at__date__lte=F("due_on")))
    )
    return {(row["unit_id"], row["sheet"]): (row["due"], row["in_time"]) for row in counted}


def by_hand_and_automatic(scope: Scope, *, since: date) -> tuple[int, int]:
    """Figures in force for periods since a day in the units of a scope: typed by people, sent by systems. Formulas count as neither."""
    require(scope, policies.VIEW)
    rows = IndicatorValue.objects.filter(period_start__gte=since)
    if not scope.everything:
        rows = rows.filter(unit__in=list(scope.unit_ids))
    newest = rows.order_by("definition_id", "unit_id", "period_start", "-recorded_at", "-id").distinct(
        "definition_id", "unit_id", "period_start"
    )
    marks = list(newest.values_list("by_hand", flat=True))
    return sum(marks), len(marks) - sum(marks)


def typed_codes(codes: Collection[str]) -> frozenset[str]:
    """Those of some indicators that people type: recorded ones without a formula."""
    rows = IndicatorDefinition.objects.filter(code__in=list(codes), formula="")
    return frozenset(rows.values_list("code", flat=True))


def period_of(row: SheetEntry) -> periods.Period:
    """The period of an entry."""
    return periods.parse(row.period)
