"""The stations and sensors of the demonstration, read from its tables and the packs', and what each of them measures at any moment."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from sen.apps.packs import interface as packs
from sen.project.demo import air, behaviour, electricity, fields, river, streets
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
    source_name: str
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
    return (*_stations(), *_sensors(), *_of_packs())


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
    if first.source_name:
        return first.source_name
    if len(members) > 1:
        return f"Cụm cảm biến {first.source.removeprefix('cb-').replace('-', ' ')}"
    return f"Đường truyền {first.name[0].lower()}{first.name[1:]}"


_MODELS: dict[str, Callable[[str, Times, dict[str, float]], dict[str, Array]]] = {
    "air_station": air.air,
    "water_level_station": river.river,
    "surface_water_station": river.surface_water,
}


# The models that demo.toml of a pack may name.
_PACK_MODELS: dict[str, Callable[[str, Times, dict[str, float]], dict[str, Array]]] = {
    "road": streets.road,
    "parking": streets.parking,
    "crowd": streets.crowd,
    "building": electricity.building,
    "lighting": electricity.lighting,
    "solar": electricity.solar,
    "light_trap": fields.light_trap,
    "sluice": fields.sluice,
    "paddy": fields.paddy,
    "orchard": fields.orchard,
}


def _of_packs() -> Iterator[Station]:
    """The stations of the packs' own tables, with their models' parameters from demo.toml."""
    parameters = {name: one for demo in packs.demo().values() for name, one in demo.models.items()}
    for file in packs.demo_tables():
        for row in _rows(file):
            numbers = parameters.get(row["model"], {}) | _numbers(row["parameters"])
            yield Station(
                code=row["code"], name=row["name"], kind=row["kind"], owner=row["owner"], commune=row["commune"],
                lon=float(row["lon"]), lat=float(row["lat"]), address=row["address"], source=row["source"], device=row["device"],
                channel=row["channel"], interval_s=int(row["interval_s"]), behaviour=row["behaviour"],
                source_name=row["source_name"], model=_with(_PACK_MODELS[row["model"]], numbers),
            )  # fmt: skip


def _numbers(text: str) -> dict[str, float]:
    """`a=1;b=2` as numbers by name."""
    return {key: float(value) for key, _, value in (part.partition("=") for part in text.split(";") if part)}


def _stations() -> Iterator[Station]:
    for row in _table("stations.csv"):
        numbers = _numbers(row["parameters"])
        yield Station(
            code=row["code"], name=row["name"], kind=row["kind"], owner=row["owner"], commune=row["commune"],
            lon=float(row["lon"]), lat=float(row["lat"]), address=row["address"], source=f"nguon-{row['code']}",
            device=row["device"], channel=row["channel"], interval_s=int(row["interval_s"]), behaviour=row["behaviour"],
            source_name="", model=_with(_MODELS[row["kind"]], numbers),
        )  # fmt: skip


def _sensors() -> Iterator[Station]:
    for row in _table("sensors.csv"):
        family = river if row["type"] in ("flood", "salt") else air
        yield Station(
            code=row["code"], name=row["name"], kind="rain_gauge" if row["type"] == "rain" else "sensor", owner=row["owner"],
            commune=row["commune"], lon=float(row["lon"]), lat=float(row["lat"]), address="", source=row["source"],
            device=row["device"], channel="mqtt", interval_s=SENSOR_INTERVAL_S, behaviour=row["behaviour"], source_name="", model=_sensor(family.sensor, row["type"]),
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
    return _rows(HERE / name)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return csv.DictReader(line for line in lines if not line.startswith("#"))
