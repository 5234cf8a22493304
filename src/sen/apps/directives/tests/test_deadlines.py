"""Until when: every form of a deadline, and everything that looks like one."""

from __future__ import annotations

import pytest

from sen.apps.directives.interface import ProposedTask, extract_from_text
from sen.apps.directives.tests.letters import letter


def task_of(words: str, text: str | None = None) -> ProposedTask:
    (task,) = extract_from_text(text or letter(f"Giao Sở Xây dựng {words}.")).tasks
    return task


@pytest.mark.parametrize(
    ("words", "day", "said"),
    [
        ("báo cáo trước ngày 27 tháng 12 năm 2024", "2024-12-27", "trước ngày 27 tháng 12 năm 2024"),
        ("báo cáo UBND tỉnh trước 05/4/2024", "2024-04-05", "trước 05/4/2024"),
        ("báo cáo chậm nhất là ngày 5.4.2024", "2024-04-05", "chậm nhất là ngày 5.4.2024"),
        ("báo cáo trước 17 giờ 00 phút, ngày 05/4/2024", "2024-04-05", "trước 17 giờ 00 phút, ngày 05/4/2024"),
        ("báo cáo trước 14h00 thứ Sáu, ngày 05/4/2024", "2024-04-05", "trước 14h00 thứ Sáu, ngày 05/4/2024"),
        ("rà soát; hoàn thành trong tháng 4 năm 2024", "2024-04-30", "trong tháng 4 năm 2024"),
        ("rà soát, trình UBND tỉnh trong tháng 02/2025", "2025-02-28", "trong tháng 02/2025"),
        ("rà soát, hoàn thành trong Quý I năm 2025", "2025-03-31", "trong Quý I năm 2025"),
        ("rà soát, bảo đảm cuối Quý 3/2024 đưa vào sử dụng", "2024-09-30", "cuối Quý 3/2024"),
        ("rà soát, hoàn thành cuối Quý III/2024", "2024-09-30", "cuối Quý III/2024"),
        ("rà soát, xong trong 6 tháng đầu năm 2024", "2024-06-30", "trong 6 tháng đầu năm 2024"),
        ("báo cáo Thủ tướng Chính phủ kết quả trong Quý III năm 2024", "2024-09-30", "trong Quý III năm 2024"),
        ("hoàn thành dự án trong năm 2025", "2025-12-31", "trong năm 2025"),
        ("trực từ ngày 28/4/2024 đến hết ngày 02/5/2024", "2024-05-02", "từ ngày 28/4/2024 đến hết ngày 02/5/2024"),
        ("giải ngân, đến 30/9/2024 đạt 75% kế hoạch", "2024-09-30", "đến 30/9/2024"),
        ("báo cáo UBND tỉnh ngày 25 tháng 7 năm 2024", "2024-07-25", "ngày 25 tháng 7 năm 2024"),
        ("thực hiện từ tháng 5 đến tháng 8/2024", "2024-08-31", "từ tháng 5 đến tháng 8/2024"),
        ("phấn đấu thông xe trong quý IV/2024", "2024-12-31", "trong quý IV/2024"),
        ("rà soát (hạn xử lý: 10/04/2024)", "2024-04-10", "hạn xử lý: 10/04/2024"),
        ("rà soát (hoàn thành trước 30/6/2024)", "2024-06-30", "trước 30/6/2024"),
        ("vệ sinh trường lớp trước ngày khai giảng 05/9/2024", "2024-09-05", "trước ngày khai giảng 05/9/2024"),
        ("bù lún đường trước Tết năm 2025 (31/12/2024)", "2024-12-31", "trước Tết năm 2025 (31/12/2024)"),
        ("cắm biển cảnh báo (thời gian: từ nay đến 12/6/2024)", "2024-06-12", "từ nay đến 12/6/2024"),
        ("kiểm tra giá; báo cáo kết quả ngày 30/5/2024", "2024-05-30", "ngày 30/5/2024"),
    ],
)
def test_days_and_periods(words: str, day: str, said: str) -> None:
    task = task_of(words)
    assert (f"{task.deadline}", task.deadline_text) == (day, said)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("báo cáo trong 5 ngày làm việc kể từ ngày ký", "2024-03-11"),
        ("báo cáo trong thời hạn 30 ngày làm việc kể từ ngày ban hành", "2024-04-15"),
        ("báo cáo trong vòng 10 ngày kể từ ngày ký ban hành Công văn này", "2024-03-14"),
        ("báo cáo trong thời hạn 01 tháng kể từ ngày ký", "2024-04-04"),
    ],
)
def test_counted_from_the_day_of_issue(words: str, day: str) -> None:
    assert f"{task_of(words).deadline}" == day


