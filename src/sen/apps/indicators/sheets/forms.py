"""Which sheets a unit has to fill in: the province's for its kind of unit, with what the unit fitted to its own, and those it took over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import EntrySheet, SheetCheck, SheetRow
from sen.kernel import clock
from sen.kernel.errors import NotFound

KIND = "entry_sheet"


class Form(msgspec.Struct, frozen=True):
    """A sheet as it holds in one unit: its template, which version of it, and the content with the unit's own notes and bounds;
    `published_on`: since when anybody could know of it."""

    template_id: UUID
    version: int
    content: EntrySheet
    published_on: date | None = None

    @property
    def code(self) -> str:
        return self.content.code

    @property
    def rows(self) -> list[SheetRow]:
        return self.content.rows

    @property
    def checks(self) -> list[SheetCheck]:
        return self.content.checks


def forms_of(units: Collection[UnitRef]) -> dict[UUID, list[Form]]:
    """The sheets of each unit by code. A bounded number of queries whatever the number of units."""
    try:
        province = organisations.province()
    except NotFound:
        return {unit.id: [] for unit in units}
    holding = packs.effective_of_units({province.id, *(unit.id for unit in units)}, KIND)
    asked = [form for form in _forms(holding[province.id]) if form.content.unit_kinds]
    found: dict[UUID, list[Form]] = {}
    for unit in units:
        own = {form.code: form for form in _forms(holding[unit.id]) if is_for(form.content, unit)}
        given = {form.code: form for form in asked if is_for(form.content, unit)}
        found[unit.id] = sorted({**given, **own}.values(), key=lambda form: form.code)
    return found


def form_of(unit: UnitRef, code: str) -> Form | None:
    """One sheet as it holds in a unit; None where it does not hold there any more."""
    return next((form for form in forms_of([unit])[unit.id] if form.code == code), None)


def subject_of(form: Form, unit_id: UUID) -> UUID:
    """Whose figures a sheet of a unit holds: the unit's own, or the province's that a department reports on."""
    return organisations.province().id if form.content.about == "parent" else unit_id


def is_for(sheet: EntrySheet, unit: UnitRef) -> bool:
    """Whether units of this kind and name fill a sheet in; a sheet for no kind is for who took it over."""
    return sheet.is_for(unit.kind, unit.name)


def of_content(template_id: UUID, version: int, content: Mapping[str, Any], published_on: date | None = None) -> Form:
    """A form of a template's stored content."""
    return Form(template_id, version, msgspec.convert(content, EntrySheet), published_on)


def _forms(holding: Iterable[packs.Effective]) -> list[Form]:
    return [
        of_content(one.template.id, one.version, one.content, clock.local(one.published_at).date())
        for one in holding
        if not one.fault
    ]
