"""Saving what is typed, cell by cell: two people may work on one sheet, and nobody overwrites what the other has just written."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators import definitions, policies
from sen.apps.indicators.models_sheets import CellChange, SheetCell, SheetEntry
from sen.apps.indicators.sheets import announcing, seeing
from sen.apps.indicators.sheets.checking import read_number, written
from sen.apps.indicators.sheets.lateness import WAITING
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput
from sen.kernel.text import normal

LONGEST = 60
HOW = ("typed", "pasted", "excel", "undone", "api")


class CellIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to stand in a cell. `base`: what stood there when the caller began; None overwrites whatever does. `note` None leaves it."""

    code: str
    text: str
    base: str | None = None
    note: str | None = None


class Clash(msgspec.Struct, frozen=True):
    """A cell that somebody else changed first; it keeps their text."""

    code: str
    text: str
    by: str


class Saved(msgspec.Struct, frozen=True):
    """The sheet's new revision, which cells changed, which were somebody else's first."""

    revision: int
    changed: tuple[str, ...]
    clashes: tuple[Clash, ...] = ()


@transaction.atomic
def save_cells(
    *, scope: Scope, entry_id: UUID | str, cells: Sequence[CellIn], how: str = "typed", revision: int | None = None
) -> Saved:
    """Keep cells as a draft, also those that are no number: people see them again and what is wrong. Every change stays in the history.

    Raises NotFound, Forbidden; InvalidInput for a row that the sheet does not have; Conflict where the sheet was handed in, or (412)
    where `revision` is given and stale.
    """
    entry = seeing.entry_for(scope, entry_id, lock=True)
    require(scope, policies.FILL_IN, entry.unit_id)
    seeing.check_revision(entry, revision)
    open_for_changes(entry)
    form = seeing.form_for(entry)
    _known_rows({row.code for row in form.rows}, cells)
    now, there = clock.now(), {cell.code: cell for cell in entry.cells.all()}
    clashes, changes, kept = [], [], []
    for given in cells:
        cell = there.get(given.code) or SheetCell(entry=entry, code=given.code, changed_at=now)
        # A number is kept as it was understood, so that whoever typed it sees that.
        value, _why = read_number(given.text[:LONGEST])
        text = normal(given.text)[:LONGEST] if value is None else written(value)
        if given.base is not None and cell.text not in (given.base, text):
            clashes.append(Clash(given.code, cell.text, cell.changed_by))
            continue
        note = cell.note if given.note is None else normal(given.note)[:500]
        if (text, note) == (cell.text, cell.note):
            continue
        if text != cell.text:
            changes.append(
                CellChange(
                    entry=entry, code=cell.code, before=cell.text, after=text, how=how, by=scope.username, at=now
                )
            )
        cell.text, cell.value, cell.note = text, value, note
        cell.changed_by, cell.changed_at = scope.username, now
        kept.append(cell)
    if kept:
        SheetCell.objects.bulk_create(
            kept,
            update_conflicts=True,
            unique_fields=["entry", "code"],
            update_fields=["text", "value", "note", "changed_by", "changed_at"],
        )
        CellChange.objects.bulk_create(changes)
        entry.revision += 1
        entry.version = form.version
        entry.save(update_fields=["revision", "version"])
        announcing.moved(entry, scope, "cells", [cell.code for cell in kept])
        if how in ("excel", "api"):
            _audited(scope, entry, how, len(kept))
    return Saved(entry.revision, tuple(cell.code for cell in kept), tuple(clashes))


def _known_rows(codes: set[str], cells: Sequence[CellIn]) -> None:
    computed = {one.code for one in definitions.definitions() if one.origin != "recorded"}
    for given in cells:
        if given.code not in codes:
            raise InvalidInput(
                _("Phiếu không có chỉ tiêu “{code}”.").format(code=given.code), action=_("Mở lại phiếu để xem mẫu đang dùng."),
                code="unknown_row", fields={given.code: _("không có trong phiếu")},
            )  # fmt: skip
        if given.code in computed:
            raise InvalidInput(
                _("Chỉ tiêu “{code}” được tính tự động.").format(code=given.code), code="computed",
                fields={given.code: _("được tính tự động")},
            )  # fmt: skip


def open_for_changes(entry: SheetEntry) -> None:
    """Raises Conflict where the sheet was handed in or approved."""
    if entry.state not in WAITING:
        raise Conflict(
            _("Phiếu {state}, không sửa được ô nào.").format(state=entry.get_state_display()),
            action=_("Rút phiếu về trước khi được duyệt, hoặc mở đính chính sau khi đã duyệt."), code="not_open",
        )  # fmt: skip


def _audited(scope: Scope, entry: SheetEntry, how: str, count: int) -> None:
    audit.record(
        scope=scope, action="indicators.fill_in", object_type="sheet", object_id=str(entry.pk), unit_id=entry.unit_id,
        detail={"sheet": entry.sheet, "period": entry.period, "how": how, "cells": count},
    )  # fmt: skip
