"""Runs a centre on one machine: engines, then the processes; restarts what dies, stops everything in order."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from sen.engines import EngineSet, child
from sen.kernel import heartbeat
from sen.kernel.configuration import Settings
from sen.kernel.errors import SenError, Unavailable
from sen.project import centre, logs

log = structlog.get_logger(__name__)

PROCESSES = ("web", "ingest", "alerts", "jobs", "connectors")
SOURCE = Path(__file__).resolve().parents[1]
POLL_S = 0.25
STOP_S = 12.0
OUTPUT_LIMIT = 1024 * 1024


@dataclass
class Backoff:
    """Waits longer after every death, and forgets after a quiet minute."""

    failures: int = 0
    began: float = field(default_factory=time.monotonic)
    due: float = 0.0

    def died(self) -> float:
        """Note a death; returns the seconds to wait: 0 after the first, then 0.5, 1, 2 … 30."""
        if time.monotonic() - self.began > 60:
            self.failures = 0
        wait = 0.0 if not self.failures else min(30.0, 0.25 * 2**self.failures)
        self.failures += 1
        self.due = time.monotonic() + wait
        return wait

    def started(self) -> None:
        """Note a start."""
        self.began = time.monotonic()


@dataclass
class Watched:
    """A process that is to run, and how often it had to be started again."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    backoff: Backoff = field(default_factory=Backoff)
    restarts: int = 0


