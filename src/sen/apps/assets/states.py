"""The state of assets by the hundred thousand: newest values and means against the limits of the packs, freshness against the promise.

Arrays in, arrays out; no database and no cache (board.py has both). The words follow readings.py, which does the same for the
few stations of one page with their whole history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.telemetry.flags import INVALID

SEVERITIES = ("normal", "notice", "warning", "serious", "emergency")
FRESHNESS = ("fresh", "late", "lost", "none")
STATES = ("normal", "no_data", "stale", "notice", "warning", "serious", "emergency")
"""In the order in which a cluster shows the worst of its members."""
FRESH, LATE, LOST, NONE = range(4)
LOST_AFTER_GAPS = 4

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SeriesTable:
    """Active series ordered by asset. `asset` indexes the assets; `due_ms` is interval plus allowed delay."""

    number: Ints
    asset: Ints
    property: Sequence[str]
    due_ms: Ints


@dataclass(frozen=True)
class Values:
    """Newest rows and means aligned with a SeriesTable: `time` in ms (0 = never), NaN where there is no usable value."""

    time: Ints
    value: Floats
    flags: Ints
    means: Mapping[str, Floats]
    """By averaging: `1h`, `8h`, `24h`."""


@dataclass(frozen=True)
class States:
    """Per asset: indexes into SEVERITIES, FRESHNESS and STATES, newest time in ms (0 = never), and what decided (-1 = nothing)."""

    severity: Ints
    freshness: Ints
    state: Ints
    newest: Ints
    cause_series: Ints
    cause_limit: Ints


class Limits:
    """The limits in force on a day, made ready for arrays: which rows of a SeriesTable each one concerns.

    `owner` indexes `units` per asset: the limit sets of the owner unit replace and add to the packs' limits. Units with
    the same sets are taken together, and a limit that holds in several groups stays one entry, so that the work grows
    with the number of different limits and not with the number of units.
    """

    def __init__(
        self, series: SeriesTable, codes: Sequence[str], today: date, *, owner: Ints, units: Sequence[UUID]
    ) -> None:
        self._series, self._place, self._today = series, {code: index for index, code in enumerate(codes)}, today
        self._concerned: dict[packs.Limit, list[Ints]] = {}
        names = sorted(set(series.property))
        number = {name: index for index, name in enumerate(names)}
        measures = np.array([number[name] for name in series.property], dtype=np.int64)
        groups, self._group = _groups(owner, units, today)
        of_series = self._group[series.asset]
        order = np.argsort(of_series, kind="stable")
        bounds = np.searchsorted(of_series[order], np.arange(len(groups) + 1))
        for group, rows in enumerate(groups):
            mine = order[bounds[group] : bounds[group + 1]]
            for measure in np.unique(measures[mine]).tolist():
                self._take(names[measure], mine[measures[mine] == measure], group, rows)
        self.rows: list[tuple[packs.Limit, Ints]] = [
            (limit, np.sort(np.concatenate(parts))) for limit, parts in self._concerned.items()
        ]

    def _take(self, property_: str, concerned: Ints, group: int, own: Sequence[packs.UnitLimit]) -> None:
        """Note the limits of one property for the series of one group of owners."""
        for limit in packs.limits(property_, as_of=self._today, own=own):
            self._note(limit, concerned)
        with_limits = packs.stations_with_limits(property_, as_of=self._today) | {row.station for row in own}
        for code in sorted(code for code in with_limits if code in self._place):
            asset = self._place[code]
            if self._group[asset] != group:
                continue
            mine = concerned[self._series.asset[concerned] == asset]
            for limit in packs.limits(property_, as_of=self._today, station=code, own=own):
                if limit.station == code and len(mine):
                    self._note(limit, mine)

    def _note(self, limit: packs.Limit, concerned: Ints) -> None:
        if limit.severity in SEVERITIES and limit.averaging != "year":
            self._concerned.setdefault(limit, []).append(concerned)


def _groups(owner: Ints, units: Sequence[UUID], today: date) -> tuple[list[tuple[packs.UnitLimit, ...]], Ints]:
    """The different limit sets among the owner units, and per asset which of them holds."""
    owners = np.unique(owner).tolist()
    own = packs.limits_of_units([units[one] for one in owners], as_of=today)
    groups: dict[tuple[packs.UnitLimit, ...], int] = {}
    of_unit = np.zeros(len(units), dtype=np.int64)
    for one in owners:
        of_unit[one] = groups.setdefault(own[units[one]], len(groups))
    return list(groups), of_unit[owner]


def evaluate(series: SeriesTable, values: Values, limits: Limits, assets: int, now_ms: int) -> States:
    """The states of `assets` assets at `now_ms`. A lost series has nothing to compare."""
    fresh = freshness_of(series, values, now_ms)
    rank, which = worst_limits(series, values, limits, fresh)
    return _per_asset(series, values, assets, fresh=fresh, rank=rank, which=which)


def freshness_of(series: SeriesTable, values: Values, now_ms: int) -> Ints:
    """Per series FRESH, LATE, LOST or NONE at `now_ms`."""
    age = now_ms - values.time
    fresh = np.where(age > LOST_AFTER_GAPS * series.due_ms, LOST, np.where(age > series.due_ms, LATE, FRESH))
    return np.where(values.time == 0, NONE, fresh)


def compared(values: Values) -> dict[str, Floats]:
    """What limits are held against, by their averaging; NaN where nothing counts."""
    return {"instant": np.where((values.flags & INVALID) == 0, values.value, np.nan), **values.means}


def worst_limits(series: SeriesTable, values: Values, limits: Limits, fresh: Ints) -> tuple[Ints, Ints]:
    """Per series the severity of its worst exceeded limit (index into SEVERITIES) and which limit it is (-1 = none)."""
    held = compared(values)
    rank = np.zeros(len(series.number), dtype=np.int64)
    which = np.full(len(series.number), -1, dtype=np.int64)
    for position, (limit, rows) in enumerate(limits.rows):
        chosen = held[limit.averaging][rows]
        over = np.zeros(len(rows), dtype=bool)
        if limit.maximum is not None:
            over |= chosen > limit.maximum
        if limit.minimum is not None:
            over |= chosen < limit.minimum
        level = SEVERITIES.index(limit.severity)
        worse = rows[over & (fresh[rows] < LOST) & (rank[rows] < level)]
        rank[worse], which[worse] = level, position
    return rank, which


def _per_asset(series: SeriesTable, values: Values, assets: int, *, fresh: Ints, rank: Ints, which: Ints) -> States:
    severity = np.zeros(assets, dtype=np.int64)
    freshness = np.full(assets, NONE, dtype=np.int64)
    newest = np.zeros(assets, dtype=np.int64)
    cause_series = np.full(assets, -1, dtype=np.int64)
    cause_limit = np.full(assets, -1, dtype=np.int64)
    np.maximum.at(severity, series.asset, rank)
    np.minimum.at(freshness, series.asset, fresh)
    np.maximum.at(newest, series.asset, values.time)
    guilty = np.flatnonzero((rank > 0) & (rank == severity[series.asset]))
    cause_series[series.asset[guilty[::-1]]] = guilty[::-1]  # the first one wins
    known = cause_series >= 0
    cause_limit[known] = which[cause_series[known]]
    shown = np.where(severity > 0, severity + STATES.index("stale"), STATES.index("normal"))
    shown = np.where((freshness == LOST) | ((freshness == LATE) & (severity == 0)), STATES.index("stale"), shown)
    shown = np.where(freshness == NONE, STATES.index("no_data"), shown)
    return States(severity, freshness, shown, newest, cause_series, cause_limit)


def sentence_over(limit: packs.Limit, value: float) -> str:
    """Why an asset is over a limit, in one sentence."""
    known = packs.properties()[limit.property]
    means = {"1h": _("trung bình 1 giờ"), "8h": _("trung bình 8 giờ"), "24h": _("trung bình 24 giờ"), "instant": ""}
    subject = f"{known.name} {means[limit.averaging]}".strip()
    above = limit.maximum is not None and value > limit.maximum
    words = (
        _("{subject} {value} {unit}, cao hơn {bound} ({label}).")
        if above
        else _("{subject} {value} {unit}, thấp hơn {bound} ({label}).")
    )
    bound = limit.maximum if above else limit.minimum
    return words.format(
        subject=subject, value=_number(value, known.decimals), unit=known.unit_label,
        bound=_number(bound if bound is not None else value, known.decimals), label=limit.label,
    )  # fmt: skip


def sentence_silent(newest_ms: int, due_ms: int, now_ms: int) -> str:
    """Since when an asset has been silent, in one sentence."""
    if newest_ms == 0:
        return _("Chưa nhận được số liệu nào.")
    when = clock.local(clock.from_ms(newest_ms)).strftime("%H:%M %d/%m/%Y")
    return _("Không có số liệu mới từ {when} (quá hạn {late}).").format(
        when=when, late=_duration(now_ms - newest_ms - due_ms)
    )


def _duration(milliseconds: int) -> str:
    minutes = max(1, milliseconds // 60_000)
    if minutes < 120:
        return _("{n} phút").format(n=minutes)
    hours = minutes // 60
    return _("{n} giờ").format(n=hours) if hours < 48 else _("{n} ngày").format(n=hours // 24)


def _number(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    if decimals and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")
