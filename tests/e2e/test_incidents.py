"""From a value over its limit to the lesson learnt, with two officers, a commune on its phone and a leader; and a drill, marked everywhere."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from tests.e2e.conftest import PATIENCE_MS, PHONE, Centre

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PLACE = [106.358, 10.381]  # the seat of the commune 28249
People = Callable[..., Page]


def _flooded_street(centre: Centre) -> str:
    """A new gauge whose street stands under water for a quarter of an hour; the number of the alert that this raises."""
    code = f"ngap-{int(time.time())}"
    gauge = {
        "code": code,
        "name": "Thước ngập thử nghiệm",
        "kind": "sensor",
        "owner": "82-snnmt",
        "properties": ["flood_depth"],
    }
    centre.api("POST", "/assets", {**gauge, "location": {"type": "Point", "coordinates": PLACE}})
    now, deadline = int(time.time() * 1000), time.monotonic() + 90
    rows = [
        {"series": f"{code}/flood_depth", "time": now - minutes * 60_000, "value": 0.42, "status": "00"}
        for minutes in (20, 15, 10, 5, 0)
    ]
    # A gauge sends again what was not taken: every process learns of a new station within seconds.
    while True:
        centre.api("POST", "/observations", rows)
        for _look in range(4):
            # A commune's alerts of one rule come under its first one, and other journeys leave hundreds that are newer than ours.
            if found := centre.api("GET", f"/alerts?asset={code}&members=true")["items"]:
                assert len(found) == 1
                return str(found[0]["number"])
            time.sleep(1)
        assert time.monotonic() < deadline, "the street is flooded and nobody is told"


def _open_incident(officer: Page, alert: str) -> str:
    """The alert becomes an incident, its procedure begins; the incident's number."""
    officer.get_by_label("Địa điểm").fill("Trước chợ phường")
    officer.get_by_role("button", name="Mở sự cố").click()
    officer.wait_for_url(re.compile(r"/incidents/SC-\d+-\d+/$"))
    expect(officer.locator("#room-alerts")).to_contain_text(alert)
    steps = officer.locator("#room-steps li")
    expect(steps.filter(has_text="Đặt biển, rào chỗ sâu")).to_have_class(re.compile("cur"))
    return officer.url.rstrip("/").rpartition("/")[2]


def _two_see_the_same(officer: Page, other: Page) -> None:
    """A second officer sees what the first one does, without loading the page again."""
    for page in (officer, other):
        expect(page.locator("[data-connection-words]")).to_have_text("Trực tiếp")
    officer.locator("#step-bao-dan").get_by_role("button", name=re.compile("^Xong")).click()
    for page in (officer, other):
        expect(page.locator("#step-bao-dan")).to_have_class(re.compile("done"))


def _order_for(centre: Centre, number: str) -> str | None:
    """The id of the incident's order to the commune 28249, if it has one."""
    orders = centre.api("GET", f"/incidents/{number}")["dispatches"]
    return next((str(one["id"]) for one in orders if one["unit"] and one["unit"]["code"] == "28249"), None)


def _order_the_commune(centre: Centre, officer: Page, number: str) -> str:
    """The commune has its order: the procedure's, else one that the officer sends; its id."""
    if not _order_for(centre, number):
        officer.locator("#room-calls").get_by_role("button", name="Điều động thêm").click()
        dialog = officer.locator("#room-dispatch")
        dialog.get_by_label("Lệnh").fill(f"Cử người rào chỗ sâu trước chợ ({number})")
        dialog.get_by_role("button", name="Gửi lệnh").click()
        expect(officer.locator("#room-calls")).to_contain_text("Đã gửi, chờ nhận")
    order = _order_for(centre, number)
    assert order
    return order


def _answer_on_a_phone(commune: Page, officer: Page) -> None:
    """The commune answers its order with its thumb, and the room sees each answer."""
    button = commune.locator(".btn.thumb")
    box = button.bounding_box()
    assert box is not None and box["height"] >= 44 and box["width"] > 300
    button.click()
    expect(commune.get_by_role("button", name="Đã đến")).to_be_visible()
    expect(officer.locator("#room-calls")).to_contain_text("Đã nhận lệnh")
    commune.get_by_role("button", name="Đã đến").click()
    commune.get_by_label("Đã làm gì, kết quả thế nào").fill("Đã đặt biển, rào hai đầu đường")
    commune.get_by_role("button", name="Đã xong").click()
    expect(commune.locator("article")).to_contain_text("Đã đặt biển")
    assert commune.evaluate("() => document.documentElement.scrollWidth") <= 391


def _leave_out_the_rest(officer: Page) -> None:
    """What is left of the procedure is left out with a reason; who has not answered was reached by telephone."""
    officer.reload()
    while (current := officer.locator("#room-steps li.cur")).count():
        step = officer.locator(f"#{current.first.get_attribute('id')}")
        step.locator("summary", has_text="Bỏ qua bước").click()
        step.get_by_label("Vì sao bỏ qua").fill("Nước đã rút, không cần nữa")
        step.get_by_role("button", name="Bỏ qua", exact=True).click()
        expect(step).not_to_have_class(re.compile(r"\bcur\b"))
    by_telephone = officer.locator("#room-calls").get_by_role("button", name="Đã nhận qua điện thoại")
    while unanswered := by_telephone.count():
        by_telephone.first.click()
        expect(by_telephone).to_have_count(unanswered - 1)


