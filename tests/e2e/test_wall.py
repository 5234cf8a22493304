"""Hang a screen, send something to it, leave it alone for an hour, take the centre away and give it back, revoke it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from bench.wall import kill_web
from playwright.sync_api import Browser, Page, expect
from tests.e2e.conftest import Centre

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]
SignIn = Callable[[str], Page]
HOUR_IN_STEPS = 12


@pytest.fixture
def display(browser: Browser, centre: Centre) -> Iterator[Page]:
    """Another browser, that of the display, with a clock that can run ahead; no script of it may fail."""
    context = browser.new_context(base_url=centre.url, viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.clock.install()
    yield page
    context.close()
    assert not failures, failures[:5]


def test_hang_a_screen_and_leave_it_alone(centre: Centre, sign_in: SignIn, display: Page) -> None:
    desk = sign_in("data_steward")
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.goto("/walls/")
    desk.locator(".wall-card h2 a").first.click()
    desk.get_by_role("button", name="Mã ghép").click()
    code = desk.locator("[data-part=code]").inner_text()

    display.goto("/tv/")
    display.get_by_label("Mã ghép 6 số").fill(code)
    display.get_by_role("button", name="Ghép").click()
    scene = display.locator("[data-part=scene]")
    expect(display.locator("sen-stage[data-ready]")).to_be_visible()
    expect(scene).not_to_be_empty()
    assert fits(display)

    desk.goto("/walls/")
    desk.keyboard.press("w")
    dialog = desk.locator("#send-to-wall")
    dialog.get_by_label("Cảnh").select_option(index=0)
    sent = dialog.get_by_label("Cảnh").locator("option:checked").inner_text().split(" · ")[0]
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="Chiếu", exact=True).click()
    expect(desk.get_by_role("status").filter(has_text="Đang chiếu lên 1 màn hình.")).to_be_visible()
    ahead(display, 10)
    expect(display.locator("[data-part=why]")).to_contain_text("Theo lệnh chiếu đến")
    expect(scene).to_have_text(sent)

    for _step in range(3):  # until every panel of the scene is drawn
        ahead(display, 60)
    nodes = weigh(display)
    for _step in range(HOUR_IN_STEPS):
        ahead(display, 300)
        assert display.locator(".scene").inner_text().strip()
    assert weigh(display) <= nodes * 1.2 + 50

    assert kill_web(centre.data)
    lost = display.locator("[data-part=lost]")
    for _try in range(20):
        ahead(display, 45)
        if lost.is_visible():
            break
        kill_web(centre.data)
    expect(lost).to_contain_text("Mất kết nối từ")
    assert display.locator(".scene").inner_text().strip()
    for _try in range(60):
        ahead(display, 45)
        if lost.is_hidden():
            break
        display.wait_for_timeout(500)
    expect(lost).to_be_hidden()

    desk.goto("/walls/")
    desk.locator(".wall-card h2 a").first.click()
    desk.get_by_role("button", name="Thu hồi", exact=True).click()
    expect(desk.get_by_text("Đã thu hồi. Màn hình ngừng chiếu")).to_be_visible()
    ahead(display, 45)
    expect(display.get_by_role("heading", name="Địa chỉ màn hình này không còn dùng")).to_be_visible()


def ahead(page: Page, seconds: int) -> None:
    """Let the display's clock jump and give it time to ask and to draw."""
    page.clock.fast_forward(seconds * 1000)
    page.wait_for_timeout(700)


def fits(page: Page) -> bool:
    """Nothing scrolls, at any size and on its side."""
    for width, height in ((1366, 768), (1920, 1080), (3840, 2160), (1080, 1920)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        across, down = page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        if across > width or down > height:
            return False
    page.set_viewport_size({"width": 1366, "height": 768})
    return True


def weigh(page: Page) -> int:
    """Elements of the page; a wall that forgets to clear away grows with every refresh."""
    return int(page.evaluate("() => document.querySelectorAll('*').length"))
