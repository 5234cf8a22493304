"""`sen test`: installs what the tests need and runs all of them: style, types, import contracts, tests."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import typer

from sen.cli import web_assets
from sen.cli.data_folder import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def test(context: typer.Context) -> None:
    """Chạy mọi kiểm tra; có tham số thì chỉ chạy pytest với các tham số đó."""
    install_test_packages()
    web_assets.build_if_stale(typer.echo)
    bin_folder = Path(sys.executable).parent
    pytest: list[str | Path] = [sys.executable, "-m", "pytest"]
    if context.args:
        sys.exit(
            subprocess.run(
                [*pytest, *context.args], cwd=_folder(context.args), check=False, env=_environment()
            ).returncode
        )
    install_browser()
    steps: dict[str, list[str | Path]] = {
        "ruff check": [bin_folder / "ruff", "check", "."],
        "ruff format": [bin_folder / "ruff", "format", "--check", "."],
        "mypy": [bin_folder / "mypy"],
        "lint-imports": [bin_folder / "lint-imports"],
        "pytest": pytest,
    }
    results = []
    for name, command in steps.items():
        typer.echo(f"── {name}")
        began = time.monotonic()
        passed = (
            subprocess.run([str(part) for part in command], cwd=ROOT, check=False, env=_environment()).returncode == 0
        )
        results.append((name, passed, time.monotonic() - began))
    typer.echo("── summary")
    for name, passed, seconds in results:
        typer.echo(f"{'PASS' if passed else 'FAIL'}  {name} ({seconds:.0f} s)")
    sys.exit(0 if all(passed for _, passed, _ in results) else 1)


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
    """The tests run on engines and settings of their own: nothing of this machine's centre is passed on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEN_")}
    return kept | {"SEN_ROOT": str(ROOT)}


def _folder(arguments: list[str]) -> Path:
    """Paths on the command line are the caller's: they are looked up from where they stand, else from the root."""
    here = Path.cwd()
    inside = here == ROOT or ROOT in here.parents
    named = [
        argument for argument in arguments if not argument.startswith("-") and (here / argument.split("::")[0]).exists()
    ]
    return here if inside and named else ROOT
