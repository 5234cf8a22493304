"""Passwords of the embedded engines: made once per data folder, never shown, kept with mode 0600."""

from __future__ import annotations

import json
import secrets
import socket
from pathlib import Path

from sen.engines.urls import write_private


def engine_password(data: Path, name: str) -> str:
    """The password of engine account `name`; created at first use."""
    path = data / "secrets" / "engines.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if name not in known:
        known[name] = secrets.token_hex(24)
        write_private(path, json.dumps(known, indent=1))
    return known[name]


def loopback_port(preferred: int = 0) -> int:
    """`preferred` where it is free on loopback, else any free port."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            chosen: int = probe.getsockname()[1]
            return chosen
    raise OSError("no free port on 127.0.0.1")
