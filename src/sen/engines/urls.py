"""Where the engines answer: the one object that crosses process borders, kept in DATA/run/engines.json while a centre runs."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

RUNTIME_FILE = Path("run/engines.json")


@dataclass(frozen=True)
class EngineUrls:
    """URLs with credentials of the three engines, and the port of the MQTT gateway."""

    database: str
    clickhouse: str
    nats: str
    mqtt_port: int

    def environment(self) -> dict[str, str]:
        """The variables through which every other process finds the engines."""
        return {
            "SEN_DATABASE_URL": self.database,
            "SEN_CLICKHOUSE_URL": self.clickhouse,
            "SEN_NATS_URL": self.nats,
            "SEN_MQTT_PORT": str(self.mqtt_port),
        }


@dataclass(frozen=True)
class EngineHealth:
    """One engine as seen a moment ago. `detail` is a version where it answers, else the reason."""

    name: str
    ready: bool
    embedded: bool
    detail: str
    milliseconds: float = 0.0
    pid: int | None = None


def write_runtime(data: Path, urls: EngineUrls) -> None:
    """Publish the URLs for commands on the same machine; readable by the owner only, because they hold secrets."""
    write_private(data / RUNTIME_FILE, json.dumps(asdict(urls), indent=1))


def read_runtime(data: Path) -> EngineUrls | None:
    """The URLs of the centre that runs on `data`, or None where none runs (or it is just starting)."""
    try:
        return EngineUrls(**json.loads((data / RUNTIME_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one step with a file of mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
