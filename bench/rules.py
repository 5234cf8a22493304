"""Ten thousand rules beside ingest: from a value to its alert on a console's event stream, memory, and what they cost at saturation.

Everything – engines, processes, load, probes – shares this machine. With and without rules is measured in one run on the same centre.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.mqtt import VALUES, Counter, load
from bench.small_centre import ROOT, Centre, Seeded

from sen.kernel import heartbeat

LIMITS = {"alert_p95_ms": 2000, "memory_growth_mb": 150, "ratio": 0.5}


def seed(centre: Centre, communes: int, rules: int, devices: int) -> dict[str, Any]:
    """Run `bench.rules_seed` inside the centre."""
    arguments = [f"--communes={communes}", f"--rules={rules}", f"--devices={devices}"]
    return _child(centre, "bench.rules_seed", arguments)


def _child(centre: Centre, module: str, arguments: Sequence[str]) -> dict[str, Any]:
    found = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=centre.environment | centre.engines.environment(), cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode:
        raise RuntimeError(found.stderr[-3000:])
    made: dict[str, Any] = json.loads(found.stdout.strip().splitlines()[-1])
    return made


def detail(centre: Centre, process: str) -> dict[str, Any]:
    """What a process says of itself."""
    beat = heartbeat.read(centre.folder, process)
    return beat.detail if beat else {}


def wait_for(what: Callable[[], bool], seconds: float, words: str) -> None:
    """Until `what` is true. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError(words)
        time.sleep(0.2)


def _in_force(centre: Centre, rules: int) -> bool:
    found = detail(centre, "ingest")
    return found.get("rules") == rules and not found.get("rules_replaying")


def memory_mb(centre: Centre, process: str) -> float:
    """Resident memory of a process."""
    text = Path(f"/proc/{centre.pid(process)}/status").read_text()
    return round(int(text.split("VmRSS:")[1].split()[0]) / 1024, 1)


def sustained(centre: Centre, made: dict[str, Any], seeded: Seeded, rate: float, seconds: float) -> dict[str, Any]:
    """A steady load, and probes over their limit five times a second."""
    settings = {
        "port": centre.port, "mqtt": centre.mqtt_port, "token": made["token"], "seconds": seconds - 4, "rate": 5,
        **{name: made["probes"][name] for name in ("key", "secret", "devices")},
    }  # fmt: skip
    before, began = detail(centre, "ingest"), memory_mb(centre, "ingest")
    probes = subprocess.Popen(
        [sys.executable, "-m", "bench.rules_probes"], env=centre.environment, cwd=ROOT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert probes.stdin
    assert probes.stdout
    probes.stdin.write(json.dumps(settings))
    probes.stdin.close()
    probes.stdout.readline()
    sent = load(centre, seeded, rate=rate, seconds=seconds)
    applying = {name: detail(centre, "alerts").get(name) for name in ("apply_ms", "lag_ms", "pending")}
    output = probes.stdout.read()
    probes.wait(40)
    after = detail(centre, "ingest")
    judging = (after["evaluation_ms"] - before["evaluation_ms"]) / 1000 / seconds
    return {
        "rate": rate, **sent, "alerts": json.loads(output.strip().splitlines()[-1]), "judging_share_of_a_core": round(judging, 3),
        "ingest_mb_begin": began, "ingest_mb_end": memory_mb(centre, "ingest"), "alerts_process_mb": memory_mb(centre, "alerts"),
        "transitions": after["transitions"] - before["transitions"], "alerts_process": applying,
    }  # fmt: skip


def saturated(centre: Centre, seeded: Seeded, count: int) -> float:
    """Messages a second from the first one sent to the last row stored."""
    counter = Counter(centre)
    counter.start()
    began = time.monotonic()
    sent = load(centre, seeded, count=count)
    counter.wait(sent["acknowledged"] * VALUES, 180)
    return float(sent["acknowledged"] / (time.monotonic() - began))


def main(arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Run all parts; `passed` says whether every limit holds."""
    parser = argparse.ArgumentParser(prog="sen bench rules")
    parser.add_argument("--rate", type=float, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--messages", type=int, default=150_000, help="for the saturation part")
    parser.add_argument("--communes", type=int, default=100)
    parser.add_argument("--rules", type=int, default=100, help="switched on in each commune")
    parser.add_argument("--devices", type=int, default=250, help="per source, of four sources")
    chosen = parser.parse_args(list(arguments))
    with Centre() as centre:
        made = seed(centre, chosen.communes, chosen.rules, chosen.devices)
        seeded = Seeded(**{name: made[name] for name in ("token", "unit", "mqtt", "http", "series")})
        wait_for(lambda: _in_force(centre, made["rules"]), 120, "the rules are not in force")
        time.sleep(3)
        pairs = detail(centre, "ingest")["watched_pairs"]
        steady = sustained(centre, made, seeded, chosen.rate, chosen.seconds)
        with_rules = saturated(centre, seeded, chosen.messages)
        _child(centre, "bench.rules_seed", ["--off"])
        wait_for(lambda: detail(centre, "ingest").get("rules") == 0, 60, "the rules are still in force")
        without = saturated(centre, seeded, chosen.messages)
    ratio, growth = round(with_rules / without, 3), round(steady["ingest_mb_end"] - steady["ingest_mb_begin"], 1)
    probes = steady["alerts"]
    passed = (
        probes["seen"] == probes["probes"]
        and probes["p95_ms"] < LIMITS["alert_p95_ms"]
        and growth < LIMITS["memory_growth_mb"]
        and ratio >= LIMITS["ratio"]
    )
    return {
        "name": "rules", "limits": LIMITS, "rules": made["rules"], "watched_pairs": pairs, "sustained": steady, "memory_growth_mb": growth,
        "saturation": {"with_rules_per_s": round(with_rules, 1), "without_per_s": round(without, 1), "ratio": ratio}, "passed": passed,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1))
