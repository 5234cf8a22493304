"""The lines of an alert's history in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from sen.apps.alerts.alert_models import Alert, AlertEvent, Outcome
from sen.apps.alerts.rules import words
from sen.kernel import clock


def words_of(event: AlertEvent, alert: Alert) -> str:
    """What happened, without who did it."""
    facts = event.facts
    value = facts.get("value")
    figure = words.measured(value, alert.property) if isinstance(value, int | float) else ""
    said = _DATA.get(event.kind) or _PEOPLE.get(event.kind)
    return said(facts, figure) if said else event.kind


def _cleared(facts: dict[str, Any], figure: str) -> str:
    reason = _CLEARED.get(facts.get("reason") or "")
    return reason() if reason else _("Đã hết{value}").format(value=_after(figure))


def _closed(facts: dict[str, Any], figure: str) -> str:
    outcome = facts.get("outcome", "")
    return _("Đóng: {outcome}").format(outcome=Outcome(outcome).label if outcome in Outcome.values else outcome)


_CLEARED = {
    "rule_off": lambda: _("Hết vì quy tắc đã tắt hoặc thay đổi"),
    "not_watched": lambda: _("Hết vì trạm không còn được theo dõi"),
    "superseded": lambda: _("Hết khi lần sau bắt đầu"),
}
_DATA: dict[str, Callable[[dict[str, Any], str], str]] = {
    "raised": lambda facts, figure: _("Bắt đầu, {severity}{value}").format(
        severity=_degree(facts), value=_after(figure)
    ),
    "worse": lambda facts, figure: _("Nặng lên: {severity}{value}").format(
        severity=_degree(facts), value=_after(figure)
    ),
    "better": lambda facts, figure: _("Nhẹ đi: {severity}{value}").format(
        severity=_degree(facts), value=_after(figure)
    ),
    "cleared": _cleared,
    "shelf_ended": lambda facts, figure: _("Hết giờ tạm ẩn"),
    "overdue": lambda facts, figure: _("Quá hạn xác nhận"),
    "maintenance_ended": lambda facts, figure: _("Hết đợt bảo trì mà vẫn còn"),
}
_PEOPLE: dict[str, Callable[[dict[str, Any], str], str]] = {
    "acknowledged": lambda facts, figure: _("Xác nhận"),
    "assigned": lambda facts, figure: _("Giao cho {who}").format(who=facts.get("to", "")),
    "shelved": lambda facts, figure: _("Tạm ẩn đến {time}").format(time=_moment(facts.get("until"))),
    "unshelved": lambda facts, figure: _("Thôi ẩn"),
    "closed": _closed,
    "reopened": lambda facts, figure: _("Mở lại"),
    "joined": lambda facts, figure: _("Đưa vào sự cố {number}").format(number=facts.get("incident", "")),
    "left": lambda facts, figure: _("Đưa ra khỏi sự cố {number}").format(number=facts.get("incident", "")),
    "note": lambda facts, figure: _("Ghi chú"),
    "undone": lambda facts, figure: _("Hoàn tác"),
}


def _degree(facts: dict[str, object]) -> str:
    return words.severity(str(facts.get("severity", "notice")))


def _after(figure: str) -> str:
    return f", {figure}" if figure else ""


def _moment(ms: object) -> str:
    return f"{clock.local(clock.from_ms(ms)):%H:%M %d/%m}" if isinstance(ms, int) else ""
