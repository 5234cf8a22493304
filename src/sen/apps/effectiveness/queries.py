"""Reads modules of units: answers from the database, sources asked of the assets now, findings of the gate. Every read takes a scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope
from sen.apps.assets import interface as assets
from sen.apps.effectiveness import catalogue, gate, policies
from sen.apps.effectiveness.models import ModuleChange, UnitModule
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.scopes import require

SHEETS_SINCE = timedelta(days=183)
"""Sheets due in the last half-year say how punctual a unit is; yearly ones are too rare to say anything."""

_ANSWERS = (
    "procedure_number", "procedure_title", "procedure_minutes", "procedure_contact", "upkeep_who", "upkeep_money", "upkeep_until",
    "baseline_value", "baseline_on", "baseline_source", "target_value", "target_on",
)  # fmt: skip


@dataclass(frozen=True)
class ModuleState:
    """A module of a unit at this moment. `row` is None where nobody has taken it up yet."""

    unit_id: UUID
    code: str
    module: packs.Module
    row: UnitModule | None
    sources: gate.Sources
    findings: tuple[gate.Finding, ...]

    @property
    def name(self) -> str:
        """In the reader's language."""
        return catalogue.name_of(self.code)

    @property
    def missing(self) -> tuple[gate.ItemCode, ...]:
        """Items that are not met."""
        return gate.missing(self.findings)

    @property
    def ready(self) -> bool:
        """Whether every item is met now."""
        return not self.missing

    @property
    def on(self) -> bool:
        """Whether it is switched on."""
        return self.row is not None and self.row.on

    @property
    def met(self) -> int:
        """How many items are met."""
        return len(self.findings) - len(self.missing)

    @property
    def state(self) -> str:
        """`on`, `on_not_ready`, `ready`, `preparing` or `offered`."""
        if self.on:
            return "on" if self.ready else "on_not_ready"
        if self.row is None:
            return "offered"
        return "ready" if self.ready else "preparing"


def unit_for(scope: Scope | None, code: str) -> organisations.UnitRef:
    """A unit that the caller sees; NotFound for others, as if they were not there."""
    caller = require(scope, policies.VIEW)
    found = organisations.unit(code)
    if not caller.sees(found.id):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."), action=_("Kiểm tra mã đơn vị."))
    return found


def states(scope: Scope | None, unit_ids: Collection[UUID]) -> dict[UUID, list[ModuleState]]:
    """All modules that packs bring, for each visible unit: those switched on first, then prepared, then by name."""
    caller = require(scope, policies.VIEW)
    return states_of([unit for unit in unit_ids if caller.sees(unit)])


def states_of(unit_ids: Collection[UUID]) -> dict[UUID, list[ModuleState]]:
    """`states` without a caller, for the daily evaluation. Four statements whatever the number of units."""
    rows = {(row.unit_id, row.code): row for row in UnitModule.objects.filter(unit_id__in=list(unit_ids))}
    fresh = assets.freshness(organisations.subtrees(unit_ids))
    sheets = _sheets(unit_ids)
    owners = active_owners(rows.values())
    today = clock.local(clock.now()).date()
    order = {"on_not_ready": 0, "on": 1, "ready": 2, "preparing": 3, "offered": 4}
    found = {
        unit: [
            _state(
                unit,
                code,
                module,
                row=rows.get((unit, code)),
                fresh=fresh.get(unit, {}),
                sheets=sheets.get((unit, code)),
                owners=owners,
                today=today,
            )
            for code, module in catalogue.modules().items()
        ]
        for unit in unit_ids
    }
    return {unit: sorted(several, key=lambda one: (order[one.state], one.name)) for unit, several in found.items()}


def state(scope: Scope | None, unit_id: UUID, code: str) -> ModuleState:
    """One module of a visible unit. NotFound."""
    catalogue.module(code)
    found = states(scope, [unit_id])
    if unit_id not in found:
        raise NotFound(_("Không tìm thấy đơn vị có mã này."), action=_("Kiểm tra mã đơn vị."))
    return next(one for one in found[unit_id] if one.code == code)


