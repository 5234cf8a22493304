"""Forms of steps: the fields that hold in the leading unit, and what a person filled in, checked against them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.incidents.models import Attachment, Incident
from sen.apps.packs import interface as packs
from sen.kernel.errors import InvalidInput
from sen.kernel.text import normal

Fields = list[dict[str, Any]]


def fields_of(unit_id: UUID, code: str) -> Fields:
    """The fields of the form `code` as it holds in a unit, a choice with its `choices`; empty where no such form holds."""
    holding = packs.effective_of_units([unit_id]).get(unit_id, [])
    forms = {one.template.code: one.content for one in holding if one.template.kind == "form"}
    lists = {one.template.code: one.content for one in holding if one.template.kind == "code_list"}
    return [
        {
            **field,
            "choices": [
                item for item in lists.get(field.get("code_list", ""), {}).get("items", []) if not item.get("retired")
            ],
        }
        for field in forms.get(code, {}).get("fields", [])
    ]


def checked(incident: Incident, code: str, data: Mapping[str, Any]) -> tuple[Fields, dict[str, Any]]:
    """The fields and the values as they are stored. InvalidInput with a message per field that cannot be used.

    Without such a form in the unit (it was withdrawn since) nothing is asked, so that a response never stands still for a form.
    """
    fields = fields_of(incident.lead_unit_id, code)
    known = {field["code"] for field in fields}
    faults = {name: _("Biểu mẫu không có mục này.") for name in data if name not in known}
    values: dict[str, Any] = {}
    for field in fields:
        raw = data.get(field["code"])
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if field.get("required"):
                faults[field["code"]] = _("Mục này bắt buộc.")
            continue
        try:
            values[field["code"]] = _READERS[field["type"]](field, raw, incident)
        except (ValueError, TypeError) as error:
            faults[field["code"]] = str(error) or _("Giá trị không hợp lệ.")
    if faults:
        raise InvalidInput(_("Biểu mẫu chưa điền đúng."), action=_("Sửa các mục được nêu."), fields=faults)
    return fields, values


def masked(fields: Fields | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """The values with personal data hidden."""
    personal = {field["code"] for field in fields or [] if field.get("personal")}
    return {code: "•••" if code in personal else value for code, value in data.items()}


def has_personal(fields: Fields | None) -> bool:
    """Whether a form asks for personal data."""
    return any(field.get("personal") for field in fields or [])


def _text(field: dict[str, Any], raw: Any, incident: Incident) -> str:
    text = normal(str(raw))
    if len(text) > 4000:
        raise ValueError(_("Dài quá 4000 ký tự."))
    return text


def _number(field: dict[str, Any], raw: Any, incident: Incident) -> float:
    try:
        value = float(str(raw).replace(",", ".") if isinstance(raw, str) else raw)
    except (TypeError, ValueError):
        raise ValueError(_("Cần một số.")) from None
    low, high = field.get("minimum"), field.get("maximum")
    if not math.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(_("Ngoài khoảng cho phép."))
    return value


def _date(field: dict[str, Any], raw: Any, incident: Incident) -> str:
    try:
        return date.fromisoformat(str(raw)).isoformat()
    except ValueError:
        raise ValueError(_("Cần ngày dạng năm-tháng-ngày.")) from None


def _choice(field: dict[str, Any], raw: Any, incident: Incident) -> str:
    if str(raw) not in {one["code"] for one in field["choices"]}:
        raise ValueError(_("Chọn một mục trong danh sách."))
    return str(raw)


def _yes_no(field: dict[str, Any], raw: Any, incident: Incident) -> bool:
    told = {"true": True, "1": True, "on": True, "yes": True, "false": False, "0": False, "no": False}
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() not in told:
        raise ValueError(_("Chọn có hoặc không."))
    return told[str(raw).lower()]


def _file(field: dict[str, Any], raw: Any, incident: Incident) -> str:
    try:
        wanted = UUID(str(raw))
    except ValueError:
        wanted = None
    if wanted is None or not Attachment.objects.filter(incident=incident, pk=wanted, withdrawn_at=None).exists():
        raise ValueError(_("Chọn một tệp của sự cố này."))
    return str(wanted)


_READERS: dict[str, Callable[[dict[str, Any], Any, Incident], Any]] = {
    "text": _text, "number": _number, "date": _date, "choice": _choice, "yes_no": _yes_no, "file": _file,
}  # fmt: skip
