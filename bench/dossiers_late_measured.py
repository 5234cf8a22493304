"""What bench/dossiers_late.py runs in a process with Django: stores simulated dossiers, foretells days again, prints a line of JSON.

A case is a dossier on a day on which it was open and in time. Its outcome is whether it was late in the end.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

YEARS = 1.6
"""Years that the dossiers cover: one to learn from, the rest to foretell and to become known."""
SETTLED = 40
"""Days after the last foretold one: by then nearly every case has its outcome."""
BANDS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.000001)
Values = NDArray[np.float64]


def run(count: int, units: int, days: int) -> dict[str, Any]:
    """Fill where there is nothing yet, then foretell each of `days` days."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    from sen.kernel import clock

    now = clock.now()
    _fill(count, units, now)
    cases = [_foretold(now - timedelta(days=SETTLED + ago), now) for ago in range(days)]
    table = {name: np.concatenate([one[name] for one in cases]) for name in cases[0]}
    late = table["became_late"]
    forecast = table["late_share"]
    guesses = {
        "forecast": forecast,
        "procedure_share": table["plain_share"],
        "time_used": table["elapsed"] / table["allowed"],
    }
    named = table["is_named"] > 0
    return {
        "data": "simulated (connectors/dossier_rest/model.py)", "dossiers": count, "units": units, "days": days, "cases": len(late),
        "dossiers_foretold": len(np.unique(table["number"])), "late_share_of_cases": round(float(late.mean()), 4), "named": int(named.sum()),
        **{name: _judged(score, late, int(named.sum())) for name, score in guesses.items()},
        "calibration": _bands(forecast, late), "thresholds": [_threshold(forecast, late, at) for at in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)],
        "by_dossier": _by_dossier(table, named),
    }  # fmt: skip


def _judged(score: Values, late: Values, named: int) -> dict[str, float]:
    """Brier score, average precision, and precision and recall where the `named` highest scores are taken: the same number for all."""
    order = np.argsort(-score, kind="stable")
    right = np.cumsum(late[order])
    precision = right / np.arange(1, len(order) + 1)
    all_late = max(1.0, float(late.sum()))
    at = max(1, named) - 1
    return {
        "brier": round(float(np.mean((score - late) ** 2)), 4),
        "average_precision": round(float((precision * late[order]).sum() / all_late), 4),
        "precision_of_as_many": round(float(precision[at]), 4),
        "recall_of_as_many": round(float(right[at] / all_late), 4),
    }


def _bands(score: Values, late: Values) -> list[dict[str, float]]:
    """By band of the foretold share: cases, mean share foretold, share that was late."""
    found = []
    for low, high in itertools.pairwise(BANDS):
        some = (score >= low) & (score < high)
        if some.any():
            found.append({
                "from": low, "cases": int(some.sum()), "foretold": round(float(score[some].mean()), 3), "was_late": round(float(late[some].mean()), 3),
            })  # fmt: skip
    return found


def _threshold(score: Values, late: Values, at: float) -> dict[str, float]:
    """Precision and recall of the cases where naming began at a share of `at`."""
    some = score >= at
    right = float(late[some].sum())
    return {
        "from": at, "named": int(some.sum()), "precision": round(right / max(1, int(some.sum())), 3), "recall": round(right / max(1.0, float(late.sum())), 3),
    }  # fmt: skip


def _by_dossier(table: dict[str, Values], named: NDArray[np.bool_]) -> dict[str, Any]:
    """Each dossier once: was it named on any day while in time, and how many hours before its due moment for the first time."""
    late_ones = np.unique(table["number"][table["became_late"] > 0])
    named_ones = np.unique(table["number"][named])
    hit = np.intersect1d(late_ones, named_ones)
    left = table["allowed"] - table["elapsed"]
    ahead: dict[float, float] = {}
    for number, hours in zip(table["number"][named].tolist(), left[named].tolist(), strict=True):
        ahead[number] = max(ahead.get(number, 0.0), hours)
    lead = np.array([ahead[number] for number in hit.tolist()]) if len(hit) else np.array([0.0])
    return {
        "late": len(late_ones), "named": len(named_ones), "named_and_late": len(hit),
        "precision": round(len(hit) / max(1, len(named_ones)), 4), "recall": round(len(hit) / max(1, len(late_ones)), 4),
        "hours_ahead": {f"p{share}": round(float(np.percentile(lead, share)), 1) for share in (10, 50, 90)},
    }  # fmt: skip


def _foretold(at: Any, until: Any) -> dict[str, Values]:
    import pyarrow as pa

    from sen.apps.procedures.forecast_check import replay
    from sen.apps.procedures.storage import durations
    from sen.apps.procedures.storage.engine import engine, rows
    from sen.kernel import clock

    kinds = {"number": pa.uint32(), "became_late": pa.uint8(), "is_named": pa.uint8()} | dict.fromkeys(
        ("late_share", "plain_share", "elapsed", "allowed"), pa.float64()
    )
    found = rows(
        engine(),
        f"SELECT toUInt32(hash) AS number, {', '.join(list(kinds)[1:])} FROM ({replay(clock.to_ms(at), clock.to_ms(until))}) WHERE all_cases >= {durations.ENOUGH}",
        kinds,
    )
    return {name: np.array([row[name] for row in found], dtype=np.float64) for name in kinds}


def _fill(count: int, units: int, now: Any) -> None:
    """`count` dossiers handed in over YEARS years until `now`, as they stand then."""
    from sen.apps.organisations import interface as organisations
    from sen.apps.procedures import interface as procedures
    from sen.apps.procedures.interface import Dossier
    from sen.apps.procedures.models import Feed
    from sen.connectors.dossier_rest.model import World, dossier
    from sen.kernel.scopes import SYSTEM

    if Feed.objects.exists():
        return
    organisations.install_province("82", scope=SYSTEM)
    days = round(365 * YEARS)
    begun = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    world = World(
        agencies=[f"000.00.{n:02}.H20" for n in range(1, units + 1)],
        total=count,
        since=begun,
        per_day=max(1, count // days),
    )
    made: list[Dossier] = []
    for number in range(count):
        told = dossier(world, number, now)
        one = procedures.read_row(told, number + 1) if told else None
        if isinstance(one, Dossier):
            made.append(one)
    procedures.store(made, source_name="Mô phỏng", simulated=True)


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
