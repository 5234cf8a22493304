"""One running centre with the demo province for all journeys, and a Chromium that reports every request leaving the host.

`E2E_CENTRE=http://127.0.0.1:8000 E2E_DATA=./data` uses a centre that runs already, which is quicker while writing a journey.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from bench.small_centre import end_at_once
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError
from tests import prepared_database

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
OFFICE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
START_SECONDS = 300
# How long something may take says something about the machine. Whatever comes, comes before this.
PATIENCE_MS = 60_000
# Nothing can be hit before the page and its scripts are there: a button pressed earlier would do nothing, on a slow machine only.
STILL = """
  const still = new CSSStyleSheet();
  still.replaceSync("* { pointer-events: none !important }");
  document.adoptedStyleSheets.push(still);
  addEventListener("load", () => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== still); });
"""
_FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=PATIENCE_MS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Centre:
    """A running centre: its address, and what the command line says about it."""

    url: str
    data: Path
    environment: dict[str, str]
    accounts: list[dict[str, str]] = field(default_factory=list)
    sessions: dict[str, list[Any]] = field(default_factory=dict)
    """Username → the cookies of whoever has signed in during this run: `enter` lets them go on where they are signed in."""
    _token: str = ""

    def command(self, *arguments: str) -> str:
        """What `sen <arguments>` prints."""
        call = [sys.executable, "-m", "sen.cli", *arguments, "--data", str(self.data)]
        return subprocess.run(call, env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    def account(self, role: str) -> dict[str, str]:
        """The first demo account with a role."""
        return next(one for one in self._all_accounts() if one["role"] == role)

    def account_named(self, username: str) -> dict[str, str]:
        """The demo account of a name."""
        return next(one for one in self._all_accounts() if one["username"] == username)

    def _all_accounts(self) -> list[dict[str, str]]:
        if not self.accounts:
            self.accounts = json.loads(self.command("accounts", "--json"))
        return self.accounts

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the REST API with an administrator's token."""
        if not self._token:
            self._token = self.command("token", "create", "--user", self.account("administrator")["username"]).strip()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_MS / 1000) as answer:
            return json.load(answer)


