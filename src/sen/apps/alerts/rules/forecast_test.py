"""A forecast rule over past days: what it would have expected every quarter of an hour, knowing only what was known then."""

from __future__ import annotations

from datetime import datetime

from sen.apps.alerts.evaluation.values import WatchedSeries
from sen.apps.alerts.rules import forecasts
from sen.apps.alerts.rules.backtest import BackTest, Progress, Stopped
from sen.apps.alerts.rules.values import Firing, RuleInForce
from sen.apps.packs.interface import Forecast
from sen.kernel import clock
from sen.telemetry.store import TelemetryStore

STEP_MS = 15 * 60_000


def back_test(
    rule: RuleInForce,
    since: datetime,
    until: datetime,
    *,
    series: list[WatchedSeries],
    store: TelemetryStore,
    progress: Progress = lambda _done: True,
) -> BackTest:
    """Like backtest.back_test, for a condition of kind forecast."""
    when = rule.content.when
    if not isinstance(when, Forecast):
        raise TypeError(when)
    mine = forecasts.watched(rule, series)
    found: list[Firing] = []
    rows = 0
    for place, one in enumerate(mine):
        past = forecasts.read(when, [one], since, until, store).get(one.number)
        rows += len(past.time) if past else 0
        if past is not None:
            found += _of_series(rule, when, one, past, (clock.to_ms(since), clock.to_ms(until)))
        if not progress((place + 1) / len(mine)):
            raise Stopped
    return BackTest(
        sorted(found, key=lambda one: (one.onset, one.subject)), rows, len({one.asset_number for one in mine})
    )


def _of_series(
    rule: RuleInForce, when: Forecast, one: WatchedSeries, past: forecasts.Past, span: tuple[int, int]
) -> list[Firing]:
    """The occurrences of one series; the same steps as the alerts process takes."""
    made: list[Firing] = []
    onset: int | None = None
    over: int | None = None
    first: forecasts.Expected | None = None
    for moment in range(span[0], span[1], STEP_MS):
        found = forecasts.expected(when, one, past, moment)
        if found is not None and found.hours == 0:
            continue  # it has come already: it begins nothing, and ends nothing
        if found is not None:
            over = None
            if onset is None:
                onset, first = moment, found
        elif onset is not None:
            over = over or moment
            if moment - over >= rule.content.clear_after_s * 1000:
                made += _firing(rule, when, first, onset, over)
                onset, over = None, None
    return made + (_firing(rule, when, first, onset, None) if onset is not None else [])


def _firing(
    rule: RuleInForce, when: Forecast, first: forecasts.Expected | None, onset: int, cleared: int | None
) -> list[Firing]:
    raised = onset + rule.content.duration_s * 1000
    if first is None or (cleared is not None and cleared < raised):
        return []
    code = first.series.asset_code
    return [
        Firing(
            subject=f"asset:{code}", name=code, onset=onset, raised=raised, cleared=cleared, peak=first.value,
            limit=first.limit, series=first.series.number, facts=forecasts.facts(when, first, onset),
        )
    ]  # fmt: skip
