"""`sen accounts`: the demo's accounts with their generated passwords."""

from __future__ import annotations

import json

import typer

from sen.cli.data_folder import DEFAULT, DataOption, JsonOption, join


def accounts(data: DataOption = DEFAULT, as_json: JsonOption = False) -> None:
    """Các tài khoản của tỉnh mẫu, với mật khẩu sinh ra ở lần khởi động đầu."""
    join(data)
    from sen.apps.access.interface import demo_accounts

    found = demo_accounts()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    if not found:
        typer.echo("Trung tâm này không có tài khoản mẫu.")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("Tên đăng nhập", "Mật khẩu", "Vai trò", "Đơn vị")
    for account in found:
        table.add_row(account["username"], account["password"], account["role"], account["unit"])
    Console().print(table)
