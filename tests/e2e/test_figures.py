"""Figures over the reorganisation in the browser: today's tree, the tree as it was, why a number is missing, where one comes from."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]


def test_a_steward_reads_a_figure_in_both_trees(sign_in: SignIn, tmp_path: Path) -> None:
    page = sign_in("data_steward")
    page.get_by_role("navigation", name="Điều hướng chính").get_by_role("link", name="Chỉ tiêu & nhiệm vụ").click()
    page.wait_for_load_state()
    page.locator("select[name=code]").select_option("dan_so")
    page.wait_for_url(re.compile("code=dan_so"))
    page.get_by_role("link", name="6T đầu 25").click()
    table = page.get_by_role("region", name="Bảng số liệu theo đơn vị")
    expect(table.get_by_role("link", name="Phường Mỹ Trà")).to_be_visible()
    expect(page.locator(".choro path.q5").first).to_be_visible()

    # A split without a rule says so, at the number and beside the table.
    table.get_by_role("row").filter(has_text="Xã Phong Mỹ").get_by_role("button", name="vì sao?").last.click()
    why = page.get_by_role("dialog", name="Nguồn gốc của số")
    expect(why).to_contain_text("Xã Gáo Giồng tách ngày 01/07/2025")
    expect(why).to_contain_text("chưa có tỷ lệ chia")
    page.keyboard.press("Escape")
    expect(page.locator("#reasons")).to_contain_text("Xã Phong Mỹ")

    page.get_by_role("link", name="Như khi đó").click()
    page.wait_for_url(re.compile("tree=as_was"))
    former = table.get_by_role("row").filter(has_text="Xã Mỹ Trà")
    expect(former).to_contain_text("đến 30/06/2025")
    former.locator("button.ask").first.click()
    expect(why).to_contain_text("Số liệu mô phỏng để trình diễn")
    page.keyboard.press("Escape")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "figures.csv"
    waiting.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["unit_name"] == "Xã Mỹ Trà"]
    assert rows and all(
        row["source"] and row["status"] and row["recorded_at"] and row["simulated"] == "1" for row in rows
    )

    page.goto("/figures/dan_so/29888/")
    chart = page.locator(".colchart")
    expect(chart.locator("text.act")).to_contain_text("01/07/2025")
    expect(chart.locator("rect.gap")).to_have_count(1)
    expect(page.get_by_role("region", name="Số liệu theo kỳ")).to_contain_text(
        "Chỉ có số của 3 trên 4 đơn vị hợp thành"
    )
