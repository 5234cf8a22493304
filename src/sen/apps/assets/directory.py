"""The directory of series that ingest, web and analytics hold in memory: read in one statement, versioned by one row."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.db import connection


# gc=False: half a million of these live long in ingest, and none of them can be part of a reference cycle.
class SeriesEntry(msgspec.Struct, frozen=True, gc=False):
    """A series with what resolving, quality checks and visibility need; intervals in seconds, lon/lat in WGS 84 degrees."""

    number: int
    code: str
    asset_code: str
    asset_number: int
    asset_id: UUID
    property: str
    source_number: int | None
    device: str
    owner_unit_id: UUID
    territory_unit_id: UUID | None
    simulated: bool
    kind: str
    lon: float | None
    lat: float | None
    interval_s: int
    allowed_delay_s: int


_SELECT = """
SELECT s.number, a.code || '/' || s.property, a.code, a.number, a.id, s.property, s.source_number, s.device,
       a.owner_id, a.territory_id, a.simulated, a.kind, a.lon, a.lat, s.interval_s, s.allowed_delay_s
FROM assets_series s JOIN assets_asset a ON a.id = s.asset_id
WHERE s.active AND a.active
"""


def entries(series: list[int] | None = None) -> list[SeriesEntry]:
    """All active series, or those with the given numbers, in no order."""
    with connection.cursor() as cursor:
        if series is None:
            cursor.execute(_SELECT)
        else:
            cursor.execute(_SELECT + " AND s.number = ANY(%s)", [series])
        return [SeriesEntry(*row) for row in cursor.fetchall()]


def version() -> int:
    """The present version; one primary-key lookup."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM assets_directoryversion WHERE id = 1")
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def bump() -> None:
    """Count a change; call it inside the transaction that makes the change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assets_directoryversion (id, version) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET version = assets_directoryversion.version + 1"
        )
