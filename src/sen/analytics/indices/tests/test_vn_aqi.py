"""VN_AQI against the worked examples of Quyết định 1459/QĐ-TCMT (§2.3) and its edge rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.analytics.indices import vn_aqi

NAN = float("nan")
# 09:00 to 20:00, oldest first.
EXAMPLE_PM25 = [26.9, 24.7, 20.5, 23.5, 19.5, 16.5, 19.0, 16.5, 20.3, 22.4, 19.6, 20.6]


def one(column: str, concentration: float) -> float:
    return float(vn_aqi.half_up(vn_aqi.sub_index(column, np.array([concentration])))[0])


def last_nowcast(means: list[float]) -> float:
    return float(vn_aqi.nowcast(np.array(means, dtype=float))[-1])


def test_nowcast_of_the_worked_example() -> None:
    assert round(last_nowcast(EXAMPLE_PM25), 1) == 20.3


def test_hourly_worked_example() -> None:
    """The Decision prints 60 for NO2 = 118.7; its own formula gives 59.35. The formula is law here, the misprint is not."""
    assert one("o3_1h", 136.1) == 43
    assert one("pm25", 20.3) == 41
    assert float(vn_aqi.sub_index("no2", np.array([118.7]))[0]) == pytest.approx(59.35)
    means = {"pm25": np.array(EXAMPLE_PM25), "o3": np.full(12, 136.1), "no2": np.full(12, 118.7)}
    result = vn_aqi.hourly(means)
    assert (result.value[-1], result.main[-1]) == (59, "no2")
    assert (result.sub["pm25"][-1], result.sub["o3"][-1]) == (41, 43)


def test_daily_worked_example() -> None:
    assert (one("o3_8h", 89.3), one("o3_1h", 114.6), one("no2", 130.8), one("pm25", 55.7)) == (45, 36, 65, 110)
    ozone = np.full(24, 78.0)
    ozone[10:18] = [80, 80, 80, 90, 90, 90, 89.8, 114.6]  # mean 89.3
    no2 = np.full(24, 60.0)
    no2[20] = 130.8
    result = vn_aqi.daily({"pm25": np.full(24, 55.7), "o3": ozone, "no2": no2})
    assert result.used["o3_8h"][0] == pytest.approx(89.3)
    assert (result.value[0], result.main[0]) == (110, "pm25")
    assert (result.sub["o3"][0], result.sub["o3_8h"][0], result.sub["no2"][0]) == (36, 45, 65)


def test_eight_hour_ozone_reaches_into_the_day_before() -> None:
    """§2.3: the 8-hour mean at 01:00 of 18:00..01:00 is 17.975."""
    run_up = [15.7, 14.2, 17.7, 18.9, 19.3, 15.7, 19.7]
    result = vn_aqi.daily({"o3": np.array(run_up + [22.6] + [0.0] * 23), "pm25": np.ones(31)}, first=7)
    assert result.used["o3_8h"][0] == pytest.approx(17.975)
    assert result.value.shape == (1,)


@pytest.mark.parametrize(
    ("column", "concentration", "index"),
    [
        ("pm25", 0, 0),
        ("pm25", 25, 50),
        ("pm25", 50, 100),
        ("pm25", 80, 150),
        ("pm25", 150, 200),
        ("pm25", 250, 300),
        ("pm25", 350, 400),
        ("pm25", 500, 500),
        ("pm25", 900, 500),
        ("pm25", 300, 350),
        ("pm10", 600, 500),
        ("pm10", 420, 300),
        ("co", 150000, 500),
        ("so2", 2630, 500),
        ("no2", 3850, 500),
        ("o3_1h", 1200, 500),
        ("o3_1h", 5000, 500),
        ("o3_8h", 400, 300),
    ],
)
def test_breakpoints(column: str, concentration: float, index: float) -> None:
    assert one(column, concentration) == index


def test_ozone_over_eight_hours_above_400_is_left_out() -> None:
    assert np.isnan(one("o3_8h", 400.1))
    result = vn_aqi.daily({"pm25": np.full(24, 10.0), "o3": np.full(24, 500.0)})
    assert np.isnan(result.sub["o3_8h"][0])
    assert (result.value[0], result.main[0]) == (225, "o3")


@pytest.mark.parametrize(
    ("latest_three", "valid"),
    [
        ([1.0, 1.0, 1.0], True),
        ([NAN, 1.0, 1.0], True),
        ([1.0, 1.0, NAN], True),
        ([1.0, NAN, NAN], False),
        ([NAN, NAN, 1.0], False),
    ],
)
def test_nowcast_needs_two_of_the_last_three_hours(latest_three: list[float], valid: bool) -> None:
    assert np.isnan(last_nowcast([1.0] * 9 + latest_three)) != valid


def test_nowcast_with_missing_hours_does_not_sink() -> None:
    assert last_nowcast([NAN] * 10 + [100.0, 10.0]) == pytest.approx((10 + 0.5 * 100) / 1.5)
    assert last_nowcast([40.0] * 5 + [NAN] * 4 + [40.0] * 3) == pytest.approx(40.0)


def test_nowcast_falls_back_to_one_half() -> None:
    """w* = 0.1 counts as 1/2: sum of (1/2)^(i-1) c_i over sum of (1/2)^(i-1)."""
    means = [100.0] * 11 + [10.0]
    expected = (10 + sum(100 * 0.5**i for i in range(1, 12))) / sum(0.5**i for i in range(12))
    assert last_nowcast(means) == pytest.approx(expected)
    assert last_nowcast([0.0] * 12) == 0.0


def test_only_the_last_twelve_hours_count() -> None:
    assert last_nowcast([900.0] * 20 + [20.0] * 12) == pytest.approx(20.0)


def test_without_particles_there_is_no_index() -> None:
    gases = {"no2": np.full(24, 150.0), "o3": np.full(24, 90.0)}
    for result in (vn_aqi.hourly(gases), vn_aqi.daily(gases)):
        assert np.isnan(result.value).all()
        assert set(result.main) == {""}
    particles = {"pm10": np.array([NAN] * 22 + [30.0, 30.0]), **gases}
    assert list(np.isnan(vn_aqi.hourly(particles).value[-3:])) == [True, True, False]


def test_a_missing_parameter_does_not_stop_the_others() -> None:
    result = vn_aqi.hourly({"pm25": np.full(12, 30.0), "no2": np.full(12, NAN)})
    assert (result.value[-1], result.main[-1]) == (60, "pm25")
    assert np.isnan(result.sub["no2"][-1])


def test_halves_go_up_and_negative_means_are_zero() -> None:
    assert list(vn_aqi.half_up(np.array([0.5, 1.5, 2.5, 109.5, 109.49]))) == [1, 2, 3, 110, 109]
    assert vn_aqi.hourly({"pm25": np.full(3, -2.0)}).value[-1] == 0


@given(st.lists(st.one_of(st.floats(0, 2000), st.just(NAN)), min_size=1, max_size=40))
def test_any_series_stays_within_the_scale(means: list[float]) -> None:
    array = np.array(means)
    result = vn_aqi.hourly({"pm25": array, "o3": array})
    known = result.value[~np.isnan(result.value)]
    assert ((known >= 0) & (known <= 500) & (known == np.floor(known))).all()
    cast = vn_aqi.nowcast(array)
    some = ~np.isnan(cast)
    assert (cast[some] <= np.nanmax(array) + 1e-6).all() if some.any() else True


def test_ten_thousand_station_hours_at_once() -> None:
    hours = np.abs(np.random.default_rng(1).normal(40, 20, 10_000))
    result = vn_aqi.hourly(dict.fromkeys(vn_aqi.PARAMETERS, hours))
    assert not np.isnan(result.value[2:]).any()
