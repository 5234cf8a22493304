"""Every change that people make to sources: create, change the promise, rotate and revoke secrets, stop, resume."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.assets import interface as assets
from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.sources import credentials, policies
from sen.apps.sources.bus import announce_after_commit, gateway_knows_credentials
from sen.apps.sources.models import Source, SourceHealth
from sen.apps.sources.queries import source_for
from sen.connector_sdk import registry
from sen.connector_sdk.settings import validated
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.identifiers import is_code
from sen.kernel.text import folded, normal

MAX_OVERLAP = timedelta(days=30)
_CHANGEABLE_TEXT = {"name": 200, "contact_name": 120, "contact_phone": 32}


@dataclass(frozen=True)
class Issued:
    """A source with a new secret in clear text; it exists nowhere else. `gateway` is "ready", "pending", or "" where none is concerned."""

    source: Source
    secret: str
    gateway: str


def create_source(
    *,
    scope: Scope,
    code: str,
    name: str,
    connector: str,
    owner: str,
    settings: Mapping[str, Any] | None = None,
    interval_s: int = 300,
    allowed_delay_s: int = 600,
    expected_properties: list[str] | None = None,
    plan_date: date | None = None,
    simulated: bool = False,
    contact_name: str = "",
    contact_phone: str = "",
) -> Issued:
    """Create a source and its first secret. Raises InvalidInput with `fields`, Forbidden, Conflict where the code is taken."""
    unit = _owner(owner)
    require(scope, policies.CREATE, unit.id)
    code, name, now = code.strip(), normal(name), clock.now()
    checked = validated(registry.settings_model(connector), dict(settings or {}))
    source = Source(
        code=code, name=name, connector=connector, key=_new_key(code), owner_id=unit.id, settings=checked, simulated=simulated,
        interval_s=interval_s, allowed_delay_s=allowed_delay_s, expected_properties=_properties(expected_properties or []),
        plan_date=plan_date, contact_name=normal(contact_name), contact_phone=contact_phone.strip(), created_at=now, updated_at=now,
    )  # fmt: skip
    _check(source)
    with transaction.atomic():
        try:
            with transaction.atomic():
                source.save(force_insert=True)
        except IntegrityError as error:
            raise Conflict(
                _("Mã nguồn “{code}” đã có.").format(code=code),
                action=_("Chọn mã khác."),
                code="code_taken",
                fields={"code": code},
            ) from error
        SourceHealth.objects.create(source=source, state_since=now)
        secret = credentials.issue(source)
        _record(scope, "sources.create", source, {"name": name, "connector": connector, "owner": owner})
    return Issued(source_for(scope, code), secret, _tell_gateway(source))


@transaction.atomic
def change_source(*, scope: Scope, code: str, changes: Mapping[str, Any], if_version: int | None = None) -> Source:
    """Change name, owner, settings, promise or contact; `changes` holds only what changes.

    Raises InvalidInput, Forbidden, NotFound, Conflict (status 412) when `if_version` is not the present one.
    """
    source = _locked(scope, code, policies.CHANGE)
    if if_version is not None and if_version != source.version:
        raise Conflict(
            _("Nguồn đã được người khác sửa."), action=_("Tải lại rồi sửa tiếp."), code="changed_meanwhile", status=412
        )
    for field in _CHANGEABLE_TEXT:
        if field in changes:
            setattr(source, field, normal(changes[field] or ""))
    for field in ("interval_s", "allowed_delay_s", "plan_date", "simulated"):
        if field in changes:
            setattr(source, field, changes[field])
    if "expected_properties" in changes:
        source.expected_properties = _properties(changes["expected_properties"])
    if "settings" in changes:
        source.settings = validated(registry.settings_model(source.connector), dict(changes["settings"]))
    if "owner" in changes:
        unit = _owner(changes["owner"])
        require(scope, policies.CHANGE, unit.id)
        source.owner_id = unit.id
    _check(source)
    source.version += 1
    source.updated_at = clock.now()
    source.save()
    if {"interval_s", "allowed_delay_s"} & set(changes):
        assets.set_promise(
            source_number=source.number, interval_s=source.interval_s, allowed_delay_s=source.allowed_delay_s
        )
    told = {k: str(v)[:200] for k, v in changes.items() if not k.startswith("contact_")}
    _record(scope, "sources.change", source, told | ({"contact": "changed"} if len(told) < len(changes) else {}))
    return source_for(scope, code)


def rotate_secret(*, scope: Scope, code: str, overlap: timedelta = timedelta(0)) -> Issued:
    """Issue a new secret; the old ones end now, or after `overlap` where the connector can hold two.

    Raises InvalidInput for an overlap that is too long or not possible.
    """
    if not timedelta(0) <= overlap <= MAX_OVERLAP:
        raise InvalidInput(_("Thời gian dùng song song tối đa 30 ngày."), fields={"overlap_hours": _("0–720 giờ.")})
    with transaction.atomic():
        source = _locked(scope, code, policies.CHANGE)
        if overlap and not registry.manifest(source.connector).secret_overlap:
            raise InvalidInput(
                _("Kiểu kết nối này chỉ giữ một mật khẩu: mật khẩu mới có hiệu lực ngay."),
                action=_("Đổi ngay (không song song) rồi khai mật khẩu mới ở thiết bị."), code="no_overlap",
                fields={"overlap_hours": "0"},
            )  # fmt: skip
        credentials.end_all(source, at=clock.now(), overlap=overlap)
        secret = credentials.issue(source)
        _record(scope, "sources.rotate", source, {"overlap_hours": overlap.total_seconds() / 3600})
    return Issued(source_for(scope, code), secret, _tell_gateway(source))


def revoke_secrets(*, scope: Scope, code: str) -> str:
    """End every secret at once, for a stolen one; returns the gateway's answer as in `Issued`. A new one comes by rotating."""
    with transaction.atomic():
        source = _locked(scope, code, policies.CHANGE)
        ended = credentials.end_all(source, at=clock.now())
        _record(scope, "sources.revoke", source, {"ended": ended})
    return _tell_gateway(source)


