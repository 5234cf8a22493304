"""MQTT from the device to the browser: a sustained rate, a burst, and saturation against what the log alone accepts.

Everything – engines, processes, load, listener – shares this machine. Messages are counted by their PUBACK, rows in ClickHouse.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench.small_centre import ROOT, Centre, Seeded

from sen.telemetry.reading import Question
from sen.telemetry.store import TelemetryStore

VALUES = 3
LIMITS = {"live_p95_ms": 1000, "rate": 5000, "burst_rate": 20_000, "ratio": 0.5}


class Counter:
    """Rows stored since the last `start`."""

    def __init__(self, centre: Centre) -> None:
        import pyarrow as pa

        self._store = TelemetryStore(centre.engines.clickhouse)
        self._schema = pa.schema([("rows", pa.uint64())])
        self._before = 0

    def total(self, distinct: bool = False) -> int:
        """Rows in the table; `distinct` counts each series and time once."""
        what = "uniqExact(series, time)" if distinct else "count()"
        return int(
            self._store.ask(Question(f"SELECT {what} AS rows FROM observations", self._schema))["rows"][0].as_py()
        )

    def start(self, distinct: bool = True) -> None:
        """Count from here; not `distinct` where every row is new and 100 million of them are too many to tell apart in memory."""
        self._before = self.total(distinct)

    def wait(self, rows: int, seconds: float) -> float:
        """Seconds until `rows` are stored since the start. Raises TimeoutError."""
        began = time.monotonic()
        while (have := self.total() - self._before) < rows:
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"{have} of {rows} rows stored after {seconds} s")
            time.sleep(0.2)
        return time.monotonic() - began

    def stored(self) -> int:
        """Different rows since the start."""
        return self.total(distinct=True) - self._before


def load(centre: Centre, seeded: Seeded, **options: float) -> dict[str, Any]:
    """Run bench.mqtt_load and wait for it."""
    arguments = [f"--{name}={value}" for name, value in options.items()]
    found = subprocess.run(
        [sys.executable, "-m", "bench.mqtt_load", f"--port={centre.mqtt_port}", *arguments],
        input=json.dumps(seeded.mqtt), cwd=ROOT, env=centre.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode:
        raise RuntimeError(found.stderr[-2000:])
    result: dict[str, Any] = json.loads(found.stdout)
    return result


class Listener:
    """bench.live_listener as a child."""

    def __init__(self, centre: Centre, seeded: Seeded, assets: int) -> None:
        names = [name for source in seeded.mqtt for name in source["devices"]][
            :: max(1, sum(len(s["devices"]) for s in seeded.mqtt) // assets)
        ]
        topics = ",".join(f"asset:{name}" for name in names)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.live_listener", str(centre.port), seeded.token, topics],
            cwd=ROOT, env=centre.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        self.process.stdout.readline()

    def finish(self) -> dict[str, Any]:
        """Percentiles of the age of values on arrival."""
        self.process.terminate()
        output, _ = self.process.communicate(timeout=20)
        result: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
        return result


def sustained(centre: Centre, seeded: Seeded, counter: Counter, rate: float, seconds: float) -> dict[str, Any]:
    """A steady rate with one browser that watches a hundred stations."""
    counter.start()
    listener = Listener(centre, seeded, 100)
    sent = load(centre, seeded, rate=rate, seconds=seconds)
    behind = counter.wait(sent["acknowledged"] * VALUES, 60)
    time.sleep(1)
    rows = counter.stored()
    return {
        "rate": rate, **sent, "rows_expected": sent["acknowledged"] * VALUES, "rows_stored": rows,
        "stored_after_last_ack_s": round(behind, 2), "live": listener.finish(),
    }  # fmt: skip


def saturation(centre: Centre, seeded: Seeded, counter: Counter, count: int) -> dict[str, Any]:
    """The same load with ingest stopped (the log alone) and with ingest at work, until the last row is stored."""
    ingest = centre.pid("ingest")
    assert ingest
    counter.start()
    os.kill(ingest, signal.SIGSTOP)
    alone = load(centre, seeded, count=count)
    os.kill(ingest, signal.SIGCONT)
    began = time.monotonic()
    counter.wait(alone["acknowledged"] * VALUES, 120)
    drained = alone["acknowledged"] / (time.monotonic() - began)
    counter.start()
    began = time.monotonic()
    both = load(centre, seeded, count=count)
    counter.wait(both["acknowledged"] * VALUES, 120)
    stored = both["acknowledged"] / (time.monotonic() - began)
    return {
        "messages": count, "log_alone_per_s": alone["acknowledged_per_s"], "drain_per_s": round(drained, 1),
        "end_to_end_per_s": round(stored, 1), "ratio": round(stored / alone["acknowledged_per_s"], 3),
    }  # fmt: skip


def main(arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Run all parts; `passed` says whether every limit holds."""
    parser = argparse.ArgumentParser(prog="sen bench mqtt")
    parser.add_argument("--rate", type=float, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--burst-rate", type=float, default=20_000)
    parser.add_argument("--burst-seconds", type=float, default=10)
    parser.add_argument("--messages", type=int, default=200_000, help="for the saturation part")
    parser.add_argument("--devices", type=int, default=250, help="per source, of four sources")
    chosen = parser.parse_args(list(arguments))
    with Centre() as centre:
        seeded = centre.seed("--mqtt-sources=4", f"--devices={chosen.devices}", "--http-assets=1")
        time.sleep(3)
        counter = Counter(centre)
        steady = sustained(centre, seeded, counter, chosen.rate, chosen.seconds)
        burst = sustained(centre, seeded, counter, chosen.burst_rate, chosen.burst_seconds)
        full = saturation(centre, seeded, counter, chosen.messages)
    passed = (
        steady["rows_stored"] == steady["rows_expected"]
        and burst["rows_stored"] == burst["rows_expected"]
        and steady["acknowledged"] >= 0.99 * chosen.rate * chosen.seconds
        and steady["live"]["p95_ms"] < LIMITS["live_p95_ms"]
        and full["ratio"] >= LIMITS["ratio"]
    )
    return {"name": "mqtt", "limits": LIMITS, "sustained": steady, "burst": burst, "saturation": full, "passed": passed}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1))
