"""Figures of units over a period: overview, ranking of units, procedures. Everything comes from one pair of statements over the counters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope, require
from sen.apps.indicators.interface import Period
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.procedures import agencies, catalogue, policies
from sen.apps.procedures.models import Feed, Recount
from sen.apps.procedures.storage import reading
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.storage.reading import Span, Totals
from sen.apps.procedures.storage.schema import COUNTERS
from sen.apps.procedures.values import Bucket, Overview, ProcedureLine, State, UnitLine
from sen.kernel import clock
from sen.kernel.errors import NotFound

_PHASES = ("open", "waiting", "done", "withdrawn")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a caller sees of dossiers: agency numbers (None = all, with agencies that no unit claims), and whose they are."""

    agencies: list[int] | None
    unit_of: dict[int, UUID | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the figures come from and how fresh they are."""

    source: str
    as_of: datetime | None
    simulated: bool


def seen_by(scope: Scope | None, unit_id: UUID | None) -> Seen:
    """The agencies of a unit and all below it, or of all that the scope sees. Raises NotFound for a unit it does not see, Forbidden."""
    scope = require(scope, policies.VIEW)
    unit_of = agencies.units()
    if unit_id is None:
        if scope.everything:
            return Seen(None, unit_of)
        return Seen([number for number, unit in unit_of.items() if scope.sees(unit)], unit_of)
    if not scope.sees(unit_id):
        raise NotFound("Không tìm thấy đơn vị.")
    if scope.everything and unit_id == organisations.province().id:
        return Seen(None, unit_of)
    below = organisations.subtree_ids(unit_id)
    return Seen([number for number, unit in unit_of.items() if unit in below], unit_of)


def span_of(period: Period) -> Span:
    """The days of a period and the moment of judging."""
    return Span.of(period.start, period.last_day, clock.now_ms())


def overview(scope: Scope | None, unit_id: UUID | None, period: Period, procedure: int | None = None) -> Overview:
    """See interface.overview; `procedure`: of one procedure, by its number, then without a funnel."""
    seen, span = seen_by(scope, unit_id), span_of(period)
    total = added(
        (
            reading.by_agency(engine(), seen.agencies, span)
            if procedure is None
            else reading.of_one_procedure(engine(), procedure, seen.agencies, span)
        ).values()
    )
    whence = origin()
    return Overview(
        buckets=buckets(total),
        received=int(total["received"]),
        on_time=on_time(total),
        judged=judged(total),
        on_time_rate=percent(on_time(total), judged(total)),
        mean_hours=quotient(total["handling_hours"], total["finished"]),
        funnel=[(state, int(total[f"state_{int(state)}"])) for state in State],
        judged_at=clock.from_ms(span.at),
        as_of=whence.as_of,
        source=whence.source,
        simulated=total["simulated"] > 0 if procedure is None else whence.simulated,
    )


def ranking(scope: Scope | None, period: Period) -> list[UnitLine]:
    """See interface.ranking."""
    seen, span = seen_by(scope, None), span_of(period)
    of_unit: dict[UUID, list[Totals]] = {}
    for agency, total in reading.by_agency(engine(), seen.agencies, span).items():
        unit = seen.unit_of.get(agency)
        if unit is not None:
            of_unit.setdefault(unit, []).append(total)
    units = organisations.units_by_id(of_unit)
    found = sorted(
        (_unit_line(units[unit], added(totals)) for unit, totals in of_unit.items() if unit in units),
        key=lambda line: (line.on_time_rate is None, -(line.on_time_rate or 0), -line.judged, line.unit.code),
    )
    return [_ranked(line, number) for number, line in enumerate(found, start=1)]


def procedures(scope: Scope | None, unit_id: UUID | None, period: Period) -> list[ProcedureLine]:
    """See interface.procedure_lines."""
    seen, span = seen_by(scope, unit_id), span_of(period)
    totals = reading.by_procedure(engine(), seen.agencies, span)
    named = catalogue.by_number(totals)
    lines = [
        ProcedureLine(
            code=named[number].code, name=named[number].name, field=named[number].field, limit=named[number].limit,
            limit_unit=named[number].limit_unit, received=int(total["received"]), on_time=on_time(total), judged=judged(total),
            overdue=int(total["open_late"]), on_time_rate=percent(on_time(total), judged(total)),
            mean_hours=quotient(total["handling_hours"], total["finished"]), mean_in_unit=quotient(total["handling_units"], total["finished"]),
        )
        for number, total in totals.items()
        if number in named and (total["received"] or judged(total))
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.received, line.code))


def added(totals: Iterable[Totals]) -> Totals:
    """The sums of several agencies or procedures."""
    found = dict.fromkeys(COUNTERS, 0.0)
    for one in totals:
        for name, value in one.items():
            found[name] += value
    return found


def on_time(total: Totals) -> int:
    """Dossiers that ended in time or are still in time."""
    return int(sum(total[f"{phase}_on_time"] for phase in _PHASES))


def judged(total: Totals) -> int:
    """Dossiers with anything to be judged by."""
    return on_time(total) + int(sum(total[f"{phase}_late"] for phase in _PHASES))


def buckets(total: Totals) -> dict[Bucket, int]:
    """The counts that provinces show; together every dossier that counts in the period."""

    def every(phase: str) -> int:
        return int(total[f"{phase}_on_time"] + total[f"{phase}_late"] + total[f"{phase}_unjudged"])

    return {
        Bucket.IN_TIME: int(total["open_on_time"]),
        Bucket.OVERDUE: int(total["open_late"]),
        Bucket.DONE_ON_TIME: int(total["done_on_time"]),
        Bucket.DONE_LATE: int(total["done_late"]),
        Bucket.WAITING_SUPPLEMENT: every("waiting"),
        Bucket.WITHDRAWN: every("withdrawn"),
        Bucket.WITHOUT_DUE: int(total["open_unjudged"] + total["done_unjudged"]),
    }


def percent(part: float, whole: float) -> float | None:
    """Two decimals; None with nothing to divide by."""
    return round(100 * part / whole, 2) if whole else None


def quotient(sum_: float, count: float) -> float | None:
    """A mean with two decimals; None with nothing to divide by."""
    return round(sum_ / count, 2) if count else None


def origin() -> Origin:
    """The names of all feeds and when the counters were last brought up to date."""
    feeds: Sequence[Feed] = list(Feed.objects.order_by("name"))
    counted = Recount.objects.filter(pk=1).first()
    return Origin(
        ", ".join(feed.name for feed in feeds),
        counted.finished_at if counted else None,
        any(feed.simulated for feed in feeds),
    )


def _unit_line(unit: UnitRef, total: Totals) -> UnitLine:
    return UnitLine(
        unit=unit, rank=None, received=int(total["received"]), finished=int(total["finished"]), on_time=on_time(total), judged=judged(total),
        overdue=int(total["open_late"]), on_time_rate=percent(on_time(total), judged(total)),
        mean_hours=quotient(total["handling_hours"], total["finished"]), online_rate=percent(total["online"], total["received"]),
    )  # fmt: skip


def _ranked(line: UnitLine, number: int) -> UnitLine:
    return line if line.on_time_rate is None else msgspec.structs.replace(line, rank=number)
