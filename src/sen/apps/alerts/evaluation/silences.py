"""Assets that tell nothing: judged by the time of arrival, when something arrives at last and when the clock says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sen.apps.alerts.evaluation.episodes import ACTIVE, IDLE, Episodes, Event, Ints
from sen.apps.alerts.evaluation.gates import Gates
from sen.apps.alerts.evaluation.plan import Plan

OUTAGE_MS = 120_000
"""Nothing from anybody for so long while nobody listened: the centre was down, which is no silence of any asset."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """An event of a pair, and the last arrival before the silence."""

    event: Event
    silent_since: int


class Silences:
    """Pairs with a silence. A *place* is what must be heard: an asset (its number) or one of its series (minus its number)."""

    def __init__(self, plan: Plan, episodes: Episodes, gates: Gates, always_listening: bool) -> None:
        self._episodes, self._gates, self._always = episodes, gates, always_listening
        self.pairs = np.array(sorted(plan.silence), np.int64)
        self._longest = np.array([plan.silence[pair] for pair in self.pairs.tolist()], np.int64)
        keys = [-plan.pair_series[pair] or plan.pair_asset[pair] for pair in self.pairs.tolist()]
        self.places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        self._of_pair = np.array([self.places[key] for key in keys], np.int64)
        self._pairs_at: list[list[int]] = [[] for _ in self.places]
        for index, place in enumerate(self._of_pair.tolist()):
            self._pairs_at[place].append(index)
        self.heard = np.zeros(len(self.places), np.int64)
        """Newest arrival by place, ms; 0 = never."""
        self.listening_since = 0
        self.awake = 0
        """Until when somebody listened: the newest arrival of all, or the newest tick."""
        size = max(plan.series, default=0) + 1
        self._places_of = np.full((2, size), -1)
        """Places of each series: its asset and itself, -1 where there is none."""
        for number, one in plan.series.items():
            self._places_of[:, number] = self.places.get(one.asset_number, -1), self.places.get(-number, -1)
        self._least = np.full(len(self.places), np.iinfo(np.int64).max)
        np.minimum.at(self._least, self._of_pair, self._longest)

    def arrived(self, series: Ints, received: Ints) -> list[Quiet]:
        """Rows arrived, whatever is in them: silences that this ends, and those that came and went since the last tick."""
        if not len(series):
            return []
        self._woke(received)
        if not len(self.pairs):
            return []
        mine = series < self._places_of.shape[1]
        both = self._places_of[:, series[mine]]
        place, time = both.ravel(), np.tile(received[mine], 2)
        place, time = place[place >= 0], time[place >= 0]
        first, last = self.heard.copy(), self.heard.copy()
        first[place] = time
        np.minimum.at(first, place, time)
        np.maximum.at(last, place, time)
        gap = ((self.heard > 0) & (first - self.heard > self._least)) | (last - first > self._least)
        active = self._of_pair[self._episodes.status[self.pairs] == ACTIVE]
        gap[active] |= last[active] > self.heard[active]
        events = [quiet for one in np.flatnonzero(gap).tolist() for quiet in self._ended(one, time[place == one])]
        self.heard = last
        return events

    def _ended(self, place: int, times: Ints) -> Iterator[Quiet]:
        """What arrivals of one place end: a silence known already, or one that nobody looked at while it lasted."""
        before = int(self.heard[place])
        for time in np.unique(times).tolist():
            if time <= before:
                continue
            for index in self._pairs_at[place]:
                if before and time - before > self._longest[index]:
                    yield from self._judge(index, before, time)
                yield from self._over(index, before, time)
            before = time

    def tick(self, now: int) -> list[Quiet]:
        """Everything that arrived until `now` (ms) was fed: who has been silent for too long?"""
        if not self._always and self.awake and now - self.awake > OUTAGE_MS:
            self.listening_since = now
        self.awake = max(self.awake, now)
        if not len(self.pairs):
            return []
        heard = self.heard[self._of_pair]
        since = np.maximum(np.maximum(heard, self.listening_since), self._episodes.settings.watch_from[self.pairs])
        quiet = (heard > 0) & (now - since > self._longest) & (self._episodes.status[self.pairs] == IDLE)
        quiet &= ~self._episodes.disabled[self.pairs]
        return [one for index in np.flatnonzero(quiet).tolist() for one in self._judge(index, int(heard[index]), now)]

    def _woke(self, received: Ints) -> None:
        """Notice from the arrivals of everybody that nobody listened for a while."""
        newest = int(received.max())
        if not self._always and self.awake:
            times = np.unique(received)
            gaps = np.flatnonzero(np.diff(times, prepend=min(self.awake, int(times[0]))) > OUTAGE_MS)
            if len(gaps):
                self.listening_since = max(self.listening_since, int(times[gaps[-1]]))
        self.awake = max(self.awake, newest)

    def _judge(self, index: int, before: int, now: int) -> Iterator[Quiet]:
        """Begin the silence of a pair that has lasted from `before` until `now`, unless it has begun."""
        pair, episodes = int(self.pairs[index]), self._episodes
        longest = int(self._longest[index])
        since = max(before, self.listening_since if self.listening_since <= now else 0)
        onset = max(since, int(episodes.settings.watch_from[pair]))
        at = onset + longest
        if now <= at or episodes.status[pair] != IDLE or episodes.disabled[pair] or not self._gates.is_open(pair, now):
            return
        level = int(np.flatnonzero(np.isfinite(episodes.settings.up[pair]))[0]) + 1
        episodes.status[pair], episodes.level[pair], episodes.onset[pair] = ACTIVE, level, onset
        yield Quiet(Event("raised", pair, onset, at, float("nan"), level, float("nan")), before)

    def _over(self, index: int, before: int, now: int) -> Iterator[Quiet]:
        pair = int(self.pairs[index])
        if self._episodes.status[pair] == ACTIVE:
            yield Quiet(self._episodes.end(pair, now), before)

    def state(self) -> tuple[dict[int, int], int, int]:
        """For a snapshot: arrivals by place, since when and until when somebody listened."""
        return {key: int(self.heard[place]) for key, place in self.places.items()}, self.listening_since, self.awake

    def take_over(self, heard: dict[int, int], listening_since: int, awake: int) -> None:
        """Go on from `state`."""
        for key, time in heard.items():
            if (place := self.places.get(key)) is not None:
                self.heard[place] = max(int(self.heard[place]), time)
        self.listening_since, self.awake = max(self.listening_since, listening_since), max(self.awake, awake)
