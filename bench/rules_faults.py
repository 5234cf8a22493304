"""Recorded data with known faults, through the quality checks and the rules: each fault is to be told once, in time, and nothing else.

What is expected is worked out here in plain Python over the files; nothing of the evaluator is used for it.
"""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from sen.apps.alerts.interface import Evaluator, RuleInForce, Transition, WatchedSeries
from sen.apps.packs import interface as packs
from sen.ingest.directory import Limits
from sen.ingest.quality import Quality
from sen.ingest.rows import Rows
from sen.telemetry.flags import INVALID, Flag

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SEN_SHARED_DATA", ROOT.parent / "shared")) / "data"
UNIT = UUID(int=1)
MINUTE, HOUR = 60_000, 3_600_000
BATCH = 700
ARRIVES_AFTER = 30_000
LOW_NO2 = 10.0

Reading = tuple[int, float, int]
"""Time (ms), value (NaN = none), flags that the file itself gives."""
Episode = tuple[int, int]
"""Onset and the moment at which it may be told at the earliest, ms."""


@dataclass
class Series:
    """One series of a file in the order in which it was recorded; believable between `minimum` and `maximum`."""

    asset: str
    property: str
    rows: list[Reading]
    minimum: float = float("-inf")
    maximum: float = float("inf")
    step_s: int = 3600
    delays: list[int] | None = None

    def valid(self) -> Iterator[tuple[int, float]]:
        """What counts: believable, not marked as wrong, no moment before one that was recorded earlier."""
        newest = 0
        for time, value, flags in self.rows:
            if self.minimum <= value <= self.maximum and not flags & INVALID and time > newest:
                newest = time
                yield time, value


@dataclass
class Case:
    """A rule over some series, and what it is to say of each asset."""

    name: str
    when: packs.Condition
    series: list[Series]
    expected: dict[str, list[Episode]]
    duration_s: int = 0
    hysteresis: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    """What is wrong in the data and must not be told: kind → rows."""


# -- what is to be expected, in plain Python


def crossings(
    rows: Iterable[tuple[int, float]], holds: Callable[[float], bool], duration_s: int, back: Callable[[float], bool]
) -> list[Episode]:
    """Runs in which `holds` for `duration_s`; one is over at the first value that is `back`."""
    found: list[Episode] = []
    since: int | None = None
    told = False
    for time, value in rows:
        if told:
            if back(value):
                told, since = False, None
        elif holds(value):
            since = time if since is None else since
            if time - since >= duration_s * 1000:
                told = True
                found.append((since, time))
        else:
            since = None
    return found


def changes(rows: Iterable[tuple[int, float]], rise: float, minutes: int) -> list[Episode]:
    """Runs in which the value is more than `rise` above the smallest of the last `minutes`."""
    kept: list[tuple[int, float]] = []
    found: list[Episode] = []
    rising = False
    for time, value in rows:
        kept = [one for one in kept if one[0] >= time - minutes * MINUTE]
        kept.append((time, value))
        over = value - min(one[1] for one in kept) > rise
        if over and not rising:
            found.append((time, time))
        rising = over
    return found


def gaps(arrivals: Sequence[int], longest_s: int) -> list[Episode]:
    """Pauses of more than `longest_s` between arrivals."""
    pairs = pairwise(arrivals)
    return [(before, before + longest_s * 1000) for before, after in pairs if after - before > longest_s * 1000]


def arrivals(series: Series) -> list[int]:
    """When each row came in: half a minute after the measurement, and never before the row that was recorded before it."""
    found: list[int] = []
    for index, (time, _value, _flags) in enumerate(series.rows):
        delay = series.delays[index] if series.delays else ARRIVES_AFTER
        found.append(max(time + delay, found[-1] + 1 if found else 0))
    return found


# -- the files


