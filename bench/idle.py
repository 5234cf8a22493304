"""What a running centre takes of a core while nobody works with it, process by process. Starts nothing and holds nothing against a limit.

`./sen bench idle [--data DIR] [--seconds 180]`; run it a few minutes after the start, with every browser closed.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import psutil

from sen.kernel.errors import Unavailable
from sen.project import centre


def main(arguments: list[str]) -> dict[str, Any]:
    """Share of a core of every process and engine, the dearest first. Raises Unavailable where no centre runs on the folder."""
    parser = argparse.ArgumentParser(prog="sen bench idle")
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--seconds", type=float, default=180.0)
    chosen = parser.parse_args(arguments)
    running = centre.running(chosen.data)
    if running is None:
        raise Unavailable(
            f"Chưa có trung tâm nào chạy trên thư mục dữ liệu {chosen.data}.",
            action=f"Khởi động trước bằng: ./sen up --data {chosen.data}",
        )
    before, began = _seconds(running.pid), time.monotonic()
    time.sleep(chosen.seconds)
    after, took = _seconds(running.pid), time.monotonic() - began
    shares = {name: (spent - before.get(name, 0.0)) / took for name, spent in after.items()}
    return {
        "centre": running.url,
        "demo": running.demo,
        "seconds": round(took, 1),
        "cores": psutil.cpu_count(),
        "share_of_a_core": {
            name: round(shares[name], 3) for name in sorted(shares, key=lambda name: shares[name], reverse=True)
        },
        "together": round(sum(shares.values()), 3),
    }


def _seconds(supervisor: int) -> dict[str, float]:
    """Processor seconds up to now by process; an engine counts with its children, also with those that have ended."""
    parent = psutil.Process(supervisor)
    own = parent.cpu_times()
    found = {"supervisor": own.user + own.system}
    for child in parent.children():
        try:
            name, family = _name(child.cmdline()), [child, *child.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        found[name] = found.get(name, 0.0) + sum(map(_spent, family))
    return found


def _spent(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:4]))  # user, system, and both of children that have ended
    except psutil.NoSuchProcess:
        return 0.0  # ended in between: its parent has it from now on


def _name(command: list[str]) -> str:
    for part in command:
        for package in ("sen.project.processes.", "sen.engines."):
            if part.startswith(package):
                return part.removeprefix(package).removesuffix(".server")
    return Path(command[0]).name.partition(":")[0] if command else "?"
