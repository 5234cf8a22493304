"""The demonstration's steering committee: its programme of the year, two inspections, a meeting that was held and one to come. Simulated."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope
from sen.apps.directives.interface import NewTask
from sen.apps.organisations import interface as organisations
from sen.apps.programme import interface as programme
from sen.kernel import clock

# Month, words, department, who cooperates, product. After the kind of programme that steering committees for the digital transformation issue.
ITEMS = (
    (1, "Hoàn chỉnh và trình ký ban hành Chương trình công tác năm của Ban Chỉ đạo", "82-skhcn", "Văn phòng UBND tỉnh", "Chương trình"),
    (2, "Ban hành Quy chế hoạt động của Ban Chỉ đạo, quy định rõ nhiệm vụ của từng thành viên", "82-skhcn", "Sở Nội vụ", "Quyết định"),
    (3, "Bố trí vốn cho dự án Trung tâm điều hành thông minh", "82-stc", "Sở Khoa học và Công nghệ", "Tờ trình"),
    (4, "Cập nhật Kiến trúc số của tỉnh theo hướng dùng chung dữ liệu", "82-skhcn", "Các sở, ban, ngành", "Quyết định"),
    (5, "Kiểm tra công tác chuyển đổi số tại các sở, đợt 1", "82-skhcn", "Thanh tra tỉnh", "Báo cáo kết quả"),
    (6, "Sơ kết sáu tháng đầu năm về chuyển đổi số", "82-skhcn", "Các thành viên Ban Chỉ đạo", "Báo cáo"),
    (7, "Rà soát dịch vụ công trực tuyến không phát sinh hồ sơ", "82-vpub", "Các sở, UBND cấp xã", "Danh mục"),
    (8, "Tập huấn kỹ năng số cho cán bộ, công chức cấp xã", "82-snv", "Sở Khoa học và Công nghệ", "Lớp tập huấn"),
    (9, "Xây dựng đề án chuyển đổi số ngành nông nghiệp và môi trường", "82-snnmt", "Sở Khoa học và Công nghệ", "Đề án"),
    (10, "Tổ chức Ngày Chuyển đổi số của tỉnh (10/10)", "82-skhcn", "Các sở, UBND cấp xã", "Sự kiện"),
    (11, "Kiểm tra công tác chuyển đổi số tại cấp xã, đợt 2", "82-skhcn", "Sở Nội vụ", "Báo cáo kết quả"),
    (11, "Kết nối dữ liệu quan trắc môi trường về Trung tâm điều hành thông minh", "82-snnmt", "Sở Khoa học và Công nghệ", "Dữ liệu kết nối"),
    (12, "Hội nghị tổng kết năm và đề xuất Chương trình công tác năm sau", "82-skhcn", "Văn phòng UBND tỉnh", "Báo cáo tổng kết"),
)  # fmt: skip
CONCLUSION = """Số: {number}/TB-VPUBND

Đồng Tháp, ngày {day:%d} tháng {day:%m} năm {day:%Y}

THÔNG BÁO

Kết luận của Trưởng ban Ban Chỉ đạo Chuyển đổi số tỉnh tại cuộc họp lần 3 năm {day:%Y}

Sau khi nghe Sở Khoa học và Công nghệ báo cáo và ý kiến của các thành viên, Trưởng ban kết luận như sau:

1. Sở Khoa học và Công nghệ hoàn chỉnh dự thảo Kiến trúc số của tỉnh, làm rõ phạm vi dùng chung dữ liệu, trình Ủy ban nhân dân tỉnh. Thời gian hoàn thành trước ngày {first:%d} tháng {first:%m} năm {first:%Y}.

2. Sở Xây dựng phối hợp với Sở Khoa học và Công nghệ lắp đặt hệ thống điện dùng riêng cho Trung tâm điều hành thông minh. Thời gian hoàn thành trước ngày {second:%d} tháng {second:%m} năm {second:%Y}.

