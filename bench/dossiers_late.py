"""How good "will be late" is: past days are foretold again from what was known then, beside two plain guesses, on simulated dossiers.

`./sen bench dossiers-late [--dossiers N] [--units N] [--days N] [--data DIR]`; with `--data` the folder is kept and used again.
The dossiers are the one-stop simulator's, so the figures say how the rule works on dossiers like these, not how good it is in a province.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.engines_alone import engines_alone


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run it. Passed where the forecast beats both plain guesses: smaller Brier score, and more of its own number of names right."""
    parser = argparse.ArgumentParser(prog="sen bench dossiers-late", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=100_000)
    parser.add_argument("--units", type=int, default=60)
    parser.add_argument("--days", type=int, default=40, help="consecutive days that are foretold again")
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args(list(argv))
    with engines_alone("dossiers-late", arguments.data) as alone:
        found = alone.seeded(
            "bench.dossiers_late_measured", str(arguments.dossiers), str(arguments.units), str(arguments.days)
        )
    forecast, guesses = found["forecast"], (found["procedure_share"], found["time_used"])
    found["passed"] = all(
        forecast["brier"] < guess["brier"] and forecast["average_precision"] > guess["average_precision"]
        for guess in guesses
    )
    return found
