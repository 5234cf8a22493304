"""Which version of a template holds in a unit on a day, and its content with the unit's overrides: the rules, without the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.organisations.interface import Lineage
from sen.apps.packs.inheritance import kinds, paths
from sen.apps.packs.inheritance.stored import Accepted, Published, StoredOverride
from sen.apps.packs.inheritance.values import IgnoredOverride, Reason, TemplateRef, Upcoming, VersionRef


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a unit stands to a template on a day. `effective` is None where nothing holds; `audience` are its versions."""

    audience: tuple[VersionRef, ...]
    effective: VersionRef | None
    mandatory: bool
    own: bool
    inherits: bool
    pending: VersionRef | None
    upcoming: Upcoming | None
    declined: int | None
    declined_reason: str

    @property
    def newest(self) -> VersionRef | None:
        """The newest version for this unit."""
        return self.audience[-1] if self.audience else None


class Merged(msgspec.Struct, frozen=True):
    """A content with overrides: which were applied and which kept aside."""

    content: dict[str, Any]
    applied: tuple[str, ...]
    ignored: tuple[IgnoredOverride, ...]


def in_audience(version: VersionRef, ref: TemplateRef, unit: Lineage) -> bool:
    """Whether a version is for a unit. Who follows after an ended owner or an ended named unit stands in its place."""
    relation = relation_of(ref.owner_id, unit)
    return relation == "owner" or (relation == "below" and _named(version, unit))


def relation_of(owner_id: UUID, unit: Lineage) -> Literal["owner", "below", "none"]:
    """How a unit stands to the owner of a template: itself (or its successor), somewhere below, or not at all."""
    if owner_id == unit.unit_id or owner_id in unit.before:
        return "owner"
    return "below" if owner_id in unit.above or owner_id in unit.before_above else "none"


def _named(version: VersionRef, unit: Lineage) -> bool:
    audience = version.audience
    if audience.rule == "all":
        return True
    if audience.rule == "kinds":
        return unit.kind in audience.kinds
    if audience.rule == "units":
        return unit.unit_id in audience.unit_ids or not unit.before.isdisjoint(audience.unit_ids)
    return False


def decision_of(unit: Lineage, decided: Mapping[UUID, Accepted]) -> Accepted | None:
    """The unit's own decision; without one, a unit made of others goes on with the newest version that one of them accepted."""
    own = decided.get(unit.unit_id)
    if own is not None or not unit.before:
        return own
    accepted = [decided[one].accepted or 0 for one in unit.before if one in decided]
    return Accepted(max(accepted), None, "") if any(accepted) else None


def standing(published: Published, unit: Lineage, decided: Mapping[UUID, Accepted], day: date) -> Standing:
    """max(newest mandatory version in force, accepted version) among the versions for this unit that were not withdrawn."""
    own = published.ref.owner_id == unit.unit_id
    relation = relation_of(published.ref.owner_id, unit)
    audience = tuple(
        one for one in published.versions if relation == "owner" or (relation == "below" and _named(one, unit))
    )
    if own:
        newest = audience[-1] if audience else None
        return Standing(
            audience=audience, effective=newest, mandatory=False, own=True, inherits=True, pending=None, upcoming=None,
            declined=None, declined_reason="",
        )  # fmt: skip
    decision = decision_of(unit, decided)
    accepted = (decision and decision.accepted) or 0
    declined = (decision and decision.declined) or 0
    forced = [one for one in audience if one.mandatory and (one.effective_on is None or one.effective_on <= day)]
    mandatory = forced[-1] if forced else None
    taken = next((one for one in reversed(audience) if one.number <= accepted), None)
    effective = max((one for one in (mandatory, taken) if one), key=lambda one: one.number, default=None)
    reached = effective.number if effective else 0
    pending = next((one for one in reversed(audience) if one.number > max(reached, declined)), None)
    coming = next(
        (one for one in audience if one.mandatory and one.effective_on and one.effective_on > day and one.number > reached),
        None,
    )  # fmt: skip
    return Standing(
        audience=audience, effective=effective, mandatory=effective is not None and effective is mandatory, own=False,
        inherits=accepted > 0, pending=pending if effective else None,
        upcoming=Upcoming(coming.number, coming.effective_on) if coming and coming.effective_on else None,
        declined=declined or None, declined_reason=decision.declined_reason if decision else "",
    )  # fmt: skip


