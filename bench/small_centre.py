"""A real centre on a temporary folder: the supervisor with engines and processes, a few sources, assets by the hundred.

Used by benchmarks and by tests/chaos. `Centre` runs the supervisor as a child and kills what it is told to kill by number.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from sen.engines import EngineUrls, read_runtime
from sen.kernel import heartbeat

ROOT = Path(__file__).resolve().parent.parent
PORTS = ("SEN_PORT", "SEN_MQTT_PORT", "SEN_FTP_PORT", "SEN_SFTP_PORT")


def free_port() -> int:
    """A loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Seeded:
    """What `bench.seed` made: sources with key and secret, series codes, an API token."""

    token: str
    unit: str
    mqtt: list[dict[str, Any]]
    """Sources of the MQTT connector: key, secret, devices, properties."""
    http: dict[str, str]
    series: list[str]
    """Codes that the source `http` feeds."""


@dataclass
class Centre:
    """Start with `with Centre() as centre`; everything is stopped and removed at the end."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="sen-bench-")))
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Centre:
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("SEN_") or name == "SEN_NATS_BINARY"
        }
        ports = {name: str(free_port()) for name in PORTS}
        self.environment = clean | ports | {"SEN_DATA": str(self.folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        if self.process is not None:
            end_at_once(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start the supervisor and wait until the centre is ready."""
        with (self.folder / "supervisor.out").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bench.small_centre"],
                env=self.environment,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.wait_ready(300)

    @property
    def port(self) -> int:
        """Of the web server."""
        return int(self.environment["SEN_PORT"])

    @property
    def mqtt_port(self) -> int:
        """Of the gateway for devices."""
        return int(self.environment["SEN_MQTT_PORT"])

    @property
    def engines(self) -> EngineUrls:
        """URLs of the engines."""
        found = read_runtime(self.folder)
        assert found is not None, "the centre does not run"
        return found

    def wait_ready(self, seconds: float) -> None:
        """Until /readyz is green. Raises TimeoutError with the supervisor's output."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                    if json.load(answer).get("ready"):
                        return
            except (OSError, ValueError):
                pass
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise TimeoutError((self.folder / "supervisor.out").read_text()[-3000:])

    def seed(self, *arguments: str) -> Seeded:
        """Run `bench.seed` inside the centre's environment."""
        environment = self.environment | self.engines.environment()
        found = subprocess.run(
            [sys.executable, "-m", "bench.seed", *arguments],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
        )
        if found.returncode:
            raise RuntimeError(found.stderr[-3000:])
        return Seeded(**json.loads(found.stdout.strip().splitlines()[-1]))

    def pid(self, name: str) -> int | None:
        """Process number of web, ingest, jobs, connectors, or of an engine; None while it does not run.

        A file may name a process that died, whose number somebody else's process has by now: only children of the supervisor count.
        """
        if name in {"postgres", "clickhouse", "nats"}:
            found = self._engine_pid(name)
        else:
            beat = heartbeat.read(self.folder, name)
            found = beat.pid if beat else None
        return found if found and self.process and _parent_of(found) == self.process.pid else None

    def kill(self, name: str) -> bool:
        """SIGKILL to a process or engine; False where it does not run just now."""
        pid = self.pid(name)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def _engine_pid(self, name: str) -> int | None:
        if name == "nats":
            path = self.folder / "run" / "nats.pid"
            return int(path.read_text() or 0) if path.exists() else None
        if name == "postgres":
            path = next(iter(self.folder.glob("*/**/postmaster.pid")), None)
            return int(path.read_text().split("\n")[0] or 0) if path else None
        state = (
            json.loads((self.folder / "run" / "processes.json").read_text())
            if (self.folder / "run" / "processes.json").exists()
            else {}
        )
        known = state.get("engines", {}).get(name)
        pid = known.get("pid") if isinstance(known, dict) else known
        return int(pid) if pid else _child_of(self.process.pid if self.process else 0, "sen.engines.clickhouse")


def end_at_once(supervisor: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a supervisor and to all that it has started: nobody needs what the centre has stored."""
    try:
        family = psutil.Process(supervisor.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    for process in (supervisor, *family):
        try:
            process.kill()
        except (psutil.NoSuchProcess, ProcessLookupError):
            continue
    supervisor.wait()
    psutil.wait_procs(family, 20)


def _parent_of(pid: int) -> int | None:
    """The parent of a running process; None where there is no such process, or only what it left for its parent to collect."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(parent)


def _child_of(parent: int, naming: str) -> int | None:
    """The child of `parent` whose command line holds `naming`."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if naming in command and _parent_of(int(path.name)) == parent:
            return int(path.name)
    return None


def main_of_child() -> None:
    """Run the supervisor in this process."""
    from sen.kernel.configuration import settings
    from sen.project.supervisor import Supervisor

    Supervisor(settings().data.absolute(), settings(), demo=False, say=lambda text: print(text, flush=True)).run()


if __name__ == "__main__":
    main_of_child()
