"""The forecast of a year's end, tried on years that are known: how far off it is, and how often its interval holds the truth.

`./sen bench year-end [--tables DIR]`. DIR holds tables of the statistical yearbook, one row per province or station; real figures are not part
of the project, and without them the bench says so and measures nothing. Monthly tables are weather, the only real monthly series at hand:
rain and sunshine add up like money does, with seasons harder than those of a budget. Yearly tables are forecast with no month known.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sen.apps.indicators.year_end import Observed, forecast

ROOT = Path(__file__).resolve().parent.parent
EARLIER_YEARS = 3
"""Years before the first that is forecast."""
MONTHS_KNOWN = (3, 6, 9, 11)
LIMIT_COVERAGE = (0.75, 0.95)
"""An interval of 80 % that holds the truth less often is too bold, more often too timid."""
LIMIT_AGAINST_EVEN = 0.8
"""Median error over that of going on evenly, or of repeating last year: better by a fifth where it counts."""

_MONTHLY = (
    ("rainfall", "monthly_rainfall_at_some_stations.csv", True),
    ("sunshine", "monthly_sunshine_duration_at_some_stations.csv", True),
    ("humidity", "monthly_mean_humidity_at_some_stations.csv", False),
    ("temperature", "monthly_mean_air_temperature_at_some_stations.csv", False),
)
_YEARLY = (
    ("retail sales", "retail_sales_of_goods_and_services_at_current_prices_by_province.csv"),
    ("paddy", "production_of_paddy_by_province.csv"),
    ("aquaculture", "production_of_aquaculture_by_province.csv"),
    ("freight", "volume_of_freight_carried_by_province.csv"),
)

Series = Mapping[str, list[Observed]]
"""Place → its figures, oldest year first."""


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Run it; errors and widths are shares of the true figure."""
    parser = argparse.ArgumentParser(prog="sen bench year-end", description=__doc__)
    parser.add_argument("--tables", type=Path, default=_default())
    options = parser.parse_args(argv)
    if not options.tables.is_dir():
        return {"measured": False, "reason": "no tables: give --tables DIR with the yearbook's CSV files"}
    began = time.perf_counter()
    rows = [
        _scored(name, _monthly(options.tables / file, cumulative), part, parts=12, cumulative=cumulative)
        for name, file, cumulative in _MONTHLY
        for part in MONTHS_KNOWN
    ]
    rows += [_scored(name, _yearly(options.tables / file), 0, parts=1, cumulative=True) for name, file in _YEARLY]
    total = sum(row["forecasts"] for row in rows)
    coverage = sum(row["coverage"] * row["forecasts"] for row in rows) / total
    adding_up = [row for row in rows if row["cumulative"]]
    against = statistics.median(row["against_even"] for row in adding_up)
    return {
        "measured": True, "forecasts": total, "coverage": round(coverage, 3), "median_error_against_even": round(against, 3),
        "microseconds_each": round((time.perf_counter() - began) / total * 1e6), "limits": {"coverage": LIMIT_COVERAGE, "against_even": LIMIT_AGAINST_EVEN},
        "rows": rows, "passed": LIMIT_COVERAGE[0] <= coverage <= LIMIT_COVERAGE[1] and against <= LIMIT_AGAINST_EVEN,
    }  # fmt: skip


def _scored(name: str, series: Series, part: int, *, parts: int, cumulative: bool) -> dict[str, Any]:
    """Every year that has enough earlier ones, forecast as it would have been when `part` parts of it were known."""
    errors, even, held, widths = list[float](), list[float](), list[bool](), list[float]()
    for known, truth, plain in _tries(series, part, parts, cumulative):
        year = known[-1].year if part else known[-1].year + 1
        found = forecast(known, year=year, parts=parts, cumulative=cumulative)
        if found.value is None or found.low is None or found.high is None:
            continue
        errors.append(abs(found.value - truth) / abs(truth))
        even.append(abs(plain - truth) / abs(truth))
        held.append(found.low <= truth <= found.high)
        widths.append((found.high - found.low) / abs(truth))
    return {
        "name": name, "known": f"{part}/{parts}", "cumulative": cumulative, "forecasts": len(errors),
        "median_error": round(statistics.median(errors), 4), "median_error_even": round(statistics.median(even), 4),
        "against_even": round(statistics.median(errors) / statistics.median(even), 3), "coverage": round(sum(held) / len(held), 3),
        "median_width": round(statistics.median(widths), 3),
    }  # fmt: skip


def _tries(series: Series, part: int, parts: int, cumulative: bool) -> Iterator[tuple[list[Observed], float, float]]:
    """What was known, how the year ended, and the plain guess: going on evenly, else last year's end."""
    for figures in series.values():
        ends = {one.year: one.value for one in figures if one.part == parts}
        for year in sorted(ends)[EARLIER_YEARS:]:
            known = [one for one in figures if one.year < year or (one.year == year and one.part <= part)]
            before = ends.get(year - 1)
            if before is None or not ends[year] or (part and known[-1].year != year):
                continue
            yield known, ends[year], known[-1].value * parts / part if part and cumulative else before


def _monthly(file: Path, cumulative: bool) -> Series:
    """A table of year, place and twelve months; summed up from January where the figures add up."""
    found: dict[str, list[Observed]] = {}
    for row in reversed(_rows(file)):
        try:
            year, months = int(row[0]), [float(cell) for cell in row[2:14]]
        except ValueError:
            continue
        together = 0.0
        for part, value in enumerate(months, 1):
            together += value
            found.setdefault(row[1], []).append(Observed(year, part, together if cumulative else value))
    return {place: sorted(figures, key=lambda one: (one.year, one.part)) for place, figures in found.items()}


def _yearly(file: Path) -> Series:
    """A table of places with a column per year."""
    rows = _rows(file)
    years = [int(found[0]) if (found := re.search(r"(?:19|20)\d\d", cell)) else 0 for cell in rows[0]]
    table: dict[str, list[Observed]] = {}
    for row in rows[1:]:
        for year, cell in zip(years[1:], row[1:], strict=False):
            if year and re.fullmatch(r"\d+(?:\.\d+)?", cell) and float(cell) > 0:
                table.setdefault(row[0].strip(), []).append(Observed(year, 1, float(cell)))
    return {place: sorted(figures, key=lambda one: one.year) for place, figures in table.items()}


def _rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def _default() -> Path:
    """Beside the checkout, or where SEN_SHARED_DATA of the tests points."""
    return Path(os.environ.get("SEN_SHARED_DATA", ROOT.parent / "shared")) / "data" / "socioeconomic" / "gso_2019"
