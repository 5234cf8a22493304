"""The working calendar of units: own days over those from above, office hours over time, undo, and who is warned."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sen.apps.organisations.interface import UnitRef

pytestmark = pytest.mark.django_db


def test_a_unit_takes_over_days_and_hours_from_above_until_it_has_its_own(dong_thap: UnitRef) -> None:
    from sen.apps.organisations import interface as organisations
    from sen.apps.organisations import keeping_days
    from sen.apps.organisations.keeping_days import DayIn
    from sen.kernel.errors import Conflict
    from sen.kernel.scopes import SYSTEM

    commune, other = organisations.communes()[:2]
    friday = date(2026, 11, 20)
    keeping_days.keep_days(
        scope=SYSTEM, unit_id=dong_thap.id, days=[DayIn(friday, working=False, name="Ngày của tỉnh")], source="QĐ 1"
    )
    saturday = DayIn(date(2026, 11, 21), working=True, name="Làm bù")
    own = keeping_days.keep_days(
        scope=SYSTEM, unit_id=commune.id, days=[DayIn(friday, working=True, name="Xã vẫn làm"), saturday], source="TB 2"
    )
    mine, theirs = organisations.working_calendar_of(commune.id), organisations.working_calendar_of(other.id)
    assert (mine.is_working_day(friday), theirs.is_working_day(friday)) == (True, False)
    # Thursday + 2: Friday and Saturday are worked in the commune; elsewhere not, and Tuesday is a national day.
    assert mine.add_days(date(2026, 11, 19), 2) == date(2026, 11, 21)
    assert theirs.add_days(date(2026, 11, 19), 2) == date(2026, 11, 25)
    assert mine.days_between(date(2026, 11, 19), date(2026, 11, 23)) == 3

    keeping_days.keep_hours(
        scope=SYSTEM, unit_id=dong_thap.id, valid_from=date(2026, 11, 1), spans=[("07:00", "11:00"), ("13:00", "17:00")], source="QĐ 3"
    )  # fmt: skip
    keeping_days.keep_hours(
        scope=SYSTEM, unit_id=commune.id, valid_from=date(2026, 11, 10), spans=[("08:00", "12:00")], source="TB 4"
    )
    keeping_days.keep_hours(scope=SYSTEM, unit_id=commune.id, valid_from=date(2026, 11, 23), spans=None, source="TB 5")
    mine = organisations.working_calendar_of(commune.id)
    seven = datetime(2026, 11, 17, 0, 30, tzinfo=UTC)  # half past seven in Vietnam
    assert not mine.is_working_time(seven) and organisations.working_calendar_of(other.id).is_working_time(seven)
    assert mine.add_minutes(seven, 30) == datetime(2026, 11, 17, 1, 30, tzinfo=UTC)
    assert mine.is_working_time(datetime(2026, 11, 25, 0, 30, tzinfo=UTC)), "from the 23rd as the province again"
    assert mine.is_working_time(datetime(2026, 11, 5, 0, 30, tzinfo=UTC)), "before the 10th as the province"

    later = keeping_days.drop_day(scope=SYSTEM, unit_id=commune.id, day=friday)
    assert not organisations.working_calendar_of(commune.id).is_working_day(friday)
    with pytest.raises(Conflict):
        keeping_days.undo(scope=SYSTEM, change_id=own.pk)
    keeping_days.undo(scope=SYSTEM, change_id=later.pk)
    keeping_days.undo(scope=SYSTEM, change_id=own.pk)
    held = organisations.working_calendar_of(commune.id)
    assert not held.is_working_day(friday) and not held.is_working_day(saturday.day)


def test_counts_in_a_year_without_announcements_warn_until_its_days_are_complete(dong_thap: UnitRef) -> None:
    from sen.apps.organisations import interface as organisations
    from sen.apps.organisations import keeping_days
    from sen.kernel.scopes import SYSTEM

    first, last = date(2099, 2, 1), date(2099, 3, 1)
    assert organisations.working_calendar_of(dong_thap.id).certainty(first, last) == "assumed"
    assert organisations.working_calendar_of(dong_thap.id).warnings(first, last)
    days, problems = keeping_days.read_days(
        "18/02/2099\tnghỉ\tTết\n2099-02-19; nghỉ; Tết\nhôm qua; nghỉ; x\n20/02/2099; có; x"
    )
    assert len(days) == 2 and len(problems) == 2
    keeping_days.keep_days(
        scope=SYSTEM, unit_id=dong_thap.id, days=days, source="TB 1", verified=True, complete_year=2099
    )
    commune = organisations.communes()[0]
    held = organisations.working_calendar_of(commune.id)
    assert held.certainty(first, last) == "announced" and not held.warnings(first, last)
    keeping_days.keep_days(scope=SYSTEM, unit_id=commune.id, days=days[:1], source="Điện thoại")
    assert "18/02/2099" in organisations.working_calendar_of(commune.id).warnings(first, last)[0]
    assert not organisations.working_calendar_of(dong_thap.id).warnings(first, last)