def _news_overtakes_the_answer(page: Page, number: str) -> list[str]:
    """Let a drawing of the head that was asked for before the closing come while the closing is on its way; which drawings wait."""
    asked: list[str] = []
    closing: list[str] = []

    def draw(route: Route) -> None:
        drawn = route.fetch()
        asked.append(route.request.url)
        while not closing:
            page.wait_for_timeout(20)
        route.fulfill(response=drawn)

    def close(route: Route) -> None:
        done = route.fetch()
        closing.append(route.request.url)
        page.wait_for_timeout(300)
        route.fulfill(response=done)

    page.route(f"**/incidents/{number}/part/head/", draw)
    page.route(f"**/incidents/{number}/do/close/", close)
    return asked


def _contain_and_close(officer: Page, number: str) -> None:
    """The incident is contained and closed; the room shows it closed whatever was drawn meanwhile."""
    asked = _news_overtakes_the_answer(officer, number)
    officer.get_by_role("button", name="Đã khống chế").click()
    expect(officer.get_by_role("button", name="Ứng phó tiếp")).to_be_visible()
    officer.locator("#room-head").get_by_role("button", name="Đóng sự cố").click()
    officer.get_by_label("Kết thúc thế nào").fill("Nước rút, đã tháo rào")
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not asked:
        assert time.monotonic() < deadline, "the room did not hear that it is contained"
        officer.wait_for_timeout(50)
    officer.locator("#room-close").get_by_role("button", name="Đóng sự cố").click()
    expect(officer.locator("#room-head")).to_contain_text("Nước rút, đã tháo rào")


def _review(officer: Page) -> None:
    """The review has the clocks already; people add the rest, and a lesson."""
    officer.get_by_role("link", name="Đánh giá").click()
    expect(officer.locator(".delays")).to_contain_text("Từ phát hiện đến mở sự cố")
    officer.get_by_label("Chuyện gì đã xảy ra").fill("Triều cường gặp mưa lớn, miệng cống bị rác lấp.")
    officer.get_by_label("Công trình xuống cấp hoặc thiếu").check()
    officer.get_by_role("button", name="Hoàn thành đánh giá").click()
    expect(officer.locator(".pagehead")).to_contain_text("Đã hoàn thành")
    officer.get_by_label("Bài học mới").fill("Khơi miệng cống trước mỗi kỳ triều cường")
    officer.get_by_role("button", name="Thêm bài học").click()
    expect(officer.locator("#lessons")).to_contain_text("Khơi miệng cống trước mỗi kỳ triều cường")


def test_from_a_flooded_street_to_the_lesson(centre: Centre, people: People) -> None:
    alert = _flooded_street(centre)
    officer = people("trucban", at=f"/incidents/new/?alert={alert}")
    number = _open_incident(officer, alert)
    _two_see_the_same(officer, people("lanhdao", at=f"/incidents/{number}/"))
    order = _order_the_commune(centre, officer, number)
    _answer_on_a_phone(people("xa-a", PHONE, at=f"/incidents/dispatches/{order}/"), officer)
    _leave_out_the_rest(officer)
    _contain_and_close(officer, number)
    _review(officer)


def test_a_drill_says_so_everywhere(centre: Centre, people: People) -> None:
    officer = people("trucban", at="/procedures/?q=Cháy")
    officer.locator("tbody a", has_text="Cháy, nổ").click()
    officer.wait_for_function("() => document.querySelector('sen-procedure')?.dataset.ready !== undefined")
    expect(officer.locator("[data-part=remarks]")).to_contain_text("Quy trình chạy được")

    # The test run sends nothing: answers choose the branch, the clock can be pushed.
    officer.get_by_role("button", name="Chạy thử").click()
    trial = officer.locator("#sop-trial")
    trial.get_by_role("button", name="Có", exact=True).click()
    expect(trial.locator("li", has_text="Báo cấp cứu 115")).to_have_class(re.compile("active"))
    trial.get_by_role("button", name="+1 giờ").click()
    expect(trial.locator("li", has_text="Báo cấp cứu 115")).to_contain_text("quá hạn")
    trial.get_by_role("button", name="Đóng").click()

    officer.get_by_role("button", name="Mở diễn tập").click()
    drill = officer.locator("#sop-drill")
    drill.get_by_label("Xã, phường", exact=True).select_option("28249")
    drill.get_by_role("button", name="Bắt đầu diễn tập").click()
    officer.wait_for_url(re.compile(r"/incidents/DT-\d+-\d+/$"))
    number = officer.url.rstrip("/").rpartition("/")[2]
    expect(officer.locator(".drill-band")).to_contain_text("DIỄN TẬP")
    officer.locator("#step-xa-tai-cho").get_by_role("button", name="Xong và gửi").click()
    expect(officer.locator("#room-calls li")).not_to_have_count(0)
    officer.goto(f"/incidents/{number}/status/")
    expect(officer.locator(".drill-band")).to_be_visible()
    officer.goto("/incidents/")
    expect(officer.locator(".inc", has_text=number)).to_have_count(0)
    officer.goto("/incidents/?tab=drills")
    expect(officer.locator(".inc", has_text=number)).to_contain_text("Diễn tập")

    order = next(one for one in centre.api("GET", f"/incidents/{number}")["dispatches"] if one["unit"])
    commune = people("xa-a", PHONE, at=f"/incidents/dispatches/{order['id']}/")
    expect(commune.locator(".drill-band")).to_contain_text("DIỄN TẬP")
    commune.get_by_role("button", name="Đã nhận").click()
    expect(commune.get_by_role("button", name="Đã đến")).to_be_visible()
