"""Puts the findings of the gate into words with the next step, for pages and REST. No HTML."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sen.apps.effectiveness import gate
from sen.apps.effectiveness.queries import ModuleState
from sen.kernel import clock

STATE_TONES = {"on": "done", "on_not_ready": "warn", "ready": "on", "preparing": "", "offered": ""}


@dataclass(frozen=True)
class Item:
    """One item of the gate in words."""

    code: str
    met: bool
    title: str
    words: str
    next_step: str


def item_title(code: str) -> str:
    """What an item asks for."""
    return {
        "owner": _("Người phụ trách"),
        "sources": _("Nguồn dữ liệu đã nối và đủ mới"),
        "procedure": _("Quy trình ứng phó và thời hạn"),
        "upkeep": _("Duy trì, bảo dưỡng"),
        "measure": _("Thước đo hiệu quả và mức nền"),
    }.get(code, code)


def item_titles(codes: list[str] | tuple[str, ...]) -> str:
    """Several items in one line."""
    return ", ".join(item_title(code).lower() for code in codes)


def state_words(state: str) -> str:
    """The state of a module."""
    return {
        "on": _("Đang bật"),
        "on_not_ready": _("Bật, chưa đủ điều kiện"),
        "ready": _("Đủ điều kiện, chưa bật"),
        "preparing": _("Đang chuẩn bị"),
        "offered": _("Chưa đưa vào"),
    }[state]


def items(found: ModuleState) -> list[Item]:
    """The five items of a module in words."""
    return [
        Item(one.code, one.met, _title(found, one.code), _words(found, one), "" if one.met else _next(found, one))
        for one in found.findings
    ]


def _title(found: ModuleState, code: str) -> str:
    return _("Phiếu số liệu nộp đúng hạn") if code == "sources" and found.module.by_sheets else item_title(code)


def _words(found: ModuleState, one: gate.Finding) -> str:
    row = found.row
    if one.code == "sources":
        return _source_words(found, one.why)
    if one.code == "owner":
        return str(row.owner) if row and row.owner and one.met else _no_owner(found)
    if one.code == "procedure" and row and one.met:
        return _("{number} {title}: trả lời trong {n} phút, {who}.").format(
            number=row.procedure_number, title=row.procedure_title, n=row.procedure_minutes, who=row.procedure_contact
        )
    if one.code == "upkeep" and row and row.upkeep_until:
        words = _("{who}, kinh phí {money}, đến {until:%d/%m/%Y}.")
        return words.format(who=row.upkeep_who or "–", money=row.upkeep_money or "–", until=row.upkeep_until)
    if one.code == "measure" and row and row.baseline_value is not None:
        return _measure_words(found)
    return {
        "procedure": _("Chưa ghi quy trình."),
        "upkeep": _("Chưa ghi ai duy trì, bằng kinh phí nào, đến khi nào."),
        "measure": _("Chưa có mức nền."),
    }[one.code]


def _no_owner(found: ModuleState) -> str:
    if found.row and found.row.owner:
        return _("{name} không còn tài khoản hoặc vai trò tại đơn vị.").format(name=found.row.owner)
    return _("Chưa có ai phụ trách.")


def _source_words(found: ModuleState, why: str) -> str:
    sources = found.sources
    if found.module.by_sheets:
        return _sheet_words(found, why)
    if why == "no_assets":
        return _("Chưa có trạm, thiết bị nào thuộc loại mà phân hệ cần.")
    if why == "no_series":
        return _("Có {n} trạm, thiết bị nhưng chưa khai báo thông số nào.").format(n=sources.assets)
    return _("{fresh} trên {all} chuỗi số liệu đúng hẹn ({share} %, cần {needed} %), từ {assets} trạm, thiết bị.").format(
        fresh=sources.fresh, all=sources.series, share=int(sources.share * 100), needed=round(found.module.fresh_share * 100),
        assets=sources.assets,
    )  # fmt: skip


def _sheet_words(found: ModuleState, why: str) -> str:
    sources = found.sources
    if why == "no_sheets":
        return _("Đơn vị không phải nhập phiếu nào của phân hệ này.")
    if why == "nothing_due":
        return _("Đơn vị nhập {n} phiếu; sáu tháng qua chưa phiếu nào đến hạn.").format(n=sources.sheets)
    return _("{on_time} trên {due} phiếu sáu tháng qua nộp đúng hạn ({share} %, cần {needed} %).").format(
        on_time=sources.on_time, due=sources.due, share=int(sources.share * 100), needed=round(found.module.on_time_share * 100)
    )  # fmt: skip


def _measure_words(found: ModuleState) -> str:
    row = found.row
    if row is None or row.baseline_value is None:
        return ""
    unit = found.module.measure.unit
    words = _("Mức nền {value} {unit}").format(value=_plain(row.baseline_value), unit=unit)
    if row.baseline_on:
        words += f" ({row.baseline_on:%d/%m/%Y})"
    if row.target_value is not None:
        words += _(", mục tiêu {value} {unit}").format(value=_plain(row.target_value), unit=unit)
        if row.target_on:
            words += f" ({row.target_on:%d/%m/%Y})"
    return f"{words}."


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _next(found: ModuleState, one: gate.Finding) -> str:
    """What to do about an item that is not met."""
    until = found.row.upkeep_until if found.row else None
    left = (until - clock.local(clock.now()).date()).days if until else 0
    return {
        "none": _("Chọn một người có tài khoản tại đơn vị; chưa có thì mời."),
        "no_assets": _("Nối nguồn đầu tiên, hoặc đề nghị đơn vị chủ quản khai báo trạm trên địa bàn."),
        "no_series": _("Khai báo thông số của trạm, hoặc nhận thiết bị mới đang chờ duyệt."),
        "no_sheets": _("Xem phân hệ ở đơn vị phải nhập: xã, phường hoặc sở phụ trách."),
        "nothing_due": _("Nộp phiếu kỳ gần nhất; điều kiện được xét khi có phiếu đến hạn."),
        "late": _("Nộp các phiếu còn thiếu, cử người thay khi người nhập vắng."),
        "stale": _("Xem nguồn đang trễ, nhắc đơn vị chủ quản, hoặc sửa đường truyền."),
        "no_document": _("Ghi số và tên văn bản ban hành quy trình."),
        "no_clock": _("Ghi thời hạn phải trả lời, tính bằng phút."),
        "nobody_answers": _("Ghi ai trả lời: chức danh, tổ trực hoặc số điện thoại trực."),
        "open": _("Ghi đủ: ai duy trì, nguồn kinh phí, bảo đảm đến ngày nào."),
        "ended": _("Kinh phí duy trì đã hết hạn. Ghi hợp đồng hoặc dự toán mới."),
        "ends_soon": _("Chỉ còn {n} ngày bảo đảm; gia hạn trước khi còn dưới {limit} ngày.").format(
            n=left, limit=gate.UPKEEP_NOTICE_DAYS
        ),
        "no_baseline": _("Đo mức nền trước khi bật: giá trị, ngày đo, nguồn số liệu."),
        "no_target": _("Ghi mục tiêu và ngày phải đạt."),
        "target_before_baseline": _("Ngày đạt mục tiêu phải sau ngày đo mức nền."),
        "target_no_better": _("Mục tiêu chưa tốt hơn mức nền theo chiều của thước đo."),
    }[one.why]
