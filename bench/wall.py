"""A wall left alone for a simulated week, in a real Chromium on the real display page: does it leak, does it ever go blank?

`./sen bench wall [--days N] [--step MINUTES] [--samples N]`. The browser's clock runs ahead in steps; at each step the page's own timers
fire, it asks the real centre for its state and panels and draws them. The scenes change every few real seconds, once the web server is
restarted in the middle, and because nobody measures anew the figures grow old before the browser's eyes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.display import Display, Sample
from bench.small_centre import Centre
from bench.wall_seed import ASSETS

LIMITS = {
    "heap_kib_per_day": 1024.0,
    "nodes_per_day": 5.0,
    "listeners_per_day": 2.0,
    "blank_pictures": 0,
}
WEIGHED = "map"
WARM_UP = 0.15
"""Share of the samples left out of the growth: caches, fonts and compiled code come in."""


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run it; heap in KiB after garbage collection, growth as the slope over the simulated days."""
    parser = argparse.ArgumentParser(prog="sen bench wall", description=__doc__)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--step", type=float, default=45.0)
    parser.add_argument("--samples", type=int, default=20)
    arguments = parser.parse_args(list(argv))
    with Centre() as centre:
        token = _hang(centre)
        with Display(f"http://127.0.0.1:{centre.port}/tv/{token}/") as display:
            return _week(centre, display, arguments)


def _hang(centre: Centre) -> str:
    """A screen with two scenes that change every five seconds."""
    environment = centre.environment | centre.engines.environment()
    call = [sys.executable, "-m", "bench.wall_seed"]
    done = subprocess.run(
        call, env=environment, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    made = json.loads(done.stdout.strip().splitlines()[-1])
    _measure(centre, made["api"])
    return str(made["token"])


def _measure(centre: Centre, token: str) -> None:
    """Two hours of figures for every station, the newest of this moment."""
    now = int(time.time() * 1000)
    rows = [
        {"series": f"tram-{number}/{prop}", "time": now - minutes * 60_000, "value": 10.0 + number + minutes % 7, "status": "00"}
        for number in range(ASSETS) for prop in ("pm25", "pm10") for minutes in range(0, 120, 5)
    ]  # fmt: skip
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{centre.port}/api/v1/observations", json.dumps(rows).encode(), headers
    )
    deadline = time.monotonic() + 60
    while True:  # the web's copy of the directory follows within seconds
        with urllib.request.urlopen(request, timeout=30) as answer:
            if json.load(answer)["accepted"] == len(rows):
                return
        if time.monotonic() > deadline:
            raise TimeoutError("the centre does not take the figures")
        time.sleep(1)


def _week(centre: Centre, display: Display, arguments: argparse.Namespace) -> dict[str, Any]:
    steps = round(arguments.days * 1440 / arguments.step)
    every = max(1, steps // arguments.samples)
    samples: list[Sample] = []
    away: dict[str, Any] = {}
    began, due = time.monotonic(), 1
    for step in range(1, steps + 1):
        display.ahead(arguments.step * 60)
        if step == steps // 2:
            away = _restart(centre, display)
        # Like is compared with like: always the scene with the map, which is the heaviest.
        if step >= due and display.scene == WEIGHED:
            samples.append(display.sample(step * arguments.step / 1440))
            due += every
            print(f"day {samples[-1].day:.2f}: {samples[-1].heap_kib:.0f} KiB", file=sys.stderr)
    display.ahead(7)  # the ages of what was just drawn are renewed every five seconds
    stale = display.stale_marks()
    return _result(samples, away, stale, display, steps, time.monotonic() - began)


def _restart(centre: Centre, display: Display) -> dict[str, Any]:
    """Kill the web server: the last picture must stay, greyed and labelled, and the page must come back without a hand."""
    killed = kill_web(centre.folder)
    label = ""
    for _try in range(60):
        display.ahead(45)
        if label := display.lost_words():
            break
        kill_web(centre.folder)  # the supervisor starts it again within a second or two
    picture = display.has_picture()
    centre.wait_ready(120)
    for _try in range(60):
        display.ahead(45)
        if not display.lost_words():
            break
        time.sleep(0.5)
    return {
        "killed": killed,
        "label": label,
        "picture_kept": picture,
        "back": not display.lost_words(),
        "reloads": display.loads - 1,
    }


def kill_web(data: Path) -> bool:
    """Kill the web process of the centre with this data folder, by its number; False where none runs."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes()
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"sen.project.processes.web" in words and f"SEN_DATA={data}".encode() in variables:
            os.kill(int(entry.name), signal.SIGKILL)
            return True
    return False


def _result(
    samples: list[Sample], away: dict[str, Any], stale: int, display: Display, steps: int, seconds: float
) -> dict[str, Any]:
    settled = samples[round(len(samples) * WARM_UP) :]
    growth = {
        "heap_kib_per_day": _slope([(one.day, one.heap_kib) for one in settled]),
        "nodes_per_day": _slope([(one.day, float(one.nodes)) for one in settled]),
        "listeners_per_day": _slope([(one.day, float(one.listeners)) for one in settled]),
    }
    polls_a_step = display.requests / max(1, steps)
    blank = sum(not one.picture for one in samples)
    passed = (
        all(growth[name] <= LIMITS[name] for name in growth)
        and blank == 0 and bool(away.get("back")) and bool(away.get("label")) and bool(away.get("picture_kept"))
    )  # fmt: skip
    return {
        "name": "wall", "simulated_days": samples[-1].day, "seconds": round(seconds, 1), "steps": steps, "requests": display.requests,
        "requests_a_step": round(polls_a_step, 2), "scene_changes": display.scene_changes,
        "first": samples[0].figures(), "settled": settled[0].figures(), "last": samples[-1].figures(),
        "growth": {name: round(value, 2) for name, value in growth.items()}, "limits": LIMITS, "blank_pictures": blank,
        "heap_kib_per_1000_refreshes": round(growth["heap_kib_per_day"] * samples[-1].day / max(1, steps) * 1000, 1),
        "restart": away, "stale_marks_at_the_end": stale, "passed": passed,
    }  # fmt: skip


def _slope(points: list[tuple[float, float]]) -> float:
    """Least squares: how much y grows with one x."""
    count = len(points)
    x_mean, y_mean = sum(x for x, _y in points) / count, sum(y for _x, y in points) / count
    spread = sum((x - x_mean) ** 2 for x, _y in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / spread if spread else 0.0


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1, ensure_ascii=False))
