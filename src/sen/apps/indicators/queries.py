"""Reads recorded values: those in force, and every row ever recorded. Narrowed by the caller, who brings units."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from sen.apps.indicators.models import IndicatorValue
from sen.apps.indicators.models_sheets import IndicatorPlan

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


def in_force_of_unit(codes: Collection[str], unit_id: UUID, *, start: date, end: date) -> list[IndicatorValue]:
    """The values in force of one unit for periods beginning in [start, end), of several indicators, with their definitions."""
    rows = IndicatorValue.objects.filter(definition__code__in=list(codes), unit=unit_id)
    rows = rows.filter(period_start__gte=start, period_start__lt=end)
    return list(_newest(rows.select_related("definition")))


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


def newest_period(codes: Collection[str], unit_ids: Collection[UUID]) -> date | None:
    """The first day of the newest period recorded for any of these indicators and units."""
    rows = IndicatorValue.objects.filter(definition__code__in=list(codes), unit__in=list(unit_ids))
    newest: date | None = rows.aggregate(newest=Max("period_start"))["newest"]
    return newest


def oldest_period(codes: Collection[str], unit_ids: Collection[UUID]) -> date | None:
    """The first day of the oldest period recorded for any of these indicators and units."""
    rows = IndicatorValue.objects.filter(definition__code__in=list(codes), unit__in=list(unit_ids))
    oldest: date | None = rows.aggregate(oldest=Min("period_start"))["oldest"]
    return oldest


def most_planned() -> str:
    """The indicator with plans for most units: what the province steers by; empty where nothing is planned."""
    counted = IndicatorPlan.objects.exclude(value=None).values("code").annotate(units=Count("unit", distinct=True))
    first = counted.order_by("-units", "code").values_list("code", flat=True).first()
    return first or ""


def codes_with_values() -> frozenset[str]:
    """The indicators for which anything is recorded."""
    return frozenset(IndicatorValue.objects.values_list("definition__code", flat=True).distinct())
