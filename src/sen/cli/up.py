"""`sen up`: web assets, then the supervisor in the foreground."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sen.cli import web_assets
from sen.cli.data_folder import DEFAULT, DataOption, use


def up(
    data: DataOption = DEFAULT,
    host: Annotated[str | None, typer.Option(envvar="SEN_HOST", help="Địa chỉ máy chủ web lắng nghe.")] = None,
    port: Annotated[int | None, typer.Option(envvar="SEN_PORT", help="Cổng của máy chủ web.")] = None,
    demo: Annotated[
        bool | None,
        typer.Option(
            "--demo/--empty", help="Thư mục mới: tỉnh mẫu có thiết bị mô phỏng (mặc định), hay trung tâm trống."
        ),
    ] = None,
) -> None:
    """Khởi động trung tâm ở tiền cảnh; Ctrl-C hoặc SIGTERM dừng theo thứ tự."""
    from sen.project import centre
    from sen.project.supervisor import Supervisor

    given = {"host": host, "port": str(port) if port is not None else None}
    settings = use(data, **{name: value for name, value in given.items() if value is not None})
    web_assets.build_if_stale(typer.echo)
    folder: Path = settings.data
    kept = centre.read_choice(folder).demo
    if not centre.is_new(folder) and demo is not None and demo != kept:
        was, now = ("--demo", "--empty") if kept else ("--empty", "--demo")
        typer.echo(f"Thư mục {folder} đã được khởi tạo bằng {was}; bỏ qua {now}.", err=True)
    chosen = (demo is not False) if centre.is_new(folder) else kept
    Supervisor(folder, settings, demo=chosen, say=typer.echo).run()
