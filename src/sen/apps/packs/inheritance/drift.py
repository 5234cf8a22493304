"""Who uses a template, and how far units are from what was published: versions behind, fields changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import connection

from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import Lineage, UnitRef
from sen.apps.packs.inheritance import paths, queries, resolving, stored
from sen.apps.packs.inheritance.resolving import Standing
from sen.apps.packs.inheritance.stored import Published, StoredOverride
from sen.apps.packs.inheritance.values import DriftRow, Use
from sen.kernel import clock
from sen.kernel.scopes import Scope


def where_used(scope: Scope, template_id: UUID) -> list[Use]:
    """How every unit that the caller sees stands to a template, by code of the unit; only units that it was published to."""
    queries.template_row(scope, template_id)
    published = stored.published_one(template_id)
    if published is None:
        return []
    units = organisations.lineages(_reached(scope, published))
    decided = stored.decisions(_all_of(units), [template_id]).get(template_id, {})
    made = stored.overrides(list(units), [template_id]).get(template_id, {})
    names = organisations.units_by_id(list(units))
    day = stored.day_of(clock.now())
    found = []
    for unit_id, unit in units.items():
        standing = resolving.standing(published, unit, decided, day)
        if standing.newest is not None:
            own = decided.get(unit_id)
            left = own is not None and own.accepted is None and own.declined is None
            found.append(_use(names[unit_id], standing, len(made.get(unit_id, ())), left))
    return sorted(found, key=lambda one: one.unit_code)


def _use(unit: UnitRef, standing: Standing, overrides: int, left: bool) -> Use:
    newest = standing.newest.number if standing.newest else None
    if standing.own:
        state = "own"
    elif standing.effective is None:
        state = "declined" if standing.declined == newest else "left" if left else "offered"
    elif standing.mandatory:
        state = "mandatory"
    elif standing.effective.number == newest:
        state = "follows"
    else:
        state = "declined" if standing.declined == newest else "behind"
    return Use(
        unit_id=unit.id, unit_code=unit.code, unit_name=unit.name, state=state,
        version=standing.effective.number if standing.effective else None, newest=newest, overrides=overrides,
    )  # fmt: skip


def drift(
    scope: Scope, *, template_id: UUID | None = None, kind: str = "", changed_only: bool = False
) -> list[DriftRow]:
    """Per template and unit that inherits it: versions behind and fields changed, the furthest away first.

    Looks only at units that decided something or changed a field, which is where drift can come from.
    `changed_only` leaves out units that follow the newest version unchanged.
    """
    wanted = [template_id] if template_id else None
    if template_id:
        queries.template_row(scope, template_id)
    pairs = _pairs(scope, wanted, kind, changed_only)
    templates = {one.ref.id: one for one in stored.published_of({template for template, _unit in pairs})}
    units = organisations.lineages({unit for _template, unit in pairs})
    deciding = _all_of(units)
    decided = stored.decisions(deciding, list(templates))
    made = stored.overrides(deciding, list(templates))
    names = organisations.units_by_id(list(units))
    day = stored.day_of(clock.now())
    found = []
    for template, unit_id in pairs:
        published, unit = templates.get(template), units.get(unit_id)
        if published is None or unit is None:
            continue
        standing = resolving.standing(published, unit, decided.get(template, {}), day)
        own, before = resolving.overrides_of(unit, made.get(template, {}))
        row = _row(published, names[unit_id], standing, own, len(before))
        if row is not None and (row.behind or row.overrides or not changed_only):
            found.append(row)
    return sorted(found, key=lambda one: (-one.behind, -one.overrides, one.unit_code, one.template.code))


def _row(
    published: Published, unit: UnitRef, standing: Standing, own: Sequence[StoredOverride], left_behind: int
) -> DriftRow | None:
    version, newest = standing.effective, standing.newest
    if version is None or newest is None or standing.own:
        return None
    applied = [one.path for one in own if paths.is_open(one.path, version.open_fields)]
    return DriftRow(
        template=published.ref, unit_id=unit.id, unit_code=unit.code, unit_name=unit.name, version=version.number,
        newest=newest.number, behind=sum(one.number > version.number for one in standing.audience),
        overrides=len(applied), paths=tuple(applied), ignored=len(own) - len(applied) + left_behind,
        declined=standing.declined, declined_reason=standing.declined_reason,
    )  # fmt: skip


def _pairs(
    scope: Scope, template_ids: list[UUID] | None, kind: str, changed_only: bool
) -> Collection[tuple[UUID, UUID]]:
    """(template, unit) where a unit of the caller changed something, or decided something (and a newer version is there)."""
    query = """
        SELECT o.template_id, o.unit_id FROM packs_override o JOIN packs_template t ON t.id = o.template_id WHERE {narrowed}
        UNION
        SELECT o.template_id, o.unit_id FROM packs_inheritance o JOIN packs_template t ON t.id = o.template_id
        WHERE {narrowed} AND (NOT %(changed)s OR o.accepted < (
            SELECT max(v.number) FROM packs_templateversion v WHERE v.template_id = t.id AND v.withdrawn_at IS NULL))
    """
    narrowed = ["t.retired_at IS NULL"]
    narrowed += ["t.id = ANY(%(templates)s)"] if template_ids else []
    narrowed += ["t.kind = %(kind)s"] if kind else []
    narrowed += [] if scope.everything else ["o.unit_id = ANY(%(units)s)"]
    values = {"templates": template_ids, "kind": kind, "units": list(scope.unit_ids), "changed": changed_only}
    with connection.cursor() as cursor:
        cursor.execute(query.format(narrowed=" AND ".join(narrowed)), values)
        found: list[tuple[UUID, UUID]] = cursor.fetchall()
        return found


def _reached(scope: Scope, published: Published) -> set[UUID]:
    """The units below the owner, and the owner, as far as the caller sees them."""
    below = organisations.subtree_ids(published.ref.owner_id)
    heirs = scope.unit_ids if not below else frozenset()
    return {one for one in below | heirs if scope.sees(one)}


def _all_of(units: Mapping[UUID, Lineage]) -> set[UUID]:
    return {one for unit in units.values() for one in (unit.unit_id, *unit.before)}
