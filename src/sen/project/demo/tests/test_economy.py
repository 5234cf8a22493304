"""The simulated economy: figures, plans and sheets of every kind of state, all marked, and the same at a second call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sen.apps.access.interface import SYSTEM
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.project.demo import economy, figures, pack_templates
from sen.project.demo.economy_course import courses

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_province_has_figures_plans_and_sheets_in_every_state() -> None:
    organisations.install_province("82", scope=SYSTEM)
    with clock.frozen(NOW):
        pack_templates.create()
        figures.create()
        economy.create()
        province = organisations.province()
        revenue = indicators.figure(SYSTEM, "eco_budget_revenue", province.id)
        assert revenue and revenue.simulated and revenue.period == "2026-10" and revenue.plan and revenue.same_period
        assert revenue.forecast and revenue.forecast_low and revenue.forecast_high
        assert revenue.value and revenue.value < revenue.forecast_low < revenue.forecast < revenue.forecast_high
        assert 0.8 < revenue.forecast / revenue.plan < 1.3

        communes = indicators.by_unit(SYSTEM, "eco_public_investment", "2026-09")
        assert len([one for one in communes if one.unit.level == "commune" and one.simulated]) == 102
        states = [
            found.state
            for one in organisations.communes()[:16]
            if (found := indicators.figure(SYSTEM, "eco_public_investment", one.id))
        ]
        assert {"behind", "on_plan"} <= set(states)
        assert states.count("on_plan") > states.count("behind") > 0

        counts = indicators.entry_counts(SYSTEM)
        assert counts.approved > 1000
        assert all((counts.late, counts.submitted, counts.sent_back))
        late = indicators.late_reports(SYSTEM)
        assert all(one.simulated for one in late)
        missing = next(one for one in late if one.sheet == "kt-xh-xa" and one.state == "draft")
        here = indicators.by_unit(SYSTEM, "eco_budget_revenue", "2026-10")
        assert missing.unit_id not in {one.unit.id for one in here if one.value is not None}

        economy.create()
        assert indicators.entry_counts(SYSTEM) == counts
    assert {one.code for one in courses()} <= {one.code for one in indicators.definitions()}
