"""How the stations of the demonstration reach the centre: real clients on the real ports, as a logger in the field would."""

from __future__ import annotations

import asyncio
import ftplib
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import aiohttp
import asyncssh
import msgspec

from sen.apps.packs import interface as packs
from sen.connector_sdk.simulation import Profile
from sen.connectors.mqtt.simulator import Connection
from sen.connectors.station_files.simulator import send as upload
from sen.kernel import clock
from sen.kernel.configuration import Settings
from sen.project.demo.behaviour import MEASURING
from sen.project.demo.credentials import SourceSecret

PATIENCE_S = 15.0
STATUS = ("00", "01", "02")
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - not an address to bind, one that cannot be called


@dataclass(frozen=True)
class Sample:
    """What a station tells at one moment (ms): values by property code, NaN where the instrument gives none, and status codes."""

    station: str
    device: str
    time: int
    values: dict[str, float]
    status: dict[str, int]


class Sender(Protocol):
    """Delivers samples of one source; raises OSError, asyncio.TimeoutError or the client's own error when it cannot."""

    async def send(self, samples: Sequence[Sample]) -> None: ...
    async def send_raw(self, name: str, payload: bytes) -> None: ...
    async def close(self) -> None: ...


def sender(channel: str, secret: SourceSecret, settings: Settings) -> Sender:
    """The sender of a channel: mqtt, http, ftp, sftp or folder."""
    if channel == "mqtt":
        return MqttSender(secret, _reachable(settings.mqtt_host), settings.mqtt_port)
    if channel == "http":
        return HttpSender(secret, f"http://{_reachable(settings.host)}:{settings.port}")
    if channel == "ftp":
        return UploadSender(secret, _reachable(settings.device_host), settings.ftp_port, "ftp")
    if channel == "sftp":
        return UploadSender(secret, _reachable(settings.device_host), settings.sftp_port, "sftp")
    return FolderSender(secret, settings)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in _EVERYWHERE else host


class MqttSender:
    """One MQTT 3.1.1 connection per source, QoS 1; a broken one is made anew at the next sample."""

    def __init__(self, secret: SourceSecret, host: str, port: int) -> None:
        self._secret, self._host, self._port = secret, host, port
        self._connection: Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def send(self, samples: Sequence[Sample]) -> None:
        """One message with a reading per device."""
        await self.send_raw("", msgspec.json.encode([_reading(sample) for sample in samples]))

    async def send_raw(self, name: str, payload: bytes) -> None:
        """Publish bytes as they are and wait for the acknowledgement."""
        async with self._one_at_a_time:
            connection = self._connection
            if connection is None or connection.closed.is_set():
                await self.close()
                connection = await self._connected()
            try:
                await connection.publish(f"v1/{self._secret.key}/telemetry", payload)
            except TimeoutError:
                await self.close()
                raise
            if connection.closed.is_set():
                await self.close()

    async def _connected(self) -> Connection:
        key = self._secret.key
        connection = Connection(self._host, self._port, key, self._secret.secret, f"sim-{key}")
        await connection.open()
        self._connection = connection
        return connection

    async def close(self) -> None:
        """Disconnect and end the client's thread."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


class HttpSender:
    """POST /api/v1/observations with the source's secret."""

    def __init__(self, secret: SourceSecret, address: str) -> None:
        self._address = f"{address}/api/v1/observations"
        self._headers = {"Authorization": f"Bearer {secret.secret}", "Content-Type": "application/json"}
        self._session: aiohttp.ClientSession | None = None

    async def send(self, samples: Sequence[Sample]) -> None:
        """One request with all values."""
        rows = [
            {
                "series": f"{sample.station}/{code}",
                "time": sample.time,
                "value": value,
                "status": STATUS[sample.status[code]],
            }
            for sample in samples
            for code, value in sample.values.items()
            if not math.isnan(value)
        ]
        await self.send_raw("", msgspec.json.encode(rows))

    async def send_raw(self, name: str, payload: bytes) -> None:
        """POST bytes as they are; an answer other than 2xx is a ConnectionError."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S))
        async with self._session.post(self._address, data=payload, headers=self._headers) as answer:
            if answer.status >= 300:
                raise ConnectionError(f"HTTP {answer.status}: {(await answer.text())[:200]}")

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()


class _FileSender:
    """Writes station files of Thông tư 10/2021; the subclasses deliver them."""

    def __init__(self, secret: SourceSecret) -> None:
        self._secret = secret

    async def send(self, samples: Sequence[Sample]) -> None:
        """One file per station, as the circular asks."""
        for sample in samples:
            await self.send_raw(file_name(sample), station_file(sample))

    async def send_raw(self, name: str, payload: bytes) -> None:
        """Deliver a file of any name and content."""
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing stays open: loggers connect for each file."""


class UploadSender(_FileSender):
    """FTP or SFTP with a login per file, as loggers do."""

    def __init__(self, secret: SourceSecret, host: str, port: int, protocol: Literal["ftp", "sftp"]) -> None:
        super().__init__(secret)
        self._profile = Profile(host=host, port=port, key=secret.key, secret=secret.secret, device="", properties=())
        self._protocol = protocol

    async def send_raw(self, name: str, payload: bytes) -> None:
        """Upload; asyncssh.Error, ftplib.Error or OSError when it fails."""
        async with asyncio.timeout(PATIENCE_S * 2):
            await upload(self._profile, self._protocol, name, payload)


class FolderSender(_FileSender):
    """Puts files into DATA/inbox/<key>, whole: written aside, then renamed."""

    def __init__(self, secret: SourceSecret, settings: Settings) -> None:
        super().__init__(secret)
        self._folder = settings.data / "inbox" / secret.key

    async def send_raw(self, name: str, payload: bytes) -> None:
        """Write the file."""
        await asyncio.to_thread(self._put, name, payload)

    def _put(self, name: str, payload: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{name}.part"
        draft.write_bytes(payload)
        os.replace(draft, self._folder / name)  # noqa: PTH105 - atomic, and the name may be odd on purpose


FAILURES = (OSError, ftplib.Error, asyncssh.Error, aiohttp.ClientError, TimeoutError, RuntimeError)
"""What a sender raises when the centre cannot be reached or refuses (the simulators say so with a RuntimeError)."""


def station_file(sample: Sample) -> bytes:
    """Five columns with tabs, CRLF, local time; an instrument at fault has an empty value."""
    known = packs.properties()
    stamp = _local(sample.time)
    lines = []
    for code, value in sample.values.items():
        prop = known[code]
        symbol = prop.aliases[0] if prop.aliases else code
        text = "" if math.isnan(value) else f"{value:.{prop.decimals}f}"
        lines.append(f"{symbol}\t{text}\t{prop.unit_label}\t{stamp}\t{STATUS[sample.status[code]]}\r\n")
    return "".join(lines).encode()


def file_name(sample: Sample) -> str:
    """`TenTinh_TenCoSo_TenTram_yyyyMMddHHmmss.txt`."""
    return f"DT_SNNMT_{sample.device}_{_local(sample.time)}.txt"


def _local(milliseconds: int) -> str:
    moment: datetime = clock.local(clock.from_ms(milliseconds))
    return moment.strftime("%Y%m%d%H%M%S")


def _reading(sample: Sample) -> dict[str, object]:
    """A reading message; statuses only where they say something."""
    values = {code: None if math.isnan(value) else value for code, value in sample.values.items()}
    told: dict[str, object] = {"device": sample.device, "time": sample.time, "values": values}
    status = {code: STATUS[code_of] for code, code_of in sample.status.items() if code_of != MEASURING}
    if status:
        told["status"] = status
    return told
