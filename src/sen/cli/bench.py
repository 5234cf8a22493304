"""`sen bench NAME`: a benchmark of the folder bench/, with the limits it is held against."""

from __future__ import annotations

import importlib
import json
import re
import sys
from typing import Annotated, Any

import typer

from sen.cli.data_folder import ROOT
from sen.kernel.errors import NotFound

BENCHMARK = re.compile(r"^def main\(.*\) -> dict\[", re.M)  # other modules of the folder are their parts


def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Tên phép đo; bỏ trống để xem danh sách.")] = "",
) -> None:
    """Chạy một phép đo hiệu năng và so với giới hạn của nó; `--json` in kết quả dạng JSON."""
    folder = ROOT / "bench"
    known = sorted(path.stem.replace("_", "-") for path in folder.glob("*.py") if BENCHMARK.search(path.read_text()))
    if name in {"", "--help"}:
        typer.echo("Cách dùng: sen bench NAME [--json] [THAM SỐ]\nCác phép đo: " + ", ".join(known))
        return
    if name not in known:
        raise NotFound(f"Không có phép đo {name!r}.", action="Các phép đo: " + ", ".join(known))
    sys.path.insert(0, str(ROOT))
    as_json = "--json" in context.args
    result: dict[str, Any] = importlib.import_module(f"bench.{name.replace('-', '_')}").main(
        [a for a in context.args if a != "--json"]
    )
    typer.echo(json.dumps(result, ensure_ascii=False, indent=None if as_json else 1, default=str))
    if result.get("passed") is False:
        raise typer.Exit(1)