def overrides_of(
    unit: Lineage, made: Mapping[UUID, Sequence[StoredOverride]]
) -> tuple[Sequence[StoredOverride], list[StoredOverride]]:
    """The unit's own overrides, and those of units that went over into it at places that it did not decide itself."""
    own = made.get(unit.unit_id, ())
    decided = {one.path for one in own}
    before = [one for former in sorted(unit.before) for one in made.get(former, ()) if one.path not in decided]
    return own, before


def merged(
    kind: str,
    base: bytes,
    open_fields: Sequence[str],
    own: Sequence[StoredOverride],
    before: Sequence[StoredOverride] = (),
) -> Merged:
    """The content with `own` overrides; what is closed, gone or no longer valid is kept aside with its reason."""
    ignored = [_ignored(one, "predecessor") for one in before]
    usable = []
    for one in own:
        if paths.is_open(one.path, list(open_fields)):
            usable.append(one)
        else:
            ignored.append(_ignored(one, "closed"))
    content: dict[str, Any] = msgspec.json.decode(base)
    if not usable:
        return Merged(content, (), tuple(ignored))
    known = kinds.template_kinds().get(kind)
    applied, gone = _apply(content, usable)
    if known is not None:
        normal, faults = kinds.read(known, content)
        if normal is None or faults:
            return _one_by_one(known, base, usable, ignored)
        content = normal
    ignored += [_ignored(one, "gone") for one in gone]
    return Merged(content, tuple(one.path for one in applied), tuple(ignored))


def plain(base: bytes, wanted: Sequence[StoredOverride]) -> dict[str, Any]:
    """The content with overrides, valid or not."""
    content: dict[str, Any] = msgspec.json.decode(base)
    _apply(content, wanted)
    return content


def _apply(
    content: dict[str, Any], usable: Sequence[StoredOverride]
) -> tuple[list[StoredOverride], list[StoredOverride]]:
    applied, gone = [], []
    for one in usable:
        try:
            paths.put(content, one.path, one.value)
            applied.append(one)
        except paths.Missing:
            gone.append(one)
    return applied, gone


def _one_by_one(kind: Any, base: bytes, usable: Sequence[StoredOverride], ignored: list[IgnoredOverride]) -> Merged:
    """Together they are refused: keep each that is valid with those before it."""
    kept: list[StoredOverride] = []
    content: dict[str, Any] = msgspec.json.decode(base)
    for one in usable:
        trial = msgspec.json.decode(base)
        applied, _gone = _apply(trial, [*kept, one])
        if one not in applied:
            ignored.append(_ignored(one, "gone"))
            continue
        normal, faults = kinds.read(kind, trial)
        if normal is None or faults:
            ignored.append(_ignored(one, "invalid", "; ".join(kinds.words(fault) for fault in faults)))
        else:
            kept.append(one)
            content = normal
    return Merged(content, tuple(one.path for one in kept), tuple(ignored))


def _ignored(one: StoredOverride, reason: Reason, detail: str = "") -> IgnoredOverride:
    said = {
        "closed": _("Bản đang áp dụng không cho sửa mục này; giá trị riêng được giữ lại nhưng không dùng."),
        "gone": _("Mục này không còn trong bản đang áp dụng; giá trị riêng được giữ lại nhưng không dùng."),
        "invalid": _("Giá trị riêng không còn hợp lệ với bản đang áp dụng: {detail}. Đang dùng giá trị của mẫu."),
        "predecessor": _("Giá trị riêng của đơn vị trước khi sắp xếp; đơn vị mới có thể nhận lại."),
    }
    return IgnoredOverride(one.path, one.value, reason, said[reason].format(detail=detail), one.unit_id, detail)
