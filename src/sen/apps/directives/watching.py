"""Tasks as records that rules can watch, and as figures by unit and period that others can use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.alerts import interface as alerts
from sen.apps.directives.choices import COUNTED, OPEN, Workflow
from sen.apps.directives.models import Task
from sen.apps.directives.timeliness import days_late
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

FIELDS: dict[str, Promise | str] = {
    "days_late": gettext_lazy("số ngày quá hạn"),
    "days_left": gettext_lazy("số ngày còn đến hạn"),
    "percent": gettext_lazy("tiến độ (%)"),
    "days_without_progress": gettext_lazy("số ngày không báo cáo tiến độ"),
    "is_accepted": gettext_lazy("đã tiếp nhận (1 hoặc 0)"),
    "is_awaiting_approval": gettext_lazy("đang chờ duyệt (1 hoặc 0)"),
    "reminded": gettext_lazy("số lần đã đôn đốc"),
}


def read_tasks(now: datetime) -> list[alerts.Record]:
    """Every open task; what has no deadline has no days left or late."""
    day = clock.local(now).date()
    found = Task.objects.filter(workflow__in=OPEN, directive__undone_at=None)
    return [
        alerts.Record(
            key=one.number, name=f"{one.number} {one.words[:120]}", owner_unit_id=one.lead_id, url=f"/tasks/{one.number}/", simulated=one.simulated,
            values={
                "days_late": float(days_late(one.deadline, one.judged_on, day)) if one.deadline else None,
                "days_left": float((one.deadline - day).days) if one.deadline and one.judged_on is None else None,
                "percent": float(one.percent), "is_accepted": float(one.workflow != Workflow.ASSIGNED),
                "is_awaiting_approval": float(one.workflow == Workflow.AWAITING_APPROVAL), "reminded": float(one.reminded),
                "days_without_progress": float((day - clock.local(one.last_progress_at or one.made_at).date()).days),
            },
        )
        for one in found.only("number", "words", "lead_id", "deadline", "judged_on", "percent", "workflow", "reminded", "made_at", "last_progress_at", "simulated")
    ]  # fmt: skip


CODES = {
    "nv.due": (gettext_lazy("Nhiệm vụ đến hạn trong kỳ"), "none", 0),
    "nv.done_on_time": (gettext_lazy("Nhiệm vụ đến hạn trong kỳ đã xong đúng hạn"), "up", 0),
    "nv.overdue": (gettext_lazy("Nhiệm vụ đến hạn trong kỳ chưa xong, quá hạn"), "down", 0),
    "nv.on_time_rate": (gettext_lazy("Tỷ lệ nhiệm vụ xong đúng hạn"), "up", 1),
}


class Figures:
    """Tasks whose deadline in force lies in a period, by leading unit. The rate counts only those whose time is over."""

    def definitions(self) -> list[indicators.Definition]:
        """The four figures, by month."""
        return [
            indicators.Definition(
                code=code, name=str(name), unit_label="%" if code == "nv.on_time_rate" else _("nhiệm vụ"), decimals=decimals,
                direction=direction, period="month", cumulative=False, across_units="mean" if code == "nv.on_time_rate" else "sum",
                weight="", formula="", source_agency=_("Văn phòng Ủy ban nhân dân Tỉnh"), due_day=None,
                source=_("Nhiệm vụ trong hệ thống"), pack="", simulated=False, origin="computed",
            )
            for code, (name, direction, decimals) in CODES.items()
        ]  # fmt: skip

    def values(
        self, code: str, unit_ids: Sequence[UUID], periods: Sequence[indicators.Period]
    ) -> dict[tuple[UUID, str], indicators.ComputedValue]:
        """Each unit with everything below it; two statements whatever the number of units and periods."""
        if not unit_ids or not periods or code not in CODES:
            return {}
        below = organisations.subtrees(unit_ids)
        first, last = min(one.start for one in periods), max(one.last_day for one in periods)
        by_lead: dict[UUID, list[_Row]] = defaultdict(list)
        rows = Task.objects.filter(
            Q(deadline__gte=first, deadline__lte=last), workflow__in=COUNTED, directive__undone_at=None, lead__in=frozenset().union(*below.values())
        )  # fmt: skip
        for lead, deadline, workflow, judged, simulated in rows.values_list(
            "lead_id", "deadline", "workflow", "judged_on", "simulated"
        ):
            if deadline is not None:
                by_lead[lead].append(_Row(deadline, workflow, judged, simulated))
        now = clock.now()
        return {
            (unit, period.key): _computed(
                code, [row for lead in below[unit] for row in by_lead.get(lead, ()) if period.start <= row.deadline <= period.last_day], now
            )
            for unit in unit_ids
            for period in periods
        }  # fmt: skip


class _Row:
    __slots__ = ("deadline", "done", "late", "simulated")

    def __init__(self, deadline: date, workflow: str, judged: date | None, simulated: bool) -> None:
        day = judged or clock.local(clock.now()).date()
        self.deadline, self.simulated = deadline, simulated
        self.done, self.late = workflow == Workflow.COMPLETED, day > deadline


def _computed(code: str, rows: list[_Row], now: datetime) -> indicators.ComputedValue:
    on_time = sum(row.done and not row.late for row in rows)
    overdue = sum(not row.done and row.late for row in rows)
    over = sum(row.done or row.late for row in rows)
    value: float | None = {
        "nv.due": len(rows), "nv.done_on_time": on_time, "nv.overdue": overdue, "nv.on_time_rate": 100 * on_time / over if over else None,
    }[code]  # fmt: skip
    reason = "" if value is not None else _("Không có nhiệm vụ nào đến hạn trong kỳ.")
    return indicators.ComputedValue(
        value=value,
        reason=reason,
        source=_("Nhiệm vụ trong hệ thống"),
        as_of=now,
        simulated=any(row.simulated for row in rows),
    )


FIGURES = Figures()


def register() -> None:
    """Let rules watch tasks and let figures be computed of them; called once from AppConfig.ready."""
    alerts.register_record_kind("task", gettext_lazy("Nhiệm vụ"), FIELDS, read_tasks)
    indicators.register_origin("nv", FIGURES)
