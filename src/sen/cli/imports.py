"""`sen import KIND FILE`: bulk data from files, through the importers that the project registers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sen.cli.data_folder import DEFAULT, DataOption, join
from sen.kernel.errors import NotFound


def import_file(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Loại dữ liệu: units, boundaries, assets, …")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Tệp CSV, Excel hoặc GeoJSON.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ liệt kê những dòng sẽ lỗi, không ghi gì.")] = False,
    data: DataOption = DEFAULT,
) -> None:
    """Nhập dữ liệu từ tệp. Thoát với mã 1 nếu có dòng lỗi."""
    join(data)
    from sen.project.imports import KINDS

    if kind not in KINDS:
        raise NotFound(f"Không có loại dữ liệu {kind!r}.", action="Các loại có thể nhập: " + ", ".join(sorted(KINDS)))
    outcome = KINDS[kind](file, dry_run=dry_run)
    for problem in outcome.problems:
        typer.echo(str(problem), err=True)
    done = "Sẽ nhập" if dry_run else "Đã nhập"
    typer.echo(f"{done} {outcome.imported} dòng, {len(outcome.problems)} dòng lỗi.")
    if outcome.problems:
        raise typer.Exit(1)
