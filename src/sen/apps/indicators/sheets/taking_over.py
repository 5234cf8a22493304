"""Takes over, in bulk, sheets that were handed in and decided elsewhere: an older system, or the demonstration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators import policies
from sen.apps.indicators.models_sheets import SheetCell, SheetEntry, SheetEvent, SheetState
from sen.apps.indicators.sheets.checking import written
from sen.kernel import clock

BATCH = 2000


class TakenOver(msgspec.Struct, frozen=True, kw_only=True):
    """How far a sheet got elsewhere: `figures` by code of the row; `words` and `remarks` (by code) of who sent it back.

    `state`: draft (figures were begun), submitted, sent_back or approved. A draft has no moment of submission.
    """

    sheet: str
    unit: str
    period: str
    state: str
    figures: Mapping[str, float]
    submitted_at: datetime | None = None
    submitted_by: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    words: str = ""
    remarks: Mapping[str, str] = {}


@transaction.atomic
def take_over(*, scope: Scope, rows: Sequence[TakenOver]) -> int:
    """Bring open, untouched sheets into the state that they had elsewhere; how many. Others are left as they are, so it can be repeated.

    Figures of approved sheets count once they are recorded (recording.record_values); here only the sheet remembers them.
    Needs indicators.record in each unit; sheets of other units are left. Raises Forbidden.
    """
    require(scope, policies.RECORD)
    given = {(row.sheet, row.unit, row.period): row for row in rows}
    entries = SheetEntry.objects.filter(
        sheet__in={row.sheet for row in rows},
        period__in={row.period for row in rows},
        state=SheetState.DRAFT,
        revision=0,
    ).select_related("unit")
    changed, cells, events = list[SheetEntry](), list[SheetCell](), list[SheetEvent]()
    now = clock.now()
    for entry in entries.select_for_update(of=("self",)):
        row = given.get((entry.sheet, entry.unit.code, entry.period))
        if row is None or not scope.allows(policies.RECORD, entry.unit_id):
            continue
        _bring(entry, row)
        changed.append(entry)
        cells += _cells(entry, row, now)
        events += _events(entry, row)
    fields = [
        "state", "revision", "first_submitted_at", "submitted_at", "submitted_by", "decided_at", "decided_by",
    ]  # fmt: skip
    # As one insert that always meets its row: an update of many rows would be a statement of many thousand cases.
    SheetEntry.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=BATCH
    )
    SheetCell.objects.bulk_create(cells, batch_size=BATCH)
    SheetEvent.objects.bulk_create(events, batch_size=BATCH)
    if changed:
        audit.record(
            scope=scope, action="indicators.take_over", object_type="sheet", object_id=str(changed[0].pk), unit_id=None,
            detail={"count": len(changed), "sheets": sorted({one.sheet for one in changed})[:20]},
        )  # fmt: skip
    return len(changed)


def _bring(entry: SheetEntry, row: TakenOver) -> None:
    entry.state = SheetState(row.state).value
    entry.first_submitted_at = entry.submitted_at = row.submitted_at
    entry.submitted_by, entry.decided_at, entry.decided_by = row.submitted_by, row.decided_at, row.decided_by
    entry.revision = 1


def _cells(entry: SheetEntry, row: TakenOver, now: datetime) -> list[SheetCell]:
    by = row.submitted_by
    return [
        SheetCell(
            entry=entry, code=code, text=written(value), value=value, remark=row.remarks.get(code, ""),
            remark_by=row.decided_by if code in row.remarks else "", changed_by=by, changed_at=row.submitted_at or now,
        )
        for code, value in row.figures.items()
    ]  # fmt: skip


def _events(entry: SheetEntry, row: TakenOver) -> list[SheetEvent]:
    found = []
    if row.submitted_at:
        figures = {code: written(value) for code, value in row.figures.items()}
        detail = {"figures": figures, "round": 1, "status": entry.status}
        found.append(SheetEvent(entry=entry, kind="submitted", detail=detail, by=row.submitted_by, at=row.submitted_at))
    if row.decided_at:
        found.append(
            SheetEvent(entry=entry, kind=row.state, words=row.words, detail={"remarks": dict(row.remarks)}, by=row.decided_by, at=row.decided_at)
        )  # fmt: skip
    return found
