"""The kinds of template that are edited as a sheet: their list, its columns with choices, and how a value of a column is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sen.apps.packs import interface as packs
from sen.apps.packs.inheritance import kinds
from sen.apps.packs.inheritance.values import TemplateRef
from sen.apps.packs.presentation import words
from sen.apps.packs.schema import Property

Form = Literal["text", "number", "date", "choice", "flag", "severity", "whole", "list"]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a row. `form` is how it is entered; `width` a class of the editor; `choices` are (value, words)."""

    key: str
    words: str
    form: Form = "text"
    width: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    nullable: bool = False
    unique: bool = False
    default: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A list of the content as a table: `editing` are all columns, `columns` those shown for reading, `head` what is said once above it."""

    kind: str
    list_name: str
    title: str
    help: str
    editing: tuple[Column, ...]
    shown_keys: tuple[str, ...]
    head: tuple[Column, ...] = ()

    @property
    def columns(self) -> list[Column]:
        """The columns shown for reading, in their order there."""
        return [column for key in self.shown_keys if (column := self.column(key))]

    def column(self, key: str) -> Column | None:
        """The column of a field; None where it has none."""
        return next((one for one in self.editing if one.key == key), None)

    def shown(self, column: Column, item: Mapping[str, Any]) -> str:
        """The value of an item in a column, in words."""
        return self.shown_value(column, item.get(column.key))

    def shown_value(self, column: Column, value: Any) -> str:
        """A value of a column in words: the name of a choice, a number, a day."""
        if column.choices and value is not None:
            key = ("1" if value else "") if column.form == "flag" else str(value)
            return dict(column.choices).get(key, words.plain(value))
        return words.plain(value)

    def hint(self, column: Column, item: Mapping[str, Any]) -> str:
        """A second line below the first column: what tells the row apart."""
        if column.key != self.shown_keys[0]:
            return ""
        if self.kind == "entry_sheet":
            return _hint_of_indicator(item)
        return _hint_of_limit(item) if self.kind == "limit_set" else ""


def sheet_of(kind: str) -> Sheet | None:
    """The sheet of a kind in the language of the page; None for kinds that have an editor of their own, or none."""
    build = {"limit_set": _limits, "code_list": _codes, "form": _form, "entry_sheet": _entry_sheet}.get(kind)
    return build() if build else None


class Writable(msgspec.Struct, frozen=True):
    """A kind that people may begin here: with what it starts and what it is for."""

    code: str
    name: str
    hint: str
    empty: dict[str, Any]


_PURPOSE: dict[str, Promise] = {
    "limit_set": gettext_lazy("Ngưỡng cảnh báo của trạm: mức, thời hạn, nguồn."),
    "code_list": gettext_lazy("Danh mục mã và tên dùng thống nhất, dán được từ Excel."),
    "form": gettext_lazy("Các trường mà cán bộ nhập khi báo cáo, khảo sát."),
    "entry_sheet": gettext_lazy("Các chỉ tiêu mà xã, phường, sở phải nhập theo kỳ."),
    "dashboard": gettext_lazy("Các ô số, biểu đồ, bản đồ; soạn bằng kéo thả."),
}
_EMPTY: dict[str, dict[str, Any]] = {
    "limit_set": {"rows": []}, "code_list": {"items": []}, "form": {"fields": []}, "entry_sheet": {"code": "phieu", "name": "", "period": "month", "rows": []}, "dashboard": {"tiles": []},
}  # fmt: skip


def kinds_to_write() -> list[Writable]:
    """The kinds that the page for a new template offers."""
    known = kinds.template_kinds()
    return [
        Writable(code, str(known[code].name), str(_PURPOSE[code]), empty)
        for code, empty in _EMPTY.items() if code in known
    ]  # fmt: skip


def editor_of(template: TemplateRef) -> str:
    """Where a template is written; empty where no page does."""
    if template.kind == "dashboard":
        return f"/dashboards/{template.id}/edit/"
    if template.kind == "sop":
        return f"/procedures/{template.id}/"
    return reverse("console:template-edit", args=[template.id]) if sheet_of(template.kind) else ""


def severity_choices() -> tuple[tuple[str, str], ...]:
    """Severities that a limit may have."""
    return (
        ("info", _("Thông tin")),
        ("notice", _("Chú ý")),
        ("warning", _("Cảnh báo")),
        ("serious", _("Nghiêm trọng")),
    )


def averaging_choices() -> tuple[tuple[str, str], ...]:
    """Averaging times of limits."""
    return (
        ("instant", _("tức thời")), ("1h", _("trung bình 1 giờ")), ("8h", _("trung bình 8 giờ")),
        ("24h", _("trung bình 24 giờ")), ("year", _("trung bình năm")),
    )  # fmt: skip


def _yes_no() -> tuple[tuple[str, str], ...]:
    return (("", _("không")), ("1", _("có")))


def _limits() -> Sheet:
    properties = tuple((code, _property_words(prop)) for code, prop in packs.properties().items())
    verified = (("", _("chưa kiểm chứng")), ("1", _("đã đối chiếu")))
    columns = (
        Column(key="label", words=_("Tên ngưỡng"), width="long", required=True),
        Column(key="property", words=_("Thông số"), form="choice", width="wide", choices=properties, required=True),
        Column(key="averaging", words=_("Trung bình"), form="choice", width="choice", choices=averaging_choices(), required=True),
        Column(key="minimum", words=_("Từ"), form="number", width="number"),
        Column(key="maximum", words=_("Đến"), form="number", width="number"),
        Column(key="severity", words=_("Mức"), form="severity", width="choice", choices=severity_choices(), required=True, default="warning"),
        Column(key="valid_from", words=_("Áp dụng từ"), form="date", width="date", required=True),
        Column(key="valid_to", words=_("Hết hiệu lực"), form="date", width="date"),
        Column(key="source", words=_("Văn bản, nguồn"), width="long", required=True),
        Column(key="verified", words=_("Kiểm chứng"), form="flag", width="choice", choices=verified),
        Column(key="station", words=_("Riêng trạm"), width="code", nullable=True),
        Column(key="standard", words=_("Thay ngưỡng của"), width="text"),
        Column(key="water_class", words=_("Mức nước"), width="number", nullable=True),
        Column(key="code", words=_("Mã"), width="code", unique=True),
    )  # fmt: skip
    return Sheet(
        kind="limit_set", list_name="rows", title=_("Các ngưỡng"), editing=columns,
        help=_(
            "Ngoài khoảng từ – đến là vượt ngưỡng; để trống một đầu nếu không giới hạn. Muốn thay một ngưỡng của quy chuẩn thì ghi "
            "đúng tên quy chuẩn ở cột Thay ngưỡng của; để trống là ngưỡng thêm. Bỏ trống mã thì máy đặt."
        ),
        shown_keys=("label", "minimum", "maximum", "severity", "valid_from", "verified"),
    )  # fmt: skip


def _hint_of_limit(item: Mapping[str, Any]) -> str:
    prop = packs.properties().get(str(item.get("property", "")))
    averaging = dict(averaging_choices()).get(str(item.get("averaging", "")), "")
    said = [_property_words(prop) if prop else str(item.get("property", "")), averaging]
    if item.get("water_class"):
        said.append(_("mức %(level)s") % {"level": item["water_class"]})
    if item.get("station"):
        said.append(_("riêng trạm %(code)s") % {"code": item["station"]})
    source = _("Nguồn: %(source)s") % {"source": item.get("source") or "–"}
    return ", ".join(one for one in said if one) + f"\n{source}"


def _property_words(prop: Property) -> str:
    english = (get_language() or "vi").startswith("en")
    return f"{prop.name_en if english else prop.name} ({prop.unit_label})"


def _codes() -> Sheet:
    columns = (
        Column(key="code", words=_("Mã"), width="code", required=True, unique=True),
        Column(key="name", words=_("Tên"), width="long", required=True),
        Column(key="name_en", words=_("Tên tiếng Anh"), width="long"),
        Column(key="retired", words=_("Ngừng dùng"), form="flag", width="choice", choices=_yes_no()),
    )
    return Sheet(
        kind="code_list", list_name="items", title=_("Các mã"), editing=columns, shown_keys=("name", "code", "name_en", "retired"),
        help=_("Chép hai hay ba cột từ Excel rồi dán vào ô đầu."),
    )  # fmt: skip


def _form() -> Sheet:
    types = (
        ("text", _("chữ")), ("number", _("số")), ("date", _("ngày")), ("choice", _("chọn một")),
        ("file", _("tệp")), ("yes_no", _("có, không")),
    )  # fmt: skip
    columns = (
        Column(key="label", words=_("Câu hỏi"), width="long", required=True),
        Column(key="type", words=_("Kiểu"), form="choice", width="choice", choices=types, required=True),
        Column(key="required", words=_("Bắt buộc nhập"), form="flag", width="choice", choices=_yes_no()),
        Column(key="code_list", words=_("Danh mục"), width="code"),
        Column(key="unit", words=_("Đơn vị đo"), width="code"),
        Column(key="minimum", words=_("Từ"), form="number", width="number"),
        Column(key="maximum", words=_("Đến"), form="number", width="number"),
        Column(key="code", words=_("Mã"), width="code", unique=True),
    )
    return Sheet(
        kind="form", list_name="fields", title=_("Các trường"), editing=columns, shown_keys=("label", "type", "required", "code_list", "unit"),
        help=_("Thứ tự dòng là thứ tự trên phiếu."),
    )  # fmt: skip


def _entry_sheet() -> Sheet:
    communes, departments = "ward,commune,special_zone", "department"
    columns = (
        Column(key="code", words=_("Mã chỉ tiêu"), width="text", required=True, unique=True),
        Column(key="note", words=_("Ghi chú cho người nhập"), width="long"),
        Column(key="required", words=_("Bắt buộc nhập"), form="flag", width="choice", choices=_yes_no(), default="1"),
        Column(key="minimum", words=_("Giá trị thấp nhất"), form="number", width="number"),
        Column(key="maximum", words=_("Giá trị cao nhất"), form="number", width="number"),
        Column(key="note_en", words=_("Ghi chú tiếng Anh"), width="long"),
    )
    head = (
        Column(key="name", words=_("Tên phiếu"), width="long", required=True),
        Column(key="period", words=_("Kỳ báo cáo"), form="choice", choices=(
            ("month", _("Tháng")), ("quarter", _("Quý")), ("half_year", _("6 tháng")), ("year", _("Năm")),
        )),
        Column(key="unit_kinds", words=_("Ai phải nhập"), form="list", choices=(
            ("", _("đơn vị nhận mẫu")), (communes, _("xã, phường, đặc khu")), (departments, _("sở, ban, ngành")),
        )),
        Column(key="agencies", words=_("Riêng các cơ quan"), form="list", width="long"),
        Column(key="about", words=_("Số liệu của"), form="choice", choices=(("unit", _("đơn vị nhập")), ("parent", _("toàn tỉnh")))),
        Column(key="due_day", words=_("Hạn nộp (ngày sau kỳ)"), form="number", width="number", required=True),
        Column(key="needs_approval", words=_("Phải duyệt"), form="flag", choices=_yes_no()),
        Column(key="approver", words=_("Người duyệt"), form="choice", choices=(
            ("unit_leader", _("lãnh đạo đơn vị")), ("province", _("cấp tỉnh")),
        )),
        Column(key="source", words=_("Căn cứ"), width="long"),
    )  # fmt: skip
    return Sheet(
        kind="entry_sheet", list_name="rows", title=_("Các chỉ tiêu"), editing=columns, head=head,
        help=_("Mỗi dòng một chỉ tiêu phải nhập, cùng kỳ với phiếu; chỉ tiêu tính theo công thức thì không nhập. Nhiều cơ quan cách nhau bằng dấu phẩy."),
        shown_keys=("code", "note", "required", "minimum", "maximum"),
    )  # fmt: skip


def _hint_of_indicator(item: Mapping[str, Any]) -> str:
    known = packs.indicators().get(str(item.get("code", "")))
    if known is None:
        return ""
    english = (get_language() or "vi").startswith("en")
    return f"{known.name_en if english else known.name} ({known.unit_label})"
