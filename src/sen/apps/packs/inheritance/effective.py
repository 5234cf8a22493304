"""What holds in a unit: effective templates with overrides applied, what is offered, computed at reading in a few SQL statements."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec

from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import Lineage
from sen.apps.packs import policies
from sen.apps.packs.inheritance import resolving, stored
from sen.apps.packs.inheritance.resolving import Standing
from sen.apps.packs.inheritance.stored import Published, StoredOverride
from sen.apps.packs.inheritance.values import Effective, Offer, OverrideRef, VersionRef
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Scope, require


def seen_unit(scope: Scope, unit_id: UUID) -> None:
    """Raise NotFound where the unit is not one of the caller's."""
    require(scope, policies.VIEW)
    if not scope.sees(unit_id):
        raise NotFound("Không tìm thấy đơn vị.", action="Kiểm tra lại mã đơn vị.")


def effective(scope: Scope, unit_id: UUID, kind: str | None = None, as_of: date | None = None) -> list[Effective]:
    """What holds in a unit on a day, by owner and code. `as_of` moves the tree and dates, decisions are those of now."""
    seen_unit(scope, unit_id)
    return effective_of_units([unit_id], kind, as_of)[unit_id]


def effective_of_units(
    unit_ids: Collection[UUID], kind: str | None = None, as_of: date | None = None
) -> dict[UUID, list[Effective]]:
    """What holds in many units, in six SQL statements whatever their number; for callers that checked who asks."""
    day = as_of or stored.day_of(clock.now())
    found: dict[UUID, list[Effective]] = {unit_id: [] for unit_id in unit_ids}
    units = organisations.lineages(unit_ids, as_of=day)
    everyone = {one for unit in units.values() for one in (unit.unit_id, *unit.above, *unit.before, *unit.before_above)}
    templates = stored.published(everyone, kind)
    if not templates:
        return found
    deciding = {one for unit in units.values() for one in (unit.unit_id, *unit.before)}
    decisions = stored.decisions(deciding)
    overrides = stored.overrides(deciding)
    holding: list[_Holding] = []
    for unit in units.values():
        for published in templates:
            standing = resolving.standing(published, unit, decisions.get(published.ref.id, {}), day)
            if standing.effective is not None:
                holding.append(_Holding(unit, published, standing, standing.effective))
    contents = stored.contents({(one.version.id, one.published.ref.kind) for one in holding})
    for one in holding:
        made = overrides.get(one.published.ref.id, {})
        found[one.unit.unit_id].append(_effective(one, made, contents))
    return found


def effective_one(scope: Scope, template_id: UUID, unit_id: UUID, as_of: date | None = None) -> Effective:
    """One template as it holds in a unit. Raises NotFound where it does not."""
    seen_unit(scope, unit_id)
    day = as_of or stored.day_of(clock.now())
    unit, published, standing = standing_of(template_id, unit_id, day)
    version = standing.effective
    if version is None:
        raise _not_here()
    made = stored.overrides([unit_id, *unit.before], [template_id]).get(template_id, {})
    contents = stored.contents([(version.id, published.ref.kind)])
    return _effective(_Holding(unit, published, standing, version), made, contents)


def standing_of(template_id: UUID, unit_id: UUID, day: date) -> tuple[Lineage, Published, Standing]:
    """How a unit stands to a template. Raises NotFound where nothing of it was ever for this unit."""
    unit = organisations.lineages([unit_id], as_of=day).get(unit_id)
    published = stored.published_one(template_id)
    if unit is None or published is None:
        raise _not_here()
    decided = stored.decisions([unit_id, *unit.before], [template_id]).get(template_id, {})
    standing = resolving.standing(published, unit, decided, day)
    if not standing.audience:
        raise _not_here()
    return unit, published, standing


def offers(scope: Scope, unit_id: UUID) -> list[Offer]:
    """Templates published to a unit that do not hold there: not inherited yet, left, or mandatory from a later day."""
    seen_unit(scope, unit_id)
    day = stored.day_of(clock.now())
    unit = organisations.lineages([unit_id], as_of=day).get(unit_id)
    if unit is None:
        return []
    decisions = stored.decisions([unit_id, *unit.before])
    found = []
    for published in stored.published({unit_id, *unit.above, *unit.before, *unit.before_above}):
        standing = resolving.standing(published, unit, decisions.get(published.ref.id, {}), day)
        newest = standing.newest
        if newest is None or standing.effective is not None:
            continue
        found.append(
            Offer(
                template=published.ref, version=newest.number, version_label=newest.label,
                published_at=newest.published_at, note=newest.note, mandatory=newest.mandatory,
                effective_on=newest.effective_on, declined=(standing.declined or 0) >= newest.number,
                declined_reason=standing.declined_reason,
            )
        )  # fmt: skip
    return found


def overrides_in(scope: Scope, template_id: UUID, unit_id: UUID) -> list[OverrideRef]:
    """The unit's own overrides of a template, applied or not, by path."""
    seen_unit(scope, unit_id)
    made = stored.overrides([unit_id], [template_id]).get(template_id, {}).get(unit_id, [])
    return [OverrideRef(one.path, one.value, one.reason, one.made_at, one.made_by) for one in made]


class _Holding(msgspec.Struct, frozen=True):
    """A version of a template that holds in a unit."""

    unit: Lineage
    published: Published
    standing: Standing
    version: VersionRef


def _effective(
    one: _Holding, made: dict[UUID, list[StoredOverride]], contents: dict[UUID, tuple[bytes, str]]
) -> Effective:
    unit, published, standing, version = one.unit, one.published, one.standing, one.version
    base, fault = contents[version.id]
    own, before = ((), []) if standing.own else resolving.overrides_of(unit, made)
    merged = resolving.merged(published.ref.kind, base, version.open_fields, own, before)
    return Effective(
        template=published.ref, version=version.number, version_label=version.label, published_at=version.published_at,
        content=merged.content, open_fields=version.open_fields, overridden=merged.applied, ignored=merged.ignored,
        pending=standing.pending.number if standing.pending else None, mandatory=standing.mandatory, own=standing.own,
        distance=_distance(unit, published.ref.owner_id), upcoming=standing.upcoming, fault=fault,
    )  # fmt: skip


def _distance(unit: Lineage, owner_id: UUID) -> int:
    """Steps up to the owner; an owner that went over into another unit counts as the farthest."""
    if owner_id == unit.unit_id or owner_id in unit.before:
        return 0
    return unit.above.index(owner_id) + 1 if owner_id in unit.above else len(unit.above) + 1


def _not_here() -> NotFound:
    return NotFound("Không tìm thấy mẫu này ở đơn vị.", action="Xem các mẫu đang dùng và được chia sẻ của đơn vị.")
