"""What people do with dead letters: look at the bytes, correct and replay them, discard them, many at once."""

from __future__ import annotations

import os
import string
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.sources import policies
from sen.apps.sources.bus import announce_after_commit, publish_reading, publish_record
from sen.apps.sources.models import DeadLetter, DeadLetterState
from sen.apps.sources.queries import dead_letter_for, visible_letters
from sen.connector_sdk.messages import decode_readings
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.kernel.errors import Conflict, InvalidInput, SenError

RETENTION_OPEN = timedelta(days=90)
RETENTION_DECIDED = timedelta(days=30)
MAX_BULK = 1000
_SHOWN = 65_536
_FILE_CHANNEL = "station_files"
_DOSSIER_CHANNEL = "dossiers"
_FILE_NAME = frozenset(string.ascii_letters + string.digits + "._-,")


def shown_payload(letter: DeadLetter) -> dict[str, Any]:
    """The payload for a person: as text where it is text (control characters made visible), and always as a hex dump of its start."""
    raw = bytes(letter.payload)
    try:
        text: str | None = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is not None:
        text = "".join(c if c in "\t\r\n" or (c >= " " and c != "\x7f") else f"\\x{ord(c):02x}" for c in text[:_SHOWN])
    return {
        "text": text,
        "hex": raw[:4096].hex(" "),
        "size": letter.payload_size,
        "complete": len(raw) == letter.payload_size <= _SHOWN,
    }


def replay(
    *, scope: Scope, letter_id: str, by: str, payload: str | None = None, file_name: str | None = None
) -> DeadLetter:
    """Send a letter again on the path it came by, with its own bytes or with a corrected `payload`.

    Readings are checked here first and go to the log; station files go to the source's watched folder. A corrected message
    that is still wrong raises InvalidInput and changes nothing; other problems come back as a new letter.
    """
    with transaction.atomic():
        letter = _locked(scope, letter_id)
        source = letter.source
        if source is None:
            raise InvalidInput(_("Không biết bản tin này của nguồn nào nên không gửi lại được."), code="no_source")
        data = bytes(letter.payload) if payload is None else payload.encode("utf-8", "replace")
        if payload is None and len(data) < letter.payload_size:
            raise InvalidInput(_("Bản tin quá lớn, chỉ còn giữ phần đầu."), code="payload_cut")
        if letter.channel == _FILE_CHANNEL:
            _to_inbox(source.key, file_name or letter.subject, data, str(letter.pk))
        elif letter.channel == _DOSSIER_CHANNEL:
            _check_json(data)
            publish_record(_DOSSIER_CHANNEL, source.key, data)
        else:
            _check_readings(data)
            publish_reading(source.key, data)
        _decide(letter, DeadLetterState.REPLAYED, by, "")
        _record(scope, "sources.replay_dead_letter", letter, {"corrected": payload is not None})
    return letter


def discard(*, scope: Scope, letter_id: str, by: str, reason: str) -> DeadLetter:
    """Set a letter aside with a reason; its bytes stay until retention takes them."""
    if not reason.strip():
        raise InvalidInput(_("Ghi lý do bỏ bản tin."), fields={"reason": _("Bắt buộc.")})
    with transaction.atomic():
        letter = _locked(scope, letter_id)
        _decide(letter, DeadLetterState.DISCARDED, by, reason.strip()[:300])
        _record(scope, "sources.discard_dead_letter", letter, {"reason": letter.reason})
    return letter


def reopen(*, scope: Scope, letter_id: str) -> DeadLetter:
    """Undo a discard."""
    with transaction.atomic():
        letter = dead_letter_for(scope, letter_id)
        require(scope, policies.REPLAY, _unit_of(letter))
        if letter.state != DeadLetterState.DISCARDED:
            raise Conflict(_("Chỉ mở lại được bản tin đã bỏ."), code="not_discarded")
        DeadLetter.objects.filter(pk=letter.pk).update(
            state=DeadLetterState.OPEN, decided_at=None, decided_by="", reason=""
        )
        _record(scope, "sources.reopen_dead_letter", letter, {})
    return dead_letter_for(scope, letter_id)


