"""Units beside each other: the span of days, the lines of the file, and what each figure means and is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from sen.apps.documents import timeliness
from sen.apps.documents.values import DocumentCounts, UnitLine
from sen.kernel import scopes
from sen.kernel.errors import InvalidInput, NotFound

DAYS = 90
WORST = 5


def span(since: date | None, until: date | None) -> tuple[date, date]:
    """The days that are compared: as asked, else the last 90. Raises InvalidInput where they are upside down."""
    last = until or timeliness.today()
    first = since or last - timedelta(days=DAYS - 1)
    if first > last:
        raise InvalidInput(
            _("Ngày đầu sau ngày cuối."), action=_("Đổi lại hai ngày."), fields={"since": _("Ngày đầu sau ngày cuối.")}
        )
    return first, last


def worst(lines: Sequence[UnitLine]) -> list[UnitLine]:
    """The units with most overdue, then most unread; at most five, none where nothing is behind."""
    behind = [one for one in lines if one.counts.overdue or one.counts.unread]
    return sorted(behind, key=lambda one: (-one.counts.overdue, -one.counts.unread, one.unit.code))[:WORST]


def head() -> list[str]:
    """The head of the file."""
    return [
        _("Mã đơn vị"), _("Đơn vị"), _("Văn bản đến"), _("Văn bản đi"), _("Chưa đọc"), _("Đang xử lý"), _("Quá hạn"), _("Xong đúng hạn"), _("Xong trễ"),
        _("Tỷ lệ đúng hạn (%)"), _("Có chữ ký số (%)"), _("Hoàn toàn điện tử (%)"), _("Thời gian xử lý trung bình (giờ)"), _("Mô phỏng"),
    ]  # fmt: skip


def row(one: UnitLine) -> list[Any]:
    """A unit's line in the file; "" where there is nothing to divide by."""
    counts = one.counts
    shares = [counts.on_time_share, counts.signed_share, counts.electronic_share]
    return [
        one.unit.code, one.unit.name, counts.incoming, counts.outgoing, counts.unread, counts.open, counts.overdue, counts.done_on_time, counts.done_late,
        *(round(share * 100, 1) if share is not None else "" for share in shares),
        round(counts.mean_hours, 1) if counts.mean_hours is not None else "", counts.simulated,
    ]  # fmt: skip


def timeliness_words(code: str) -> str:
    """Timeliness in words."""
    return {
        "no_deadline": _("không hạn"), "not_due": _("còn hạn"), "due_soon": _("sắp đến hạn"), "overdue": _("quá hạn"),
        "done_on_time": _("xong đúng hạn"), "done_late": _("xong trễ hạn"),
    }.get(code, code)  # fmt: skip


def told(what: str, counts: DocumentCounts) -> dict[str, Any]:
    """A figure by its name: value, unit, how it is made, and the filter that lists what it counts. Raises NotFound."""
    known: dict[str, tuple[str, float | None, str, str, str]] = {
        "incoming": (_("Văn bản đến"), counts.incoming, _("văn bản"), _("Mỗi văn bản đếm một lần trong sổ của từng đơn vị nhận."), "direction=in"),
        "outgoing": (_("Văn bản đi"), counts.outgoing, _("văn bản"), _("Văn bản do đơn vị gửi."), "direction=out"),
        "unread": (_("Chưa đọc"), counts.unread, _("văn bản"), _("Văn bản đến chưa ai của đơn vị bấm tiếp nhận; không tính văn bản đã lấy lại, đã thay thế."), "state=unread"),
        "open": (_("Đang xử lý"), counts.open, _("văn bản"), _("Văn bản đến chưa ghi kết quả."), "state=open"),
        "overdue": (_("Quá hạn"), counts.overdue, _("văn bản"), _("Đã qua hạn bên gửi ghi mà chưa có kết quả, tính đến hôm nay."), "state=late"),
        "on_time": (_("Xử lý đúng hạn"), _percent(counts.on_time_share), "%", _("Xong đúng hạn chia cho (xong đúng hạn + xong trễ + đang quá hạn); văn bản không hạn không tính."), "state=handled"),
        "signed": (_("Phát hiện chữ ký số"), _percent(counts.signed_share), "%", _("{n} trên {of} văn bản có tệp để xem. Chỉ phát hiện, chưa kiểm tra hiệu lực chứng thư.").format(n=counts.signed, of=counts.signed_of), "signature=detected"),
        "electronic": (_("Hoàn toàn điện tử"), _percent(counts.electronic_share), "%", _("Văn bản gửi, nhận qua trục không kèm bản giấy, chia cho tất cả văn bản."), "electronic=1"),
        "hours": (_("Thời gian xử lý trung bình"), counts.mean_hours, _("giờ"), _("Từ lúc đến tới lúc ghi kết quả, giờ đồng hồ, tính cả đêm và ngày nghỉ; chỉ văn bản đã xong."), "state=handled"),
    }  # fmt: skip
    if what not in known:
        raise NotFound(_("Không có số liệu này."))
    name, value, label, how, listed = known[what]
    return {"name": name, "value": value, "label": label, "how": how, "listed": listed, "whole": label == _("văn bản")}


def known_actions() -> frozenset[str]:
    """Every action that some app has registered: pages offer only what exists."""
    return frozenset(scopes.actions())


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100
