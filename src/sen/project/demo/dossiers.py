"""The demonstration's dossiers: a year of two simulated one-stop systems (departments, communes) that go on over the wire."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.db import close_old_connections

from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.procedures import interface as procedures
from sen.apps.procedures.interface import CataloguedProcedure, Dossier
from sen.apps.sources import interface as sources
from sen.connectors.dossier_rest import simulator
from sen.connectors.dossier_rest.model import PROCEDURES, World, dossier
from sen.kernel import clock
from sen.project.demo.credentials import DemoState

log = structlog.get_logger(__name__)

CONNECTOR = "dossier_rest"
DAYS = 365
PROVINCE = "H20"
"""Of Đồng Tháp before July 2025 (from memory, unverified), as in the demonstration's documents."""


_NO_PROCEDURES = ("-bchqs", "-ioc", "-ttphcc", "-ttra", "-vpub")
"""Departments that have no procedures of their own for people."""


@dataclass(frozen=True)
class System:
    """One simulated one-stop system: which level of units it serves and how many dossiers a day it gets."""

    code: str
    name: str
    level: str
    per_day: int
    seed: int


SYSTEMS = (
    System("mot-cua-so-nganh", "Một cửa điện tử các sở, ngành", "tinh", 15, 1),
    System("mot-cua-cap-xa", "Một cửa điện tử các xã, phường", "xa", 40, 2),
)


def create(state: DemoState) -> None:
    """Catalogue, agencies, both sources and a year of dossiers; continues where an earlier call was killed."""
    known = {one.code: (one.number, one.key) for one in sources.credentials(CONNECTOR)}
    if all(system.code in known and procedures.checkpoint(known[system.code][1]) for system in SYSTEMS):
        return
    procedures.define_procedures(scope=SYSTEM, procedures=[_catalogued(one) for one in PROCEDURES])
    for system in SYSTEMS:
        number, key = known.get(system.code) or _source(system)
        _fill(state, system, number, key)
    procedures.recount(everything=True)
    procedures.check_forecast()


def _source(system: System) -> tuple[int, str]:
    """Number and key of the source of a system. Its secret is thrown away: the centre asks, the system never calls."""
    made = sources.create_source(
        scope=SYSTEM, code=system.code, name=system.name, connector=CONNECTOR, owner="82", interval_s=300, allowed_delay_s=1800,
        simulated=True, contact_name="Trung tâm Phục vụ hành chính công",
        settings={"url": f"http://127.0.0.1:{_free_port()}{simulator.PATH}", "every_s": 120},
    )  # fmt: skip
    return made.number, made.key


def _fill(state: DemoState, system: System, number: int, key: str) -> None:
    """A year of a system's dossiers; its cursor then begins where they end, so that the wire brings only what is new."""
    agencies, now = _agencies(system), clock.now()
    procedures.name_agencies(scope=SYSTEM, units={code: unit.id for code, unit in agencies.items()})
    found = list(_until(_world(system, agencies, state), now))
    procedures.store(found, source=number, source_name=system.name, simulated=True)
    sources.mark_seen({number: sources.SeenAt(now, now, 1, len(found))})
    procedures.save_checkpoint(key, {"since": now.isoformat()}, len(found))


def _world(system: System, agencies: Mapping[str, UnitRef], state: DemoState) -> World:
    """The same at every start: it counts from the demonstration's own beginning."""
    begun = clock.local(clock.from_ms(state.origin) - timedelta(days=DAYS))
    return World(
        agencies=list(agencies), since=datetime(begun.year, begun.month, begun.day, tzinfo=clock.VIETNAM), per_day=system.per_day,
        seed=system.seed, province=PROVINCE, weights=tuple(one[5] if one[3] == system.level else 0 for one in PROCEDURES),
    )  # fmt: skip


def _until(world: World, now: datetime) -> Iterator[Dossier]:
    """The dossiers of a world as they stand at `now`; those that the simulator breaks are left to the wire."""
    number = 0
    while (told := dossier(world, number, now)) is not None:
        found = procedures.read_row(told, number + 1)
        if isinstance(found, Dossier):
            yield found
        number += 1


def _agencies(system: System) -> dict[str, UnitRef]:
    """Agency codes of the units of a system, in the old rendering; the numbers are the demonstration's own."""
    departments = [unit for unit in organisations.departments() if not unit.code.endswith(_NO_PROCEDURES)]
    first, units = (1, departments) if system.level == "tinh" else (101, organisations.communes())
    return {f"000.00.{number:02}.{PROVINCE}": unit for number, unit in enumerate(units, start=first)}


def _catalogued(one: tuple[str, str, str, str, int, int, int]) -> CataloguedProcedure:
    """A procedure of the simulated catalogue; some were announced late, are not online, not described fully."""
    code, name, field, level, days, often, fee = one
    announced = clock.local(clock.now()).date() - timedelta(days=500 + often)
    late = often == 3
    return CataloguedProcedure(
        code=f"{code}.000.00.00.{PROVINCE}", name=name, field=field, level="province" if level == "tinh" else "commune", limit=days,
        has_fee=fee > 0, online=often != 7, online_since=announced if often != 7 else None, payable_online=fee >= 15_000,
        announced_on=announced, announce_due=announced + timedelta(days=-3 if late else 5), published_on=announced + timedelta(days=2),
        publish_due=announced + timedelta(days=10), fully_described=often != 4, source="Danh mục mô phỏng để trình diễn", simulated=True,
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def serve(state: DemoState, stop: asyncio.Event) -> None:
    """Answer as both systems, each on the port of its source's address, until `stop`."""
    runners = []
    for system, world, port in await asyncio.to_thread(_served, state):
        try:
            runner, _port = await simulator.serve(simulator.application(world), "127.0.0.1", port)
        except OSError as error:
            log.warning("one_stop_system_not_simulated", source=system.code, port=port, error=str(error))
            continue
        runners.append(runner)
    await stop.wait()
    for runner in runners:
        await runner.cleanup()


def _served(state: DemoState) -> list[tuple[System, World, int]]:
    close_old_connections()
    try:
        urls = {one.code: str(one.settings.get("url", "")) for one in sources.credentials(CONNECTOR)}
        return [
            (system, _world(system, _agencies(system), state), port)
            for system in SYSTEMS
            if (port := urlsplit(urls.get(system.code, "")).port)
        ]
    finally:
        close_old_connections()