def sekong() -> list[Case]:
    """A river gauge every quarter of an hour: the flood season, and 19 holes."""
    rows = [
        (_ms(line["time"], 7), float(line["water_level_m"] or "nan"), 0)
        for line in _lines(SHARED / "hydro/dev/mrc_sekong_bridge_014500_water_level_15min.csv.gz")
    ]
    gauge = Series("sekong", "water_level", rows, step_s=900)
    levels = sorted(value for _time, value in gauge.valid())
    alarm = round(levels[int(len(levels) * 0.6)], 2)
    over = crossings(gauge.valid(), lambda v: v > alarm, 1800, lambda v: v <= alarm - 0.05)
    silent = gaps(arrivals(gauge), 7200)
    rising = changes(gauge.valid(), 0.4, 180)
    above = packs.Beyond(property="water_level", above=alarm)
    return [
        Case(f"Sekong, level over {alarm} m for 30 min", above, [gauge], {"sekong": over}, 1800, 0.05),
        Case("Sekong, up 0.4 m within 3 h", packs.Rate(property="water_level", rise=0.4, over_minutes=180), [gauge], {"sekong": rising}),
        Case("Sekong, silent for 2 h", packs.Silence(asset_kind="station"), [gauge], {"sekong": silent}, 7200),
    ]  # fmt: skip


def hanoi() -> list[Case]:
    """Hourly AQI with marks of quality: an hour that is missing or invalid must not alert."""
    flags = {
        "Valid": 0,
        "Missing": int(Flag.NO_VALUE),
        "Invalid": int(Flag.DEVICE_FAULT),
        "Suspect": int(Flag.UNKNOWN_STATUS),
    }
    lines = list(_lines(SHARED / "env/dev/hanoi_us_embassy_pm25_aqi_hourly_2015_2017H1.csv"))
    told = [line for line in lines if line["qc"] != "Missing"]
    rows = [(_ms(line["time_local"], 7), float(line["aqi"] or "nan"), flags[line["qc"]]) for line in told]
    station = Series("hanoi", "aqi", rows, 0, 500)
    over = crossings(station.valid(), lambda v: v > 200, 3600, lambda v: v <= 190)
    wrong = {"missing hours": len(lines) - len(told), "invalid or suspect hours": sum(1 for one in rows if one[2])}
    return [
        Case("Hà Nội, AQI over 200 for 1 h", packs.Beyond(property="aqi", above=200), [station], {"hanoi": over}, 3600, 10, wrong),
        Case("Hà Nội, silent for 6 h", packs.Silence(asset_kind="station"), [station], {"hanoi": gaps(arrivals(station), 21_600)}, 21_600),
    ]  # fmt: skip


def interstate() -> list[Case]:
    """Hourly traffic with repeated hours, holes of up to ten months, 0 K and 9,831 mm of rain."""
    lines = list(_lines(SHARED / "traffic/dev/i94_metro_hourly_volume_2012_2017.csv.gz"))
    times = [_ms(line["time_local"].replace(" ", "T"), 0) for line in lines]
    volume = Series(
        "i94",
        "volume",
        [(t, float(line["traffic_volume"]), 0) for t, line in zip(times, lines, strict=True)],
        0,
        10_000,
    )
    celsius = [(t, float(line["temp_k"]) - 273.15, 0) for t, line in zip(times, lines, strict=True)]
    warmth = Series("i94", "temperature", celsius, -60, 60)
    rain = Series("i94", "rain", [(t, float(line["rain_mm"]), 0) for t, line in zip(times, lines, strict=True)], 0, 500)
    repeated = len(times) - len(set(times))
    jammed = crossings(volume.valid(), lambda v: v > 6500, 3600, lambda v: v <= 6300)
    frost = crossings(warmth.valid(), lambda v: v < -25, 0, lambda v: v >= -24)
    pouring = crossings(rain.valid(), lambda v: v > 20, 0, lambda v: v <= 20)
    zero = {"0 K": sum(1 for one in celsius if one[1] < -200)}
    flood = {"impossible rain": sum(1 for one in rain.rows if one[1] > 500)}
    silence = packs.Silence(asset_kind="station")
    return [
        Case("I-94, over 6,500 vehicles for 1 h", packs.Beyond(property="volume", above=6500), [volume], {"i94": jammed}, 3600, 200, {"repeated hours": repeated}),
        Case("I-94, below −25 °C", packs.Beyond(property="temperature", below=-25), [warmth], {"i94": frost}, 0, 1, zero),
        Case("I-94, rain over 20 mm", packs.Beyond(property="rain", above=20), [rain], {"i94": pouring}, 0, 0, flood),
        Case("I-94, silent for 3.5 h", silence, [volume], {"i94": gaps(arrivals(volume), 12_600)}, 12_600),
    ]  # fmt: skip


