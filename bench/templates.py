"""Templates at the size of a large province: 2,000 units inherit 200 templates. Publishing a version, opening a unit's settings.

`./sen bench templates [--units N] [--templates N] [--rounds N]`. Both are asked of the web process over HTTP; the floor is one bare
SQL statement that reads the same rows (versions in force, contents, own values) from the same PostgreSQL in the same run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from bench.engines_alone import engines_alone

ROOT = Path(__file__).resolve().parent.parent
PUBLISH_LIMIT_MS = 5000.0
SETTINGS_LIMIT_MS = 50.0
FLOOR = """
SELECT t.id, t.kind, t.code, t.name, u.code, v.number, v.open_fields, v.mandatory, v.published_at, v.content::text,
       (SELECT json_agg(json_build_object('path', o.path, 'value', o.value)) FROM packs_override o
        WHERE o.template_id = t.id AND o.unit_id = i.unit_id)::text
FROM packs_inheritance i
JOIN packs_template t ON t.id = i.template_id AND t.retired_at IS NULL
JOIN organisations_unit u ON u.id = t.owner_id
JOIN packs_templateversion v ON v.template_id = t.id AND v.number = i.accepted AND v.withdrawn_at IS NULL
WHERE i.unit_id = (SELECT id FROM organisations_unit WHERE code = %s AND valid_to IS NULL LIMIT 1)
"""


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run it; figures are milliseconds."""
    parser = argparse.ArgumentParser(prog="sen bench templates", description=__doc__)
    parser.add_argument("--units", type=int, default=2000)
    parser.add_argument("--templates", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=100)
    arguments = parser.parse_args(list(argv))
    with engines_alone("templates") as alone:
        made = alone.seeded("bench.templates_seed", str(arguments.units), str(arguments.templates))
        with alone.web():
            return _measured(made, alone.port, alone.environment["SEN_DATABASE_URL"], arguments.rounds)


class _Http:
    """One kept connection to the web process with a token."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._headers = port, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        self._connection.request(method, path, json.dumps(body) if body is not None else None, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return json.loads(content)

    def when_ready(self) -> None:
        """Wait until the process answers."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self("GET", "/api/v1/me")
                return
            except (OSError, http.client.HTTPException):
                self._connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)


def _measured(made: dict[str, Any], port: int, database: str, rounds: int) -> dict[str, Any]:
    ask = _Http(port, made["token"])
    ask.when_ready()
    published, first_reads = _publications(ask, made)
    chance = random.Random(7)
    settings_ms, floor_ms, sizes = [], [], set()
    with psycopg.connect(database, autocommit=True) as connection:
        for turn in range(rounds + 5):
            unit = chance.choice(made["units"])
            taken, answer = _timed(lambda unit=unit: ask("GET", f"/api/v1/units/{unit}/settings"))
            bare, rows = _timed(lambda unit=unit: connection.execute(FLOOR, [unit]).fetchall())
            if len(rows) != len(answer["items"]):
                raise RuntimeError(f"{len(rows)} rows in the database, {len(answer['items'])} settings answered")
            if turn >= 5:  # connections and plans are warm
                settings_ms.append(taken)
                floor_ms.append(bare)
                sizes.add(len(json.dumps(answer)))
    opening = {
        "limit_p95_ms": SETTINGS_LIMIT_MS, "templates": len(rows), "answer_kb": round(max(sizes) / 1024),
        "p50_ms": _at(settings_ms, 0.5), "p95_ms": _at(settings_ms, 0.95), "first_after_publishing_ms": _at(first_reads, 0.5),
        "bare_p50_ms": _at(floor_ms, 0.5), "bare_p95_ms": _at(floor_ms, 0.95),
    }  # fmt: skip
    opening["ratio_p50"] = round(opening["p50_ms"] / opening["bare_p50_ms"], 2)
    opening["passed"] = opening["p95_ms"] <= SETTINGS_LIMIT_MS
    publishing = {"limit_ms": PUBLISH_LIMIT_MS, "p50_ms": _at(published, 0.5), "max_ms": _at(published, 1)}
    publishing["passed"] = publishing["max_ms"] <= PUBLISH_LIMIT_MS
    return {
        "units": len(made["units"]), "publishing": publishing, "opening_settings": opening, "in_process": made["figures"],
        "passed": publishing["passed"] and opening["passed"],
    }  # fmt: skip


def _publications(ask: _Http, made: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Times of publishing a new version to all units, and of the first settings that are read after each."""
    published, first_reads = [], []
    for template in made["templates"][:20]:
        revision = ask("GET", f"/api/v1/templates/{template}")["revision"]
        body = {
            "revision": revision,
            "audience": {"rule": "all"},
            "open_fields": made["open"][template],
            "mandatory": True,
        }
        published.append(_timed(lambda at=template, body=body: ask("POST", f"/api/v1/templates/{at}/publish", body))[0])
        first_reads.append(_timed(lambda: ask("GET", f"/api/v1/units/{made['units'][0]}/settings"))[0])
        number = ask("GET", f"/api/v1/templates/{template}")["newest"]["version"]
        # Back to the state before: the floor reads what units accepted.
        ask("POST", f"/api/v1/templates/{template}/versions/{number}/withdraw", {"reason": "bench"})
    return published, first_reads


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = do()
    return (time.perf_counter() - began) * 1000, found


def _at(times: list[float], share: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(share * len(times)))], 1)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1))
