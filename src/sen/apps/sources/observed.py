"""What ingest and connectors observed about sources, written in few statements: receipts, errors, unknown devices, dead letters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import F

from sen.apps.sources import errors, proposals
from sen.apps.sources.models import DeadLetter, DeadLetterState, Source, SourceHealth
from sen.kernel import clock

if TYPE_CHECKING:
    from sen.apps.sources.interface import DeadLetterRow, ProposedDevice, SeenAt

MAX_PAYLOAD = 1_048_576
# Payloads kept per source, error and hour; what comes beyond is counted on one row. A flood must not fill the disk.
KEPT_PER_HOUR = 500

_SEEN = """
UPDATE sources_sourcehealth AS h SET
    first_seen = COALESCE(h.first_seen, d.received),
    last_seen = GREATEST(h.last_seen, d.received),
    last_measured = GREATEST(h.last_measured, d.measured),
    messages = h.messages + d.messages, values = h.values + d.counted, late_values = h.late_values + d.late
FROM unnest(%s::int[], %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[])
     AS d(number, received, measured, messages, counted, late), sources_source s
WHERE s.number = d.number AND h.source_id = s.id
"""


def mark_seen(rows: Mapping[int, SeenAt]) -> None:
    """Newest receipt and measurement, counts added. Measurements from the future do not count as fresh."""
    if not rows:
        return
    latest_possible = clock.now() + timedelta(minutes=5)
    ordered = sorted(rows.items())
    measured = [row.measured if row.measured is None or row.measured <= latest_possible else None for _, row in ordered]
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [
            [number for number, _ in ordered], [row.received for _, row in ordered], measured,
            [row.messages for _, row in ordered], [row.values for _, row in ordered], [row.late for _, row in ordered],
        ])  # fmt: skip


def report_error(number: int, code: str, message: str, at: datetime, count: int = 1) -> None:
    """The newest error of a source, and how many there were."""
    SourceHealth.objects.filter(source__number=number).update(
        error_code=code[:64], error_message=_clean(message)[:500], error_at=at, error_count=F("error_count") + count
    )


def propose_devices(rows: Iterable[ProposedDevice]) -> None:
    """Record unknown devices; link those whose name is the code of an unfed asset of the same owner."""
    rows = list(rows)
    by_number = {s.number: s for s in Source.objects.filter(number__in={row.source_number for row in rows})}
    for row in rows:
        source = by_number.get(row.source_number)
        if source is not None:
            proposals.record(source=source, row=row)


@transaction.atomic
def add_dead_letters(rows: Iterable[DeadLetterRow]) -> None:
    """Keep letters with their bytes up to MAX_PAYLOAD; beyond KEPT_PER_HOUR per source and error they are only counted."""
    rows = _not_kept_yet(rows)
    numbers = {row.source_number for row in rows if row.source_number is not None}
    ids = dict(Source.objects.filter(number__in=numbers).values_list("number", "id"))
    groups: dict[tuple[Any, str], list[DeadLetterRow]] = {}
    for row in rows:
        groups.setdefault((ids.get(row.source_number) if row.source_number is not None else None, row.code), []).append(
            row
        )
    for (source_id, code), several in groups.items():
        since = clock.now() - timedelta(hours=1)
        present = DeadLetter.objects.filter(source_id=source_id, code=code, received__gte=since).count()
        room = max(0, KEPT_PER_HOUR - present)
        DeadLetter.objects.bulk_create([_letter(source_id, row) for row in several[:room]], ignore_conflicts=True)
        if several[room:]:
            _count_only(source_id, several[room:])
        if source_id is not None:
            newest = max(several, key=lambda row: row.received)
            _count_rejected(source_id, newest, len(several))


def _not_kept_yet(rows: Iterable[DeadLetterRow]) -> list[DeadLetterRow]:
    """The rows without those that an earlier delivery of the same messages brought, so that nothing is shown or counted twice."""
    keyed: dict[object, DeadLetterRow] = {
        (row.channel[:32], row.seq, _sha256(row)) if row.seq is not None else index: row
        for index, row in enumerate(rows)
    }
    keys = [key for key in keyed if isinstance(key, tuple)]
    kept = DeadLetter.objects.filter(channel__in={key[0] for key in keys}, seq__in={key[1] for key in keys})
    for key in kept.values_list("channel", "seq", "payload_sha256"):
        keyed.pop(key, None)
    return list(keyed.values())


def _sha256(row: DeadLetterRow) -> str:
    return hashlib.sha256(row.payload).hexdigest()


def _letter(source_id: Any, row: DeadLetterRow) -> DeadLetter:
    return DeadLetter(
        source_id=source_id, received=row.received, channel=row.channel[:32], subject=_clean(row.subject)[:300],
        payload=row.payload[:MAX_PAYLOAD], payload_size=len(row.payload),
        payload_sha256=_sha256(row), code=row.code[:64], message=_clean(row.message)[:4000], seq=row.seq,
    )  # fmt: skip


def _count_only(source_id: Any, rows: list[DeadLetterRow]) -> None:
    hour = rows[-1].received.replace(minute=0, second=0, microsecond=0)
    letter, _created = DeadLetter.objects.get_or_create(
        source_id=source_id, code="too_many_to_keep", received=hour, state=DeadLetterState.OPEN,
        defaults={
            "channel": rows[-1].channel[:32], "subject": rows[-1].code, "payload": b"", "payload_size": 0,
            "payload_sha256": "", "message": errors.cause("too_many_to_keep"), "repeats": 0,
        },
    )  # fmt: skip
    DeadLetter.objects.filter(pk=letter.pk).update(repeats=F("repeats") + len(rows))


def _count_rejected(source_id: Any, newest: DeadLetterRow, count: int) -> None:
    SourceHealth.objects.filter(source_id=source_id).update(
        rejected=F("rejected") + count, error_count=F("error_count") + count,
        error_code=newest.code[:64], error_message=_clean(newest.message)[:500], error_at=newest.received,
    )  # fmt: skip


def _clean(text: str) -> str:
    # PostgreSQL text holds no NUL, and half a surrogate pair cannot be encoded.
    return text.replace("\x00", "␀").encode("utf-8", "replace").decode()
