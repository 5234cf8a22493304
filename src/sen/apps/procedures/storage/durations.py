"""How long finished dossiers took, and for each open one how many as old as it went past the time that it has left."""

# ruff: noqa: S608 - only numbers go into statements
from __future__ import annotations

import time

from sen.apps.procedures.on_time import FINISHED
from sen.apps.procedures.on_time_sql import standing_at
from sen.apps.procedures.storage.engine import Engine

SAMPLE = 400
YEAR_MS = 365 * 86_400_000
ENOUGH = 20
"""Finished dossiers of the same age below which a wider circle is asked."""
_HOUR_MS = 3_600_000


def refresh(at: Engine, now: int) -> None:
    """Learn anew from the dossiers finished in the year before `now`."""
    at.command(
        "INSERT INTO dossier_durations (agency, procedure, cases, hours, version) "
        f"SELECT agency, procedure, cases, hours, {time.time_ns()} FROM ({learned(now)})"
    )


def learned(now: int) -> str:
    """SQL: agency (0 = all), procedure, cases, hours of the dossiers finished in the year before `now`."""
    sample = f"arraySort(groupArraySample({SAMPLE}, 7)(toFloat32(handling / {_HOUR_MS}))) AS hours"
    finished = f"FROM dossiers FINAL WHERE closed = 1 AND ended_as = {FINISHED} AND finish >= {now - YEAR_MS} AND finish < {now}"
    return (
        f"SELECT agency, procedure, toUInt32(count()) AS cases, {sample} {finished} GROUP BY agency, procedure UNION ALL "
        f"SELECT toUInt32(0) AS agency, procedure, toUInt32(count()) AS cases, {sample} {finished} GROUP BY procedure"
    )


def risks(now: int, where: str, columns: str, durations: str = "dossier_durations FINAL") -> str:
    """SQL: `columns` of the dossiers of `where` that are in time at `now`, with `elapsed` and `allowed` hours, `late_share`, `cases`,
    `basis` (1 same unit and procedure, 2 same procedure)."""
    own = f"if(wait_to != 0 AND wait_to <= {now}, wait_to - wait_from, 0)"
    due = f"if(wait_to != 0 AND wait_to <= {now}, due_extended, due)"
    return (
        "SELECT *, if(own_cases >= " + str(ENOUGH) + ", 1, 2) AS basis, if(basis = 1, own_cases, all_cases) AS cases, "
        "if(cases = 0, 0, if(basis = 1, own_late, all_late) / cases) AS late_share FROM ("
        f"SELECT o.*, arrayCount(h -> h > o.elapsed, u_hours) AS own_cases, arrayCount(h -> h > o.allowed, u_hours) AS own_late, "
        "arrayCount(h -> h > o.elapsed, p_hours) AS all_cases, arrayCount(h -> h > o.allowed, p_hours) AS all_late "
        f"FROM (SELECT {columns}, ({now} - start - {own}) / {_HOUR_MS} AS elapsed, "
        f"({due} - start - {own}) / {_HOUR_MS} AS allowed, {standing_at(str(now))} AS standing FROM dossiers FINAL "
        f"WHERE {where} AND standing = 1) AS o "
        f"LEFT JOIN (SELECT agency AS u_agency, procedure AS u_procedure, hours AS u_hours FROM {durations} WHERE agency != 0) AS u "
        "ON u_agency = o.agency AND u_procedure = o.procedure "
        f"LEFT JOIN (SELECT procedure AS p_procedure, hours AS p_hours FROM {durations} WHERE agency = 0) AS p ON p_procedure = o.procedure)"
    )
