"""Which dossiers will be late: of those of the same kind that were as old and still in time, how many were late in the end.

No model: both counts are on the screen, a person can check them. How good it was is counted every night (forecast_check.py) and by
`./sen bench dossiers-late`.
"""

# ruff: noqa: S608 - only numbers go into statements
from __future__ import annotations

from typing import Any
from uuid import UUID

import pyarrow as pa
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.procedures import policies
from sen.apps.procedures.figures import seen_by
from sen.apps.procedures.listing import MOST, to_lines
from sen.apps.procedures.storage import durations, reading
from sen.apps.procedures.storage.engine import engine, rows
from sen.apps.procedures.values import DossierLine, LateRisk
from sen.kernel import clock

PROBABLE = 0.5
"""Share from which a dossier is named: more likely late than not."""
NAMED = f"(all_cases >= {durations.ENOUGH} AND late_share >= {PROBABLE})"
"""SQL over durations.risks: whether a dossier is named."""


def will_be_late(
    scope: Scope | None, unit_id: UUID | None, limit: int = 20, *, procedure: int | None = None
) -> list[LateRisk]:
    """See interface.will_be_late; `procedure`: those of one procedure, by its number."""
    scope = require(scope, policies.LIST)
    seen, now = seen_by(scope, unit_id), clock.now_ms()
    where = reading.open_where(seen.agencies) + reading.of_procedure(procedure)
    found = rows(
        engine(),
        f"SELECT * FROM ({durations.risks(now, where, reading.line_columns())}) WHERE {NAMED} "
        f"ORDER BY late_share DESC, allowed - elapsed, hash LIMIT {min(limit, MOST)}",
        reading.LINE_TYPES
        | dict.fromkeys(("elapsed", "allowed", "late_share"), pa.float64())
        | dict.fromkeys(("own_cases", "own_late", "all_cases", "all_late"), pa.uint32()),
    )
    return [_risk(row, line) for row, line in zip(found, to_lines(found, seen, now), strict=True)]


def _risk(row: dict[str, Any], line: DossierLine) -> LateRisk:
    own, cases = int(row["own_cases"]), int(row["all_cases"])
    why = _(
        "Trong {cases} hồ sơ cùng thủ tục của toàn tỉnh đã giải quyết lâu như hồ sơ này, {late} hồ sơ quá hạn."
    ).format(cases=cases, late=int(row["all_late"]))
    if own:
        why += " " + _("Riêng đơn vị này: {late} trên {cases}.").format(cases=own, late=int(row["own_late"]))
    return LateRisk(
        line=line, late_share=round(row["late_share"], 3), cases=cases, basis="unit_procedure" if own else "procedure",
        hours_left=round(row["allowed"] - row["elapsed"], 1), why=why,
    )  # fmt: skip
