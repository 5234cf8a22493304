"""What other apps and processes may call on assets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.assets import board as _board
from sen.apps.assets import charts as _charts
from sen.apps.assets import directory as _directory
from sen.apps.assets import freshness as _freshness
from sen.apps.assets import hours as _hours
from sen.apps.assets import importing as _importing
from sen.apps.assets import map_view as _map_view
from sen.apps.assets import queries as _queries
from sen.apps.assets import readings as _readings
from sen.apps.assets import series_facts as _series_facts
from sen.apps.assets import services as _services
from sen.apps.assets.directory import SeriesEntry
from sen.apps.assets.freshness import KindFreshness
from sen.apps.assets.hours import HourOf, Hours, HourTogether
from sen.apps.assets.importing import Outcome
from sen.apps.assets.models import Asset
from sen.apps.assets.placements import Placement, placements_between
from sen.apps.assets.present import AssetNow, IndexNow, LimitLine, LimitNow, Positions, Present, SeriesNow, Together
from sen.apps.assets.queries import decode_cursor, encode_cursor
from sen.apps.assets.services import Feed
from sen.kernel.errors import NotFound

__all__ = [
    "AssetNow", "AssetRef", "Feed", "HourOf", "HourTogether", "Hours", "IndexNow", "KindFreshness", "LimitLine", "LimitNow", "Positions", "Present", "SeriesNow",
    "Together", "Placement", "SeriesEntry", "SeriesRef", "add_feed", "asset", "bump_directory_version", "chart", "create_asset",
    "decode_cursor", "directory", "directory_entries", "directory_version", "encode_cursor", "extent", "feeding", "freshness", "hours_of", "import_assets", "linkable_asset", "map_picture", "names_of", "present", "placements_between",
    "register_feed_lookup", "register_source_codes", "search", "series_of_sources", "set_promise", "sources_of_series", "unlink_device", "within",
]  # fmt: skip


class AssetRef(msgspec.Struct, frozen=True):
    """An asset as others name it."""

    id: UUID
    number: int
    code: str
    name: str
    kind: str
    owner_unit_id: UUID
    territory_unit_id: UUID | None
    lon: float | None
    lat: float | None
    simulated: bool


class SeriesRef(msgspec.Struct, frozen=True):
    """A series that a source feeds."""

    number: int
    asset_code: str
    asset_name: str
    property: str
    device: str


def _ref(asset: Asset) -> AssetRef:
    return AssetRef(
        asset.id, asset.number, asset.code, asset.name, asset.kind, asset.owner_id, asset.territory_id,
        asset.lon, asset.lat, asset.simulated,
    )  # fmt: skip


def directory() -> list[SeriesEntry]:
    """Every active series with all that resolving and visibility need; one SQL statement."""
    return _directory.entries()


def directory_entries(numbers: list[int]) -> list[SeriesEntry]:
    """The entries of some series numbers."""
    return _directory.entries(numbers)


def directory_version() -> int:
    """Grows with every change of sources, assets or series; cheap to ask every second."""
    return _directory.version()


def bump_directory_version() -> None:
    """Count a change, inside the transaction that makes it."""
    _directory.bump()


def asset(scope: Scope, code: str) -> AssetRef:
    """The asset with `code`. Raises NotFound when unknown or not visible."""
    return _ref(_queries.asset_for(scope, code))


def names_of(codes: Collection[str]) -> dict[str, str]:
    """The names of assets by code, whoever may see them; one statement. For what the centre itself writes."""
    return dict(Asset.objects.filter(code__in=codes).values_list("code", "name"))


def chart(scope: Scope, code: str, property: str, range_name: str = "24h") -> dict[str, Any]:
    """What <sen-chart> draws of one series over the last `24h`, `48h`, `7d`, `30d` or `1y`; times are milliseconds.

    Raises NotFound for an unknown or invisible asset, and where it does not measure `property`.
    """
    found = _queries.asset_for(scope, code)
    for reading in _readings.readings_of([found])[found.pk]:
        if reading.property.code == property:
            return _charts.chart_of(found, reading, range_name)
    raise NotFound(_("Trạm này không đo thông số đã chọn."), action=_("Chọn thông số khác trong bảng."))


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
) -> AssetRef:
    """Create an asset with its series; see services.create_asset. `location` is (lon, lat); `territory` None is outside the province."""
    created = _services.create_asset(
        scope=scope, code=code, name=name, kind=kind, owner=owner, location=location, properties=properties,
        address=address, territory=territory, simulated=simulated, feed=feed,
    )  # fmt: skip
    return _ref(created)


def add_feed(*, scope: Scope, asset_code: str, properties: Iterable[str], feed: Feed) -> AssetRef:
    """Let `feed` deliver `properties` of an asset, creating missing series. Raises NotFound, Conflict."""
    return _ref(_services.change_asset(
        scope=scope, code=asset_code, changes={"properties": list(properties), "feed": feed}
    ))  # fmt: skip


def linkable_asset(*, device: str, owner_unit_id: UUID) -> AssetRef | None:
    """The asset whose code is the device's name, owned by the same unit and fed by nothing yet; else None."""
    found = Asset.objects.filter(code=device, owner_id=owner_unit_id, active=True)
    asset = found.exclude(series__source_number__isnull=False).first()
    return _ref(asset) if asset else None


