"""Rules that the stream does not judge: over records every few seconds, over forecasts every quarter of an hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sen.apps.alerts.evaluation.values import Transition
from sen.apps.alerts.rules import episodes, forecasts, in_force
from sen.apps.alerts.rules.episodes import Judged
from sen.apps.alerts.rules.record_kinds import Record, record_kinds
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.assets import interface as assets
from sen.apps.packs.interface import Forecast, Records
from sen.kernel import clock, formula
from sen.kernel.configuration import settings
from sen.telemetry.store import TelemetryStore

QUARTER = timedelta(minutes=15)
_forecast_at: datetime | None = None


def watch_records(now: datetime) -> list[Transition]:
    """What rules over records say at `now` that no alert says yet. Also brings the rules in force up to date; cheap to call often."""
    in_force.refresh_if_stale(now)
    rules = _rules(in_force.rules_version())
    about = [one for one in rules if isinstance(one.content.when, Records)]
    everything = {one.family for one in rules if isinstance(one.content.when, Records | Forecast)}
    gone = episodes.end_others(everything, now)
    if not about:
        return gone
    kinds = {one.content.when.record for one in about if isinstance(one.content.when, Records)}
    records = {code: list(kind.read(now)) for code, kind in record_kinds().items() if code in kinds}
    return gone + episodes.take(_judged(about, records), {one.family for one in about}, now)


def watch_forecasts(now: datetime) -> list[Transition]:
    """What rules over forecasts expect, once in each quarter of an hour; empty in between. Raises Unavailable without the store."""
    global _forecast_at
    mark = datetime.fromtimestamp(now.timestamp() // QUARTER.total_seconds() * QUARTER.total_seconds(), tz=now.tzinfo)
    if _forecast_at == mark:
        return []
    about = [one for one in _rules(in_force.rules_version()) if isinstance(one.content.when, Forecast)]
    found = episodes.take(_expected(about, mark), {one.family for one in about}, mark) if about else []
    _forecast_at = mark
    return found


def _judged(rules: list[RuleInForce], records: dict[str, list[Record]]) -> Iterator[Judged]:
    for rule in rules:
        when = rule.content.when
        if not isinstance(when, Records):
            continue
        formula_ = formula.parse(when.text)
        value, names = formula.compiled(formula_), formula_.names
        for one in records.get(when.record, ()):
            if one.owner_unit_id not in rule.unit_ids or (rule.simulated_only and not one.simulated):
                continue
            known = all(one.values.get(name) is not None for name in names)
            outcome = value(one.values) if known else formula_.evaluate(one.values).value  # type: ignore[arg-type]
            holds = None if outcome is None else outcome != 0
            # Of thousands of records nearly none is told of: only those are worth their facts.
            facts = _facts(rule, when, formula_, one) if holds else {}
            yield Judged(rule, f"record:{when.record}:{one.key}", holds, facts, unit_id=one.owner_unit_id)


def _facts(rule: RuleInForce, when: Records, asked: formula.Formula, one: Record) -> dict[str, Any]:
    facts = {
        "kind": "record", "record": when.record, "text": when.text, "name": one.name, "unit": str(one.owner_unit_id),
        "url": one.url, "severity": rule.content.severity, "simulated": one.simulated,
        "values": {name: one.values[name] for name in sorted(asked.names) if one.values.get(name) is not None},
    }  # fmt: skip
    if one.territory_unit_id is not None:
        facts["territory"] = str(one.territory_unit_id)
    return facts


def _expected(rules: list[RuleInForce], mark: datetime) -> Iterator[Judged]:
    from sen.apps.alerts import watching

    wanted = {one.content.when.property for one in rules if isinstance(one.content.when, Forecast)}
    series = watching.watched_series(one for one in assets.directory() if one.property in wanted)
    moment = clock.to_ms(mark)
    for rule in rules:
        when = rule.content.when
        if not isinstance(when, Forecast):
            continue
        mine = forecasts.watched(rule, series)
        past = forecasts.read(when, mine, mark, mark, _store())
        for one in mine:
            found = forecasts.expected(when, one, past.get(one.number), moment)
            facts = {"severity": rule.content.severity, "simulated": one.simulated}
            subject = f"asset:{one.asset_code}"
            if found is None:
                yield Judged(rule, subject, _silent(past.get(one.number), moment), facts, unit_id=one.owner_unit_id)
            else:
                facts |= forecasts.facts(when, found, moment)
                # What has come already is no forecast: it begins nothing, and ends nothing.
                coming = True if found.hours > 0 else None
                yield Judged(rule, subject, coming, facts, found.value, found.limit, one.number, one.owner_unit_id)


def _silent(past: forecasts.Past | None, moment: int) -> bool | None:
    """Nothing is crossed: False; None where the series said nothing lately, so that nothing can be expected of it."""
    if past is None or not len(past.time) or moment - int(past.time[-1]) > 2 * forecasts.HOUR_MS:
        return None
    return False


@lru_cache(maxsize=1)
def _rules(version: int) -> list[RuleInForce]:
    """The rules in force; read again when `version` is another one."""
    return in_force.rules_in_force()


@lru_cache(maxsize=1)
def _store() -> TelemetryStore:
    return TelemetryStore(settings().clickhouse_url)
