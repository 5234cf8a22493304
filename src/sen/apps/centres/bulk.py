"""Opens the centres of many communes one after the other, each as it is proposed; shows how far it is; stops; takes all back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.centres import policies, services
from sen.apps.centres.models import BulkOpening, CentreChange
from sen.apps.centres.proposal import proposal
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound, SenError

log = structlog.get_logger(__name__)
MOST = 500
State = BulkOpening.State


@transaction.atomic
def start(*, scope: Scope, codes: Sequence[str]) -> BulkOpening:
    """Note that the centres of `codes` shall be opened; the job does it. Raises InvalidInput, NotFound, Forbidden."""
    require(scope, policies.OPEN)
    wanted = list(dict.fromkeys(codes))
    if not 1 <= len(wanted) <= MOST:
        raise InvalidInput(_("Chọn từ 1 đến {n} xã, phường.").format(n=MOST), action=_("Đánh dấu các đơn vị cần mở."))
    for code in wanted:
        unit = organisations.unit(code)
        if not scope.sees(unit.id):
            raise NotFound(_("Không tìm thấy đơn vị có mã này."), action=_("Kiểm tra mã đơn vị."), unit=code)
        require(scope, policies.OPEN, unit.id)
    made = BulkOpening.objects.create(codes=wanted, started_by=scope.username, started_at=clock.now())
    _defer("centres.open_many", bulk=str(made.pk))
    audit.record(
        scope=scope, action="centres.open_many", object_type="bulk", object_id=str(made.pk), detail={"units": wanted}
    )
    return made


def run(bulk_id: UUID) -> BulkOpening:
    """Open what is not open yet; called again after a crash it goes on where it stopped. What fails is named, the rest goes on."""
    held = _moved(bulk_id, (State.WAITING, State.RUNNING), State.RUNNING)
    if held is None:
        return BulkOpening.objects.get(pk=bulk_id)
    for code in held.codes:
        held.refresh_from_db()
        if held.state != State.RUNNING:
            return held
        if code not in held.results:
            _noted(held.pk, code, _opened(held, code))
    return _moved(bulk_id, (State.RUNNING,), State.DONE) or BulkOpening.objects.get(pk=bulk_id)


def _opened(held: BulkOpening, code: str) -> str:
    """Empty where the centre was opened, else why not. What the starter may do is asked anew for each."""
    try:
        scope = access.scope_of_username(held.started_by)
        unit = organisations.unit(code)
        if CentreChange.objects.filter(bulk=held, centre_id=unit.id, kind=CentreChange.Kind.OPENED).exists():
            return ""
        services.open_centre(scope=scope, unit_id=unit.id, plan=proposal(scope, unit).plan, bulk=held)
    except SenError as error:
        return f"{error.message} {error.action}".strip()
    except Exception:  # the others shall not wait for what is wrong with this one
        log.exception("centre_not_opened", unit=code, bulk=str(held.pk))
        return _("Lỗi của hệ thống; đã ghi nhật ký. Mở riêng đơn vị này sau, hoặc báo quản trị viên.")
    return ""


@transaction.atomic
def cancel(*, scope: Scope, bulk_id: UUID) -> BulkOpening:
    """Stop after the centre that is being opened now; what is open stays. Conflict where it ended already."""
    _own(scope, bulk_id)
    held = _moved(bulk_id, (State.WAITING, State.RUNNING), State.CANCELLED)
    if held is None:
        raise Conflict(_("Việc này đã kết thúc."), action=_("Dùng Hoàn tác nếu muốn đóng lại các trung tâm vừa mở."))
    audit.record(scope=scope, action="centres.cancel_many", object_type="bulk", object_id=str(bulk_id))
    return held


@transaction.atomic
def undo(*, scope: Scope, bulk_id: UUID) -> BulkOpening:
    """Take every opening of the batch back; the job does it. Conflict while it still runs."""
    _own(scope, bulk_id)
    held = _moved(bulk_id, (State.DONE, State.CANCELLED), State.UNDOING)
    if held is None:
        raise Conflict(_("Chưa hoàn tác được lúc này."), action=_("Dừng việc đang chạy trước, hoặc tải lại trang."))
    _defer("centres.undo_many", bulk=str(held.pk), username=scope.username)
    audit.record(scope=scope, action="centres.undo_many", object_type="bulk", object_id=str(bulk_id))
    return held


def run_undo(bulk_id: UUID, username: str) -> BulkOpening:
    """Close what the batch opened and is still open; called again after a crash it goes on."""
    scope = access.scope_of_username(username)
    openings = CentreChange.objects.filter(bulk_id=bulk_id, kind=CentreChange.Kind.OPENED, undone_at=None)
    for unit_id in openings.filter(centre__is_open=True).values_list("centre_id", flat=True):
        try:
            services.undo_opening(scope=scope, unit_id=unit_id)
        except SenError as error:
            _noted(bulk_id, organisations.unit_by_id(unit_id).code, f"{error.message} {error.action}".strip())
    return _moved(bulk_id, (State.UNDOING,), State.UNDONE) or BulkOpening.objects.get(pk=bulk_id)


def one(scope: Scope, bulk_id: UUID) -> BulkOpening:
    """A batch that the caller may see: who may open the centres of all its units. NotFound."""
    return _own(scope, bulk_id)


def recent(scope: Scope, limit: int = 3) -> list[BulkOpening]:
    """The caller's own last batches that still run or can be taken back."""
    found = BulkOpening.objects.filter(started_by=scope.username).exclude(state=State.UNDONE)
    return list(found[:limit])


def _own(scope: Scope, bulk_id: UUID) -> BulkOpening:
    held = BulkOpening.objects.filter(pk=bulk_id).first()
    if held is None or not (held.started_by == scope.username or scope.everything):
        raise NotFound(_("Không có việc này."))
    require(scope, policies.OPEN)
    return held


@transaction.atomic
def _moved(bulk_id: UUID, before: tuple[State, ...], after: State) -> BulkOpening | None:
    """The batch in its new state; None where it was in none of `before`."""
    held = BulkOpening.objects.select_for_update().filter(pk=bulk_id, state__in=before).first()
    if held is not None:
        held.state = after
        held.ended_at = None if after in (State.RUNNING, State.UNDOING) else clock.now()
        held.save(update_fields=["state", "ended_at"])
    return held


@transaction.atomic
def _noted(bulk_id: UUID, code: str, result: str) -> None:
    held = BulkOpening.objects.select_for_update().get(pk=bulk_id)
    held.results[code] = result
    held.save(update_fields=["results"])


def _defer(task: str, **options: str) -> None:
    """Hand the work to the jobs process with the caller's commit: procrastinate's row is in the same transaction."""
    from procrastinate.contrib.django import app

    app.configure_task(task).defer(**options)
