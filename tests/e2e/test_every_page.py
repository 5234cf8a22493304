"""Every page in both themes and on a phone: no serious accessibility violation, nothing wider than the screen; and the style page's picture."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, TimeoutError
from tests.e2e.conftest import Centre

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "src/sen/web_components/node_modules/axe-core/axe.min.js"
RESULTS = ROOT / "test-results"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SignIn = Callable[[str], Page]
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}

PAGES = (
    "/", "/alerts/", "/alerts/?tab=closed", "/alerts/quality/", "/alerts/maintenance/", "/rules/", "/rules/?unit=28249", "/rules/new/", "/map/", "/map/?paint=index&show=broken", "/assets/kk-cao-lanh/", "/assets/cao-lanh/?range=7d", "/data/connections/", "/data/connections/?state=late,lost",
    "/data/sources/new/", "/data/sources/new/?connector=station_files", "/data/proposals/", "/data/dead-letters/", "/data/limits/",
    "/leader/", "/leader/units/82-snnmt/", "/dossiers/", "/dossiers/units/82-snnmt/", "/dossiers/index/", "/dossiers/list/", "/dossiers/list/?bucket=overdue", "/dossiers/procedures/",
    "/tasks/", "/tasks/list/", "/tasks/calendar/", "/tasks/ranking/", "/tasks/new/", "/tasks/settings/", "/documents/", "/documents/units/", "/documents/exchange/",
    "/figures/sheets/?turn=all", "/figures/", "/figures/?code=dan_so&from=2024-H2&to=2026-H1&tree=as_was&period=2025-H1", "/figures/dan_so/29888/", "/figures/do.pm25.mean/82/",
    "/programme/", "/programme/CT-2026-01/", "/meetings/", "/meetings/HOP-2026-01/", "/meetings/HOP-2026-02/room/?point=1", "/inspections/", "/inspections/KT-2026-01/",
    "/inspections/KT-2026-02/", "/programme/digests/", "/admin/working-days/", "/admin/working-days/?unit=28249&year=2028",
    "/admin/units/", "/admin/units/?as_of=2025-06-30", "/admin/units/82-snnmt/", "/admin/packs/", "/admin/packs/traffic/", "/admin/people/", "/admin/audit/?verify=1", "/admin/health/",
    "/incidents/", "/incidents/?tab=drills", "/incidents/?tab=closed", "/incidents/dispatches/", "/incidents/SC-2026-0001/", "/incidents/SC-2026-0001/status/",
    "/incidents/DT-2026-0001/", "/incidents/DT-2026-0001/review/", "/procedures/", "/procedures/?unit=28249",
    "/centres/", "/centres/28249/", "/centres/29869/", "/?unit=28249", "/modules/", "/modules/?unit=28249", "/modules/28249/environment/", "/map/?unit=28249",
    "/dashboards/", "/dashboards/?unit=28249",
    "/templates/?tab=own", "/templates/?unit=29869&tab=pending", "/templates/?unit=29869&tab=offered", "/templates/new/", "/templates/drift/",
    "/walls/", "/walls/screens/new/", "/tv/",
    "/shifts/", "/shifts/?view=month", "/shifts/?unit=28249", "/shifts/import/", "/shifts/chains/?severity=warning", "/shifts/handover/", "/verify/",
    "/notifications/", "/notifications/?unread=1", "/notifications/settings/", "/notifications/deliveries/", "/emergency/", "/emergency/contacts/", "/emergency/resources/",
    "/emergency/area/", "/emergency/bulletins/", "/emergency/bulletins/lu-bao-dong/", "/emergency/broadcasts/",
    "/console/account/", "/console/style/", "/accounts/2fa/", "/accounts/password/change/", "/khong-co-trang-nay/",
)  # fmt: skip


def _template_pages(page: Page) -> list[str]:
    """The pages of the demonstration's limit set, whose address differs in every centre."""
    page.goto("/templates/?tab=own&kind=limit_set&q=canh+bao+som")
    address = str(page.locator("a.nm").first.get_attribute("href")).partition("?")[0]
    return [f"{address}?unit=29869", f"{address}versions/2/?unit=29869", f"{address}edit/", f"{address}publish/"]


def _settle(page: Page) -> None:
    page.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    page.wait_for_function(
        "() => [...document.querySelectorAll('sen-map, sen-chart, sen-place')].every((one) => one.dataset.ready !== undefined)",
    )
    page.evaluate("() => document.fonts.ready.then(() => true)")


