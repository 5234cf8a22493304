"""Who owned an asset and on whose ground it stood, by day: so that a series can be grouped by the units of its time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

import msgspec
from django.db.models import Q

from sen.apps.assets.models import Asset, AssetPlacement
from sen.kernel import clock


class Placement(msgspec.Struct, frozen=True):
    """Owner and ground of an asset from `valid_from` until the day before `valid_to`; None is open."""

    asset_id: UUID
    owner_id: UUID
    territory_id: UUID | None
    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the asset was placed so on a local day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to > day)


def first_placements(assets: Iterable[Asset]) -> None:
    """The first placement of new assets; call it inside the transaction that creates them."""
    AssetPlacement.objects.bulk_create(
        [AssetPlacement(asset=asset, owner_id=asset.owner_id, territory_id=asset.territory_id) for asset in assets],
        batch_size=2000,
    )


def moved(asset: Asset) -> None:
    """Note that an asset has another owner or ground from today on. Two moves on one day leave the last one."""
    today = clock.local(clock.now()).date()
    now = AssetPlacement.objects.select_for_update().filter(asset=asset, valid_to=None).first()
    if now is not None and (now.owner_id, now.territory_id) == (asset.owner_id, asset.territory_id):
        return
    if now is not None and now.valid_from == today:
        now.owner_id, now.territory_id = asset.owner_id, asset.territory_id
        now.save(update_fields=["owner", "territory"])
        return
    if now is not None:
        now.valid_to = today
        now.save(update_fields=["valid_to"])
    AssetPlacement.objects.create(
        asset=asset, owner_id=asset.owner_id, territory_id=asset.territory_id, valid_from=today if now else None
    )


def placements_between(asset_ids: Collection[UUID], start: date, end: date) -> dict[UUID, list[Placement]]:
    """The placements that held on some day of [start, end), oldest first, by asset; one query."""
    rows = AssetPlacement.objects.filter(
        Q(valid_from=None) | Q(valid_from__lt=end), Q(valid_to=None) | Q(valid_to__gt=start), asset__in=asset_ids
    ).order_by("asset", "valid_to")  # PostgreSQL sorts NULL, which is the present one, last
    found: dict[UUID, list[Placement]] = {}
    for row in rows:
        placed = Placement(row.asset_id, row.owner_id, row.territory_id, row.valid_from, row.valid_to)
        found.setdefault(row.asset_id, []).append(placed)
    return found
