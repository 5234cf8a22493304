"""The stations and sensors of the demonstration, read from its tables, and what each of them measures at any moment."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from sen.apps.packs import interface as packs
from sen.project.demo import air, behaviour, river
from sen.project.demo.behaviour import Reading
from sen.project.demo.noise import Array, Times

HERE = Path(__file__).parent
HISTORY_DAYS = 60
SENSOR_INTERVAL_S = 600


@dataclass(frozen=True)
class Station:
    """One asset: where it stands, who owns it, which source and device deliver it and how, and how it misbehaves.

    `commune` is empty for one that stands outside the province.
    """

    code: str
    name: str
    kind: str
    owner: str
    commune: str
    lon: float
    lat: float
    address: str
    source: str
    device: str
    channel: str
    interval_s: int
    behaviour: str
    model: Callable[[str, Times], dict[str, Array]] = field(repr=False)

    @property
    def connector(self) -> str:
        """The connector of its channel."""
        return {"mqtt": "mqtt", "http": "http_push"}.get(self.channel, "station_files")

    @property
    def properties(self) -> list[str]:
        """Property codes that it measures."""
        return list(self.model(self.code, np.zeros(1, dtype=np.int64)))

    def measure(self, times: Times, origin: int) -> dict[str, Reading]:
        """What it tells at `times` (ms), rounded as its display shows; `origin` is when the demonstration was filled."""
        known = packs.properties()
        result: dict[str, Reading] = {}
        for code, value in self.model(self.code, times).items():
            truth = partial(self._true, code)
            told = behaviour.read(self.behaviour, (self.code, code), times, value, origin=origin, truth=truth)
            result[code] = Reading(np.round(told.value, known[code].decimals), told.present, told.status)
        return result

    def _true(self, code: str, times: Times) -> Array:
        return self.model(self.code, times)[code]


@dataclass(frozen=True)
class Group:
    """A source: the stations that it delivers have one channel, one owner and one promise."""

    code: str
    name: str
    owner: str
    channel: str
    connector: str
    interval_s: int
    stations: tuple[Station, ...]


@lru_cache(maxsize=1)
def stations() -> tuple[Station, ...]:
    """All stations and sensors."""
    return (*_stations(), *_sensors())


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """The sources in the order of the tables."""
    by_source: dict[str, list[Station]] = {}
    for station in stations():
        by_source.setdefault(station.source, []).append(station)
    return tuple(
        Group(code, _source_name(members), members[0].owner, members[0].channel, members[0].connector, members[0].interval_s, tuple(members))
        for code, members in by_source.items()
    )  # fmt: skip


def _source_name(members: list[Station]) -> str:
    first = members[0]
    if len(members) > 1:
        return f"Cụm cảm biến {first.source.removeprefix('cb-').replace('-', ' ')}"
    return f"Đường truyền {first.name[0].lower()}{first.name[1:]}"


_MODELS: dict[str, Callable[[str, Times, dict[str, float]], dict[str, Array]]] = {
    "air_station": air.air,
    "water_level_station": river.river,
    "surface_water_station": river.surface_water,
}


def _stations() -> Iterator[Station]:
    for row in _table("stations.csv"):
        numbers = {
            key: float(value) for key, _, value in (part.partition("=") for part in row["parameters"].split(";"))
        }
        yield Station(
            code=row["code"], name=row["name"], kind=row["kind"], owner=row["owner"], commune=row["commune"],
            lon=float(row["lon"]), lat=float(row["lat"]), address=row["address"], source=f"nguon-{row['code']}",
            device=row["device"], channel=row["channel"], interval_s=int(row["interval_s"]), behaviour=row["behaviour"],
            model=_with(_MODELS[row["kind"]], numbers),
        )  # fmt: skip


def _sensors() -> Iterator[Station]:
    for row in _table("sensors.csv"):
        family = river if row["type"] in ("flood", "salt") else air
        yield Station(
            code=row["code"], name=row["name"], kind="rain_gauge" if row["type"] == "rain" else "sensor", owner=row["owner"],
            commune=row["commune"], lon=float(row["lon"]), lat=float(row["lat"]), address="", source=row["source"],
            device=row["device"], channel="mqtt", interval_s=SENSOR_INTERVAL_S, behaviour=row["behaviour"], model=_sensor(family.sensor, row["type"]),
        )  # fmt: skip


def _with(
    model: Callable[[str, Times, dict[str, float]], dict[str, Array]], numbers: dict[str, float]
) -> Callable[[str, Times], dict[str, Array]]:
    return lambda name, times: model(name, times, numbers)


def _sensor(
    model: Callable[[str, str, Times], dict[str, Array]], kind: str
) -> Callable[[str, Times], dict[str, Array]]:
    return lambda name, times: model(kind, name, times)


def _table(name: str) -> Iterator[dict[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return csv.DictReader(line for line in lines if not line.startswith("#"))
