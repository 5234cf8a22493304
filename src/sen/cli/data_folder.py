"""The `--data` option of every command, and how a command joins the centre that runs on that folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sen.engines import read_runtime
from sen.kernel import configuration
from sen.kernel.configuration import Settings
from sen.kernel.errors import Unavailable
from sen.project import centre

DataOption = Annotated[Path, typer.Option("--data", envvar="SEN_DATA", help="Thư mục dữ liệu của trung tâm.")]
JsonOption = Annotated[bool, typer.Option("--json", help="In JSON.")]
DEFAULT = Path("data")
ROOT = Path(os.environ.get("SEN_ROOT") or Path(__file__).resolve().parents[3])


def use(data: Path, **settings: str) -> Settings:
    """The settings of a command on `data`; `settings` are `SEN_*` variables that its options set."""
    os.environ["SEN_DATA"] = str(data.absolute())
    os.environ.update({f"SEN_{name.upper()}": value for name, value in settings.items()})
    configuration.settings.cache_clear()
    return configuration.settings()


def join(data: Path) -> Settings:
    """Connect this command to the engines of the running centre and set Django up. Raises Unavailable where none runs."""
    chosen = use(data)
    urls = read_runtime(chosen.data) if centre.running(chosen.data) else None
    own_servers = all((chosen.database_url, chosen.clickhouse_url, chosen.nats_url))
    if urls is None and not own_servers:
        raise Unavailable(
            f"Chưa có trung tâm nào chạy trên thư mục dữ liệu {chosen.data}.",
            action=f"Khởi động trước bằng: ./sen up --data {data}",
        )
    if urls is not None:
        os.environ.update(urls.environment())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    joined = use(data)
    import django

    django.setup()
    return joined
