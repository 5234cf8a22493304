"""The sentences of the situation log, made of a kind and facts in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.incidents.choices import Severity, State

_SENTENCES: dict[str, Promise] = {
    "opened": gettext_lazy("Mở sự cố. {lead} chủ trì."),
    "opened_drill": gettext_lazy("Bắt đầu diễn tập. {lead} chủ trì."),
    "procedure": gettext_lazy("Thực hiện quy trình “{name}” ({label})."),
    "no_procedure": gettext_lazy("Không có quy trình cho loại sự cố này; làm theo chỉ đạo."),
    "alerts_joined": gettext_lazy("Gắn cảnh báo {alerts}."),
    "alerts_left": gettext_lazy("Bỏ gắn cảnh báo {alerts}."),
    "step_done": gettext_lazy("Xong bước “{step}”."),
    "step_answered": gettext_lazy("Xong bước “{step}”: {answer}."),
    "step_skipped": gettext_lazy("Bỏ qua bước “{step}”: {reason}"),
    "step_undone": gettext_lazy("Bỏ đánh dấu bước “{step}”."),
    "step_late": gettext_lazy("Quá hạn bước “{step}” (hạn {due})."),
    "step_escalated": gettext_lazy("Báo lên cấp trên: bước “{step}” vẫn chưa xong (hạn {due})."),
    "step_added": gettext_lazy("Thêm bước “{step}”, hạn {due}."),
    "dispatched": gettext_lazy("Điều động {to}."),
    "dispatch_acknowledged": gettext_lazy("{to} đã nhận lệnh."),
    "dispatch_arrived": gettext_lazy("{to} đã đến nơi."),
    "dispatch_done": gettext_lazy("{to} đã hoàn thành: {result}"),
    "dispatch_recalled": gettext_lazy("Thu hồi lệnh điều động {to}: {reason}"),
    "dispatch_resent": gettext_lazy("Gửi lại lệnh điều động {to} (lần {attempt})."),
    "dispatch_unanswered": gettext_lazy("{to} chưa nhận lệnh (hạn {due}); đã báo lãnh đạo đơn vị."),
    "dispatch_escalated": gettext_lazy("{to} vẫn chưa nhận lệnh; đã báo cấp trên và đơn vị chủ trì."),
    "severity": gettext_lazy("Đổi mức độ: {before} → {after}."),
    "state": gettext_lazy("Đổi trạng thái: {before} → {after}."),
    "edited": gettext_lazy("Sửa thông tin sự cố: {fields}."),
    "status": gettext_lazy("Cập nhật tình hình cho lãnh đạo."),
    "file": gettext_lazy("Thêm tệp “{name}”."),
    "file_withdrawn": gettext_lazy("Rút tệp “{name}”: {reason}"),
    "merged_in": gettext_lazy("Nhập sự cố {number} “{title}” vào sự cố này."),
    "merged_away": gettext_lazy("Nhập vào sự cố {number} “{title}”."),
    "merge_undone": gettext_lazy("Hoàn tác việc nhập {source} vào {target}."),
    "split_off": gettext_lazy("Tách ra sự cố {number} “{title}”."),
    "split_from": gettext_lazy("Tách từ sự cố {number} “{title}”."),
    "split_undone": gettext_lazy("Hoàn tác việc tách {target} khỏi {source}."),
    "message_drafted": gettext_lazy("Soạn thông điệp công cộng {identifier}."),
    "message_submitted": gettext_lazy("Trình duyệt thông điệp {identifier}."),
    "message_approved": gettext_lazy("Duyệt thông điệp {identifier}."),
    "message_returned": gettext_lazy("Trả lại thông điệp {identifier}: {reason}"),
    "message_published": gettext_lazy("Phát thông điệp {identifier} tới người dân."),
    "message_withdrawn": gettext_lazy("Không phát thông điệp {identifier}."),
    "closed": gettext_lazy("Đóng sự cố."),
    "closed_drill": gettext_lazy("Kết thúc diễn tập."),
    "cancelled": gettext_lazy("Hủy sự cố: {reason}"),
    "reopened": gettext_lazy("Mở lại sự cố: {reason}"),
    "review_done": gettext_lazy("Hoàn thành đánh giá sau sự cố."),
    "unmasked": gettext_lazy("Xem thông tin cá nhân của người báo: {reason}"),
    "correction": gettext_lazy("Đính chính dòng ghi trước."),
    "note": gettext_lazy("Ghi chú."),
}


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """What happened, in the present language; the kind itself where it is not known here."""
    if kind not in _SENTENCES:
        return kind
    told = {name: _told(name, kind, value) for name, value in facts.items()}
    return str(_SENTENCES[kind]).format_map(_Open(told))


def _told(name: str, kind: str, value: Any) -> str:
    if kind == "severity" and value in Severity.values:
        return str(Severity(value).label)
    if kind == "state" and value in State.values:
        return str(State(value).label)
    if name == "fields":
        return ", ".join(str(field_name(one)) for one in value)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def field_name(name: str) -> str:
    """How a field of an incident is called."""
    return {
        "title": _("tên"), "description": _("diễn biến ban đầu"), "kind": _("loại"), "place": _("địa điểm"), "lon": _("vị trí"),
        "territory": _("địa bàn"), "lead_unit": _("đơn vị chủ trì"),
    }.get(name, name)  # fmt: skip


class _Open(dict[str, str]):
    """Leaves a gap where an older line lacks a fact."""

    def __missing__(self, key: str) -> str:
        return "…"
