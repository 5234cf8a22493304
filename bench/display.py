"""A Chromium that shows a wall, with a clock that can run ahead: what it weighs, whether it shows something, what it asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from playwright.sync_api import Error, Request, sync_playwright

CHROMIUM = "/usr/bin/chromium"
UNIFORM_BYTES = 8_000
"""A PNG of this size in one colour takes about 3 kB, with the frames of empty panels about 5."""
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--js-flags=--expose-gc"]


@dataclass(frozen=True)
class Sample:
    """The page at one simulated moment, after two garbage collections."""

    day: float
    heap_kib: float
    nodes: int
    listeners: int
    documents: int
    picture: bool

    def figures(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "day": round(self.day, 2), "heap_kib": round(self.heap_kib, 1)}


class Display:
    """`with Display(address) as display`: 1366×768, fake clock that starts now."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.requests = 0
        self.loads = 0
        self.scene_changes = 0
        self.scene = ""
        self._pending = 0

    def __enter__(self) -> Display:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = self._browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
        )
        self.page = context.new_page()
        self.page.clock.install()
        self.page.on("request", self._count)
        self.page.on("requestfinished", self._done)
        self.page.on("requestfailed", self._done)
        self.page.on("load", lambda _page: self._loaded())
        self.page.goto(self._address)
        self._session = context.new_cdp_session(self.page)
        self._session.send("Performance.enable")
        self.page.wait_for_selector("sen-stage[data-ready]")
        return self

    def __exit__(self, *error: object) -> None:
        self._browser.close()
        self._playwright.stop()

    def ahead(self, seconds: float) -> None:
        """Let the page's clock jump: its timers fire once, it asks, and draws what it is answered."""
        before = self.requests
        self.page.clock.fast_forward(round(seconds * 1000))
        for _try in range(120):
            self.page.wait_for_timeout(10)
            if self.requests > before and not self._pending:
                break
        scene = self._evaluate("() => document.querySelector('[data-part=scene]')?.textContent ?? ''")
        self.scene_changes += scene != self.scene
        self.scene = scene

    def sample(self, day: float) -> Sample:
        """Weigh the page."""
        for _turn in range(2):
            self._session.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in self._session.send("Performance.getMetrics")["metrics"]}
        return Sample(
            day, metrics["JSHeapUsedSize"] / 1024, int(metrics["Nodes"]), int(metrics["JSEventListeners"]),
            int(metrics["Documents"]), self.has_picture(),
        )  # fmt: skip

    def has_picture(self) -> bool:
        """Whether the screen is not uniform and says something besides its frame."""
        picture = self.page.screenshot(clip={"x": 0, "y": 70, "width": 1366, "height": 660})
        words = self._evaluate("() => document.querySelector('.scene')?.textContent.trim().length ?? 0")
        return len(picture) > UNIFORM_BYTES and words > 3

    def lost_words(self) -> str:
        """What the page says about the centre being away; empty while it is there."""
        label = "() => { const one = document.querySelector('[data-part=lost]'); return one && !one.hidden ? one.textContent : '' }"
        return str(self._evaluate(label))

    def stale_marks(self) -> int:
        """How many figures the page itself calls old."""
        return int(
            self._evaluate("() => document.querySelectorAll('.fresh.late, .fresh.lost, .tile-box.stale').length")
        )

    def _evaluate(self, script: str) -> Any:
        """The answer of the page; once more where it is just loading itself anew after an update."""
        for _try in range(3):
            try:
                return self.page.evaluate(script)
            except Error:
                self.page.wait_for_selector("sen-stage[data-ready]")
        return self.page.evaluate(script)

    def _count(self, request: Request) -> None:
        self._pending += 1
        self.requests += "/state/" in request.url

    def _done(self, _request: Request) -> None:
        self._pending = max(0, self._pending - 1)

    def _loaded(self) -> None:
        self.loads += 1
