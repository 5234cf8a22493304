"""Holds a figure against its plan, the same period of the year before and the forecast to the year's end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope
from sen.apps.indicators import figures, plans
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure
from sen.apps.indicators.periods import MONTHS, Period
from sen.apps.indicators.plans import PlanFigure

State = Literal["on_plan", "behind", "unknown"]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a figure. `share_of_plan` 1.0 = the whole plan; `expected` is what the plan asks for by now.

    `state`: on_plan, behind, or unknown where there is no plan, no value or no better direction.
    """

    plan: PlanFigure | None = None
    same_period: float | None = None
    share_of_plan: float | None = None
    expected: float | None = None
    state: State = "unknown"


def judge(
    scope: Scope,
    wanted: Definition,
    period: Period,
    found: Sequence[Figure],
    tree: figures.Tree,
    *,
    as_of: date | None = None,
    only: UUID | None = None,
) -> dict[UUID, Judged]:
    """Each unit's figure of one period (or `only` one unit's) with its plan and that of a year before, in the same tree. A bounded
    number of queries."""
    day = figures.tree_day(period, tree, as_of)
    planned = plans.by_unit(wanted, {period: day})[period]
    earlier = year_before(period)
    # The tree of today also for last year's, so that both rest on the same ground.
    before = figures.by_unit(scope, wanted.code, [earlier], "today", as_of=day, only=only)[earlier]
    last = {one.unit.id: one.value for one in before}
    return {one.unit.id: _judged(wanted, one, planned, last) for one in found}


def year_before(period: Period) -> Period:
    """The same period of the year before."""
    return period.moved(-12 // MONTHS[period.kind])


def _judged(
    wanted: Definition, one: Figure, planned: Mapping[UUID, PlanFigure], last: Mapping[UUID, float | None]
) -> Judged:
    plan = planned.get(one.unit.id)
    goal = plan.value if plan else None
    expected = expected_by(wanted, one.period, plan)
    return Judged(
        plan=plan, same_period=last.get(one.unit.id),
        share_of_plan=one.value / goal if one.value is not None and goal else None,
        expected=expected, state=state_of(wanted, one.value, expected),
    )  # fmt: skip


def expected_by(wanted: Definition, period: Period, plan: PlanFigure | None) -> float | None:
    """What a plan asks for by the end of a period: of a longer one of a cumulative indicator, the part of its months that have passed."""
    if plan is None or plan.value is None:
        return None
    if not wanted.cumulative or plan.period.kind == period.kind:
        return plan.value
    passed = (period.end.year - plan.period.start.year) * 12 + period.end.month - plan.period.start.month
    return plan.value * passed / MONTHS[plan.period.kind]


def state_of(wanted: Definition, value: float | None, expected: float | None) -> State:
    """Whether a value is as good as expected, by the indicator's direction."""
    if value is None or expected is None or wanted.direction == "none":
        return "unknown"
    good = value >= expected if wanted.direction == "up" else value <= expected
    return "on_plan" if good else "behind"
