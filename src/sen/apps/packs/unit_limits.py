"""The limits of units: rows of the limit sets that hold there, kept per process until a template, a decision or the day changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from threading import Lock
from uuid import UUID

import msgspec

from sen.apps.packs.inheritance import effective, settings_versions, stored
from sen.apps.packs.inheritance.values import Effective
from sen.apps.packs.limit_sets import KIND, LimitRow, LimitSet, UnitLimit, replaces

KEPT_UNITS = 10_000


_lock = Lock()
_kept: dict[UUID, tuple[UnitLimit, ...]] = {}
_kept_for: tuple[int, date] | None = None


def unit_limits(unit_ids: Collection[UUID], *, as_of: date) -> dict[UUID, tuple[UnitLimit, ...]]:
    """The rows of the limit sets that hold in each unit on a day, in force or not; empty where there are none.

    Two sets that name the same limit: the set of the nearest owner wins (the unit's own, then the one above it), then the
    one published last.
    """
    global _kept_for
    present = (settings_versions.present(), as_of)
    with _lock:
        if _kept_for != present or len(_kept) > KEPT_UNITS:
            _kept.clear()
            _kept_for = present
        found = {one: _kept[one] for one in unit_ids if one in _kept}
    missing = [one for one in unit_ids if one not in found]
    if missing:
        read: dict[UUID, tuple[UnitLimit, ...]] = dict.fromkeys(missing, ())
        if stored.has_published(KIND):
            read |= {one: _rows(sets) for one, sets in effective.effective_of_units(missing, KIND, as_of).items()}
        with _lock:
            if _kept_for == present:
                _kept.update(read)
        found |= read
    return found


def _rows(sets: list[Effective]) -> tuple[UnitLimit, ...]:
    rows: list[UnitLimit] = []
    taken: set[tuple[str | None, ...]] = set()
    for one in sorted(sets, key=lambda each: (each.distance, -each.published_at.timestamp())):
        if one.fault:
            continue
        content = msgspec.convert(one.content, LimitSet, strict=False)
        rows += [_limit(row, one) for row in content.rows if replaces(row) not in taken]
        taken |= {replaces(row) for row in content.rows}
    return tuple(rows)


def _limit(row: LimitRow, one: Effective) -> UnitLimit:
    at = f"/rows/{row.code}"
    return UnitLimit(
        standard=row.standard, property=row.property, averaging=row.averaging, minimum=row.minimum, maximum=row.maximum,
        unit=row.unit, water_class=row.water_class, station=row.station, severity=row.severity,
        valid_from=row.valid_from, valid_to=row.valid_to, verified=row.verified, label=row.label, source=row.source,
        set_id=one.template.id, set_name=one.template.name, set_version=one.version,
        set_owner_code=one.template.owner_code, set_owner_name=one.template.owner_name, row=row.code,
        overridden=any(path == at or path.startswith(f"{at}/") for path in one.overridden),
    )  # fmt: skip
