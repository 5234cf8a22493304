"""What is wrong with a rule beyond its type: unknown names, figures that can never be reached, conditions nested too deep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from sen.apps.alerts.rules.record_kinds import record_kinds
from sen.apps.packs import interface as packs
from sen.kernel import formula

LONGEST_DURATION_S = 30 * 86_400
LONGEST_CLOCK_MINUTES = 30 * 1440
MOST_KM = 200.0
ALONE = (packs.Forecast, packs.Records)
"""Conditions that are not judged with the stream and so cannot be part of another."""


def faults(rule: packs.Rule) -> list[packs.Fault]:
    """Every reason why the rule cannot be used, by the path of the field. A draft may still lack procedure and clock."""
    return [packs.Fault(path, words) for path, words in (*_frame(rule), *_condition(rule.when, "/when", rule, 0))]


Found = Iterator[tuple[str, str]]


def _frame(rule: packs.Rule) -> Found:
    if not rule.name.strip():
        yield "/name", _("cần tên")
    if not 0 <= rule.duration_s <= LONGEST_DURATION_S:
        yield "/duration_s", _("thời gian kéo dài phải từ 0 đến 30 ngày")
    if not 0 <= rule.clear_after_s <= LONGEST_DURATION_S:
        yield "/clear_after_s", _("thời gian chờ hết phải từ 0 đến 30 ngày")
    if rule.hysteresis < 0:
        yield "/hysteresis", _("khoảng trễ không được âm")
    if not 0 <= rule.clock_minutes <= LONGEST_CLOCK_MINUTES:
        yield "/clock_minutes", _("thời hạn xử lý phải từ 0 đến 30 ngày")
    if not 1 <= rule.group_minutes <= 7 * 1440:
        yield "/group_minutes", _("thời gian gộp phải từ 1 phút đến 7 ngày")
    if rule.tide and isinstance(rule.when, packs.Silence | packs.IndexReaches | packs.Records):
        yield "/tide", _("chỉ điều kiện về số đo mới xét theo triều")


def _condition(when: packs.Condition, path: str, rule: packs.Rule, depth: int) -> Found:
    if depth and isinstance(when, ALONE):
        yield path, _("điều kiện dự báo và điều kiện về hồ sơ phải đứng một mình")
        return
    match when:
        case packs.Several():
            yield from _several(when, path, rule, depth)
        case packs.Neighbours():
            yield from _neighbours(when, path, rule, depth)
        case packs.Records():
            yield from _records(when, path)
        case packs.Expression():
            yield from _kind(when.asset_kind, path)
            yield from _expression(when, path)
        case packs.Silence():
            yield from _silence(when, path, rule)
        case packs.IndexReaches():
            yield from _index(when, path)
        case packs.OverLimit() | packs.Beyond() | packs.Rate() | packs.Forecast():
            yield from _property(when.property, when.asset_kind, path)
            yield from _figures(when, path, rule)


def _several(when: packs.Several, path: str, rule: packs.Rule, depth: int) -> Found:
    if depth:
        yield path, _("điều kiện ghép không được nằm trong điều kiện khác")
        return
    if not 2 <= len(when.of) <= packs.MOST_PARTS:
        yield f"{path}/of", _("cần từ 2 đến {n} điều kiện").format(n=packs.MOST_PARTS)
    if not 0 <= when.at_least <= len(when.of):
        yield f"{path}/at_least", _("số điều kiện phải đúng không được nhiều hơn số điều kiện")
    for index, part in enumerate(when.of):
        yield from _condition(part, f"{path}/of/{index}", rule, depth + 1)


def _neighbours(when: packs.Neighbours, path: str, rule: packs.Rule, depth: int) -> Found:
    if depth:
        yield path, _("điều kiện về trạm lân cận không được nằm trong điều kiện khác")
        return
    if when.at_least < 2:
        yield f"{path}/at_least", _("cần ít nhất 2 trạm")
    if not 0 <= when.within_km <= MOST_KM:
        yield f"{path}/within_km", _("khoảng cách phải từ 0 đến {n} km").format(n=int(MOST_KM))
    if not 1 <= when.window_minutes <= 7 * 1440:
        yield f"{path}/window_minutes", _("khoảng thời gian phải từ 1 phút đến 7 ngày")
    yield from _condition(when.of, f"{path}/of", rule, depth + 1)


def _records(when: packs.Records, path: str) -> Found:
    kind = record_kinds().get(when.record)
    if kind is None:
        yield f"{path}/record", _("không có loại hồ sơ “{code}”").format(code=when.record)
        return
    yield from _formula(when.text, kind.fields, path)


def _expression(when: packs.Expression, path: str) -> Found:
    known = packs.properties()
    yield from _formula(when.text, [*known, *packs.EXPRESSION_NAMES], path)
    used = packs.condition_properties(when)
    if not used:
        yield f"{path}/text", _("biểu thức cần ít nhất một thông số")
    kind = packs.asset_kinds().get(when.asset_kind)
    for name in sorted(used & known.keys()):
        if kind is not None and name not in kind.properties:
            yield f"{path}/text", _("{kind} không đo {property}").format(kind=kind.name, property=known[name].name)


def _formula(text: str, known: Iterable[str], path: str) -> Found:
    try:
        unknown = sorted(formula.parse(text).names - set(known))
    except formula.FormulaError as error:
        place = _(" (ở ký tự {n})").format(n=error.column) if error.column else ""
        yield f"{path}/text", f"{error.message}{place}"
        return
    for name in unknown:
        yield f"{path}/text", _("không có tên “{name}” để dùng trong biểu thức").format(name=name)


def _silence(when: packs.Silence, path: str, rule: packs.Rule) -> Found:
    if when.asset_kind not in packs.asset_kinds():
        yield f"{path}/asset_kind", _("không có loại tài sản “{code}”").format(code=when.asset_kind)
    elif when.property:
        yield from _property(when.property, when.asset_kind, path)
    if rule.duration_s < 60:
        yield "/duration_s", _("im lặng cần ít nhất 1 phút")


def _index(when: packs.IndexReaches, path: str) -> Found:
    yield from _kind(when.asset_kind, path)
    try:
        table = packs.index_table(when.index)
    except KeyError:
        yield f"{path}/index", _("không có chỉ số “{code}”").format(code=when.index)
        return
    if when.category not in {one.code for one in table.categories}:
        yield f"{path}/category", _("{index} không có mức “{code}”").format(index=table.name, code=when.category)


def _kind(code: str, path: str) -> Found:
    if code and code not in packs.asset_kinds():
        yield f"{path}/asset_kind", _("không có loại tài sản “{code}”").format(code=code)


def _property(code: str, asset_kind: str, path: str) -> Found:
    yield from _kind(asset_kind, path)
    prop, kind = packs.properties().get(code), packs.asset_kinds().get(asset_kind)
    if prop is None:
        yield f"{path}/property", _("không có thông số “{symbol}”").format(symbol=code)
    elif kind is not None and code not in kind.properties:
        yield f"{path}/property", _("{kind} không đo {property}").format(kind=kind.name, property=prop.name)


def _figures(when: packs.OverLimit | packs.Beyond | packs.Rate | packs.Forecast, path: str, rule: packs.Rule) -> Found:
    prop = packs.properties().get(when.property)
    if prop is None:
        return
    if rule.hysteresis >= prop.maximum - prop.minimum:
        yield "/hysteresis", _("khoảng trễ lớn hơn cả khoảng đo của {property}").format(property=prop.name)
    if isinstance(when, packs.Rate):
        yield from _rate(when, path, prop)
        return
    if isinstance(when, packs.OverLimit):
        return
    given = {name: figure for name, figure in (("above", when.above), ("below", when.below)) if figure is not None}
    if not given and not (isinstance(when, packs.Forecast) and when.severity):
        yield path, _("cần ngưỡng trên hoặc ngưỡng dưới")
    for name, figure in given.items():
        if not prop.minimum <= figure <= prop.maximum:
            said = _("{figure} nằm ngoài khoảng đo của {property} ({low} đến {high} {unit})")
            yield (
                f"{path}/{name}",
                said.format(
                    figure=f"{figure:g}",
                    property=prop.name,
                    low=f"{prop.minimum:g}",
                    high=f"{prop.maximum:g}",
                    unit=prop.unit_label,
                ),
            )
    if len(given) == 2 and given["below"] >= given["above"]:
        yield f"{path}/below", _("ngưỡng dưới phải nhỏ hơn ngưỡng trên")
    if isinstance(when, packs.Forecast) and not 1 <= when.within_hours <= 48:
        yield f"{path}/within_hours", _("dự báo trước từ 1 đến 48 giờ")


def _rate(when: packs.Rate, path: str, prop: packs.Property) -> Found:
    if when.rise is None and when.fall is None:
        yield path, _("cần mức tăng hoặc mức giảm")
    for name, figure in (("rise", when.rise), ("fall", when.fall)):
        if figure is not None and not 0 < figure <= prop.maximum - prop.minimum:
            yield f"{path}/{name}", _("mức thay đổi phải lớn hơn 0 và nhỏ hơn khoảng đo của thông số")
    if not 1 <= when.over_minutes <= 7 * 1440:
        yield f"{path}/over_minutes", _("khoảng thời gian phải từ 1 phút đến 7 ngày")
