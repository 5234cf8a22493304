"""`sen simulate NAME`: the wire-level simulator of a connector, against any address."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from sen.kernel.errors import NotFound

CONNECTORS = Path(__file__).resolve().parents[1] / "connectors"
# People say what is simulated, folders are named by protocol.
NAMES = {
    "mqtt-sensors": "mqtt",
    "station-files": "station_files",
    "http-push": "http_push",
    "table-upload": "table_upload",
    "dossiers": "dossier_rest",
}

# Simulators of what is no connector.
OTHERS = {"message-gateway": "sen.project.message_gateway.simulator", "edxml": "sen.standards.edxml.simulator"}


def names() -> dict[str, str]:
    """Simulator name → connector folder, of those that have a simulator."""
    spoken = {folder: name for name, folder in NAMES.items()}
    folders = sorted(path.parent.name for path in CONNECTORS.glob("*/simulator.py"))
    return {spoken.get(folder, folder.replace("_", "-")): folder for folder in folders}


def simulate(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Tên bộ mô phỏng; bỏ trống để xem danh sách.")] = "",
) -> None:
    """Chạy một bộ mô phỏng nói đúng giao thức thật tới một địa chỉ bất kỳ. `sen simulate NAME --help` cho biết tham số."""
    known = names()
    if name in {"", "--help"}:
        typer.echo("Cách dùng: sen simulate NAME [THAM SỐ]\nCác bộ mô phỏng: " + ", ".join([*known, *OTHERS]))
        return
    if name in OTHERS:
        sys.exit(import_module(OTHERS[name]).main(context.args))
    folder = known.get(name, name.replace("-", "_"))
    if find_spec(f"sen.connectors.{folder}") is None or folder not in known.values():
        raise NotFound(f"Không có bộ mô phỏng {name!r}.", action="Các bộ mô phỏng: " + ", ".join([*known, *OTHERS]))
    sys.exit(import_module(f"sen.connectors.{folder}.simulator").main(context.args))
