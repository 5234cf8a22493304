"""Lists of what needs somebody: each row leads to the place where it is dealt with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from sen.apps.assets import interface as assets
from sen.apps.dashboards.content import ListSettings
from sen.apps.dashboards.shown import Link, Shown
from sen.apps.dashboards.world import Facts, Need, World


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row: what it is, why it is here, how old it is, and what to do."""

    name: str
    address: str
    why: str = ""
    severity: str = ""
    at: datetime | None = None
    due_s: int = 0
    lost_s: int = 0
    live: str = ""
    chip: assets.IndexNow | None = None
    words: str = ""
    act: Link


def need(settings: ListSettings, world: World) -> Need:
    """What the list is made of, where it is not in the present moment already."""
    if settings.what == "sources_late":
        return Need(late_sources=settings.limit)
    if settings.what == "proposals":
        return Need(proposals=settings.limit)
    if settings.what == "alerts":
        return Need(alerts=settings.limit)
    return Need(templates=settings.what == "pending_templates")


def show(settings: ListSettings, world: World, facts: Facts) -> Shown:
    """The rows, or that there is nothing to do."""
    title, link, calm = _frame(settings, world)
    rows = _ROWS[settings.what](world, facts, settings.limit)
    return Shown(title=title, template="dashboards/tiles/list.html", data={"rows": rows, "calm": calm}, link=link)


def _frame(settings: ListSettings, world: World) -> tuple[str, Link, str]:
    unit = f"unit={world.unit.code}"
    map_page, desk = reverse("console:map"), reverse("console:connections")
    return {
        "alerts": (_("Cảnh báo đang mở"), Link(_("Mở hàng chờ"), f"{reverse('console:alerts')}?{unit}"), _("Không có cảnh báo nào đang mở.")),
        "over_limit": (_("Vượt ngưỡng lúc này"), Link(_("Trên bản đồ"), f"{map_page}?show=broken&{unit}"), _("Không trạm nào vượt ngưỡng đang áp dụng.")),
        "silent": (_("Trạm không gửi số liệu"), Link(_("Trên bản đồ"), f"{map_page}?show=broken&{unit}"), _("Mọi trạm gửi đúng hẹn.")),
        "sources_late": (_("Nguồn trễ hoặc mất"), Link(_("Bàn kết nối"), f"{desk}?state=late,lost&{unit}"), _("Mọi nguồn gửi đúng hẹn.")),
        "index_worst": (_("Chất lượng không khí và nước"), Link(_("Trên bản đồ"), f"{map_page}?paint=index&{unit}"), _("Chưa có trạm nào đủ số liệu để tính chỉ số.")),
        "proposals": (_("Thiết bị mới chờ duyệt"), Link(_("Duyệt"), reverse("console:proposals")), _("Không có thiết bị nào chờ duyệt.")),
        "pending_templates": (_("Mẫu có phiên bản mới"), Link(_("Mẫu dùng chung"), "/templates/"), _("Không có phiên bản mẫu nào chờ quyết định.")),
    }[settings.what]  # fmt: skip


def _over(world: World, facts: Facts, limit: int) -> list[Row]:
    found = world.present.assets(world.present.assets_in(world.units), order="over", limit=limit)
    return [_station(one, severity=one.severity, act=_("Xem diễn biến")) for one in found]


def _silent(world: World, facts: Facts, limit: int) -> list[Row]:
    found = world.present.assets(world.present.assets_in(world.units), order="silent", limit=limit)
    return [_station(one, severity="", act=_("Xem nguồn")) for one in found]


def _indices(world: World, facts: Facts, limit: int) -> list[Row]:
    found = world.present.assets(world.present.assets_in(world.units), order="index", limit=limit)
    return [_station(one, severity="", act=_("Xem trạm"), chip=True) for one in found]


def _station(one: assets.AssetNow, *, severity: str, act: str, chip: bool = False) -> Row:
    address = reverse("console:asset", args=[one.code])
    return Row(
        name=one.name, address=address, why=one.kind_name if chip else (one.reason or one.kind_name), severity=severity,
        at=one.index.at if chip and one.index else one.at, due_s=4 * 3600 if chip else one.due_s, lost_s=12 * 3600 if chip else one.lost_s,
        live="" if chip else one.code, chip=one.index if chip else None, act=Link(act, address),
    )  # fmt: skip


def _sources(world: World, facts: Facts, limit: int) -> list[Row]:
    return [
        Row(
            name=one.name, address=reverse("console:source", args=[one.code]), why=one.cause or one.owner_name, severity=one.severity,
            at=one.seen, due_s=one.due_s, lost_s=one.lost_s, act=Link(_("Nhắc đơn vị"), reverse("console:source", args=[one.code])),
        )
        for one in facts.late_sources[:limit]
    ]  # fmt: skip


def _proposals(world: World, facts: Facts, limit: int) -> list[Row]:
    address = reverse("console:proposals")
    return [
        Row(
            name=one.device, address=f"{address}?source={one.source_code}", why=_("từ nguồn %(name)s") % {"name": one.source_name},
            at=one.last_seen, act=Link(_("Duyệt"), f"{address}?source={one.source_code}"),
        )
        for one in facts.proposals[:limit]
    ]  # fmt: skip


def _templates(world: World, facts: Facts, limit: int) -> list[Row]:
    rows = []
    for one in facts.templates[:limit]:
        address = f"/templates/{one.template.id}/?unit={world.unit.code}"
        words = _("của %(owner)s; đang dùng bản %(old)d, có bản %(new)d")
        why = words % {"owner": one.template.owner_name, "old": one.version, "new": one.pending}
        rows.append(Row(name=one.template.name, address=address, why=why, act=Link(_("Xem khác biệt"), address)))
    return rows


def _alerts(world: World, facts: Facts, limit: int) -> list[Row]:
    rows = []
    for one in facts.open_alerts[:limit]:
        address = f"{reverse('console:alerts')}?alert={one.number}"
        rows.append(
            Row(name=one.title, address=address, why=one.why, severity=one.severity, act=Link(_("Xử lý"), address))
        )
    return rows


_ROWS: dict[str, Callable[[World, Facts, int], list[Row]]] = {
    "alerts": _alerts,
    "over_limit": _over,
    "silent": _silent,
    "sources_late": _sources,
    "index_worst": _indices,
    "proposals": _proposals,
    "pending_templates": _templates,
}
