"""Sheets as records that rules may watch: a rule can say that a report is five days late."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sen.apps.alerts import interface as alerts
from sen.apps.indicators.models_sheets import SheetEntry, SheetState
from sen.apps.indicators.periods import parse
from sen.apps.indicators.sheets.lateness import WAITING
from sen.kernel import clock

KEPT_DAYS = 60
"""A report that was handed in stays a record this long after its day, so that a rule sees it end."""

FIELDS: dict[str, Promise | str] = {
    "days_late": _("số ngày quá hạn (âm: còn bao nhiêu ngày)"),
    "is_late": _("đang quá hạn (1 hoặc 0)"),
    "is_submitted": _("đã gửi, chờ duyệt (1 hoặc 0)"),
    "is_sent_back": _("bị trả lại (1 hoặc 0)"),
    "is_approved": _("đã duyệt (1 hoặc 0)"),
    "round": _("lần nộp (1 là lần đầu)"),
}


def read(now: datetime) -> list[alerts.Record]:
    """Every sheet that is due soon, late, or was lately handed in; one query."""
    today = clock.local(now).date()
    rows = SheetEntry.objects.filter(due_on__gte=today - timedelta(days=KEPT_DAYS)) | SheetEntry.objects.filter(
        state__in=WAITING
    )
    found = []
    for row in rows.select_related("unit"):
        days = (today - row.due_on).days if row.state in WAITING else 0
        found.append(
            alerts.Record(
                key=str(row.pk), name=f"{row.name}, {parse(row.period).words}, {row.unit.name}", owner_unit_id=row.unit_id,
                url=f"/figures/sheets/{row.pk}/", simulated=row.simulated,
                values={
                    "days_late": float(days), "is_late": float(days > 0 and (row.first_submitted_at is None or row.state == SheetState.SENT_BACK)),
                    "is_submitted": float(row.state == SheetState.SUBMITTED), "is_sent_back": float(row.state == SheetState.SENT_BACK),
                    "is_approved": float(row.state == SheetState.APPROVED), "round": float(row.round),
                },
            )
        )  # fmt: skip
    return found


def register() -> None:
    """Let rules watch sheets; called once from AppConfig.ready."""
    alerts.register_record_kind("indicator_report", _("Phiếu số liệu"), FIELDS, read)
