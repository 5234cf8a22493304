"""Simulated figures of the economy for province, departments and communes: values, plans, and sheets of which some are late or sent back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sen.apps.access.interface import SYSTEM
from sen.apps.indicators import interface as indicators
from sen.apps.indicators.interface import Definition, Period, PlanRow, ValueRow
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.kernel import clock
from sen.project.demo import economy_sheets as demo_sheets
from sen.project.demo.economy_course import Course, courses, figure, in_order, size_of
from sen.project.demo.economy_sheets import MONTHS, Values, period_key

SOURCE = "Số liệu mô phỏng để trình diễn"
PLAN_SOURCE = "Nghị quyết giao kế hoạch năm (mô phỏng)"
REORGANISED = date(2025, 7, 1)
FORMER_DAY = date(2025, 6, 30)
_PLANNED = (
    "eco_grdp_growth", "eco_budget_revenue", "eco_public_investment", "eco_retail", "eco_exports", "eco_firms_new", "eco_jobs",
    "eco_total_investment", "eco_household_businesses", "eco_iip", "tou_visitors", "tou_revenue", "pln_social_homes",
)  # fmt: skip


def create() -> None:
    """Figures, plans and sheets up to the last month that ended; does nothing where they are."""
    today = clock.local(clock.now()).date()
    known = {one.code: one for one in indicators.definitions()}
    province = organisations.province()
    if indicators.figure(SYSTEM, "eco_budget_revenue", province.id) is not None:
        return
    communes = [one for one in organisations.communes() if one.level == "commune"]
    values = _values(known, province, communes, today)
    sheets = demo_sheets.rows(values, province, communes, today)
    waiting = demo_sheets.not_counted(sheets, province)
    rows = [
        ValueRow(code=code, unit=unit, period=period, value=value, status=_status(period, today), source=SOURCE)
        for (code, unit, period), value in values.items()
        if (code, unit, period) not in waiting
    ]
    done = indicators.record_values(scope=SYSTEM, rows=rows, by_hand=True, simulated=True)
    planned = indicators.record_plans(scope=SYSTEM, rows=list(_plans(known, province, communes, today)), simulated=True)
    if done.problems or planned.problems:
        raise RuntimeError((done.problems or planned.problems)[0].message)
    demo_sheets.create(sheets, today)


# -- figures


def _values(known: Mapping[str, Definition], province: UnitRef, communes: list[UnitRef], today: date) -> Values:
    found: Values = {}
    former = _former()
    for course in in_order(courses()):
        wanted = known.get(course.code)
        if wanted is None:
            continue  # its pack was taken out
        periods = list(_periods(wanted, course.months, today))
        units = (
            [(province.code, 1.0)]
            if course.units == "province"
            else [(one.code, size_of(one.code)) for one in communes]
        )
        for unit, size in units:
            _fill(found, course, wanted, [one for one in periods if one.last_day >= REORGANISED], (unit, size))
        if course.units == "province" and course.how in ("flow", "stock", "part", "month"):
            for unit, size in former:
                _fill(found, course, wanted, [one for one in periods if one.end <= REORGANISED], (unit, size))
    return found


def _fill(
    found: Values, course: Course, wanted: Definition, periods: list[Period], unit_and_size: tuple[str, float]
) -> None:
    unit, size = unit_and_size
    for period in periods:
        last = period.last_day
        value = figure(
            course, unit, year=last.year, month=last.month, months=MONTHS[wanted.period], size=size,
            whole=found.get((course.of, unit, period.key)),
        )  # fmt: skip
        found[course.code, unit, period.key] = round(value, wanted.decimals)


def _periods(wanted: Definition, months: int, today: date) -> Iterator[Period]:
    """Those that ended within so many months, oldest first; at least one."""
    length = MONTHS[wanted.period]
    last = indicators.parse_period(period_key(today, wanted.period), wanted.period).moved(-1)
    for back in range(max(1, months // length) - 1, -1, -1):
        yield last.moved(-back)


def _former() -> list[tuple[str, float]]:
    """The provinces of before July 2025 and the part of today's that each was."""
    units = sorted(one.code for one in organisations.units_on(FORMER_DAY).values() if one.level == "province")
    return [(code, (0.53 if place == 0 else 0.47)) for place, code in enumerate(units)]


def _status(period: str, today: date) -> str:
    return "official" if period[:4] < str(today.year) else "preliminary"


# -- plans


def _plans(
    known: Mapping[str, Definition], province: UnitRef, communes: list[UnitRef], today: date
) -> Iterator[PlanRow]:
    """What this year was to bring: a little more than usual growth."""
    year = today.year
    for course in courses():
        if course.code not in _PLANNED or course.code not in known:
            continue
        units = (
            [(province.code, 1.0)]
            if course.units == "province"
            else [(one.code, size_of(one.code)) for one in communes]
        )
        for unit, size in units:
            grown = (1 + course.growth) ** (year - 2025)
            goal = course.level + 0.8 if course.how == "index" else course.level * size * grown * 0.94
            yield PlanRow(
                code=course.code, unit=unit, period=str(year), value=round(goal, known[course.code].decimals), source=PLAN_SOURCE,
                issued_on=date(year - 1, 12, 10),
            )  # fmt: skip