def test_holidays_are_counted_out() -> None:
    text = letter("Giao Sở Xây dựng báo cáo trong 05 ngày làm việc kể từ ngày ký.").replace(
        "ngày 04 tháng 3 năm 2024", "ngày 25 tháng 4 năm 2024"
    )
    # 26/4 works, 27/4–01/5 do not, 04/5 is worked for 29/4
    assert f"{task_of('', text).deadline}" == "2024-05-06"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("báo cáo trong 5 ngày kể từ ngày nhận được văn bản", "chưa rõ ngày"),
        ("báo cáo định kỳ trước ngày 25 hằng tháng", "định kỳ"),
        ("tạm dừng thi công cho đến khi có thông báo mới", "sự kiện"),
        ("hoàn thành trước ngày 31/02/2024", "không có trong lịch"),
        ("báo cáo trước ngày 01/02", "không suy ra được"),
        ("trình phương án đầu tháng 4 năm 2024", "không chỉ một ngày"),
    ],
)
def test_words_that_name_no_day_are_kept_without_one(words: str, why: str) -> None:
    task = task_of(words)
    assert task.deadline is None
    assert task.deadline_text
    assert any(why in warning for warning in task.warnings)


@pytest.mark.parametrize(
    "words",
    [
        "thực hiện Công văn số 12/UBND ngày 05 tháng 4 năm 2024",
        "xử lý các vụ việc phát sinh trước ngày 01/7/2023",
        "báo cáo tình hình giá cả trong quý I năm 2025",
        "tổng hợp kết quả công tác trong tháng 11 năm 2024",
        "rà soát các dự án đã được cấp phép trước ngày 01/7/2014",
        "lập kế hoạch sử dụng đất năm 2025",
        "trình Hội đồng nhân dân tỉnh tại kỳ họp cuối năm 2024",
        "kiểm tra các vụ cháy trong tháng 02 năm 2024",
        "nghiệm thu trong 15 ngày kể từ ngày ký hợp đồng",
        "tổ chức kỷ niệm ngày 10 tháng 10 hằng năm",
    ],
)
def test_dates_that_are_no_deadline(words: str) -> None:
    assert task_of(words).deadline is None


def test_a_missing_year_is_the_next_one_and_is_said() -> None:
    task = task_of("báo cáo trước ngày 25/5")
    assert f"{task.deadline}" == "2024-05-25"
    assert "không ghi năm" in task.warnings[0]


@pytest.mark.parametrize("words", ["báo cáo trước ngày 25/5", "báo cáo trong 5 ngày làm việc", "báo cáo trong tháng 5"])
def test_a_blank_date_of_issue_resolves_nothing(words: str) -> None:
    text = letter(f"Giao Sở Xây dựng {words}.").replace("ngày 04 tháng 3 năm 2024", "ngày     tháng     năm 2024")
    task = task_of("", text)
    assert task.deadline is None
    assert task.deadline_text
    assert task.warnings


def test_a_deadline_before_the_day_of_issue_is_said() -> None:
    task = task_of("báo cáo trước ngày 01/3/2024")
    assert f"{task.deadline}" == "2024-03-01"
    assert "trước ngày ban hành" in task.warnings[0]


def test_two_deadlines_of_one_sentence_make_two_tasks() -> None:
    found = extract_from_text(
        letter("Sở Y tế ban hành hướng dẫn trước ngày 25/3/2024; gửi danh sách cho UBND tỉnh trước ngày 30/4/2024.")
    ).tasks
    assert [f"{task.deadline}" for task in found] == ["2024-03-25", "2024-04-30"]


def test_the_sentence_behind_says_until_when() -> None:
    text = letter("1. Sở Y tế hoàn chỉnh đề xuất, trình UBND tỉnh. Thời gian hoàn thành trong tháng 4 năm 2024.")
    task = task_of("", text)
    assert (f"{task.deadline}", task.deadline_text) == ("2024-04-30", "trong tháng 4 năm 2024")
    assert task.evidence.endswith("năm 2024.")


def test_the_same_day_is_that_of_the_point_before() -> None:
    body = "1. Sở Y tế:\n\na) Kêu gọi tàu thuyền trước 10 giờ ngày 28/9/2024.\n\nb) Sơ tán dân xong trước 17 giờ cùng ngày."
    tasks = extract_from_text(letter(body)).tasks
    assert [f"{task.deadline}" for task in tasks] == ["2024-09-28"] * 2
    assert "cùng ngày" in tasks[1].warnings[0]
