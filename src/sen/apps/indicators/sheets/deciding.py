"""Handing a sheet in, taking it back, sending it back with words, approving it, correcting it: each one transaction with its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators import policies, recording
from sen.apps.indicators.models import Status
from sen.apps.indicators.models_sheets import SheetCell, SheetEntry, SheetEvent, SheetState
from sen.apps.indicators.periods import parse
from sen.apps.indicators.sheets import announcing, detail, drafts, seeing, telling
from sen.apps.indicators.sheets.forms import Form, subject_of
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput
from sen.kernel.text import normal

DECLARED = (Status.ESTIMATED.value, Status.PRELIMINARY.value, Status.OFFICIAL.value)


@transaction.atomic
def submit(
    *, scope: Scope, entry_id: UUID | str, revision: int | None = None, status: str = "", words: str = ""
) -> SheetEntry:
    """Hand a sheet in; without an approver in its form its figures count at once. `status`: what the unit declares them to be.

    Raises InvalidInput with what is wrong by row, Conflict where it is not the unit's turn or `revision` is stale, Forbidden, NotFound.
    """
    entry = seeing.entry_for(scope, entry_id, lock=True)
    require(scope, policies.FILL_IN, entry.unit_id)
    seeing.check_revision(entry, revision)
    drafts.open_for_changes(entry)
    if status and status not in DECLARED:
        raise InvalidInput(
            _("Trạng thái số liệu không đúng."),
            action=_("Chọn ước tính, sơ bộ hoặc chính thức."),
            code="unknown_status",
        )
    found = detail.detail_of(scope, entry)
    _without_faults(found)
    now = clock.now()
    entry.state, entry.status = SheetState.SUBMITTED.value, status or entry.status
    entry.submitted_at, entry.submitted_by = now, scope.username
    entry.first_submitted_at = entry.first_submitted_at or now
    entry.revision += 1
    entry.save()
    figures = {row.code: row.text for row in found.rows if row.text}
    _happened(scope, entry, "submitted", words, {"figures": figures, "round": entry.round, "status": entry.status})
    content = found.form.content
    if content.needs_approval or content.about == "parent":
        telling.submitted(entry, "province" if content.about == "parent" else content.approver)
    else:
        _count(scope, entry, found.form, by=scope.username)
    return entry


def _without_faults(found: detail.SheetDetail) -> None:
    kept_back = detail.missing_notes(found.rows)
    if kept_back:
        names = {row.code: row.name for row in found.rows}
        first = ", ".join(dict.fromkeys(names.get(fault.code, fault.code) for fault in kept_back[:3]))
        raise InvalidInput(
            _("Chưa gửi được: {n} chỗ cần sửa ({names}…).").format(n=len(kept_back), names=first),
            action=_("Sửa các ô được đánh dấu; số khác thường thì nêu lý do ở ghi chú."), code="sheet_has_faults",
            fields={fault.code: fault.words for fault in reversed(kept_back)},
        )  # fmt: skip
    if not found.filled:
        raise InvalidInput(_("Phiếu chưa có số nào."), action=_("Nhập số trước khi gửi."), code="empty_sheet")


@transaction.atomic
def take_back(*, scope: Scope, entry_id: UUID | str) -> SheetEntry:
    """The unit takes a sheet back before anybody decided; it is a draft again. Raises Conflict, Forbidden, NotFound."""
    entry = seeing.entry_for(scope, entry_id, lock=True)
    require(scope, policies.FILL_IN, entry.unit_id)
    _waits_for_approval(entry)
    entry.state = SheetState.DRAFT.value
    if SheetEvent.objects.filter(entry=entry, kind="submitted").count() == 1:
        # Nothing was handed in after all: a late sheet is late again.
        entry.first_submitted_at = None
    entry.revision += 1
    entry.save()
    _happened(scope, entry, "taken_back", "", {})
    return entry


@transaction.atomic
def send_back(
    *, scope: Scope, entry_id: UUID | str, words: str, remarks: Mapping[str, str], revision: int | None = None
) -> SheetEntry:
    """Ask the unit to correct: words for the whole and for single rows. Raises InvalidInput without any, Conflict, Forbidden, NotFound."""
    entry, form = _to_decide(scope, entry_id, revision)
    said = {code: normal(text)[:500] for code, text in remarks.items() if text.strip()}
    words = normal(words)[:1000]
    if not words and not said:
        raise InvalidInput(
            _("Chưa nêu chỗ cần sửa."), action=_("Ghi nhận xét chung hoặc nhận xét ở từng ô."), code="no_words"
        )
    unknown = said.keys() - {row.code for row in form.rows}
    if unknown:
        raise InvalidInput(_("Phiếu không có chỉ tiêu “{code}”.").format(code=min(unknown)), code="unknown_row")
    now = clock.now()
    entry.cells.update(remark="", remark_by="")
    SheetCell.objects.bulk_create(
        [SheetCell(entry=entry, code=code, remark=text, remark_by=scope.username, changed_at=now) for code, text in said.items()],
        update_conflicts=True, unique_fields=["entry", "code"], update_fields=["remark", "remark_by"],
    )  # fmt: skip
    entry.state, entry.decided_at, entry.decided_by = SheetState.SENT_BACK.value, now, scope.username
    entry.revision += 1
    entry.save()
    _happened(scope, entry, "sent_back", words, {"remarks": said})
    telling.decided(entry, words or next(iter(said.values())))
    return entry


@transaction.atomic
def approve(*, scope: Scope, entry_id: UUID | str, revision: int | None = None, words: str = "") -> SheetEntry:
    """Let the figures count: they become values of the unit and period in the same transaction. Who handed it in may not approve it.

    Raises Conflict, Forbidden, NotFound.
    """
    entry, form = _to_decide(scope, entry_id, revision)
    if entry.submitted_by == scope.username:
        raise Forbidden(_("Người gửi không tự duyệt phiếu của mình."), action=_("Nhờ người khác có quyền duyệt."))
    entry.revision += 1
    _count(scope, entry, form, by=entry.submitted_by, words=words)
    telling.decided(entry, words)
    return entry


@transaction.atomic
def correct(*, scope: Scope, entry_id: UUID | str, words: str) -> SheetEntry:
    """Open an approved sheet for a correction; the figures in force stay until the correction is approved. `words` say why.

    Raises InvalidInput without words, Conflict where it is not approved, Forbidden, NotFound.
    """
    entry = seeing.entry_for(scope, entry_id, lock=True)
    require(scope, policies.FILL_IN, entry.unit_id)
    if entry.state != SheetState.APPROVED:
        raise Conflict(_("Chỉ đính chính được phiếu đã duyệt."), code="not_approved")
    if not words.strip():
        raise InvalidInput(_("Chưa nêu lý do đính chính."), action=_("Ghi lý do để người duyệt biết."), code="no_words")
    entry.state, entry.round = SheetState.DRAFT.value, entry.round + 1
    entry.revision += 1
    entry.save()
    _happened(scope, entry, "reopened", words, {"round": entry.round})
    return entry


def _to_decide(scope: Scope, entry_id: UUID | str, revision: int | None) -> tuple[SheetEntry, Form]:
    entry = seeing.entry_for(scope, entry_id, lock=True)
    form = seeing.form_for(entry)
    if not seeing.may_approve(scope, entry, form):
        require(scope, policies.APPROVE, entry.unit_id)
        raise Forbidden(
            _("Phiếu này do cấp tỉnh duyệt."),
            action=_("Chuyển cho người duyệt của tỉnh."),
            denied=policies.APPROVE_FOR_PROVINCE,
        )
    _waits_for_approval(entry)
    seeing.check_revision(entry, revision)
    return entry, form


def _waits_for_approval(entry: SheetEntry) -> None:
    if entry.state != SheetState.SUBMITTED:
        raise Conflict(
            _("Phiếu {state}, không ở bước chờ duyệt.").format(state=entry.get_state_display()),
            action=_("Tải lại trang để xem tình trạng mới."), code="not_submitted",
        )  # fmt: skip


def _count(scope: Scope, entry: SheetEntry, form: Form, *, by: str, words: str = "") -> None:
    """The figures become values in force: of a correction only what changed, as revised."""
    period = parse(entry.period)
    source = _("Phiếu {name}, {unit}, {period}; {by} nhập").format(
        name=entry.name, unit=entry.unit.name, period=period.words, by=by
    )
    figures = {cell.code: (cell.value, cell.note) for cell in entry.cells.all() if cell.value is not None}
    done = recording.keep_approved(
        scope=scope, unit_id=subject_of(form, entry.unit_id), period=period, figures=figures,
        status=entry.status, source=source, recorded_by=by, simulated=entry.simulated,
    )  # fmt: skip
    entry.cells.update(remark="", remark_by="")
    entry.state, entry.decided_at, entry.decided_by = SheetState.APPROVED.value, clock.now(), scope.username
    entry.save()
    kept = [str(one) for one in done]
    _happened(scope, entry, "approved", words, {"values": len(done), "rows": kept, "round": entry.round})


def values_of_approval(entry: SheetEntry) -> list[UUID]:
    """The values that the last approval of a sheet recorded."""
    last = entry.events.filter(kind="approved").order_by("-at", "-pk").first()
    return [UUID(one) for one in last.detail.get("rows", ())] if last else []


@transaction.atomic
def take_approval_back(
    *,
    scope: Scope,
    entry_id: UUID | str,
    revision: int,
    decided_at: datetime | None,
    decided_by: str,
    remarks: Mapping[str, Sequence[str]],
) -> SheetEntry:
    """Undo the caller's own approval: the sheet waits again, what the approval recorded is out of force. What it overwrote is given back.

    Raises Conflict where the sheet or one of its figures moved since, NotFound, Forbidden.
    """
    entry = seeing.entry_for(scope, entry_id, lock=True)
    if entry.state != SheetState.APPROVED or entry.revision != revision or entry.decided_by != scope.username:
        raise Conflict(
            _("Phiếu {name}, {unit} đã có thay đổi khác.").format(name=entry.name, unit=entry.unit.name),
            action=_("Mở từng phiếu và yêu cầu đính chính."), code="stale",
        )  # fmt: skip
    recording.take_approved_back(values_of_approval(entry))
    for code, (words, by) in remarks.items():
        entry.cells.filter(code=code).update(remark=words, remark_by=by)
    entry.state, entry.decided_at, entry.decided_by = SheetState.SUBMITTED.value, decided_at, decided_by
    entry.revision += 1
    entry.save()
    _happened(scope, entry, "unapproved", "", {"round": entry.round})
    telling.decided(entry, _("Người duyệt đã hoàn tác, phiếu chờ duyệt lại."))
    return entry


def _happened(scope: Scope, entry: SheetEntry, kind: str, words: str, detail_: Mapping[str, object]) -> None:
    words = normal(words)[:1000]
    SheetEvent.objects.create(
        entry=entry, kind=kind, words=words, detail=dict(detail_), by=scope.username, at=clock.now()
    )
    announcing.moved(entry, scope, kind)
    audit.record(
        scope=scope, action=f"indicators.{kind}", object_type="sheet", object_id=str(entry.pk), unit_id=entry.unit_id,
        detail={"sheet": entry.sheet, "period": entry.period, "revision": entry.revision, "words": words},
    )  # fmt: skip
