"""How the centre itself does: engines and processes from /readyz, the way of readings from ingest's heartbeat, disk, versions."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sen.kernel import heartbeat
from sen.kernel.configuration import settings

LOW_DISK_SHARE = 0.1
LONG_LAG_S = 10.0
"""Live values are promised within a second; ten times that is worth a look."""


def picture() -> dict[str, Any]:
    """Context of the page: `engines`, `processes`, `ready`, `intake`, `disk_…`, `version`."""
    ready = _readyz()
    data = settings().data
    usage = shutil.disk_usage(data if data.exists() else ".")
    return {
        "ready": ready.get("ready", False), "answered": bool(ready), "intake": _intake(), "engines": ready.get("engines", {}), "processes": ready.get("processes", {}),
        "disk_total": usage.total / 1e9, "disk_free": usage.free / 1e9, "disk_used_share": 1 - usage.free / usage.total,
        "disk_low": usage.free / usage.total < LOW_DISK_SHARE, "version": _version(), "data": str(data),
    }  # fmt: skip


def _intake() -> dict[str, Any]:
    """What ingest says of itself: `per_second`, `pending` messages in the log, `lag_s`, `behind`, `waiting_for`; empty while it is away."""
    beat = heartbeat.read(settings().data, "ingest")
    if beat is None or not beat.fresh:
        return {}
    lag_s = beat.detail.get("lag_ms", 0) / 1000
    return {
        "per_second": beat.detail.get("messages_per_second", 0), "pending": sum(beat.detail.get("pending", {}).values()),
        "lag_s": lag_s, "behind": lag_s > LONG_LAG_S, "waiting_for": beat.detail.get("waiting_for", ""),
    }  # fmt: skip


def _readyz() -> dict[str, Any]:
    """What the probe says; the body of a 503 is as good as that of a 200."""
    host = "127.0.0.1" if settings().host in ("0.0.0.0", "::", "localhost") else settings().host  # noqa: S104
    address = f"http://{host}:{settings().port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        found = json.load(error)
    except (OSError, ValueError):
        return {}
    return found


def _version() -> str:
    try:
        return version("sen")
    except PackageNotFoundError:
        return "0.1.0"
