"""A commune fills in a monthly sheet as in a spreadsheet; a leader sends it back with words, it is corrected and approved."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import PATIENCE_MS, Centre

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
COMMUNE = "28249"
PASTE = """(cell, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def sheet(centre: Centre) -> dict[str, Any]:
    """A new monthly sheet of three figures for communes, opened by the clock and not due yet."""
    recorded = [
        one
        for one in centre.api("GET", "/indicators")["items"]
        if one["origin"] == "recorded" and one["period"] == "month"
    ]
    codes = [one["code"] for one in recorded[:3]]
    code = f"phieu-{int(time.time())}"
    rows = [{"code": codes[0]}, {"code": codes[1], "maximum": 5000.0}, {"code": codes[2], "required": False}]
    content = {
        "code": code,
        "name": f"Phiếu thử {code}",
        "period": "month",
        "unit_kinds": ["ward", "commune", "special_zone"],
        "due_day": 31,
        "rows": rows,
    }
    made = centre.api(
        "POST",
        "/templates",
        {"kind": "entry_sheet", "code": code, "name": content["name"], "owner": "82", "content": content},
    )
    centre.api("POST", f"/templates/{made['id']}/publish", {"audience": {"rule": "all"}, "revision": 1})
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (found := centre.api("GET", f"/sheets?unit={COMMUNE}&sheet={code}")["items"]):
        assert time.monotonic() < deadline, "the clock opened no sheet"
        time.sleep(1)
    return {**found[0], "codes": codes, "names": {one["code"]: one["name"] for one in recorded}}


def test_a_commune_fills_in_a_sheet_and_a_leader_sends_it_back(
    centre: Centre, people: Any, sheet: dict[str, Any]
) -> None:
    first, second, third = sheet["codes"]
    officer = people("xa-a", at=f"/figures/sheets/{sheet['id']}/")
    grid = officer.locator("sen-sheet")

    def cell(code: str, page: Page = officer) -> Any:
        return page.locator(f'tr[data-code="{code}"] input[data-field=text]')

    # A block from Excel goes down the column; what is no number is named, and all of it is kept as a draft.
    cell(first).focus()
    cell(first).evaluate(PASTE, "1.234,5\r\nkhoảng 12 tấn\r\n")
    expect(grid).to_have_attribute("data-saving", "saved")
    expect(officer.locator(f'[id="fault-{second}"]')).to_contain_text("có chữ lẫn trong số")
    expect(cell(second)).to_have_attribute("aria-invalid", "true")
    # Undone as one block, and done again.
    officer.keyboard.press("Control+z")
    expect(cell(first)).to_have_value("")
    officer.keyboard.press("Control+y")
    expect(cell(second)).to_have_value("khoảng 12 tấn")
    # Enter goes down the column; a figure over what is possible is named too.
    cell(first).focus()
    officer.keyboard.press("Enter")
    officer.keyboard.type("9000")
    officer.keyboard.press("Enter")
    expect(officer.locator(f'[id="fault-{second}"]')).to_contain_text("Lớn hơn mức cao nhất")
    expect(cell(third)).to_be_focused()
    cell(second).fill("120")
    expect(officer.locator("[data-no-faults]")).to_be_visible()
    officer.get_by_role("button", name="Gửi phiếu").click()
    officer.locator("#sheet-submit").get_by_role("button", name="Gửi", exact=True).click()
    expect(officer.locator(".sheet-head")).to_contain_text("chờ duyệt")

    leader = people("lanhdao", at=f"/figures/sheets/{sheet['id']}/")
    leader.get_by_label(f"Nhận xét: {sheet['names'][second]}").fill("Đối chiếu lại với tháng trước")
    leader.get_by_role("button", name="Trả lại để sửa").click()
    expect(leader.locator(".sheet-head")).to_contain_text("trả lại")

    officer.reload()
    expect(officer.locator(f'tr[data-code="{second}"]')).to_contain_text("Đối chiếu lại với tháng trước")
    cell(second).fill("125")
    expect(grid).to_have_attribute("data-saving", "saved")
    officer.get_by_role("button", name="Gửi phiếu").click()
    officer.locator("#sheet-submit").get_by_role("button", name="Gửi", exact=True).click()
    expect(officer.locator(".sheet-head")).to_contain_text("chờ duyệt")

    leader.reload()
    leader.get_by_role("button", name="Duyệt phiếu").click()
    expect(leader.locator(".sheet-head")).to_contain_text("đã duyệt")
    [figure] = [
        one
        for one in centre.api("GET", f"/indicators/{second}/values?period={sheet['period']}")["items"]
        if one["unit"] == COMMUNE
    ]
    assert figure["value"] == 125 and figure["by_hand"] is True and "xa-a" in figure["source"]
    past = centre.api("GET", f"/sheets/{sheet['id']}/cells/{second}/history")["items"]
    assert [one["after"] for one in past][:2] == ["125", "120"]
