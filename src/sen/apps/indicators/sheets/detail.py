"""A sheet as its people see it: every row with what stands beside it, what is wrong in words, what happened, who may do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope
from sen.apps.files import interface as files
from sen.apps.indicators import definitions, judging, plans, queries
from sen.apps.indicators.definitions import Definition
from sen.apps.indicators.models import IndicatorValue
from sen.apps.indicators.models_sheets import CellChange, IndicatorPlan, SheetCell, SheetEntry, SheetEvent
from sen.apps.indicators.periods import Period, parse
from sen.apps.indicators.sheets import checking, seeing
from sen.apps.indicators.sheets.checking import Fault, Past
from sen.apps.indicators.sheets.forms import Form, subject_of
from sen.apps.indicators.sheets.lateness import WAITING
from sen.apps.packs.interface import SheetRow
from sen.kernel.formula import parse as parse_formula

USUAL = 6
"""How many earlier figures tell what is usual."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line. `previous`: the period before, `same_period`: a year before, `earlier`: what was last handed in or in force for this very
    period. `computed`: nobody types it; `value` then follows from the other rows. Numbers are None where nothing is known."""

    code: str
    name: str
    unit_label: str
    decimals: int
    note_of_form: str
    required: bool
    computed: bool
    text: str = ""
    value: float | None = None
    note: str = ""
    remark: str = ""
    remark_by: str = ""
    previous: float | None = None
    same_period: float | None = None
    plan: float | None = None
    plan_words: str = ""
    earlier: float | None = None
    changed_by: str = ""
    changed_at: datetime | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def over_previous(self) -> float | None:
        """The difference against the period before."""
        return None if self.value is None or self.previous is None else self.value - self.previous

    @property
    def share_of_plan(self) -> float | None:
        return self.value / self.plan if self.value is not None and self.plan else None

    @property
    def revised(self) -> bool:
        """Whether the figure differs from what was handed in before."""
        return self.earlier is not None and self.value is not None and self.earlier != self.value


class SheetDetail(msgspec.Struct, frozen=True, kw_only=True):
    """The whole sheet at one revision."""

    entry: SheetEntry
    form: Form
    period: Period
    rows: tuple[Row, ...]
    editable: bool
    may_fill_in: bool
    may_approve: bool
    files: tuple[files.FileRef, ...] = ()
    events: tuple[SheetEvent, ...] = ()

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self.rows for fault in row.faults]

    @property
    def filled(self) -> int:
        return sum(1 for row in self.rows if row.text and not row.computed)

    @property
    def typed(self) -> int:
        return sum(1 for row in self.rows if not row.computed)


def detail(scope: Scope, entry_id: UUID | str) -> SheetDetail:
    """The sheet for a caller. Raises NotFound, Forbidden."""
    return detail_of(scope, seeing.entry_for(scope, entry_id))


def detail_of(scope: Scope, entry: SheetEntry) -> SheetDetail:
    """The sheet of a row that was seen already; a bounded number of queries whatever the number of rows."""
    form, period = seeing.form_for(entry), parse(entry.period)
    fills, approves = seeing.may_fill_in(scope, entry), seeing.may_approve(scope, entry, form)
    return SheetDetail(
        entry=entry, form=form, period=period, rows=tuple(rows_of(entry, form, period)), may_fill_in=fills, may_approve=approves,
        editable=fills and entry.state in WAITING, files=tuple(files.files_about(f"sheet:{entry.pk}")), events=tuple(entry.events.all()[:50]),
    )  # fmt: skip


def rows_of(entry: SheetEntry, form: Form, period: Period) -> list[Row]:
    """Every line of the form with its cell and what is wrong with it."""
    known = {one.code: one for one in definitions.definitions()}
    cells = {cell.code: cell for cell in entry.cells.all()}
    beside = _beside(entry, form, period)
    values = _values(form, known, cells)
    pasts = {row.code: _past(known.get(row.code), beside.get(row.code, {}), period) for row in form.rows}
    faults: dict[str, list[Fault]] = {}
    for row in form.rows:
        cell = cells.get(row.code)
        if not _is_computed(known.get(row.code)):
            faults[row.code] = checking.faults_of_cell(
                row, cell.text if cell else "", values.get(row.code), pasts[row.code]
            )
    for fault in checking.faults_between(form.checks, values):
        faults.setdefault(fault.code, []).append(fault)
    given = _Given(known, cells, values, beside, _plans(entry, form, period), faults, period)
    return [_row(row, given) for row in form.rows]


class _Given(msgspec.Struct, frozen=True):
    """What is known of all rows, by code."""

    known: Mapping[str, Definition]
    cells: Mapping[str, SheetCell]
    values: Mapping[str, float | None]
    beside: Mapping[str, Mapping[str, IndicatorValue]]
    goals: Mapping[str, IndicatorPlan]
    faults: Mapping[str, Sequence[Fault]]
    period: Period


def _row(row: SheetRow, given: _Given) -> Row:
    def at(which: Period) -> float | None:
        there = given.beside.get(row.code, {})
        return there[which.key].value if which.key in there else None

    code, period = row.code, given.period
    wanted, goal = given.known.get(code), given.goals.get(code)
    cell = given.cells.get(code) or SheetCell(code=code)
    return Row(
        code=code, name=wanted.name if wanted else code, unit_label=wanted.unit_label if wanted else "", decimals=wanted.decimals if wanted else 0,
        note_of_form=row.note, required=row.required, computed=_is_computed(wanted), text=cell.text, value=given.values.get(code),
        note=cell.note, remark=cell.remark, remark_by=cell.remark_by, previous=at(period.moved(-1)), same_period=at(judging.year_before(period)),
        earlier=at(period), plan=goal.value if goal else None, plan_words=parse(goal.period).words if goal else "", changed_by=cell.changed_by,
        changed_at=cell.changed_at, faults=tuple(given.faults.get(code, ())),
    )  # fmt: skip


def _is_computed(wanted: Definition | None) -> bool:
    return wanted is not None and wanted.origin != "recorded"


def _values(form: Form, known: Mapping[str, Definition], cells: Mapping[str, SheetCell]) -> dict[str, float | None]:
    """Typed values, then those that formulas make of them within this sheet."""
    values = {row.code: cells[row.code].value if row.code in cells else None for row in form.rows}
    for row in form.rows:
        wanted = known.get(row.code)
        if wanted and wanted.formula:
            values[row.code] = parse_formula(wanted.formula).evaluate(values).value
    return values


def _beside(entry: SheetEntry, form: Form, period: Period) -> dict[str, dict[str, IndicatorValue]]:
    """The values in force of this unit by code and period, from a year before on; one query."""
    first = judging.year_before(period).start
    found: dict[str, dict[str, IndicatorValue]] = {}
    subject = subject_of(form, entry.unit_id)
    for row in queries.in_force_of_unit({one.code for one in form.rows}, subject, start=first, end=period.end):
        found.setdefault(row.definition.code, {})[row.period] = row
    return found


def _past(wanted: Definition | None, beside: Mapping[str, IndicatorValue], period: Period) -> Past:
    if wanted is None:
        return Past()
    before = period.moved(-1)
    same_year = before.start.year == period.start.year
    earlier = sorted((row for key, row in beside.items() if key != period.key), key=lambda row: row.period_start)
    # Of a cumulative figure only the same period of other years is comparable; its own course is judged by the period before.
    usual = () if wanted.cumulative else tuple(row.value for row in earlier[-USUAL:])
    return Past(
        beside[before.key].value if same_year and before.key in beside else None, usual, wanted.cumulative, wanted.decimals, wanted.unit_label
    )  # fmt: skip


def _plans(entry: SheetEntry, form: Form, period: Period) -> dict[str, IndicatorPlan]:
    """The nearest plan of each row; one query."""
    nearest = [one.key for one in plans.covering(period)]
    rows = plans.in_force(
        {row.code for row in form.rows}, unit_ids=[subject_of(form, entry.unit_id)], years=[period.start.year]
    )
    chosen = [row for row in rows if row.value is not None and row.period in nearest and row.kind == "plan"]
    chosen.sort(key=lambda row: -nearest.index(row.period))
    return {row.code: row for row in chosen}


def history_of_cell(scope: Scope, entry_id: UUID | str, code: str) -> list[CellChange]:
    """Every change of a cell, newest first. Raises NotFound where the caller does not see the sheet."""
    entry = seeing.entry_for(scope, entry_id)
    return list(CellChange.objects.filter(entry=entry, code=code)[:100])


def as_json(found: SheetDetail) -> dict[str, Any]:
    """What the grid draws and REST answers: rows with numbers as numbers, and the revision."""
    entry = found.entry
    return {
        "id": str(entry.pk), "revision": entry.revision, "state": entry.state, "editable": found.editable, "status": entry.status,
        "round": entry.round, "filled": found.filled, "typed": found.typed, "rows": [_row_json(row) for row in found.rows],
    }  # fmt: skip


_SHOWN = (
    "code", "name", "unit_label", "decimals", "note_of_form", "required", "computed", "text", "value", "note", "remark", "remark_by", "previous",
    "same_period", "plan", "plan_words", "earlier", "changed_by",
)  # fmt: skip


def _row_json(row: Row) -> dict[str, Any]:
    faults = [{"level": fault.level, "words": fault.words} for fault in row.faults]
    at = row.changed_at.isoformat() if row.changed_at else None
    return {**{name: getattr(row, name) for name in _SHOWN}, "changed_at": at, "faults": faults}


def missing_notes(rows: Sequence[Row]) -> list[Fault]:
    """What keeps a sheet from being handed in: errors, what is required and empty, and unusual figures without a note."""
    return [fault for row in rows for fault in row.faults if fault.level != "warning" or not row.note]
