"""What a commune's centre would be made of, proposed so that opening it needs one button. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Role, Scope
from sen.apps.assets import interface as assets
from sen.apps.dashboards import interface as dashboards
from sen.apps.effectiveness import interface as effectiveness
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.sources import interface as sources

INVITED = (Role.LEADER, Role.COMMUNE_OFFICER, Role.COMMUNE_OFFICER)
"""The rows for people that a new centre begins with: a leader and two officers."""
_USERNAMES = {Role.LEADER: "lanhdao", Role.COMMUNE_OFFICER: "canbo"}


class Invited(msgspec.Struct, frozen=True):
    """A person to invite."""

    role: Role
    full_name: str
    username: str


class Plan(msgspec.Struct, frozen=True):
    """What an opening does. `home` is the template of the home dashboard; None leaves the unit's overview."""

    name: str
    home: UUID | None = None
    modules: tuple[str, ...] = ()
    templates: tuple[UUID, ...] = ()
    people: tuple[Invited, ...] = ()


@dataclass(frozen=True)
class Home:
    """A dashboard that could be the home."""

    template_id: UUID
    name: str
    held: bool


@dataclass(frozen=True)
class Member:
    """A person who holds a role in the unit already."""

    id: UUID
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """Something that is missing and where it is done."""

    words: str
    address: str


@dataclass(frozen=True)
class Proposal:
    """Everything that the page of an opening shows, and the plan that its button carries out as it stands."""

    unit: organisations.UnitRef
    name: str
    homes: Sequence[Home]
    modules: Sequence[effectiveness.ModuleRef]
    offers: Sequence[packs.Offer]
    people: Sequence[Invited]
    members: Sequence[Member]
    sources: Sequence[sources.UnitSource]
    assets: int
    steps: Sequence[Step]

    @property
    def plan(self) -> Plan:
        """What is ticked before anybody changes anything: the first home, every offer, every module with something to show."""
        chosen = tuple(one.code for one in self.modules if one.assets)
        home = self.homes[0].template_id if self.homes else None
        return Plan(self.name, home, chosen, tuple(one.template.id for one in self.offers))


def proposal(scope: Scope, unit: organisations.UnitRef) -> Proposal:
    """The proposal for a unit that the caller sees."""
    offers = [one for one in packs.offers(scope, unit.id) if not one.declined]
    found = effectiveness.modules_of(scope, [unit.id])[unit.id]
    mine = sources_of(scope, unit.id)
    kinds = assets.freshness({unit.id: organisations.subtree_ids(unit.id)})[unit.id]
    count = sum(one.assets for one in kinds.values())
    return Proposal(
        unit=unit, name=_("Trung tâm điều hành {name}").format(name=unit.name), homes=_homes(scope, unit, offers),
        modules=[one for one in found if one.assets] + [one for one in found if not one.assets], offers=offers,
        people=_people(unit), members=members_of([unit.id])[unit.id], sources=mine, assets=count,
        steps=_steps(unit, mine, count, offers),
    )  # fmt: skip


def sources_of(scope: Scope, unit_id: UUID) -> list[sources.UnitSource]:
    """The visible sources that the unit owns or that feed stations on its ground."""
    units = organisations.subtree_ids(unit_id)
    return sources.sources_of(scope, units, assets.feeding(units))


def members_of(unit_ids: Collection[UUID]) -> dict[UUID, list[Member]]:
    """The people with an account in use and a role in each unit, by name."""
    held = organisations.members_by_unit(unit_ids)
    everyone = {person for several in held.values() for person in several}
    in_use, names = access.last_seen(everyone), access.people_by_id(everyone)
    return {
        unit: sorted(
            (Member(one, names[one], tuple(roles)) for one, roles in held.get(unit, {}).items() if one in in_use),
            key=lambda member: member.name,
        )
        for unit in unit_ids
    }


def _homes(scope: Scope, unit: organisations.UnitRef, offers: Sequence[packs.Offer]) -> list[Home]:
    """Dashboards that the unit has or is offered: the one chosen before, then those made to be a home, then by name."""
    made_for_home = {code for code, one in packs.dashboards().items() if one.home}
    held = [one.template for one in packs.effective(scope, unit.id, "dashboard")]
    offered = [one.template for one in offers if one.template.kind == "dashboard"]
    before = dashboards.home_dashboard(unit.id)
    ranked = sorted(
        [(one, True) for one in held] + [(one, False) for one in offered],
        key=lambda pair: (pair[0].id != before, pair[0].code not in made_for_home, pair[0].name),
    )
    return [Home(one.id, one.name, has) for one, has in ranked]


def _people(unit: organisations.UnitRef) -> list[Invited]:
    """Rows with free user names; nobody is invited until a name is filled in."""
    candidates = [
        f"{word}-{unit.code}{suffix}".lower() for word in ("lanhdao", "canbo") for suffix in ("", "-2", "-3", "-4")
    ]
    free = [name for name in candidates if name not in access.taken_usernames(candidates)]
    rows: list[Invited] = []
    for role in INVITED:
        name = next((one for one in free if one.startswith(_USERNAMES[role])), "")
        free = [one for one in free if one != name]
        rows.append(Invited(role, "", name))
    return rows


def _steps(
    unit: organisations.UnitRef, mine: Sequence[sources.UnitSource], count: int, offers: Sequence[packs.Offer]
) -> list[Step]:
    steps: list[Step] = []
    if not count:
        steps.append(
            Step(_("Chưa có trạm, thiết bị nào trên địa bàn: khai báo hoặc nhập danh sách."), f"/map/?unit={unit.code}")
        )
    if not mine:
        steps.append(Step(_("Chưa có nguồn dữ liệu: nối nguồn đầu tiên."), "/data/sources/new/"))
    if any(one.severity for one in mine):
        steps.append(
            Step(_("Có nguồn trễ hoặc mất: xem lỗi và nhắc đơn vị chủ quản."), "/data/connections/?state=late,lost")
        )
    if not offers:
        steps.append(Step(_("Tỉnh chưa phát hành mẫu nào cho đơn vị này."), "/templates/"))
    return steps
