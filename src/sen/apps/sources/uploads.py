"""Tables that people hand in: read by the source's connector, good rows into the durable log, every bad row answered, the file kept."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.sources import policies
from sen.apps.sources.bus import publish_reading
from sen.apps.sources.models import Source, Upload
from sen.apps.sources.queries import source_for
from sen.connector_sdk import registry
from sen.connector_sdk.messages import ReadingMessage, encode_readings
from sen.connector_sdk.tables import TableResult
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.kernel.errors import Conflict, InvalidInput
from sen.kernel.identifiers import uuid7

MAX_BYTES = 32 * 1024 * 1024
_BATCH = 500
_PROBLEMS_SHOWN = 1000


def upload_table(
    *, scope: Scope, code: str, file_name: str, content: bytes, by_hand: bool | None = None, dry_run: bool = False
) -> dict[str, Any]:
    """Read a table for a source and send its good rows; with `dry_run` only say what would happen.

    `by_hand` marks every value as typed by a person (None: as the source's settings say). Raises InvalidInput where the file as
    a whole cannot be read, Conflict for a stopped source.
    """
    source = source_for(scope, code)
    require(scope, policies.UPLOAD, source.owner_id)
    if len(content) > MAX_BYTES:
        raise InvalidInput(
            _("Tệp lớn hơn 32 MB."), action=_("Chia bảng thành nhiều tệp."), code="too_large", status=413
        )
    if source.stopped_at is not None:
        raise Conflict(_("Nguồn đang tạm dừng."), action=_("Bấm “Chạy lại” rồi nạp."), code="source_stopped")
    reader = registry.table_reader(source.connector)
    if reader is None:
        raise InvalidInput(
            _("Nguồn này không nhận bảng."),
            action=_("Dùng nguồn kiểu “Nạp bảng CSV/Excel”."),
            code="not_a_table_source",
        )
    typed = dict(source.settings) if by_hand is None else {**source.settings, "typed_by_hand": by_hand}
    result = reader(content, file_name=file_name, settings=typed)
    if dry_run:
        return _answer(result, upload=None)
    kept = _keep(source, file_name, content)
    _publish(source, result.messages)
    upload = _remember(scope=scope, source=source, file_name=file_name, content=content, kept=kept, result=result)
    return _answer(result, upload=upload)


def _keep(source: Source, file_name: str, content: bytes) -> Path:
    now = clock.local(clock.now())
    folder = settings().data / "files" / "uploads" / source.key / f"{now:%Y/%m/%d}"
    folder.mkdir(parents=True, exist_ok=True)
    suffix = ".xlsx" if file_name.lower().endswith(".xlsx") else ".csv"
    path = folder / f"{now:%H%M%S}-{uuid7().hex[-8:]}{suffix}"
    hidden = path.with_suffix(".part")
    with hidden.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    hidden.replace(path)
    return path


def _publish(source: Source, messages: Any) -> None:
    # Rows of one moment arrive as one message each; the log takes them in batches, in the order of the table.
    several: list[ReadingMessage] = list(messages)
    for start in range(0, len(several), _BATCH):
        publish_reading(source.key, encode_readings(several[start : start + _BATCH]))


@transaction.atomic
def _remember(
    *, scope: Scope, source: Source, file_name: str, content: bytes, kept: Path, result: TableResult
) -> Upload:
    bad_rows = result.rows - result.accepted_rows
    upload = Upload.objects.create(
        source=source, file_name=file_name.replace("\x00", "")[:200], path=str(kept.relative_to(settings().data)),
        sha256=hashlib.sha256(content).hexdigest(), uploaded_at=clock.now(), uploaded_by=scope.username,
        accepted=result.accepted_rows, rejected=bad_rows,
    )  # fmt: skip
    audit.record(
        scope=scope, action="sources.upload", object_type="source", object_id=source.code, unit_id=source.owner_id,
        detail={"file": upload.file_name, "sha256": upload.sha256, "accepted": upload.accepted, "rejected": upload.rejected},
    )  # fmt: skip
    return upload


def _answer(result: TableResult, *, upload: Upload | None) -> dict[str, Any]:
    return {
        "upload": str(upload.pk) if upload else None,
        "layout": result.layout,
        "columns": list(result.columns),
        "rows": result.rows,
        "accepted": result.accepted_rows,
        "rejected": [msgspec.to_builtins(problem) for problem in result.problems[:_PROBLEMS_SHOWN]],
        "rejected_total": len(result.problems),
        "preview": list(result.preview),
    }
