"""The engines on a folder of their own and, when asked, a web process over them; no supervisor, no ingest, nothing that moves by itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sen.engines import EngineSet
from sen.engines.secret_file import loopback_port
from sen.kernel.configuration import Settings

ROOT = Path(__file__).resolve().parent.parent
PORTS = ("SEN_PORT", "SEN_MQTT_PORT", "SEN_FTP_PORT", "SEN_SFTP_PORT")


@dataclass(frozen=True)
class EnginesAlone:
    """Running engines; `environment` is what a process of the centre needs to find them."""

    folder: Path
    environment: dict[str, str]

    @property
    def port(self) -> int:
        """Where `web` listens."""
        return int(self.environment["SEN_PORT"])

    @property
    def clickhouse(self) -> str:
        """The store's URL."""
        return self.environment["SEN_CLICKHOUSE_URL"]

    def seeded(self, module: str, *rest: str) -> dict[str, Any]:
        """Make the schema, run a seeding module, and return the JSON of its last line. Raises RuntimeError with what it complained of."""
        self._child("sen.project.processes.prepare")
        made: dict[str, Any] = json.loads(self._child(module, *rest).strip().splitlines()[-1])
        return made

    @contextmanager
    def web(self) -> Iterator[None]:
        """A web process for as long as the block lasts."""
        process = subprocess.Popen([sys.executable, "-m", "sen.project.processes.web"], env=self.environment, cwd=ROOT)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)

    def _child(self, module: str, *rest: str) -> str:
        command = [sys.executable, "-m", module, *rest]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{module}: {done.stderr[-3000:]}")
        return done.stdout


@contextmanager
def engines_alone(name: str, kept: Path | None = None) -> Iterator[EnginesAlone]:
    """Start the engines on `kept`, or on a temporary folder that is removed afterwards, with free ports and none of this machine's settings."""
    folder = kept or Path(tempfile.mkdtemp(prefix=f"sen-bench-{name}-"))
    folder.mkdir(parents=True, exist_ok=True)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("SEN_") or key == "SEN_NATS_BINARY"}
    ports = {key: str(loopback_port()) for key in PORTS}
    engines = EngineSet(folder, Settings(data=folder, mqtt_port=int(ports["SEN_MQTT_PORT"])))
    try:
        own = {"SEN_DATA": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        yield EnginesAlone(folder, clean | ports | own | engines.start().environment())
    finally:
        engines.stop()
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)
