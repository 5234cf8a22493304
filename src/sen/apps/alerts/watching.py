"""Series as rules see them: from the directory of assets, with the limits that hold for each today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sen.apps.alerts.evaluation.values import LimitLine, WatchedSeries
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock

Lines = tuple[LimitLine, ...]


def watched_series(
    entries: Iterable[assets.SeriesEntry] | None = None, *, as_of: date | None = None
) -> list[WatchedSeries]:
    """The series of the directory (all active ones with None) with the limits in force on the local day `as_of` (default today)."""
    found = list(assets.directory() if entries is None else entries)
    day = as_of or clock.local(clock.now()).date()
    communes = {one.territory_unit_id for one in found if one.territory_unit_id is not None}
    codes = {unit: ref.code for unit, ref in organisations.units_by_id(communes).items()}
    own = packs.limits_of_units({one.owner_unit_id for one in found}, as_of=day)
    special: dict[str, frozenset[str]] = {}
    known: dict[tuple[str, str | None, tuple[packs.UnitLimit, ...]], Lines] = {}
    calendars = organisations.office_calendars_of({one.owner_unit_id for one in found})
    rows = []
    for one in found:
        mine = own.get(one.owner_unit_id, ())
        if one.property not in special:
            special[one.property] = packs.stations_with_limits(one.property, as_of=day)
        alone = one.asset_code in special[one.property] or any(row.station == one.asset_code for row in mine)
        key = (one.property, one.asset_code if alone else None, mine)
        if key not in known:
            known[key] = _lines(*key, day)
        territory: UUID | None = one.territory_unit_id
        rows.append(
            WatchedSeries(
                one.number, one.asset_number, one.asset_code, one.kind, one.property, one.owner_unit_id, territory,
                codes.get(territory, "") if territory else "", one.lon, one.lat, one.interval_s + one.allowed_delay_s, known[key],
                one.simulated, calendars[one.owner_unit_id],
            )
        )  # fmt: skip
    return rows


def _lines(property_: str, station: str | None, own: tuple[packs.UnitLimit, ...], day: date) -> Lines:
    return tuple(
        LimitLine(row.averaging, row.minimum, row.maximum, row.severity, row.label, row.standard, row.verified)
        for row in packs.limits(property_, as_of=day, station=station, own=own)
    )