def _boards(page: Page) -> list[str]:
    """The addresses of two dashboards of the demo."""
    page.goto("/dashboards/?unit=82")
    links = page.locator(".dash-card h3 a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert links
    return [str(link) for link in links[:2]]


def _firsts(page: Page) -> list[str]:
    """One dossier, task, document and entry sheet of the demo, whose addresses differ in every centre."""
    found = []
    for address, link in (
        ("/dossiers/list/?bucket=overdue", "td.dos-name a"), ("/tasks/list/?time=overdue", "td.what a"), ("/documents/", "td.what a"),
        ("/figures/sheets/?turn=all", "tbody a.b"),
    ):  # fmt: skip
        page.goto(address)
        found.append(str(page.locator(link).first.get_attribute("href")))
    return found


def _alerts(page: Page) -> list[str]:
    """An alert of the demo beside its queue, and on a page of its own."""
    page.goto("/alerts/")
    page.locator("li.q a").first.wait_for()
    address = str(page.locator("li.q a").first.get_attribute("href"))
    return [address, f"/alerts/?alert={address.rstrip('/').rpartition('/')[2]}"]


def _violations(page: Page, *rules: str) -> list[str]:
    """Serious and critical findings of axe on the page, of all its rules or of some."""
    # The script is added through the debugger, which the page's content security policy does not concern.
    if not page.evaluate("() => window.axe !== undefined"):
        page.evaluate(AXE.read_text("utf-8") + "; undefined")
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found: list[dict[str, Any]] = page.evaluate(
        "(only) => axe.run(document, {resultTypes: ['violations'], ...only}).then((done) => done.violations)", only
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'][:160]}"
        for one in found if one["impact"] in ("serious", "critical") for node in one["nodes"][:3]
    ]  # fmt: skip


@dataclass
class Visitors:
    """Who looks at a page: the data steward, who may do the most, and the auditor at what only they see."""

    steward: Page
    auditor: Page

    def open(self, address: str) -> Page:
        """The page after it has settled on a small office screen."""
        for page in (self.steward, self.auditor):
            page.set_viewport_size(OFFICE)
            answer = page.goto(address)
            if answer is None or answer.status != 403:
                break
        _settle(page)
        return page


@pytest.fixture
def visitors(sign_in: SignIn, page: Page, browser: Browser, centre: Centre) -> Iterator[Visitors]:
    """Two people at browsers of their own. Colours on their way from one theme to the other are no findings."""
    context = browser.new_context(base_url=centre.url, locale="vi-VN", reduced_motion="reduce")
    auditor, account = context.new_page(), centre.account("auditor")
    auditor.goto("/accounts/login/")
    auditor.get_by_label("Tên đăng nhập").fill(account["username"])
    auditor.get_by_label("Mật khẩu").fill(account["password"])
    auditor.get_by_role("button", name="Đăng nhập").click()
    auditor.wait_for_url(re.compile(r"^(?!.*/accounts/login)"))
    page.emulate_media(reduced_motion="reduce")
    yield Visitors(sign_in("data_steward"), auditor)
    context.close()


def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(visitors: Visitors) -> None:
    """All of axe's rules in the light theme; in the dark one, which changes nothing but colours, the rule on contrast; then the width."""
    found: dict[str, list[str]] = {}
    page = visitors.steward
    for address in (*PAGES, *_template_pages(page), *_boards(page), *_alerts(page), *_firsts(page)):
        page = visitors.open(address)
        for theme, rules in (("light", ()), ("dark", ("color-contrast",))):
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
            if bad := _violations(page, *rules):
                found[f"{address} {theme}"] = bad
        page.set_viewport_size(PHONE)
        try:
            page.wait_for_function(
                "(width) => document.documentElement.scrollWidth <= width", arg=PHONE["width"] + 1, timeout=5_000
            )
        except TimeoutError:
            found[f"{address} phone"] = [f"{page.evaluate('() => document.documentElement.scrollWidth')} px wide"]
    assert not found, "\n".join(f"{address}: {line}" for address, lines in found.items() for line in lines)


def test_sign_in_page_is_accessible(page: Page) -> None:
    page.goto("/accounts/login/")
    assert not _violations(page)


def test_style_page_shows_every_piece_in_both_themes(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/console/style/")
    _settle(page)
    for theme in ("light", "dark"):
        half = page.locator(f"section[data-theme={theme}]")
        for piece in (".sev", ".fresh.late", ".fresh.hand", ".due.over", ".pill.done", ".unit", ".aqi", ".tile", ".beat", ".stack", ".pop", "sen-table", "sen-chart svg",
                      ".tl", ".empty", ".error", ".toast", ".prog", ".diff", ".fbar", ".msym.stale"):  # fmt: skip
            assert half.locator(piece).count(), f"{piece} is missing in {theme}"
    RESULTS.mkdir(exist_ok=True)
    page.screenshot(path=RESULTS / "style.png", full_page=True)


@pytest.mark.parametrize(
    "name, address",
    [
        ("alerts", "/alerts/"),
        ("map", "/map/"),
        ("station", "/assets/kk-cao-lanh/"),
        ("connections", "/data/connections/"),
        ("centre", "/?unit=28249"),
    ],
)
def test_pictures_of_the_console(sign_in: SignIn, name: str, address: str) -> None:
    """Pictures for people to look at; `DOCS_IMAGES=1` puts them into docs/images/, where README shows them."""
    page = sign_in("data_steward")
    page.goto(address)
    _settle(page)
    page.wait_for_timeout(1500)
    folder = ROOT / "docs" / "images" if os.environ.get("DOCS_IMAGES") else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
    assert (folder / f"{name}.png").stat().st_size > 20_000
