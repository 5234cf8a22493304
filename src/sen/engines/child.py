"""Child processes that never outlive their parent: started from one long-lived thread, tied to it by PR_SET_PDEATHSIG."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PR_SET_PDEATHSIG = 1

# The kernel sends the signal when the *thread* that forked ends, so every fork happens on a thread that lives as long as
# this process. Bound before any fork: between fork and exec nothing may be imported or looked up.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def start(
    arguments: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    user: str | None = None,
    on_parent_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `arguments` in a session of its own (Ctrl-C reaches only the parent); its output is appended to `log`.

    `user` runs it as that account (root only). Raises OSError where the program cannot be started.
    """
    parent = os.getpid()

    def tie_to_parent() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, int(on_parent_death), 0, 0, 0)
            if os.getppid() != parent:  # it died between fork and prctl
                os._exit(1)

    def fork() -> subprocess.Popen[bytes]:
        output = log.open("ab") if log else None
        try:
            return subprocess.Popen(
                [str(argument) for argument in arguments],
                env=dict(environment) if environment is not None else None,
                stdin=subprocess.DEVNULL,
                stdout=output or subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Also after the change of user, which clears the setting.
                preexec_fn=tie_to_parent,  # noqa: PLW1509
                user=user,
                group=user,
                extra_groups=[] if user else None,
            )
        finally:
            if output:
                output.close()

    return _forker.submit(fork).result()


def stop(*processes: subprocess.Popen[bytes], polite: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
    """Ask all with `polite`, wait up to `seconds` for all together, then SIGKILL. Returns when they are gone."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(polite)
    deadline = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_alive(pid: int, *, naming: str) -> bool:
    """Whether process `pid` runs and has `naming` in its command line, so that a reused number is not mistaken for it."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return naming.encode() in command


def end_orphan(pid_file: Path, *, naming: str, polite: signal.Signals = signal.SIGTERM, seconds: float = 30) -> None:
    """End the process that `pid_file` names where it still runs (its supervisor was killed); then remove the file.

    The caller holds the data folder's lock, so nobody else uses that process. Raises TimeoutError.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        pid = 0
    if pid and is_alive(pid, naming=naming):
        os.kill(pid, polite)
        deadline = time.monotonic() + seconds
        while is_alive(pid, naming=naming):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Tiến trình cũ {pid} ({naming}) không chịu dừng.")
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for the message about a process that would not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
