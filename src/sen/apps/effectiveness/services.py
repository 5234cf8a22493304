"""Every write to modules of units: taking up, answering the gate, switching on and off, the daily evaluation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.effectiveness import catalogue, gate, policies, queries
from sen.apps.effectiveness.models import ModuleChange, UnitModule
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import normal

Kind = ModuleChange.Kind


class Changes(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a caller may change of a module; what is left out stays as it is, None empties a field."""

    owner: UUID | msgspec.UnsetType | None = msgspec.UNSET
    procedure_number: str | msgspec.UnsetType = msgspec.UNSET
    procedure_title: str | msgspec.UnsetType = msgspec.UNSET
    procedure_minutes: int | msgspec.UnsetType | None = msgspec.UNSET
    procedure_contact: str | msgspec.UnsetType = msgspec.UNSET
    upkeep_who: str | msgspec.UnsetType = msgspec.UNSET
    upkeep_money: str | msgspec.UnsetType = msgspec.UNSET
    upkeep_until: date | msgspec.UnsetType | None = msgspec.UNSET
    baseline_value: float | msgspec.UnsetType | None = msgspec.UNSET
    baseline_on: date | msgspec.UnsetType | None = msgspec.UNSET
    baseline_source: str | msgspec.UnsetType = msgspec.UNSET
    target_value: float | msgspec.UnsetType | None = msgspec.UNSET
    target_on: date | msgspec.UnsetType | None = msgspec.UNSET


FIELDS = Changes.__struct_fields__
_LONGEST = {name: getattr(UnitModule._meta.get_field(name), "max_length", None) for name in FIELDS if name != "owner"}


@transaction.atomic
def take_up(*, scope: Scope, unit_id: UUID, codes: Collection[str]) -> list[str]:
    """Begin to prepare modules in a unit; those taken up already stay as they are. The codes that are new. NotFound."""
    require(scope, policies.EDIT, unit_id)
    for code in codes:
        catalogue.module(code)
    known = set(UnitModule.objects.filter(unit_id=unit_id, code__in=list(codes)).values_list("code", flat=True))
    fresh = [code for code in dict.fromkeys(codes) if code not in known]
    for code in fresh:
        _created(scope, unit_id, code)
    if fresh:
        _record(scope, "effectiveness.take_up", unit_id, ",".join(fresh), {"modules": fresh})
    return fresh


@transaction.atomic
def let_go(*, scope: Scope, unit_id: UUID, codes: Collection[str]) -> list[str]:
    """Take back `take_up`: modules that nobody has answered or switched since vanish. The codes that did."""
    require(scope, policies.EDIT, unit_id)
    untouched = UnitModule.objects.select_for_update().filter(
        unit_id=unit_id, code__in=list(codes), version=1, on=False
    )
    gone = list(untouched.values_list("code", flat=True))
    untouched.delete()
    if gone:
        _record(scope, "effectiveness.let_go", unit_id, ",".join(gone), {"modules": gone})
    return gone


@transaction.atomic
def edit(
    *, scope: Scope, unit_id: UUID, code: str, changes: Mapping[str, Any], version: int | None = None
) -> UnitModule:
    """Answer items of the gate. `changes` as in `Changes`; `version` is the one that the caller saw.

    Raises NotFound, InvalidInput with `fields`, Conflict where somebody else was faster.
    """
    require(scope, policies.EDIT, unit_id)
    catalogue.module(code)
    wanted = _parsed(changes)
    row = _held(scope, unit_id, code, version)
    if wanted.get("owner_id") is not None:
        _must_belong(wanted["owner_id"], unit_id)
    differing = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not differing:
        return row
    fields = {name: [getattr(row, name), value] for name, value in differing.items()}
    for name, value in differing.items():
        setattr(row, name, value)
    _keep(row)
    kept = msgspec.to_builtins(fields)
    ModuleChange.objects.create(module=row, kind=Kind.EDITED, at=row.updated_at, by=scope.username, fields=kept)
    _record(scope, "effectiveness.edit", unit_id, code, {"changed": sorted(differing)})
    return row


@transaction.atomic
def switch_on(*, scope: Scope, unit_id: UUID, code: str, reason: str = "", version: int | None = None) -> UnitModule:
    """Switch a module on. Where an item is missing, only with a reason of REASON_LENGTH characters, which is kept and shown."""
    require(scope, policies.SWITCH, unit_id)
    found = queries.state(scope, unit_id, code)
    if found.on:
        raise Conflict(_("Phân hệ đã bật."), action=_("Tải lại trang để xem trạng thái mới."))
    words = normal(reason)
    if found.missing and len(words) < gate.REASON_LENGTH:
        raise InvalidInput(
            _("Còn {n} điều kiện chưa đạt.").format(n=len(found.missing)),
            action=_("Hoàn thiện các điều kiện, hoặc ghi lý do bật khi chưa đủ (ít nhất {n} ký tự).").format(
                n=gate.REASON_LENGTH
            ),
            code="not_ready",
            fields={"reason": _("Ghi lý do, ít nhất {n} ký tự.").format(n=gate.REASON_LENGTH)},
            missing=list(found.missing),
        )
    row = _held(scope, unit_id, code, version)
    row.on, row.switch_reason = True, words if found.missing else ""
    row.switched_missing = row.missing = list(found.missing)
    # From here on the daily evaluation sees when it stops being ready.
    row.ready, row.evaluated_at, row.ready_since = found.ready, clock.now(), clock.now()
    _switched(scope, row, Kind.SWITCHED_ON, words if found.missing else "", list(found.missing))
    return row