def replay_many(
    *, scope: Scope, by: str, source: str = "", code: str = "", after: str = "", limit: int = 100
) -> dict[str, Any]:
    """Replay the next open letters of a source and error as they are, oldest first, and say how far this got.

    The caller repeats with `after` = `cursor` until `remaining` is 0: that is the progress, and stopping is cancelling.
    """
    require(scope, policies.REPLAY)
    found = visible_letters(scope).filter(state=DeadLetterState.OPEN).order_by("id")
    if source:
        found = found.filter(source__code=source)
    if code:
        found = found.filter(code=code)
    if after:
        found = found.filter(id__gt=after)
    ids = list(found.values_list("id", flat=True)[: min(limit, MAX_BULK)])
    failed: list[dict[str, str]] = []
    for letter_id in ids:
        try:
            replay(scope=scope, letter_id=str(letter_id), by=by)
        except SenError as error:
            failed.append({"id": str(letter_id), "code": error.code, "message": error.message})
    remaining = found.filter(id__gt=ids[-1]).count() if ids else 0
    return {
        "replayed": len(ids) - len(failed), "failed": failed, "remaining": remaining, "cursor": str(ids[-1]) if ids else after,
    }  # fmt: skip


def apply_retention() -> int:
    """Delete letters past their time. Returns how many."""
    now = clock.now()
    old, _by = DeadLetter.objects.filter(state=DeadLetterState.OPEN, received__lt=now - RETENTION_OPEN).delete()
    decided, _by = (
        DeadLetter.objects.exclude(state=DeadLetterState.OPEN).filter(decided_at__lt=now - RETENTION_DECIDED).delete()
    )
    return old + decided


def _locked(scope: Scope, letter_id: str) -> DeadLetter:
    letter = dead_letter_for(scope, letter_id)
    require(scope, policies.REPLAY, _unit_of(letter))
    # Read again under the lock: of two people who press the button together, one replays and one is told.
    state = DeadLetter.objects.select_for_update().values_list("state", flat=True).get(pk=letter.pk)
    if state != DeadLetterState.OPEN:
        raise Conflict(_("Bản tin này đã được xử lý."), code="already_decided")
    return letter


def _unit_of(letter: DeadLetter) -> Any:
    return letter.source.owner_id if letter.source else None


def _decide(letter: DeadLetter, state: str, by: str, reason: str) -> None:
    letter.state, letter.decided_at, letter.decided_by, letter.reason = state, clock.now(), by, reason
    letter.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _check_readings(data: bytes) -> None:
    try:
        decode_readings(data)
    except msgspec.DecodeError as error:
        raise InvalidInput(
            _("Bản tin vẫn chưa đúng: {why}").format(why=str(error)),
            action=_("Sửa theo mẫu {\"device\": …, \"time\": …, \"values\": {…}} rồi gửi lại."), code="still_invalid",
            fields={"payload": str(error)},
        ) from error  # fmt: skip


def _check_json(data: bytes) -> None:
    try:
        msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise InvalidInput(
            _("Bản ghi vẫn chưa đúng: {why}").format(why=str(error)), action=_("Sửa thành JSON đúng rồi gửi lại."), code="still_invalid",
            fields={"payload": str(error)},
        ) from error  # fmt: skip


def _to_inbox(key: str, subject: str, data: bytes, letter_id: str) -> None:
    name = "".join(c for c in Path(subject).name if c in _FILE_NAME).lstrip(".") or f"{letter_id}.txt"
    folder = settings().data / "inbox" / key
    folder.mkdir(parents=True, exist_ok=True)
    hidden = folder / f".{letter_id}.part"
    with hidden.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    hidden.replace(folder / name)


def _record(scope: Scope, action: str, letter: DeadLetter, detail: dict[str, Any]) -> None:
    if letter.source is not None:
        announce_after_commit("sources.changed", letter.source.code, {"source": letter.source.code})
    audit.record(
        scope=scope, action=action, object_type="dead_letter", object_id=str(letter.pk), unit_id=_unit_of(letter),
        detail={"code": letter.code, "subject": letter.subject, **detail},
    )  # fmt: skip