3. Sở Tài chính rà soát, bố trí vốn cho dự án Trung tâm điều hành thông minh trong 10 ngày làm việc.
"""
CHECKLIST = (
    "Kế hoạch chuyển đổi số của đơn vị trong năm đã ban hành",
    "Người đứng đầu trực tiếp chỉ đạo, có phân công cụ thể",
    "Dữ liệu thuộc trách nhiệm được cập nhật đúng kỳ",
    "Dịch vụ công trực tuyến của đơn vị có phát sinh hồ sơ",
    "Báo cáo số liệu gửi đúng hạn qua hệ thống",
)
FIGURES = ("eco_grdp_growth", "tthc_on_time_rate", "nv_on_time_rate")


def create() -> None:
    """Make what is missing; nothing changes at the second call."""
    leader, duty = access.scope_of_username("lanhdao"), access.scope_of_username("trucban")
    if any(one.simulated for one in programme.progress(leader, limit=100)):
        return
    today = clock.local(clock.now()).date()
    province = organisations.province().id
    tasks = _programme(leader, province, today)
    _held(leader, duty, province, today)
    _to_come(leader, duty, province, today, tasks)
    _inspections(duty, province, today)
    programme.set_digest_schedule(
        scope=leader, unit_id=province, weekday=4, hour=15, active=True, agency="Ủy ban nhân dân tỉnh Đồng Tháp",
        department="Văn phòng", symbol="BC-VPUBND", place="Đồng Tháp", signer_title="Chánh Văn phòng",
    )  # fmt: skip
    programme.make_digest(scope=duty, unit_id=province)


def _programme(leader: Scope, province: UUID, today: date) -> list[str]:
    """The year's items; those of the last and the coming months are tasks, older ones are said to be done, one was missed."""
    units = {one.code: one.id for one in organisations.departments()}
    made = programme.create_programme(
        scope=leader, unit_id=province, year=today.year, title=f"Chương trình công tác năm {today.year} của Ban Chỉ đạo Chuyển đổi số tỉnh",
        symbol="12/CTr-BCĐ", issued=date(today.year, 1, 20), signer="Trưởng ban Ban Chỉ đạo", simulated=True,
    )  # fmt: skip
    items = [
        programme.add_item(
            scope=leader, number=made.number,
            new=programme.ItemIn(
                month=month, words=words, lead=units.get(lead), cooperating=cooperating, product=product
            ),
        )
        for month, words, lead, cooperating, product in ITEMS
    ]  # fmt: skip
    near = [one.number for one in items if today.month - 2 <= one.month <= today.month + 1 and one.lead_id]
    for one in items:
        if one.number not in near and one.month < today.month and one.month != 3:
            programme.change_item(scope=leader, number=one.number, state="done")
    return programme.give(scope=leader, number=made.number, items=near) if near else []


def _held(leader: Scope, duty: Scope, province: UUID, today: date) -> None:
    """A meeting of two weeks ago whose conclusion was read and given."""
    day = _working(today - timedelta(days=14))
    made = programme.create_meeting(
        scope=duty, unit_id=province, title=f"Họp Ban Chỉ đạo Chuyển đổi số tỉnh lần 3 năm {day.year}", starts_at=_at(day, 8),
        chair="Chủ tịch UBND tỉnh, Trưởng ban", place="Phòng họp số 1, Văn phòng UBND tỉnh", simulated=True,
        agenda=[
            programme.AgendaIn(words="Dự thảo Kiến trúc số của tỉnh", minutes=40),
            programme.AgendaIn(words="Tiến độ Trung tâm điều hành thông minh", minutes=30),
        ],
        asked=[one.id for one in organisations.departments()[:10]],
    )  # fmt: skip
    programme.move_meeting(scope=duty, number=made.number, to="running")
    programme.decide(
        scope=leader,
        number=made.number,
        words="Thống nhất họp Ban Chỉ đạo mỗi quý một lần.",
        position=2,
        key="demo:quy",
    )
    programme.move_meeting(scope=duty, number=made.number, to="held")
    text = CONCLUSION.format(number=271, day=day, first=today + timedelta(days=9), second=today + timedelta(days=30))
    kept = programme.keep_conclusion(
        scope=duty, number=made.number, text=text, conclusion_number="271/TB-VPUBND", on=day
    )
    confirmed = [
        NewTask(
            words=one.words, leads=tuple(unit.id for unit in one.leads), cooperating=tuple(unit.id for unit in one.cooperating),
            cooperating_words=one.cooperating_words, deadline=one.deadline, deadline_words=one.deadline_words, evidence=one.at,
        )
        for one in programme.proposals(kept)
        if one.leads
    ]  # fmt: skip
    programme.confirm_conclusion(scope=leader, number=made.number, tasks=confirmed)


