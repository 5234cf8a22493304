"""Reports and petitions about procedures (components 5.1–5.3): three indicators of the pack public-services, by sheet or by file.

`psv_feedback` received, `psv_feedback_on_time` handled on time, `psv_feedback_satisfied` handled on time, not disliked more than liked and
not complained of again. They are monthly; a longer period is the sum of its months that have both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.indicators import interface as indicators
from sen.apps.indicators.interface import Period
from sen.kernel import clock
from sen.kernel.errors import NotFound

RECEIVED, ON_TIME, SATISFIED = "psv_feedback", "psv_feedback_on_time", "psv_feedback_satisfied"


@dataclass(frozen=True, slots=True)
class Reports:
    """Sums over the months of a period; `on_time` and `satisfied` are (part, of how many reports), None without any month of it."""

    received: float
    on_time: tuple[float, float] | None
    satisfied: tuple[float, float] | None
    source: str
    as_of: datetime | None
    simulated: bool


def reports_of(scope: Scope, unit_id: UUID, period: Period) -> Reports | None:
    """What is recorded of a unit (of the province: its own figure, else its units' sum); None where no month has anything."""
    sums: dict[str, tuple[float, float]] = {}
    received, sources, moments, simulated = 0.0, [], [], False
    months = list(_months(period))
    found = {code: _figures(scope, code, unit_id, months) for code in (RECEIVED, ON_TIME, SATISFIED)}
    for month in months:
        total = found[RECEIVED].get(month)
        if total is None or total.value is None:
            continue
        received += total.value
        sources.append(total.source)
        moments.append(total.recorded_at)
        simulated = simulated or total.simulated
        for code in (ON_TIME, SATISFIED):
            part = found[code].get(month)
            if part is not None and part.value is not None:
                held = sums.get(code, (0.0, 0.0))
                sums[code] = (held[0] + part.value, held[1] + total.value)
    if not moments:
        return None
    return Reports(
        received, sums.get(ON_TIME), sums.get(SATISFIED), "; ".join(dict.fromkeys(sources)),
        max((one for one in moments if one), default=None), simulated,
    )  # fmt: skip


def _months(period: Period) -> Iterator[Period]:
    """The months of a period that have begun."""
    month, today = Period(period.start, "month"), clock.local(clock.now()).date()
    while month.start < period.end and month.start <= today:
        yield month
        month = month.moved(1)


def _figures(scope: Scope, code: str, unit_id: UUID, months: list[Period]) -> dict[Period, indicators.Figure]:
    try:
        found = indicators.over_periods(scope, code, months)
    except NotFound:  # the pack is not there
        return {}
    return {month: one for month, figures in found.items() for one in figures if one.unit.id == unit_id}
