"""Watches DATA/inbox/<source key>/ for files that a person, a share or another program puts there."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import structlog

from sen.connector_sdk.runner import BadInput
from sen.connectors.station_files.parser import MAX_FILE
from sen.connectors.station_files.spool import Spool, safe_name
from sen.connectors.station_files.uploads import MAX_DEPTH, Receive, is_temporary
from sen.kernel import clock

log = structlog.get_logger(__name__)

_EMPTY_FOLDER_S = 2 * 86_400
_SHOWN_OF_OVERSIZED = 65_536

KeepBad = Callable[[str, Iterable[BadInput]], None]


class WatchedFolders:
    """Polls; inotify does not see what other machines write to a network share. A file is complete when two looks find it unchanged."""

    def __init__(self, *, spool: Spool, receive: Receive, keep_bad: KeepBad) -> None:
        self._spool, self._receive, self._keep_bad = spool, receive, keep_bad
        self._seen: dict[Path, tuple[int, int]] = {}

    def look(self, keys: Iterable[str]) -> int:
        """One round over the folders of `keys`; returns how many files were taken. Blocks on the disk."""
        found: dict[Path, tuple[int, int]] = {}
        taken = 0
        for key in keys:
            for path, state in _files(self._spool.inbox(key)):
                if self._seen.get(path) != state:
                    found[path] = state
                    continue
                try:
                    self._take(key, path, state.size)
                    taken += 1
                except OSError as error:
                    log.warning("folder_file_waits", key=key, name=path.name[:100], error=str(error))
                    found[path] = state
        self._seen = found
        return taken

    def _take(self, key: str, path: Path, size: int) -> None:
        if size > MAX_FILE:
            self._set_aside(key, path, size)
            return
        self._receive(key, path.name, path.read_bytes(), "folder")
        path.unlink()

    def _set_aside(self, key: str, path: Path, size: int) -> None:
        with path.open("rb") as file:
            start = file.read(_SHOWN_OF_OVERSIZED)
        message = f"Tệp {safe_name(path.name)} có {size:,} byte, giới hạn {MAX_FILE:,} byte; tệp được để riêng ở files/rejected/{key}/."
        letter = BadInput(
            received=clock.now(),
            channel="station_files",
            subject=safe_name(path.name),
            payload=start,
            code="too_large",
            message=message,
            identity=path.stat().st_mtime_ns,
        )
        self._keep_bad(key, [letter])
        rejected = self._spool.data / "files" / "rejected" / key
        rejected.mkdir(parents=True, exist_ok=True)
        path.replace(rejected / f"{clock.now_ms()}-{safe_name(path.name)}")


class _State(tuple[int, int]):
    @property
    def size(self) -> int:
        return self[0]


def _files(folder: Path, depth: int = 0) -> Iterator[tuple[Path, _State]]:
    """Regular files, oldest first in each folder; no links, no temporary names. Empty folders that are old are removed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    if not entries and depth and clock.now().timestamp() - folder.stat().st_mtime > _EMPTY_FOLDER_S:
        folder.rmdir()
        return
    for entry in entries:
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode) and depth < MAX_DEPTH:
            yield from _files(Path(entry.path), depth + 1)
        elif stat.S_ISREG(status.st_mode) and not is_temporary(entry.name):
            yield Path(entry.path), _State((status.st_size, status.st_mtime_ns))