class Supervisor:
    """One centre on one data folder, in the foreground of this process."""

    def __init__(self, data: Path, settings: Settings, *, demo: bool, say: Callable[[str], None]) -> None:
        self.data = data
        self.settings = settings
        self.demo = demo
        self.say = say
        self.url = f"http://{_shown(settings.host)}:{settings.port}"
        names = (*PROCESSES, "simulators") if demo else PROCESSES
        self.watched = {name: Watched(name) for name in names}
        self.engine_backoff: dict[str, Backoff] = {}
        self.engine_restarts: dict[str, int] = {}
        self._stopping = False
        self._announced = False

    def run(self) -> None:
        """Start, watch until SIGTERM or SIGINT, stop. Raises SenError where the centre cannot be started."""
        with centre.take(self.data):
            logs.configure(self.data, "supervisor", self.settings.log_level)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, self._on_signal)
            if centre.is_new(self.data):
                centre.write_choice(self.data, centre.Choice(demo=self.demo))
            self.say("• Khởi động PostgreSQL, ClickHouse, NATS…")
            engines = EngineSet(self.data, self.settings)
            engines.start()
            try:
                environment = self._environment(engines)
                if not self._stopping:
                    self._prepare(environment)
                self._watch(engines, environment)
            finally:
                self._stop_processes()
                self.say("• Dừng các máy chủ dữ liệu…")
                engines.stop()
                centre.withdraw(self.data)
                self.say("Đã dừng.")

    def _environment(self, engines: EngineSet) -> dict[str, str]:
        own = {
            "SEN_DATA": str(self.data),
            "SEN_HOST": self.settings.host,
            "SEN_PORT": str(self.settings.port),
            "SEN_DEMO": "1" if self.demo else "0",
            "DJANGO_SETTINGS_MODULE": "sen.project.settings",
            "PYTHONUNBUFFERED": "1",
            "OPENBLAS_NUM_THREADS": "1",  # otherwise numpy keeps a thread and its memory per core and process
            "OMP_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        return os.environ | own | engines.urls.environment()

    def _prepare(self, environment: dict[str, str]) -> None:
        current = self._source_state()
        prepared = self.data / "run" / "prepared"
        if current and prepared.exists() and prepared.read_text() == current:
            return
        fresh = self.demo and not centre.read_choice(self.data).filled
        self.say("• Cập nhật lược đồ, tạo tỉnh mẫu và dữ liệu lịch sử…" if fresh else "• Cập nhật lược đồ dữ liệu…")
        output = self._output("prepare")
        arguments = [sys.executable, "-m", "sen.project.processes.prepare", *(["--demo"] if self.demo else [])]
        process = child.start(arguments, environment=environment, log=output)
        while process.poll() is None and not self._stopping:
            time.sleep(POLL_S / 5)
        if self._stopping:
            child.stop(process)
        elif process.returncode:
            raise Unavailable(
                f"Không chuẩn bị được dữ liệu:\n{child.tail(output)}",
                action=f"Xem {self.data / 'logs' / 'prepare.log'}.",
            )
        else:
            prepared.write_text(current)

    def _source_state(self) -> str:
        """What the schemas depend on, as one hash: embedded engines that this code has prepared need no second look.

        Empty where an engine is external: somebody else may have changed it meanwhile.
        """
        if self.settings.database_url or self.settings.clickhouse_url or self.settings.nats_url:
            return ""
        digest = hashlib.sha256(f"{self.settings.province} {self.demo} ".encode())
        for root in (SOURCE, self.data / "packs"):
            for folder, folders, files in os.walk(root):
                folders[:] = sorted(set(folders) - {"node_modules", "__pycache__"})
                for name in sorted(files):
                    if name.endswith((".py", ".toml", ".csv", ".sql")):
                        state = os.stat(f"{folder}/{name}")  # noqa: PTH116 - a thousand files at every start
                        digest.update(f"{folder}/{name} {state.st_size} {state.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _watch(self, engines: EngineSet, environment: dict[str, str]) -> None:
        if not self._stopping:
            self.say("• Khởi động các tiến trình: " + ", ".join(self.watched))
        while not self._stopping:
            for name in engines.ended():
                self._restart_engine(engines, name)
            changed = [self._ensure(watched, environment) for watched in self.watched.values()]
            if any(changed):
                self._publish(engines)
            if not self._announced:
                self._announce_when_ready()
            time.sleep(POLL_S)

    def _restart_engine(self, engines: EngineSet, name: str) -> None:
        backoff = self.engine_backoff.setdefault(name, Backoff())
        if time.monotonic() < backoff.due:
            return
        backoff.died()
        log.warning("engine_died", engine=name)
        self.say(f"! {name} đã dừng đột ngột, khởi động lại…")
        try:
            engines.restart(name)
        except SenError as error:
            log.warning("engine_not_restarted", engine=name, error=error.message)
            self.say(f"! {error.message} {error.action}")
            return
        backoff.started()
        self.engine_restarts[name] = self.engine_restarts.get(name, 0) + 1
        self._publish(engines)

    def _ensure(self, watched: Watched, environment: dict[str, str]) -> bool:
        """Start the process where it does not run and its wait is over; whether that was done."""
        process = watched.process
        if process is not None and process.poll() is None:
            return False
        if process is not None:
            watched.process = None
            wait = watched.backoff.died()
            watched.restarts += 1
            reason = child.tail(self._output(watched.name), 3)
            log.warning("process_died", process=watched.name, status=process.returncode, output=reason)
            self.say(
                f"! Tiến trình {watched.name} đã dừng (mã {process.returncode}), khởi động lại sau {wait:.1f} giây."
            )
        if time.monotonic() < watched.backoff.due:
            return False
        watched.process = child.start(
            [sys.executable, "-m", f"sen.project.processes.{watched.name}"],
            environment=environment,
            log=self._output(watched.name, fresh=True),
        )
        watched.backoff.started()
        return True

    def _announce_when_ready(self) -> None:
        try:
            with urllib.request.urlopen(f"{self._loopback_url()}/readyz", timeout=3) as response:  # noqa: S310
                ready = bool(json.load(response).get("ready"))
        except (OSError, ValueError):
            return
        if ready:
            self._announced = True
            self.say(f"Sen is ready at {self.url}")
            self.say(f"  Tài khoản và mật khẩu: ./sen accounts --data {self.data}")

    def _loopback_url(self) -> str:
        wildcard = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104
        return f"http://{wildcard.get(self.settings.host, _shown(self.settings.host))}:{self.settings.port}"

    def _publish(self, engines: EngineSet) -> None:
        restarts = {name: watched.restarts for name, watched in self.watched.items()} | self.engine_restarts
        embedded = tuple(engines.pids())
        running = centre.Running(os.getpid(), self.url, tuple(self.watched), self.demo, restarts, embedded)
        centre.publish(self.data, running)

    def _stop_processes(self) -> None:
        """What sends first, what stores last: what is in the pipe still arrives."""
        if any(watched.process for watched in self.watched.values()):
            self.say("• Dừng các tiến trình…")
        for group in (("simulators", "connectors"), ("web", "jobs"), ("ingest",), ("alerts",)):
            members = [self.watched[name] for name in group if name in self.watched]
            child.stop(*[watched.process for watched in members if watched.process], seconds=STOP_S)
            for watched in members:
                heartbeat.path_of(self.data, watched.name).unlink(missing_ok=True)

    def _output(self, name: str, *, fresh: bool = False) -> Path:
        """File for what a process prints outside its log: crashes, mostly. Begun anew when it grows too long."""
        path = self.data / "logs" / f"{name}.out"
        if fresh and path.exists() and path.stat().st_size > OUTPUT_LIMIT:
            path.unlink()
        return path

    def _on_signal(self, *_: object) -> None:
        self._stopping = True


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
