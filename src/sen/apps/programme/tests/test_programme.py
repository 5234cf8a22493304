"""Programmes from tables, items and findings as tasks, meetings and their conclusions, the weekly digest."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import docx
import openpyxl
import pytest

pytestmark = pytest.mark.django_db

YEAR = 2026
HEADS = ["TT", "Nội dung công việc", "Thời gian thực hiện", "Đơn vị chủ trì", "Đơn vị phối hợp thực hiện", "Sản phẩm"]
CONCLUSION = """Số: 19/TB-VPUBND

Đồng Tháp, ngày 16 tháng 11 năm 2026

THÔNG BÁO

Kết luận của Chủ tịch Ủy ban nhân dân tỉnh tại cuộc họp Ban Chỉ đạo Chuyển đổi số

1. Sở Khoa học và Công nghệ hoàn chỉnh Kiến trúc dữ liệu của tỉnh, trình Ủy ban nhân dân tỉnh. Thời gian hoàn thành trước ngày 25 tháng 12 năm 2026.

2. Sở Xây dựng phối hợp với Sở Tài chính rà soát, lắp đặt hệ thống điện dùng riêng cho Trung tâm điều hành thông minh trong 5 ngày làm việc.
"""


@pytest.fixture
def province(db: None) -> Any:
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    return organisations.province()


def _word(rows: list[list[str]]) -> bytes:
    paper = docx.Document()
    table = paper.add_table(rows=0, cols=len(HEADS))
    for row in rows:
        cells = table.add_row().cells
        if len(row) == 1:
            cells[0].merge(cells[-1]).text = row[0]
        else:
            for cell, words in zip(cells, row, strict=True):
                cell.text = words
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()


def test_a_programme_comes_from_word_or_excel_and_every_bad_row_is_answered() -> None:
    from sen.apps.programme import importing
    from sen.kernel.errors import InvalidInput

    rows = [
        HEADS,
        ["Tháng 01"],
        [
            "1",
            "Trình Ban Chỉ đạo Chương trình công tác năm",
            "trước ngày 24/01",
            "Sở Khoa học và Công nghệ",
            "",
            "Chương trình",
        ],
        ["2", "", "", "Sở Xây dựng", "", ""],
        ["3", "Sơ kết sáu tháng đầu năm", "Quý II", "Văn phòng Ủy ban nhân dân tỉnh", "Các sở", "Báo cáo"],
        ["4", "Tập huấn kỹ năng số cho cán bộ cấp xã", "31/02/2026", "Sở Nội vụ", "", ""],
        ["5", "Hội thảo tuyên truyền về chuyển đổi số", "05/10/2025", "Sở Nội vụ", "", ""],
    ]
    read = importing.read_file("chuong-trinh.docx", _word(rows), YEAR)
    assert [(one.month, one.due) for one in read.rows] == [
        (1, date(2026, 1, 24)), (6, date(2026, 6, 30))]  # fmt: skip
    assert read.rows[1].cooperating == "Các sở" and read.rows[1].lead == "Văn phòng Ủy ban nhân dân tỉnh"
    assert [one.partition(":")[0] for one in read.problems] == [
        "Dòng 4",
        "Dòng 6",
        "Dòng 7",
    ] and "2025" in read.problems[2]

    book = openpyxl.Workbook()
    for row in [
        HEADS,
        [
            "1",
            "Kiểm tra công tác chuyển đổi số tại Sở Xây dựng",
            date(2026, 5, 15),
            "Sở Khoa học và Công nghệ",
            "",
            "",
        ],
    ]:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert importing.read_file("ct.xlsx", stream.getvalue(), YEAR).rows[0].due == date(2026, 5, 15)
    for name, content in (("ct.docx", b"khong phai"), ("ct.pdf", b"%PDF"), ("ct.docx", _word([["a"] * 6]))):
        with pytest.raises(InvalidInput):
            importing.read_file(name, content, YEAR)


def test_items_become_tasks_once_and_take_their_state_from_them(province: Any) -> None:
    from sen.apps.organisations import interface as organisations
    from sen.apps.programme import importing, programmes
    from sen.kernel.errors import Conflict, InvalidInput
    from sen.kernel.scopes import SYSTEM

    made = programmes.create(
        scope=SYSTEM, unit_id=province.id, year=YEAR, title="Chương trình công tác của Ban Chỉ đạo"
    )
    text = "\t".join(HEADS[1:]) + (
        "\nXây dựng Kiến trúc dữ liệu tỉnh\tTháng 3\tSở Khoa học và Công nghệ\t\tQuyết định\nHội nghị tổng kết năm\tTháng 12\tĐơn vị nào đó\t\t"
    )
    batch = programmes.take_table(scope=SYSTEM, number=made.number, table=importing.read_text(text, YEAR), name="dán")
    first, second = programmes.lines(made, date(2026, 2, 1))
    assert first.item.lead is not None and first.item.lead.name == "Sở Khoa học và Công nghệ"
    assert second.item.lead is None and second.item.lead_words == "Đơn vị nào đó"
    assert [one.state for one in programmes.lines(made, date(2026, 4, 1))] == ["late", "planned"]
    with pytest.raises(InvalidInput):
        programmes.give(scope=SYSTEM, number=made.number, items=[second.item.number])
    tasks = programmes.give(scope=SYSTEM, number=made.number, items=[first.item.number])
    assert programmes.give(scope=SYSTEM, number=made.number, items=[first.item.number]) == tasks
    line = programmes.lines(made)[0]
    assert [one.number for one in line.tasks] == tasks and line.tasks[0].deadline == date(2026, 3, 31)
    assert line.state == ("late" if line.tasks[0].timeliness == "overdue" else "going")
    with pytest.raises(Conflict):
        programmes.change_item(scope=SYSTEM, number=first.item.number, state="done")
    programmes.change_item(scope=SYSTEM, number=second.item.number, state="done")
    assert programmes.lines(made)[1].state == "done"
    with pytest.raises(Conflict):
        programmes.undo_table(scope=SYSTEM, number=made.number, batch_id=batch.pk)
    again = programmes.take_table(
        scope=SYSTEM, number=made.number, table=importing.read_text(text, YEAR), name="lần hai"
    )
    assert programmes.undo_table(scope=SYSTEM, number=made.number, batch_id=again.pk) == 2
    assert organisations.province().id == made.unit_id and len(programmes.lines(made)) == 2


def test_a_conclusion_is_read_into_tasks_that_a_person_confirms(province: Any) -> None:
    from sen.apps.directives import interface as directives
    from sen.apps.directives.interface import NewTask
    from sen.apps.organisations import interface as organisations
    from sen.apps.programme import concluding, meeting, papers_out
    from sen.kernel.errors import Conflict, NotFound
    from sen.kernel.scopes import SYSTEM

    building = next(one for one in organisations.departments() if one.name == "Sở Xây dựng")
    made = meeting.create(
        scope=SYSTEM, unit_id=province.id, title="Họp Ban Chỉ đạo lần 4", starts_at=datetime(2026, 11, 16, 1, tzinfo=UTC),
        agenda=[meeting.AgendaIn(words="Kiến trúc dữ liệu"), meeting.AgendaIn(words="Điện dùng riêng")], asked=[building.id],
    )  # fmt: skip
    meeting.move(scope=SYSTEM, number=made.number, to="running")
    noted = [
        meeting.decide(
            scope=SYSTEM,
            number=made.number,
            position=2,
            words="Lắp máy phát dự phòng",
            lead=building.id,
            due=date(2026, 12, 1),
            key="k1",
        )
        for _again in range(2)
    ]
    assert noted[0].pk == noted[1].pk and noted[0].task
    meeting.set_agenda(
        scope=SYSTEM,
        number=made.number,
        agenda=[meeting.AgendaIn(words="Điện dùng riêng"), meeting.AgendaIn(words="Khác")],
    )
    assert meeting.show(scope=SYSTEM, number=made.number, position=2).current is not None
    with pytest.raises(NotFound):
        meeting.show(scope=SYSTEM, number=made.number, position=9)
    noted[0].refresh_from_db()
    assert noted[0].agenda is not None and noted[0].agenda.position == 1, "what was decided stays with its point"
    kept = concluding.keep_text(
        scope=SYSTEM, number=made.number, text=CONCLUSION, conclusion_number="19/TB-VPUBND", on=date(2026, 11, 16)
    )
    read = concluding.proposals(kept)
    assert [[unit.name for unit in one.leads] for one in read] == [["Sở Khoa học và Công nghệ"], ["Sở Xây dựng"]]
    # Five working days after the 16th: the 24th is a national day of rest in 2026.
    assert [one.deadline for one in read] == [date(2026, 12, 25), date(2026, 11, 23)]
    assert read[1].at is not None and kept.conclusion[slice(*read[1].at)] == read[1].evidence
    confirmed = [
        NewTask(words=one.words, leads=tuple(unit.id for unit in one.leads), deadline=one.deadline, evidence=one.at)
        for one in read
    ]
    given = concluding.confirm(scope=SYSTEM, number=made.number, tasks=confirmed)
    assert (
        concluding.confirm(scope=SYSTEM, number=made.number, tasks=confirmed).tasks == given.tasks
        and len(given.tasks) == 2
    )
    assert len(directives.of_origin(SYSTEM, "meeting", made.number)) == 3
    with pytest.raises(Conflict):
        meeting.decide(scope=SYSTEM, number=made.number, words="Muộn rồi", lead=building.id)
    made.refresh_from_db()
    minutes = docx.Document(io.BytesIO(papers_out.meeting(made)))
    titles = [one.text for one in minutes.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert titles[:3] == ["I. THỜI GIAN, ĐỊA ĐIỂM", "II. THÀNH PHẦN THAM DỰ", "III. NỘI DUNG CUỘC HỌP"]
    lines = [one.text for one in minutes.paragraphs]
    assert any(line.startswith("- Lắp máy phát dự phòng. Giao Sở Xây dựng, hạn 01/12/2026") for line in lines)
    signed = [cell.text.strip() for cell in minutes.tables[1].rows[0].cells]
    assert signed == ["THƯ KÝ", "CHỦ TỌA"] and all(column.width for column in minutes.tables[0].columns)


def test_findings_of_an_inspection_become_tasks_and_a_report(province: Any) -> None:
    from sen.apps.directives import interface as directives
    from sen.apps.organisations import interface as organisations
    from sen.apps.programme import inspecting, papers_out
    from sen.kernel.errors import Conflict, InvalidInput
    from sen.kernel.scopes import SYSTEM

    building = next(one for one in organisations.departments() if one.name == "Sở Xây dựng")
    with pytest.raises(InvalidInput):
        inspecting.create(
            scope=SYSTEM,
            unit_id=province.id,
            inspected=building.id,
            title="Ngày ngược",
            starts_on=date(2026, 5, 2),
            ends_on=date(2026, 5, 1),
        )
    made = inspecting.create(
        scope=SYSTEM, unit_id=province.id, inspected=building.id, title="Công tác chuyển đổi số", starts_on=date(2026, 5, 11),
        ends_on=date(2026, 5, 12), checklist=["Kế hoạch năm đã ban hành", "", "Dữ liệu được cập nhật hằng tháng"], team="Đoàn 12 người",
    )  # fmt: skip
    inspecting.look(scope=SYSTEM, number=made.number, seen={1: ("met", ""), 2: ("not_met", "Ba tháng chưa cập nhật")})
    inspecting.find(
        scope=SYSTEM, number=made.number, severity="major", words="Dữ liệu quy hoạch không được cập nhật", remedy="Cập nhật dữ liệu quy hoạch",
        due=date(2026, 6, 30),
    )  # fmt: skip
    inspecting.find(scope=SYSTEM, number=made.number, severity="note", words="Nên cử người phụ trách dữ liệu")
    tasks = inspecting.conclude(scope=SYSTEM, number=made.number, conclusion="Đơn vị thực hiện một phần kế hoạch.")
    assert [one.number for one in directives.of_origin(SYSTEM, "inspection", made.number)] == tasks and len(tasks) == 1
    with pytest.raises(Conflict):
        inspecting.conclude(scope=SYSTEM, number=made.number, conclusion="Kết luận lần hai.")
    made.refresh_from_db()
    report = docx.Document(io.BytesIO(papers_out.inspection(made)))
    words = "\n".join(
        [one.text for one in report.paragraphs]
        + [cell.text for table in report.tables for row in table.rows for cell in row.cells]
    )
    for expected in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Ba tháng chưa cập nhật",
        "30/06/2026",
        "Sở Xây dựng",
    ):
        assert expected in words


def test_the_weekly_digest_is_made_once_a_week_with_the_counts_of_the_tasks(
    province: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sen.apps.directives import interface as directives
    from sen.apps.directives.interface import NewDirective, NewTask
    from sen.apps.files import interface as files
    from sen.apps.organisations import interface as organisations
    from sen.apps.procedures import interface as procedures
    from sen.apps.programme.digest import content, making
    from sen.apps.programme.models import Digest
    from sen.kernel import clock
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM

    procedures.prepare_store(settings().clickhouse_url)
    one, two = organisations.departments()[:2]
    now = clock.now()
    week = content.monday(clock.local(now).date())
    days = (week + timedelta(days=8), week - timedelta(days=10), week + timedelta(days=60))
    directives.add_tasks(
        scope=SYSTEM,
        directive=NewDirective(title="Giao nhiệm vụ thử", unit_id=province.id),
        tasks=[
            NewTask(words=f"Nhiệm vụ số {n}", leads=(lead.id,), deadline=day)
            for n, (lead, day) in enumerate(zip((one, one, two), days, strict=True))
        ],
    )
    row = making.set_schedule(
        scope=SYSTEM, unit_id=province.id, weekday=4, hour=15, active=True, agency="UBND tỉnh", place="Đồng Tháp"
    )
    due = making.due_at(row, week)
    assert making.run_due(due - timedelta(minutes=1)) == 0
    assert (making.run_due(due), making.run_due(due + timedelta(hours=1))) == (1, 0)
    made = Digest.objects.get()
    assert (made.totals["total"], made.totals["overdue"], made.totals["next_week"]) == (3, 1, 1)
    paper = docx.Document(io.BytesIO(files.read(made.file_id)))
    rows = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    assert ["1", one.name, "2", "0", "0", "1", "1"] in rows and ["2", two.name, "1", "0", "0", "0", "0"] in rows
    assert paper.styles["Normal"].font.name == "Times New Roman"
    assert not any("không lấy được số liệu" in line.text for line in paper.paragraphs)
    assert making.make(scope=SYSTEM, unit_id=one.id, week=week).totals["total"] == 2


def test_a_digest_on_a_day_of_rest_comes_on_the_working_day_before(province: Any) -> None:
    from sen.apps.programme.digest import making
    from sen.apps.programme.models import DigestSchedule
    from sen.kernel import clock

    row = DigestSchedule(unit_id=province.id, weekday=2, hour=15, active=True, changed_at=clock.now())
    # In 2026 offices rest from Saturday 29 August to Wednesday 2 September.
    assert clock.local(making.due_at(row, date(2026, 8, 31))).date() == date(2026, 9, 3)
    # Tuesday 24 November 2026 is a day of rest.
    row.weekday = 1
    assert clock.local(making.due_at(row, date(2026, 11, 23))).date() == date(2026, 11, 23)
