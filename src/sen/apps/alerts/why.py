"""What an alert is called, and why it fired in one sentence of the reader's language, from the facts of its transition."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sen.apps.alerts.alert_models import Alert
from sen.apps.alerts.rules import spoken, words
from sen.apps.alerts.rules.record_kinds import record_kinds
from sen.apps.packs import interface as packs
from sen.kernel import clock


def title(alert: Alert) -> str:
    """The rule's name with where it fired."""
    rule = alert.rule
    name = (rule.content.get("name_en") if words.english() else "") or rule.name
    place = alert.asset_name or alert.facts.get("name") or ""
    return f"{name}: {place}" if place else name


def why(alert: Alert) -> str:
    """One sentence with the figures; that a limit is unverified is said beside it (`unverified`)."""
    facts = alert.facts
    said = _SENTENCES.get(facts.get("kind", ""), _plain)(alert, facts)
    held = int(facts.get("held_s", 0))
    if held >= 120 and facts.get("kind") not in {"silence", "record", "forecast"}:
        said = _("{sentence}, kéo dài {time}").format(sentence=said, time=words.seconds(held))
    return said[:1].upper() + said[1:] + "."


def unverified(alert: Alert) -> bool:
    """Whether the limit that was exceeded is one that nobody has checked against its document."""
    return alert.facts.get("verified") is False and bool(alert.facts.get("label"))


def unit_label(alert: Alert) -> str:
    """The unit of the alert's figures; empty where it has none."""
    found = packs.properties().get(alert.property)
    return found.unit_label if found else ""


def _moment(ms: int | float | None) -> str:
    if ms is None:
        return ""
    at = clock.local(clock.from_ms(int(ms)))
    same_day = at.date() == clock.local(clock.now()).date()
    return f"{at:%H:%M}" if same_day else f"{at:%H:%M %d/%m}"


def _figure(alert: Alert, value: float | None) -> str:
    return "–" if value is None else words.measured(value, alert.property)


def _worst(alert: Alert) -> float | None:
    return alert.peak_value if alert.peak_value is not None else alert.last_value


def _limit(alert: Alert, facts: dict[str, Any]) -> str:
    value, limit = _worst(alert), alert.limit
    name = words.property_name(alert.property)
    label = facts.get("label") or _("mức của quy tắc")
    if value is None or limit is None:
        return _("{property} vượt {label}").format(property=name, label=label)
    difference = words.measured(round(abs(value - limit), 6), alert.property)
    text = (
        _("{property} thấp nhất {value}, dưới {label} ({limit}) là {difference}")
        if facts.get("direction") == "below"
        else _("{property} cao nhất {value}, trên {label} ({limit}) là {difference}")
    )
    return text.format(
        property=name, value=_figure(alert, value), label=label, limit=_figure(alert, limit), difference=difference
    )


def _rate(alert: Alert, facts: dict[str, Any]) -> str:
    value = _worst(alert)
    text = (
        _("{property} giảm {value} trong {time}, quá mức {limit} của quy tắc")
        if facts.get("direction") == "fall"
        else _("{property} tăng {value} trong {time}, quá mức {limit} của quy tắc")
    )
    return text.format(
        property=words.property_name(alert.property), value=_figure(alert, None if value is None else abs(value)),
        time=words.minutes(int(facts.get("over_minutes", 60))), limit=_figure(alert, alert.limit),
    )  # fmt: skip


def _silence(alert: Alert, facts: dict[str, Any]) -> str:
    since = _moment(facts.get("silent_since"))
    name = words.property_name(facts["property"]) if facts.get("property") else _("số liệu")
    return _("{asset} không gửi {property} từ {time}").format(asset=alert.asset_name, property=name, time=since)


def _index(alert: Alert, facts: dict[str, Any]) -> str:
    index = str(facts.get("index", ""))
    return _("{index} tại {asset} ở mức “{category}”").format(
        index=words.index(index), asset=alert.asset_name, category=words.category(index, str(facts.get("category", "")))
    )


def _forecast(alert: Alert, facts: dict[str, Any]) -> str:
    return _("dự báo {property} đạt {value} lúc {time}, vượt {label} ({limit})").format(
        property=words.property_name(alert.property), value=_figure(alert, _worst(alert)), time=_moment(facts.get("forecast_at")),
        label=facts.get("label") or _("mức của quy tắc"), limit=_figure(alert, alert.limit),
    )  # fmt: skip


def _neighbours(alert: Alert, facts: dict[str, Any]) -> str:
    within = facts.get("within_km")
    place = _("trong {km} km").format(km=words.figure(within)) if within else _("cùng xã, phường")
    return _("{count} nơi {place} cùng gặp một điều kiện trong {time}").format(
        count=facts.get("count", ""), place=place, time=words.minutes(int(facts.get("window_minutes", 60)))
    )


def _several(alert: Alert, facts: dict[str, Any]) -> str:
    return _("từ {count} điều kiện trở lên xảy ra cùng lúc tại {asset}").format(
        count=facts.get("at_least", ""), asset=alert.asset_name
    )


def _expression(alert: Alert, facts: dict[str, Any]) -> str:
    return _("điều kiện “{text}” đúng tại {asset}").format(text=facts.get("text", ""), asset=alert.asset_name)


def _record(alert: Alert, facts: dict[str, Any]) -> str:
    known = record_kinds().get(facts.get("record", ""))
    told = spoken.figures(facts.get("values") or {}, known.fields) if known else ""
    if told:
        return f"{facts.get('name', alert.subject)}: {told}"
    return _("{name}: điều kiện “{text}” đúng").format(
        name=facts.get("name", alert.subject), text=facts.get("text", "")
    )


def _plain(alert: Alert, facts: dict[str, Any]) -> str:
    return alert.rule.name


_SENTENCES = {
    "limit": _limit, "value": _limit, "rate": _rate, "silence": _silence, "index": _index, "forecast": _forecast,
    "several": _several, "neighbours": _neighbours, "expression": _expression, "record": _record,
}  # fmt: skip
