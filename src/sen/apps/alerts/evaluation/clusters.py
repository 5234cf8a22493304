"""Conditions over neighbours: how many assets near each other, or of one commune, are in a state within a window of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from sen.apps.alerts.evaluation.episodes import ACTIVE, PENDING, Episodes, Event
from sen.apps.alerts.evaluation.probes import Probe

EARTH_KM = 6371.0
NEVER_MS = -(10**15)


@dataclass
class Cluster:
    """One rule (by its place in the plan). Within a distance, the first asset in the state is the subject; what is near it raises no
    second alert. In a commune (`within_km` 0) the commune is the subject.
    """

    rule: int
    at_least: int
    within_km: float
    window_ms: int
    members: dict[int, Probe]
    pairs: dict[int, int]
    """Asset → the pair that stands for it or for its commune."""
    places: dict[int, tuple[float, float]]
    """Asset → lon, lat."""
    true_at: dict[int, int] = field(default_factory=dict)
    """Asset → when its condition last held."""
    since: dict[int, int] = field(default_factory=dict)
    """Asset → since when it has held."""
    _near: dict[int, list[int]] = field(default_factory=dict)
    _together: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for asset, pair in self.pairs.items():
            self._together.setdefault(pair, []).append(asset)

    def take(self, asset: int, time: int, holds: bool, episodes: Episodes, opened: bool) -> list[Event]:
        """The condition of one asset was looked at; `opened`: whether the rule watches at the moment."""
        if holds:
            self.since.setdefault(asset, time)
            self.true_at[asset] = max(time, self.true_at.get(asset, time))
        else:
            self.since.pop(asset, None)
        if not self.within_km:
            pair = self.pairs[asset]
            count = self._count(self._together[pair], time)
            return self._step(pair, time, count, episodes, opened)
        near = self.near(asset)
        events: list[Event] = []
        # The one that has been in the state for longest stands for all.
        for member in sorted(near, key=lambda one: (self.since.get(one, time + 1), one)):
            pair = self.pairs[member]
            status = int(episodes.status[pair])
            if status not in {ACTIVE, PENDING} and (member not in self.since or self._covered(member, episodes)):
                continue
            alone = opened and (status == ACTIVE or not self._covered(member, episodes))
            events += self._step(pair, time, self._count(self.near(member), time), episodes, alone)
        return events

    def near(self, asset: int) -> list[int]:
        """The asset and its neighbours."""
        found = self._near.get(asset)
        if found is None:
            here = self.places[asset]
            found = [one for one, place in self.places.items() if _km(here, place) <= self.within_km]
            self._near[asset] = found
        return found

    def standing(self, pair: int, time: int) -> list[int]:
        """The assets that make a pair's condition true."""
        of = self._together[pair] if not self.within_km else self.near(self._together[pair][0])
        return [one for one in of if time - self.true_at.get(one, NEVER_MS) <= self.window_ms]

    def _count(self, assets: Sequence[int], time: int) -> int:
        return sum(1 for one in assets if time - self.true_at.get(one, NEVER_MS) <= self.window_ms)

    def _covered(self, asset: int, episodes: Episodes) -> bool:
        return any(
            episodes.status[self.pairs[one]] in {ACTIVE, PENDING}
            and one != asset
            and self.pairs[one] != self.pairs[asset]
            for one in self.near(asset)
        )

    @staticmethod
    def _step(pair: int, time: int, count: int, episodes: Episodes, opened: bool) -> list[Event]:
        if episodes.disabled[pair]:
            return []
        # News of several assets come in the order of the log, which is nearly that of time.
        at = max(time, int(episodes.seen[pair]))
        episodes.seen[pair] = at
        return episodes.step(pair, at, float(count), opened)


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two places (lon, lat in degrees)."""
    (lon_a, lat_a), (lon_b, lat_b) = a, b
    x = math.radians(lon_b - lon_a) * math.cos(math.radians((lat_a + lat_b) / 2))
    return EARTH_KM * math.hypot(x, math.radians(lat_b - lat_a))
