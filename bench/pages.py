"""How long every page takes, against the cheapest page of the same centre in the same run, and how many SQL statements it asks.

`./sen bench pages [--data DIR --url http://127.0.0.1:8000] [--rounds 5] [--slowest 10] [--only TEXT]`: a centre that runs already, with its demonstration
filled; else one of its own, which takes some minutes to fill. The addresses are those of tests/e2e/test_every_page.py. Times are those of
the running web process, seen over one kept connection; statements are counted in a process beside it that answers the same requests.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.small_centre import ROOT, Centre

from sen.engines import read_runtime

CHEAPEST = "/console/style/"
"""A page without figures of its own: head, rail and made-up values. What it takes is what every page takes at least."""

LIMIT_RATIO = 25.0
"""The slowest page over the cheapest."""

LIMIT_FRAME_STATEMENTS = 8
"""Below it: what a page asks of the database before its own questions."""

STEWARD, LEADER, AUDITOR = "dulieu", "lanhdao", "kiemtoan"
FIRSTS = (
    ("/dossiers/list/?bucket=overdue", r"/dossiers/[0-9A-Z][^/\"?]*\d[^/\"?]*/"), ("/tasks/list/?time=overdue", r"/tasks/[^/\"?]*\d[^/\"?]*/"),
    ("/documents/", r"/documents/[^/\"?]*\d[^/\"?]*/"), ("/figures/sheets/?turn=all", r"/figures/sheets/\d+/"),
    ("/alerts/", r"/alerts/[^/\"?]*\d[^/\"?]*/"), ("/dashboards/?unit=82", r"/dashboards/[0-9a-f-]{8,}[^/\"]*/(?:\?unit=82)?"),
)  # fmt: skip
"""Lists, and what the address of one of their things looks like, which differs in every centre."""


@dataclass
class Timed:
    """One page: the milliseconds of each round, and the status of the answer."""

    address: str
    who: str
    status: int
    milliseconds: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.milliseconds)


class Visitor:
    """A person who has signed in, on one kept connection."""

    def __init__(self, url: str, account: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self.name = account["username"]
        self._connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=120)
        self._cookies: dict[str, str] = {}
        self._used_at = 0.0
        self.get("/accounts/login/")
        form = {"csrfmiddlewaretoken": self._cookies["sen_csrf"], "login": self.name, "password": account["password"]}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": url}
        status, _body = self._ask("POST", "/accounts/login/", urlencode(form), headers)
        if status != 302 or "sen_session" not in self._cookies:
            raise RuntimeError(f"{self.name} could not sign in: {status}")

    def get(self, address: str) -> tuple[int, bytes]:
        """Status and body."""
        return self._ask("GET", address, None, {})

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        # The server closes what rests for five seconds.
        if time.monotonic() - self._used_at > 3:
            self._connection.close()
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, address, body, {**headers, "Cookie": cookie})
        answer = self._connection.getresponse()
        content = answer.read()
        self._used_at = time.monotonic()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, content


class DemoCentre(Centre):
    """A centre of its own with the demonstration."""

    def start(self) -> None:
        """Start it as `./sen up` does and wait until it is ready."""
        call = [sys.executable, "-m", "sen.cli", "up", "--data", str(self.folder), "--port", str(self.port), "--demo"]
        with (self.folder / "supervisor.out").open("ab") as output:
            self.process = subprocess.Popen(
                call, env=self.environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        self.wait_ready(600)


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Measure; milliseconds are medians over the rounds."""
    parser = argparse.ArgumentParser(prog="sen bench pages", description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slowest", type=int, default=10)
    parser.add_argument("--only", default="", help="pages whose address holds this, beside the cheapest")
    options = parser.parse_args(argv)
    with _centre(options.data, options.url) as (data, url):
        accounts = {one["username"]: one for one in json.loads((data / "run" / "accounts.json").read_text())}
        people = {name: Visitor(url, accounts[name]) for name in (STEWARD, LEADER, AUDITOR)}
        pages = _timed(people, _addresses(people[STEWARD], options.only), options.rounds)
        asked = _weighed(data, pages)
    return _result(pages, asked, options.slowest)


@contextmanager
def _centre(data: Path | None, url: str) -> Iterator[tuple[Path, str]]:
    if data is not None:
        yield data.absolute(), url
        return
    with DemoCentre() as own:
        yield own.folder, f"http://127.0.0.1:{own.port}"


def _addresses(steward: Visitor, only: str) -> list[str]:
    from tests.e2e.test_every_page import PAGES

    found = [address for address in PAGES if only in address or address == CHEAPEST]
    for address, pattern in FIRSTS if not only else ():
        hit = re.search(rf'href="({pattern})"', steward.get(address)[1].decode())
        if hit:
            found.append(hit[1])
    return found


def _timed(people: Mapping[str, Visitor], addresses: Sequence[str], rounds: int) -> list[Timed]:
    """Every page once to warm up and to see whose it is; then all of them round by round, so that a hiccup hits one round of a page."""
    pages = []
    for address in addresses:
        for name in (LEADER,) if address.startswith("/leader/") else (STEWARD, AUDITOR):
            status, content = people[name].get(address)
            if status != 403:
                break
        pages.append(Timed(address, name, status, size=len(content)))
    for _round in range(rounds):
        for page in pages:
            began = time.perf_counter()
            people[page.who].get(page.address)
            page.milliseconds.append((time.perf_counter() - began) * 1000)
    return pages


def _weighed(data: Path, pages: Sequence[Timed]) -> dict[str, dict[str, float]]:
    """Address → SQL statements and processor time, by bench.pages_statements."""
    running = read_runtime(data)
    if running is None:
        raise RuntimeError(f"no centre runs on {data}")
    environment = {**os.environ, **running.environment(), "SEN_DATA": str(data), "SEN_DEMO": "true"}
    wanted = json.dumps([(page.who, page.address) for page in pages])
    call = [sys.executable, "-m", "bench.pages_statements"]
    done = subprocess.run(
        call, input=wanted, env=environment, cwd=ROOT, check=False, capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {row.pop("address"): row for row in rows}


def _result(pages: Sequence[Timed], asked: Mapping[str, Mapping[str, float]], slowest: int) -> dict[str, Any]:
    cheapest = next(page for page in pages if page.address == CHEAPEST)
    ordered = sorted(pages, key=lambda page: -page.median)
    failed = [f"{page.address} {page.status}" for page in pages if page.status >= 500]
    ratio = ordered[0].median / cheapest.median
    return {
        "pages": len(pages), "cheapest": {"address": CHEAPEST, "ms": round(cheapest.median, 1), **asked[CHEAPEST]},
        "median_ms": round(statistics.median(page.median for page in pages), 1),
        "median_statements": statistics.median(one["statements"] for one in asked.values()), "slowest_ratio": round(ratio, 1), "failed": failed,
        "limits": {"slowest_ratio": LIMIT_RATIO, "frame_statements_below": LIMIT_FRAME_STATEMENTS},
        "slowest": [
            {
                "address": page.address, "who": page.who, "status": page.status, "ms": round(page.median, 1),
                "least_ms": round(min(page.milliseconds), 1), "ratio": round(page.median / cheapest.median, 1),
                **asked[page.address],
            }
            for page in ordered[:slowest]
        ],
        "most_statements": sorted(((one["statements"], address) for address, one in asked.items()), reverse=True)[:slowest],
        "passed": not failed and ratio <= LIMIT_RATIO and asked[CHEAPEST]["statements"] < LIMIT_FRAME_STATEMENTS,
    }  # fmt: skip
