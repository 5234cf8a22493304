"""Filling an empty installation: everything is there, marked as simulated, and a second call changes nothing."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from sen.apps.access.interface import SYSTEM
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import interface as procedures
from sen.apps.sources import interface as sources
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.project.demo import credentials, filling
from sen.project.demo.catalogue import groups, stations
from sen.telemetry import ddl
from sen.telemetry.flags import Flag
from sen.telemetry.store import TelemetryStore

DAYS = 2


@pytest.fixture(scope="module")
def store(django_db_setup: None, django_db_blocker: Any) -> Iterator[TelemetryStore]:
    """The demonstration, filled once over what a process left that died between writing the secrets and the commit."""
    with django_db_blocker.unblock(), transaction.atomic():
        ddl.migrate(settings().clickhouse_url)
        procedures.prepare_store(settings().clickhouse_url)
        credentials.write(credentials.DemoState(origin=1, sources=[credentials.SourceSecret("x", "y", "z")]))
        told: list[str] = []
        filling.fill(told.append, days=DAYS)
        assert len(told) == 3
        made = TelemetryStore(settings().clickhouse_url)
        yield made
        made.close()
        credentials.file().unlink(missing_ok=True)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_empty_installation_becomes_a_province(store: TelemetryStore) -> None:
    assert organisations.province().code == "82"
    entries = assets.directory()
    assert {entry.asset_code for entry in entries} == {station.code for station in stations()}
    assert all(entry.simulated and entry.source_number for entry in entries)
    assert {entry.asset_code for entry in entries if entry.territory_unit_id is None} == {"tan-chau"}
    known = {credential.code: credential for credential in sources.credentials()}
    assert {group.code for group in groups()} < set(known)
    assert all(credential.simulated for credential in known.values())

    pm25 = next(entry for entry in entries if entry.code == "kk-cao-lanh/pm25")
    state = _state()
    start, end = clock.from_ms(state.origin - 86_400_000), clock.from_ms(state.origin + 1)
    rows = store.observations(pm25.number, start, end).to_pylist()
    assert len(rows) > 200
    assert all(row["flags"] & Flag.SIMULATED for row in rows)
    index = store.index(pm25.asset_number, "VN_AQI", start, end).to_pylist()
    assert {row["period"] for row in index} == {"hour", "day"}


@pytest.mark.django_db
def test_a_state_file_without_records_is_not_believed(store: TelemetryStore) -> None:
    state = _state()
    assert state.origin > 1
    assert state.filled
    assert stat.S_IMODE(credentials.file().stat().st_mode) == 0o600
    codes = [source.code for source in state.sources]
    assert len(codes) == len(set(codes))
    assert {group.code for group in groups()} < set(codes)
    one = state.sources[0]
    assert sources.authenticate(one.key, one.secret) is not None


@pytest.mark.django_db
def test_it_goes_on_where_it_was_killed(store: TelemetryStore) -> None:
    """The state says that records exist but the history was not stored whole: the same sources, the same origin."""
    state, number = _state(), assets.asset(SYSTEM, "kk-cao-lanh").number
    credentials.write(credentials.DemoState(origin=state.origin, filled=False, sources=state.sources))
    told: list[str] = []
    filling.fill(told.append, days=DAYS)
    assert told
    assert _state() == state
    told.clear()
    filling.fill(told.append, days=DAYS)
    assert not told
    assert assets.asset(SYSTEM, "kk-cao-lanh").number == number


def _state() -> credentials.DemoState:
    state = credentials.read()
    assert state is not None
    return state
