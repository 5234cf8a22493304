"""Pages of figures: indicators and measures by unit in today's tree or as it was, the history of one unit, where a number is from."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import (
    column_chart,
    definitions,
    figures,
    forecasting,
    judging,
    notes,
    periods,
    plans,
    policies,
    queries,
    tables,
)
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.figure import Figure
from sen.apps.indicators.periods import Period
from sen.apps.indicators.year_end_words import explained
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import scope_of

SHOWN, MOST = 6, 24
FEWER = 4
"""Periods beside each other where plans stand beside them too."""
HISTORY_MOST = 36


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


@require_GET
def figures_page(request: HttpRequest) -> HttpResponse:
    """Indicators by unit: table, map, and why there is no value where there is none."""
    scope = _scope(request)
    known, measures = definitions.definitions(), definitions.measures()
    wanted = _wanted(request, known, measures)
    if wanted is None:
        return render(request, "indicators/none.html", {"section": "figures"})
    context = _table(scope, request, wanted) | {
        "section": "figures", "known": known, "measures": measures, "query": request.GET.urlencode(),
        "choices": _choices(wanted), "may_plan": scope.allows(policies.PLAN),
    }  # fmt: skip
    rows, level = context["rows"], context["level"]
    context["map"] = tables.map_of(rows) if context["tree"] == "today" and level == "commune" else None
    return render(request, "indicators/figures.html", context)


@require_GET
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The table as a file, a line per figure, with status, origin, quality, source and time."""
    scope = _scope(request)
    wanted = _wanted(request, definitions.definitions(), definitions.measures())
    if wanted is None:
        raise NotFound("Chưa có chỉ tiêu nào.")
    context = _table(scope, request, wanted)
    out = io.StringIO()
    csv.writer(out).writerows([tables.FILE_HEAD, *tables.file_rows(wanted, context["rows"])])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{wanted.code}-{context["tree"]}.csv"'
    return answer


def _wanted(request: HttpRequest, known: list[Definition], measures: list[Definition]) -> Definition | None:
    """The chosen indicator, else the one that most units have a plan for, else the first that has values, else the first measure."""
    if code := request.GET.get("code", ""):
        return definitions.definition(code)
    with_values = queries.codes_with_values()
    planned = queries.most_planned()
    first = next((one for one in known if one.code in with_values and planned in ("", one.code)), None)
    first = first or next((one for one in known if one.code in with_values), None)
    return first or next(iter(measures), None) or next(iter(known), None)


def _table(scope: Scope, request: HttpRequest, wanted: Definition) -> dict[str, Any]:
    shown = _periods(request, wanted)
    tree: figures.Tree = "as_was" if request.GET.get("tree") == "as_was" else "today"
    found = figures.by_unit(scope, wanted.code, shown, tree)
    levels = tables.levels_of(found)
    level = request.GET.get("level", "")
    level = level if level in levels else "commune" if "commune" in levels else next(iter(levels), "province")
    focus = _focus(request, shown, found, level)
    rows = _beside(scope, wanted, tables.rows_of(found, shown, focus, level), focus, tree)
    reasons = tables.reasons_of(rows)
    return {
        "wanted": wanted, "periods": shown, "focus": focus, "tree": tree, "level": level, "levels": levels, "rows": rows,
        "reasons": reasons, "planned": any(row.beside and row.beside.plan for row in rows),
        "compared": any(row.beside and row.beside.same_period is not None for row in rows), "with_value": sum(1 for row in rows if row.focus and row.focus.value is not None),
        "simulated": any(row.focus and row.focus.simulated for row in rows),
        "by_hand": sum(1 for row in rows if row.focus and row.focus.by_hand), "tree_day": figures.tree_day(focus, tree),
    }  # fmt: skip


def _beside(
    scope: Scope, wanted: Definition, rows: list[tables.Row], focus: Period, tree: figures.Tree
) -> list[tables.Row]:
    """The rows with plan and same period of the focused figure."""
    judged = judging.judge(scope, wanted, focus, [row.focus for row in rows if row.focus], tree)
    return [msgspec.structs.replace(row, beside=judged.get(row.unit.id)) for row in rows]


def _periods(request: HttpRequest, wanted: Definition) -> list[Period]:
    """From `from` to `to`; without them the last ones that have something."""
    last = _given(request, "to", wanted) or _last(wanted)
    first = _given(request, "from", wanted) or last.moved(1 - (FEWER if plans.exist(wanted.code) else SHOWN))
    if first > last:
        first, last = last, first
    found = [first]
    while found[-1] < last and len(found) < MOST:
        found.append(found[-1].moved(1))
    return found


def _last(wanted: Definition) -> Period:
    codes = definitions.recorded_inputs(wanted) if wanted.origin != "series" else []
    starts = [starts[0] for code in codes if (starts := queries.period_starts(code))]
    return periods.containing(max(starts) if starts else clock.local(clock.now()).date(), wanted.period)


def _given(request: HttpRequest, name: str, wanted: Definition) -> Period | None:
    try:
        return periods.parse(request.GET.get(name, ""), wanted.period)
    except InvalidInput:
        return None


def _focus(request: HttpRequest, shown: list[Period], found: dict[Period, Any], level: str) -> Period:
    """The chosen period, else the newest one that has figures of the level."""
    chosen = request.GET.get("period", "")
    filled = [period for period in shown if any(one.unit.level == level for one in found[period])]
    return next((period for period in shown if period.key == chosen), filled[-1] if filled else shown[-1])


