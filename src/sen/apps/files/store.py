"""The bytes on disk: `DATA/files/<first two digits>/<sha256>`, written through to the disk before anybody is told they are kept."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Container, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from sen.kernel.configuration import settings
from sen.kernel.errors import Unavailable
from sen.kernel.identifiers import uuid7

DRAFT = ".new"


def folder() -> Path:
    """Where files lie; made at first use, for the owner alone."""
    place = settings().data / "files"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def put(content: bytes) -> str:
    """Keep `content` and return its SHA-256 in hexadecimal. The same content twice lies there once."""
    digest = hashlib.sha256(content).hexdigest()
    target = _path(digest)
    if target.exists():
        # Young again: the cleaning must not take it between now and the commit of the row that names it.
        os.utime(target)
        return digest
    target.parent.mkdir(mode=0o700, exist_ok=True)
    draft = target.with_name(f"{uuid7()}{DRAFT}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(target)
    for changed in (target.parent, target.parent.parent):
        _sync_folder(changed)
    return digest


def get(digest: str) -> bytes:
    """The content under a digest. Raises Unavailable where it is gone or is not what was kept."""
    try:
        content = _path(digest).read_bytes()
    except OSError as error:
        raise Unavailable(_("Không đọc được tệp đã lưu."), action=_("Báo quản trị viên."), sha256=digest) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unavailable(
            _("Tệp đã lưu bị hỏng: nội dung không còn như lúc nhận."), action=_("Báo quản trị viên."), sha256=digest
        )
    return content


def older_than(seconds: float) -> Iterator[Path]:
    """Everything in the store that was written at least so long ago: contents and drafts that a crash left behind."""
    limit = time.time() - seconds
    for path in folder().glob("??/*"):
        if path.stat().st_mtime <= limit:
            yield path


def clean(named: Container[str], seconds: float) -> int:
    """Delete contents that no row names and drafts, both older than `seconds`; how many."""
    count = 0
    for path in older_than(seconds):
        if path.name not in named:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _path(digest: str) -> Path:
    return folder() / digest[:2] / digest


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
