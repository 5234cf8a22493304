"""A steward makes a dashboard: adds and drags tiles, sets them, takes a step back, saves, looks at it on the screen and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.accessibility import violations
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
SignIn = Callable[..., Page]


def test_a_steward_makes_a_dashboard(sign_in: SignIn) -> None:
    page = sign_in("data_steward", at="/dashboards/?unit=82")
    page.get_by_role("button", name="Bảng mới").click()
    page.get_by_label("Tên bảng").fill("Trực mặn")
    page.get_by_role("button", name="Tạo và sửa").click()
    page.wait_for_url(re.compile(r"/dashboards/[0-9a-f-]+/edit/"))
    editor = page.locator("sen-dashboard-editor")
    page.wait_for_function("() => document.querySelector('sen-dashboard-editor').dataset.ready !== undefined")

    # A tile from the picker, previewed with the unit's own figures, then set in the form beside it.
    page.get_by_role("button", name="Thêm ô").click()
    page.get_by_role("button", name="Số liệu", exact=True).click()
    expect(editor.locator("[data-part=example] .tile-num .val")).to_be_visible()
    page.get_by_role("button", name="Thêm vào bảng").click()
    tile = editor.locator("[data-code=number-1]")
    expect(tile).to_be_visible()
    side = page.get_by_label("Cài đặt của ô")
    side.locator("[data-field='settings/property']").select_option("salinity")
    side.get_by_label("Tiêu đề", exact=True).fill("Mặn cao nhất")
    expect(tile.locator("h2")).to_have_text("Mặn cao nhất")

    # Dragged with the pointer, moved on with the keyboard, one step taken back.
    before = tile.bounding_box()
    assert before
    x, y = before["x"] + 60, before["y"] + 60
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 20, steps=4)
    page.mouse.move(before["x"] + 400, y, steps=12)
    page.mouse.up()
    expect(tile).not_to_have_attribute("gs-x", "0")
    dragged = tile.get_attribute("gs-x")
    tile.focus()
    tile.press("ArrowRight")
    expect(tile).not_to_have_attribute("gs-x", dragged or "")
    page.get_by_role("button", name="Hoàn tác").first.click()
    expect(editor.locator("[data-code=number-1]")).to_have_attribute("gs-x", dragged or "")
    assert not violations(page)

    editor.get_by_role("button", name="Lưu", exact=True).click()
    expect(editor.locator("[data-part=status]")).to_contain_text("Đã lưu, bản 2")
    page.get_by_role("link", name="Xem bảng").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('sen-map, sen-chart')].every((one) => one.dataset.ready !== undefined)"
    )
    number = page.locator("[data-tile=number-1]")
    expect(number.locator("h2")).to_have_text("Mặn cao nhất")
    number.locator(".ask").click()
    expect(page.locator("#provenance")).to_contain_text("Của ai")
    page.keyboard.press("Escape")
    expect(number.get_by_role("link")).to_have_attribute("href", re.compile(r"/assets/.+property=salinity"))

    # One column in reading order on a phone, nothing wider than it.
    page.set_viewport_size(PHONE)
    boxes = [tile.bounding_box() for tile in page.locator("[data-tile]").all()]
    assert all(box and box["width"] < 391 for box in boxes)
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 391
