"""Who posts observations: an API token with its owner's rights, or a source with its secret; and which series each may feed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import msgspec
from django.utils.translation import gettext_noop as _

from sen.apps.access.interface import Scope, scope_of_request
from sen.apps.assets.interface import SeriesEntry
from sen.apps.sources import interface as sources
from sen.ingest.desk import in_database
from sen.ingest.directory import Directory
from sen.project.http.answers import Problem

KEPT_S = 3.0
"""Seconds for which a secret that was valid is believed; a revoked one stops working within them."""
MAX_KNOWN = 200_000

UNKNOWN, FORBIDDEN, INVALID, HOMELESS = -1, -2, -3, -4
"""Instead of a series number: not there, not allowed, no code at all, a source's device that no asset takes yet."""


@dataclass
class Sender:
    """One credential. `source` for a secret, `scope` for a token; answers are remembered per version of the directory."""

    source: sources.SourceCredential | None
    scope: Scope | None
    until: float
    version: int = -1
    _known: dict[str, int] = field(default_factory=dict)

    def series(self, directory: Directory, code: str) -> int:
        """The series number that `code` (`<asset>/<property>`, or a source's `<device>/<property>`) means to this sender."""
        if self.version != directory.version or len(self._known) > MAX_KNOWN:
            self.version, self._known = directory.version, {}
        found = self._known.get(code)
        if found is None:
            found = self._known[code] = self._find(directory, code)
        return found

    def _find(self, directory: Directory, code: str) -> int:
        device, slash, symbol = code.rpartition("/")
        if not slash or not device or not symbol or len(device) > 128 or len(symbol) > 64 or "\x00" in code:
            return INVALID
        entry = directory.by_code.get(code)
        if self.source is None:
            return self._of_token(entry)
        if entry is not None and entry.source_number == self.source.number:
            return entry.number
        origin = directory.by_number.get(self.source.number)
        known = origin.devices.get(device) if origin else None
        return (known.plan((symbol,)).series[0] if known else 0) or HOMELESS

    def _of_token(self, entry: SeriesEntry | None) -> int:
        assert self.scope is not None  # noqa: S101 - a sender has one of the two
        if entry is None or not (self.scope.sees(entry.owner_unit_id) or self.scope.sees(entry.territory_unit_id)):
            return UNKNOWN
        return entry.number if self.scope.allows("sources.upload", entry.owner_unit_id) else FORBIDDEN


_senders: dict[str, Sender] = {}


async def sender_of(headers: dict[bytes, bytes]) -> Sender:
    """The sender of a request. Raises Problem 401 without a usable credential, 403 for a token that cannot write anything."""
    scheme, _space, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret or len(secret) > 256:
        raise Problem(
            401,
            "unauthenticated",
            _("Thiếu mã truy cập."),
            _("Gửi tiêu đề Authorization: Bearer <mã truy cập hoặc mật khẩu nguồn>."),
        )
    now = time.monotonic()
    found = _senders.get(secret)
    if found is None or found.until < now:
        found = await _look_up(headers, secret, found)
        if len(_senders) > 10_000:
            _senders.clear()
        _senders[secret] = found
    if found.source is None and found.scope is None:
        raise Problem(
            401,
            "unauthenticated",
            _("Mã truy cập sai, hết hạn hoặc đã thu hồi."),
            _("Kiểm tra mã; nếu cần, tạo mã mới."),
        )
    if found.scope is not None and not found.scope.allows("sources.upload"):
        raise Problem(
            403,
            "forbidden",
            _("Mã truy cập này không được gửi số liệu."),
            _("Dùng mã có quyền ghi của người được giao nạp số liệu."),
        )
    return found


async def _look_up(headers: dict[bytes, bytes], secret: str, known: Sender | None) -> Sender:
    until = time.monotonic() + KEPT_S
    source: sources.SourceCredential | None = await in_database(lambda: sources.authenticate_secret(secret))
    scope = None if source else await scope_of_request({b"authorization": headers[b"authorization"]})
    if known is not None and known.scope == scope and _same(known.source, source):
        known.until = until
        return known
    return Sender(source, scope, until)


def _same(one: sources.SourceCredential | None, other: sources.SourceCredential | None) -> bool:
    if one is None or other is None:
        return one is other
    return msgspec.structs.astuple(one) == msgspec.structs.astuple(other)
