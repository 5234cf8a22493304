"""The kind `entry_sheet`: which figures a unit reports together, when, and who agrees to them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.packs.inheritance.values import Fault, TemplateKind
from sen.apps.packs.schema_sheets import EntrySheet
from sen.kernel import formula

KIND = "entry_sheet"
LATEST_DUE_DAY = 120
"""Yearly sheets come within four months."""


def check(content: EntrySheet) -> list[Fault]:
    """What is wrong with a sheet: bounds that leave nothing, rules over figures that it does not hold."""
    return list(_faults(content))


def _faults(content: EntrySheet) -> Iterator[Fault]:
    if not 1 <= content.due_day <= LATEST_DUE_DAY:
        yield Fault("/due_day", _("hạn nộp tính từ ngày 1 đến ngày {most} sau kỳ").format(most=LATEST_DUE_DAY))
    if content.about == "parent" and not (content.needs_approval and content.approver == "province"):
        yield Fault("/approver", _("số liệu của cấp trên phải do cấp tỉnh duyệt"))
    for row in content.rows:
        if not row.code.isidentifier():
            yield Fault(f"/rows/{row.code}/code", _("mã chỉ tiêu chỉ gồm chữ, số và _"))
        if row.minimum is not None and row.maximum is not None and row.minimum > row.maximum:
            yield Fault(f"/rows/{row.code}/minimum", _("giá trị thấp nhất không được lớn hơn giá trị cao nhất"))
    held = {row.code for row in content.rows}
    for one in content.checks:
        at = f"/checks/{one.code}/formula"
        try:
            names = formula.parse(one.formula).names
        except formula.FormulaError as error:
            yield Fault(at, error.message)
            continue
        for name in sorted(names - held):
            yield Fault(at, _("“{name}” không phải chỉ tiêu của phiếu").format(name=name))


TEMPLATE_KIND = TemplateKind(
    code=KIND,
    name=gettext_lazy("Phiếu nhập số liệu"),
    content=EntrySheet,
    open_choices=(
        ("/rows/*", gettext_lazy("Thêm, thay hoặc bỏ chỉ tiêu")),
        ("/rows/*/note", gettext_lazy("Ghi chú của chỉ tiêu")),
        ("/rows/*/required", gettext_lazy("Bắt buộc nhập")),
        ("/rows/*/minimum", gettext_lazy("Giá trị thấp nhất")),
        ("/rows/*/maximum", gettext_lazy("Giá trị cao nhất")),
        ("/due_day", gettext_lazy("Hạn nộp")),
        ("/needs_approval", gettext_lazy("Phải duyệt")),
        ("/approver", gettext_lazy("Người duyệt")),
    ),
    check=check,
    field_names={
        "code": gettext_lazy("Mã"),
        "name": gettext_lazy("Tên"),
        "name_en": gettext_lazy("Tên tiếng Anh"),
        "period": gettext_lazy("Kỳ báo cáo"),
        "unit_kinds": gettext_lazy("Loại đơn vị phải nhập"),
        "agencies": gettext_lazy("Cơ quan phải nhập"),
        "due_day": gettext_lazy("Hạn nộp (ngày sau kỳ)"),
        "needs_approval": gettext_lazy("Phải duyệt"),
        "approver": gettext_lazy("Người duyệt"),
        "about": gettext_lazy("Số liệu của"),
        "rows": gettext_lazy("Các chỉ tiêu"),
        "note": gettext_lazy("Ghi chú"),
        "note_en": gettext_lazy("Ghi chú tiếng Anh"),
        "required": gettext_lazy("Bắt buộc nhập"),
        "minimum": gettext_lazy("Giá trị thấp nhất"),
        "maximum": gettext_lazy("Giá trị cao nhất"),
        "checks": gettext_lazy("Các phép kiểm tra"),
        "formula": gettext_lazy("Công thức"),
        "words": gettext_lazy("Lời báo sai"),
        "words_en": gettext_lazy("Lời báo sai tiếng Anh"),
        "source": gettext_lazy("Căn cứ"),
    },
)
