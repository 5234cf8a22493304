"""A leader goes from the on-time rate down to one late dossier, sees its applicant masked, unmasks with a reason, and the auditor finds who did."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
WHY = "Người nộp hỏi vì sao hồ sơ quá hạn"


def test_a_leader_goes_from_the_rate_to_one_dossier_and_leaves_a_trace(
    people: Callable[..., Page],
) -> None:
    page = people("lanhdao", at="/dossiers/")
    rate = page.get_by_role("region", name="Số chính").locator(".tile", has_text="Tỷ lệ đúng hạn")
    rate.locator("button.ask").click()
    origin = page.get_by_role("dialog", name="Nguồn gốc của số")
    expect(origin).to_contain_text("Tỷ lệ đúng hạn")
    expect(origin).to_contain_text("Dữ liệu mô phỏng")
    expect(origin).to_contain_text(re.compile(r"\d+ trên [\d.]+ hồ sơ được xét"))
    page.keyboard.press("Escape")

    # The unit that is late with most, why, and its dossiers.
    late = page.get_by_role("region", name="Đơn vị đang trễ và vì sao").locator("li").first
    unit = late.locator("a.b")
    name = unit.inner_text()
    expect(late.locator("p")).not_to_be_empty()
    unit.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.get_by_role("region", name="Số chính").get_by_role("link", name="Xem danh sách").click()
    expect(page.get_by_label("Tình trạng")).to_have_value("overdue")
    lines = page.get_by_role("region", name="Danh sách hồ sơ").locator("tbody tr")
    for line in lines.all():
        expect(line).to_contain_text(re.compile(r"quá (dưới )?\d+ ngày"))
    code = lines.first.locator(".dos-name .n").inner_text()
    lines.first.get_by_role("link").click()
    expect(page.get_by_role("navigation", name="Đường dẫn")).to_contain_text(code)

    # Who it belongs to is masked until a reason is given; a reason of one word is none.
    who = page.locator("#applicant")
    facts = who.locator("dl.meta dd")
    masked = facts.all_inner_texts()
    assert all("*" in words or "•" in words or words == "–" for words in masked[:3]), masked
    who.get_by_text("Xem đầy đủ").click()
    reason = who.get_by_label("Lý do xem")
    reason.fill("ai" + " " * 12)
    who.get_by_role("button", name="Xem và ghi nhật ký").click()
    expect(who.get_by_role("alert")).to_contain_text("Lý do xem quá ngắn")
    expect(facts).to_have_text(masked)
    reason.fill(WHY)
    who.get_by_role("button", name="Xem và ghi nhật ký").click()
    expect(who.get_by_role("status")).to_contain_text("Đã ghi nhật ký")
    shown = facts.all_inner_texts()
    assert shown != masked and not any("*" in words or "•" in words for words in shown), shown
    who.get_by_role("button", name="Che lại").click()
    expect(facts).to_have_text(masked)

    auditor = people("kiemtoan", at=f"/admin/audit/?action=procedures.unmask&object_id={code}")
    entry = auditor.get_by_role("region", name="Nhật ký").locator("tbody tr").first
    expect(entry).to_contain_text(code)
    expect(entry).to_contain_text(WHY)
    expect(entry).not_to_contain_text(shown[1])
