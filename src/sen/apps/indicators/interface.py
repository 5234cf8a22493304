"""What other apps may call of indicators: definitions, figures by unit, recording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import definitions as _definitions
from sen.apps.indicators import figures as _figures
from sen.apps.indicators import periods, policies, queries, recording
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure, FigurePart
from sen.apps.indicators.figures import Tree
from sen.apps.indicators.periods import Period
from sen.apps.indicators.recording import Recorded, RowProblem, ValueRow
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

__all__ = [
    "Definition", "Figure", "FigurePart", "IndicatorFigure", "Period", "Recorded", "RowProblem", "Tree", "ValueRow", "by_unit", "define",
    "definition", "definitions", "figure", "parse_period", "record_values", "register_pack_indicators",
]  # fmt: skip


class IndicatorFigure(msgspec.Struct, frozen=True):
    """The newest figure of an indicator for a unit, as a tile shows it. Without a value `reason` says why. `period` is its key,
    `period_words` what people read; `status` estimated, preliminary, official, revised or computed."""

    value: float | None
    unit_label: str
    decimals: int
    period: str
    status: str
    source: str
    owner: str
    recorded_at: datetime | None
    by_hand: bool
    name: str = ""
    period_words: str = ""
    reason: str = ""
    simulated: bool = False
    before: float | None = None


def definitions() -> list[Definition]:
    """Every active indicator by code."""
    return _definitions.definitions()


def definition(code: str) -> Definition:
    """An indicator, or a measure of series such as `do.pm25.mean`, by its code. Raises NotFound."""
    return _definitions.definition(code)


def figure(scope: Scope, code: str, unit_id: UUID) -> IndicatorFigure | None:
    """The newest figure of a unit in today's tree, with that of the period before; None where nothing was ever recorded for it.

    Raises NotFound for an unknown code, Forbidden.
    """
    require(scope, policies.VIEW)
    wanted = _definitions.definition(code)
    found = _newest(scope, wanted, unit_id)
    if found is None:
        return None
    newest, before = found
    return IndicatorFigure(
        value=newest.value, unit_label=wanted.unit_label, decimals=wanted.decimals, period=newest.period.key, status=newest.status,
        source=newest.source, owner=wanted.source_agency, recorded_at=newest.recorded_at, by_hand=bool(newest.by_hand), name=wanted.name,
        period_words=newest.period.words, reason=newest.reason, simulated=newest.simulated, before=before.value if before else None,
    )  # fmt: skip


def _newest(scope: Scope, wanted: Definition, unit_id: UUID) -> tuple[Figure, Figure | None] | None:
    family = organisations.family([unit_id])
    last = _last_period(wanted, [unit_id, *_figures.ancestors(family, unit_id)])
    if last is None:
        return None
    found = _figures.by_unit(scope, wanted.code, [last, last.moved(-1)])
    here = {period: next((one for one in some if one.unit.id == unit_id), None) for period, some in found.items()}
    newest = here[last] or here[last.moved(-1)]
    return (newest, here[last.moved(-1)] if here[last] else None) if newest else None


def _last_period(wanted: Definition, units: Sequence[UUID]) -> Period | None:
    """The newest period with anything for these units; of a formula the newest of its inputs, of a measure the present month."""
    if wanted.origin == "series":
        return periods.containing(clock.local(clock.now()).date(), "month")
    codes = _definitions.recorded_inputs(wanted)
    start = queries.newest_period(codes, units)
    return periods.containing(start, wanted.period) if start else None


def by_unit(
    scope: Scope, code: str, period: Period | str, tree: Tree = "today", *, as_of: date | None = None
) -> list[Figure]:
    """The figures of an indicator or measure in one period that the scope may see, ordered by level and code of the unit.

    `tree` today: units of today (or of `as_of`), the values of former units carried over; as_was: units of the period's last day.
    Raises NotFound, InvalidInput, Forbidden.
    """
    wanted = parse_period(period, _definitions.definition(code).period) if isinstance(period, str) else period
    return _figures.by_unit(scope, code, [wanted], tree, as_of=as_of)[wanted]


def parse_period(text: str, kind: str = "") -> Period:
    """The period that people mean by `2025-03`, `quý I/2025`, `2025`. Raises InvalidInput."""
    return periods.parse(text, kind)


def record_values(
    *, scope: Scope, rows: Sequence[ValueRow], by_hand: bool = True, simulated: bool = False, dry_run: bool = False
) -> Recorded:
    """Record values; a row that cannot be used is listed and the rest goes on. See recording.record_values."""
    return recording.record_values(scope=scope, rows=rows, by_hand=by_hand, simulated=simulated, dry_run=dry_run)


def define(*, scope: Scope, code: str, name: str, period: str, **facts: Any) -> None:
    """Define or change the province's own indicator; `facts` are fields of IndicatorDefinition. Raises InvalidInput, Forbidden."""
    recording.define(scope=scope, code=code, name=name, period=period, **facts)


def register_pack_indicators() -> int:
    """Take over the definitions of all packs; how many. Safe to call at every start."""
    return recording.register_pack_indicators()
