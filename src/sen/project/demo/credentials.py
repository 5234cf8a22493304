"""What the simulators need to know between starts: origin of the history and the secrets of the sources, readable by the owner only."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from sen.kernel.configuration import settings


class SourceSecret(msgspec.Struct, frozen=True):
    """Key and secret of a source of the demonstration."""

    code: str
    key: str
    secret: str


class DemoState(msgspec.Struct):
    """`origin` (ms) is the end of the history; `filled` says whether the history was stored whole."""

    origin: int
    filled: bool = False
    sources: list[SourceSecret] = []


def file() -> Path:
    """Where the state lies."""
    return settings().data / "run" / "demo.json"


def read() -> DemoState | None:
    """The state, or None where there is no demonstration."""
    try:
        return msgspec.json.decode(file().read_bytes(), type=DemoState)
    except FileNotFoundError:
        return None


def write(state: DemoState) -> None:
    """Replace the file at once, never readable by others."""
    target = file()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
        handle.write(msgspec.json.format(msgspec.json.encode(state), indent=1))
    draft.replace(target)
