"""A leader finds on a phone which unit is behind and why, and stands before the thing itself two taps later."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_a_leader_finds_on_a_phone_which_unit_is_behind_and_why(people: Callable[..., Page]) -> None:
    page = people("lanhdao", PHONE)
    numbers = page.get_by_role("region", name="Các số chính")
    expect(numbers.locator(".tile")).to_have_count(10)
    disbursed = numbers.locator(".tile", has_text="giải ngân").first
    disbursed.locator("button.ask").click()
    origin = page.get_by_role("dialog", name="Nguồn gốc của số")
    for question in ("Từ đâu", "Khi nào", "Tốt đến đâu", "Của ai"):
        expect(origin.get_by_text(question, exact=True)).to_be_visible()
    page.keyboard.press("Escape")

    behind = page.get_by_role("region", name="Đang trễ và của ai")
    unit = behind.locator("tbody tr").first.locator(".who a")
    name = unit.inner_text()
    unit.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    reason = page.locator(".why-list li").first
    expect(reason.locator("p")).not_to_be_empty()
    reason.locator("a").click()
    expect(page).not_to_have_url(re.compile("/leader/"))
    expect(page.locator("main h1").first).to_be_visible()
    # Nothing of it needs scrolling sideways.
    page.goto("/")
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