def _choices(wanted: Definition) -> list[Period]:
    """Periods that can be picked, newest first."""
    last = periods.containing(clock.local(clock.now()).date(), wanted.period)
    starts = [starts[-1] for code in definitions.recorded_inputs(wanted) if (starts := queries.period_starts(code))]
    first = periods.containing(min(starts), wanted.period) if starts else last.moved(-11)
    found = [last]
    while found[-1] > first and len(found) < 60:
        found.append(found[-1].moved(-1))
    return found


# -- one unit


def _unit(scope: Scope, request: HttpRequest, code: str) -> organisations.UnitRef:
    """The unit of a code (as of `as_of`), if the scope sees it; NotFound otherwise."""
    try:
        as_of: date | None = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        as_of = None
    unit = organisations.unit(code, as_of=as_of)
    unit = organisations.unit_by_id(unit.id)
    if not scope.sees(unit.id):
        raise NotFound("Không tìm thấy đơn vị.")
    return unit


@require_GET
def history_page(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """One unit over time in its own ground, its former units stacked or beside each other, with the acts that changed it."""
    scope = _scope(request)
    wanted, here = definitions.definition(code), _unit(scope, request, unit)
    shown = _history_periods(wanted, here.id)
    story = figures.history(scope, code, here.id, shown)
    members = {one.id for one in story.members} | {here.id}
    figure_of = {one.period: one for one in story.figures}
    recorded = queries.rows_of(code, members)[:60] if wanted.origin == "recorded" else []
    chart = column_chart.chart_of(
        story.figures, shown, story.acts, adds_up=wanted.across_units == "sum" and wanted.origin == "recorded", decimals=wanted.decimals
    )  # fmt: skip
    newest = story.figures[-1] if story.figures else None
    context = _outlook(scope, wanted, here, story, newest) | {
        "section": "figures", "wanted": wanted, "unit": here, "story": story, "newest": newest,
        "notes": notes.notes_of(code, here.id), "may_note": scope.allows(policies.NOTE, here.id) and here.valid_to is None, "me": scope.username,
        "chart": chart,
        "tick_decimals": 0 if all(value == int(value) for _y, value in chart.values) else wanted.decimals,
        "lines": [(period, figure_of.get(period)) for period in reversed(shown)], "recorded": recorded,
        "heirs": organisations.name_today(here.id) if here.valid_to else "", "unit_link": unit_link(here),
    }  # fmt: skip
    return render(request, "indicators/history.html", context)


def _outlook(
    scope: Scope, wanted: Definition, unit: organisations.UnitRef, story: figures.History, newest: Figure | None
) -> dict[str, Any]:
    """The newest figure against its plan and the same period, and what to expect at the year's end."""
    if newest is None:
        return {}
    day = date.fromordinal(unit.valid_to.toordinal() - 1) if unit.valid_to else None
    beside = judging.judge(scope, wanted, newest.period, [newest], "today", as_of=day)[unit.id]
    ahead = None
    if wanted.period != "year" and unit.valid_to is None:
        year = newest.period.start.year
        ahead = forecasting.of_unit(wanted, unit.id, year) or forecasting.of_values(
            wanted, [(one.period, one.value) for one in story.figures], year
        )
    words = explained(ahead) if ahead else ""
    return {"beside": beside, "ahead": ahead, "ahead_words": words}


def unit_link(unit: organisations.UnitRef) -> str:
    """`as_of=…` with which the address of an ended unit is understood; empty for a standing one."""
    return f"as_of={date.fromordinal(unit.valid_to.toordinal() - 1)}" if unit.valid_to else ""


def _history_periods(wanted: Definition, unit_id: UUID) -> list[Period]:
    """Every period from the first record of the unit or of one that it was made of."""
    last = _last(wanted)
    family = organisations.family([unit_id])
    codes = definitions.recorded_inputs(wanted)
    first = queries.oldest_period(codes, [unit_id, *figures.ancestors(family, unit_id)]) if codes else None
    found = [last]
    oldest = periods.containing(first, wanted.period) if first else last.moved(-11)
    while found[-1] > oldest and len(found) < HISTORY_MOST:
        found.append(found[-1].moved(-1))
    return found[::-1]


@require_GET
def provenance(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """From where, when, how good, whose: what a click on a number answers."""
    scope = _scope(request)
    wanted, here = definitions.definition(code), _unit(scope, request, unit)
    period = periods.parse(request.GET.get("period", ""), wanted.period)
    tree: figures.Tree = "as_was" if request.GET.get("tree") == "as_was" else "today"
    day = date.fromordinal(here.valid_to.toordinal() - 1) if here.valid_to and tree == "today" else None
    found = figures.by_unit(scope, code, [period], tree, as_of=day)[period]
    figure = next((one for one in found if one.unit.id == here.id), None)
    if figure is None:
        raise NotFound("Không có số liệu của đơn vị này trong kỳ.")
    context = {
        "wanted": wanted, "figure": figure, "unit": here, "status": tables.status_words(figure), "origin": tables.origin_words(figure),
        "quality": tables.quality_words(figure), "unit_link": unit_link(here),
    }  # fmt: skip
    return render(request, "indicators/provenance.html", context)
