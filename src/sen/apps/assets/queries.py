"""Every read of assets. Whoever asks brings a scope: unknown and invisible assets both raise NotFound."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet

from sen.apps.access.interface import Scope
from sen.apps.assets.models import Asset, Series
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.text import folded

MAX_PAGE = 1000


@dataclass(frozen=True)
class AssetFilter:
    """What a list of assets is narrowed by; `bbox` is west, south, east, north in degrees."""

    q: str = ""
    kind: str = ""
    owner: str = ""
    territory: str = ""
    bbox: tuple[float, float, float, float] | None = None
    simulated: bool | None = None
    active: bool | None = True


def visible(scope: Scope) -> QuerySet[Asset]:
    """The assets that the scope may see: owned by, or standing in, one of its units."""
    assets = Asset.objects.select_related("owner", "territory")
    if scope.everything:
        return assets
    units = list(scope.unit_ids)
    return assets.filter(Q(owner_id__in=units) | Q(territory_id__in=units))


def asset_for(scope: Scope, code: str) -> Asset:
    """The asset with `code`. Raises NotFound."""
    asset = visible(scope).filter(code=code).prefetch_related("series").first()
    if asset is None:
        raise NotFound(f"Không có trạm hoặc thiết bị mã “{code}”.", action="Kiểm tra lại mã, hoặc hỏi đơn vị chủ quản.")
    return asset


def assets(
    scope: Scope, narrowed: AssetFilter, *, limit: int = 100, cursor: str | None = None
) -> tuple[list[Asset], str | None]:
    """One page ordered by code, and the cursor of the next page or None."""
    found = _narrow(visible(scope), narrowed).order_by("code")
    if cursor:
        found = found.filter(code__gt=decode_cursor(cursor))
    limit = max(1, min(limit, MAX_PAGE))
    rows = list(found.prefetch_related("series")[: limit + 1])
    following = encode_cursor(rows[limit - 1].code) if len(rows) > limit else None
    return rows[:limit], following


def _narrow(found: QuerySet[Asset], narrowed: AssetFilter) -> QuerySet[Asset]:
    for word in folded(narrowed.q).split()[:8]:
        found = found.filter(search_text__contains=word)
    equal = {"kind": narrowed.kind, "owner__code": narrowed.owner, "territory__code": narrowed.territory}
    found = found.filter(**{field: value for field, value in equal.items() if value})
    if narrowed.simulated is not None:
        found = found.filter(simulated=narrowed.simulated)
    if narrowed.active is not None:
        found = found.filter(active=narrowed.active)
    if narrowed.bbox is not None:
        west, south, east, north = narrowed.bbox
        found = found.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    return found


def extent(scope: Scope) -> tuple[float, float, float, float] | None:
    """West, south, east, north around the visible assets; None without any that has a place. One statement."""
    found = (
        visible(scope)
        .filter(active=True)
        .aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    )
    if found["west"] is None:
        return None
    return found["west"] - 0.05, found["south"] - 0.05, found["east"] + 0.05, found["north"] + 0.05


def source_numbers_of(units: Collection[UUID]) -> frozenset[int]:
    """The telemetry numbers of the sources that feed active series of assets owned by, or standing in, one of `units`."""
    held = Q(asset__owner_id__in=list(units)) | Q(asset__territory_id__in=list(units))
    found = Series.objects.filter(held, active=True, asset__active=True).order_by()
    numbers = found.values_list("source_number", flat=True).distinct()
    return frozenset(number for number in numbers if number is not None)


def bbox_from(text: str) -> tuple[float, float, float, float] | None:
    """`west,south,east,north` as four numbers; empty gives None. Raises InvalidInput."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidInput(
            "Khung bản đồ phải là bốn số: tây,nam,đông,bắc (độ).", code="invalid_bbox", fields={"bbox": text}
        )
    return west, south, east, north


def encode_cursor(code: str) -> str:
    """The opaque form of the last code of a page."""
    return base64.urlsafe_b64encode(code.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """The code inside a cursor. Raises InvalidInput."""
    try:
        padded = (cursor + "=" * (-len(cursor) % 4)).encode("ascii")
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode().replace("\x00", "")
    except (ValueError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "Con trỏ trang không hợp lệ.", code="invalid_cursor", action="Đọc lại từ trang đầu."
        ) from error


def series_numbers_of_sources(source_numbers: Iterable[int]) -> dict[int, list[Series]]:
    """The active series that each source feeds."""
    found: dict[int, list[Series]] = {}
    chosen = Series.objects.filter(source_number__in=list(source_numbers), active=True, asset__active=True)
    for series in chosen.select_related("asset").order_by("asset__code", "property"):
        found.setdefault(series.source_number or 0, []).append(series)
    return found
