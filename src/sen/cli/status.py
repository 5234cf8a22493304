"""`sen status`: what runs and how full it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import typer

from sen.cli.data_folder import DEFAULT, DataOption, JsonOption, use
from sen.engines import read_runtime
from sen.engines.engine_set import health_of
from sen.kernel import heartbeat
from sen.project import centre

GIB = 1024**3


def collect(data: Path) -> dict[str, Any]:
    """What is known of the folder and of the centre that runs on it."""
    running = centre.running(data)
    urls = read_runtime(data) if running else None
    engines = health_of(urls) if urls else {}
    beats = {name: heartbeat.read(data, name) for name in (running.processes if running else ())}
    disk = shutil.disk_usage(data if data.exists() else data.parent if data.parent.exists() else Path("/"))
    return {
        "data": str(data),
        "running": running is not None,
        "url": running.url if running else None,
        "demo": running.demo if running else centre.read_choice(data).demo,
        "engines": {name: {"ready": engine.ready, "detail": engine.detail} for name, engine in engines.items()},
        "processes": {
            name: {
                "ready": beat is not None and beat.fresh,
                "pid": beat.pid if beat else None,
                "memory_mb": memory_mb(beat.pid) if beat else None,
                "restarts": running.restarts.get(name, 0) if running else 0,
                "detail": beat.detail if beat else {},
            }
            for name, beat in beats.items()
        },
        "memory_mb": centre_memory_mb(running.pid) if running else None,
        "disk": {"free_gib": round(disk.free / GIB, 1), "used_by_data_gib": round(_size(data) / GIB, 2)},
        "backup": None,
    }


def status(data: DataOption = DEFAULT, as_json: JsonOption = False) -> None:
    """Những gì đang chạy, đầy đến đâu. Thoát với mã 1 nếu không chạy hoặc chưa sẵn sàng."""
    found = collect(use(data).data)
    parts = [*found["engines"].values(), *found["processes"].values()]
    ready = found["running"] and bool(parts) and all(part["ready"] for part in parts)
    if as_json:
        typer.echo(json.dumps(found | {"ready": ready}, ensure_ascii=False, indent=1))
    else:
        _print(found)
    if not ready:
        raise typer.Exit(1)


def _print(found: dict[str, Any]) -> None:
    if not found["running"]:
        typer.echo(f"Không có trung tâm nào chạy trên {found['data']}. Khởi động bằng: ./sen up --data {found['data']}")
        return
    typer.echo(f"Trung tâm tại {found['url']}{' (tỉnh mẫu, dữ liệu mô phỏng)' if found['demo'] else ''}")
    for name, engine in found["engines"].items():
        typer.echo(f"  {_mark(engine['ready'])} {name:<11} {engine['detail']}")
    for name, process in found["processes"].items():
        again = f", khởi động lại {process['restarts']} lần" if process["restarts"] else ""
        typer.echo(
            f"  {_mark(process['ready'])} {name:<11} tiến trình {process['pid']}, {process['memory_mb']} MB{again}"
        )
    typer.echo(f"Bộ nhớ tất cả tiến trình: {found['memory_mb']} MB")
    typer.echo(f"Đĩa: dữ liệu {found['disk']['used_by_data_gib']} GiB, còn trống {found['disk']['free_gib']} GiB")
    typer.echo("Sao lưu: chưa có")


def _mark(ready: bool) -> str:
    return "✓" if ready else "✗"


def memory_mb(pid: int) -> int | None:
    """Proportional set size of one process in MB: shared pages are counted once over all that share them."""
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(key):
                return int(line.split()[1]) // 1024
    return None


def centre_memory_mb(supervisor: int) -> int:
    """Memory of the supervisor and all its descendants in MB."""
    import psutil

    try:
        parent = psutil.Process(supervisor)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(memory_mb(process.pid) or 0 for process in family)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*") if folder.exists() else ():
        try:
            stat = path.lstat()
        except OSError:
            continue  # merges and log rotation take files away meanwhile
        total += stat.st_blocks * 512
    return total
