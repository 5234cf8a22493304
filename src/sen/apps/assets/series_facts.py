"""What stands beside every number that leaves the house: series, unit, owner, source, promise. Found through the caller's scope."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from sen.apps.access.interface import Scope
from sen.apps.assets import directory
from sen.apps.assets.models import Series
from sen.apps.assets.queries import decode_cursor, encode_cursor, visible
from sen.apps.packs import interface as packs
from sen.kernel.errors import NotFound

MAX_PAGE = 1000

SourceCodes = Callable[[Sequence[int]], dict[int, str]]
# The sources app, which depends on this one, says which code a source number has.
_source_codes: SourceCodes | None = None


def register_source_codes(lookup: SourceCodes) -> None:
    """Take `lookup(source numbers) -> code by number`."""
    global _source_codes
    _source_codes = lookup


@dataclass(frozen=True)
class SeriesFacts:
    """One series with what a reader of its values must know; intervals in seconds."""

    number: int
    code: str
    asset: str
    asset_name: str
    property: str
    name: str
    unit: str
    unit_label: str
    decimals: int
    owner: str
    owner_name: str
    source: str | None
    interval_s: int
    allowed_delay_s: int
    simulated: bool
    active: bool


_known: dict[tuple[str, str], tuple[int, float, SeriesFacts, UUID, UUID | None]] = {}
_KNOWN_LIMIT = 50_000
_KNOWN_FOR_S = 60.0


def facts_for(scope: Scope, asset: str, property_: str) -> SeriesFacts:
    """The series `asset/property`. Raises NotFound when unknown or not visible.

    Remembered while the directory's version stands, at most a minute: charts ask for the same series again and again.
    """
    version = directory.version()
    found = _known.get((asset, property_))
    if found is None or found[0] != version or time.monotonic() - found[1] > _KNOWN_FOR_S:
        row = Series.objects.select_related("asset__owner").filter(asset__code=asset, property=property_).first()
        if row is None:
            raise _unknown(asset, property_)
        if len(_known) >= _KNOWN_LIMIT:
            _known.clear()
        found = (version, time.monotonic(), _facts([row])[0], row.asset.owner_id, row.asset.territory_id)
        _known[asset, property_] = found
    if not (scope.sees(found[3]) or scope.sees(found[4])):
        raise _unknown(asset, property_)
    return found[2]


def forget() -> None:
    """Remember nothing; for processes that change their database, which are tests."""
    _known.clear()


def _unknown(asset: str, property_: str) -> NotFound:
    return NotFound(
        f"Không có chuỗi số liệu “{asset}/{property_}”.", action="Xem các thông số của trạm tại /api/v1/series?asset=…."
    )


def page(
    scope: Scope, *, asset: str, property_: str, limit: int, cursor: str | None
) -> tuple[list[SeriesFacts], str | None]:
    """Active series by asset code and property, and the cursor of the next page or None."""
    found = _series(scope).filter(active=True, asset__active=True).order_by("asset__code", "property")
    if asset:
        found = found.filter(asset__code=asset)
    if property_:
        found = found.filter(property=property_)
    if cursor:
        after, _slash, after_property = decode_cursor(cursor).rpartition("/")
        found = found.filter(asset__code__gte=after).exclude(asset__code=after, property__lte=after_property)
    rows = list(found[: limit + 1])
    following = encode_cursor(f"{rows[limit - 1].asset.code}/{rows[limit - 1].property}") if len(rows) > limit else None
    return _facts(rows[:limit]), following


def _series(scope: Scope) -> QuerySet[Series]:
    series = Series.objects.select_related("asset__owner")
    return series if scope.everything else series.filter(asset__in=visible(scope))


def _facts(rows: Sequence[Series]) -> list[SeriesFacts]:
    numbers = sorted({row.source_number for row in rows if row.source_number is not None})
    codes = _source_codes(numbers) if _source_codes and numbers else {}
    known = packs.properties()
    facts = []
    for row in rows:
        meaning = known.get(row.property)
        facts.append(
            SeriesFacts(
                number=row.number,
                code=f"{row.asset.code}/{row.property}",
                asset=row.asset.code,
                asset_name=row.asset.name,
                property=row.property,
                name=meaning.name if meaning else row.property,
                unit=meaning.unit if meaning else "",
                unit_label=meaning.unit_label if meaning else "",
                decimals=meaning.decimals if meaning else 2,
                owner=row.asset.owner.code,
                owner_name=row.asset.owner.name,
                source=codes.get(row.source_number) if row.source_number is not None else None,
                interval_s=row.interval_s,
                allowed_delay_s=row.allowed_delay_s,
                simulated=row.asset.simulated,
                active=row.active,
            )
        )
    return facts


def sources_of_series(numbers: Sequence[int]) -> dict[int, str]:
    """The code of the source that feeds each series; those that nothing feeds are left out. Two statements."""
    fed = dict(
        Series.objects.filter(number__in=list(numbers), source_number__isnull=False).values_list(
            "number", "source_number"
        )
    )
    codes = (
        _source_codes(sorted({source for source in fed.values() if source is not None}))
        if _source_codes and fed
        else {}
    )
    return {number: codes[source] for number, source in fed.items() if source in codes}
