"""Finds the connectors that are installed, by their manifests, and loads their parts when they are needed.

Nothing names a connector here: a new folder with a manifest below `sen.connectors` is enough.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from sen.connector_sdk.manifest import Manifest, read_manifest
from sen.connector_sdk.runner import Runner
from sen.connector_sdk.settings import ConnectorSettings
from sen.connector_sdk.tables import TableReader
from sen.kernel.errors import InvalidInput

PACKAGE = "sen.connectors"


@lru_cache(maxsize=1)
def connectors() -> dict[str, Manifest]:
    """Every connector by its code, in the order of the codes."""
    spec = find_spec(PACKAGE)
    folders = [Path(p) for p in spec.submodule_search_locations or []] if spec else []
    found = [read_manifest(path) for folder in folders for path in sorted(folder.glob("*/manifest.toml"))]
    return {manifest.code: manifest for manifest in found}


def manifest(code: str) -> Manifest:
    """The manifest of one connector. Raises InvalidInput."""
    try:
        return connectors()[code]
    except KeyError as error:
        raise InvalidInput(
            f"Không có kiểu kết nối “{code[:64]}”.", action=f"Dùng một trong: {', '.join(connectors())}.",
            code="unknown_connector", fields={"connector": code[:64]},
        ) from error  # fmt: skip


def settings_model(code: str) -> type[ConnectorSettings]:
    """The settings schema of a connector. Raises InvalidInput for an unknown one."""
    return cast("type[ConnectorSettings]", _part(code, manifest(code).parts.settings))


def runner(code: str) -> Runner | None:
    """The coroutine function that the connectors process runs, or None."""
    part = manifest(code).parts.runner
    return cast(Runner, _part(code, part)) if part else None


def table_reader(code: str) -> TableReader | None:
    """What reads an uploaded table for sources of this connector, or None."""
    part = manifest(code).parts.table_reader
    return cast(TableReader, _part(code, part)) if part else None


def simulator(code: str) -> Any:
    """`main(argv)` of the connector's simulator. Raises InvalidInput when it has none."""
    part = manifest(code).parts.simulator
    if not part:
        raise InvalidInput(f"Kiểu kết nối “{code}” không có bộ mô phỏng.", code="no_simulator")
    return _part(code, part)


def _part(code: str, where: str) -> Any:
    module, _, attribute = where.partition(":")
    return getattr(import_module(f"{PACKAGE}.{code}.{module}"), attribute)
