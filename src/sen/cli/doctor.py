"""`sen doctor`: what is wrong with an installation and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from sen.cli.data_folder import DEFAULT, DataOption, JsonOption, use
from sen.cli.status import GIB, collect
from sen.kernel import clock
from sen.kernel.configuration import Settings
from sen.project import centre

FREE_DISK_GIB = 5
FREE_MEMORY_MB = 700
WANTED_MEMORY_MB = 2500
LATEST_BEAT_S = 15


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `mend` says what to do where it is not `fine`."""

    about: str
    fine: bool
    seen: str
    mend: str = ""


def doctor(data: DataOption = DEFAULT, as_json: JsonOption = False) -> None:
    """Tìm những gì không ổn và nói cách sửa. Thoát với mã 1 nếu có điều không ổn."""
    settings = use(data)
    findings = [finding for check in CHECKS for finding in check(settings)]
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            typer.echo(f"{'✓' if finding.fine else '✗'} {finding.about}: {finding.seen}")
            if not finding.fine:
                typer.echo(f"    → {finding.mend}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = next(path for path in (settings.data, *settings.data.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    free = usage.free / GIB
    yield Finding(
        "Đĩa",
        free >= FREE_DISK_GIB,
        f"còn {free:.1f} GiB trống trong {usage.total / GIB:.0f} GiB",
        f"Giải phóng đĩa hoặc chuyển {settings.data} sang đĩa lớn hơn; cần ít nhất {FREE_DISK_GIB} GiB.",
    )
    writable = os.access(folder, os.W_OK)
    yield Finding("Quyền ghi", writable, str(folder), f"Cấp quyền ghi thư mục {folder} cho tài khoản chạy Sen.")


def _memory(settings: Settings) -> Iterator[Finding]:
    fields = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    available = int(fields["MemAvailable"].split()[0]) // 1024
    needed = FREE_MEMORY_MB if centre.running(settings.data) else WANTED_MEMORY_MB
    yield Finding(
        "Bộ nhớ",
        available >= needed,
        f"còn {available} MB",
        f"Cần khoảng {needed} MB; dừng chương trình khác hoặc thêm RAM.",
    )


def _clock(settings: Settings) -> Iterator[Finding]:
    """A clock in the past gives itself away by files from the future; NTP is asked of the system where it knows."""
    newest = max((path.stat().st_mtime for path in settings.data.glob("run/*") if path.exists()), default=0.0)
    ahead = newest - time.time()
    yield Finding(
        "Đồng hồ",
        ahead < 60,
        clock.local(clock.now()).strftime("%H:%M:%S %d/%m/%Y giờ Việt Nam"),
        f"Có tệp mới hơn hiện tại {ahead:.0f} giây: chỉnh giờ máy, bật đồng bộ thời gian (chrony hoặc systemd-timesyncd).",
    )


def _lock(settings: Settings) -> Iterator[Finding]:
    running = centre.running(settings.data)
    orphans = list(_orphans(settings.data)) if running is None else []
    seen = f"trung tâm đang chạy (tiến trình {running.pid})" if running else "không có trung tâm nào đang chạy"
    if orphans:
        seen = "còn tiến trình mồ côi: " + ", ".join(map(str, orphans))
    yield Finding(
        "Khoá thư mục", not orphans, seen, "Dừng các tiến trình ấy (kill), rồi ./sen up; lần khởi động sau cũng tự dọn."
    )


def _orphans(data: Path) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(data).encode() + b"/" in command and any(name in command for name in (b"postgres", b"nats-server")):
                yield int(entry.name)


def _ports(settings: Settings) -> Iterator[Finding]:
    if centre.running(settings.data):
        return
    wanted = [
        ("web", settings.host, settings.port, "SEN_PORT"),
        ("MQTT", settings.mqtt_host, settings.mqtt_port, "SEN_MQTT_PORT"),
        ("FTP", settings.device_host, settings.ftp_port, "SEN_FTP_PORT"),
        ("SFTP", settings.device_host, settings.sftp_port, "SEN_SFTP_PORT"),
    ]
    for name, host, port, variable in wanted:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                problem = ""
            except OSError as error:
                problem = error.strerror or str(error)
        mend = f"Dừng chương trình đang giữ cổng {port} hoặc đặt {variable} khác."
        yield Finding(f"Cổng {name}", not problem, f"{host}:{port} {problem or 'trống'}", mend)


def _running(settings: Settings) -> Iterator[Finding]:
    if not centre.running(settings.data):
        return
    found = collect(settings.data)
    logs = settings.data / "logs"
    for name, engine in found["engines"].items():
        yield Finding(
            name, engine["ready"], engine["detail"], f"Xem {logs / name}.log; Sen tự khởi động lại máy chủ đã dừng."
        )
    for name, process in found["processes"].items():
        steady = process["ready"] and process["restarts"] < 5
        seen = f"tiến trình {process['pid']}, {process['restarts']} lần khởi động lại"
        yield Finding(f"Tiến trình {name}", steady, seen, f"Xem {logs / name}.log và {logs / name}.out.")


def _python(settings: Settings) -> Iterator[Finding]:
    yield Finding(
        "Python", sys.version_info >= (3, 11), sys.version.split()[0], "Cài Python 3.11 trở lên rồi xoá .venv."
    )


def _backup(settings: Settings) -> Iterator[Finding]:
    yield Finding(
        "Sao lưu", True, "chưa có bản nào (lệnh sao lưu sẽ có ở phiên bản sau; tạm thời sao chép thư mục khi đã dừng)"
    )


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _python,
    _disk,
    _memory,
    _clock,
    _lock,
    _ports,
    _running,
    _backup,
)
