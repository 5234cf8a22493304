"""Documents as rules see them: one record per incoming document that is not handled."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sen.apps.alerts.interface import Record, register_record_kind
from sen.apps.documents import timeliness
from sen.apps.documents.choices import Urgency
from sen.apps.documents.models import Document
from sen.apps.documents.seeing import handling_unit
from sen.kernel import clock

FIELDS: dict[str, Promise | str] = {
    "hours_unread": _("số giờ chưa ai đọc"),
    "hours_open": _("số giờ từ lúc đến"),
    "days_late": _("số ngày quá hạn"),
    "days_left": _("số ngày còn lại đến hạn"),
    "is_unread": _("chưa đọc (1 hoặc 0)"),
    "is_express": _("hỏa tốc hoặc thượng khẩn (1 hoặc 0)"),
    "recall_asked": _("bên gửi xin lấy lại (1 hoặc 0)"),
}


def read_documents(now: datetime) -> list[Record]:
    """Every open incoming document at `now`; one statement. A document without a due day has no days late or left."""
    day = clock.local(now).date()
    found = Document.objects.filter(timeliness.OPEN).defer("content", "search", "attachments", "receivers")
    return [_record(one, now, (one.due_on - day).days if one.due_on else None) for one in found]


def _record(one: Document, now: datetime, left: int | None) -> Record:
    hours = (now - one.registered_at).total_seconds() / 3600
    return Record(
        key=str(one.pk), name=f"{one.reference} {one.abstract}"[:200], owner_unit_id=handling_unit(one), url=f"/documents/{one.pk}/",
        simulated=one.simulated,
        values={
            "hours_unread": hours if one.read_at is None else 0.0, "hours_open": hours,
            "days_late": None if left is None else float(max(0, -left)), "days_left": None if left is None else float(left),
            "is_unread": float(one.read_at is None),
            "is_express": float(one.urgency in (Urgency.EXPRESS, Urgency.VERY_URGENT)),
            "recall_asked": float(one.standing == "recall_asked"),
        },
    )  # fmt: skip


def register() -> None:
    """Documents as records; called once from AppConfig.ready."""
    register_record_kind("document", _("Văn bản đến"), FIELDS, read_documents)
