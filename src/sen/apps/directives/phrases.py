"""The sentences of a task's history, made when they are read so that each reader has them in his language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

Facts = Mapping[str, Any]


def sentence(kind: str, facts: Facts) -> str:
    """What a line says; an unknown kind says its own name rather than nothing."""
    made = _SENTENCES.get(kind)
    return made(facts) if made else kind


def _day(facts: Facts, name: str) -> str:
    text = str(facts.get(name) or "")
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


def _assigned(facts: Facts) -> str:
    day = _day(facts, "deadline")
    return _("Giao nhiệm vụ, hạn {day}").format(day=day) if day else _("Giao nhiệm vụ, không hạn")


def _chased(facts: Facts) -> str:
    to = {
        "unit": _("đơn vị"), "unit_leader": _("đơn vị và lãnh đạo đơn vị"),
        "province_leader": _("đơn vị, lãnh đạo đơn vị và lãnh đạo tỉnh"),
    }.get(str(facts.get("to")), "")  # fmt: skip
    late = int(facts.get("late") or 0)
    if late:
        return _("Tự động đôn đốc {to}: quá hạn {n} ngày").format(to=to, n=late)
    return _("Tự động nhắc {to}: hạn {day}").format(to=to, day=_day(facts, "deadline"))


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "assigned": _assigned,
    "accepted": lambda facts: _("Tiếp nhận"),
    "refused": lambda facts: _("Từ chối nhiệm vụ"),
    "came_back": lambda facts: _("{unit} từ chối nhận chuyển giao, nhiệm vụ trở lại").format(unit=facts.get("unit", "")),
    "progress": lambda facts: _("Báo cáo tiến độ {n} %").format(n=facts.get("percent", 0)),
    "reported_done": lambda facts: _("Báo cáo hoàn thành"),
    "approved": lambda facts: _("Duyệt hoàn thành"),
    "sent_back": lambda facts: _("Chưa duyệt, trả lại"),
    "extension_asked": lambda facts: _("Xin gia hạn từ {before} đến {after}").format(
        before=_day(facts, "before"), after=_day(facts, "after")
    ),
    "extended": lambda facts: _("Gia hạn từ {before} đến {after}").format(
        before=_day(facts, "before"), after=_day(facts, "after")
    ),
    "extension_refused": lambda facts: _("Không đồng ý gia hạn đến {after}").format(after=_day(facts, "after")),
    "extension_withdrawn": lambda facts: _("Rút đề nghị gia hạn"),
    "transferred": lambda facts: _("Chuyển cho {unit} ({number})").format(unit=facts.get("unit", ""), number=facts.get("to", "")),
    "received_transfer": lambda facts: _("Nhận chuyển giao từ {unit} ({number})").format(
        unit=facts.get("unit", ""), number=facts.get("number", "")
    ),
    "paused": lambda facts: _("Tạm dừng"),
    "resumed": lambda facts: _("Tiếp tục thực hiện"),
    "cancelled": lambda facts: _("Hủy nhiệm vụ"),
    "taken_back": lambda facts: _("Thu hồi ngay sau khi giao"),
    "divided": lambda facts: _("Chia thành phần việc {numbers}").format(numbers=", ".join(facts.get("parts", []))),
    "changed": lambda facts: _("Sửa nội dung, đơn vị phối hợp"),
    "chased": _chased,
    "reminded": lambda facts: _("Đôn đốc"),
    "note": lambda facts: _("Ghi chú"),
    "undone": lambda facts: _("Hoàn tác thao tác vừa làm"),
}  # fmt: skip
