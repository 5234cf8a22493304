"""The rules of on_time.py as ClickHouse expressions over the columns of `dossiers`; a property test holds both together."""

from __future__ import annotations

from sen.apps.procedures.on_time import DAY_MS, LOCAL_MS, TAKEN_BACK


def standing_at(at: str) -> str:
    """SQL of the standing's number (see on_time.STANDINGS) at the moment that the expression `at` gives in milliseconds."""
    ended = f"(finish != 0 AND finish <= {at})"
    waiting = f"(NOT {ended} AND wait_from != 0 AND wait_from <= {at} AND (wait_to = 0 OR wait_to > {at}))"
    moment = f"multiIf({ended}, finish, {waiting}, wait_from, {at})"
    due = f"if(wait_to != 0 AND wait_to <= {moment}, due_extended, due)"
    verdict = f"multiIf(second != 0 AND second <= if({ended}, finish, {at}), 1, {due} = 0, 2, {moment} > {due}, 1, 0)"
    phase = f"multiIf({ended}, if(ended_as = {TAKEN_BACK}, 3, 2), {waiting}, 1, 0)"
    return f"if(counted = 0 OR {at} < start, 0, 1 + {phase} * 3 + {verdict})"


def day_of(ms: str) -> str:
    """SQL of the number of the local day of a moment."""
    return f"intDiv({ms} + {LOCAL_MS}, {DAY_MS})"


def end_of_day(day: str) -> str:
    """SQL of the last millisecond of a local day."""
    return f"(({day} + 1) * {DAY_MS} - {LOCAL_MS + 1})"


CHANGE_DAYS = (
    "arraySort(arrayDistinct(arrayMap(m -> "
    + day_of("m")
    + ", arrayFilter(m -> m != 0, [start, wait_from, wait_to, second, finish, if(due = 0, 0, due + 1), "
    "if(due_extended = 0, 0, due_extended + 1)]))))"
)
"""SQL of the local days on which a dossier's standing may become another one, ascending."""

STANDINGS_AFTER = f"arrayMap(d -> toUInt8({standing_at(end_of_day('d'))}), days)"
"""SQL of the standing at the end of each day of the array `days`."""
