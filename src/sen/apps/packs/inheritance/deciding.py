"""What a unit decides about the templates of others: inherit, accept, decline, leave, override, reset."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import Lineage
from sen.apps.packs import policies
from sen.apps.packs.inheritance import effective, kinds, paths, records, resolving, settings_versions, stored
from sen.apps.packs.inheritance.resolving import Standing
from sen.apps.packs.inheritance.services import needed
from sen.apps.packs.inheritance.stored import Published, StoredOverride
from sen.apps.packs.inheritance.values import REMOVED
from sen.apps.packs.models import Inheritance, InheritanceChange, Override, Template
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.identifiers import uuid7
from sen.kernel.scopes import Scope, require

Action = InheritanceChange.Action


def inherit(*, scope: Scope, template_id: UUID, unit_id: UUID) -> None:
    """Take over a template at its newest version for this unit. Conflict where the unit does already."""
    with transaction.atomic():
        template, _published, standing = _begin(scope, template_id, unit_id, policies.INHERIT)
        if standing.inherits:
            raise Conflict(_("Đơn vị đã kế thừa mẫu này."), action=_("Tải lại trang."))
        newest = standing.audience[-1]
        after = _state(newest.number, None, "")
        _decide(scope, template, unit_id, Action.INHERIT, after, version=newest.number)


def accept(*, scope: Scope, template_id: UUID, unit_id: UUID, version: int) -> None:
    """Let a version hold in the unit. Conflict where a newer one is mandatory; NotFound where it is not for this unit."""
    with transaction.atomic():
        template, _published, standing = _begin(scope, template_id, unit_id, policies.INHERIT)
        _check_acceptable(standing, version)
        _decide(scope, template, unit_id, Action.ACCEPT, _state(version, None, ""), version=version)


def accept_for_many(*, scope: Scope, template_id: UUID, unit_ids: Collection[UUID], version: int) -> UUID:
    """Accept a version for several units, all or none, those that do not inherit yet included; the batch to undo."""
    with transaction.atomic():
        settings_versions.begin()
        if not unit_ids:
            raise InvalidInput(_("Chưa chọn đơn vị."), action=_("Chọn ít nhất một đơn vị."), fields={"units": ""})
        for unit_id in unit_ids:
            effective.seen_unit(scope, unit_id)
            require(scope, policies.INHERIT, unit_id)
        published, standings = _standings(template_id, unit_ids)
        for standing in standings.values():
            _check_acceptable(standing, version)
        template = Template.objects.select_related("owner").get(pk=published.ref.id)
        present = {row.unit_id: row for row in Inheritance.objects.filter(template=template, unit_id__in=unit_ids)}
        batch, now, after = uuid7(), clock.now(), _state(version, None, "")
        rows, changes = [], []
        for unit_id in sorted(unit_ids):
            changes.append(records.change(
                scope=scope, template=template, unit_id=unit_id, action=Action.ACCEPT, version=version,
                before=state_of(present.get(unit_id)), after=after, batch=batch,
            ))  # fmt: skip
            rows.append(
                Inheritance(
                    template=template, unit_id=unit_id, accepted=version, decided_at=now, decided_by=scope.username
                )
            )
        Inheritance.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["template", "unit"],
            update_fields=["accepted", "declined", "declined_reason", "decided_at", "decided_by"],
        )  # fmt: skip
        InheritanceChange.objects.bulk_create(changes, batch_size=1000)
        codes = sorted(one.code for one in organisations.units_by_id(unit_ids).values())
        detail = {"version": version, "units": codes, "batch": str(batch)}
        records.note(scope=scope, template=template, unit_id=template.owner_id, action="accept_for_many", detail=detail)
        return batch


def decline(*, scope: Scope, template_id: UUID, unit_id: UUID, version: int, reason: str) -> None:
    """Keep what the unit has and say why. Conflict for a mandatory version."""
    with transaction.atomic():
        template, _published, standing = _begin(scope, template_id, unit_id, policies.INHERIT)
        wanted = _version_of(standing, version)
        if wanted.mandatory:
            raise Conflict(
                _("Phiên bản này là bắt buộc."), action=_("Trao đổi với đơn vị ban hành nếu không áp dụng được.")
            )
        row = Inheritance.objects.filter(template=template, unit_id=unit_id).first()
        reason = needed(reason)
        kept = row.accepted if row else _carried(standing)
        after = _state(kept, version, reason)
        _decide(scope, template, unit_id, Action.DECLINE, after, version=version, reason=reason)


def leave(*, scope: Scope, template_id: UUID, unit_id: UUID, reason: str) -> None:
    """Inherit no more; overrides are kept for a return. Conflict where the unit does not inherit."""
    with transaction.atomic():
        template, _published, standing = _begin(scope, template_id, unit_id, policies.INHERIT)
        if not standing.inherits:
            raise Conflict(_("Đơn vị không kế thừa mẫu này."), action=_("Tải lại trang."))
        if standing.mandatory:
            raise Conflict(
                _("Phiên bản đang áp dụng là bắt buộc."),
                action=_("Trao đổi với đơn vị ban hành nếu không áp dụng được."),
            )
        reason = needed(reason)
        _decide(scope, template, unit_id, Action.LEAVE, _state(None, None, ""), reason=reason)


def override(*, scope: Scope, template_id: UUID, unit_id: UUID, changes: Mapping[str, Any], reason: str) -> None:
    """Give fields of the effective version own values; REMOVED leaves an item out. A value equal to the published one is no override.

    Raises Conflict with `closed_fields` for fields that are not open, InvalidInput where the result would not be valid,
    NotFound where the template does not hold in the unit.
    """
    with transaction.atomic():
        template, published, standing = _begin(scope, template_id, unit_id, policies.OVERRIDE)
        version = standing.effective
        if standing.own:
            raise Conflict(_("Đây là mẫu của chính đơn vị."), action=_("Sửa bản nháp rồi ban hành phiên bản mới."))
        if version is None:
            raise Conflict(_("Đơn vị chưa kế thừa mẫu này."), action=_("Kế thừa mẫu rồi sửa."))
        reason = needed(reason)
        _check_paths(changes, version.open_fields)
        base, _fault = stored.contents([(version.id, published.ref.kind)])[version.id]
        present = {row.path: row for row in Override.objects.filter(template=template, unit_id=unit_id)}
        gone = {path for path in present if any(path.startswith(f"{one}/") for one in changes)}
        kept = [_stored(row) for path, row in present.items() if path not in gone and path not in changes]
        made = _differing(base, changes, kept)
        _check_result(published.ref.kind, base, version.open_fields, [*kept, *made], changes)
        touched = {*changes, *gone}
        before = {path: _value(present[path]) for path in touched if path in present}
        after = {one.path: _plain(one.value, one.reason or reason) for one in made}
        write_overrides(scope, template, unit_id, touched, after)
        records.change(
            scope=scope, template=template, unit_id=unit_id, action=Action.OVERRIDE, version=version.number,
            before={"paths": sorted(touched), "values": before}, after={"paths": sorted(touched), "values": after},
            reason=reason,
        ).save()  # fmt: skip
        detail = {"values": {path: value.get("value") for path, value in after.items()}, "reason": reason}
        records.note(scope=scope, template=template, unit_id=unit_id, action="override", detail=detail)


def reset(*, scope: Scope, template_id: UUID, unit_id: UUID, paths: Collection[str], reason: str = "") -> None:
    """Go back to the published values of these paths (all of the unit's where empty). NotFound for a path without override."""
    with transaction.atomic():
        template, _published, _standing = _begin(scope, template_id, unit_id, policies.OVERRIDE)
        present = {row.path: row for row in Override.objects.filter(template=template, unit_id=unit_id)}
        wanted = set(paths) or set(present)
        unknown = wanted - set(present)
        if unknown or not wanted:
            raise NotFound(
                _("Không có giá trị riêng tại: {paths}.").format(paths=", ".join(sorted(unknown)) or "–"),
                action=_("Tải lại danh sách giá trị riêng của đơn vị."),
            )
        before = {path: _value(present[path]) for path in wanted}
        write_overrides(scope, template, unit_id, wanted, {})
        records.change(
            scope=scope, template=template, unit_id=unit_id, action=Action.RESET, reason=reason,
            before={"paths": sorted(wanted), "values": before}, after={"paths": sorted(wanted), "values": {}},
        ).save()  # fmt: skip
        records.note(
            scope=scope, template=template, unit_id=unit_id, action="reset_overrides", detail={"paths": sorted(wanted)}
        )


def write_overrides(
    scope: Scope, template: Template, unit_id: UUID, touched: Collection[str], values: Mapping[str, Mapping[str, Any]]
) -> None:
    """Replace the overrides at `touched` by `values`. Only inside another service's transaction."""
    Override.objects.filter(template=template, unit_id=unit_id, path__in=list(touched)).delete()
    Override.objects.bulk_create(
        Override(
            template=template, unit_id=unit_id, path=path, value=value.get("value"),
            removed=bool(value.get("removed")), reason=str(value.get("reason", ""))[:500], made_at=clock.now(),
            made_by=scope.username,
        )
        for path, value in values.items()
    )  # fmt: skip


def write_state(scope: Scope, template: Template, unit_id: UUID, state: Mapping[str, Any] | None) -> None:
    """Set what the unit decided; None takes the decision away. Only inside another service's transaction."""
    if state is None:
        Inheritance.objects.filter(template=template, unit_id=unit_id).delete()
        return
    Inheritance.objects.update_or_create(
        template=template, unit_id=unit_id,
        defaults={**state, "decided_at": clock.now(), "decided_by": scope.username},
    )  # fmt: skip


def state_now(template: Template, unit_id: UUID) -> dict[str, Any] | None:
    """What the unit decided so far, as decisions record it."""
    return state_of(Inheritance.objects.filter(template=template, unit_id=unit_id).first())


def overrides_now(template: Template, unit_id: UUID, wanted: Collection[str]) -> dict[str, Any]:
    """The unit's overrides at some paths, as decisions record them."""
    rows = Override.objects.filter(template=template, unit_id=unit_id, path__in=list(wanted))
    return {row.path: _value(row) for row in rows}


def _begin(scope: Scope, template_id: UUID, unit_id: UUID, action: str) -> tuple[Template, Published, Standing]:
    """Count the change, then find the template as it stands to the unit. Raises NotFound, Forbidden."""
    settings_versions.begin()
    effective.seen_unit(scope, unit_id)
    require(scope, action, unit_id)
    published, standings = _standings(template_id, [unit_id])
    template = Template.objects.select_related("owner").get(pk=published.ref.id)
    return template, published, standings[unit_id]


def _standings(template_id: UUID, unit_ids: Collection[UUID]) -> tuple[Published, dict[UUID, Standing]]:
    """How units stand to a template today. NotFound where one does not stand or no version was ever for it."""
    day = stored.day_of(clock.now())
    units = organisations.lineages(unit_ids, as_of=day)
    published = stored.published_one(template_id)
    missing = NotFound(
        _("Không tìm thấy mẫu này ở đơn vị."), action=_("Xem các mẫu đang dùng và được chia sẻ của đơn vị.")
    )
    if published is None or any(unit_id not in units for unit_id in unit_ids):
        raise missing
    decided = stored.decisions(_all_of(units), [template_id]).get(template_id, {})
    found = {unit_id: resolving.standing(published, unit, decided, day) for unit_id, unit in units.items()}
    if not all(standing.audience for standing in found.values()):
        raise missing
    return published, found


def _all_of(units: Mapping[UUID, Lineage]) -> set[UUID]:
    return {one for unit in units.values() for one in (unit.unit_id, *unit.before)}


def _decide(
    scope: Scope,
    template: Template,
    unit_id: UUID,
    action: InheritanceChange.Action,
    after: dict[str, Any],
    *,
    version: int | None = None,
    reason: str = "",
) -> None:
    before = state_now(template, unit_id)
    write_state(scope, template, unit_id, after)
    records.change(
        scope=scope, template=template, unit_id=unit_id, action=action, version=version, before=before, after=after,
        reason=reason,
    ).save()  # fmt: skip
    detail = {"version": version, "reason": reason}
    records.note(scope=scope, template=template, unit_id=unit_id, action=str(action.value), detail=detail)


def _state(accepted: int | None, declined: int | None, declined_reason: str) -> dict[str, Any]:
    return {"accepted": accepted, "declined": declined, "declined_reason": declined_reason}


def state_of(row: Inheritance | None) -> dict[str, Any] | None:
    """A stored decision as changes record it."""
    return _state(row.accepted, row.declined, row.declined_reason) if row else None


def _carried(standing: Standing) -> int | None:
    """What a unit that was made of others goes on with when it makes its first decision."""
    return standing.effective.number if standing.inherits and standing.effective else None


def _version_of(standing: Standing, number: int) -> Any:
    if standing.own:
        raise Conflict(_("Đây là mẫu của chính đơn vị."), action=_("Sửa bản nháp rồi ban hành phiên bản mới."))
    found = next((one for one in standing.audience if one.number == number), None)
    if found is None:
        raise NotFound(
            _("Không có phiên bản này cho đơn vị."), action=_("Tải lại danh sách phiên bản; có thể nó đã được thu hồi.")
        )
    return found


def _check_acceptable(standing: Standing, number: int) -> None:
    _version_of(standing, number)
    if standing.mandatory and standing.effective and number < standing.effective.number:
        raise Conflict(
            _("Phiên bản {version} là bắt buộc và mới hơn.").format(version=standing.effective.number),
            action=_("Dùng phiên bản bắt buộc."),
        )


def _check_paths(changes: Mapping[str, Any], open_fields: tuple[str, ...]) -> None:
    if not changes:
        raise InvalidInput(_("Chưa có thay đổi nào."), action=_("Sửa ít nhất một mục."), fields={"changes": ""})
    bad = [one for one in changes if not paths.PATH.fullmatch(one) or len(one) > paths.LONGEST]
    if bad:
        raise InvalidInput(
            _("Đường dẫn không hợp lệ: {paths}.").format(paths=", ".join(bad)), action=_("Dùng dạng /rows/<mã>/maximum."),
            code="invalid_path", fields={one: _("không hợp lệ") for one in bad},
        )  # fmt: skip
    closed = [
        one for one in changes if not paths.is_open(one, open_fields) or (one.count("/") > 2 and one.endswith("/code"))
    ]
    if closed:
        raise Conflict(
            _("Đơn vị ban hành không cho sửa: {paths}.").format(paths=", ".join(closed)),
            action=_("Chỉ sửa các mục được để mở; đề nghị đơn vị ban hành mở thêm nếu cần."),
            code="closed_fields",
            fields={one: _("mục này không được để mở") for one in closed},
        )


def _differing(base: bytes, changes: Mapping[str, Any], kept: list[StoredOverride]) -> list[StoredOverride]:
    """The changes that differ from what holds without them."""
    content = resolving.plain(base, kept)
    now = clock.now()
    made = []
    for path, value in changes.items():
        try:
            same = value is not REMOVED and paths.get(content, path) == value
        except paths.Missing:
            same = False
        if not same:
            made.append(StoredOverride(_NOBODY, path, value, "", now, ""))
    return made


_NOBODY = UUID(int=0)


def _check_result(
    kind: str, base: bytes, open_fields: tuple[str, ...], wanted: list[StoredOverride], changes: Mapping[str, Any]
) -> None:
    """Raise InvalidInput where one of the new values would not be applied."""
    wanted = sorted(wanted, key=lambda one: one.path)
    result = resolving.merged(kind, base, open_fields, wanted)
    refused = [one for one in result.ignored if one.path in changes]
    if refused:
        raise InvalidInput(
            _("Giá trị riêng chưa dùng được: {faults}").format(
                faults="; ".join(one.detail or f"{one.path}: {one.message}" for one in refused)
            ),
            action=_("Sửa giá trị rồi lưu lại."),
            code="invalid_override",
            fields={one.path: one.detail or one.message for one in refused},
        )
    broken = [one for one in result.ignored if one.reason == "invalid"]
    if broken:
        kinds.checked(kinds.kind_of(kind), resolving.plain(base, wanted))


def _stored(row: Override) -> StoredOverride:
    value = REMOVED if row.removed else row.value
    return StoredOverride(row.unit_id, row.path, value, row.reason, row.made_at, row.made_by)


def _value(row: Override) -> dict[str, Any]:
    return _plain(REMOVED if row.removed else row.value, row.reason)


def _plain(value: Any, reason: str) -> dict[str, Any]:
    return {"removed": True, "reason": reason} if value is REMOVED else {"value": value, "reason": reason}
