"""Every change to assets and series: checked, audited, counted in the directory's version, announced after commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.assets import directory, placements, policies
from sen.apps.assets.bus import announce_after_commit
from sen.apps.assets.models import Asset, RetentionClass, Series
from sen.apps.assets.queries import asset_for
from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.identifiers import is_code
from sen.kernel.text import normal


@dataclass(frozen=True)
class Feed:
    """The source and device that feed the series of an asset, with the source's promise in seconds."""

    source_number: int
    device: str
    interval_s: int = 300
    allowed_delay_s: int = 600


FeedLookup = Callable[[Scope, str, str], Feed]
# The sources app, which depends on this one, says how a source's code becomes a feed.
_find_feed: FeedLookup | None = None


def register_feed_lookup(lookup: FeedLookup) -> None:
    """Take `lookup(scope, source code, device)`; it raises NotFound for sources outside the scope."""
    global _find_feed
    _find_feed = lookup


def feed_for(scope: Scope, source_code: str, device: str) -> Feed:
    """The feed of a source given by its code. Raises NotFound."""
    if _find_feed is None:
        raise NotFound(_("Không có nguồn “{code}”.").format(code=source_code))
    return _find_feed(scope, source_code, device)


@transaction.atomic
def create_asset(
    *,
    scope: Scope,
    code: str,
    name: str,
    kind: str,
    owner: str,
    location: tuple[float, float] | None = None,
    properties: Iterable[str] | None = None,
    address: str = "",
    territory: str | None = "",
    simulated: bool = False,
    feed: Feed | None = None,
    attributes: dict[str, Any] | None = None,
) -> Asset:
    """Create an asset with a series per property (those of its kind where `properties` is None).

    `location` is (lon, lat) in degrees; the territory follows from it where none is named (`territory` empty);
    None says that the asset stands outside the territory of the province.
    Raises InvalidInput with `fields`, Forbidden, Conflict where the code is taken.
    """
    unit = owner_unit(owner)
    require(scope, policies.CREATE, unit.id)
    code, name = code.strip(), normal(name)
    symbols = properties_of(kind, properties)
    _check(code=code, name=name, location=location)
    now = clock.now()
    asset = Asset(
        code=code, name=name, kind=kind, owner_id=unit.id, address=normal(address)[:300], simulated=simulated,
        territory_id=territory_id(territory, location), attributes=attributes or {}, created_at=now, updated_at=now,
    )  # fmt: skip
    if location:
        asset.lon, asset.lat = location
    asset.refresh_search_text()
    try:
        with transaction.atomic():
            asset.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("Mã “{code}” đã có.").format(code=code),
            action=_("Chọn mã khác."),
            code="code_taken",
            fields={"code": code},
        ) from error
    placements.first_placements([asset])
    add_series(asset=asset, properties=symbols, feed=feed)
    _record(scope, "assets.create", asset, {"name": name, "kind": kind, "owner": owner, "properties": symbols})
    return asset


@transaction.atomic
def change_asset(*, scope: Scope, code: str, changes: dict[str, Any], if_version: int | None = None) -> Asset:
    """Change name, kind, owner, location, address, active, attributes, and add properties or a feed.

    `changes` holds only what changes. Raises InvalidInput, Forbidden, NotFound, Conflict when `if_version` is not the present one.
    """
    visible = asset_for(scope, code)
    asset = Asset.objects.select_for_update().get(pk=visible.pk)
    require(scope, policies.CHANGE, asset.owner_id)
    if if_version is not None and if_version != asset.version:
        raise Conflict(
            _("Dữ liệu đã được người khác sửa."),
            action=_("Tải lại rồi sửa tiếp."),
            code="changed_meanwhile",
            status=412,
        )
    for field in ("name", "address"):
        if field in changes:
            setattr(asset, field, normal(changes[field] or ""))
    for field in ("active", "simulated", "attributes"):
        if field in changes:
            setattr(asset, field, changes[field])
    if "kind" in changes:
        properties_of(changes["kind"], [])
        asset.kind = changes["kind"]
    if "owner" in changes:
        unit = owner_unit(changes["owner"])
        require(scope, policies.CHANGE, unit.id)
        asset.owner_id = unit.id
    if "location" in changes:
        place: tuple[float, float] | None = changes["location"]
        asset.lon, asset.lat = place or (None, None)
        asset.territory_id = territory_id(changes.get("territory") or "", place)
    elif changes.get("territory"):
        asset.territory_id = territory_id(changes["territory"], None)
    _check(code=asset.code, name=asset.name, location=(asset.lon, asset.lat) if asset.lon is not None else None)  # type: ignore[arg-type]
    asset.version += 1
    asset.updated_at = clock.now()
    asset.refresh_search_text()
    asset.save()
    placements.moved(asset)
    if "properties" in changes or changes.get("feed"):
        present = list(asset.series.values_list("property", flat=True))
        wanted = changes.get("properties")
        add_series(
            asset=asset,
            properties=present if wanted is None else properties_of(asset.kind, wanted),
            feed=changes.get("feed"),
        )
    _record(scope, "assets.change", asset, {k: str(v)[:200] for k, v in changes.items()})
    return asset_for(scope, code)


