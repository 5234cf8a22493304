"""The models behind the demonstration: plausible, the same at every call, and joined between history and now."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.project.demo import behaviour, catalogue, simulate, wire
from sen.project.demo.catalogue import Station, groups, stations

ORIGIN = clock.to_ms(datetime(2026, 11, 21, 3, tzinfo=UTC))
TIMES = np.arange(ORIGIN - 14 * 86_400_000, ORIGIN, 900_000, dtype=np.int64)


def station(code: str) -> Station:
    return next(one for one in stations() if one.code == code)


def test_the_promised_stations_are_there() -> None:
    kinds = [one.kind for one in stations()]
    assert kinds.count("air_station") == 12
    assert kinds.count("water_level_station") == 10
    assert kinds.count("surface_water_station") == 6
    assert len([one for one in stations() if one.code.startswith("cb-")]) == 40
    assert {group.channel for group in groups()} == {"mqtt", "http", "ftp", "sftp", "folder"}
    assert len({one.code for one in stations()}) == len(stations())
    assert len({(one.source, one.device) for one in stations()}) == len(stations())


def test_every_commune_of_the_tables_is_one_of_the_province() -> None:
    reference = catalogue.HERE.parents[1] / "apps/organisations/reference/communes_2025.csv"
    with reference.open(encoding="utf-8") as handle:
        known = {row["code"] for row in csv.DictReader(handle)}
    assert {one.commune for one in stations() if one.commune} <= known


@pytest.mark.parametrize(
    "code", [one.code for one in stations() if one.behaviour in ("", "late", "calibrating", "drifting")]
)
def test_healthy_values_are_plausible(code: str) -> None:
    known = packs.properties()
    for name, reading in station(code).measure(TIMES, ORIGIN).items():
        value = reading.value[reading.status == behaviour.MEASURING]
        assert np.isfinite(value).all(), name
        assert (value >= known[name].minimum).all(), name
        assert (value <= known[name].maximum).all(), name


def test_a_single_moment_gives_what_the_history_gave() -> None:
    """Live values are the same function: nothing jumps when the simulators take over."""
    for one in stations():
        whole = one.measure(TIMES, ORIGIN)
        for index in (0, 700, len(TIMES) - 1):
            alone = one.measure(TIMES[index : index + 1], ORIGIN)
            for name, reading in whole.items():
                assert np.array_equal(alone[name].value[0], reading.value[index], equal_nan=True), (one.code, name)
                assert alone[name].status[0] == reading.status[index]


def test_rain_cleans_the_air_and_the_moon_moves_the_water() -> None:
    air = station("kk-cao-lanh").model("kk-cao-lanh", TIMES)
    assert 8 < air["pm25"].mean() < 60
    night, noon = (np.isin(TIMES // 3_600_000 % 24, hours) for hours in ([18, 19, 20], [5, 6]))
    assert air["o3"][noon].mean() > 2 * air["o3"][night].mean()
    level = station("vam-kenh").model("vam-kenh", TIMES)["water_level"]
    turns = int((np.diff(np.sign(np.diff(level - np.convolve(level, np.ones(5) / 5, "same") * 0))) != 0).sum())
    assert turns > 14 * 3
    assert np.ptp(level) > 1.2
    assert np.ptp(station("tan-chau").model("tan-chau", TIMES)["water_level"]) < 1.5


def test_faults_look_like_faults() -> None:
    stuck = station("sa-dec").measure(TIMES, ORIGIN)["water_level"]
    assert len(set(stuck.value[-90:].tolist())) == 1
    silent = station("kk-cai-lay").measure(TIMES, ORIGIN)["pm25"]
    assert not silent.present[TIMES >= ORIGIN - 4 * 86_400_000].any()
    fault = station("nm-thap-muoi").measure(TIMES, ORIGIN)["nh4"]
    assert np.isnan(fault.value[fault.status == behaviour.FAULT]).all()
    checked = station("kk-my-tho").measure(TIMES, ORIGIN)["no2"]
    assert (checked.status == behaviour.CALIBRATING).any()
    assert behaviour.delay_ms("late", "x", TIMES).min() > 40 * 60_000


def test_the_leaking_gate_goes_over_the_limit_every_quarter_of_an_hour() -> None:
    group = next(one for one in groups() if one.code == f"nguon-{simulate.PULSE_STATION}")
    [limit] = [
        row
        for row in packs.limits("salinity", as_of=datetime(2026, 11, 21, tzinfo=UTC).date())
        if row.severity == "warning"
    ]
    start = ORIGIN // simulate.PULSE_CYCLE_MS * simulate.PULSE_CYCLE_MS
    values = {
        minute: sample.values["salinity"]
        for minute in range(30)
        for sample in simulate.take(group, start + minute * 60_000, ORIGIN)
    }
    assert limit.maximum is not None
    over = {minute for minute, value in values.items() if value > limit.maximum}
    assert over <= {4, 5, 6, 7, 19, 20, 21, 22}
    assert len(over) >= 5


def test_station_files_follow_the_circular() -> None:
    sample = wire.Sample(
        "kk",
        "KHI001",
        ORIGIN,
        {"pm25": 31.25, "co": float("nan"), "temperature": 29.04},
        {"pm25": 0, "co": 2, "temperature": 0},
    )
    stamp = (datetime(2026, 11, 21, 3, tzinfo=UTC) + timedelta(hours=7)).strftime("%Y%m%d%H%M%S")
    assert wire.file_name(sample) == f"DT_SNNMT_KHI001_{stamp}.txt"
    lines = wire.station_file(sample).decode().split("\r\n")
    assert lines[0] == f"PM2,5\t31.2\tµg/m³\t{stamp}\t00"
    assert lines[1] == f"CO\t\tµg/m³\t{stamp}\t02"
    assert lines[2].startswith("Temp\t29.0\t°C")


def test_a_silent_source_sends_nothing_and_an_unknown_device_is_among_the_sensors() -> None:
    silent = next(one for one in groups() if one.code == "nguon-kk-cai-lay")
    assert simulate.take(silent, ORIGIN + 60_000, ORIGIN) == []
    sensors = next(one for one in groups() if one.code == simulate.UNKNOWN_SOURCE)
    assert simulate.UNKNOWN_DEVICE in {sample.device for sample in simulate.take(sensors, ORIGIN + 60_000, ORIGIN)}


def test_the_packs_bring_their_own_stations() -> None:
    """Traffic, energy and agriculture: over MQTT and HTTP, with a name of their source, some of them with a fault."""
    own = [one for one in stations() if one.source_name]
    kinds = {one.kind for one in own}
    assert kinds == {
        "traffic_counter", "parking_site", "crowd_counter", "electricity_meter", "lighting_cabinet", "solar_plant",
        "pest_light_trap", "sluice_gate", "growing_area_station",
    }  # fmt: skip
    assert all(set(one.properties) <= {*packs.asset_kinds()[one.kind].properties} for one in own)
    assert {one.channel for one in own} == {"mqtt", "http"}
    assert {one.behaviour for one in own} > {"silent", "low_battery"}
    for group in groups():
        assert len({(one.channel, one.owner, one.interval_s) for one in group.stations}) == 1


def test_registers_only_rise_and_a_trap_tells_one_count_a_night() -> None:
    for code in ("ct-ubnd-tinh", "cs-my-tho-1", "mt-cao-lanh"):
        energy = station(code).measure(TIMES, ORIGIN)["active_energy"].value
        assert (np.diff(energy) >= 0).all()
        assert energy[-1] > energy[0]
    [trap] = [one for one in groups() if one.code == "bay-den"]
    morning = ORIGIN // 86_400_000 * 86_400_000
    counts = [
        [sample.values["brown_planthopper"] for sample in simulate.take(trap, morning + hour * 3_600_000, ORIGIN)]
        for hour in (1, 23, 25)
    ]
    assert counts[0] == counts[1] != counts[2]


def test_a_gate_is_shut_while_the_river_is_salty() -> None:
    told = station("cong-long-hai").measure(TIMES, ORIGIN)
    salty = told["salinity"].value > 2.0
    assert salty.any()
    assert (told["gate_position"].value[salty] == 0).mean() > 0.95
    assert told["salinity_inside"].value.max() < 1.0 < told["salinity"].value.max()
