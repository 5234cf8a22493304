"""Rules x watched series → transitions, as the measurements come. Holds the state; a process has one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import numpy as np

from sen.apps.alerts.evaluation.episodes import IDLE, NEVER, AnyInts, Episodes, Event, Floats, Ints, Mask
from sen.apps.alerts.evaluation.facts import transition
from sen.apps.alerts.evaluation.gates import Gates, Tides
from sen.apps.alerts.evaluation.plan import Plan, compile_plan
from sen.apps.alerts.evaluation.probes import rank_of
from sen.apps.alerts.evaluation.rows import DirectPairs, orderly
from sen.apps.alerts.evaluation.silences import Quiet, Silences
from sen.apps.alerts.evaluation.state import State
from sen.apps.alerts.evaluation.values import RuleInForce, Transition, WatchedSeries
from sen.apps.alerts.evaluation.whole import Whole
from sen.telemetry.flags import INVALID, Flag


class IndexValue(msgspec.Struct, frozen=True):
    """An index of an asset (its number in the directory) for the hour that ended at `at` (ms)."""

    asset: int
    index: str
    at: int
    category: str


class Evaluator:
    """Feed it in the order of the log. The same rows, cut into batches anyhow, give the same transitions.

    A row counts once: what is not newer than its series' last one is left out, so that a replay changes nothing. Values with a flag of
    INVALID count as an arrival and nothing else. `always_listening`: there are no gaps in which nobody listened (past data).
    """

    def __init__(
        self, rules: Iterable[RuleInForce], series: Iterable[WatchedSeries], *, always_listening: bool = False
    ) -> None:
        self._always = always_listening
        self.faulty: dict[str, str] = {}
        """Family → why its rule was switched off here: it cannot be judged, or its judging broke."""
        self.paused: frozenset[str] = frozenset()
        """Families that wait for `join`."""
        self._last_time = np.full(1, NEVER, np.int64)
        self._install(compile_plan(rules, series))

    # -- rules

    @property
    def plan(self) -> Plan:
        """What is judged now."""
        return self._plan

    @property
    def families(self) -> frozenset[str]:
        """The families of the rules that are judged here."""
        return frozenset(rule.family for rule in self._plan.rules)

    def use(self, rules: Iterable[RuleInForce], series: Iterable[WatchedSeries], now: int) -> list[Transition]:
        """Judge by other rules or series from now (ms) on; families and subjects that stay keep their state, others are cleared."""
        return self.adopt(compile_plan(rules, series), now)

    def adopt(self, plan: Plan, now: int, pause: Iterable[str] = ()) -> list[Transition]:
        """Like `use`, with a plan that was compiled elsewhere. The families of `pause` are not judged until `join` brings them."""
        before, state = self._plan, self._state()
        self._install(plan)
        self.paused = (self.paused & self.families) | frozenset(pause)
        gone = self._take(state)
        self._disable()
        return self._cleared(gone, before.rules, now)

    def join(self, other: Evaluator) -> None:
        """Take over the families that `other` has judged from their beginning up to the same row."""
        families = other.families
        state = other._state()
        state.last_time = []
        self._take(state, families)
        self.paused -= families
        self.faulty |= other.faulty
        self._disable()

    def _install(self, plan: Plan) -> None:
        self._plan = plan
        self._episodes = Episodes(plan.settings())
        pair_rule, pair_asset = plan.column("pair_rule"), plan.column("pair_asset")
        self._tides = Tides(plan.gauges)
        self._gates = Gates([rule.content for rule in plan.rules], pair_rule, pair_asset, self._tides, plan.calendars())
        size = max(plan.series, default=0) + 1
        if size > len(self._last_time):
            self._last_time = np.append(self._last_time, np.full(size - len(self._last_time), NEVER, np.int64))
        self._listed = np.zeros(len(self._last_time), np.bool_)
        self._listed[list(plan.series)] = True
        self._direct = DirectPairs(plan, self._episodes, self._gates, len(self._last_time))
        self._silences = Silences(plan, self._episodes, self._gates, self._always)
        self._whole = Whole(plan, self._episodes, self._gates, self._broke)
        self.faulty = {family: why for family, why in self.faulty.items() if family in self.families} | plan.broken
        self._disable()

    def _disable(self) -> None:
        off = self.paused | self.faulty.keys()
        rules = np.array([rule.family in off for rule in self._plan.rules], np.bool_)
        self._episodes.disabled[:] = rules[self._plan.column("pair_rule")] if len(self._episodes) else False

    def _broke(self, rule: int, error: Exception) -> None:
        self.faulty[self._plan.rules[rule].family] = str(error) or repr(error)
        self._disable()

    # -- news

    def lists(self, series: AnyInts) -> Mask:
        """Which rows are of series of the present plan, whether or not a rule watches them."""
        number = np.asarray(series, np.int64)
        inside = number < len(self._listed)
        return inside & self._listed[np.where(inside, number, 0)]

    def feed(self, series: AnyInts, time: Ints, value: Floats, flags: AnyInts, received: Ints) -> list[Transition]:
        """Rows sorted by series and time, each series and time once. Times in ms; `received` is the log's stamp."""
        if not len(series):
            return []
        number, bits = np.asarray(series, np.int64), np.asarray(flags, np.int64)
        found = self._quiet(self._silences.arrived(number, received))
        known = (number < len(self._last_time)) & ((bits & int(Flag.FUTURE)) == 0)
        good = known & ((bits & INVALID) == 0) & ~np.isnan(value)
        good &= time > self._last_time[np.where(known, number, 0)]
        good = orderly(number, time, received, good)
        rows = np.flatnonzero(good)
        if self._plan.gauges:
            self._gauge(number[rows], time[rows], value[rows])
        found += self._told(self._direct.judge(number[rows], time[rows], value[rows]))
        found += self._whole.rows(number, time, value, received, good)
        # Of equal places the last assignment holds, and rows of a series are in order of time.
        self._last_time[number[rows]] = time[rows]
        return found

    def averages(self, averaging: str, series: Ints, time: Ints, mean: Floats) -> list[Transition]:
        """Means of `averaging` hours ("1h", "8h", "24h") over whole hours; `time` is the end of the last one. NaN says nothing."""
        usable = ~np.isnan(mean)
        series, time, mean = np.asarray(series, np.int64)[usable], time[usable], mean[usable]
        found = self._told(self._direct.averages(averaging, series, time, mean))
        return found + self._whole.averages(averaging, series, time, mean)

    def index_changed(self, values: Sequence[IndexValue]) -> list[Transition]:
        """Indices of whole hours, each asset in order of time."""
        ranked = [(one.asset, one.index, one.at, float(rank_of(one.index, one.category))) for one in values]
        found = self._told(self._direct.indices(ranked))
        return found + self._whole.indices(ranked)

    def tick(self, now: int) -> list[Transition]:
        """Everything that arrived until `now` (ms) has been fed: judge what only the clock can say."""
        return self._quiet(self._silences.tick(now))

    def _gauge(self, series: Ints, time: Ints, value: Floats) -> None:
        mine = np.isin(series, np.fromiter(self._plan.gauges, np.int64, len(self._plan.gauges)))
        self._tides.rows(series[mine], time[mine], value[mine])

    def _told(self, events: list[Event]) -> list[Transition]:
        return [transition(self._plan, event) for event in events]

    def _quiet(self, found: list[Quiet]) -> list[Transition]:
        return [transition(self._plan, one.event, silent_since=one.silent_since) for one in found]

    # -- state

    def dump(self) -> bytes:
        """The whole state, for `restore`; families that are paused are not in it."""
        return zlib.compress(msgspec.msgpack.encode(self._state()), 1)

    def restore(self, data: bytes, now: int) -> list[Transition]:
        """Go on from a `dump` with the present rules; what was raised by rules that are gone is cleared.

        Families that the dump does not know have to be replayed: `missing` says which. Raises msgspec.DecodeError, zlib.error.
        """
        state = msgspec.msgpack.decode(zlib.decompress(data), type=State)
        gone = self._take(state)
        return self._cleared(gone, [], now)

    @staticmethod
    def families_of(data: bytes) -> frozenset[str]:
        """Which families a `dump` knows."""
        return frozenset(msgspec.msgpack.decode(zlib.decompress(data), type=State).families)

    def active(self) -> int:
        """How many conditions hold now."""
        return int((self._episodes.status > IDLE).sum())

    def heard_until(self) -> int:
        """The newest arrival or tick, ms; 0 = none."""
        return self._silences.awake

    def _state(self) -> State:
        plan, episodes = self._plan, self._episodes
        paused = self.paused
        kept = set(np.flatnonzero(episodes.status != IDLE).tolist()) | plan.averaging.keys() | plan.index.keys()
        pairs = [
            (plan.rules[plan.pair_rule[pair]].family, str(plan.rules[plan.pair_rule[pair]].id), plan.subject[pair], episodes.state(pair))
            for pair in sorted(kept)
            if plan.rules[plan.pair_rule[pair]].family not in paused
        ]  # fmt: skip
        numbers = np.flatnonzero(self._last_time != NEVER)
        return State(
            families=sorted(self.families - paused),
            last_time=[numbers.tobytes(), self._last_time[numbers].tobytes()],
            pairs=pairs,
            silences=self._silences.state(),
            tides=self._tides.state(),
            **self._whole.state(),
        )

    def _take(self, state: State, families: frozenset[str] | None = None) -> list[tuple[str, str, str, Any]]:
        """Take a state over, all of it or what belongs to some families; returns what belongs to no pair that there is."""
        plan = self._plan
        place = {(plan.rules[rule].family, plan.subject[pair]): pair for pair, rule in enumerate(plan.pair_rule)}
        gone = []
        for family, rule, subject, known in state.pairs:
            pair = place.get((family, subject))
            if pair is None:
                gone.append((family, rule, subject, known))
            elif families is None or family in families:
                self._episodes.take_over(pair, known)
        if state.last_time:
            numbers, times = (np.frombuffer(one, np.int64) for one in state.last_time)
            fits = numbers < len(self._last_time)
            np.maximum.at(self._last_time, numbers[fits], times[fits])
        self._silences.take_over(*state.silences)
        self._tides.take_over(state.tides)
        self._whole.take_over(state, families)
        return gone

    def _cleared(
        self, gone: list[tuple[str, str, str, Any]], rules: Sequence[RuleInForce], now: int
    ) -> list[Transition]:
        found = []
        for family, rule, subject, known in gone:
            if Episodes.is_active(known):
                reason = "not_watched" if family in self.families else "rule_off"
                onset = Episodes.onset_of(known)
                facts = {"reason": reason}
                found.append(Transition("cleared", UUID(rule), family, subject, onset, max(now, onset), facts=facts))
        return found
