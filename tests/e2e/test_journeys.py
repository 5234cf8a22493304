"""What people do, in a real browser against a real centre: named after the person's aim."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PATIENCE_MS, Centre, look_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]
SignIn = Callable[..., Page]


def test_first_sign_in(page: Page, centre: Centre) -> None:
    account = centre.account("duty_officer")
    page.goto("/map/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label("Tên đăng nhập").fill(account["username"])
    page.get_by_label("Mật khẩu").fill("không phải mật khẩu này")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    page.get_by_label("Mật khẩu").fill(account["password"])
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page).to_have_url(re.compile("/map/$"))
    expect(page.get_by_text("Dữ liệu mô phỏng").first).to_be_visible()
    expect(page.locator("[data-connection-words]")).to_have_text("Trực tiếp")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile(r"/\?view=overview$"))  # their home is the queue of alerts
    expect(page.get_by_role("heading", name="Nguồn cần xử lý")).to_be_visible()


def test_watch_a_station_go_over_a_limit_live(centre: Centre, sign_in: SignIn) -> None:
    code = f"tram-man-{int(time.time())}"
    station = {
        "code": code,
        "name": "Trạm mặn thử nghiệm",
        "kind": "salinity_station",
        "owner": "82-snnmt",
        "properties": ["salinity"],
    }
    centre.api("POST", "/assets", {**station, "location": {"type": "Point", "coordinates": [106.55, 10.28]}})

    def measure(value: float) -> None:
        reading = {"series": f"{code}/salinity", "time": int(time.time() * 1000), "value": value, "status": "00"}
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not (answer := centre.api("POST", "/observations", reading))["accepted"]:
            assert time.monotonic() < deadline, answer
            time.sleep(1)  # the web's copy of the directory follows within seconds

    measure(0.2)
    page = sign_in("duty_officer", at=f"/assets/{code}/")
    strip = page.locator(".live-strip")
    expect(strip).to_contain_text("0,2")
    expect(strip).not_to_contain_text("vượt")
    opened = page.evaluate("performance.timeOrigin")
    measure(5.0)
    expect(strip).to_contain_text("vượt")
    expect(strip).to_contain_text("5,0")
    assert page.evaluate("performance.timeOrigin") == opened, "the page was reloaded"
    page.goto("/map/?show=broken")
    expect(page.locator(f"tr[data-code={code}]")).to_be_visible()
    symbol = page.locator(f".msym[data-code={code}]")
    expect(symbol).to_have_class(re.compile("notice|warning|serious"))


def test_find_why_a_source_is_late(sign_in: SignIn) -> None:
    page = sign_in("data_steward", at="/data/connections/")
    page.get_by_label("Trạng thái").select_option("late,lost")
    expect(page).to_have_url(re.compile("state=late"))
    row = page.locator("table.src tbody tr").first
    expect(row.locator(".er").first).not_to_be_empty()
    expect(row.locator(".fresh.late, .fresh.lost")).to_be_visible()
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Lịch sử trạng thái")).to_be_visible()
    expect(page.locator(".error").first).to_contain_text(re.compile(r"Kiểm tra|Liên hệ|Sửa|Chờ"))
    page.get_by_role("button", name="Nhắc đơn vị").click()
    expect(page.locator("#toast")).to_contain_text("Đã nhắc")
    page.locator("#toast").get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("button", name="Nhắc đơn vị")).to_be_visible()


def test_accept_a_proposed_device(centre: Centre, sign_in: SignIn) -> None:
    page = sign_in("data_steward", at="/data/proposals/")
    device = look_until(page, "/data/proposals/", lambda: page.locator(".device")).first
    name = device.get_by_role("heading").inner_text()
    code = f"moi-{int(time.time())}"
    device.get_by_label("Tạo trạm mới", exact=True).check()
    device.get_by_label("Mã trạm mới").fill(code)
    device.get_by_label("Tên trạm mới").fill("Cảm biến mới nhận")
    device.get_by_label("Kinh độ").fill("105,63")
    device.get_by_label("Vĩ độ").fill("10,46")
    device.get_by_role("button", name="Nhận thiết bị").click()
    expect(page).to_have_url(re.compile(f"/assets/{code}/"))
    expect(page.get_by_role("status").filter(has_text=name)).to_be_visible()
    # What the device had sent before it was accepted is there: nothing was lost while it waited.
    page.wait_for_function("() => document.querySelector('.live-strip .bignum, .live-strip .ask')")
    page.goto("/data/proposals/?state=accepted")
    expect(page.locator(".device").filter(has_text=name)).to_contain_text(code)


def test_replay_a_dead_letter(centre: Centre, sign_in: SignIn) -> None:
    page = sign_in("data_steward", at="/data/dead-letters/")
    broken = page.get_by_role("link", name="Bản tin không phải JSON hợp lệ.")
    look_until(page, "/data/dead-letters/", lambda: broken).first.click()
    content = page.get_by_label("Nội dung bản tin")
    content.fill('{"device": ')
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.get_by_role("alert")).to_contain_text("vẫn chưa đúng")
    corrected = {"device": "may-do-sua-tay", "time": int(time.time() * 1000), "values": {"pm25": 21.5}}
    content.fill(json.dumps(corrected))
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.get_by_role("status").filter(has_text="Đã gửi lại bản tin")).to_be_visible()
    expect(page).to_have_url(re.compile("/data/dead-letters/$"))
    page.goto("/data/dead-letters/?state=replayed")
    expect(broken.first).to_be_visible()


def test_find_a_station_without_diacritics_and_ask_a_number(sign_in: SignIn) -> None:
    page = sign_in("leader")
    page.keyboard.press("/")
    page.keyboard.type("tram muc nuoc cao lanh", delay=15)
    expect(page.locator("#search-results a").first).to_contain_text("Cao Lãnh")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/assets/"))
    expect(page.locator("sen-chart[data-ready]")).to_be_visible()
    page.locator(".live-strip .ask").first.click()
    answers = page.locator("#provenance")
    for question in ("Từ đâu", "Khi nào", "Tốt đến đâu", "Của ai"):
        expect(answers.get_by_text(question)).to_be_visible()
    page.keyboard.press("Escape")
    expect(answers).to_be_hidden()


def test_read_the_console_in_english(sign_in: SignIn) -> None:
    page = sign_in("auditor", at="/console/account/")
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_role("heading", name="Tokens for programs")).to_be_visible()
    page.goto("/data/connections/")
    expect(page.get_by_role("heading", name="Connection desk")).to_be_visible()
    page.goto("/console/account/")
    page.get_by_role("button", name="Tiếng Việt").first.click()
    expect(page.get_by_role("heading", name="Mã truy cập cho chương trình")).to_be_visible()


def test_see_who_has_which_role(centre: Centre, sign_in: SignIn) -> None:
    page = sign_in("administrator", at="/admin/people/")
    leader = centre.account("leader")["username"]
    row = page.locator("tbody tr").filter(has_text=leader)
    expect(row).to_contain_text("Lãnh đạo")
    expect(row).to_contain_text("Tỉnh Đồng Tháp")
    page.get_by_label("Lọc theo vai trò").fill("kiem toan")
    expect(page.locator("tbody tr:visible")).to_have_count(1)
