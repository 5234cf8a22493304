"""What happens to a complete file: kept raw before anybody is told it arrived, remembered in a journal, processed, forgotten.

The journal is one small JSON file per pending station file in DATA/files/raw/.pending/. It is written before the sender's
acknowledgement and removed after the log has the readings, so a kill at any point leads to the file being processed again;
the log drops the repetition by its message id, and the store keeps one row per series and time.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from sen.kernel import clock
from sen.kernel.identifiers import uuid7

_UNSAFE = re.compile(r"[^0-9A-Za-zÀ-ỹ._,()+ -]")


class Pending(msgspec.Struct):
    """A file that is kept but not yet processed. `raw` is relative to DATA; `received` is RFC 3339."""

    id: str
    key: str
    name: str
    raw: str
    sha256: str
    size: int
    received: str
    channel: str


@dataclass(frozen=True)
class Spool:
    """The folders below DATA that station files go through."""

    data: Path

    @property
    def pending_folder(self) -> Path:
        """The journal."""
        return self.data / "files" / "raw" / ".pending"

    def inbox(self, key: str) -> Path:
        """The watched folder of a source, which is also the root that its FTP and SFTP account sees."""
        return self.data / "inbox" / key

    def keep(self, *, key: str, name: str, content: bytes, channel: str) -> Pending:
        """Write the raw file and its journal entry durably. Raises OSError; then the sender must not be told that it arrived."""
        received = clock.now()
        identifier = uuid7().hex
        name = safe_name(name)
        raw = self._raw_path(key, name, identifier, received)
        write_durably(raw, content)
        pending = Pending(
            id=identifier, key=key, name=name, raw=str(raw.relative_to(self.data)), sha256=hashlib.sha256(content).hexdigest(),
            size=len(content), received=received.isoformat(), channel=channel,
        )  # fmt: skip
        write_durably(self.pending_folder / f"{identifier}.json", msgspec.json.encode(pending))
        return pending

    def pending(self) -> Iterator[Pending]:
        """Everything kept and not yet processed, oldest first; damaged entries are set aside as `.bad`."""
        if not self.pending_folder.is_dir():
            return
        for path in sorted(self.pending_folder.glob("*.json")):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=Pending)
            except FileNotFoundError:
                continue
            except msgspec.MsgspecError:
                path.replace(path.with_suffix(".bad"))

    def content(self, pending: Pending) -> bytes:
        """The bytes of a pending file."""
        return (self.data / pending.raw).read_bytes()

    def finished(self, pending: Pending) -> None:
        """Forget the journal entry; the raw file stays."""
        (self.pending_folder / f"{pending.id}.json").unlink(missing_ok=True)

    def _raw_path(self, key: str, name: str, identifier: str, received: datetime) -> Path:
        day = clock.local(received)
        return self.data / "files" / "raw" / key / f"{day:%Y/%m/%d}" / f"{day:%H%M%S}-{identifier[-8:]}-{name}"


def safe_name(name: str) -> str:
    """A file name that cannot leave its folder, hide, or break a terminal; at most 120 characters, Vietnamese letters kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    return _UNSAFE.sub("_", name).lstrip(". ")[-120:] or "khong-ten"


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{uuid7().hex}.part")
    with hidden.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    hidden.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