def _to_come(leader: Scope, duty: Scope, province: UUID, today: date, tasks: list[str]) -> None:
    """The next meeting, whose agenda looks at tasks of the programme and at figures."""
    day = _working(today + timedelta(days=3))
    programme.create_meeting(
        scope=duty, unit_id=province, title="Giao ban công tác chuyển đổi số", starts_at=_at(day, 14), chair="Phó Chủ tịch UBND tỉnh",
        place="Phòng họp trực tuyến", simulated=True,
        agenda=[
            programme.AgendaIn(words="Nhiệm vụ của Chương trình công tác đang trễ hoặc sắp đến hạn", minutes=30, tasks=tuple(tasks[:5])),
            programme.AgendaIn(words="Kinh tế - xã hội, thủ tục hành chính và nhiệm vụ trong tháng", minutes=20, figures=FIGURES),
            programme.AgendaIn(words="Chuẩn bị tổng kết năm", minutes=15),
        ],
        asked=[one.id for one in organisations.departments()[:12]],
    )  # fmt: skip


def _inspections(duty: Scope, province: UUID, today: date) -> None:
    """One that was concluded with findings, one that is planned."""
    units = {one.code: one.id for one in organisations.departments()}
    past = _working(today - timedelta(days=30))
    done = programme.create_inspection(
        scope=duty, unit_id=province, inspected=units.get("82-sxd") or organisations.departments()[0].id, title="Công tác chuyển đổi số", starts_on=past,
        ends_on=past + timedelta(days=1), checklist=CHECKLIST, decision="45/QĐ-BCĐ", team="Đoàn kiểm tra của Ban Chỉ đạo", simulated=True,
    )  # fmt: skip
    seen = {
        1: ("met", ""),
        2: ("met", ""),
        3: ("not_met", "Dữ liệu quy hoạch chậm ba tháng"),
        4: ("partly", "6/14 dịch vụ có hồ sơ"),
        5: ("met", ""),
    }
    programme.look(scope=duty, number=done.number, seen=seen)
    programme.find(
        scope=duty, number=done.number, severity="major", words="Dữ liệu quy hoạch xây dựng không được cập nhật đúng kỳ",
        remedy="Cập nhật dữ liệu quy hoạch xây dựng đến hết tháng trước và duy trì hằng tháng", due=_working(today + timedelta(days=6)),
    )  # fmt: skip
    programme.find(
        scope=duty,
        number=done.number,
        severity="note",
        words="Nên công khai danh mục dịch vụ công không phát sinh hồ sơ",
    )
    programme.conclude_inspection(
        scope=duty,
        number=done.number,
        conclusion="Đơn vị thực hiện phần lớn nhiệm vụ được giao; cần khắc phục việc cập nhật dữ liệu.",
    )
    first = _working(today + timedelta(days=8))
    programme.create_inspection(
        scope=duty, unit_id=province, inspected=organisations.communes()[0].id, title="Công tác chuyển đổi số tại cấp xã, đợt 2", starts_on=first,
        ends_on=first, checklist=CHECKLIST, decision="61/QĐ-BCĐ", team="Đoàn kiểm tra của Ban Chỉ đạo", simulated=True,
    )  # fmt: skip


def _working(day: date) -> date:
    """The day itself, or the next on which offices work."""
    calendar = organisations.working_calendar_of(None)
    return day if calendar.is_working_day(day) else calendar.add_days(day, 1)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.VIETNAM)
