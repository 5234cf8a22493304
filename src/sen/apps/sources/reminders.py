"""Reminders to owner units: one click for one or many sources, taken back with one click. Carriers such as e-mail come later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.sources import errors, policies
from sen.apps.sources.models import Reminder, Source, State
from sen.apps.sources.queries import present_state, source_for
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.identifiers import uuid7

MAX_BULK = 500


@transaction.atomic
def remind(*, scope: Scope, codes: Sequence[str], note: str = "") -> list[Reminder]:
    """Notify the owner units of `codes` in the application; the returned rows share one `batch` for `undo`. All or none."""
    if not 1 <= len(codes) <= MAX_BULK:
        raise InvalidInput(_("Chọn từ 1 đến 500 nguồn."), code="too_many")
    now, batch = clock.now(), uuid7()
    sent: list[Reminder] = []
    found = [source_for(scope, code) for code in dict.fromkeys(codes)]
    for source in found:
        require(scope, policies.REMIND, source.owner_id)
        sent.append(
            Reminder(
                source=source,
                owner_id=source.owner_id,
                text=text_for(source, now, note),
                sent_at=now,
                sent_by=scope.username,
                batch=batch,
            )
        )
    Reminder.objects.bulk_create(sent)
    for source in found:
        audit.record(
            scope=scope, action="sources.remind", object_type="source", object_id=source.code, unit_id=source.owner_id,
            detail={"batch": str(batch)},
        )  # fmt: skip
    return sent


@transaction.atomic
def undo(*, scope: Scope, batch: UUID) -> int:
    """Take a batch of reminders back; they vanish from the owners' notices and stay in the record. Returns how many. Raises NotFound."""
    require(scope, policies.REMIND)
    rows = [
        row for row in Reminder.objects.select_for_update().filter(batch=batch, undone_at=None).select_related("source")
        if scope.sees(row.source.owner_id)
    ]  # fmt: skip
    if not rows:
        raise NotFound(_("Không có lần nhắc này, hoặc đã thu hồi."))
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(undone_at=clock.now())
    for row in rows:
        audit.record(
            scope=scope, action="sources.undo_remind", object_type="source", object_id=row.source.code,
            unit_id=row.source.owner_id, detail={"batch": str(batch)},
        )  # fmt: skip
    return len(rows)


@transaction.atomic
def mark_read(*, scope: Scope, reminder_id: UUID) -> None:
    """The owner unit has read a reminder. Raises NotFound."""
    for row in Reminder.objects.select_for_update().filter(pk=reminder_id).select_related("source"):
        if scope.sees(row.owner_id):
            Reminder.objects.filter(pk=row.pk, read_at=None).update(read_at=clock.now())
            return
    raise NotFound(_("Không có lời nhắc này."))


def text_for(source: Source, now: datetime, note: str = "") -> str:
    """What the owner unit reads: which source, since when, the last error with its next step."""
    health, state = source.health, present_state(source, now)
    lines = [_("Đề nghị {unit} kiểm tra nguồn dữ liệu “{name}” (mã {code}).").format(
        unit=source.owner.name, name=source.name, code=source.code
    )]  # fmt: skip
    if health.last_seen is None:
        planned = f" {source.plan_date:%d/%m/%Y}" if source.plan_date else ""
        lines.append(_("Nguồn chưa kết nối; ngày dự kiến:{date}.").format(date=planned or " " + _("chưa đặt")))
    else:
        lines.append(_("Tình trạng: {state}; lần cuối nhận số liệu: {seen}.").format(
            state=State(state).label, seen=f"{clock.local(health.last_seen):%H:%M %d/%m/%Y}"
        ))  # fmt: skip
    if health.error_code:
        lines.append(_("Lỗi gần nhất: {cause} Cách xử lý: {action}").format(
            cause=errors.cause(health.error_code), action=errors.action(health.error_code)
        ))  # fmt: skip
    if note.strip():
        lines.append(note.strip()[:1000])
    return "\n".join(lines)