def car_parks() -> list[Case]:
    """Thirty car parks: more cars than places (a formula over two properties), and negative counts."""
    of_park: dict[str, list[tuple[int, float, float]]] = {}
    for line in _lines(SHARED / "traffic/dev/birmingham_car_parks_2016OctNov.csv.gz"):
        row = (_ms(line["time_local"].replace(" ", "T"), 0), float(line["capacity"]), float(line["occupancy"]))
        of_park.setdefault(line["car_park"], []).append(row)
    series, expected, negative = [], {}, 0
    for park, rows in of_park.items():
        rows.sort()
        places = Series(park, "capacity", [(t, capacity, 0) for t, capacity, _cars in rows], 0, 1e5)
        cars = Series(park, "occupancy", [(t, count, 0) for t, _capacity, count in rows], 0, 1e5)
        series += [places, cars]
        negative += sum(1 for one in rows if one[2] < 0)
        room, known, over = dict(places.valid()), dict(cars.valid()), []
        count = float("nan")
        for time in sorted({one[0] for one in rows}):
            count = known.get(time, count)
            over.append((time, count - room.get(time, float("inf"))))
        expected[park] = crossings(over, lambda v: v > 0, 0, lambda v: v <= 0)
    formula = packs.Expression(text="occupancy > capacity")
    return [Case("Birmingham, more cars than places", formula, series, expected, faults={"negative counts": negative})]


def simulators(days: int = 12) -> list[Case]:
    """The demonstration's stations with their labelled faults: lost lines, outages, status marks during calibration and defects."""
    from sen.project.demo.behaviour import delay_ms
    from sen.project.demo.catalogue import stations

    origin = 1_780_000_000_000
    known = packs.properties()
    lost: list[Series] = []
    gases: list[Series] = []
    quiet: dict[str, list[Episode]] = {}
    steps: dict[str, list[Episode]] = {}
    marked = 0
    for station in stations():
        if station.kind != "air_station":
            continue
        times = np.arange(origin - days * 24 * HOUR, origin, station.interval_s * 1000, dtype=np.int64)
        late = delay_ms(station.behaviour, station.code, times)
        for code, told in station.measure(times, origin).items():
            if code not in {"pm25", "no2"}:
                continue
            rows, delays = [], []
            for at, value, sent, status, delay in zip(
                times.tolist(),
                told.value.tolist(),
                told.present.tolist(),
                told.status.tolist(),
                late.tolist(),
                strict=True,
            ):
                if sent:
                    rows.append(
                        (at, value, int(Flag.CALIBRATING) if status == 1 else int(Flag.DEVICE_FAULT) if status else 0)
                    )
                    delays.append(delay)
            prop = known[code]
            one = Series(station.code, code, rows, prop.minimum, prop.maximum, station.interval_s, delays)
            if code == "pm25":
                lost.append(one)
                quiet[station.code] = gaps([*arrivals(one), origin], 3600)
            else:
                gases.append(one)
                marked += sum(1 for row in rows if row[2] and row[1] < LOW_NO2)
                steps[station.code] = crossings(one.valid(), lambda v: v < LOW_NO2, 0, lambda v: v >= LOW_NO2)
    low = packs.Beyond(property="no2", below=LOW_NO2)
    return [
        Case("Simulators, silent for 1 h", packs.Silence(asset_kind="station"), lost, quiet, 3600),
        Case(
            f"Simulators, NO2 below {LOW_NO2:g} µg/m³",
            low,
            gases,
            steps,
            faults={"low values under calibration or defect": marked},
        ),
    ]