@transaction.atomic
def add_series(*, asset: Asset, properties: Iterable[str], feed: Feed | None) -> list[Series]:
    """Create missing series; where a feed is given, the named series are fed by it from now on.

    Raises Conflict when another asset already takes this device and property of the source.
    """
    present = {series.property: series for series in asset.series.all()}
    touched: list[Series] = []
    for symbol in properties:
        series = present.get(symbol) or Series(asset=asset, property=symbol, retention=retention_of(asset))
        if feed is not None:
            series.source_number, series.device = feed.source_number, feed.device
            series.interval_s, series.allowed_delay_s = feed.interval_s, feed.allowed_delay_s
        series.active = True
        touched.append(series)
    try:
        with transaction.atomic():
            for series in touched:
                series.save()
    except IntegrityError as error:
        raise Conflict(
            _("Thiết bị “{device}” của nguồn này đã thuộc một trạm khác.").format(device=feed.device if feed else ""),
            action=_("Bỏ liên kết ở trạm kia trước."), code="device_taken",
        ) from error  # fmt: skip
    directory.bump()
    announce_after_commit("assets.changed", asset.code, {"asset": asset.code})
    return touched


@transaction.atomic
def unlink_device(*, source_number: int, device: str) -> int:
    """Let no series be fed by this device any more; used when an accepted proposal is taken back. Returns how many."""
    count = Series.objects.filter(source_number=source_number, device=device).update(source_number=None, device="")
    directory.bump()
    announce_after_commit("assets.changed", device, {"source_number": source_number, "device": device})
    return count


@transaction.atomic
def set_promise(*, source_number: int, interval_s: int, allowed_delay_s: int) -> None:
    """Repeat a source's promise (seconds) on the series it feeds."""
    Series.objects.filter(source_number=source_number).update(interval_s=interval_s, allowed_delay_s=allowed_delay_s)
    directory.bump()


def owner_unit(code: str) -> organisations.UnitRef:
    """The unit that shall own something. Raises InvalidInput."""
    try:
        return organisations.unit(code)
    except NotFound as error:
        raise InvalidInput(
            _("Không có đơn vị mã “{code}”.").format(code=code), action=_("Chọn đơn vị trong danh mục."),
            code="unknown_unit", fields={"owner": code},
        ) from error  # fmt: skip


def properties_of(kind: str, properties: Iterable[str] | None) -> list[str]:
    """The packs' codes of `properties` (aliases such as `PM2,5` allowed), or those of the kind. Raises InvalidInput."""
    kinds = packs.asset_kinds()
    if kind not in kinds:
        raise InvalidInput(
            _("Không có loại “{kind}”.").format(kind=kind),
            action=_("Dùng một trong: {kinds}.").format(kinds=", ".join(sorted(kinds))),
            code="unknown_kind", fields={"kind": kind},
        )  # fmt: skip
    if properties is None:
        return list(kinds[kind].properties)
    found: list[str] = []
    for symbol in properties:
        known = packs.property_for(symbol)
        if known is None:
            raise InvalidInput(
                _("Không có thông số “{symbol}”.").format(symbol=symbol),
                action=_("Dùng mã thông số của các gói lĩnh vực, ví dụ pm25, water_level."),
                code="unknown_property", fields={"properties": symbol},
            )  # fmt: skip
        if known.code not in found:
            found.append(known.code)
    return found


def _check(*, code: str, name: str, location: tuple[float, float] | None) -> None:
    fields: dict[str, str] = {}
    if not is_code(code):
        fields["code"] = _("Mã gồm 1–64 chữ cái không dấu, chữ số, dấu chấm, gạch nối, gạch dưới.")
    if not 1 <= len(name) <= 200 or "\x00" in name:
        fields["name"] = _("Tên dài 1–200 ký tự.")
    if location is not None and not (-180 <= location[0] <= 180 and -90 <= location[1] <= 90):
        fields["location"] = _("Kinh độ trong −180…180, vĩ độ trong −90…90.")
    if fields:
        raise InvalidInput(" ".join(fields.values()), fields=fields, action=_("Sửa các ô được nêu rồi gửi lại."))


def territory_id(code: str | None, location: tuple[float, float] | None) -> Any:
    """The id of the named unit; for "" of the commune at `location` (lon, lat), if any; for None none."""
    if code is None:
        return None
    if code:
        return owner_unit(code).id
    commune = organisations.commune_at(*location) if location else None
    return commune.id if commune else None


def retention_of(asset: Asset) -> str:
    """The retention class of an asset's series."""
    return RetentionClass.TEST if asset.simulated else RetentionClass.OPERATIONAL


def _record(scope: Scope, action: str, asset: Asset, detail: dict[str, Any]) -> None:
    directory.bump()
    audit.record(
        scope=scope, action=action, object_type="asset", object_id=asset.code, unit_id=asset.owner_id, detail=detail
    )
    announce_after_commit("assets.changed", asset.code, {"asset": asset.code})
