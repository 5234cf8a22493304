"""`sen token`: API tokens from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from sen.cli.data_folder import DEFAULT, DataOption, join

group = typer.Typer(help="Mã truy cập API.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Mã truy cập API."""


@group.command("create")
def create(
    user: Annotated[str, typer.Option("--user", help="Tên đăng nhập mà mã này thay mặt.")],
    name: Annotated[str, typer.Option("--name", help="Tên để nhận ra mã này về sau.")] = "cli",
    scopes: Annotated[
        str,
        typer.Option("--scopes", help="Phạm vi, cách nhau bằng dấu phẩy: read (đọc), write (ghi), admin (quản trị)."),
    ] = "read,write",
    data: DataOption = DEFAULT,
) -> None:
    """In ra một mã truy cập mới, và chỉ mã đó; nó không được hiện lại ở đâu nữa."""
    join(data)
    from sen.apps.access.interface import create_token

    typer.echo(create_token(user, name, scopes={scope.strip() for scope in scopes.split(",")} - {""}))
