"""Every asset with its place and present state, in arrays in the memory of a web process: what the map and its counts are made of.

Places follow the directory's version; states are asked from telemetry every few seconds, hourly means every minute. While a
large board is being renewed, the previous one answers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from numpy.typing import NDArray

from sen.apps.access.interface import Scope
from sen.apps.assets import directory, states
from sen.apps.assets.readings import store
from sen.apps.assets.states import Floats, Ints, Limits, SeriesTable, States, Values
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.garbage import spare_what_lives

VALUES_EVERY_MS = 5_000
MEANS_EVERY_MS = 60_000
WAIT_BELOW = 20_000
"""Boards with fewer assets are renewed while the caller waits; larger ones behind its back."""


@dataclass(frozen=True)
class Places:
    """The assets, ordered by number, and their series. `x`, `y` are Web Mercator in [0, 1), NaN without a place."""

    version: int
    number: Ints
    code: Sequence[str]
    name: Sequence[str]
    kinds: Sequence[str]
    kind: Ints
    units: Sequence[UUID]
    owner: Ints
    territory: Ints
    lon: Floats
    lat: Floats
    x: Floats
    y: Floats
    simulated: NDArray[np.bool_]
    due_ms: Ints
    series: SeriesTable
    series_code: NDArray[np.object_]


@dataclass(frozen=True)
class Board:
    """Places with states. `index_value` is -1 without a present index; `index_at` is the start of its hour in ms."""

    places: Places
    limits: Limits
    day: date
    settings: int
    """Counts changes of units' own limits; see packs.settings_version."""
    values: Values
    states: States
    index_value: Ints
    index_name: Sequence[str]
    index_category: Sequence[str]
    index_at: Ints
    at_ms: int
    means_at_ms: int

    def visible(self, scope: Scope) -> NDArray[np.bool_]:
        """Which assets the scope may see: owned by, or standing in, one of its units."""
        if scope.everything:
            return np.ones(len(self.places.number), dtype=bool)
        allowed = np.array([unit in scope.unit_ids for unit in self.places.units] + [False])
        seen: NDArray[np.bool_] = allowed[self.places.owner] | allowed[self.places.territory]
        return seen

    def reason(self, asset: int) -> str:
        """Why the asset (by position) is in its state; empty where nothing is wrong."""
        state = states.STATES[int(self.states.state[asset])]
        if state in ("stale", "no_data"):
            return states.sentence_silent(int(self.states.newest[asset]), int(self.places.due_ms[asset]), self.at_ms)
        cause = int(self.states.cause_series[asset])
        if cause < 0:
            return ""
        limit = self.limits.rows[int(self.states.cause_limit[asset])][0]
        compared = self.values.value if limit.averaging == "instant" else self.values.means[limit.averaging]
        return states.sentence_over(limit, float(compared[cause]))


_lock = threading.Lock()
_board: Board | None = None
_renewing = threading.Event()


def current() -> Board:
    """The present board, at most some seconds old."""
    board, version, settings = _board, directory.version(), packs.settings_version()
    if board is not None and _is_current(board, version, settings):
        return board
    if board is None or len(board.places.number) < WAIT_BELOW:
        return _renew(version, settings)
    if not _renewing.is_set():
        _renewing.set()
        threading.Thread(target=_renew_apart, args=(version, settings), name="board", daemon=True).start()
    return board


def _is_current(board: Board, version: int, settings: int) -> bool:
    fresh = 0 <= clock.now_ms() - board.at_ms < VALUES_EVERY_MS
    return fresh and board.places.version == version and board.settings == settings


def renewed() -> Board:
    """A board made now, whatever its age."""
    return _renew(directory.version(), packs.settings_version(), forced=True)


def forget() -> None:
    """Begin anew; for processes that change their database, which are tests."""
    global _board
    with _lock:
        _board = None


def _renew_apart(version: int, settings: int) -> None:
    try:
        _renew(version, settings)
    finally:
        _renewing.clear()
        connection.close()


def _renew(version: int, settings: int, forced: bool = False) -> Board:
    global _board
    with _lock:
        before, now = _board, clock.now_ms()
        if not forced and before is not None and _is_current(before, version, settings):
            return before  # somebody else was faster
        today = clock.local(clock.now()).date()
        if before is None or before.places.version != version:
            places = _read_places(version)
            before = None if before is None or before.places is not places else before
        else:
            places = before.places
        if before is not None and before.day == today and before.settings == settings:
            limits = before.limits
        else:
            limits = Limits(places.series, places.code, today, owner=places.owner, units=places.units)
        recent = before is not None and not forced and 0 <= now - before.means_at_ms < MEANS_EVERY_MS
        means = before.values.means if before is not None and recent else _means(places.series)
        values = replace(_newest(places.series), means=means)
        found = states.evaluate(places.series, values, limits, len(places.number), now)
        index = _indices(places)
        means_at = before.means_at_ms if before is not None and recent else now
        _board = Board(places, limits, today, settings, values, found, *index, at_ms=now, means_at_ms=means_at)
        if before is None and len(places.number) >= WAIT_BELOW:
            spare_what_lives()
        return _board


