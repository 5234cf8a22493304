"""Why something that was sent cannot be taken, in words for who has to mend it: cause and action, told in the reader's language.

A refusal keeps its words apart from the values in them: the connection desk stores Vietnamese, a sender may ask for English.
"""

from __future__ import annotations

import re

import msgspec
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SHOWN = 40
"""Characters of a sender's own value that are repeated in a message."""
_BYTE = re.compile(r"\(byte (\d+)\)")
_PATH = re.compile(r"\$((?:\[(?:\d+|\.\.\.)\])*)\.?(\w*)")
_MISSING = re.compile(r"missing required field `(\w+)`")

WRITE_TIME = _("Ghi dạng 2026-07-01T08:00:00+07:00, hoặc số mili giây tính từ năm 1970.")
WRITE_SERIES = _("Ghi dạng <mã trạm>/<thông số> theo danh mục trạm, ví dụ tram-1/pm25.")
WRITE_VALUE = _("Gửi một số như 31.2, không đặt trong dấu nháy; khi không đo được gửi null kèm trạng thái 01 hoặc 02.")
WRITE_STATUS = _('Ghi mã trạng thái trong dấu nháy: "00" đang đo, "01" hiệu chuẩn, "02" hỏng.')
WRITE_ITEM = _("Mỗi số đo cần ba trường series, time và value.")
WRITE_MESSAGE = _("Mỗi bản tin cần ba trường device, time và values; so với mẫu trong hướng dẫn kết nối.")
WRITE_JSON = _("Kiểm tra dấu ngoặc, dấu phẩy và dấu nháy; chỗ không có số ghi null, không ghi NaN.")


class Refusal(msgspec.Struct, frozen=True):
    """A stable `code` of the connection desk, and msgids of cause and action with `values` for their placeholders."""

    code: str
    cause: str
    action: str = ""
    values: dict[str, str] = {}

    def __str__(self) -> str:
        """In Vietnamese, whatever language is active: the language that errors are stored in."""
        return f"{self.cause} {self.action}".strip().format_map(self.values)

    def told_cause(self) -> str:
        """The cause in the active language."""
        return gettext(self.cause).format_map(self.values)

    def told_action(self) -> str:
        """The action in the active language."""
        return gettext(self.action).format_map(self.values) if self.action else ""

    def told(self) -> str:
        """Cause and action in the active language."""
        return f"{self.told_cause()} {self.told_action()}".strip()


class Refused(ValueError):
    """Something cannot be taken because of its `refusal`."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal

    @property
    def code(self) -> str:
        """The refusal's code."""
        return self.refusal.code


def shown(value: object) -> str:
    """A sender's value on one line, cut where it is long; never raises."""
    try:
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    text = "".join(letter if letter.isprintable() else "�" for letter in text[: SHOWN + 1])
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def malformed_json(error: Exception) -> Refusal:
    """What msgspec says of bytes that are no JSON."""
    text = str(error)
    if isinstance(error, RecursionError):
        return Refusal(
            "malformed_json", _("JSON lồng nhau quá sâu."), _("Gửi một đối tượng, hoặc một mảng các đối tượng.")
        )
    if isinstance(error, UnicodeDecodeError):
        return Refusal("malformed_json", _("Nội dung không phải văn bản UTF-8."), _("Mã hóa văn bản bằng UTF-8."))
    if "truncated" in text:
        return Refusal(
            "malformed_json", _("JSON bị cắt ngang, thiếu phần cuối."), _("Kiểm tra bên gửi có gửi hết nội dung.")
        )
    found = _BYTE.search(text)
    if found:
        at = {"byte": found[1]}
        return Refusal("malformed_json", _("Nội dung không phải JSON hợp lệ: sai ở byte thứ {byte}."), WRITE_JSON, at)
    return Refusal("malformed_json", _("Nội dung không phải JSON hợp lệ."), WRITE_JSON)


def invalid_item(error: Exception, raw: bytes | msgspec.Raw) -> Refusal:
    """Why one element of a body of observations is none; `raw` is its JSON."""
    if not isinstance(error, msgspec.ValidationError):
        return malformed_json(error)
    text = str(error)
    missing = _MISSING.search(text)
    if missing:
        return Refusal(_ITEM[missing[1]][0], _("Thiếu trường {field}."), WRITE_ITEM, {"field": missing[1]})
    path = _PATH.search(text)
    name = path[2] if path else ""
    code, cause, action = _ITEM.get(name, _ITEM[""])
    return Refusal(code, cause, action, {"value": _field(raw, name)})


_ITEM = {
    "series": ("invalid_series", _("Mã chuỗi “{value}” không dùng được."), WRITE_SERIES),
    "time": ("invalid_time", _("Trường time ({value}) không phải là thời điểm."), WRITE_TIME),
    "value": ("invalid_value", _("Giá trị “{value}” không phải là một số."), WRITE_VALUE),
    "status": ("invalid_item", _("Trạng thái “{value}” không đúng dạng."), WRITE_STATUS),
    "": ("invalid_item", _("Phần tử “{value}” không phải là một số đo."), WRITE_ITEM),
}
"""Code, cause and action per field of an observation; the last for what is no observation at all."""


def _field(raw: bytes | msgspec.Raw, name: str) -> str:
    """The value of a field, or the whole element, as the sender wrote it."""
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return shown(bytes(raw[: SHOWN * 4] if isinstance(raw, bytes) else raw).decode("utf-8", "replace"))
    return shown(found.get(name) if name and isinstance(found, dict) else found)


def invalid_message(error: msgspec.ValidationError) -> Refusal:
    """Why JSON of a device is no reading message; see connector_sdk.messages for the format."""
    text = str(error)
    missing = _MISSING.search(text)
    if missing:
        return Refusal("invalid_message", _("Thiếu trường {field}."), WRITE_MESSAGE, {"field": missing[1]})
    path = _PATH.search(text)
    name = path[2] if path else ""
    where = path[0].removeprefix("$").removeprefix(".") if path else ""
    cause, action = _MESSAGE.get(name, _OTHER if name else _MESSAGE[""])
    return Refusal("invalid_message", cause, action, {"where": where})


_MESSAGE = {
    "device": (
        _("Trường {where} không phải là mã thiết bị."),
        _("Ghi mã thiết bị bằng chữ trong dấu nháy, dài 1–128 ký tự."),
    ),
    "time": (_("Trường {where} không phải là thời điểm RFC 3339 có múi giờ."), WRITE_TIME),
    "values": (
        _("Trường {where} không phải là các cặp ký hiệu và số."),
        _('Ghi 1–1000 cặp như "pm25": 31.2; số không đặt trong dấu nháy, không đo được thì ghi null.'),
    ),
    "status": (_("Trường {where} không đúng dạng."), WRITE_STATUS),
    "": (_("Bản tin không phải là một đối tượng JSON hay mảng các đối tượng."), WRITE_MESSAGE),
}
"""Cause and action per field of a reading message; the last for what is no message at all."""
_OTHER = (_("Trường {where} không đúng dạng."), WRITE_MESSAGE)
