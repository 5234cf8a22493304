"""Reads centres: one row per commune with what tells how far it is, and one centre. Every read takes a scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.centres import policies
from sen.apps.centres.models import Centre, CentreChange
from sen.apps.effectiveness import interface as effectiveness
from sen.apps.organisations import interface as organisations
from sen.apps.sources import interface as sources
from sen.kernel.errors import NotFound
from sen.kernel.text import folded


@dataclass(frozen=True)
class Row:
    """One commune in the league of centres. `met` of `items` conditions of the modules that it took up hold now."""

    unit: organisations.UnitRef
    centre: Centre | None
    modules: int
    on: int
    ready: int
    met: int
    items: int
    forced: int
    assets: int
    people: int
    last_seen: datetime | None
    sources: sources.SourceCounts | None

    @property
    def open(self) -> bool:
        """Whether the centre is open."""
        return self.centre is not None and self.centre.is_open

    @property
    def readiness(self) -> float | None:
        """Share of met conditions; None where no module was taken up."""
        return self.met / self.items if self.items else None

    @property
    def percent(self) -> int:
        """Readiness in whole percent for sorting; −1 where no module was taken up."""
        return round(self.met / self.items * 100) if self.items else -1


def rows(scope: Scope | None, *, q: str = "", state: str = "") -> list[Row]:
    """The visible communes: open centres first, the readier and more used before; a fixed number of statements.

    `q` finds names without diacritics and codes; `state` is open, closed or empty.
    """
    caller = require(scope, policies.VIEW)
    words = folded(q)
    units = [
        one
        for one in organisations.communes()
        if caller.sees(one.id) and (not words or words in folded(one.name) or one.code.startswith(words))
    ]
    ids = [one.id for one in units]
    centres = {one.unit_id: one for one in Centre.objects.filter(unit_id__in=ids)}
    modules = effectiveness.modules_of(caller, ids)
    members = organisations.members_by_unit(ids)
    seen = access.last_seen({person for held in members.values() for person in held})
    counts = sources.source_counts(caller)
    found = [
        _row(
            unit,
            centres.get(unit.id),
            modules[unit.id],
            members.get(unit.id, {}),
            seen=seen,
            counts=counts.get(unit.id),
        )
        for unit in units
    ]
    if state in ("open", "closed"):
        found = [one for one in found if one.open == (state == "open")]
    return sorted(found, key=_league)


def _league(row: Row) -> tuple[bool, int, float, int, str]:
    return (not row.open, -row.ready, -(row.readiness or 0), -row.assets, row.unit.code)


def _row(
    unit: organisations.UnitRef,
    centre: Centre | None,
    modules: list[effectiveness.ModuleRef],
    members: Mapping[UUID, list[str]],
    *,
    seen: Mapping[UUID, datetime | None],
    counts: sources.SourceCounts | None,
) -> Row:
    taken = [one for one in modules if one.state != "offered"]
    moments = [moment for person in members if (moment := seen.get(person))]
    return Row(
        unit=unit, centre=centre, modules=len(taken), on=sum(one.on for one in taken), ready=sum(one.ready for one in taken),
        met=sum(one.met for one in taken), items=sum(one.items for one in taken), forced=sum(bool(one.reason) for one in taken),
        assets=max((one.assets for one in modules), default=0), people=sum(person in seen for person in members),
        last_seen=max(moments, default=None), sources=counts,
    )  # fmt: skip


def unit_for(scope: Scope | None, code: str) -> organisations.UnitRef:
    """A commune that the caller sees; NotFound for others, as if they were not there."""
    caller = require(scope, policies.VIEW)
    unit = organisations.unit(code)
    if not caller.sees(unit.id) or unit.level != "commune":
        raise NotFound(_("Không tìm thấy xã, phường có mã này."), action=_("Xem danh sách trung tâm cấp xã."))
    return unit


def centre_of(unit_id: UUID) -> Centre | None:
    """The unit's centre, open or closed; None where there never was one."""
    return Centre.objects.filter(unit_id=unit_id).first()


def open_centre_of(unit_id: UUID) -> Centre | None:
    """The unit's centre while it is open."""
    return Centre.objects.filter(unit_id=unit_id, is_open=True).first()


def changes(unit_id: UUID, limit: int = 20) -> list[CentreChange]:
    """What happened to a centre, newest first."""
    return list(CentreChange.objects.filter(centre_id=unit_id)[:limit])
