"""Heartbeats: each process says in DATA/run/<name>.json that it lives and what it counts; anyone on the machine may read."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sen.kernel import clock

EVERY_S = 1.0
STALE_S = 15.0  # a process that has not written for so long is not ready: stopped, or starved of the machine


@dataclass(frozen=True)
class Beat:
    """The last heartbeat of a process. Times in ms since the epoch."""

    pid: int
    started: int
    beat: int
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def age_s(self) -> float:
        """Seconds since it was written."""
        return max(0.0, (clock.now_ms() - self.beat) / 1000)

    @property
    def fresh(self) -> bool:
        """Whether the process wrote it a moment ago and still exists."""
        return self.age_s < STALE_S and Path(f"/proc/{self.pid}").exists()


def path_of(data: Path, name: str) -> Path:
    """The heartbeat file of process `name`."""
    return data / "run" / f"{name}.json"


def read(data: Path, name: str) -> Beat | None:
    """The last heartbeat of `name`, None where there is none that can be read."""
    try:
        body = json.loads(path_of(data, name).read_text())
        return Beat(int(body["pid"]), int(body["started"]), int(body["beat"]), dict(body.get("detail") or {}))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(data: Path, name: str, started: int, detail: dict[str, Any]) -> None:
    """Replace the heartbeat file in one step."""
    path = path_of(data, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({"pid": os.getpid(), "started": started, "beat": clock.now_ms(), "detail": detail}))
    draft.replace(path)


def start(data: Path, name: str, detail: Callable[[], dict[str, Any]] = dict) -> None:
    """Beat from a thread of its own until the process ends."""
    started = clock.now_ms()

    def beat() -> None:
        pause = threading.Event()
        while True:
            with contextlib.suppress(OSError):  # a full disk shows in `sen doctor`; it must not end the process
                write(data, name, started, detail())
            pause.wait(EVERY_S)

    threading.Thread(target=beat, name="heartbeat", daemon=True).start()
