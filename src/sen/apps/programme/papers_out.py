"""Programmes, the minutes of meetings and the results of inspections as official papers in Word."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from sen.apps.programme import official_word, programmes
from sen.apps.programme.digest import making
from sen.apps.programme.models import AgendaItem, Inspection, Meeting, Programme
from sen.apps.programme.official_word import Foot, Head, Part, Table
from sen.kernel import clock


def programme(found: Programme) -> bytes:
    """A programme with the state of each item today, months as rows, on A4 across."""
    with translation.override("vi"):
        now = clock.now()
        layout = making.schedule_of(found.unit_id)
        lines = programmes.lines(found)
        rows = tuple(
            (
                str(number), one.item.words, f"{one.item.due:%d/%m/%Y}" if one.item.due else _("Tháng {month}").format(month=one.item.month),
                one.item.lead.name if one.item.lead else one.item.lead_words, one.item.cooperating_words, one.item.product, one.state_words,
            )
            for number, one in enumerate(lines, 1)
        )  # fmt: skip
        table = Table(
            (_("TT"), _("Nội dung công việc"), _("Thời hạn"), _("Chủ trì"), _("Phối hợp"), _("Sản phẩm"), _("Tình trạng")), rows,
            (10, 82, 24, 42, 36, 32, 24), frozenset(), _("Chương trình chưa có nội dung nào."),
        )  # fmt: skip
        head = Head(
            above=layout.agency, agency=layout.department or found.unit.name, number=found.symbol.partition("/")[0],
            symbol=found.symbol.partition("/")[2] or "CTr-BCĐ", place=layout.place or "…", day=found.issued or clock.local(now).date(),
            kind=_("Chương trình"), title=found.title, marked=_("Số liệu mô phỏng – không dùng để điều hành") if found.simulated else "",
        )  # fmt: skip
        note = _("Tình trạng lấy lúc {at} từ nhiệm vụ đã giao.").format(at=f"{clock.local(now):%H:%M ngày %d/%m/%Y}")
        foot = Foot(layout.signer_title, found.signer or layout.signer, (_("Thành viên Ban Chỉ đạo"), _("Lưu: VT")))
        return official_word.make(
            head, [Part(_("Nội dung công việc"), (), (table,))], foot, note=note, made_at=now, landscape=True
        )


def inspection(found: Inspection) -> bytes:
    """The result of an inspection: what was looked at, what was found, what has to be remedied until when."""
    with translation.override("vi"):
        now = clock.now()
        layout = making.schedule_of(found.unit_id)
        checklist = Table(
            (_("TT"), _("Nội dung kiểm tra"), _("Kết quả"), _("Ghi chú")),
            tuple((str(one.position), one.words, str(one.get_outcome_display()), one.note) for one in found.lines.all()),
            (10, 72, 30, 48), frozenset(), _("Không có danh mục kiểm tra."),
        )  # fmt: skip
        findings = Table(
            (_("TT"), _("Phát hiện"), _("Mức"), _("Căn cứ"), _("Yêu cầu khắc phục"), _("Hạn")),
            tuple(
                (str(number), one.words, str(one.get_severity_display()), one.basis, one.remedy, f"{one.due:%d/%m/%Y}" if one.due else "")
                for number, one in enumerate(found.findings.all(), 1)
            ),
            (10, 48, 22, 28, 32, 20), frozenset(), _("Không có phát hiện nào."),
        )  # fmt: skip
        head = Head(
            above=layout.agency, agency=layout.department or found.unit.name, symbol="BC-ĐKT", place=layout.place or "…",
            day=clock.local(now).date(), kind=_("Báo cáo"),
            title=_("Kết quả kiểm tra: {title} tại {unit}").format(title=found.title, unit=found.inspected.name),
            marked=_("Số liệu mô phỏng – không dùng để điều hành") if found.simulated else "",
        )  # fmt: skip
        opening = [
            _("Từ ngày {first} đến ngày {last}, {team} đã kiểm tra {unit}{basis}. Kết quả như sau:").format(
                first=f"{found.starts_on:%d/%m/%Y}", last=f"{found.ends_on:%d/%m/%Y}", team=found.team or _("đoàn kiểm tra"),
                unit=found.inspected.name, basis=_(" theo {decision}").format(decision=found.decision) if found.decision else "",
            )
        ]  # fmt: skip
        parts = [
            Part(_("Nội dung đã kiểm tra"), (), (checklist,)),
            Part(_("Phát hiện và yêu cầu khắc phục"), (), (findings,)),
            Part(_("Kết luận"), (found.conclusion or _("Chưa kết luận."),)),
        ]
        foot = Foot(_("Trưởng đoàn"), "", (found.inspected.name, _("Lưu: VT, hồ sơ kiểm tra")))
        return official_word.make(head, parts, foot, opening=opening, made_at=now)


def meeting(found: Meeting) -> bytes:
    """The minutes of a meeting: when, who was there, what was said under each point and given to whom, the conclusion; two sign."""
    with translation.override("vi"):
        now = clock.now()
        layout = making.schedule_of(found.unit_id)
        begun, ended = found.began_at or found.starts_at, found.ended_at
        head = Head(
            above=layout.agency, agency=layout.department or found.unit.name, symbol="BB-HOP", place=layout.place or "…",
            day=clock.local(begun).date(), kind=_("Biên bản"), title=found.title,
            marked=_("Số liệu mô phỏng – không dùng để điều hành") if found.simulated else "",
        )  # fmt: skip
        parts = [
            Part(_("Thời gian, địa điểm"), _when(found)),
            Part(_("Thành phần tham dự"), _who(found)),
            Part(_("Nội dung cuộc họp"), tuple(_said(found)) or (_("Chưa có nội dung nào."),)),
        ]
        if found.conclusion:
            reference = _(" (số {number})").format(number=found.conclusion_number) if found.conclusion_number else ""
            lines = tuple(line.strip() for line in found.conclusion.splitlines() if line.strip())
            parts.append(Part(_("Kết luận của chủ trì") + reference, lines))
        closing = (
            _("Cuộc họp kết thúc vào {at}.").format(at=f"{clock.local(ended):%H giờ %M, ngày %d/%m/%Y}")
            if ended
            else _("Cuộc họp chưa kết thúc khi lập biên bản này.")
        )
        foot = Foot(
            _("Chủ tọa"), found.chair, (_("Thành phần dự họp"), _("Lưu: VT, hồ sơ cuộc họp")), left_title=_("Thư ký")
        )
        note = _("Lập lúc {at} từ ghi chép trên hệ thống, cuộc họp {number}; thư ký soát lại trước khi ký.").format(
            at=f"{clock.local(now):%H:%M ngày %d/%m/%Y}", number=found.number
        )
        return official_word.make(head, parts, foot, closing=(closing,), note=note, made_at=now)


def _when(found: Meeting) -> tuple[str, ...]:
    begun = clock.local(found.began_at or found.starts_at)
    lines = [_("Thời gian bắt đầu: {at}.").format(at=f"{begun:%H giờ %M, ngày %d/%m/%Y}")]
    if found.place:
        lines.append(_("Địa điểm: {place}.").format(place=found.place))
    return tuple(lines)


def _who(found: Meeting) -> tuple[str, ...]:
    rows = list(found.attendance.all())
    lines = [_("Chủ trì: {chair}.").format(chair=found.chair)] if found.chair else []
    for label, present in ((_("Có mặt"), True), (_("Vắng mặt"), False), (_("Được mời, chưa điểm danh"), None)):
        if names := [row.words for row in rows if row.present is present]:
            lines.append(f"{label} ({len(names)}): {'; '.join(names)}.")
    return tuple(lines) or (_("Chưa mời đơn vị nào."),)


def _said(found: Meeting) -> list[str]:
    """A line per point of the agenda, below it what was decided; at the end what belongs to no point."""
    decisions = list(found.decisions.select_related("lead"))
    lines = []
    points: list[AgendaItem | None] = [*found.agenda.select_related("presenter"), None]
    for point in points:
        some = [one for one in decisions if one.agenda_id == (point.pk if point else None)]
        if point is not None:
            presenter = f" ({point.presenter.name})" if point.presenter else ""
            lines.append(f"{point.position}. {point.words}{presenter}")
        elif some:
            lines.append(_("Ý kiến khác:"))
        for one in some:
            given = _(" Giao {unit}").format(unit=one.lead.name) if one.lead else ""
            until = _(", hạn {day}").format(day=f"{one.due:%d/%m/%Y}") if one.lead and one.due else ""
            task = f" ({one.task})" if one.task else ""
            lines.append(f"- {one.words.rstrip('.')}.{given}{until}{task}{'.' if one.lead else ''}")
    return lines
