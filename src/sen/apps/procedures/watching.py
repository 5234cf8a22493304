"""Dossiers of a unit as records that rules can watch, and as figures by unit and period that others can use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access.interface import SYSTEM
from sen.apps.alerts import interface as alerts
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import agencies, figures
from sen.apps.procedures.storage import reading
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.storage.reading import Totals
from sen.kernel import clock

FIELDS: dict[str, Promise | str] = {
    "overdue": gettext_lazy("số hồ sơ đang quá hạn"),
    "on_time_rate": gettext_lazy("tỷ lệ đúng hạn trong tháng (%)"),
    "received": gettext_lazy("số hồ sơ tiếp nhận trong tháng"),
    "judged": gettext_lazy("số hồ sơ được xét đúng hạn trong tháng"),
}

FRESH_FOR = timedelta(minutes=1)
"""Rules ask every few seconds, the counters move every few minutes."""

_kept: tuple[datetime, list[alerts.Record]] | None = None


def read_units(now: datetime) -> list[alerts.Record]:
    """A record per unit with dossiers this month: single dossiers are too many to be alerts each."""
    global _kept
    if _kept is not None and timedelta() <= now - _kept[0] < FRESH_FOR:
        return _kept[1]
    period = indicators.parse_period(f"{clock.local(now):%Y-%m}")
    simulated = figures.origin().simulated
    found = [
        alerts.Record(
            key=line.unit.code, name=line.unit.name, owner_unit_id=line.unit.id, url=f"/dossiers/units/{line.unit.code}/", simulated=simulated,
            values={
                "overdue": float(line.overdue), "on_time_rate": line.on_time_rate, "received": float(line.received), "judged": float(line.judged),
            },
        )
        for line in figures.ranking(SYSTEM, period)
    ]  # fmt: skip
    _kept = (now, found)
    return found


CODES: dict[str, tuple[str | Promise, str, str | Promise, int]] = {
    "tthc.received": (gettext_lazy("Hồ sơ thủ tục hành chính tiếp nhận"), "none", gettext_lazy("hồ sơ"), 0),
    "tthc.overdue": (gettext_lazy("Hồ sơ đang giải quyết quá hạn"), "down", gettext_lazy("hồ sơ"), 0),
    "tthc.on_time_rate": (gettext_lazy("Tỷ lệ hồ sơ đúng hạn"), "up", "%", 2),
    "tthc.online_rate": (gettext_lazy("Tỷ lệ hồ sơ nộp trực tuyến"), "up", "%", 2),
    "tthc.mean_hours": (gettext_lazy("Thời gian giải quyết trung bình"), "down", gettext_lazy("giờ"), 1),
}
"""Code → name, which way is better, unit, decimals."""

_SUMS = frozenset({"tthc.received", "tthc.overdue"})


class Figures:
    """Dossiers of a period by unit, each with everything below it."""

    def definitions(self) -> list[indicators.Definition]:
        """The five figures, by month."""
        return [
            indicators.Definition(
                code=code, name=str(name), unit_label=str(unit), decimals=decimals, direction=direction, period="month", cumulative=False,
                across_units="sum" if code in _SUMS else "mean", weight="", formula="", source_agency=_("Trung tâm Phục vụ hành chính công"),
                due_day=None, source=_("Hồ sơ đồng bộ từ hệ thống một cửa"), pack="", simulated=False, origin="computed",
            )
            for code, (name, direction, unit, decimals) in CODES.items()
        ]  # fmt: skip

    def values(
        self, code: str, unit_ids: Sequence[UUID], periods: Sequence[indicators.Period]
    ) -> dict[tuple[UUID, str], indicators.ComputedValue]:
        """One pair of statements over the counters per period, whatever the number of units."""
        if code not in CODES or not unit_ids or not periods:
            return {}
        below, unit_of = organisations.subtrees(unit_ids), agencies.units()
        whence = figures.origin()
        found: dict[tuple[UUID, str], indicators.ComputedValue] = {}
        for period in periods:
            totals = reading.by_agency(engine(), None, figures.span_of(period))
            for unit in unit_ids:
                total = figures.added(one for number, one in totals.items() if unit_of.get(number) in below[unit])
                value = _value(code, total)
                found[unit, period.key] = indicators.ComputedValue(
                    value=value, reason="" if value is not None else _("Không có hồ sơ nào trong kỳ."),
                    source=whence.source or _("Chưa có nguồn hồ sơ"), as_of=whence.as_of or clock.now(), simulated=total["simulated"] > 0,
                )  # fmt: skip
        return found


def _value(code: str, total: Totals) -> float | None:
    if code == "tthc.received":
        return total["received"]
    if code == "tthc.overdue":
        return total["open_late"]
    if code == "tthc.on_time_rate":
        return figures.percent(figures.on_time(total), figures.judged(total))
    if code == "tthc.online_rate":
        return figures.percent(total["online"], total["received"])
    return figures.quotient(total["handling_hours"], total["finished"])


FIGURES = Figures()


def register() -> None:
    """Let rules watch units' dossiers and let figures be computed of them; called once from AppConfig.ready."""
    alerts.register_record_kind("dossiers", gettext_lazy("Hồ sơ của đơn vị"), FIELDS, read_units)
    indicators.register_origin("tthc", FIGURES)