def active_owners(rows: Collection[UnitModule]) -> frozenset[tuple[UUID, UUID]]:
    """(unit, account) of the owners who still have an account in use and a role in that very unit."""
    members = organisations.members_by_unit({row.unit_id for row in rows if row.owner_id})
    in_use = access.last_seen({row.owner_id for row in rows if row.owner_id})
    return frozenset(
        (row.unit_id, row.owner_id)
        for row in rows
        if row.owner_id in in_use and row.owner_id in members.get(row.unit_id, {})
    )


def _state(
    unit_id: UUID,
    code: str,
    module: packs.Module,
    *,
    row: UnitModule | None,
    fresh: Mapping[str, assets.KindFreshness],
    sheets: gate.Sources | None,
    owners: frozenset[tuple[UUID, UUID]],
    today: date,
) -> ModuleState:
    kinds = [fresh[kind] for kind in module.asset_kinds if kind in fresh]
    sources = gate.Sources(
        assets=sum(one.assets for one in kinds),
        series=sum(one.series for one in kinds),
        fresh=sum(one.fresh for one in kinds),
    )
    if module.by_sheets:
        sources = sheets or gate.Sources()
    answers = gate.Answers()
    if row is not None:
        answered = {name: getattr(row, name) for name in _ANSWERS}
        answers = gate.Answers(owner_active=(unit_id, row.owner_id) in owners, **answered)
    share = module.on_time_share if module.by_sheets else module.fresh_share
    needs = gate.Needs(share, module.measure.direction, module.by_sheets)
    return ModuleState(unit_id, code, module, row, sources, gate.evaluate(answers, sources, needs, today))


def _sheets(unit_ids: Collection[UUID]) -> dict[tuple[UUID, str], gate.Sources]:
    """What the units and those below them handed in, of the sheets of each pack whose module has no devices, over SHEETS_SINCE."""
    by_pack = {code: packs.entry_sheets(code) for code, module in catalogue.modules().items() if module.by_sheets}
    wanted = {sheet for sheets in by_pack.values() for sheet in sheets}
    if not wanted:
        return {}
    below = organisations.subtrees(unit_ids)
    units = organisations.units_by_id(unit_ids)
    since = clock.local(clock.now()).date() - SHEETS_SINCE
    counted = indicators.punctuality({one for some in below.values() for one in some}, wanted, since=since)
    found: dict[tuple[UUID, str], gate.Sources] = {}
    for unit_id, unit in units.items():
        for code, sheets in by_pack.items():
            asked = [
                sheet for sheet in sheets.values() if unit.level == "province" or sheet.is_for(unit.kind, unit.name)
            ]
            counts = [counted.get((one, sheet.code), (0, 0)) for one in below.get(unit_id, ()) for sheet in asked]
            found[unit_id, code] = gate.Sources(
                sheets=len(asked),
                due=sum(due for due, _in_time in counts),
                on_time=sum(in_time for _due, in_time in counts),
            )
    return found


def switched_on_unready(scope: Scope | None) -> list[UnitModule]:
    """Modules of visible units that were switched on although something was missing, newest first: the province's list."""
    caller = require(scope, policies.VIEW)
    found = UnitModule.objects.filter(on=True).exclude(switch_reason="").select_related("unit")
    if not caller.everything:
        found = found.filter(unit_id__in=list(caller.unit_ids))
    return list(found.order_by("-switched_at"))


def stopped_ready(scope: Scope | None) -> list[UnitModule]:
    """Modules of visible units that are on, were ready, and at the last evaluation were so no longer."""
    caller = require(scope, policies.VIEW)
    found = UnitModule.objects.filter(on=True, ready=False, switch_reason="").exclude(evaluated_at=None)
    if not caller.everything:
        found = found.filter(unit_id__in=list(caller.unit_ids))
    return list(found.select_related("unit").order_by("-ready_since"))


def changes(row: UnitModule | None, limit: int = 30) -> list[ModuleChange]:
    """What happened to a module, newest first."""
    return list(row.changes.all()[:limit]) if row else []