@transaction.atomic
def switch_off(*, scope: Scope, unit_id: UUID, code: str, reason: str = "", version: int | None = None) -> UnitModule:
    """Switch a module off; its answers stay."""
    require(scope, policies.SWITCH, unit_id)
    row = UnitModule.objects.filter(unit_id=unit_id, code=code).first()
    if row is None or not row.on:
        raise Conflict(_("Phân hệ chưa bật."), action=_("Tải lại trang để xem trạng thái mới."))
    row = _held(scope, unit_id, code, version)
    row.on, row.switch_reason, row.switched_missing = False, "", []
    _switched(scope, row, Kind.SWITCHED_OFF, normal(reason)[:1000], [])
    return row


def evaluate_all(*, scope: Scope) -> int:
    """Ask every module whether it is ready, and note where that changed; how many changed. Once a day, by the job."""
    units = list(UnitModule.objects.order_by().values_list("unit_id", flat=True).distinct())
    return sum(_evaluated(scope, one) for several in queries.states_of(units).values() for one in several if one.row)


@transaction.atomic
def _evaluated(scope: Scope, found: queries.ModuleState) -> int:
    now = clock.now()
    row = UnitModule.objects.select_for_update().filter(unit_id=found.unit_id, code=found.code).first()
    if row is None:
        return 0
    first, turned = row.evaluated_at is None, row.ready != found.ready
    row.evaluated_at, row.missing, row.ready = now, list(found.missing), found.ready
    if first or turned:
        row.ready_since = now
    row.save(update_fields=["evaluated_at", "missing", "ready", "ready_since"])
    if not turned:
        return 0
    kind = Kind.BECAME_READY if found.ready else Kind.STOPPED_READY
    ModuleChange.objects.create(module=row, kind=kind, at=now, missing=list(found.missing))
    if row.on:
        detail = {"missing": list(found.missing)}
        _record(scope, f"effectiveness.{kind.value}", row.unit_id, row.code, detail)
    return 1


def _parsed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Model fields → values; InvalidInput names each field that cannot be used."""
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, raw in changes.items():
        if name not in FIELDS:
            faults[name] = _("Không có trường này.")
            continue
        try:
            value = getattr(msgspec.convert({name: raw}, Changes, strict=False), name)
        except msgspec.ValidationError:
            faults[name] = _("Giá trị không hợp lệ: cần số, ngày hoặc chữ theo đúng trường.")
            continue
        if isinstance(value, str):
            value = normal(value)
            if len(value) > (_LONGEST.get(name) or len(value)):
                faults[name] = _("Dài quá {n} ký tự.").format(n=_LONGEST[name])
        if name == "procedure_minutes" and value is not None and not 1 <= value <= 100_000:
            faults[name] = _("Nhập số phút từ 1 trở lên.")
        if isinstance(value, float) and not abs(value) <= 1e15:  # also what is not a number
            faults[name] = _("Số quá lớn.")
        found["owner_id" if name == "owner" else name] = value
    if faults:
        raise InvalidInput(_("Có trường chưa hợp lệ."), action=_("Sửa các trường được nêu."), fields=faults)
    return found


def _must_belong(user_id: UUID, unit_id: UUID) -> None:
    if user_id not in organisations.member_ids([unit_id]):
        raise InvalidInput(
            _("Người phụ trách phải có tài khoản tại đơn vị."),
            action=_("Mời người đó vào đơn vị trước."),
            fields={"owner": _("Chọn một người của đơn vị.")},
        )


def _created(scope: Scope, unit_id: UUID, code: str) -> UnitModule:
    now = clock.now()
    row = UnitModule.objects.create(unit_id=unit_id, code=code, created_at=now, updated_at=now)
    ModuleChange.objects.create(module=row, kind=Kind.TAKEN_UP, at=now, by=scope.username)
    return row


def _held(scope: Scope, unit_id: UUID, code: str, version: int | None) -> UnitModule:
    """The row, locked; made where nobody has taken the module up yet. Conflict where it is newer than the caller saw."""
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."), action=_("Kiểm tra mã đơn vị."))
    row = UnitModule.objects.select_for_update().filter(unit_id=unit_id, code=code).first()
    if row is None:
        row = _created(scope, unit_id, code)
    elif version is not None and row.version != version:
        raise Conflict(
            _("Người khác vừa thay đổi phân hệ này."),
            action=_("Tải lại trang rồi làm lại."),
            code="stale",
        )
    return row


def _keep(row: UnitModule) -> None:
    row.version, row.updated_at = row.version + 1, clock.now()
    row.save()


def _switched(scope: Scope, row: UnitModule, kind: Kind, reason: str, missing: list[str]) -> None:
    row.switched_at, row.switched_by = clock.now(), scope.username
    _keep(row)
    ModuleChange.objects.create(
        module=row, kind=kind, at=row.switched_at, by=scope.username, reason=reason, missing=missing
    )
    _record(scope, f"effectiveness.{kind.value}", row.unit_id, row.code, {"reason": reason, "missing": missing})


def _record(scope: Scope, action: str, unit_id: UUID, code: str, detail: dict[str, Any]) -> None:
    audit.record(scope=scope, action=action, object_type="module", object_id=code, unit_id=unit_id, detail=detail)
