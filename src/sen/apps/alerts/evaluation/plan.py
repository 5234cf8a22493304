"""Rules x watched series, compiled: which pairs there are, how each is judged, and on what news. Pure; made anew when either changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sen.apps.alerts.evaluation.clusters import Cluster
from sen.apps.alerts.evaluation.episodes import LEVELS, Ints, Settings
from sen.apps.alerts.evaluation.gates import LEVEL_PROPERTY
from sen.apps.alerts.evaluation.memory import Memory, Window
from sen.apps.alerts.evaluation.probes import (
    Probe,
    averagings_of,
    change_bounds,
    lines_of,
    probe,
    rank_of,
    truth,
)
from sen.apps.alerts.evaluation.values import SEVERITIES, RuleInForce, WatchedSeries
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import InvalidInput
from sen.kernel.office_calendar import OfficeCalendar

NOT_HERE = (packs.Forecast, packs.Records)
"""Judged by the alerts process, which reads what they need."""
Bounds = tuple[list[float], list[float]]


@dataclass
class Plan:
    """What an Evaluator works with. Pairs are numbered; assets go by their number in the directory."""

    rules: list[RuleInForce] = field(default_factory=list)
    series: dict[int, WatchedSeries] = field(default_factory=dict)
    assets: dict[int, list[WatchedSeries]] = field(default_factory=dict)
    pair_rule: list[int] = field(default_factory=list)
    pair_series: list[int] = field(default_factory=list)
    """0 where a pair is about an asset as a whole or a territory."""
    pair_asset: list[int] = field(default_factory=list)
    subject: list[str] = field(default_factory=list)
    averaging: dict[int, str] = field(default_factory=dict)
    """Pair → averaging, of pairs that are judged by means."""
    index: dict[int, str] = field(default_factory=dict)
    """Pair → index, of pairs that are judged by one."""
    silence: dict[int, int] = field(default_factory=dict)
    """Pair → ms of silence."""
    probes: dict[int, list[tuple[int, Probe]]] = field(default_factory=dict)
    """Asset → pairs that look at it as a whole."""
    clusters: list[Cluster] = field(default_factory=list)
    memories: dict[int, Memory] = field(default_factory=dict)
    gauges: dict[int, int] = field(default_factory=dict)
    """Series of a gauge → asset, where a rule asks for the tide."""
    broken: dict[str, str] = field(default_factory=dict)
    """Family → why its rule cannot be judged."""
    up: list[list[float]] = field(default_factory=list)
    down: list[list[float]] = field(default_factory=list)
    timing: list[tuple[float, int, int, int]] = field(default_factory=list)

    def settings(self) -> Settings:
        """As arrays."""
        if not self.timing:
            return Settings.empty(0)
        hysteresis, duration, clear_after, watch_from = (np.array(column) for column in zip(*self.timing, strict=True))
        ints = [column.astype(np.int64) for column in (duration, clear_after, watch_from)]
        return Settings(np.array(self.up), np.array(self.down), hysteresis.astype(np.float64), *ints)

    def calendars(self) -> dict[int, OfficeCalendar]:
        """Asset → the office days and hours of its owner."""
        return {asset: found[0].calendar for asset, found in self.assets.items()}

    def watched_numbers(self) -> list[int]:
        """Series whose values or arrivals some rule asks for."""
        assets = {*self.probes, *(one for cluster in self.clusters for one in cluster.members), *self.gauges.values()}
        assets |= {self.pair_asset[pair] for pair in self.silence}
        plain = {number for number in self.pair_series if number}
        return sorted(plain | {one.number for asset in assets for one in self.assets[asset]})

    def windows(self) -> list[Window]:
        """What looks back over a span of time."""
        return [window for memory in self.memories.values() for window in memory.windows.values()]

    def hourly_series(self) -> list[int]:
        """Series whose means over hours some rule asks for."""
        asked = {self.pair_series[pair] for pair in self.averaging}
        looking = {asset for asset, found in self.probes.items() if any(one.hourly for _pair, one in found)}
        looking |= {asset for one in self.clusters for asset, found in one.members.items() if found.hourly}
        return sorted(asked | {one.number for asset in looking for one in self.assets[asset]})

    def indexed_assets(self) -> list[int]:
        """Assets whose index some rule asks for."""
        asked = {self.pair_asset[pair] for pair in self.index}
        asked |= {asset for asset, found in self.probes.items() if any(one.hourly for _pair, one in found)}
        return sorted(asked | {asset for one in self.clusters for asset, found in one.members.items() if found.hourly})

    def column(self, name: str) -> Ints:
        """A list of the plan as an array."""
        return np.array(getattr(self, name), np.int64)


def compile_plan(rules: Iterable[RuleInForce], series: Iterable[WatchedSeries]) -> Plan:
    """The plan; a rule that cannot be judged is left out and named in `broken`."""
    plan = Plan(series={one.number: one for one in series})
    for one in plan.series.values():
        plan.assets.setdefault(one.asset_number, []).append(one)
    compiler = _Compiler(plan)
    for rule in rules:
        if isinstance(rule.content.when, NOT_HERE):
            continue
        before = len(plan.subject)
        plan.rules.append(rule)
        try:
            compiler.add(rule)
        except Exception as error:
            compiler.undo(before)
            plan.broken[rule.family] = str(error) or repr(error)
    return plan


class _Compiler:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._by_owner: dict[object, list[WatchedSeries]] = defaultdict(list)
        for one in plan.series.values():
            self._by_owner[one.owner_unit_id].append(one)

    def add(self, rule: RuleInForce) -> None:
        when = rule.content.when
        watched = self._watched(rule)
        if rule.content.tide:
            self.plan.gauges |= {one.number: one.asset_number for one in watched if one.property == LEVEL_PROPERTY}
        match when:
            case packs.Beyond():
                for one in _of(watched, when.property, when.asset_kind):
                    self._pair(rule, one, _figures(when, rule))
            case packs.OverLimit():
                self._limits(rule, when, _of(watched, when.property, when.asset_kind))
            case packs.IndexReaches():
                self._index(rule, when, watched)
            case packs.Silence():
                self._silence(rule, when, watched)
            case packs.Neighbours():
                self._neighbours(rule, when, watched)
            case _:
                self._probed(rule, when, watched)

    def undo(self, size: int) -> None:
        """Take back the pairs of a rule that broke."""
        plan = self.plan
        for name in ("pair_rule", "pair_series", "pair_asset", "subject", "up", "down", "timing"):
            del getattr(plan, name)[size:]
        for of_pair in (plan.averaging, plan.index, plan.silence):
            for pair in [one for one in of_pair if one >= size]:
                del of_pair[pair]
        for asset, found in plan.probes.items():
            plan.probes[asset] = [one for one in found if one[0] < size]
        plan.clusters = [one for one in plan.clusters if one.rule < len(plan.rules) - 1]

    def _watched(self, rule: RuleInForce) -> list[WatchedSeries]:
        units = rule.unit_ids if len(rule.unit_ids) <= len(self._by_owner) else self._by_owner.keys() & rule.unit_ids
        found = [one for unit in units for one in self._by_owner.get(unit, ())]
        return [one for one in found if one.simulated] if rule.simulated_only else found

    def _pair(
        self, rule: RuleInForce, one: WatchedSeries, bounds: Bounds, *, whole: bool = False, subject: str = ""
    ) -> int:
        plan, content = self.plan, rule.content
        pair = len(plan.subject)
        plan.pair_rule.append(len(plan.rules) - 1)
        plan.pair_series.append(0 if whole else one.number)
        plan.pair_asset.append(one.asset_number)
        plan.subject.append(subject or f"asset:{one.asset_code}")
        plan.up.append(bounds[0])
        plan.down.append(bounds[1])
        watch_from = clock.to_ms(rule.watch_from)
        times = (content.duration_s * 1000, content.clear_after_s * 1000, watch_from)
        plan.timing.append((content.hysteresis, *times))
        return pair

    def _limits(self, rule: RuleInForce, when: packs.OverLimit, watched: Sequence[WatchedSeries]) -> None:
        for one in watched:
            averagings = averagings_of(one, when)
            if len(averagings) > 1:
                self._probed(rule, when, [one])
            for averaging in averagings if len(averagings) == 1 else ():
                pair = self._pair(rule, one, _limit_bounds(rule, one, when, averaging))
                if averaging != "instant":
                    self.plan.averaging[pair] = averaging

    def _index(self, rule: RuleInForce, when: packs.IndexReaches, watched: Sequence[WatchedSeries]) -> None:
        known = packs.asset_kinds()
        bounds = _one_bound(rule, rank_of(when.index, when.category) - 0.5)
        for one in _once_per_asset(watched):
            kind = known.get(one.asset_kind)
            if kind is not None and kind.index == when.index and when.asset_kind in {"", one.asset_kind}:
                self.plan.index[self._pair(rule, one, bounds, whole=True)] = when.index

    def _silence(self, rule: RuleInForce, when: packs.Silence, watched: Sequence[WatchedSeries]) -> None:
        wanted = [
            one for one in watched if when.asset_kind in {"", one.asset_kind} and when.property in {"", one.property}
        ]
        for one in _once_per_asset(wanted):
            pair = self._pair(rule, one, _one_bound(rule, 0.5), whole=not when.property)
            self.plan.silence[pair] = 1000 * max(rule.content.duration_s, one.allowed_silence_s)

    def _probed(self, rule: RuleInForce, when: packs.Condition, watched: Sequence[WatchedSeries]) -> None:
        rate = isinstance(when, packs.Rate)
        for one in _once_per_asset(watched):
            asset = self.plan.assets[one.asset_number]
            memory = self.plan.memories.setdefault(one.asset_number, Memory())
            found = probe(when, asset, rule.content.duration_s, memory)
            if found is None:
                continue
            bounds = _rate_bounds(rule, when) if isinstance(when, packs.Rate) else _one_bound(rule, 0.5)
            about = next(s for s in asset if s.property == when.property) if isinstance(when, packs.Rate) else one
            pair = self._pair(rule, about, bounds, whole=not rate)
            self.plan.probes.setdefault(one.asset_number, []).append((pair, found))

    def _neighbours(self, rule: RuleInForce, when: packs.Neighbours, watched: Sequence[WatchedSeries]) -> None:
        members: dict[int, Probe] = {}
        pairs: dict[int, int] = {}
        of_commune: dict[str, int] = {}
        bounds = _one_bound(rule, when.at_least - 0.5)
        for one in _once_per_asset(watched):
            if (one.lon is None or one.lat is None) if when.within_km else not one.territory_code:
                continue
            memory = self.plan.memories.setdefault(one.asset_number, Memory())
            found = truth(when.of, self.plan.assets[one.asset_number], rule.content.duration_s, memory)
            if found is None:
                continue
            members[one.asset_number] = found
            if when.within_km:
                pairs[one.asset_number] = self._pair(rule, one, bounds, whole=True)
            else:
                commune = one.territory_code
                if commune not in of_commune:
                    of_commune[commune] = self._pair(rule, one, bounds, whole=True, subject=f"unit:{commune}")
                pairs[one.asset_number] = of_commune[commune]
        places = {number: _place(self.plan.assets[number][0]) for number in members}
        window = when.window_minutes * 60_000
        number = len(self.plan.rules) - 1
        self.plan.clusters.append(Cluster(number, when.at_least, when.within_km, window, members, pairs, places))


def _place(one: WatchedSeries) -> tuple[float, float]:
    return (one.lon or 0.0, one.lat or 0.0)


def _of(watched: Sequence[WatchedSeries], property_: str, kind: str) -> list[WatchedSeries]:
    return [one for one in watched if one.property == property_ and (not kind or one.asset_kind == kind)]


def _once_per_asset(watched: Iterable[WatchedSeries]) -> list[WatchedSeries]:
    return list({one.asset_number: one for one in watched}.values())


def _none() -> Bounds:
    return [np.inf] * LEVELS, [-np.inf] * LEVELS


def _one_bound(rule: RuleInForce, above: float) -> Bounds:
    up, down = _none()
    up[SEVERITIES.index(rule.content.severity)] = above
    return up, down


def _figures(when: packs.Beyond, rule: RuleInForce) -> Bounds:
    if when.above is None and when.below is None:
        raise InvalidInput("Quy tắc không nói trên hay dưới bao nhiêu.")
    up, down = _none()
    level = SEVERITIES.index(rule.content.severity)
    up[level] = np.inf if when.above is None else when.above
    down[level] = -np.inf if when.below is None else when.below
    return up, down


def _rate_bounds(rule: RuleInForce, when: packs.Rate) -> Bounds:
    if when.rise is None and when.fall is None:
        raise InvalidInput("Quy tắc không nói tăng hay giảm bao nhiêu.")
    up, down = _none()
    level = SEVERITIES.index(rule.content.severity)
    up[level], down[level] = change_bounds(when)
    return up, down


def _limit_bounds(rule: RuleInForce, one: WatchedSeries, when: packs.OverLimit, averaging: str) -> Bounds:
    """A limit counts with its own severity, but never with a milder one than the rule's."""
    up, down = _none()
    least = SEVERITIES.index(rule.content.severity)
    for line in lines_of(one, when, averaging):
        level = max(least, SEVERITIES.index(line.severity))
        if line.maximum is not None:
            up[level] = min(up[level], line.maximum)
        if line.minimum is not None:
            down[level] = max(down[level], line.minimum)
    return up, down
