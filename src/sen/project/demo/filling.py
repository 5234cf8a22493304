"""Fills an empty installation with the demonstration: units, accounts, sources, assets, history, indices. Safe to call again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import transaction

from sen.apps.access import interface as access
from sen.apps.access.interface import SYSTEM
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.apps.sources import interface as sources
from sen.eventbus.process_bus import nobody_listens
from sen.ingest.indices import IndexKeeper
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.project.demo import (
    centres,
    credentials,
    documents,
    dossiers,
    economy,
    emergency,
    figures,
    history,
    incidents,
    pack_templates,
    programme,
    rules,
    shifts,
    tasks,
    templates,
    walls,
)
from sen.project.demo.catalogue import HISTORY_DAYS, Group, groups, stations
from sen.project.demo.credentials import DemoState, SourceSecret
from sen.telemetry.store import TelemetryStore

log = structlog.get_logger(__name__)

PROVINCE = "82"
MAX_HOURS_AT_ONCE = 2_000_000

# Connections that are promised and not there yet: code, name, connector, owner, days from today to the plan date.
_PLANNED = (
    (
        "nguon-nuoc-thai-tan-huong",
        "Trạm nước thải tự động Khu công nghiệp Tân Hương",
        "station_files",
        "82-bqlkcn",
        -12,
    ),
    ("nguon-mua-tu-dong", "Mạng đo mưa tự động của ngành nông nghiệp", "http_push", "82-snnmt", 20),
    ("nguon-cong-long-uong", "Trạm mặn cống Long Uông", "mqtt", "28702", 45),
    ("nguon-tieng-on-san-khau", "Cảm biến ồn khu vui chơi Mỹ Trà", "mqtt", "29888", -3),
)


@nobody_listens()
def fill(progress: Callable[[str], None] | None = None, days: int = HISTORY_DAYS) -> None:
    """Make the demonstration of `settings().province`; stations and history (`days` of it) exist for Đồng Tháp (82) only.

    Needs the engines (SEN_*_URL) with their schema. Continues where an earlier call was killed. `progress` is told each step.
    """
    tell = progress or (lambda step: log.info("demo", step=step))
    state = credentials.read()
    if state and state.filled:
        return
    tell("Đang nạp đơn vị hành chính và tài khoản mẫu")
    organisations.install_province(settings().province, scope=SYSTEM)
    access.create_demo_accounts()
    if settings().province != PROVINCE:
        credentials.write(DemoState(origin=clock.now_ms(), filled=True))
        return
    if state is None or not _records_exist():
        tell("Đang khai báo trạm và nguồn dữ liệu mẫu")
        state = _create_records()
    pack_templates.create()
    rules.create()
    templates.create()
    walls.create()
    emergency.create()
    shifts.create()
    figures.create()
    economy.create()
    tell(f"Đang tạo {days} ngày số liệu mô phỏng")
    _create_history(state, days)
    incidents.create()
    tasks.create()
    programme.create()
    documents.create(state)
    dossiers.create(state)
    centres.open_first()
    state.filled = True
    credentials.write(state)


def _records_exist() -> bool:
    known = {entry.asset_code for entry in assets.directory()}
    return all(station.code in known for station in stations())


@transaction.atomic
def _create_records() -> DemoState:
    """Sources with their secrets, assets with their series. All or nothing: the state is written before the commit."""
    state = DemoState(origin=clock.now_ms())
    for group in groups():
        created = sources.create_source(
            scope=SYSTEM, code=group.code, name=_name(group), connector=group.connector, owner=group.owner,
            interval_s=group.interval_s, allowed_delay_s=max(900, group.interval_s), simulated=True, expected_properties=_expected(group),
            contact_name="Bộ phận kỹ thuật",
        )  # fmt: skip
        state.sources.append(SourceSecret(created.code, created.key, created.secret))
        for station in group.stations:
            assets.create_asset(
                scope=SYSTEM, code=station.code, name=station.name, kind=station.kind, owner=station.owner,
                # Outside the province there is no commune of ours, though the approximate areas reach across the border.
                territory=station.commune or None, location=(station.lon, station.lat), properties=station.properties, address=station.address, simulated=True,
                feed=assets.Feed(created.number, station.device, group.interval_s, max(900, group.interval_s)),
            )  # fmt: skip
    today = clock.local(clock.now()).date()
    for code, name, connector, owner, days in _PLANNED:
        sources.create_source(
            scope=SYSTEM, code=code, name=name, connector=connector, owner=owner, plan_date=today + timedelta(days=days), simulated=True
        )  # fmt: skip
    credentials.write(state)
    return state


def _expected(group: Group) -> list[str]:
    return sorted({code for station in group.stations for code in station.properties})


def _name(group: Group) -> str:
    if len(group.stations) == 1 or group.stations[0].source_name:
        return group.name
    return f"Cụm cảm biến {organisations.unit(group.owner).name}"


def _create_history(state: DemoState, days: int) -> None:
    store = TelemetryStore(settings().clickhouse_url)
    try:
        entries = assets.directory()
        seen = history.write(store, list(stations()), entries, origin=state.origin, days=days)
        keeper = IndexKeeper(store)
        keeper.set_directory(entries)
        while True:
            result = store.refresh_rollups(MAX_HOURS_AT_ONCE)
            keeper.refresh(result.touched)
            if not result.remaining:
                break
    finally:
        store.close()
    sources.mark_seen(
        {
            number: sources.SeenAt(clock.from_ms(received), clock.from_ms(measured), messages, values)
            for number, (received, measured, messages, values) in seen.items()
        }
    )
