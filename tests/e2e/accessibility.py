"""Serious findings of axe on a page; and, over many pages, the contrast of everything that looks like nothing seen before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "src/sen/web_components/node_modules/axe-core/axe.min.js"
LOOKS = Path(__file__).with_name("looks.js").read_text("utf-8")
THEMES = ("light", "dark")
GRAVE = ("serious", "critical")
# The script is added through the debugger, which the page's content security policy does not concern.
_RUN = """([options, ofNewLooks]) =>
  axe.run(ofNewLooks ? { include: window.newLooks } : document, { resultTypes: ["violations"], preload: false, ...options })
    .then((done) => done.violations)
"""


def violations(page: Page, **options: Any) -> list[str]:
    """Serious and critical findings on the page, of all of axe's rules unless `options` of axe say otherwise."""
    return _found(page, options, of_new_looks=False)


class Contrast:
    """Examines the contrast of words in both themes; what looks as it did on an earlier page is not examined again.

    A long table is hundreds of cells of ten looks, and the console's pages are made of the same pieces: see looks.js for what a look is.
    """

    def __init__(self) -> None:
        self._known: dict[str, set[int]] = {theme: set() for theme in THEMES}

    def violations(self, page: Page) -> list[str]:
        """Words on the page with too little contrast, in both themes; the page is left in the light one."""
        found = []
        for theme in (*THEMES[1:], THEMES[0]):
            page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
            if new := page.evaluate(LOOKS, list(self._known[theme])):
                self._known[theme].update(new)
                only = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
                found += [f"{theme} {one}" for one in _found(page, only, of_new_looks=True)]
        return found

    @property
    def looks(self) -> int:
        """How many looks were examined, in both themes together."""
        return sum(len(known) for known in self._known.values())


def _found(page: Page, options: dict[str, Any], *, of_new_looks: bool) -> list[str]:
    if not page.evaluate("() => window.axe !== undefined"):
        page.evaluate(AXE.read_text("utf-8") + "; undefined")
    found: list[dict[str, Any]] = page.evaluate(_RUN, [options, of_new_looks])
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'][:160]}"
        for one in found if one["impact"] in GRAVE for node in one["nodes"][:3]
    ]  # fmt: skip
