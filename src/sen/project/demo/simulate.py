"""One process that drives every station of the demonstration: samples the models now and sends them over the stations' channels."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Sequence

import msgspec
import numpy as np
import structlog

from sen.kernel import clock
from sen.kernel.configuration import Settings, settings
from sen.project.demo import credentials, documents, dossiers, wire
from sen.project.demo.behaviour import LATE_BY_MS
from sen.project.demo.catalogue import Group, Station, groups
from sen.project.demo.credentials import DemoState
from sen.project.demo.wire import FAILURES, Sample, Sender

log = structlog.get_logger(__name__)

# Seconds between two deliveries of a channel. Shorter than the promise, so that a screen is alive.
CADENCE_S = {"mqtt": 40.0, "http": 50.0, "ftp": 90.0, "sftp": 90.0, "folder": 120.0}
FIRST_WITHIN_S = 8.0
RETRY_S = 4.0
LONGEST_RETRY_S = 60.0
GARBAGE_EVERY_S = 600.0
PULSE_STATION, PULSE_PROPERTY, PULSE_VALUE = "cong-xuan-hoa", "salinity", 4.7
PULSE_CYCLE_MS, PULSE_FROM_MS, PULSE_UNTIL_MS = 900_000, 240_000, 480_000
UNKNOWN_SOURCE, UNKNOWN_DEVICE = "cb-cao-lanh", "CB-MOI-01"
GARBAGE_MQTT_SOURCE, GARBAGE_FILE_SOURCE = "cb-my-tho", "nguon-kk-sa-dec"


def main() -> int:
    """Run until SIGTERM or SIGINT; returns at once where there is no demonstration."""
    return asyncio.run(_main())


async def _main() -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    state = credentials.read()
    if state is None or not state.sources:
        log.info("no_demonstration")
        await stop.wait()
        return 0
    await run(state, settings(), stop)
    return 0


async def run(state: DemoState, config: Settings, stop: asyncio.Event) -> None:
    """Drive every source until `stop`."""
    secrets = {source.code: source for source in state.sources}
    driven = [group for group in groups() if group.code in secrets]
    senders = {group.code: wire.sender(group.channel, secrets[group.code], config) for group in driven}
    tasks = [asyncio.create_task(_drive(group, senders[group.code], state.origin, stop)) for group in driven]
    tasks += [
        asyncio.create_task(_send_garbage(code, senders[code], stop))
        for code in (GARBAGE_MQTT_SOURCE, GARBAGE_FILE_SOURCE)
        if code in senders
    ]
    if documents.SOURCE in secrets:
        tasks.append(asyncio.create_task(documents.send(secrets[documents.SOURCE], config, stop)))
    tasks.append(asyncio.create_task(dossiers.serve(state, stop)))
    log.info("simulators_running", sources=len(driven))
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(sender.close() for sender in senders.values()))


async def _drive(group: Group, sender: Sender, origin: int, stop: asyncio.Event) -> None:
    """Send now, then at the channel's cadence with some jitter; after a failure sooner, then ever more slowly."""
    chance = random.Random(group.code)
    await asyncio.sleep(chance.uniform(0.0, FIRST_WITHIN_S))
    failures = 0
    while not stop.is_set():
        samples = take(group, clock.now_ms(), origin)
        try:
            if samples:
                await sender.send(samples)
            failures = 0
            pause = CADENCE_S[group.channel] * chance.uniform(0.85, 1.15)
        except FAILURES as error:
            failures += 1
            pause = min(RETRY_S * 1.5**failures, LONGEST_RETRY_S) * chance.uniform(0.8, 1.2)
            if failures in (3, 10) or failures % 60 == 0:
                log.warning("not_delivered", source=group.code, failures=failures, error=str(error)[:200])
        await asyncio.sleep(pause)


def take(group: Group, now: int, origin: int) -> list[Sample]:
    """What the devices of a source have to tell at `now` (ms), the unknown one included; silent devices tell nothing."""
    moment = now // 1000 * 1000
    samples = [sample for station in group.stations if (sample := _sample(station, moment, origin)) is not None]
    if group.code == UNKNOWN_SOURCE and samples:
        samples.append(_unknown(samples[0]))
    return samples


def _sample(station: Station, moment: int, origin: int) -> Sample | None:
    measured = moment - LATE_BY_MS if station.behaviour == "late" else moment
    times = np.array([measured], dtype=np.int64)
    values: dict[str, float] = {}
    status: dict[str, int] = {}
    for code, reading in station.measure(times, origin).items():
        if not reading.present[0]:
            continue
        value = float(reading.value[0])
        if station.code == PULSE_STATION and code == PULSE_PROPERTY:
            value = pulse(moment, value)
        values[code], status[code] = value, int(reading.status[0])
    return Sample(station.code, station.device, measured, values, status) if values else None


def pulse(moment: int, value: float) -> float:
    """Salt water through a leaking gate: four minutes of every quarter of an hour above the 4‰ limit, so that a viewer sees one."""
    inside = PULSE_FROM_MS <= moment % PULSE_CYCLE_MS < PULSE_UNTIL_MS
    return round(max(value, PULSE_VALUE + (moment // 1000 % 7) * 0.02), 2) if inside else value


def _unknown(like: Sample) -> Sample:
    """A device that somebody installed and nobody declared."""
    values = {code: value for code, value in like.values.items() if code in {"pm25", "temperature", "humidity"}}
    return Sample("", UNKNOWN_DEVICE, like.time, values, dict.fromkeys(values, 0))


async def _send_garbage(code: str, sender: Sender, stop: asyncio.Event) -> None:
    """Now and then something that cannot be read, for the list of dead letters."""
    await asyncio.sleep(FIRST_WITHIN_S + 4.0)
    while not stop.is_set():
        try:
            for name, payload in garbage(clock.now_ms(), is_file=code == GARBAGE_FILE_SOURCE):
                await sender.send_raw(name, payload)
            pause = GARBAGE_EVERY_S
        except FAILURES:
            pause = RETRY_S * 4
        await asyncio.sleep(pause)


def garbage(now: int, *, is_file: bool) -> Sequence[tuple[str, bytes]]:
    """(file name, bytes) that a broken logger or sensor would send."""
    stamp = clock.local(clock.from_ms(now)).strftime("%Y%m%d%H%M%S")
    if is_file:
        return [(f"DT_SNNMT_KHI003_{stamp}.txt", f"PM10;ba mươi;ug/m3;{stamp};00\r\nLỖI BỘ NHỚ\r\n".encode())]
    cut = msgspec.json.encode({"device": "CB006", "time": now, "values": {"pm25": 31.2}})[:-9]
    return [("", cut)]
