"""The province publishes limits and a dashboard; a commune takes them over, changes what is open, is refused what is not, reads and accepts a new version."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]


@pytest.fixture
def enter(page: Page, sign_in: Callable[..., Page]) -> Callable[[str, str], Page]:
    """Sign in with a role at an address, whoever was signed in before."""

    def instead(role: str, address: str) -> Page:
        page.context.clear_cookies()
        return sign_in(role, at=address)

    return instead


def _fill_row(page: Page, row: int, **values: str) -> None:
    line = page.locator("sen-rows tbody tr").nth(row)
    for name, value in values.items():
        field = line.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def _publish_limits(page: Page, name: str) -> None:
    """Write a set with two rows, the second pasted from a sheet, and publish it with open upper values."""
    page.get_by_role("link", name="Soạn mẫu mới").first.click()
    page.get_by_label("Bộ giới hạn").check()
    page.get_by_label("Tên mẫu").fill(name)
    page.get_by_role("button", name="Tạo bản nháp").click()
    page.get_by_role("button", name="Thêm dòng").click()
    _fill_row(
        page, 0, label="Cảnh báo sớm bụi mịn", property="pm25", averaging="24h", maximum="42,5", severity="warning",
        valid_from="2026-01-01", source="Trị số thử nghiệm", code="bui-min",
    )  # fmt: skip
    page.get_by_role("button", name="Thêm dòng").click()
    cells = "Cảnh báo sớm độ mặn\tsalinity\ttức thời\t\t1,5\tChú ý\t01/02/2026\t\tTrị số thử nghiệm"
    page.locator("sen-rows tbody tr").nth(1).locator("[name=label]").focus()
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text + "\\n");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }""",
        cells,
    )
    pasted = page.locator("sen-rows tbody tr").nth(1)
    expect(pasted.locator("[name=valid_from]")).to_have_value("2026-02-01")
    expect(pasted.locator("[name=severity]")).to_have_value("notice")
    page.get_by_role("button", name="Lưu và ban hành").click()
    expect(page.locator("#receivers")).to_contain_text("đơn vị")
    page.get_by_label("Giá trị cao nhất").check()
    page.get_by_label("Ghi chú cho đơn vị nhận").fill("Bản đầu")
    page.get_by_role("button", name="Ban hành", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Đã ban hành bản 1")).to_be_visible()


def _publish_dashboard(page: Page, name: str) -> None:
    """A dashboard on which communes may add tiles of their own, published from its page."""
    page.goto("/templates/new/")
    page.get_by_label("Bảng điều hành").check()
    page.get_by_label("Tên mẫu").fill(name)
    page.get_by_role("button", name="Tạo bản nháp").click()
    page.wait_for_url(re.compile(r"/dashboards/[0-9a-f-]{36}/edit/"))
    page.goto(page.url.replace("/dashboards/", "/templates/").replace("/edit/", "/publish/"))
    page.get_by_label(re.compile("Mọi ô")).check()
    page.get_by_role("button", name="Ban hành", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Đã ban hành bản 1")).to_be_visible()


def test_a_commune_inherits_overrides_is_refused_and_accepts_a_new_version(
    enter: Callable[[str, str], Page],
) -> None:
    stamp = int(time.time())
    limits, board = f"Ngưỡng thử {stamp}", f"Bảng thử {stamp}"
    page = enter("data_steward", "/templates/")
    _publish_limits(page, limits)
    address = page.url.partition("?")[0]
    _publish_dashboard(page, board)

    # The commune takes both over at once, and may take it back.
    page = enter("commune_officer", "/templates/?tab=offered")
    for name in (limits, board):
        page.get_by_label(f"Chọn {name}").check()
    page.get_by_role("button", name="Nhận các mẫu đã chọn").click()
    expect(page.locator("#toast")).to_contain_text("đã nhận 2 mẫu")
    expect(page.locator("#toast").get_by_role("button", name="Hoàn tác")).to_be_visible()
    expect(page.get_by_role("link", name=limits)).to_have_count(0)

    # A field that was left open is changed in place; one that is closed is refused in words.
    page.goto(address)
    row = page.locator(".tpl-content tbody tr", has_text="Cảnh báo sớm bụi mịn")
    row.get_by_role("button", name="42,5").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Đến").fill("38,5")
    dialog.get_by_label("Lý do").fill("Gần trường học")
    dialog.get_by_role("button", name="Lưu tại đơn vị").click()
    expect(page.locator("#toast")).to_contain_text("Đã lưu giá trị riêng")
    expect(row.locator("td.st-changed")).to_contain_text(re.compile(r"38,5.*42,5", re.DOTALL))
    row.get_by_role("button", name="Cảnh báo sớm bụi mịn").click()
    expect(dialog.get_by_role("alert")).to_contain_text("không mở mục này cho đơn vị sửa")
    expect(dialog.get_by_role("button", name="Lưu tại đơn vị")).to_have_count(0)
    dialog.get_by_role("button", name="Đóng").last.click()

    # The province goes on: another value, and one row less.
    page = enter("data_steward", f"{address}edit/")
    page.locator("sen-rows tbody tr").nth(1).get_by_role("button", name="Bỏ dòng này").click()
    _fill_row(page, 0, maximum="41")
    page.get_by_role("button", name="Lưu và ban hành").click()
    page.get_by_label("Ghi chú cho đơn vị nhận").fill("Siết bụi mịn, bỏ độ mặn")
    expect(page.locator(".tpl-diff")).to_contain_text("42,5")
    page.get_by_role("button", name="Ban hành", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Đã ban hành bản 2")).to_be_visible()

    # The commune reads the difference, sees what happens to its own value, and accepts.
    page = enter("commune_officer", "/templates/?tab=pending")
    page.get_by_role("link", name=limits).click()
    expect(page.get_by_role("heading", name="Bản 2 so với Bản 1")).to_be_visible()
    difference = page.locator(".tpl-diff")
    expect(difference).to_contain_text(re.compile(r"42,5.*41", re.DOTALL))
    expect(difference).to_contain_text("bỏ dòng này")
    expect(page.locator(".tpl-effects")).to_contain_text(re.compile(r"38,5.*cả hai cùng sửa", re.DOTALL))
    page.get_by_role("button", name="Nhận bản mới").click()
    expect(page.get_by_role("status").filter(has_text="đã nhận bản 2")).to_be_visible()
    expect(page.locator(".tpl-content tbody tr")).to_have_count(1)
    expect(page.locator("td.st-changed")).to_contain_text("38,5")

    # The league table says which commune uses what, and where it differs.
    page = enter("auditor", "/templates/drift/")
    page.locator("select[name=template]").select_option(label=limits)
    league = page.locator(".tpl-drift tbody tr")
    expect(league).to_have_count(1)
    league.locator("summary").click()
    expect(league).to_contain_text(re.compile(r"Giá trị cao nhất: 38,5 \(Gần trường học\)"))
