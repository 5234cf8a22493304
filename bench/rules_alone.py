"""The evaluator by itself: ten thousand rules over the columns that ingest hands it, in processor time, which a busy machine does not change."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

LIMIT = 0.5
"""Share of a core, where not more than 2 % are over their limits."""


def main(arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Judge 5,000 messages a second of three values each: quiet, with 2 % and with 30 % of the series over their limits."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    import numpy as np

    from sen.apps.alerts import interface as alerts

    rules, series = ten_thousand()
    began = time.process_time()
    evaluator = alerts.Evaluator(rules, series, always_listening=True)
    compiling = time.process_time() - began
    batches, shares, changes = 40, {}, {}
    numbers = np.arange(1, len(series) + 1)
    moment = 1_780_000_000_000
    for name, share in (("quiet", 0.0), ("2 % over", 0.02), ("30 % over", 0.3)):
        chance, spent, found = np.random.default_rng(7), 0.0, 0
        for _ in range(batches):
            moment += 200
            value = chance.uniform(20.0, 30.0, len(numbers))
            value[numbers % 97 < 97 * share] = 97.0
            when, flags = np.full(len(numbers), moment), np.zeros(len(numbers), np.uint32)
            began = time.process_time()
            found += len(evaluator.feed(numbers, when, value, flags, when))
            spent += time.process_time() - began
        shares[name], changes[name] = round(spent / batches * 5, 3), found
    began = time.process_time()
    kept = evaluator.dump()
    return {
        "name": "rules-alone", "rules": len(rules), "watched_pairs": len(evaluator.plan.subject), "values_per_second": len(numbers) * 5,
        "share_of_a_core": shares, "transitions": changes, "compile_s": round(compiling, 2),
        "snapshot_ms": round((time.process_time() - began) * 1000), "snapshot_kb": len(kept) // 1024,
        "limit": LIMIT, "passed": max(shares["quiet"], shares["2 % over"]) < LIMIT,
    }  # fmt: skip


def ten_thousand() -> tuple[list[Any], list[Any]]:
    """One hundred rules in each of one hundred communes with ten sensors each, the same mix as `bench.rules`."""
    from datetime import UTC, datetime

    import msgspec
    from bench.rules_seed import PROPERTIES, conditions

    from sen.apps.alerts import interface as alerts
    from sen.apps.packs import interface as packs

    units = [UUID(int=1000 + number) for number in range(100)]
    series = [
        alerts.WatchedSeries(
            asset * 3 + place + 1, asset + 1, f"s{asset}", "sensor", name, units[asset % 100], units[asset % 100], "82", 105.0, 10.0, 300
        )
        for asset in range(1000)
        for place, name in enumerate(PROPERTIES)
    ]  # fmt: skip
    rules = []
    for number, (when, more) in enumerate(conditions(100)):
        words = {
            "code": f"r{number}",
            "name": "r",
            "when": when,
            "severity": "warning",
            "procedure": "p",
            "clock_minutes": 5,
        }
        content = msgspec.convert(words | more, packs.Rule)
        for place, unit in enumerate(units):
            rules.append(
                alerts.RuleInForce(
                    id=UUID(int=number * 1000 + place + 1),
                    family=f"{number}:{unit}",
                    template_id=UUID(int=number + 1),
                    unit_id=unit,
                    code=content.code,
                    name=content.name,
                    version=1,
                    content=content,
                    unit_ids=frozenset([unit]),
                    watch_from=datetime(2020, 1, 1, tzinfo=UTC),
                )
            )
    return rules, series


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=1))
