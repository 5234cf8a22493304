"""Reads against 100 million stored observations of 10,000 series and 100,000 assets, through the real API and as bare SQL.

`./sen bench query [--rows N] [--series N] [--assets N] [--rounds N] [--data DIR]`; with `--data` the folder is kept and used again.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import history
from bench.engines_alone import engines_alone

from sen.kernel import clock
from sen.telemetry import reading
from sen.telemetry.address import parse

ROOT = Path(__file__).resolve().parent.parent
LIMITS_MS = {
    "day_of_one_series": 30.0,
    "year_of_hourly_means": 60.0,
    "latest_of_all_series": 100.0,
    "map_of_all_assets": 200.0,
}
AIM_RATIO = 2.0


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run it; figures are milliseconds."""
    parser = argparse.ArgumentParser(prog="sen bench query", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args(list(argv))
    with engines_alone("query", arguments.data) as alone:
        made = history.kept(
            alone, [arguments.rows, arguments.series, arguments.assets],
            ("bench.query_seed", str(arguments.assets), str(arguments.series)),
            rows=arguments.rows, series=arguments.series, settle_s=120,
        )  # fmt: skip
        with alone.web():
            return _measured(made, alone.port, alone.clickhouse, arguments.rounds)


class _Http:
    """One kept-alive connection; every answer is read whole."""

    def __init__(self, host: str, port: int, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self._headers = headers

    def close(self) -> None:
        """Begin anew with the next request."""
        self._connection.close()

    def __call__(self, method: str, path: str, body: bytes | None = None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return content


def _measured(made: dict[str, Any], port: int, clickhouse: str, rounds: int) -> dict[str, Any]:
    address = parse(clickhouse)
    login = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
    options = "&".join(f"{name}={value}" for name, value in reading.READ_SETTINGS.items())
    engine = _Http(address.host, address.port, {"Authorization": f"Basic {login}"})
    api = _Http("127.0.0.1", port, {"Authorization": f"Bearer {made['token']}"})

    def bare(sql: str) -> None:
        engine("POST", f"/?database={quote(address.database)}&default_format=ArrowStream&{options}", sql.encode())

    _wait_for(lambda: api("GET", "/api/v1/map?zoom=8&bbox=0,0,1,1"), api)
    chance = random.Random(1)
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    results = {}
    for name, (ask_api, ask_bare) in _questions(made, api, bare, now, chance).items():
        results[name] = _figures(name, ask_api, ask_bare, rounds)
    limits_kept = all(one["passed"] for one in results.values())
    return {
        "name": "query",
        "rows": made["filled"]["rows"],
        "fill_rows_per_s": round(made["filled"]["rows"] / max(0.1, made["filled"]["seconds"])),
        "rollup_hours_per_s": round(made["rolled_up"]["hours"] / max(0.1, made["rolled_up"]["seconds"])),
        "parts": made["parts"],
        "aim_ratio": AIM_RATIO,
        "results": results,
        "passed": limits_kept,
    }


Ask = Callable[[], object]


def _questions(
    made: dict[str, Any], api: _Http, bare: Callable[[str], None], now: datetime, chance: random.Random
) -> dict[str, tuple[Callable[[], Ask], Callable[[], Ask] | None]]:
    """For each question a maker of one API request and one of the same bare SQL, with new numbers each time."""
    first, dense, series = made["first_series"], made["filled"]["dense"], made["series"]

    def path(number: int) -> str:
        return f"/api/v1/series/b-{number - first}/pm25/observations"

    def day(make: Callable[[int, datetime], Ask]) -> Callable[[], Ask]:
        return lambda: make(chance.choice(dense), now - timedelta(days=chance.randint(2, 360)))

    def day_api(number: int, start: datetime) -> Ask:
        query = f"?from={clock.to_ms(start)}&to={clock.to_ms(start + timedelta(days=1))}"
        return lambda: api("GET", path(number) + query)

    def day_bare(number: int, start: datetime) -> Ask:
        sql = reading.observations(number, start, start + timedelta(days=1), 10_000, False).sql
        return lambda: bare(sql)

    def year_api() -> Ask:
        number = first + chance.randrange(series)
        query = f"?from={clock.to_ms(now - history.YEAR)}&to={clock.to_ms(now)}&step=hour&fn=mean"
        return lambda: api("GET", path(number) + query)

    def year_bare() -> Ask:
        number, start = first + chance.randrange(series), clock.to_ms(now - history.YEAR)
        sql = reading.hourly(
            [number], start, clock.to_ms(now), reading.DIRTY.empty_table(), ("valid", "flags", "mean")
        ).sql
        return lambda: bare(sql)

    return {
        "day_of_one_series": (day(day_api), day(day_bare)),
        "year_of_hourly_means": (year_api, year_bare),
        "latest_of_all_series": (
            lambda: lambda: api("GET", "/api/v1/latest"),
            lambda: lambda: bare(reading.latest(None).sql),
        ),
        "map_of_all_assets": (lambda: lambda: api("GET", "/api/v1/map?bbox=104,9,108,12&zoom=9"), None),
    }


def _figures(name: str, ask_api: Callable[[], Ask], ask_bare: Callable[[], Ask] | None, rounds: int) -> dict[str, Any]:
    """Times of API and bare SQL taken in turns, so that both meet the same machine."""
    api_ms, bare_ms = [], []
    for turn in range(rounds + 5):
        for make, times in ((ask_api, api_ms), (ask_bare, bare_ms)):
            if make is not None:
                taken = _timed(make())
                if turn >= 5:  # connections, caches and plans are warm
                    times.append(taken)
    figures: dict[str, Any] = {"limit_p95_ms": LIMITS_MS[name], "p50_ms": _at(api_ms, 0.5), "p95_ms": _at(api_ms, 0.95)}
    if bare_ms:
        figures |= {"bare_p50_ms": _at(bare_ms, 0.5), "bare_p95_ms": _at(bare_ms, 0.95)}
        figures |= {
            "ratio_p50": round(figures["p50_ms"] / figures["bare_p50_ms"], 2),
            "ratio_p95": round(figures["p95_ms"] / figures["bare_p95_ms"], 2),
        }
    return figures | {"passed": figures["p95_ms"] <= LIMITS_MS[name]}


def _timed(ask: Ask) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _at(times: list[float], share: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(share * len(times)))], 1)


def _wait_for(ask: Ask, connection: _Http) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            ask()
            return
        except (OSError, http.client.HTTPException, RuntimeError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1))
