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
    words: dict[str, str] = {}
    found = []
    # Thousands of rows every few seconds, so they are read without their models.
    for key, name, period, unit_id, unit, state, due_on, submitted_at, round_, simulated in rows.values_list(
        "pk", "name", "period", "unit_id", "unit__name", "state", "due_on", "first_submitted_at", "round", "simulated"
    ):
        if period not in words:
            words[period] = parse(period).words
        days = (today - due_on).days if state in WAITING else 0
        sent_back = state == SheetState.SENT_BACK
        found.append(
            alerts.Record(
                key=str(key), name=f"{name}, {words[period]}, {unit}", owner_unit_id=unit_id, url=f"/figures/sheets/{key}/", simulated=simulated,
                values={
                    "days_late": float(days), "is_late": float(days > 0 and (submitted_at is None or sent_back)),
                    "is_submitted": float(state == SheetState.SUBMITTED), "is_sent_back": float(sent_back),
                    "is_approved": float(state == SheetState.APPROVED), "round": float(round_),
                },
            )
        )  # fmt: skip
    return found


def register() -> None:
    """Let rules watch sheets; called once from AppConfig.ready."""
    alerts.register_record_kind("indicator_report", _("Phiếu số liệu"), FIELDS, read)
