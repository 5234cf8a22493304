"""Plans carried like values, what stands beside a figure, and figures that other apps compute."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import openpyxl
import pytest

from sen.kernel import clock
from sen.kernel.scopes import SYSTEM

pytestmark = pytest.mark.django_db
MY_TRA = ("29887", "29888", "30097", "30106")


@pytest.fixture
def province(db: None) -> None:
    from sen.apps.indicators import interface as indicators
    from sen.apps.organisations import interface as organisations

    organisations.install_province("82", scope=SYSTEM)
    indicators.define(
        scope=SYSTEM, code="thu", name="Thu", period="month", across_units="sum", cumulative=True, direction="up"
    )


def test_plans_of_merged_units_add_up_and_figures_are_held_against_them(province: None) -> None:
    from sen.apps.indicators import interface as indicators
    from sen.apps.organisations import interface as organisations

    rows = [
        indicators.PlanRow(code="thu", unit=unit, period="2025", value="300", source="Nghị quyết 1") for unit in MY_TRA
    ]
    rows += [
        indicators.PlanRow(code="thu", unit="29888", period="2026", value=1200, source="Nghị quyết 2"),
        indicators.PlanRow(code="la", unit="29888", period="2026", value=1, source="x"),
        indicators.PlanRow(code="thu", unit="29888", period="2026", value=1, source=" "),
    ]
    done = indicators.record_plans(scope=SYSTEM, rows=rows)
    assert done.recorded == 5 and [(one.index, one.code) for one in done.problems] == [
        (5, "unknown_code"),
        (6, "no_source"),
    ]
    assert indicators.record_plans(scope=SYSTEM, rows=rows[:4]).unchanged == 4
    values = [("29888", "2026-06", 500.0), ("29888", "2025-08", 700.0), ("29888", "2025-06", 450.0)]
    given = [
        indicators.ValueRow(code="thu", unit=unit, period=period, value=value, source="x")
        for unit, period, value in values[:2]
    ]
    given += [indicators.ValueRow(code="thu", unit=unit, period="2025-06", value=100, source="x") for unit in MY_TRA]
    assert not indicators.record_values(scope=SYSTEM, rows=given).problems
    ward = organisations.unit("29888").id
    found = indicators.figure(SYSTEM, "thu", ward)
    assert found is not None and (found.plan, found.same_period, found.plan_period_words) == (1200.0, 400.0, "năm 2026")
    # Half of the year asks for 600.
    assert found.share_of_plan == pytest.approx(500 / 1200) and found.state == "behind"
    from sen.apps.indicators import definitions, plans
    from sen.apps.indicators.periods import parse

    august = parse("2025-08")
    carried = plans.by_unit(definitions.definition("thu"), {august: date(2026, 1, 1)})[august][ward]
    assert (carried.value, carried.source) == (1200.0, "Nghị quyết 1")


class _Counted:
    """Figures that an app would count; nothing is known of April."""

    def definitions(self) -> list[object]:
        from sen.apps.indicators.definitions import Definition

        return [
            Definition(
                "dem.viec",
                "Số việc",
                "việc",
                0,
                "down",
                "month",
                False,
                "none",
                "",
                "",
                "",
                None,
                "Đếm",
                "",
                False,
                "computed",
            ),
        ]

    def values(self, code: str, unit_ids: Sequence[UUID], periods: Sequence[object]) -> dict[tuple[UUID, str], object]:
        from sen.apps.indicators.interface import ComputedValue

        now = clock.now()
        return {
            (unit, one.key): ComputedValue(None, "chưa có hồ sơ", "Sổ việc", now)
            if one.key == "2026-04"
            else ComputedValue(4.0, "", "Sổ việc", now)  # type: ignore[attr-defined]
            for unit in unit_ids
            for one in periods
        }


def test_figures_of_other_apps_are_shown_planned_and_used_in_formulas(province: None) -> None:
    from sen.apps.indicators import interface as indicators
    from sen.apps.indicators import origins

    indicators.register_origin("dem", _Counted())  # type: ignore[arg-type]
    try:
        with pytest.raises(ValueError, match="dem"):
            indicators.register_origin("dem", _Counted())  # type: ignore[arg-type]
        indicators.define(scope=SYSTEM, code="doi", name="Gấp đôi", period="month", formula="dem_viec * 2")
        march = {one.unit.code: one for one in indicators.by_unit(SYSTEM, "dem.viec", "2026-03")}
        assert (march["28249"].value, march["28249"].origin, march["28249"].by_hand) == (4.0, "computed", False)
        doubled = {one.unit.code: one.value for one in indicators.by_unit(SYSTEM, "doi", "2026-03")}
        assert doubled["82"] == 8.0
        [april] = [one for one in indicators.by_unit(SYSTEM, "dem.viec", "2026-04") if one.unit.code == "28249"]
        assert april.value is None and april.reason == "chưa có hồ sơ"
        plan = indicators.PlanRow(code="dem.viec", unit="28249", period="2026", value=3, source="QĐ 1")
        assert indicators.record_plans(scope=SYSTEM, rows=[plan]).recorded == 1
    finally:
        origins._origins.pop("dem")


def test_a_table_of_plans_answers_every_row_and_doubles_nothing(province: None) -> None:
    from sen.apps.indicators import plans, plans_table
    from sen.apps.indicators.models_sheets import IndicatorPlan
    from sen.kernel.errors import Conflict, InvalidInput

    book = openpyxl.load_workbook(io.BytesIO(plans_table.template(SYSTEM, year=2026, level="commune", code="thu")))
    sheet = book.worksheets[0]
    rows = {sheet.cell(number, 4).value: number for number in range(4, sheet.max_row + 1)}
    assert len(rows) == sheet.max_row - 3 > 50 and "28249" in rows
    for unit, value in (("28249", 1200.5), ("28261", "12.5"), ("29888", "1.500")):
        sheet.cell(rows[unit], 7).value = value
    sheet.append(["thu", "Thu", "", "99999", "Không có", "2026", 5, None, None, "plan"])
    sheet.append(["thu", "Thu", "", "28249", "Trùng", "2026", 7, None, None, "plan"])
    out = io.BytesIO()
    book.save(out)
    lines = plans_table.lines_of_file("ke-hoach.xlsx", out.getvalue())
    assert len(lines) == 5
    done = plans_table.record(SYSTEM, lines, year=2026, source="Nghị quyết số 12/NQ-HĐND")
    assert (done.recorded, done.unchanged, len(done.refused)) == (2, 0, 3)
    why = {one.unit: one.why for one in done.refused}
    assert "dấu phẩy" in why["28261"] and "Trùng" in why["28249"] and why["99999"]
    again = plans_table.record(SYSTEM, lines, year=2026, source="Nghị quyết số 12/NQ-HĐND")
    assert (again.recorded, again.unchanged, again.at) == (0, 2, None)
    text = "unit;code;value;period\n28261;thu;12,5;2026\n"
    [corrected] = plans_table.lines_of_file("sua.csv", text.encode())
    fixed = plans_table.record(SYSTEM, [corrected], year=2026, source="Nghị quyết số 12/NQ-HĐND")
    assert fixed.recorded == 1 and done.at is not None and fixed.at is not None
    assert plans.undo(scope=SYSTEM, at=fixed.at) == 1
    assert {one.value for one in plans.in_force(["thu"])} == {1200.5, 1500.0, None}
    with pytest.raises(Conflict):
        plans.undo(scope=SYSTEM, at=fixed.at)
    with pytest.raises(InvalidInput):
        plans_table.lines_of_file("khac.csv", b"a,b,c\n1,2,3\n")
    assert IndicatorPlan.objects.filter(code="thu").count() == 4
