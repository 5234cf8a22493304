"""A rule as a sentence that a clerk reads: when what happens, who is told what, what they do about it and by when."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sen.apps.alerts.rules import spoken, words
from sen.apps.alerts.rules.record_kinds import record_kinds
from sen.apps.packs import interface as packs


def sentence(rule: packs.Rule, procedures: Mapping[str, str] | None = None) -> SafeString:
    """The whole rule as HTML, what can be changed in <b>. `procedures` maps codes to names."""
    return format_html(
        _("Khi {condition} thì báo {severity} cho {role}, {procedure}, trong {clock}."),
        condition=when(rule),
        severity=_strong(words.severity(rule.severity)),
        role=_strong(words.role(rule.role)),
        procedure=_procedure(rule, procedures or {}),
        clock=_strong(words.minutes(rule.clock_minutes) if rule.clock_minutes else _("thời hạn chưa đặt")),
    )


def when(rule: packs.Rule) -> SafeString:
    """What must be so and for how long, with the hours and the tide at which it counts."""
    found = condition(rule.when, rule)
    if rule.duration_s and not isinstance(rule.when, packs.Silence):
        found = format_html(
            _("{condition} kéo dài {time}"), condition=found, time=_strong(words.seconds(rule.duration_s))
        )
    if rule.hours != "always":
        found = format_html("{}, {}", found, _strong(words.hours(rule.hours)))
    if rule.tide:
        found = format_html("{}, {}", found, _strong(words.tide(rule.tide)))
    return found


def condition(one: packs.Condition, rule: packs.Rule) -> SafeString:
    """One condition without its duration."""
    match one:
        case packs.Several(of=parts, at_least=fewest):
            return _several([condition(part, rule) for part in parts], fewest)
        case packs.Neighbours():
            return _neighbours(one, rule)
        case packs.OverLimit() | packs.Beyond() | packs.Rate() | packs.Forecast():
            return _measured(one)
    return _other(one, rule)


def _other(one: packs.Silence | packs.IndexReaches | packs.Expression | packs.Records, rule: packs.Rule) -> SafeString:
    parts: dict[str, SafeString]
    match one:
        case packs.Silence(asset_kind=kind, property=name):
            said = _("{kind} không gửi {property} quá {time}") if name else _("{kind} không gửi số liệu quá {time}")
            parts = {
                "kind": _strong(words.asset_kind(kind)), "property": _strong(words.property_name(name)),
                "time": _strong(words.seconds(rule.duration_s)),
            }  # fmt: skip
        case packs.IndexReaches(index=name, category=category):
            said = _("{index} ở mức {category} trở lên")
            parts = {"index": _strong(words.index(name)), "category": _strong(words.category(name, category))}
        case packs.Expression(text=text, asset_kind=kind):
            said = _("ở {kind}, biểu thức {text} đúng")
            parts = {"kind": _strong(words.asset_kind(kind)), "text": format_html("<code>{}</code>", text)}
        case packs.Records(record=code, text=text):
            known = record_kinds().get(code)
            said = _("một {kind} có {text}")
            name = str(known.name).lower() if known else code
            told = spoken.condition(text, known.fields) if known else ""
            parts = {"kind": _strong(name), "text": _strong(told) if told else format_html("<code>{}</code>", text)}
    return format_html(said, **parts)


def _measured(one: packs.OverLimit | packs.Beyond | packs.Rate | packs.Forecast) -> SafeString:
    place = _strong(words.property_of(one.property, one.asset_kind))
    match one:
        case packs.OverLimit():
            return format_html(_("{property} vượt {limit}"), property=place, limit=_strong(words.limit(one)))
        case packs.Rate():
            return format_html("{} {}", place, _change(one))
        case packs.Forecast():
            what = words.limit(one) if one.above is None and one.below is None else _range(one)
            said = _("{property} được dự báo {method} sẽ vượt {limit} trong {hours} tới")
            if one.above is None and one.below is not None:
                said = _("{property} được dự báo {method} sẽ xuống dưới {limit} trong {hours} tới")
            return format_html(
                said, property=place, method=words.method(one.method), limit=_strong(what),
                hours=_strong(words.minutes(one.within_hours * 60)),
            )  # fmt: skip
    figure = _strong(_range(one))
    if one.above is not None and one.below is not None:
        return format_html(_("{property} ra ngoài khoảng {range}"), property=place, range=figure)
    said = _("{property} vượt {figure}") if one.below is None else _("{property} xuống dưới {figure}")
    return format_html(said, property=place, figure=figure)


def _range(one: packs.Beyond | packs.Forecast) -> str:
    if one.above is not None and one.below is not None:
        return f"{words.figure(one.below)}–{words.measured(one.above, one.property)}"
    edge = one.above if one.above is not None else one.below
    return _("mức chưa đặt") if edge is None else words.measured(edge, one.property)


def _change(one: packs.Rate) -> SafeString:
    parts = []
    time = _strong(words.minutes(one.over_minutes))
    if one.rise is not None:
        figure = _strong(words.measured(one.rise, one.property))
        parts.append(format_html(_("tăng hơn {figure} trong {time}"), figure=figure, time=time))
    if one.fall is not None:
        figure = _strong(words.measured(one.fall, one.property))
        parts.append(format_html(_("giảm hơn {figure} trong {time}"), figure=figure, time=time))
    return format_html_join(_(" hoặc "), "{}", ((part,) for part in parts))


def _several(parts: list[SafeString], fewest: int) -> SafeString:
    if fewest in (0, len(parts)):
        return format_html_join(_(" và "), "{}", ((part,) for part in parts))
    if fewest == 1:
        return format_html_join(_(" hoặc "), "{}", ((part,) for part in parts))
    listed = format_html_join("; ", "{}", ((part,) for part in parts))
    said = _("ít nhất {n} trong {all} điều kiện sau đúng: {parts}")
    return format_html(said, n=_strong(str(fewest)), all=len(parts), parts=listed)


def _neighbours(one: packs.Neighbours, rule: packs.Rule) -> SafeString:
    near = _("cùng một xã")
    if one.within_km:
        near = _("cách nhau không quá {km} km").format(km=words.figure(one.within_km))
    said = ngettext(
        "ít nhất {n} trạm {near} trong vòng {time} có {condition}",
        "ít nhất {n} trạm {near} trong vòng {time} có {condition}",
        one.at_least,
    )
    return format_html(
        said, n=_strong(str(one.at_least)), near=_strong(near), time=_strong(words.minutes(one.window_minutes)),
        condition=condition(one.of, rule),
    )  # fmt: skip


def _procedure(rule: packs.Rule, procedures: Mapping[str, str]) -> SafeString:
    if not rule.procedure:
        return _strong(_("chưa có quy trình"))
    return format_html(_("làm theo {procedure}"), procedure=_strong(procedures.get(rule.procedure, rule.procedure)))


def _strong(text: str) -> SafeString:
    return format_html("<b>{}</b>", text)


def name_of(rule: packs.Rule) -> str:
    """The rule's name in the reader's language."""
    return rule.name_en if rule.name_en and (get_language() or "vi").startswith("en") else rule.name