def stop_source(*, scope: Scope, code: str, reason: str) -> Source:
    """Refuse the source's data until `resume_source`; a person says why. Idempotent."""
    if not reason.strip():
        raise InvalidInput(_("Ghi lý do tạm dừng."), fields={"reason": _("Bắt buộc.")})
    with transaction.atomic():
        source = _locked(scope, code, policies.CHANGE)
        if source.stopped_at is None:
            source.stopped_at, source.stopped_by = clock.now(), scope.username
        source.stopped_reason = normal(reason)[:300]
        _save_stopped(source)
        _record(scope, "sources.stop", source, {"reason": source.stopped_reason})
    _tell_gateway(source)
    return source_for(scope, code)


def resume_source(*, scope: Scope, code: str) -> Source:
    """Take the source's data again. Idempotent."""
    with transaction.atomic():
        source = _locked(scope, code, policies.CHANGE)
        source.stopped_at, source.stopped_by, source.stopped_reason = None, "", ""
        _save_stopped(source)
        _record(scope, "sources.resume", source, {})
    _tell_gateway(source)
    return source_for(scope, code)


def _save_stopped(source: Source) -> None:
    source.version += 1
    source.updated_at = clock.now()
    source.save(update_fields=["stopped_at", "stopped_by", "stopped_reason", "version", "updated_at"])


def _locked(scope: Scope, code: str, action: str) -> Source:
    found = source_for(scope, code)
    require(scope, action, found.owner_id)
    return Source.objects.select_for_update().get(pk=found.pk)


def _owner(code: str) -> organisations.UnitRef:
    try:
        return organisations.unit(code)
    except NotFound as error:
        raise InvalidInput(
            _("Không có đơn vị mã “{code}”.").format(code=code), action=_("Chọn đơn vị trong danh mục."),
            code="unknown_unit", fields={"owner": code},
        ) from error  # fmt: skip


def _properties(symbols: list[str]) -> list[str]:
    known = {symbol: packs.property_for(symbol) for symbol in symbols}
    if unknown := [symbol for symbol, found in known.items() if found is None]:
        raise InvalidInput(
            _("Không có thông số “{symbol}”.").format(symbol=unknown[0]), code="unknown_property",
            fields={"expected_properties": unknown[0]}, action=_("Dùng mã thông số của các gói lĩnh vực."),
        )  # fmt: skip
    return sorted({found.code for found in known.values() if found})


def _check(source: Source) -> None:
    fields: dict[str, str] = {}
    if not is_code(source.code):
        fields["code"] = _("Mã gồm 1–64 chữ cái không dấu, chữ số, dấu chấm, gạch nối, gạch dưới.")
    for field, longest in _CHANGEABLE_TEXT.items():
        value = getattr(source, field)
        if len(value) > longest or "\x00" in value or (field == "name" and not value):
            fields[field] = _("Dài 1–{n} ký tự.").format(n=longest)
    if not 1 <= source.interval_s <= 366 * 86400:
        fields["interval_s"] = _("Chu kỳ từ 1 giây tới 366 ngày.")
    if not 0 <= source.allowed_delay_s <= 366 * 86400:
        fields["allowed_delay_s"] = _("Độ trễ từ 0 tới 366 ngày.")
    if fields:
        raise InvalidInput(
            " ".join(f"{k}: {v}" for k, v in fields.items()), fields=fields, action=_("Sửa các ô được nêu.")
        )
    source.search_text = folded(f"{source.code} {source.name} {source.key}")


def _new_key(code: str) -> str:
    # Readable for the technician at the station, free of what NATS subjects and file systems read as special.
    slug = re.sub(r"[^a-z0-9-]+", "-", folded(code)).strip("-")[:40] or "nguon"
    return f"{slug}-{secrets.token_hex(3)}"


def _tell_gateway(source: Source) -> str:
    # Connectors without a process of their own (HTTP, uploads) look every secret up when it is used.
    if not registry.manifest(source.connector).parts.runner:
        return ""
    if connection.in_atomic_block:
        # A larger transaction creates many: nobody can see the secret before it commits, and one request is enough for all.
        waiting: list[Any] = [entry[1] for entry in connection.run_on_commit]
        if gateway_knows_credentials not in waiting:
            transaction.on_commit(gateway_knows_credentials)
        return "pending"
    return "ready" if gateway_knows_credentials() else "pending"


def _record(scope: Scope, action: str, source: Source, detail: dict[str, Any]) -> None:
    assets.bump_directory_version()
    announce_after_commit("sources.changed", source.code, {"source": source.code})
    audit.record(
        scope=scope, action=action, object_type="source", object_id=source.code, unit_id=source.owner_id, detail=detail
    )
