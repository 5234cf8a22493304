"""`sen packs`: sector packs as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sen.cli.data_folder import ROOT

group = typer.Typer(help="Gói lĩnh vực (thuộc tính, giới hạn, chỉ số).", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Gói lĩnh vực (thuộc tính, giới hạn, chỉ số)."""


@group.command("check")
def check(path: Annotated[Path, typer.Argument(help="Một gói, hoặc thư mục chứa các gói.")] = ROOT / "packs") -> None:
    """Kiểm tra một gói trước khi cài; thoát với mã 1 nếu có lỗi."""
    from sen.apps.packs import interface as packs

    problems = packs.check(path)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{path}: không có lỗi.")
