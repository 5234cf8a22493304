"""The duty officer tells a commune; its officer confirms on a phone; the duty officer sees it without touching the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
People = Callable[..., Page]
COMMUNE = "28249"


def test_a_broadcast_is_confirmed_on_a_phone(people: People) -> None:
    page = people("trucban", at="/emergency/")
    page.get_by_role("link", name="Phát tin và chờ xác nhận").click()
    page.get_by_label("Tiêu đề").fill("Sơ tán dân ven sông")
    page.get_by_label("Nội dung").fill("Đưa dân tới trường tiểu học trước 18 giờ. Báo lại khi xong.")
    page.locator(f"input[name=to][value='{COMMUNE}']").check()
    page.get_by_label(re.compile("Đây là diễn tập")).check()
    page.get_by_role("button", name="Lưu và xem lại").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Phát tin", exact=True).click()
    tally = page.get_by_label("Tình hình xác nhận")
    expect(tally).to_contain_text(re.compile(r"Đã xác nhận\s*0"))

    phone = people("xa-a", PHONE, at="/notifications/", has_touch=True, is_mobile=True)
    message = phone.locator(".inbox-item", has_text="Sơ tán dân ven sông").first
    expect(message).to_contain_text("DIỄN TẬP")
    message.locator(".inbox-title").click()
    button = phone.get_by_role("button", name="Tôi đã nhận được tin này")
    box = button.bounding_box()
    assert box and box["height"] >= 44, "a thumb must hit it"
    button.click()
    expect(phone.get_by_text("Đã xác nhận bạn nhận được tin.")).to_be_visible()
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 391

    expect(tally).to_contain_text(re.compile(r"Đã xác nhận\s*1"))
    page.get_by_role("button", name="Kết thúc").click()
    expect(page.get_by_text("Đã kết thúc lần phát tin.")).to_be_visible()


def test_who_is_affected_is_drawn_on_the_map(people: People) -> None:
    page = people("trucban", at="/emergency/area/")
    page.wait_for_function("() => document.querySelector('sen-area').dataset.ready !== undefined")
    page.get_by_label("Bán kính (km)").fill("15")
    page.locator("sen-area .canvas").click(position={"x": 300, "y": 200})
    answer = page.locator("#affected")
    expect(answer).to_contain_text("Một cụm hộ được tính trọn")
    expect(page.get_by_label("Kinh độ")).not_to_have_value("")
    answer.get_by_role("button", name="Phát tin tới các xã này").click()
    expect(page.locator("input[name=to]:checked")).not_to_have_count(0)
