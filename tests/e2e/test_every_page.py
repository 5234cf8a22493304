"""Every page in both themes and on a phone: no serious accessibility violation, nothing wider than the screen; and the style page's picture."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError
from tests.e2e.accessibility import Contrast, violations
from tests.e2e.conftest import OFFICE, PHONE

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "test-results"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
ALL_BUT_CONTRAST = {"color-contrast": {"enabled": False}}
WIDTH_MS = 20_000
"""By then a page has found its place on the phone it was put on."""
PICTURES = {
    "alerts": "/alerts/", "map": "/map/", "station": "/assets/kk-cao-lanh/", "connections": "/data/connections/", "centre": "/?unit=28249",
}  # fmt: skip

PAGES = (
    "/", "/alerts/", "/alerts/?tab=closed", "/alerts/quality/", "/alerts/maintenance/", "/rules/", "/rules/?unit=28249", "/rules/new/", "/map/", "/map/?paint=index&show=broken", "/assets/kk-cao-lanh/", "/assets/cao-lanh/?range=7d", "/data/connections/", "/data/connections/?state=late,lost",
    "/data/sources/new/", "/data/sources/new/?connector=station_files", "/data/proposals/", "/data/dead-letters/", "/data/limits/",
    "/leader/", "/leader/units/82-snnmt/", "/dossiers/", "/dossiers/units/82-snnmt/", "/dossiers/index/", "/dossiers/list/", "/dossiers/list/?bucket=overdue", "/dossiers/procedures/",
    "/dossiers/procedures/2.000815.000.00.00.H20/", "/dossiers/procedures/1.009354.000.00.00.H20/?unit=28249",
    "/figures/plans/", "/tasks/new/?unit=28249",
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
def visitors(people: Callable[..., Page]) -> Visitors:
    """Two people at browsers of their own. Colours on their way from one theme to the other are no findings."""
    return Visitors(people("dulieu", reduced_motion="reduce"), people("kiemtoan", reduced_motion="reduce"))


def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(visitors: Visitors) -> None:
    """All of axe's rules; that on contrast in both themes, of every look once; then the width."""
    found: dict[str, list[str]] = {}
    contrast, page = Contrast(), visitors.steward
    for address in (*PAGES, *_template_pages(page), *_boards(page), *_alerts(page), *_firsts(page)):
        page = visitors.open(address)
        if bad := [*contrast.violations(page), *violations(page, rules=ALL_BUT_CONTRAST)]:
            found[address] = bad
        page.set_viewport_size(PHONE)
        try:
            page.wait_for_function(
                "(width) => document.documentElement.scrollWidth <= width", arg=PHONE["width"] + 1, timeout=WIDTH_MS
            )
        except TimeoutError:
            found[f"{address} phone"] = [f"{page.evaluate('() => document.documentElement.scrollWidth')} px wide"]
    assert contrast.looks > 2 * len(PAGES), "the looks of the pages were not examined"
    assert not found, "\n".join(f"{address}: {line}" for address, lines in found.items() for line in lines)


def test_sign_in_page_is_accessible(page: Page) -> None:
    page.goto("/accounts/login/")
    assert not violations(page)


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


def test_pictures_of_the_console(sign_in: Callable[..., Page]) -> None:
    """Pictures for people to look at; `DOCS_IMAGES=1` puts them into docs/images/, where README shows them."""
    for_readme = bool(os.environ.get("DOCS_IMAGES"))
    folder = ROOT / "docs" / "images" if for_readme else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    page = sign_in("data_steward", at=PICTURES["alerts"])
    for name, address in PICTURES.items():
        page.goto(address)
        _settle(page)
        page.wait_for_timeout(1500 if for_readme else 100)  # until the last tile of the map has faded in
        page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 20_000