def _read_places(version: int) -> Places:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, code, name, kind, owner_id, territory_id, lon, lat, simulated FROM assets_asset WHERE active ORDER BY number"
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT s.number, a.number, s.property, s.interval_s, s.allowed_delay_s FROM assets_series s "
            "JOIN assets_asset a ON a.id = s.asset_id WHERE s.active AND a.active ORDER BY a.number, s.number"
        )
        series_rows = cursor.fetchall()
    number, code, name, kind, owner, territory, lon, lat, simulated = zip(*rows, strict=True) if rows else [()] * 9
    units = sorted({*owner, *(one for one in territory if one is not None)})
    unit_at = {unit: position for position, unit in enumerate(units)} | {None: len(units)}
    kinds = sorted(set(kind))
    kind_at = {one: position for position, one in enumerate(kinds)}
    numbers = np.array(number, dtype=np.int64)
    longitude, latitude = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    series = _series_table(series_rows, numbers)
    codes = [f"{code[at]}/{one}" for at, one in zip(series.asset.tolist(), series.property, strict=True)]
    due = np.zeros(len(numbers), dtype=np.int64)
    np.maximum.at(due, series.asset, series.due_ms)
    x, y = mercator(longitude, latitude)
    return Places(
        version, numbers, code, name, kinds, np.array([kind_at[one] for one in kind], dtype=np.int64), units,
        np.array([unit_at[one] for one in owner], dtype=np.int64),
        np.array([unit_at[one] for one in territory], dtype=np.int64),
        longitude, latitude, x, y, np.array(simulated, dtype=bool), due, series, np.array(codes, dtype=object),
    )  # fmt: skip


def _series_table(rows: Sequence[tuple[int, int, str, int, int]], numbers: Ints) -> SeriesTable:
    number, asset, property_, interval, delay = zip(*rows, strict=True) if rows else [()] * 5
    due = (np.array(interval, dtype=np.int64) + np.array(delay, dtype=np.int64)) * 1000
    owners = np.searchsorted(numbers, np.array(asset, dtype=np.int64)).astype(np.int64)
    return SeriesTable(np.array(number, dtype=np.int64), owners, property_, due)


def mercator(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Web Mercator in [0, 1): x east from 180° W, y south from 85.05° N."""
    bounded = np.radians(np.clip(lat, -85.05, 85.05))
    return (lon + 180) / 360, (1 - np.arcsinh(np.tan(bounded)) / np.pi) / 2


def _newest(series: SeriesTable) -> Values:
    table = store().latest()
    place, known = _positions(table["series"], series)
    count = len(series.number)
    time, value, flags = np.zeros(count, np.int64), np.full(count, np.nan), np.zeros(count, np.int64)
    time[place] = table["time"].cast(pa.int64()).to_numpy()[known]
    value[place] = table["value"].to_numpy()[known]
    flags[place] = table["flags"].to_numpy()[known]
    return Values(time, value, flags, {})


def _means(series: SeriesTable) -> dict[str, Floats]:
    table = store().trailing(clock.now())
    place, known = _positions(table["series"], series)
    means = {}
    for averaging, column in (("1h", "h1"), ("8h", "h8"), ("24h", "h24")):
        means[averaging] = np.full(len(series.number), np.nan)
        means[averaging][place] = table[column].to_numpy()[known]
    return means


def _positions(numbers: pa.ChunkedArray, series: SeriesTable) -> tuple[Ints, NDArray[np.bool_]]:
    """Where the numbers stand in the table, and which of them do."""
    wanted = numbers.to_numpy().astype(np.int64)
    if len(series.number) == 0:
        return np.zeros(0, np.int64), np.zeros(len(wanted), dtype=bool)
    order = np.argsort(series.number, kind="stable")
    at = np.searchsorted(series.number[order], wanted)
    at = np.minimum(at, len(order) - 1)
    known = series.number[order][at] == wanted
    return order[at[known]], known


def latest_rows(scope: Scope) -> tuple[list[str], pa.Table]:
    """The newest rows of all visible series, with their codes `asset/property` beside them."""
    # Only who stands where is needed, not the board's own values: a board that is due to be renewed serves as well.
    board = _board
    present = board if board is not None and board.places.version == directory.version() else current()
    series = present.places.series
    table = store().latest()
    place, known = _positions(table["series"], series)
    seen = present.visible(scope)[series.asset[place]]
    names: list[str] = present.places.series_code[place[seen]].tolist()
    return names, table.filter(pa.array(known)).filter(pa.array(seen))


def _indices(places: Places) -> tuple[Ints, list[str], list[str], Ints]:
    count = len(places.number)
    value, name, category = np.full(count, -1, np.int64), [""] * count, [""] * count
    at_ms = np.zeros(count, np.int64)
    table = store().latest_index().select(["asset", "name", "period", "time", "value", "category"])
    rows = table.filter(pc.and_(pc.equal(table["period"], "hour"), pc.greater_equal(table["value"], 0)))
    if count == 0 or rows.num_rows == 0:
        return value, name, category, at_ms
    wanted = rows["asset"].to_numpy().astype(np.int64)
    at = np.minimum(np.searchsorted(places.number, wanted), count - 1)
    for position, number, row in zip(at.tolist(), wanted.tolist(), rows.to_pylist(), strict=True):
        if places.number[position] == number:
            value[position], name[position], category[position] = row["value"], row["name"], row["category"]
            at_ms[position] = clock.to_ms(row["time"])
    return value, name, category, at_ms
