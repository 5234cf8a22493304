"""Counts, ranking and reminders over tasks of several units, with the clock moved by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sen.apps.directives.tests.conftest import People

DAY = date(2027, 3, 1)  # a Monday; accounts hold their roles from the day of the test on


def at(day: date, hour: int = 9) -> datetime:
    from sen.kernel import clock

    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.VIETNAM)


def test_counts_and_visibility_follow_the_unit(people: People) -> None:
    from sen.apps.directives import interface as directives
    from sen.kernel import clock
    from sen.kernel.errors import NotFound

    with clock.frozen(at(DAY)):
        made = people.assign(
            ("Rà soát quy hoạch điểm tập kết rác", ["82-snnmt"], date(2027, 2, 26)),
            ("Báo cáo tiến độ giải ngân", ["82-snnmt", "82-sxd"], date(2027, 3, 3)),
            ("Tổng kiểm tra bến đò ngang", ["82-sxd", "28249"], date(2027, 6, 30)),
            ("Theo dõi dư luận", ["28249"], None),
            key="mot-lan",
        )
        assert made.tasks[0] == "NV-2027-0001" and len(made.tasks) == 6
        assert people.assign(("Rà soát lại", ["82-sxd"], None), key="mot-lan").tasks == made.tasks
        every = directives.counts(people["lanhdao"])
        assert (every.total, every.overdue, every.due_soon, every.not_due, every.no_deadline) == (6, 1, 2, 2, 1)
        commune = people["xa-a"]
        assert directives.counts(commune).total == 2
        assert {one.number for one in directives.tasks(commune).items} == {made.tasks[4], made.tasks[5]}
        with pytest.raises(NotFound):
            directives.task(commune, made.tasks[0])
        [late] = directives.overdue(people["lanhdao"])
        assert late.task.lead.code == "82-snnmt" and late.days_late == 3 and "tiếp nhận" in late.why
        ranked = directives.ranking(people["lanhdao"])
        assert [(one.unit.code, one.rank) for one in ranked] == [("82-snnmt", 1), ("28249", None), ("82-sxd", None)]
        assert ranked[0].on_time_rate == 0.0 and ranked[0].mean_days_late == 3


def test_reminders_climb_and_repeat_nothing(people: People) -> None:
    from sen.apps.directives import interface as directives
    from sen.apps.directives.models import Task
    from sen.kernel import clock

    with clock.frozen(at(DAY)):
        made = people.assign(("Báo cáo kết quả kiểm tra", ["28249"], date(2027, 3, 15)))
    [number] = made.tasks
    hours = at(DAY) + timedelta(days=40) - at(DAY)
    moment = at(DAY)
    for _ in range(int(hours / timedelta(hours=6))):
        moment += timedelta(hours=6)
        directives.run_due(moment)
        assert directives.run_due(moment) == 0
    # 8 and 12 March before, 15 March on the day, 16 and 18 March the unit and its leaders, 24 March the province, then each five working days.
    assert people.told(number) == [f"chase:20270315:{step}" for step in range(8)]
    task = Task.objects.get(number=number)
    assert task.reminded == 8 and task.events.filter(kind="chased").count() == 8
    degrees = [event.facts["to"] for event in task.events.filter(kind="chased")]
    assert degrees == [
        "unit",
        "unit",
        "unit",
        "unit",
        "unit_leader",
        "province_leader",
        "province_leader",
        "province_leader",
    ]
