"""A notice becomes tasks: a person confirms them beside the text, one is extended and approved, one becomes late and is chased."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def _words(day: date) -> str:
    return f"{day.day:02d} tháng {day.month:02d} năm {day.year}"


def _notice(today: date) -> str:
    """After a notice of a digital steering committee: merged departments, a deadline that has passed, work without a deadline."""
    return f"""Số: 03/TB-VPUBND
Đồng Tháp, ngày {_words(today - timedelta(days=30))}

THÔNG BÁO
Kết luận của Trưởng ban Ban Chỉ đạo Chuyển đổi số tỉnh tại cuộc họp lần 1

1. Sở Thông tin và Truyền thông hoàn chỉnh đề xuất ngày Chuyển đổi số của tỉnh, trình Ủy ban nhân dân Tỉnh xem xét. Thời gian hoàn thành trước ngày {_words(today + timedelta(days=9))}.

2. Sở Nông nghiệp và Môi trường chủ trì, phối hợp với Sở Xây dựng rà soát trạm quan trắc mất kết nối, báo cáo trước ngày {_words(today + timedelta(days=12))}.

3. UBND phường Đạo Thạnh lắp đặt bảng thông tin tại trụ sở, hoàn thành trước ngày {_words(today - timedelta(days=4))}.

4. Trung tâm điều hành sớm công bố lịch trực của các thành viên trong năm.
"""


def test_a_notice_becomes_tasks(people: Any) -> None:
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    desk = people("trucban", at="/tasks/new/")
    desk.get_by_label("Dán toàn văn").fill(_notice(today))
    desk.get_by_role("button", name="Đọc văn bản").click()
    cards = desk.locator("[data-cards] .intake-card")
    expect(cards.nth(2)).to_be_visible()
    # The department of the notice was merged: its successor is proposed, and the page says so.
    expect(cards.nth(0).locator(".uchip")).to_contain_text("Sở Khoa học và Công nghệ")
    expect(cards.nth(0)).to_contain_text("nay là")
    expect(cards.nth(0).locator("input[type=date]")).to_have_value((today + timedelta(days=9)).isoformat())
    desk.locator("mark", has_text="rà soát trạm quan trắc").first.click()
    expect(cards.nth(1)).to_have_class(re.compile("lit"))
    # Somebody unknown to the tree is left out; the rest is given.
    for index in range(cards.count()):
        if not cards.nth(index).locator(".uchip").count():
            cards.nth(index).get_by_label("Giao việc này").uncheck()
    desk.get_by_role("button", name="Xác nhận và giao").click()
    expect(desk.get_by_text("Đã giao 3 nhiệm vụ.")).to_be_visible()
    expect(desk.get_by_role("button", name="Hoàn tác, thu hồi tất cả")).to_be_visible()

    review = _number(desk, "Rà soát trạm quan trắc")
    board = _number(desk, "Lắp đặt bảng thông tin")

    unit = people("moitruong", at=f"/tasks/{review}/")
    expect(unit.locator(".passage mark")).to_contain_text("rà soát trạm quan trắc mất kết nối")
    unit.get_by_role("button", name="Tiếp nhận").click()
    expect(unit.get_by_role("button", name="Tiếp nhận")).to_have_count(0)
    unit.get_by_role("button", name="Xin gia hạn").click()
    later = today + timedelta(days=20)
    unit.get_by_label("Hạn mới").fill(later.isoformat())
    unit.locator("#extend-reason").fill("Ba trạm chờ thiết bị thay thế")
    unit.locator("#task-extend").get_by_role("button", name="Gửi").click()
    expect(unit.locator(".task-log")).to_contain_text("Ba trạm chờ thiết bị thay thế")

    leader = people("lanhdao", PHONE, at=f"/tasks/{review}/")
    leader.get_by_role("button", name="Đồng ý gia hạn").click()
    expect(leader.locator(".task-meta")).to_contain_text(f"hạn đầu {(today + timedelta(days=12)):%d/%m/%Y}")
    assert leader.evaluate("document.documentElement.scrollWidth") <= 390

    unit.goto(f"/tasks/{review}/")
    unit.get_by_role("button", name="Báo cáo tiến độ").click()
    unit.get_by_label("Kết quả đến nay, vướng mắc").fill("Đã nối lại sáu trạm, lập danh sách ba trạm phải thay")
    unit.get_by_label("Tài liệu chứng minh").set_input_files(
        {"name": "danh-sach.txt", "mimeType": "text/plain", "buffer": b"ba tram"}
    )
    unit.get_by_label("Đã hoàn thành, đề nghị duyệt").check()
    unit.get_by_role("button", name="Gửi báo cáo").click()
    expect(unit.get_by_role("link", name="danh-sach.txt")).to_be_visible()

    leader.goto(f"/tasks/{review}/")
    leader.get_by_role("button", name="Duyệt hoàn thành").first.click()
    leader.locator("#task-approve").get_by_role("button", name="Duyệt hoàn thành").click()
    expect(leader.locator(".task-head")).to_contain_text("xong đúng hạn")

    # What was due before it was even given is late on the board; one press reminds the commune, which hears of it.
    desk.goto("/tasks/?unit=28249")
    late = desk.locator(".lane.overdue .task-card", has_text=board)
    expect(late).to_contain_text("quá 4 ngày")
    desk.goto(f"/tasks/{board}/")
    desk.get_by_role("button", name="Đôn đốc").first.click()
    desk.locator("#task-remind").get_by_role("button", name="Đôn đốc").click()
    expect(desk.locator(".task-log")).to_contain_text("Đôn đốc")
    commune = people("xa-a", PHONE, at="/notifications/")
    expect(commune.get_by_text(f"{board}: quá hạn 4 ngày").first).to_be_visible()
    commune.goto(f"/tasks/{board}/")
    expect(commune.get_by_role("button", name="Tiếp nhận")).to_be_visible()


def _number(page: Page, words: str) -> str:
    card = page.locator(".doc-cards .task-card", has_text=words)
    return re.search(r"NV-\d{4}-\d{4,}", card.inner_text())[0]  # type: ignore[index]
