"""VN_WQI: sub-indices at and around every breakpoint, groups and minimum data."""

from __future__ import annotations

import numpy as np
import pytest

from sen.analytics.indices import vn_wqi


def q(parameter: str, value: float) -> float:
    return float(vn_wqi.sub_index(parameter, np.array([value]))[0])


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ("bod5", 4, 100),
        ("bod5", 5, 87.5),
        ("bod5", 6, 75),
        ("bod5", 25, 25),
        ("bod5", 50, 10),
        ("bod5", 400, 10),
        ("cod", 12.5, 87.5),
        ("toc", 10.5, 62.5),
        ("nh4", 0.29, 100),
        ("nh4", 0.3, 75),
        ("nh4", 0.45, 62.5),
        ("nh4", 5, 10),
        ("no3", 15, 25),
        ("no3", 15.1, 10),
        ("po4", 0.15, 87.5),
        ("no2_n", 0.05, 100),
        ("no2_n", 0.051, 10),
        ("coliform", 10000, 25),
        ("coliform", 10001, 10),
        ("ecoli", 75, 62.5),
        ("cadmium", 0.004, 100),
        ("cadmium", 0.005, 75),
        ("mercury", 0.01, 10),
        ("aldrin", 0.1, 100),
        ("aldrin", 0.11, 10),
        ("ph", 5.4, 10),
        ("ph", 5.5, 50),
        ("ph", 5.75, 75),
        ("ph", 7, 100),
        ("ph", 8.75, 75),
        ("ph", 9.1, 10),
        ("do", 19, 10),
        ("do", 20, 25),
        ("do", 35, 37.5),
        ("do", 100, 100),
        ("do", 118.5, 87.5),
        ("do", 200, 25),
        ("do", 201, 10),
    ],
)
def test_sub_index(parameter: str, value: float, expected: float) -> None:
    assert q(parameter, value) == pytest.approx(expected)


def test_missing_is_missing() -> None:
    assert np.isnan(q("bod5", float("nan")))
    with pytest.raises(KeyError):
        q("temperature", 20)


def test_saturation_of_oxygen() -> None:
    """At 25 °C water holds 8.175 mg/L by the Decision's polynomial."""
    assert vn_wqi.dissolved_oxygen_saturation(np.array([8.175]), np.array([25.0]))[0] == pytest.approx(100, abs=0.1)


def arrays(**values: float) -> dict[str, np.ndarray]:
    return {name: np.array([value]) for name, value in values.items()}


def test_clean_water() -> None:
    result = vn_wqi.index(arrays(ph=7.2, do=8.0, temperature=25.0, cod=8, toc=3, nh4=0.1, coliform=1000))
    assert result.value[0] == 100


def test_groups_multiply() -> None:
    """pH 5.75 -> 0.75; core = sqrt(mean(75, 50, 25) x 75) = 61.2; 45.9 -> 46."""
    result = vn_wqi.index(arrays(ph=5.75, bod5=6, cod=30, toc=25, coliform=5000))
    assert result.value[0] == 46
    assert result.main[0] == "toc"


def test_geometric_mean_of_metals() -> None:
    """Metals 100 and 25 -> factor 0.5."""
    result = vn_wqi.index(arrays(bod5=4, cod=10, toc=4, arsenic=0.01, lead=0.05))
    assert result.value[0] == 50


@pytest.mark.parametrize(
    "values",
    [
        {"ph": 7.0, "coliform": 100.0},
        {"ph": 7.0, "bod5": 4.0, "cod": 10.0},
        {"bod5": 4.0, "cod": 10.0, "toc": 4.0},
        {"ph": 7.0, "bod5": 4.0, "cod": 10.0, "do": 7.0},
    ],
)
def test_too_little_data_has_no_index(values: dict[str, float]) -> None:
    """Without group IV, with two of its parameters, with one group, with DO but no temperature."""
    result = vn_wqi.index(arrays(**values))
    assert np.isnan(result.value[0])
    assert result.main[0] == ""
