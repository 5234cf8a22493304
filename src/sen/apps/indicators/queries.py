"""Reads recorded values: those in force, and every row ever recorded. Who may see which unit is decided by the scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from sen.apps.access.interface import Scope
from sen.apps.indicators.models import IndicatorDefinition, IndicatorValue

Key = tuple[UUID, UUID, str]


def _newest(rows: QuerySet[IndicatorValue]) -> QuerySet[IndicatorValue]:
    """The newest row per indicator, unit and period."""
    order = ("definition_id", "unit_id", "period_start", "-recorded_at", "-id")
    return rows.order_by(*order).distinct("definition_id", "unit_id", "period_start")


def in_force(
    code: str, *, start: date | None = None, end: date | None = None, unit_ids: Collection[UUID] | None = None
) -> list[IndicatorValue]:
    """The values in force of an indicator for periods beginning in [start, end), of some units or of all."""
    rows = IndicatorValue.objects.filter(definition__code=code)
    if start:
        rows = rows.filter(period_start__gte=start)
    if end:
        rows = rows.filter(period_start__lt=end)
    if unit_ids is not None:
        rows = rows.filter(unit__in=list(unit_ids))
    return list(_newest(rows))


def in_force_of(keys: Iterable[Key]) -> dict[Key, IndicatorValue]:
    """The values in force by (definition id, unit id, period)."""
    wanted = set(keys)
    if not wanted:
        return {}
    definitions, units, periods = (set(part) for part in zip(*wanted, strict=True))
    rows = IndicatorValue.objects.filter(definition__in=definitions, unit__in=units, period__in=periods)
    found = {(row.definition_id, row.unit_id, row.period): row for row in _newest(rows)}
    return {key: row for key, row in found.items() if key in wanted}


def rows_of(code: str, unit_ids: Collection[UUID], period: str = "") -> list[IndicatorValue]:
    """Every row ever recorded for some units, newest first."""
    rows = IndicatorValue.objects.filter(definition__code=code, unit__in=list(unit_ids))
    return list((rows.filter(period=period) if period else rows).order_by("-period_start", "-recorded_at", "-id"))


def period_starts(code: str) -> list[date]:
    """First days of the periods for which anything is recorded, newest first."""
    rows = IndicatorValue.objects.filter(definition__code=code).order_by("-period_start")
    return list(rows.values_list("period_start", flat=True).distinct())


def definition_row(code: str) -> IndicatorDefinition | None:
    """The definition of a code, active or not."""
    return IndicatorDefinition.objects.filter(code=code).first()


def visible(scope: Scope) -> Q:
    """The condition that a value belongs to a unit that the scope sees."""
    return Q() if scope.everything else Q(unit__in=list(scope.unit_ids))
