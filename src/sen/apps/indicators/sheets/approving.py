"""Many waiting sheets approved in one go, each by itself with all checks of a single approval; taken back as a whole for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import policies
from sen.apps.indicators.models_sheets import SheetApproval, SheetEntry
from sen.apps.indicators.sheets import deciding, lateness
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound, SenError

MOST = 200
UNDO_FOR = timedelta(minutes=15)


class Outcome(msgspec.Struct, frozen=True):
    """What became of one sheet: approved with so many `figures`, or not, and `why`."""

    id: UUID
    name: str
    why: str = ""
    figures: int = 0


class Approved(msgspec.Struct, frozen=True):
    """What became of each sheet, in the order asked for. `id` takes it back; None where nothing was approved."""

    id: UUID | None
    sheets: tuple[Outcome, ...]


def approve_many(*, scope: Scope, sheets: Mapping[UUID, int | None], words: str = "") -> Approved:
    """Approve sheets (id → the revision that the caller saw, None for whatever it is). One that cannot be approved holds up no other.

    Raises Forbidden for who approves nothing, InvalidInput for none or more than 200.
    """
    if not scope.allows(policies.APPROVE_FOR_PROVINCE):
        require(scope, policies.APPROVE)
    if not 1 <= len(sheets) <= MOST:
        raise InvalidInput(
            _("Chọn từ 1 đến {n} phiếu mỗi lần.").format(n=MOST), action=_("Chọn lại phiếu."), code="too_many"
        )
    names = {one.pk: _name(one) for one in lateness.visible(scope).filter(pk__in=list(sheets)).select_related("unit")}
    found, before = list[Outcome](), dict[str, dict[str, Any]]()
    for entry_id, revision in sheets.items():
        try:
            with transaction.atomic():
                kept = _as_it_is(entry_id)
                done = deciding.approve(scope=scope, entry_id=entry_id, revision=revision, words=words)
                values = deciding.values_of_approval(done)
        except SenError as error:
            found.append(Outcome(entry_id, names.get(entry_id, ""), f"{error.message} {error.action}".strip()))
        else:
            before[str(entry_id)] = {**kept, "revision": done.revision}
            found.append(Outcome(entry_id, names.get(entry_id, ""), figures=len(values)))
    made = None
    if before:
        made = SheetApproval.objects.create(before=before, made_at=clock.now(), made_by=scope.username).pk
    return Approved(made, tuple(found))


def _name(entry: SheetEntry) -> str:
    return f"{entry.name}, {entry.unit.name}, {lateness.period_of(entry).words}"


def _as_it_is(entry_id: UUID) -> dict[str, Any]:
    """What an approval overwrites of a sheet."""
    entry = SheetEntry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        return {}
    remarks = {one.code: [one.remark, one.remark_by] for one in entry.cells.exclude(remark="")}
    decided = entry.decided_at.isoformat() if entry.decided_at else None
    return {"decided_at": decided, "decided_by": entry.decided_by, "remarks": remarks}


@transaction.atomic
def undo(*, scope: Scope, approval_id: UUID) -> list[UUID]:
    """Let all sheets of one go wait for approval again; their figures are no longer in force. The sheets.

    Raises NotFound for another's, Conflict where it is too late, done already, or one of the sheets or figures moved since.
    """
    require(scope, policies.VIEW)
    made = SheetApproval.objects.select_for_update().filter(pk=approval_id, made_by=scope.username).first()
    if made is None:
        raise NotFound(_("Không tìm thấy lần duyệt cần hoàn tác."), action=_("Tải lại trang."))
    if made.undone_at is not None or clock.now() - made.made_at > UNDO_FOR:
        raise Conflict(
            _("Đã quá 15 phút hoặc đã hoàn tác."), action=_("Mở từng phiếu và yêu cầu đính chính."), code="too_late"
        )
    found = [_taken_back(scope, UUID(key), kept) for key, kept in made.before.items()]
    made.undone_at = clock.now()
    made.save(update_fields=["undone_at"])
    return found


def _taken_back(scope: Scope, entry_id: UUID, facts: Mapping[str, Any]) -> UUID:
    decided: str | None = facts["decided_at"]
    deciding.take_approval_back(
        scope=scope, entry_id=entry_id, revision=facts["revision"], decided_by=facts["decided_by"],
        decided_at=datetime.fromisoformat(decided) if decided else None, remarks=facts["remarks"],
    )  # fmt: skip
    return entry_id
