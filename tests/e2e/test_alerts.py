"""The operator console with real alerts: two officers at once, the keyboard alone, a flood, a phone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.e2e.conftest import PHONE, Centre

from sen.apps.alerts.evaluation.values import Transition, encode
from sen.eventbus import ALERTS_SUBJECT, SyncBus

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SignIn = Callable[..., Page]
RUN = str(int(time.time()))[-5:]
"""Tells the alerts of this run from those of an earlier one in the same centre."""
LONGEST_TASK_MS = 3_000
"""A script that goes through all rows again for each alert holds the page longer than this. This machine also runs the whole centre."""


class Alarms:
    """Publishes what the evaluator would, to the stream that the alerts process reads."""

    def __init__(self, centre: Centre) -> None:
        addresses = json.loads((centre.data / "run" / "engines.json").read_text("utf-8"))
        self._bus = SyncBus(addresses["nats"])
        rules = centre.api("GET", "/rules")["items"]
        rule = next(one for one in rules if one["in_force"] and one["content"]["group"] == "asset")
        unit = centre.api("GET", "/units/82")["id"]
        self._rule, self._family = UUID(rule["in_force"]), f"{rule['template']}:{unit}"
        self._run = int(time.time() * 1000)

    def close(self) -> None:
        """Let go of the bus."""
        self._bus.close()

    def raise_(self, names: list[str], severity: str = "warning") -> None:
        """One alert per name."""
        now = int(time.time() * 1000)
        found = [
            Transition(
                change="raised", rule=self._rule, family=self._family, subject=f"asset:{self._run}-{name}", onset=now, at=now,
                facts={"kind": "plain", "severity": severity, "name": f"{name} {RUN}", "simulated": True},
            )
            for name in names
        ]  # fmt: skip
        self._bus.publish(ALERTS_SUBJECT, encode(found), headers={"Nats-Msg-Id": f"{self._run}-{names[0]}"})


@pytest.fixture(scope="module")
def alarms(centre: Centre) -> Iterator[Alarms]:
    """Alarms of this module."""
    made = Alarms(centre)
    yield made
    made.close()


def queue(sign_in: SignIn) -> Page:
    """The queue of a duty officer, which is live."""
    return live(sign_in("duty_officer", at="/alerts/"))


def live(page: Page) -> Page:
    """The queue once what happens is shown on it."""
    page.locator("sen-alerts[data-ready]").wait_for()
    expect(page.locator("[data-connection-words]")).to_have_text("Trực tiếp")
    return page


def row(page: Page, name: str) -> Locator:
    """The row of an alert by what it is about."""
    return page.locator("li.q", has_text=f"{name} {RUN}")


def test_two_officers_see_each_other(people: SignIn, alarms: Alarms) -> None:
    first, second = people("trucban"), people("lanhdao", at="/alerts/")
    expect(first).to_have_url(re.compile("/alerts/"))  # the home of a duty officer
    live(first)
    live(second)
    alarms.raise_(["Trạm hai người"], "serious")
    for page in (first, second):
        expect(row(page, "Trạm hai người")).to_be_visible()
    row(second, "Trạm hai người").locator("a").click()
    detail = second.locator(".pane.detail")
    expect(detail.get_by_role("heading", level=1)).to_contain_text("Trạm hai người")
    expect(row(first, "Trạm hai người")).to_contain_text("đang xem")
    detail.get_by_role("button", name="Giao xử lý").click()
    expect(second.locator("#alert-assign")).to_be_visible()

    row(first, "Trạm hai người").locator("a").click()
    expect(first.locator(".pane.detail h1")).to_contain_text("Trạm hai người")
    first.locator(".pane.detail").get_by_role("button", name="Xác nhận", exact=True).click()
    expect(first.locator("#toast")).to_contain_text("Đã xác nhận 1 cảnh báo.")

    # What the first did is seen live, and the second, who saw an older state, is told who was first.
    expect(row(second, "Trạm hai người")).to_contain_text("xác nhận")
    second.locator("#alert-assign").get_by_role("button", name="Giao xử lý").click()
    expect(second.locator("#toast")).to_contain_text("Xác nhận lúc")
    expect(detail).to_contain_text("đã xác nhận lúc")
    expect(detail.get_by_role("button", name="Xác nhận", exact=True)).to_have_count(0)


def test_handle_alerts_by_keyboard_alone(sign_in: SignIn, alarms: Alarms) -> None:
    page = queue(sign_in)
    alarms.raise_(["Trạm bàn phím một", "Trạm bàn phím hai"], "serious")
    expect(row(page, "Trạm bàn phím một")).to_be_visible()
    expect(row(page, "Trạm bàn phím hai")).to_be_visible()

    def walk_to(name: str) -> None:
        for _step in range(60):
            if row(page, name).get_attribute("data-selected") == "true":
                break
            page.keyboard.press("j")
        expect(page.locator(".pane.detail h1")).to_contain_text(name)

    walk_to("Trạm bàn phím hai")
    page.keyboard.press("z")
    dialog = page.locator("#alert-shelve")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_contain_text("Đã xác nhận 1 cảnh báo.")
    expect(row(page, "Trạm bàn phím hai")).to_contain_text("xác nhận")

    page.keyboard.press("n")
    expect(page.locator("#alert-note")).to_be_visible()
    page.locator("#note-words").focus()
    page.keyboard.type("Đã gọi trạm")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".pane.detail")).to_contain_text("Đã gọi trạm")
    expect(page).to_have_url(re.compile("alert=CB-"))
    address = page.url
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page).to_have_url(re.compile("/alerts/$"))
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.locator(".pane.detail h1")).to_contain_text("Trạm bàn phím hai")


def test_a_key_acts_on_the_chosen_row_before_its_detail_has_come(sign_in: SignIn, alarms: Alarms) -> None:
    page = queue(sign_in)
    alarms.raise_(["Trạm chậm một", "Trạm chậm hai"], "serious")
    first, second = row(page, "Trạm chậm một"), row(page, "Trạm chậm hai")
    expect(second).to_be_visible()
    first.locator("a").click()
    detail = page.locator(".pane.detail")
    expect(detail.get_by_role("heading", level=1)).to_contain_text("Trạm chậm một")
    held: list[Route] = []
    holding = True

    def hold(route: Route) -> None:
        if holding:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(rf"/alerts/{second.get_attribute('data-number')}/\?part=detail$"), hold)
    second.locator("a").click()
    page.keyboard.press("a")
    expect(page.locator("#toast")).to_contain_text("Đã xác nhận 1 cảnh báo.")
    expect(second).to_contain_text("xác nhận")
    expect(first).not_to_contain_text("xác nhận")
    # The detail of the first still stands there; its buttons are out of reach.
    expect(detail.get_by_role("heading", level=1, include_hidden=True)).to_contain_text("Trạm chậm một")
    expect(detail).to_have_js_property("inert", True)
    holding = False
    for one in held:
        one.continue_()
    expect(detail.get_by_role("heading", level=1)).to_contain_text("Trạm chậm hai")
    expect(detail).to_contain_text("đã xác nhận lúc")


_MEASURE = """() => {
  window.tasks = [];
  new PerformanceObserver((list) => list.getEntries().forEach((one) => window.tasks.push(one.duration))).observe({type: "longtask"});
}"""


def test_a_flood_of_five_hundred_stays_workable(sign_in: SignIn, alarms: Alarms) -> None:
    page = queue(sign_in)
    alarms.raise_([f"Trạm trước lũ {n}" for n in range(1, 6)], "serious")
    kept = row(page, "Trạm trước lũ 3")
    expect(kept).to_be_visible()
    page.evaluate(_MEASURE)
    kept.hover()
    places: list[float] = []
    before = _top(kept)
    acknowledged = False
    for wave in range(25):
        alarms.raise_([f"Lũ {wave}-{n}" for n in range(20)], "serious" if wave % 2 else "notice")
        page.wait_for_timeout(300)
        places.append(_top(kept))
        if wave == 12:
            kept.locator("a").click()
            page.keyboard.press("a")
            expect(page.locator("#toast")).to_contain_text("Đã xác nhận 1 cảnh báo.")
            acknowledged = True
    assert acknowledged
    expect(page.locator("[data-count=open]")).to_have_text(re.compile(r"^\d{3,}$"))
    page.wait_for_function("() => Number(document.querySelector('[data-count=open]').textContent) >= 500")
    page.wait_for_timeout(1500)
    places.append(_top(kept))
    assert max(abs(place - before) for place in places) < 2, places
    expect(page.locator("[data-part=news]")).to_contain_text("cảnh báo mới ở trên")
    longest = page.evaluate("() => Math.max(0, ...window.tasks)")
    assert longest < LONGEST_TASK_MS, f"a task of {longest} ms"
    page.locator("[data-part=news]").click()
    expect(page.locator("li.q").first).to_contain_text("Lũ")

    # Many at once, and back again.
    for place in range(3):
        page.locator("li.q").nth(place).locator("input").check(force=True)
    page.locator("[data-part=bulk]").get_by_role("button", name="Xác nhận").click()
    expect(page.locator("#toast")).to_contain_text("Đã xác nhận 3 cảnh báo.")
    page.locator("#toast").get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("#toast")).to_contain_text("Đã hoàn tác.")


def _top(place: Locator) -> float:
    box: Any = place.bounding_box()
    assert box is not None, "the row under the pointer is gone"
    return float(box["y"])


def test_answer_an_alert_on_a_phone(people: SignIn, alarms: Alarms) -> None:
    page = people("trucban", PHONE, at="/alerts/")
    alarms.raise_(["Trạm trên điện thoại"], "serious")
    expect(row(page, "Trạm trên điện thoại")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 391
    row(page, "Trạm trên điện thoại").locator("a").click()
    expect(page).to_have_url(re.compile(r"/alerts/CB-[\d-]+/$"))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 391
    button = page.get_by_role("button", name="Xác nhận", exact=True)
    box = button.bounding_box()
    assert box is not None
    assert box["y"] > 844 / 2, "the actions are within reach of the thumb"
    assert box["height"] >= 44
    button.click()
    expect(page.locator("#toast")).to_contain_text("Đã xác nhận 1 cảnh báo.")
    expect(page.locator(".detail")).to_contain_text("đã xác nhận lúc")
    page.go_back()
    # What is answered stands below everything unseen, which after a flood is far: the tab of what was seen has it.
    page.locator("a[data-tab=seen]").click()
    expect(row(page, "Trạm trên điện thoại")).to_contain_text("xác nhận")
