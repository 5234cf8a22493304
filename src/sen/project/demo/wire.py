"""How the stations of the demonstration reach the centre: real clients on the real ports, as a logger in the field would."""

from __future__ import annotations

import asyncio
import ftplib
import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import aiohttp
import asyncssh
import msgspec
import paho.mqtt.client as mqtt

from sen.apps.packs import interface as packs
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
        return FtpSender(secret, _reachable(settings.device_host), settings.ftp_port)
    if channel == "sftp":
        return SftpSender(secret, _reachable(settings.device_host), settings.sftp_port)
    return FolderSender(secret, settings)


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in _EVERYWHERE else host


class MqttSender:
    """One MQTT 3.1.1 connection per source, QoS 1, reconnecting by itself."""

    def __init__(self, secret: SourceSecret, host: str, port: int) -> None:
        self._topic = f"v1/{secret.key}/telemetry"
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=f"sim-{secret.key}")
        self._client.username_pw_set(secret.key, secret.secret)
        self._client.reconnect_delay_set(1, 20)
        self._client.max_queued_messages_set(50)
        self._client.connect_async(host, port, keepalive=60)
        self._client.loop_start()

    async def send(self, samples: Sequence[Sample]) -> None:
        """One message with a reading per device."""
        await self.send_raw("", msgspec.json.encode([_reading(sample) for sample in samples]))

    async def send_raw(self, name: str, payload: bytes) -> None:
        """Publish bytes as they are and wait for the acknowledgement."""
        for _ in range(int(PATIENCE_S / 0.25)):
            if self._client.is_connected():
                break
            await asyncio.sleep(0.25)
        else:
            raise ConnectionError("the MQTT gateway does not take the connection")
        told = self._client.publish(self._topic, payload, qos=1)
        for _ in range(int(PATIENCE_S / 0.05)):
            if told.is_published():
                return
            await asyncio.sleep(0.05)
        raise TimeoutError("no PUBACK")

    async def close(self) -> None:
        """Disconnect and end the client's thread."""
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)


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


class FtpSender(_FileSender):
    """FTP with a login per file."""

    def __init__(self, secret: SourceSecret, host: str, port: int) -> None:
        super().__init__(secret)
        self._host, self._port = host, port

    async def send_raw(self, name: str, payload: bytes) -> None:
        """Upload in a thread; ftplib's errors are OSErrors or ftplib.Error."""
        await asyncio.to_thread(self._upload, name, payload)

    def _upload(self, name: str, payload: bytes) -> None:
        with ftplib.FTP(timeout=PATIENCE_S, encoding="utf-8") as ftp:  # noqa: S321 - loggers in the field speak plain FTP
            ftp.connect(self._host, self._port)
            ftp.login(self._secret.key, self._secret.secret)
            ftp.storbinary(f"STOR {name}", io.BytesIO(payload))


class SftpSender(_FileSender):
    """SFTP with a login per file; the simulator does not know the host key beforehand."""

    def __init__(self, secret: SourceSecret, host: str, port: int) -> None:
        super().__init__(secret)
        self._host, self._port = host, port

    async def send_raw(self, name: str, payload: bytes) -> None:
        """Upload; asyncssh.Error or OSError when it fails."""
        connecting = asyncssh.connect(
            self._host, self._port, username=self._secret.key, password=self._secret.secret, known_hosts=None,
            client_keys=None, agent_path=None, config=None,
        )  # fmt: skip
        async with (
            asyncio.timeout(PATIENCE_S),
            connecting as connection,
            connection.start_sftp_client() as sftp,
            sftp.open(name, "wb") as handle,
        ):
            await handle.write(payload)


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


FAILURES = (OSError, ftplib.Error, asyncssh.Error, aiohttp.ClientError, TimeoutError)
"""What a sender raises when the centre cannot be reached or refuses."""


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