def unlink_device(*, source_number: int, device: str) -> int:
    """Take a device away from the series it feeds; returns how many."""
    return _services.unlink_device(source_number=source_number, device=device)


def set_promise(*, source_number: int, interval_s: int, allowed_delay_s: int) -> None:
    """Repeat a source's promise (seconds) on its series."""
    _services.set_promise(source_number=source_number, interval_s=interval_s, allowed_delay_s=allowed_delay_s)


def register_feed_lookup(lookup: _services.FeedLookup) -> None:
    """The sources app says how a source's code becomes a feed."""
    _services.register_feed_lookup(lookup)


def register_source_codes(lookup: _series_facts.SourceCodes) -> None:
    """The sources app says which codes source numbers have."""
    _series_facts.register_source_codes(lookup)


def series_of_sources(numbers: Iterable[int]) -> dict[int, list[SeriesRef]]:
    """The active series that each source feeds, by source number."""
    found = _queries.series_numbers_of_sources(numbers)
    return {
        source: [SeriesRef(s.number, s.asset.code, s.asset.name, s.property, s.device) for s in several]
        for source, several in found.items()
    }


def import_assets(*, scope: Scope, content: bytes, dry_run: bool = False) -> Outcome:
    """Create many assets from the bytes of a CSV or GeoJSON file; every row that fails is named."""
    return _importing.import_assets(scope=scope, content=content, dry_run=dry_run)


def search(scope: Scope, q: str, limit: int = 10) -> list[AssetRef]:
    """Assets whose code, name or address holds every word of `q`, without regard to diacritics."""
    rows, _next = _queries.assets(scope, _queries.AssetFilter(q=q), limit=limit)
    return [_ref(row) for row in rows]


def within(scope: Scope, bbox: tuple[float, float, float, float]) -> list[AssetRef]:
    """All visible assets that stand in west, south, east, north (degrees); records only, no measurement is read."""
    west, south, east, north = bbox
    found = _queries.visible(scope).filter(lon__range=(west, east), lat__range=(south, north))
    return [_ref(row) for row in found.distinct().order_by("code")]


def map_picture(
    scope: Scope, *, bbox: str, zoom: float, kinds: Collection[str] = (), unit_ids: frozenset[UUID] | None = None
) -> dict[str, Any]:
    """What GET /api/v1/map answers: assets in `bbox` (west,south,east,north), clustered where there are many. Raises InvalidInput."""
    query = _map_view.MapQuery(
        bbox=_queries.bbox_from(bbox), zoom=zoom, kinds=frozenset(kinds), only="", units=unit_ids
    )
    return _map_view.view(_board.current(), scope, query)


def present(scope: Scope) -> Present:
    """All visible series and assets at this moment, at most some seconds old, to pick any number of figures from."""
    return Present(scope, _board.current())


def hours_of(apart: Mapping[int, int], together: Sequence[tuple[Sequence[int], int]] = ()) -> Hours:
    """The last hours of many series: `apart` maps series numbers to hours, `together` has groups of numbers with their hours.

    Four statements whatever the number of series.
    """
    return _hours.hours_of(apart, together)


def sources_of_series(numbers: Sequence[int]) -> dict[int, str]:
    """The code of the source that feeds each series, by series number; those that nothing feeds are left out."""
    return _series_facts.sources_of_series(numbers)


def extent(scope: Scope) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees around what the scope sees, with a little margin; None where nothing has a place."""
    return _queries.extent(scope)


def freshness(units: Mapping[UUID, Collection[UUID]]) -> dict[UUID, dict[str, KindFreshness]]:
    """Unit → kind of asset → what it owns or has on its ground, and how many series are in time; at most some seconds old.

    `units` maps each unit to itself and what lies below it. Not narrowed by a scope: the caller asks for units that it may see.
    """
    return _freshness.by_unit(_board.current(), units)


def feeding(units: Collection[UUID]) -> frozenset[int]:
    """The telemetry numbers of the sources that feed what `units` own or have on their ground; one statement."""
    return _queries.source_numbers_of(units)
