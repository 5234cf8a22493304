"""The year-end forecast: cases computed by hand, what never changes it, and how it does on real years that are over."""

from __future__ import annotations

import importlib
import math
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sen.apps.indicators.year_end import Observed, forecast
from sen.apps.indicators.year_end_words import explained

ROOT = Path(__file__).resolve().parents[5]
TABLES = ROOT.parent / "shared/data/socioeconomic/gso_2019"


def year(number: int, *values: float) -> list[Observed]:
    return [Observed(number, part, value) for part, value in enumerate(values, 1)]


def test_one_earlier_year_by_hand() -> None:
    """Quarters: 40 of 100 were reached at mid-year, now 44. Shape and pace say 110, growth and mean 100.

    Weights are the inverse squares of the prior errors 0.10, 0.10, 0.12, 0.25: 100, 100, 69.44, 16 of 285.44. In logarithms
    ln 100 + 200/285.44 · ln 1.1 = ln 106.906.
    """
    found = forecast([*year(2025, 20, 40, 70, 100), *year(2026, 21, 44)], year=2026, parts=4, cumulative=True)
    assert found.method == "rules" and (found.part, found.parts, found.years) == (2, 4, 1)
    assert found.value == pytest.approx(106.906, abs=0.001)
    assert found.usual_share == pytest.approx(0.4)
    assert found.weights["shape"] == pytest.approx(100 / 285.444, abs=1e-5)
    assert sum(found.weights.values()) == pytest.approx(1.0)
    # No error was ever seen: the prior one counts twice, one of them was used up by the weights, so t has one degree of freedom.
    errors = (0.10, 0.10, 0.12, 0.25)
    precision = sum(one**-4 for one in errors) / sum(one**-2 for one in errors)
    spread = 3.078 * math.sqrt(2 / precision)
    assert found.high and found.value and math.log(found.high / found.value) == pytest.approx(spread, rel=1e-4)
    assert "40 %" in explained(found)


def test_a_level_keeps_its_own_measure() -> None:
    """A rate does not add up: its end is where it stands and what usually changes until then, here half a point each year."""
    past = [one for number, base in ((2023, 5.0), (2024, 4.0), (2025, 3.0)) for one in year(number, base, base - 0.5)]
    found = forecast([*past, *year(2026, 2.0)], year=2026, parts=2, cumulative=False)
    assert found.value is not None and found.low is not None and found.high is not None
    assert 1.4 < found.value < 2.0
    assert found.low <= 1.5 <= found.high
    assert found.low >= 0
    assert found.usual_share is None
    assert found.weights["shape"] > found.weights["mean"]


@pytest.mark.parametrize(
    ("observed", "cumulative", "reason"),
    [
        ([], True, "nothing_yet"),
        (year(2026, 5, 9, 13), True, "no_history"),
        (year(2026, *range(1, 10)), False, "no_history"),
        ([*year(2025, *range(12)), *year(2026, 3)], True, "not_positive"),
    ],
)
def test_without_a_base_there_is_a_reason_and_no_figure(
    observed: list[Observed], cumulative: bool, reason: str
) -> None:
    found = forecast(observed, year=2026, parts=12, cumulative=cumulative)
    assert (found.value, found.low, found.high, found.method, found.reason) == (None, None, None, "none", reason)
    assert explained(found)


def test_from_mid_year_it_may_go_on_evenly_and_an_ended_year_is_not_forecast() -> None:
    even = forecast(year(2026, 10, 20, 30, 40, 50, 60), year=2026, parts=12, cumulative=True)
    assert even.method == "even" and even.value == pytest.approx(120.0)
    assert even.low and even.high and even.low < 120 < even.high
    done = forecast(year(2026, *range(1, 13)), year=2026, parts=12, cumulative=True)
    assert (done.value, done.low, done.high, done.method) == (12, 12, 12, "final")
    assert explained(done) == ""


MONEY = some.lists(some.floats(1.0, 1e6), min_size=48, max_size=48)


@given(MONEY, some.integers(1, 11), some.floats(0.001, 1000.0))
def test_the_unit_of_measure_and_the_order_of_rows_do_not_matter(months: list[float], part: int, scale: float) -> None:
    observed = []
    for place in range(4):
        together = 0.0
        for month in range(12 if place < 3 else part):
            together += months[place * 12 + month]
            observed.append(Observed(2023 + place, month + 1, together))
    found = forecast(observed, year=2026, parts=12, cumulative=True)
    assert found.low and found.value and found.high and found.low <= found.value <= found.high
    assert forecast(observed[::-1], year=2026, parts=12, cumulative=True) == found
    scaled = [Observed(one.year, one.part, one.value * scale) for one in observed]
    other = forecast(scaled, year=2026, parts=12, cumulative=True)
    assert other.value == pytest.approx(found.value * scale, rel=1e-6)
    assert other.high == pytest.approx(found.high * scale, rel=1e-6)


@pytest.mark.skipif(not TABLES.is_dir(), reason="needs the yearbook's tables beside the checkout")
def test_real_years_that_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits that the bench is held against hold; without the tables it says that it measured nothing."""
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    bench = importlib.import_module("bench.year_end")
    found = bench.main(["--tables", str(TABLES)])
    assert found["passed"], found
    assert found["forecasts"] > 5000
    assert bench.main(["--tables", "/nowhere"])["measured"] is False
