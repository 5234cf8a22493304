"""What a station's screen concludes from hours and limits: bars, completeness, severity, events, gaps of a chart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from sen.apps.assets.charts import limits_of, plain_number, short_name
from sen.apps.assets.models import Series
from sen.apps.assets.readings import HOUR, Hour, Reading, checks_of, main_reading, state_of
from sen.apps.assets.station_view import events_of, kind_of_hour
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.telemetry.flags import Flag

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def reading(
    means: list[float | None], *, property: str = "pm25", age: timedelta = timedelta(minutes=2), flags: int = 0
) -> Reading:
    """A reading whose last hours have these means; None is an hour without data."""
    last = NOW.replace(minute=0)
    padded: list[float | None] = [None] * (48 - len(means)) + means
    hours = [
        Hour(last - (47 - place) * HOUR, mean, 12 if mean is not None else 0, 12 if mean is not None else 0, 0)
        for place, mean in enumerate(padded)
    ]
    series = Series(number=1, property=property, interval_s=300, allowed_delay_s=600)
    value = next((mean for mean in reversed(means) if mean is not None), None)
    made = Reading(packs.properties()[property], series, NOW - age, value, flags, hours)
    with clock.frozen(NOW):
        made.checks = checks_of(made, date(2026, 11, 23), "tram-thu")
    return made


def test_a_mean_over_its_limit_is_a_severity_and_names_the_limit() -> None:
    with clock.frozen(NOW):
        over = reading([60.0] * 30)
        assert over.day_mean == pytest.approx(60.0)
        assert over.severity == "warning"
        assert over.worst_check is not None
        assert over.worst_check.limit.averaging == "24h"
        assert over.worst_check.over == pytest.approx(15.0)
        assert state_of([over]) == ("warning", "fresh")


def test_too_few_hours_make_no_mean_and_no_judgement() -> None:
    with clock.frozen(NOW):
        few = reading([60.0] * 10)
        assert few.day_mean is None
        assert few.severity == "normal"


def test_a_lost_station_is_not_compared_with_limits() -> None:
    with clock.frozen(NOW):
        lost = reading([60.0] * 30, age=timedelta(hours=3))
        assert lost.freshness == "lost"
        assert state_of([lost]) == ("normal", "lost")


def test_what_is_worst_is_shown_for_the_whole_station() -> None:
    with clock.frozen(NOW):
        calm, over = reading([20.0] * 30), reading([140.0] * 30, property="pm10")
        assert main_reading([calm, over]) is over
        assert main_reading([calm]) is calm
        assert main_reading([]) is None


def test_heartbeat_expects_nothing_before_the_first_delivery() -> None:
    bars = reading([1.0] * 6 + [None] * 2 + [1.0] * 4).bars
    assert len(bars) == 24
    assert bars[:13] == ["none"] * 13
    assert bars[13:] == ["ok"] * 6 + ["miss"] * 2 + ["ok"] * 3


def test_gap_becomes_an_event_in_words() -> None:
    with clock.frozen(NOW), translation.override("vi"):
        found = events_of(reading([30.0] * 10 + [None] * 3 + [30.0] * 6))
    assert [(event.tone, event.words) for event in found] == [("o", "Mất dữ liệu 3 giờ")]


@pytest.mark.parametrize(
    ("hour", "kind"),
    [
        (Hour(NOW, 5.0, 12, 12, 0), "ok"),
        (Hour(NOW, None, 0, 0, 0), "gap"),
        (Hour(NOW, None, 12, 0, int(Flag.DEVICE_FAULT)), "lost"),
        (Hour(NOW, None, 12, 0, int(Flag.CALIBRATING)), "inv"),
    ],
)
def test_hours_are_told_apart(hour: Hour, kind: str) -> None:
    assert kind_of_hour(hour) == kind


def test_limits_have_short_names() -> None:
    pm25, level = packs.properties()["pm25"], packs.properties()["water_level"]
    with translation.override("vi"):
        names = [one["label"] for one in limits_of(reading([20.0] * 30), pm25)]
        assert "giới hạn 24 giờ: 45" in names
        alarm = packs.limits("water_level", as_of=date(2026, 11, 23), station="tan-chau")[0]
        assert short_name(alarm, alarm.maximum or 0.0, level).startswith("BĐ I")
    assert plain_number(1.9, level) == "1,90"
    assert plain_number(45.0, pm25) == "45"
