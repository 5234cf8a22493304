"""manifest.toml of a connector: what it is called, what it needs, and which of its modules do what."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec


class Parts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the parts are, as `module:attribute` below the connector's folder; empty where it has none.

    `runner` is a coroutine function `run(context)` in the connectors process; `table_reader` reads an uploaded table;
    `simulator` is `main(argv)`.
    """

    settings: str
    runner: str = ""
    table_reader: str = ""
    simulator: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A connector as people and the registry see it. `direction`: who opens the connection."""

    code: str
    name: str
    name_en: str
    summary: str
    version: str
    protocols: list[str]
    direction: Literal["device_connects", "centre_connects", "person_uploads"]
    parts: Parts
    simulator_name: str = ""
    secret_overlap: bool = True
    documentation: str = ""
    payload_types: list[str] = []


def read_manifest(path: Path) -> Manifest:
    """The manifest in `path`. Raises msgspec.ValidationError or tomllib.TOMLDecodeError naming what is wrong."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Manifest)
