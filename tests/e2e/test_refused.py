"""A form that the server refuses says why, and what was typed into it is still there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_a_refused_form_keeps_what_was_typed(sign_in: Callable[[str], Page]) -> None:
    page = sign_in("leader")
    page.goto("/inspections/")
    form = page.locator("form[action$='/inspections/new/']")
    form.get_by_label("Nội dung").fill("Kiểm tra việc công khai thủ tục")
    form.get_by_label("Từ ngày").fill("2026-12-10")
    form.get_by_label("đến ngày").fill("2026-12-01")
    form.get_by_label("Danh mục kiểm tra").fill("Bảng niêm yết\nLối đi cho xe lăn")
    form.get_by_role("button", name="Lên kế hoạch").click()
    expect(page.locator(".msg.error")).to_contain_text("Ngày kết thúc trước ngày bắt đầu")
    expect(form.get_by_label("Nội dung")).to_have_value("Kiểm tra việc công khai thủ tục")
    expect(form.get_by_label("Từ ngày")).to_have_value("2026-12-10")
    expect(form.get_by_label("Danh mục kiểm tra")).to_have_value("Bảng niêm yết\nLối đi cho xe lăn")
    page.reload()
    expect(form.get_by_label("Nội dung")).to_have_value("")