# -- the replay


def replay(case: Case, *, until: int = 0) -> dict[str, Any]:
    """Feed a case through quality and rules in batches, and compare. `missed` and `extra` list what differs."""
    numbers = {id(one): number for number, one in enumerate(case.series, 1)}
    assets = {name: number for number, name in enumerate(dict.fromkeys(one.asset for one in case.series), 1)}
    watched = [
        WatchedSeries(numbers[id(one)], assets[one.asset], one.asset, "station", one.property, UNIT, UNIT, "82", 105.0, 10.0, 0)
        for one in case.series
    ]  # fmt: skip
    content = packs.Rule(
        code="replay", name=case.name, when=case.when, severity="warning", procedure="p", clock_minutes=10,
        duration_s=case.duration_s, hysteresis=case.hysteresis,
    )  # fmt: skip
    rule = RuleInForce(
        id=UUID(int=2), family="replay:1", template_id=UUID(int=3), unit_id=UNIT, code="replay", name=case.name, version=1,
        content=content, unit_ids=frozenset([UNIT]), watch_from=datetime(2000, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    evaluator = Evaluator([rule], watched, always_listening=True)
    found: list[Transition] = []
    count = 0
    for rows in _batches(case, numbers):
        count += len(rows)
        found += evaluator.feed(rows.series, rows.time, rows.value, rows.flags, rows.received)
    newest = max(arrivals(one)[-1] for one in case.series if one.rows)
    found += evaluator.tick(max(newest, until or _origin(case)))
    raised: dict[str, list[tuple[int, int]]] = {name: [] for name in assets}
    for one in found:
        if one.change == "raised":
            raised[one.subject.removeprefix("asset:")].append((one.onset, one.at))
    expected = {(name, onset): at for name, episodes in case.expected.items() for onset, at in episodes}
    got = {(name, onset): at for name, episodes in raised.items() for onset, at in episodes}
    late = [got[key] - at for key, at in expected.items() if key in got]
    return {
        "case": case.name, "rows": count, "faults": len(expected), "alerts": sum(map(len, raised.values())),
        "missed": sorted(expected.keys() - got.keys()), "extra": sorted(got.keys() - expected.keys()),
        "doubled": sum(map(len, raised.values())) - len(got), "longest_delay_s": max(late, default=0) / 1000,
        "not_told": case.faults,
    }  # fmt: skip


def _origin(case: Case) -> int:
    """Until when somebody listened: the end of the longest series."""
    return max(one.rows[-1][0] for one in case.series if one.rows) + ARRIVES_AFTER


def _batches(case: Case, numbers: dict[int, int]) -> Iterator[Rows]:
    """What the log gave, in its order, with the flags that ingest gives."""
    limits = Limits.sized(len(numbers) + 1)
    everything: list[tuple[int, int, int, float, int]] = []
    for one in case.series:
        number = numbers[id(one)]
        limits.minimum[number], limits.maximum[number], limits.known[number] = one.minimum, one.maximum, True
        for (time, value, flags), received in zip(one.rows, arrivals(one), strict=True):
            everything.append((received, number, time, value, flags))
    everything.sort(key=lambda row: row[0])
    quality = Quality(limits)
    for start in range(0, len(everything), BATCH):
        part = everything[start : start + BATCH]
        received, series, time, value, flags = (list(column) for column in zip(*part, strict=True))
        seq = [one * 1_000_000 + start + place for place, one in enumerate(received)]
        rows, _timely = quality.mark(Rows.build(series, time, value, flags, [1] * len(part), seq, received))
        yield rows


def _ms(text: str, offset_hours: int) -> int:
    zone = timedelta(hours=offset_hours)
    return int((datetime.fromisoformat(text).replace(tzinfo=UTC) - zone).timestamp() * 1000)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        yield from csv.DictReader(file)


CASES: dict[str, Callable[[], list[Case]]] = {
    "hydro": sekong, "env": hanoi, "traffic": interstate, "parking": car_parks, "simulators": simulators
}  # fmt: skip
