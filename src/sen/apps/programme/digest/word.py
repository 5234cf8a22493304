"""The weekly digest as an official report in Word."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from sen.apps.directives.interface import TaskCounts
from sen.apps.programme import official_word
from sen.apps.programme.digest.content import Content
from sen.apps.programme.models import DigestSchedule
from sen.apps.programme.official_word import Foot, Head, Part, Table
from sen.kernel import clock

LATE_WORDS = 160


def report(content: Content, layout: DigestSchedule) -> bytes:
    """The digest of one week. `layout`: the two lines of the head, the symbol, the place and who signs."""
    here = clock.local(content.as_of)
    week, sunday = content.week, content.week + timedelta(days=6)
    head = Head(
        above=layout.agency, agency=layout.department or content.unit_name, symbol=layout.symbol, place=layout.place or "…", day=here.date(),
        kind=_("Báo cáo"),
        title=_("Kết quả thực hiện nhiệm vụ được giao tuần {number} năm {year} (từ {first} đến {last})").format(
            number=week.isocalendar().week, year=week.isocalendar().year, first=f"{week:%d/%m}", last=f"{sunday:%d/%m/%Y}"
        ),
        marked=_("Số liệu mô phỏng – không dùng để điều hành") if content.simulated else "",
    )  # fmt: skip
    foot = Foot(
        layout.signer_title,
        layout.signer,
        (_("Lãnh đạo {unit}").format(unit=content.unit_name), _("Các đơn vị chủ trì"), _("Lưu: VT")),
    )
    note = _("Số liệu lấy tự động lúc {at}, nguồn: hệ thống theo dõi nhiệm vụ của trung tâm.").format(
        at=f"{here:%H:%M ngày %d/%m/%Y}"
    )
    if content.missing:
        note += " " + "; ".join(content.missing) + "."
    return official_word.make(head, _parts(content), foot, note=note, made_at=here)


def _parts(content: Content) -> list[Part]:
    first, last = content.week + timedelta(days=7), content.week + timedelta(days=13)
    parts = [
        Part(_("Tình hình chung"), (_overall(content.counts), *_more(content)), (_units(content),)),
        Part(_("Nhiệm vụ quá hạn"), (), (_late(content),)),
        Part(
            _("Nhiệm vụ đến hạn tuần tới ({first}–{last})").format(first=f"{first:%d/%m}", last=f"{last:%d/%m}"),
            (),
            (_due(content),),
        ),
    ]
    if content.coming:
        parts.append(Part(_("Lịch tuần tới"), tuple(f"- {line}." for line in content.coming)))
    return parts


def _overall(counts: TaskCounts) -> str:
    rate = counts.on_time_rate
    shown = (
        f"{100 * rate:.1f}".replace(".", ",") + " %"
        if rate is not None
        else _("chưa tính được vì chưa có nhiệm vụ nào đến hạn")
    )
    return _(
        "Tổng số {total} nhiệm vụ: hoàn thành đúng hạn {on_time}, hoàn thành muộn {done_late}, quá hạn {overdue}, sắp đến hạn {soon}, "
        "chưa đến hạn {open}, không có hạn {none}. Tỷ lệ đúng hạn trên số đã đến hạn: {rate}."
    ).format(
        total=counts.total, on_time=counts.done_on_time, done_late=counts.done_late, overdue=counts.overdue, soon=counts.due_soon,
        open=counts.not_due, none=counts.no_deadline, rate=shown,
    )  # fmt: skip


def _more(content: Content) -> tuple[str, ...]:
    labelled = (
        (_("Hồ sơ thủ tục hành chính"), content.dossiers),
        (_("Văn bản"), content.documents),
        (_("Báo cáo số liệu"), content.reports),
    )
    return tuple(f"{label}: {words}" for label, words in labelled if words)


def _units(content: Content) -> Table:
    rows = tuple(
        (
            str(number), row.name, str(row.counts.total), str(row.counts.done_on_time), str(row.counts.done_late), str(row.counts.overdue),
            str(row.next_week),
        )
        for number, row in enumerate(content.units, 1)
    )  # fmt: skip
    return Table(
        (_("TT"), _("Đơn vị"), _("Tổng số"), _("Đúng hạn"), _("Muộn"), _("Quá hạn"), _("Đến hạn tuần tới")), rows,
        (10, 66, 17, 17, 15, 17, 18), frozenset({2, 3, 4, 5, 6}), _("Chưa đơn vị nào được giao nhiệm vụ."),
    )  # fmt: skip


def _late(content: Content) -> Table:
    rows = tuple(
        (
            str(number), f"{one.task.words[:LATE_WORDS]} ({one.task.number})", one.task.lead.name,
            f"{one.task.deadline:%d/%m/%Y}" if one.task.deadline else "", str(one.days_late), (one.why or one.last_progress)[:LATE_WORDS],
        )
        for number, one in enumerate(content.late, 1)
    )  # fmt: skip
    return Table(
        (_("TT"), _("Nhiệm vụ"), _("Chủ trì"), _("Hạn"), _("Số ngày trễ"), _("Tiến độ, lý do")), rows, (10, 58, 32, 22, 14, 24),
        frozenset({4}), _("Không có nhiệm vụ nào quá hạn."),
    )  # fmt: skip


def _due(content: Content) -> Table:
    rows = tuple(
        (
            str(number), f"{one.words[:LATE_WORDS]} ({one.number})", one.lead.name, f"{one.deadline:%d/%m/%Y}" if one.deadline else "",
            f"{one.percent} %",
        )
        for number, one in enumerate(content.due, 1)
    )  # fmt: skip
    return Table(
        (_("TT"), _("Nhiệm vụ"), _("Chủ trì"), _("Hạn"), _("Tiến độ")), rows, (10, 78, 36, 22, 14), frozenset({4}),
        _("Không có nhiệm vụ nào đến hạn trong tuần tới."),
    )  # fmt: skip
