"""Hang a screen, send something to it, leave it alone for an hour, take the centre away and give it back, revoke it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from bench.wall import kill_web
from playwright.sync_api import Page, Request, expect
from tests.e2e.conftest import OFFICE, Centre

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]
HOUR_IN_STEPS = 12
RESTART_S = 180
"""By then the centre has started its web server again, which it waits with the longer the more often it died."""


class Display:
    """The browser of a display, whose clock can run ahead."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._asking: set[Request] = set()
        page.clock.install()
        page.on("request", self._asks)
        page.on("requestfinished", self._is_answered)
        page.on("requestfailed", self._is_answered)

    def _asks(self, request: Request) -> None:
        self._asking.add(request)

    def _is_answered(self, request: Request) -> None:
        self._asking.discard(request)

    def ahead(self, seconds: int) -> None:
        """Let the clock jump, and wait until what the page then asked for has been answered and drawn."""
        self.page.clock.fast_forward(seconds * 1000)
        deadline, quiet = time.monotonic() + 10, 0
        while quiet < 3 and time.monotonic() < deadline:
            self.page.wait_for_timeout(60)
            quiet = 0 if any(one.resource_type != "eventsource" for one in self._asking) else quiet + 1

    def weigh(self) -> int:
        """Elements of the page; a wall that forgets to clear away grows with every refresh."""
        return int(self.page.evaluate("() => document.querySelectorAll('*').length"))


@pytest.fixture
def screen(browse: Callable[..., Page]) -> Display:
    """Another browser, that of the display."""
    return Display(browse())


def test_hang_a_screen_and_leave_it_alone(centre: Centre, people: Callable[..., Page], screen: Display) -> None:
    display = screen.page
    desk = people("dulieu", at="/walls/")
    desk.on("dialog", lambda dialog: dialog.accept())
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
    screen.ahead(10)
    expect(display.locator("[data-part=why]")).to_contain_text("Theo lệnh chiếu đến")
    expect(scene).to_have_text(sent)

    for _step in range(3):  # until every panel of the scene is drawn
        screen.ahead(60)
    nodes = screen.weigh()
    for _step in range(HOUR_IN_STEPS):
        screen.ahead(300)
        assert display.locator(".scene").inner_text().strip()
    assert screen.weigh() <= nodes * 1.2 + 50
    _loses_the_centre_and_finds_it_again(centre, screen)

    desk.goto("/walls/")
    desk.locator(".wall-card h2 a").first.click()
    desk.get_by_role("button", name="Thu hồi", exact=True).click()
    expect(desk.get_by_text("Đã thu hồi. Màn hình ngừng chiếu")).to_be_visible()
    screen.ahead(45)
    expect(display.get_by_role("heading", name="Địa chỉ màn hình này không còn dùng")).to_be_visible()


def _loses_the_centre_and_finds_it_again(centre: Centre, screen: Display) -> None:
    """While the web server is away the display says so beside its last picture, and says nothing any more when it is back."""
    lost = screen.page.locator("[data-part=lost]")
    assert kill_web(centre.data)
    deadline = time.monotonic() + RESTART_S
    while not lost.is_visible() and time.monotonic() < deadline:
        screen.ahead(45)
        if not lost.is_visible():
            kill_web(centre.data)
    expect(lost).to_contain_text("Mất kết nối từ")
    assert screen.page.locator(".scene").inner_text().strip()
    deadline = time.monotonic() + RESTART_S
    while not lost.is_hidden() and time.monotonic() < deadline:
        screen.page.wait_for_timeout(500)
        screen.ahead(45)
    expect(lost).to_be_hidden()


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
    page.set_viewport_size(OFFICE)
    return True
