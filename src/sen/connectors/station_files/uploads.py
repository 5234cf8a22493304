"""What the FTP and SFTP servers share: an upload that lives in memory until it is complete, temporary names, sign-in with a brake."""

from __future__ import annotations

import io
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from sen.connector_sdk.runner import RunnerContext, SourceAccount
from sen.connectors.station_files.parser import MAX_FILE
from sen.connectors.station_files.settings import StationFilesSettings

log = structlog.get_logger(__name__)

# Loggers upload under such a name and rename when they are done; the file counts as complete only then.
TEMPORARY = (".tmp", ".temp", ".part", ".filepart", ".uploading", ".lock")
MAX_NAME = 200
MAX_DEPTH = 8


def is_temporary(name: str) -> bool:
    """Whether a file under this name is still being written."""
    return name.lower().endswith(TEMPORARY) or name.startswith(".")


class MemoryUpload(io.BytesIO):
    """A file being received. Station files are small; what is cut off half-way never touches the disk."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.too_large = False

    def write(self, chunk: Any) -> int:
        """Take a chunk; beyond the limit of a station file nothing is kept and `too_large` says so.

        Not an error here: a client in the middle of sending would miss the answer, so it gets it at the end.
        """
        if self.too_large or self.tell() + len(chunk) > MAX_FILE:
            self.too_large = True
            return len(chunk)
        return super().write(chunk)


@dataclass
class Brake:
    """Counts failed sign-ins per name and address; too many within the window are refused without looking at the secret."""

    per_name: int = 8
    per_address: int = 40
    window_s: float = 300.0
    _failures: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuses(self, address: str, name: str) -> bool:
        """Whether this caller has failed too often of late."""
        with self._lock:
            return self._recent((address, name)) >= self.per_name or self._recent((address, "")) >= self.per_address

    def failed(self, address: str, name: str) -> None:
        """Count a failure."""
        with self._lock:
            if len(self._failures) > 50_000:
                self._failures.clear()
            for who in ((address, name), (address, "")):
                self._failures.setdefault(who, deque(maxlen=self.per_address)).append(time.monotonic())

    def succeeded(self, address: str, name: str) -> None:
        """Forget the failures of a name that signed in."""
        with self._lock:
            self._failures.pop((address, name), None)

    def _recent(self, who: tuple[str, str]) -> int:
        found = self._failures.get(who)
        while found and time.monotonic() - found[0] > self.window_s:
            found.popleft()
        return len(found) if found else 0


class SignIn:
    """Checks key and secret of a device that opens an FTP or SFTP session; failures show on the connection desk."""

    def __init__(self, context: RunnerContext, brake: Brake | None = None) -> None:
        self._context = context
        self._brake = brake or Brake()
        self._reported: dict[tuple[str, str], float] = {}

    def __call__(self, *, protocol: str, address: str, name: str, secret: str) -> SourceAccount | None:
        """The account, or None. Blocks on the database."""
        if self._brake.refuses(address, name):
            self.report(name, "auth_throttled", f"{protocol.upper()} từ {address}: đăng nhập sai quá nhiều lần.")
            return None
        account = self._context.authenticate(name, secret)
        if account is None or account.connector != "station_files":
            self._brake.failed(address, name)
            log.warning("sign_in_refused", protocol=protocol, address=address, name=name[:64])
            self.report(name, "auth_failed", f"{protocol.upper()} từ {address}: mật khẩu sai hoặc đã thu hồi.")
            return None
        self._brake.succeeded(address, name)
        return account

    def report(self, key: str, code: str, message: str) -> None:
        """Show an error on the desk, at most once in ten seconds per source and kind: a device tries again and again."""
        now = time.monotonic()
        if now - self._reported.get((key, code), -1e9) < 10:
            return
        if len(self._reported) > 10_000:
            self._reported.clear()
        self._reported[key, code] = now
        try:
            self._context.report_error(key, code, message)
        except Exception as error:
            # A database that is away must not keep a device from being told that its password is wrong.
            log.warning("error_not_reported", key=key[:64], code=code, error=repr(error))


Receive = Callable[[str, str, bytes, str], None]
"""receive(key, name, content, channel): returns when the file is safe, raises OSError."""

SettingsOf = Callable[[str], StationFilesSettings]
IsValid = Callable[[str, str], bool]
"""is_valid(key, secret_sha256): whether a session opened with this secret may go on."""
