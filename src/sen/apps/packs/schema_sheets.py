"""What an entry sheet is: the indicators that units of some kinds report together for one period. Types only; forms of entry belong to indicators."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from sen.kernel.text import folded

SheetUnitKind = Literal["province", "city", "ward", "commune", "special_zone", "department"]
"""Kinds of unit (organisations.UnitKind) that a sheet may be for."""

Approver = Literal["unit_leader", "province"]
"""Who approves: the leader of the unit that reports, or the province's people."""

SheetAbout = Literal["unit", "parent"]
"""Whose figures they are: the unit's own, or those of the unit above it (a department reports on the province)."""

SheetPeriod = Literal["month", "quarter", "half_year", "year"]


class SheetRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a sheet; `code` is the code of the indicator that is entered in it.

    `note` tells who types what counts and what does not. `required`: the sheet cannot be submitted without it.
    `minimum`, `maximum`: what is believable, in the indicator's unit; outside is an error, not a warning.
    """

    code: str
    note: str = ""
    note_en: str = ""
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None


class SheetCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be true between the figures of one sheet: a formula (sen.kernel.formula) over codes of its rows that is not 0.

    `words` say what is wrong where it is 0. It is not judged while one of its figures is missing.
    """

    code: str
    formula: str
    words: str
    words_en: str = ""


class EntrySheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sheet of figures that a unit fills in for each period; also the content of a template of kind `entry_sheet`.

    `unit_kinds`: who fills it in (empty = every kind). `agencies`: words of the names of the departments that it is for, such as
    "y tế" (empty = all of those kinds). `due_day`: the day after the period's end, counted from 1, by which it is due.
    `about`: "parent" where the figures are those of the unit above the one that fills the sheet in.
    `needs_approval`: figures count only once the `approver` agreed. `source`: the document that asks for it, with
    "chưa kiểm chứng" where nobody compared it.
    """

    code: str
    name: str
    name_en: str = ""
    period: SheetPeriod
    unit_kinds: list[SheetUnitKind] = []
    agencies: list[str] = []
    due_day: int = 15
    needs_approval: bool = True
    approver: Approver = "unit_leader"
    about: SheetAbout = "unit"
    rows: list[SheetRow] = []
    checks: list[SheetCheck] = []
    source: str = ""

    def is_for(self, unit_kind: str, unit_name: str) -> bool:
        """Whether units of this kind and name fill the sheet in; one that asks for nothing yet is nobody's."""
        if not self.rows:
            return False
        if self.unit_kinds and unit_kind not in self.unit_kinds:
            return False
        name = folded(unit_name)
        return not self.agencies or any(folded(words) in name for words in self.agencies)

    @property
    def content(self) -> dict[str, Any]:
        """What the template holds, every field written out."""
        made: dict[str, Any] = msgspec.to_builtins(self)
        return made

    @property
    def audience(self) -> list[str]:
        """Kinds of unit that the template is published to."""
        return list(self.unit_kinds)

    @property
    def open_fields(self) -> list[str]:
        """What units may fit to their own: notes, bounds, what must be filled in; who approves of their own figures; never which are asked for."""
        rows = [f"/rows/*/{name}" for name in ("note", "required", "minimum", "maximum")] if self.rows else []
        return [*rows, *(["/needs_approval", "/approver"] if self.about == "unit" else [])]
