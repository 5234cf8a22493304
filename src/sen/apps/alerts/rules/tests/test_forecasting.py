"""Forecasts against courses that are known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from sen.apps.alerts.rules import forecasting


def test_a_trend_is_not_moved_by_a_quarter_of_wild_values() -> None:
    hours = np.arange(-6.0, 0.0, 1 / 12)
    values = 1.5 + 0.2 * hours
    values[::5] = 9.9
    slope, level = forecasting.theil_sen(hours, values)
    assert slope == pytest.approx(0.2, abs=0.02)
    assert level == pytest.approx(1.5, abs=0.05)
    course = forecasting.trend(hours, values, ahead=6.0)
    assert course is not None
    # 1.5 + 0.2 · 3 · (1 - e^(-t/3)) reaches 1.9 after 3.3 hours and never 2.1.
    assert forecasting.crossing(course, above=1.9, below=None) == pytest.approx(3.5, abs=0.5)
    assert forecasting.crossing(course, above=2.1, below=None) is None
    assert forecasting.crossing(course, above=None, below=1.0) is None


def test_too_few_values_make_no_trend() -> None:
    hours = np.array([-3.0, -2.0, -1.0])
    assert forecasting.trend(hours, hours, ahead=6.0) is None
    assert forecasting.tide(np.arange(-100.0, 0.0), np.zeros(100), ahead=6.0) is None


def test_a_tide_with_a_rising_river_goes_on_to_the_centimetre() -> None:
    hours = np.arange(-15 * 24.0, 0.0)
    rng = np.random.default_rng(4)

    def level(at: np.ndarray) -> np.ndarray:
        waves = {"M2": (0.8, 0.3), "S2": (0.25, 1.0), "K1": (0.35, 2.0), "O1": (0.3, 0.7)}
        made = 1.1 + 0.03 * at / 24
        for name, (height, phase) in waves.items():
            made = made + height * np.cos(2 * np.pi * at / forecasting.HOURS_OF[name] - phase)
        return np.asarray(made)

    values = level(hours) + rng.normal(0, 0.01, len(hours))
    course = forecasting.tide(hours, values, ahead=12.0)
    assert course is not None
    assert np.abs(course.values - level(course.hours)).max() < 0.03
    above = float(np.max(level(course.hours))) - 0.05
    first = course.hours[np.flatnonzero(level(course.hours) > above)[0]]
    assert forecasting.crossing(course, above, None) == pytest.approx(float(first), abs=0.5)
