"""Conditions that look at assets as a whole, fed message by message in the order of the log; only assets that have such rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from sen.apps.alerts.evaluation.clusters import Cluster
from sen.apps.alerts.evaluation.episodes import IDLE, Episodes, Event, Floats, Ints, Mask
from sen.apps.alerts.evaluation.facts import transition
from sen.apps.alerts.evaluation.gates import Gates
from sen.apps.alerts.evaluation.memory import Memory
from sen.apps.alerts.evaluation.plan import Plan
from sen.apps.alerts.evaluation.probes import Probe, Signal
from sen.apps.alerts.evaluation.state import State
from sen.apps.alerts.evaluation.values import Transition

HOURLY = frozenset({""})
"""Stands for news that are no value: means and indices."""
_Looks = tuple[list[tuple[int, Signal, float, float]], list[tuple[Cluster, Probe]]]
"""Pairs with their signal and bounds; clusters with the condition of their members."""


class Whole:
    """Memories, probes and clusters of one plan. `broke(rule, error)` is told of a rule whose judging failed."""

    def __init__(self, plan: Plan, episodes: Episodes, gates: Gates, broke: Callable[[int, Exception], None]) -> None:
        self._plan, self._episodes, self._gates, self._broke = plan, episodes, gates, broke
        self._members: dict[int, list[tuple[Cluster, Probe]]] = {}
        for cluster in plan.clusters:
            for asset, member in cluster.members.items():
                self._members.setdefault(asset, []).append((cluster, member))
        self._looks: dict[tuple[int, frozenset[str]], _Looks] = {}
        self._busy: set[int] = set()
        """Pairs with an episode."""
        size = max(plan.series, default=0) + 1
        self._concerned = np.zeros(size, np.bool_)
        for asset in plan.memories:
            self._concerned[[one.number for one in plan.assets[asset]]] = True
        self._asset = {
            number: (one.asset_number, one.property)
            for number, one in plan.series.items()
            if one.asset_number in plan.memories
        }

    def rows(self, series: Ints, time: Ints, value: Floats, received: Ints, good: Mask) -> list[Transition]:
        """All rows of a batch; those that are not `good` are arrivals only."""
        if not self._asset:
            return []
        mine = np.flatnonzero(self._concerned[np.where(series < len(self._concerned), series, 0)])
        if not len(mine):
            return []
        mine = mine[np.lexsort((series[mine], time[mine], received[mine]))]
        columns = (
            series[mine].tolist(),
            time[mine].tolist(),
            value[mine].tolist(),
            received[mine].tolist(),
            good[mine].tolist(),
        )
        messages: dict[tuple[int, int, int], list[tuple[str, float, bool]]] = {}
        for number, at, figure, arrived, usable in zip(*columns, strict=True):
            asset, property_ = self._asset[number]
            messages.setdefault((arrived, at, asset), []).append((property_, figure, usable))
        found: list[Transition] = []
        for (arrived, at, asset), values in messages.items():
            memory = self._plan.memories[asset]
            changed: set[str] = set()
            for property_, figure, usable in values:
                memory.heard[property_] = max(arrived, memory.heard.get(property_, 0))
                if usable:
                    memory.take(property_, at, figure)
                    changed.add(property_)
            if changed:
                found += self._look(asset, at, changed)
        return found

    def averages(self, averaging: str, series: Ints, time: Ints, mean: Floats) -> list[Transition]:
        """Means of whole hours."""
        found: list[Transition] = []
        for number, at, figure in zip(series.tolist(), time.tolist(), mean.tolist(), strict=True):
            if (of := self._asset.get(number)) is not None:
                known = self._plan.memories[of[0]].means
                key = (of[1], averaging)
                if key not in known or known[key][0] < at:
                    known[key] = (at, figure)
                    found += self._look(of[0], at, HOURLY)
        return found

    def indices(self, ranked: Sequence[tuple[int, str, int, float]]) -> list[Transition]:
        """(asset, index, end of the hour, rank)."""
        found: list[Transition] = []
        for asset, index, at, rank in ranked:
            memory = self._plan.memories.get(asset)
            if memory is not None and (index not in memory.indices or memory.indices[index][0] < at):
                memory.indices[index] = (at, rank)
                found += self._look(asset, at, HOURLY)
        return found

    def _look(self, asset: int, time: int, changed: Iterable[str]) -> list[Transition]:
        """Judge what the news of one asset may have changed."""
        memory, key = self._plan.memories[asset], (asset, frozenset(changed))
        looks = self._looks.get(key)
        if looks is None:
            looks = self._looks[key] = self._concerning(*key)
        found: list[Transition] = []
        busy = self._busy
        for pair, signal_of, lowest, highest in looks[0]:
            try:
                signal = signal_of(memory, time)
                # Nearly always the condition neither holds nor held: nothing to remember then.
                if signal is not None and not (highest <= signal <= lowest and pair not in busy):
                    found += [transition(self._plan, one) for one in self._step(pair, signal, time)]
            except Exception as error:
                self._broke(self._plan.pair_rule[pair], error)
        for cluster, look in looks[1]:
            try:
                found += self._together(cluster, look, asset, memory, time)
            except Exception as error:
                self._broke(cluster.rule, error)
        return found

    def _concerning(self, asset: int, names: frozenset[str]) -> _Looks:
        """The probes and clusters that news of these properties concern."""
        hourly = names == HOURLY

        def concerned(look: Probe) -> bool:
            return look.hourly if hourly else not names.isdisjoint(look.properties)

        return (
            [
                (pair, look.signal, float(self._episodes.lowest[pair]), float(self._episodes.highest[pair]))
                for pair, look in self._plan.probes.get(asset, ())
                if concerned(look)
            ],
            [one for one in self._members.get(asset, ()) if concerned(one[1])],
        )

    def _step(self, pair: int, signal: float, time: int) -> list[Event]:
        episodes = self._episodes
        if time < episodes.settings.watch_from[pair] or episodes.disabled[pair]:
            return []
        # The properties of one asset come in the order of the log, which is nearly that of time.
        at = max(time, int(episodes.seen[pair]))
        episodes.seen[pair] = at
        events = episodes.step(pair, at, signal, self._gates.is_open(pair, at))
        (self._busy.discard if episodes.status[pair] == IDLE else self._busy.add)(pair)
        return events

    def _together(self, cluster: Cluster, look: Probe, asset: int, memory: Memory, time: int) -> list[Transition]:
        pair, episodes = cluster.pairs[asset], self._episodes
        answer = look.signal(memory, time)
        if answer is None or time < episodes.settings.watch_from[pair]:
            return []
        if not answer and asset not in cluster.true_at and episodes.status[pair] == IDLE and not cluster.true_at:
            return []
        events = cluster.take(asset, time, bool(answer), episodes, self._gates.is_open(pair, time))
        return [transition(self._plan, one, cluster.standing(one.pair, one.at)) for one in events]

    def state(self) -> dict[str, Any]:
        """The parts `memories` and `clusters` of a State."""
        clusters = {self._plan.rules[one.rule].family: (one.true_at, one.since) for one in self._plan.clusters}
        return {
            "memories": {asset: memory.state() for asset, memory in self._plan.memories.items()},
            "clusters": clusters,
        }

    def take_over(self, state: State, families: frozenset[str] | None) -> None:
        """Go on from `state`, or take from it what belongs to some families."""
        for asset, known in state.memories.items():
            if (memory := self._plan.memories.get(asset)) is not None:
                memory.take_over(known)
        for cluster in self._plan.clusters:
            family = self._plan.rules[cluster.rule].family
            if family in state.clusters and (families is None or family in families):
                cluster.true_at, cluster.since = (dict(part) for part in state.clusters[family])
        self._busy = set(np.flatnonzero(self._episodes.status != IDLE).tolist())
