"""How good "will be late" was: foretells past days again, only from what was known then, and counts what became of the dossiers.

Used every night on the centre's own dossiers, for the screens, and by `./sen bench dossiers-late`. What is not replayed: a version of
a dossier that a later one replaced, so a promised day that was moved is known as it was in the end.
"""

# ruff: noqa: S608 - only numbers go into statements
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from sen.apps.procedures.models import ForecastCheck
from sen.apps.procedures.on_time import LATE
from sen.apps.procedures.on_time_sql import day_of, standing_at
from sen.apps.procedures.prediction import NAMED
from sen.apps.procedures.storage import durations
from sen.apps.procedures.storage.engine import engine, rows
from sen.apps.procedures.storage.schema import Flag
from sen.kernel import clock

AGO = (35, 42, 49, 56)
"""Days ago from which the nightly check foretells: most of what was open then has ended since."""
MOST = 50_000
"""About how many dossiers a night's check foretells; of more an even part."""
_KINDS = {
    "days": pa.uint32(), "foretold": pa.uint64(), "late": pa.uint64(), "named": pa.uint64(), "named_late": pa.uint64(), "named_late_plain": pa.uint64(),
    "squares": pa.float64(), "squares_plain": pa.float64(), "hours_ahead": pa.float64(), "simulated": pa.uint64(),
}  # fmt: skip


def replay(at: int, until: int, columns: str = "hash", part: int = 1) -> str:
    """SQL: every `part`-th dossier that was open in time at `at` (milliseconds) as durations.risks has it, with `became_late` (0 or 1)
    as it stands at `until`, and `is_named`."""
    where = (
        f"closed IN (0, 1) AND counted = 1 AND start <= {at} AND due != 0 AND hash % {part} = 0 "
        f"AND day <= toDate({day_of(str(at))}) AND day >= toDate({day_of(str(at - durations.YEAR_MS))})"
    )
    late = f"toUInt8(({standing_at(str(until))} + 2) % 3 = {LATE}) AS became_late"
    asked = durations.risks(at, where, f"{columns}, agency, procedure, flags, {late}", f"({durations.learned(at)})")
    return f"SELECT *, {NAMED} AS is_named FROM ({asked})"


def check(ago: Sequence[int] = AGO, now: datetime | None = None) -> ForecastCheck | None:
    """Foretell the days of `ago` again and keep what became of it; None where there was nothing to foretell. Raises Unavailable."""
    until = now or clock.now()
    part = _part(clock.to_ms(until - timedelta(days=min(ago))))
    found = [row for days in ago if (row := _counted(until, days, part))["foretold"]]
    if not found:
        return None
    total = {name: sum(row[name] for row in found) for name in _KINDS}
    values = {name: int(total[name]) for name in ("foretold", "late", "named", "named_late", "named_late_plain")}
    made, _created = ForecastCheck.objects.update_or_create(
        pk=1,
        defaults=values | {
            "made_at": clock.now(), "days": len(found), "first_day": _day(until, max(row["days"] for row in found)),
            "last_day": _day(until, min(row["days"] for row in found)), "brier": total["squares"] / total["foretold"],
            "brier_plain": total["squares_plain"] / total["foretold"],
            "hours_ahead": total["hours_ahead"] / total["named_late"] if total["named_late"] else None, "simulated": total["simulated"] > 0,
        },
    )  # fmt: skip
    return made


def newest() -> ForecastCheck | None:
    """The last check; None before the first."""
    return ForecastCheck.objects.filter(pk=1).first()


def _counted(until: datetime, days: int, part: int) -> dict[str, float]:
    at = clock.to_ms(until - timedelta(days=days))
    [row] = rows(
        engine(),
        f"SELECT toUInt32({days}) AS days, count() AS foretold, countIf(became_late = 1) AS late, countIf(is_named) AS named, "
        "countIf(is_named AND became_late = 1) AS named_late, "
        "toUInt64(arraySum(arraySlice(arrayMap(c -> c.2, arrayReverseSort(groupArray((elapsed / allowed, became_late)))), 1, "
        "toInt64(countIf(is_named))))) AS named_late_plain, sum(pow(late_share - became_late, 2)) AS squares, "
        "sum(pow(plain_share - became_late, 2)) AS squares_plain, sumIf(allowed - elapsed, is_named AND became_late = 1) AS hours_ahead, "
        f"countIf(bitAnd(flags, {int(Flag.SIMULATED)}) != 0) AS simulated "
        f"FROM ({replay(at, clock.to_ms(until), part=part)}) WHERE all_cases >= {durations.ENOUGH}",
        _KINDS,
    )
    return row


def _part(at: int) -> int:
    """Of how many dossiers one is foretold, so that a night's check stays short."""
    [row] = rows(
        engine(),
        f"SELECT count() AS n FROM dossiers WHERE closed IN (0, 1) AND start <= {at} AND (finish = 0 OR finish > {at}) "
        f"AND day >= toDate({day_of(str(at - durations.YEAR_MS))})",
        {"n": pa.uint64()},
    )
    return max(1, int(row["n"]) // MOST)


def _day(until: datetime, days: float) -> object:
    return clock.local(until - timedelta(days=days)).date()
