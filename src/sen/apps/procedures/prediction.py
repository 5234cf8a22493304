"""Which dossiers will be late: of finished ones of the same kind that were as old, how many went past the time that is left.

No model and no weights: the share is a count that a person can check. It was not back-tested yet (docs/dossiers.md).
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
_BASIS = {1: "unit_procedure", 2: "procedure"}


def will_be_late(scope: Scope | None, unit_id: UUID | None, limit: int = 20) -> list[LateRisk]:
    """See interface.will_be_late."""
    scope = require(scope, policies.LIST)
    seen, now = seen_by(scope, unit_id), clock.now_ms()
    asked = durations.risks(now, reading.open_where(seen.agencies), reading.line_columns())
    found = rows(
        engine(),
        f"SELECT * FROM ({asked}) WHERE cases >= {durations.ENOUGH} AND late_share >= {PROBABLE} "
        f"ORDER BY late_share DESC, allowed - elapsed, hash LIMIT {min(limit, MOST)}",
        {
            **reading.LINE_TYPES, "elapsed": pa.float64(), "allowed": pa.float64(), "late_share": pa.float64(), "cases": pa.uint32(),
            "basis": pa.uint8(),
        },
    )  # fmt: skip
    return [_risk(row, line) for row, line in zip(found, to_lines(found, seen, now), strict=True)]


def _risk(row: dict[str, Any], line: DossierLine) -> LateRisk:
    left = row["allowed"] - row["elapsed"]
    share, cases = round(row["late_share"], 3), int(row["cases"])
    where = _("của đơn vị này") if row["basis"] == 1 else _("của toàn tỉnh")
    return LateRisk(
        line=line, late_share=share, cases=cases, basis=_BASIS[row["basis"]], hours_left=round(left, 1),
        why=_(
            "Trong {cases} hồ sơ cùng thủ tục {where} đã giải quyết lâu như hồ sơ này, {share} % vượt quá {left} giờ còn lại."
        ).format(cases=cases, where=where, share=round(100 * share), left=round(left)),
    )  # fmt: skip
