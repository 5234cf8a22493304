"""What can be shown by unit: recorded and computed indicators, and measures of series, under one kind of value."""

from __future__ import annotations

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sen.apps.assets import interface as assets
from sen.apps.indicators import origins
from sen.apps.indicators.models import IndicatorDefinition
from sen.apps.packs import interface as packs
from sen.kernel.errors import NotFound
from sen.kernel.formula import parse as parse_formula
from sen.kernel.reading import once


class Definition(msgspec.Struct, frozen=True):
    """An indicator as others see it. `origin`: recorded, formula, computed by another app, or series (then `property` and
    `function` say of what). `period`: month, quarter, half_year, year. `direction`: up, down, none."""

    code: str
    name: str
    unit_label: str
    decimals: int
    direction: str
    period: str
    cumulative: bool
    across_units: str
    weight: str
    formula: str
    source_agency: str
    due_day: int | None
    source: str
    pack: str
    simulated: bool
    origin: str
    property: str = ""
    function: str = ""


def definitions() -> list[Definition]:
    """Every active indicator by code, then those that other apps compute; without measures of series."""
    return [*_active().values(), *origins.all_definitions()]


def _active() -> dict[str, Definition]:
    """The active indicators of the database by code, in the reader's language."""
    return once(
        ("indicators.active", get_language()),
        lambda: {row.code: _of(row) for row in IndicatorDefinition.objects.filter(active=True)},
    )


def definition(code: str) -> Definition:
    """An indicator or a measure by its code. Raises NotFound."""
    if packs.is_measured(code):
        return _measure(code)
    if origin := origins.origin_of(code):
        computed = next((one for one in origin.definitions() if one.code == code), None)
        if computed is not None:
            return computed
    found = _active().get(code)
    if found is None:
        raise NotFound(_("Không có chỉ tiêu mã “{code}”.").format(code=code), action=_("Xem danh mục chỉ tiêu."))
    return found


def measures() -> list[Definition]:
    """The monthly means of every property that some series measures, by name."""
    measured = {entry.property for entry in assets.directory()}
    found = [_measure(f"{packs.MEASURED}.{code}.mean") for code in packs.properties() if code in measured]
    return sorted(found, key=lambda one: one.name)


def _of(row: IndicatorDefinition) -> Definition:
    english = (get_language() or "vi").startswith("en")
    return Definition(
        row.code, (english and row.name_en) or row.name, row.unit_label, row.decimals, row.direction, row.period, row.cumulative,
        row.across_units, row.weight, row.formula, row.source_agency, row.due_day, row.source, row.pack, row.simulated,
        "formula" if row.formula else "recorded",
    )  # fmt: skip


def _measure(code: str) -> Definition:
    symbol, function = packs.measure_of(code)
    known = packs.properties().get(symbol)
    if known is None or function not in packs.MEASURE_FUNCTIONS:
        raise NotFound(_("Không có số đo mã “{code}”.").format(code=code), action=_("Xem danh mục chỉ tiêu."))
    words = {
        "mean": _("{name}, trung bình tháng"),
        "max": _("{name}, cao nhất tháng"),
        "min": _("{name}, thấp nhất tháng"),
        "sum": _("{name}, tổng tháng"),
        "days_over": _("{name}, số ngày vượt giới hạn"),
    }
    days = function == "days_over"
    english = (get_language() or "vi").startswith("en")
    return Definition(
        code, words[function].format(name=known.name_en if english else known.name), _("ngày") if days else known.unit_label, 0 if days else known.decimals,
        "none", "month", False, "none", "", "", "", None, _("Tính từ số đo của các trạm"), "", False, "series", symbol, function,
    )  # fmt: skip


def recorded_inputs(wanted: Definition) -> list[str]:
    """The codes whose recorded values a figure rests on: its own, or those that its formula names, over formulas of formulas."""
    found: dict[str, None] = {}
    waiting, seen = [wanted.code], set[str]()
    known = by_formula_name()
    while waiting:
        code = waiting.pop()
        one = known.get(code)
        if code in seen or one is None:
            continue
        seen.add(code)
        if one.formula:
            waiting += parse_formula(one.formula).names
        elif one.origin == "recorded":
            found[code] = None
    return list(found)


def by_formula_name() -> dict[str, Definition]:
    """Every active indicator by the name that formulas give it: its code, of a computed one with `_` for the dot."""
    return once(("indicators.by_formula_name", get_language()), _by_formula_name)


def _by_formula_name() -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for one in definitions():
        found.setdefault(origins.formula_name(one.code) if one.origin == "computed" else one.code, one)
    return found
