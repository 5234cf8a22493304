"""Ten million dossiers: province overview, a unit's page, full recount, and 100,000 changed ones whose writer is killed half way.

`./sen bench dossiers [--rows N] [--changed N] [--rounds N] [--spread recent|even] [--data DIR]`; with `--data` the folder is kept and used again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.engines_alone import engines_alone

LIMITS_S = {"overview": 1.0, "unit_page": 0.3, "full_recount": 120.0, "sync": 60.0}


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run it; figures are seconds, the slowest of the rounds where there are several."""
    parser = argparse.ArgumentParser(prog="sen bench dossiers", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--changed", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--spread",
        choices=("recent", "even"),
        default="recent",
        help="what changes: received in the last 120 days, or in any month",
    )
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args(list(argv))
    with engines_alone("dossiers", arguments.data) as alone:
        found = alone.seeded(
            "bench.dossiers_measured",
            str(arguments.rows),
            str(arguments.changed),
            str(arguments.rounds),
            arguments.spread,
        )
    found["limits_s"] = LIMITS_S
    found["passed"] = all(found["slowest_s"][name] < limit for name, limit in LIMITS_S.items()) and all(
        found["checks"].values()
    )
    return found