def _environment() -> dict[str, str]:
    """The machine's environment without the settings of the test session's own engines."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEN_")}
    first = _free_port()
    ports = {name: str(_free_port()) for name in ("SEN_MQTT_PORT", "SEN_FTP_PORT", "SEN_SFTP_PORT")}
    return {
        **kept,
        **ports,
        "SEN_FTP_PASSIVE_PORTS": f"{first}-{first + 9}",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre with the demo province, its simulators on the wire."""
    environment = _environment()
    if running := os.environ.get("E2E_CENTRE"):
        yield Centre(running, Path(os.environ["E2E_DATA"]), environment)
        return
    data, port = tmp_path_factory.mktemp("centre") / "data", _free_port()
    prepared_database.put_into(data)  # how a centre migrates at its first start is seen in src/sen/project/tests
    log = data.parent / "up.log"
    call = [sys.executable, "-m", "sen.cli", "up", "--data", str(data), "--port", str(port), "--demo"]
    with log.open("w") as out:
        process = subprocess.Popen(call, env=environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while "Sen is ready" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, f"not ready within {START_SECONDS} s\n{log.read_text()}"
            time.sleep(0.5)
        yield Centre(f"http://127.0.0.1:{port}", data, environment)
    finally:
        end_at_once(process)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's Chromium, silent towards the outside."""
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {"executable_path": CHROMIUM, "args": quiet}


@pytest.fixture(scope="session")
def browser_context_args(centre: Centre) -> dict[str, Any]:
    """A small office screen in Vietnam."""
    return {"base_url": centre.url, "viewport": OFFICE, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


@dataclass
class Watch:
    """What went wrong in browser contexts, whatever their journeys look at: requests that left the host, scripts that failed."""

    own: str
    strange: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch over a context, and give it the patience of this suite, which also waits for a page's scripts before it clicks."""
        context.set_default_timeout(PATIENCE_MS)
        context.set_default_navigation_timeout(PATIENCE_MS)
        context.add_init_script(STILL)
        context.on("request", lambda request: self._look(request.url))
        context.on("weberror", lambda error: self.failures.append(str(error.error)))
        context.on("console", lambda message: self._hear(message.text))

    def _look(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.own:
            self.strange.append(address)

    def _hear(self, said: str) -> None:
        if "Content Security Policy" in said:
            self.failures.append(said)


@pytest.fixture
def watch(centre: Centre) -> Iterator[Watch]:
    """The watch over all browsers of a test."""
    made = Watch(urlsplit(centre.url).netloc)
    yield made
    assert not made.strange, f"requests left the host: {made.strange[:5]}"
    assert not made.failures, made.failures[:5]


def _say_what_is_shown(contexts: list[BrowserContext]) -> None:
    """Print where each page of a failed journey stands, and what it tells its reader: a log carries no picture."""
    for page in (page for context in contexts for page in context.pages):
        try:
            said = page.locator("h1, [role=alert], .error, .toast, dialog[open]").all_inner_texts()
        except PlaywrightError as error:
            said = [f"nothing more: {error.message}"]
        print(page.url, *(" ".join(words.split())[:300] for words in said), sep="\n  ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep on the test whether it failed, for what is printed after it."""
    report = yield
    if report.when == "call":  # type: ignore[attr-defined]
        item.stash[_FAILED] = report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture
def context(context: BrowserContext, watch: Watch, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """The browser context of `page`, in which no request may leave the host and no script may fail."""
    watch.over(context)
    yield context
    if request.node.stash.get(_FAILED, False):
        _say_what_is_shown([context])


def enter(page: Page, centre: Centre, account: dict[str, str], at: str = "/") -> Page:
    """Sign somebody in: by the form the first time in a run, later with that session. The answer stands `at` an address, else at home."""
    if kept := centre.sessions.get(account["username"]):
        page.context.add_cookies(kept)
        page.goto(at)
        if "/accounts/login/" not in page.url:
            return page
    page.goto(f"/accounts/login/?{urlencode({'next': at})}")
    page.get_by_label("Tên đăng nhập").fill(account["username"])
    page.get_by_label("Mật khẩu").fill(account["password"])
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(re.compile(r"^(?!.*/accounts/login)"))
    centre.sessions[account["username"]] = [
        one for one in page.context.cookies() if one.get("name") in {"sen_session", "sen_csrf"}
    ]
    return page


@pytest.fixture
def sign_in(page: Page, centre: Centre) -> Callable[..., Page]:
    """Sign in as the demo's account with a role: `sign_in("leader", at="/tasks/")`; the answer is the page at the address, else at home."""
    return lambda role, at="/": enter(page, centre, centre.account(role), at)


@pytest.fixture
def browse(
    browser: Browser, browser_context_args: dict[str, Any], watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Opens further browsers, with an empty page: `browse(PHONE)`, also with other traits that Playwright knows."""
    opened: list[BrowserContext] = []

    def come(size: dict[str, int] = OFFICE, **traits: Any) -> Page:
        context = browser.new_context(**browser_context_args | {"viewport": size} | traits)
        opened.append(context)
        watch.over(context)
        return context.new_page()

    yield come
    if request.node.stash.get(_FAILED, False):
        _say_what_is_shown(opened)
    for context in opened:
        context.close()


@pytest.fixture
def people(browse: Callable[..., Page], centre: Centre) -> Callable[..., Page]:
    """Signs people in by name, each at a browser of their own: `people("xa-a", PHONE, at="/notifications/")`."""

    def come(username: str, size: dict[str, int] = OFFICE, at: str = "/", **traits: Any) -> Page:
        return enter(browse(size, **traits), centre, centre.account_named(username), at)

    return come


def look_until(page: Page, address: str, there: Callable[[], Locator]) -> Locator:
    """Open a page again and again until something is on it that a process makes in its own time; what it is."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while True:
        page.goto(address)
        if (found := there()).count():
            return found
        assert time.monotonic() < deadline, f"{address} shows no {found}"
        page.wait_for_timeout(500)
