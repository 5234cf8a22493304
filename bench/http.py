"""POST /api/v1/observations: observations a second, from the first byte sent until the last row is stored.

JSON batches and Arrow history against plain Arrow inserts into the same ClickHouse, and the JSON figure again on a full table.
Senders, web, log, ingest and ClickHouse share this machine.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from bench.mqtt import Counter
from bench.small_centre import Centre, Seeded

from sen.telemetry.schema import OBSERVATIONS
from sen.telemetry.store import TelemetryStore

LIMITS = {"json_per_s": 250_000, "arrow_per_s": 1_000_000, "growth": 0.15}
STEP_MS = 1000
EPOCH = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)


class Clock:
    """Hands out steps of time that nothing has used yet, so that every row is a new one."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, steps: int) -> int:
        """Milliseconds of the first of `steps` new steps."""
        first, self._next = self._next, self._next + steps
        return EPOCH + first * STEP_MS


def json_body(series: Sequence[str], start: int, rows: int) -> bytes:
    """`rows` observations in time order, all series in turn, with RFC 3339 times."""
    items = []
    for row in range(rows):
        step, place = divmod(row, len(series))
        if place == 0:
            text = datetime.fromtimestamp((start + step * STEP_MS) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        items.append(f'{{"series":"{series[place]}","time":"{text}","value":{20 + row % 97 * 0.1:.1f},"status":"00"}}')
    return ("[" + ",".join(items) + "]").encode()


def arrow_body(series: Sequence[str], start: int, steps: int) -> bytes:
    """`steps` moments of each series, series after series: how history is exported."""
    count = len(series)
    codes = pa.DictionaryArray.from_arrays(np.repeat(np.arange(count, dtype=np.int32), steps), pa.array(list(series)))
    times = np.tile(start + np.arange(steps, dtype=np.int64) * STEP_MS, count)
    values = 20 + np.arange(count * steps) % 97 * 0.1
    table = pa.table({"series": codes, "time": pa.array(times, pa.timestamp("ms", "UTC")), "value": values})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def plain_table(count: int, start: int, steps: int) -> pa.Table:
    """The same rows as they are stored."""
    size = count * steps
    times = np.tile(start + np.arange(steps, dtype=np.int64) * STEP_MS, count)
    columns = [
        np.repeat(np.arange(1, count + 1, dtype=np.uint32), steps), times, 20 + np.arange(size) % 97 * 0.1,
        np.zeros(size, np.uint32), np.ones(size, np.uint32), np.full(size, time.time_ns(), np.uint64), np.full(size, times[-1]),
    ]  # fmt: skip
    return pa.table(
        [pa.array(column, type=field.type) for column, field in zip(columns, OBSERVATIONS, strict=True)],
        schema=OBSERVATIONS,
    )


def post_all(centre: Centre, seeded: Seeded, bodies: list[bytes], kind: str, connections: int) -> int:
    """Post all bodies over a few connections; returns how many observations were acknowledged. Raises on any refusal."""
    headers = {"authorization": f"Bearer {seeded.http['secret']}", "content-type": kind}
    queue, lock, accepted, failures = list(bodies), threading.Lock(), [0], []

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", centre.port, timeout=60)
        while not failures:
            with lock:
                if not queue:
                    return
                body = queue.pop()
            connection.request("POST", "/api/v1/observations", body, headers)
            answer = connection.getresponse()
            found = json.loads(answer.read())
            if answer.status == 503:
                with lock:
                    queue.append(body)
                time.sleep(0.1)
                continue
            if answer.status != 202 or found["rejected"]:
                failures.append(found)
                return
            with lock:
                accepted[0] += found["accepted"]

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(str(failures[0])[:500])
    return accepted[0]


def measured(centre: Centre, seeded: Seeded, counter: Counter, bodies: list[bytes], kind: str) -> dict[str, Any]:
    """Rate of acknowledgement and of storing."""
    counter.start(distinct=False)
    began = time.monotonic()
    accepted = post_all(centre, seeded, bodies, kind, 3)
    acknowledged = time.monotonic() - began
    counter.wait(accepted, 300)
    stored = time.monotonic() - began
    return {
        "observations": accepted, "body_bytes": len(bodies[0]), "requests": len(bodies),
        "acknowledged_per_s": round(accepted / acknowledged), "stored_per_s": round(accepted / stored),
    }  # fmt: skip


def main(arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Run all parts; `passed` says whether every limit holds."""
    parser = argparse.ArgumentParser(prog="sen bench http")
    parser.add_argument("--rows", type=int, default=2_000_000, help="observations of each JSON part")
    parser.add_argument("--arrow-rows", type=int, default=5_000_000)
    parser.add_argument(
        "--stored", type=int, default=100_000_000, help="rows in the table for the second JSON part; 0 leaves it out"
    )
    parser.add_argument("--batch", type=int, default=20_000, help="observations per JSON body")
    parser.add_argument("--assets", type=int, default=334)
    chosen = parser.parse_args(list(arguments))
    clock = Clock()
    with Centre() as centre:
        seeded = centre.seed("--mqtt-sources=1", "--devices=1", f"--http-assets={chosen.assets}")
        series, counter = seeded.series, Counter(centre)
        store = TelemetryStore(centre.engines.clickhouse)
        count = len(series)
        per_body = -(-chosen.batch // count)

        def some_json() -> list[bytes]:
            return [
                json_body(series, clock.take(per_body), chosen.batch)
                for _ in range(max(1, chosen.rows // chosen.batch))
            ]

        plain = _plain(store, count, clock, chosen.arrow_rows)
        post_all(centre, seeded, some_json()[:5], "application/json", 1)
        time.sleep(2)
        as_json = measured(centre, seeded, counter, some_json(), "application/json")
        steps = 250_000 // count
        tables = [
            arrow_body(series, clock.take(steps), steps) for _ in range(max(1, chosen.arrow_rows // (count * steps)))
        ]
        as_arrow = measured(centre, seeded, counter, tables, "application/vnd.apache.arrow.stream")
        grown = (
            _grown(centre, seeded, counter, store, clock, count, chosen.stored, some_json) if chosen.stored else None
        )
    result: dict[str, Any] = {
        "name": "http",
        "limits": LIMITS,
        "plain_inserts": plain,
        "json": as_json,
        "arrow": as_arrow,
        "grown": grown,
    }
    result["ratio_json"] = round(as_json["stored_per_s"] / plain["rows_per_s"], 3)
    result["ratio_arrow"] = round(as_arrow["stored_per_s"] / plain["rows_per_s"], 3)
    change = 1 - grown["stored_per_s"] / as_json["stored_per_s"] if grown else 0.0
    result["slower_when_grown"] = round(change, 3)
    result["passed"] = (
        as_json["stored_per_s"] >= LIMITS["json_per_s"]
        and as_arrow["stored_per_s"] >= LIMITS["arrow_per_s"]
        and change <= LIMITS["growth"]
    )
    return result


def _plain(store: TelemetryStore, count: int, clock: Clock, rows: int) -> dict[str, Any]:
    """Arrow inserts without anything else."""
    steps = 500_000 // count
    tables = [plain_table(count, clock.take(steps), steps) for _ in range(max(1, rows // (count * steps)))]
    began = time.monotonic()
    for table in tables:
        store.append(table)
    taken = time.monotonic() - began
    total = sum(table.num_rows for table in tables)
    return {"rows": total, "rows_per_s": round(total / taken)}


def _grown(centre, seeded, counter, store, clock, count, stored, some_json) -> dict[str, Any]:  # type: ignore[no-untyped-def]
    """The JSON part again on a table of about `stored` rows, after merges have come to rest."""
    steps = 1_000_000 // count
    while counter.total() < stored:
        store.append(plain_table(count, clock.take(steps), steps))
    time.sleep(10)
    rows = counter.total()
    return {"stored_before": rows, **measured(centre, seeded, counter, some_json(), "application/json")}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1))
