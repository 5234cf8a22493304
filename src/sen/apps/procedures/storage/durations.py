"""How long dossiers took before they ended or were late, and for each open one how many as old as it were late in the end."""

# ruff: noqa: S608 - only numbers go into statements
from __future__ import annotations

import time

from sen.apps.procedures.on_time import FINISHED
from sen.apps.procedures.on_time_sql import day_of, standing_at
from sen.apps.procedures.storage.engine import Engine

SAMPLE = 400
YEAR_MS = 365 * 86_400_000
ENOUGH = 20
"""Dossiers of the same age below which nothing is foretold."""
KIN = 10
"""How many dossiers of the province a unit's own share is mixed with: the fewer a unit has, the more the province's count."""
_HOUR_MS = 3_600_000
_OPEN_LATE = 2


def refresh(at: Engine, now: int) -> None:
    """Learn anew from the year before `now`."""
    at.command(
        "INSERT INTO dossier_courses (agency, procedure, cases, hours, again, version) "
        f"SELECT agency, procedure, cases, hours, again, {time.time_ns()} FROM ({learned(now)})"
    )


def learned(now: int) -> str:
    """SQL: agency (0 = all), procedure, cases, and of a sample the ages in hours (without the applicants' time): `hours` at which a
    dossier ended, or that one open past its day has now; `again` at which papers were asked for a second time, which makes it late.

    Only what was known at `now` is used, so that the past can be foretold again. Dossiers that are stuck count too: who learned from
    finished ones alone would never see the longest.
    """
    own = f"if(wait_to != 0 AND wait_to <= {now}, wait_to - wait_from, 0)"
    ended = f"(ended_as = {FINISHED} AND finish >= {now - YEAR_MS} AND finish < {now})"
    twice = f"(second != 0 AND second <= if({ended}, finish, {now}))"
    age = f"multiIf({twice}, second - start - {own}, {ended}, handling, {now} - start - {own}) / {_HOUR_MS}"
    these = (
        f"SELECT agency, procedure, (toFloat32(greatest(0, {age})), {twice}) AS course FROM dossiers FINAL WHERE closed IN (0, 1) "
        f"AND counted = 1 AND day <= toDate({day_of(str(now))}) AND day >= toDate({day_of(str(now - 2 * YEAR_MS))}) "
        f"AND ({ended} OR (start >= {now - YEAR_MS} AND start < {now} AND {standing_at(str(now))} = {_OPEN_LATE}))"
    )

    def ages(which: str) -> str:
        return f"arraySort(arrayMap(c -> c.1, arrayFilter(c -> {which}, sample)))"

    def of(agency: str, key: str) -> str:
        return (
            f"SELECT {agency} AS agency, procedure, toUInt32(count()) AS cases, groupArraySample({SAMPLE}, 7)(course) AS sample "
            f"FROM these GROUP BY {key}"
        )

    return (
        f"WITH these AS ({these}) SELECT agency, procedure, cases, {ages('c.2 = 0')} AS hours, {ages('c.2 = 1')} AS again FROM "
        f"({of('agency', 'agency, procedure')} UNION ALL {of('toUInt32(0)', 'procedure')})"
    )


def risks(now: int, where: str, columns: str, courses: str = "dossier_courses FINAL") -> str:
    """SQL: `columns` of the dossiers of `where` that are open in time at `now`, with `elapsed` and `allowed` hours; of those as old,
    the unit's own (`own_cases`, `own_late`) and the province's (`all_cases`, `all_late`); `late_share` of both together; `plain_share`,
    what the procedure's share would be for one that has just come in."""
    own = f"if(wait_to != 0 AND wait_to <= {now}, wait_to - wait_from, 0)"
    due = f"if(wait_to != 0 AND wait_to <= {now}, due_extended, due)"

    def older(than: str, ages: str) -> str:
        return f"arrayCount(h -> h > {than}, {ages})"

    def counted(name: str, side: str) -> str:
        return (
            f"{older('o.elapsed', side + '_hours')} + {older('o.elapsed', side + '_again')} AS {name}_cases, "
            f"{older('o.allowed', side + '_hours')} + {older('o.elapsed', side + '_again')} AS {name}_late"
        )

    plain = f"({older('o.allowed', 'p_hours')} + length(p_again)) / greatest(1, length(p_hours) + length(p_again))"
    return (
        "SELECT *, if(all_cases = 0, 0, all_late / all_cases) AS all_share, "
        f"(own_late + {KIN} * all_share) / (own_cases + {KIN}) AS late_share FROM ("
        f"SELECT o.*, {counted('own', 'u')}, {counted('all', 'p')}, {plain} AS plain_share "
        f"FROM (SELECT {columns}, ({now} - start - {own}) / {_HOUR_MS} AS elapsed, "
        f"({due} - start - {own}) / {_HOUR_MS} AS allowed, {standing_at(str(now))} AS standing FROM dossiers FINAL "
        f"WHERE {where} AND standing = 1) AS o "
        "LEFT JOIN (SELECT agency AS u_agency, procedure AS u_procedure, hours AS u_hours, again AS u_again "
        f"FROM {courses} WHERE agency != 0) AS u ON u_agency = o.agency AND u_procedure = o.procedure "
        "LEFT JOIN (SELECT procedure AS p_procedure, hours AS p_hours, again AS p_again "
        f"FROM {courses} WHERE agency = 0) AS p ON p_procedure = o.procedure)"
    )
