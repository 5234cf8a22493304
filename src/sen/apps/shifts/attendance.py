"""What people do with their duties: sign in and out, swap them with a colleague's consent, switch their sound off for a while."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.notifications import interface as notifications
from sen.apps.shifts import bus, on_duty, policies
from sen.apps.shifts.models import Attendance, Duty, Mute, Swap
from sen.apps.shifts.roster_view import people_for
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.kernel.text import normal

EARLY = timedelta(minutes=30)
"""How long before its beginning a duty can be taken up."""
LONGEST_MUTE = timedelta(hours=12)
State = Swap.State


@transaction.atomic
def sign_in(*, scope: Scope) -> list[Duty]:
    """Take up the caller's duties of now (up to half an hour early). Raises Conflict where the roster has none for them."""
    require(scope, policies.WORK)
    now = clock.now()
    mine = Duty.objects.filter(
        person_id=scope.user_id, starts_at__lte=now + EARLY, ends_at__gt=now, post__is_active=True
    ).select_related("post")  # fmt: skip
    if not mine:
        raise Conflict(
            _("Lịch trực không có bạn lúc này."),
            action=_("Nhờ người lập lịch xếp bạn vào ca, rồi nhận ca."),
            code="not_rostered",
        )
    for duty in mine:
        attendance, made = Attendance.objects.get_or_create(duty=duty, defaults={"began_at": now})
        if not made and attendance.ended_at is not None:
            Attendance.objects.filter(pk=attendance.pk).update(ended_at=None)
        bus.announce(duty.post.unit_id)
    _record(scope, "shifts.sign_in", mine[0], {"posts": [duty.post.name for duty in mine]})
    return list(mine)


@transaction.atomic
def sign_out(*, scope: Scope) -> int:
    """Leave the duties that the caller has taken up; how many."""
    require(scope, policies.WORK)
    open_ones = list(
        Attendance.objects.filter(duty__person_id=scope.user_id, ended_at=None).select_related("duty__post")
    )
    Attendance.objects.filter(pk__in=[one.pk for one in open_ones]).update(ended_at=clock.now())
    if open_ones:
        bus.announce(open_ones[0].duty.post.unit_id)
        _record(scope, "shifts.sign_out", open_ones[0].duty, {})
    return len(open_ones)


@transaction.atomic
def ask_swap(*, scope: Scope, duty_id: UUID, colleague_id: UUID, reason: str, in_return: UUID | None = None) -> Swap:
    """Ask a colleague to take the caller's duty, in return for one of theirs or for nothing. They are told.

    Raises NotFound, Forbidden (somebody else's duty), Conflict (begun, or asked already), InvalidInput.
    """
    duty = _duty(scope, duty_id)
    if duty.person_id != scope.user_id:
        raise Forbidden(
            _("Chỉ người trực mới xin đổi ca của mình."), action=_("Người lập lịch sửa lịch trực tiếp được.")
        )
    _not_begun(duty)
    words = normal(reason)[:300]
    if len(words) < 3:
        raise InvalidInput(_("Ghi lý do đổi ca."), fields={"reason": _("Ít nhất 3 ký tự.")})
    if colleague_id == scope.user_id or colleague_id not in dict(people_for(duty.post.unit_id)):
        raise NotFound(_("Không tìm thấy đồng nghiệp này trong đơn vị."), action=_("Chọn người khác."))
    back = _duty(scope, in_return) if in_return else None
    if back is not None:
        _not_begun(back)
        if back.person_id != colleague_id:
            raise InvalidInput(_("Ca đổi lại không phải của đồng nghiệp đã chọn."), action=_("Chọn ca của người đó."))
    if Swap.objects.filter(duty=duty, state=State.ASKED).exists():
        raise Conflict(_("Đã có một đề nghị đổi ca này đang chờ."), action=_("Rút đề nghị cũ trước."))
    made = Swap.objects.create(
        duty=duty,
        colleague_id=colleague_id,
        in_return=back,
        reason=words,
        asked_by_id=scope.user_id,
        asked_at=clock.now(),
    )
    title = _("{name} xin đổi {turn} ngày {day}").format(
        name=duty.person, turn=duty.turn.lower(), day=f"{clock.local(duty.starts_at):%d/%m}"
    )
    _tell(f"swap:{made.pk}:asked", colleague_id, title, words)
    _record(scope, "shifts.ask_swap", duty, {"colleague": str(colleague_id), "reason": words})
    return made


@transaction.atomic
def answer_swap(*, scope: Scope, swap_id: UUID, agreed: bool) -> None:
    """Consent to a swap or refuse it; with the consent both duties change hands. Raises NotFound, Forbidden, Conflict."""
    swap = _swap(scope, swap_id)
    if swap.colleague_id != scope.user_id:
        raise Forbidden(_("Chỉ người được hỏi mới trả lời được."), action=_("Chờ đồng nghiệp trả lời."))
    _not_begun(swap.duty)
    if agreed:
        _exchange(swap)
    swap.state, swap.answered_at = (State.AGREED if agreed else State.REFUSED), clock.now()
    swap.save(update_fields=["state", "answered_at"])
    words = _("{name} đồng ý đổi ca.") if agreed else _("{name} không đổi ca được.")
    _tell(f"swap:{swap.pk}:answered", swap.asked_by_id, words.format(name=swap.colleague), swap.reason)
    _record(scope, "shifts.answer_swap", swap.duty, {"agreed": agreed, "swap": str(swap.pk)})
    bus.announce(swap.duty.post.unit_id)


@transaction.atomic
def withdraw_swap(*, scope: Scope, swap_id: UUID) -> None:
    """Take the caller's own wish back. Raises NotFound, Forbidden, Conflict."""
    swap = _swap(scope, swap_id)
    if swap.asked_by_id != scope.user_id:
        raise Forbidden(_("Chỉ người đề nghị mới rút được."), action=_("Trả lời đề nghị này."))
    swap.state, swap.answered_at = State.WITHDRAWN, clock.now()
    swap.save(update_fields=["state", "answered_at"])
    _record(scope, "shifts.withdraw_swap", swap.duty, {"swap": str(swap.pk)})


def _exchange(swap: Swap) -> None:
    duties = [swap.duty, swap.in_return] if swap.in_return else [swap.duty]
    locked = {
        one.pk: one for one in Duty.objects.select_for_update().filter(pk__in=[duty.pk for duty in duties if duty])
    }
    first = locked[swap.duty_id]
    if first.person_id != swap.asked_by_id:
        raise Conflict(_("Lịch đã thay đổi từ khi đề nghị."), action=_("Đề nghị lại."))
    first.person_id, first.note = swap.colleague_id, _("Đổi ca")
    first.save(update_fields=["person", "note"])
    if swap.in_return_id:
        second = locked[swap.in_return_id]
        if second.person_id != swap.colleague_id:
            raise Conflict(_("Lịch đã thay đổi từ khi đề nghị."), action=_("Đề nghị lại."))
        second.person_id, second.note = swap.asked_by_id, _("Đổi ca")
        second.save(update_fields=["person", "note"])


@transaction.atomic
def mute(*, scope: Scope, minutes: int, reason: str) -> Mute:
    """Switch the caller's sound off, until the end of their shift at most; logged with the reason. Raises InvalidInput."""
    require(scope, policies.WORK)
    words, now = normal(reason)[:200], clock.now()
    if len(words) < 3:
        raise InvalidInput(_("Ghi lý do tắt tiếng."), fields={"reason": _("Ít nhất 3 ký tự.")})
    place = on_duty.home_unit(scope)
    if place is None or scope.user_id is None:
        raise NotFound(_("Không tìm thấy đơn vị."))
    shift = on_duty.current(scope, place)
    latest = min(now + LONGEST_MUTE, shift.ends_at) if shift and shift.mine else now + timedelta(hours=1)
    until = min(now + timedelta(minutes=max(1, minutes)), latest)
    made = Mute.objects.create(unit_id=place, person_id=scope.user_id, since=now, until=until, reason=words)
    detail = {"until": until.isoformat(), "reason": words}
    audit.record(
        scope=scope, action="shifts.mute", object_type="mute", object_id=str(made.pk), unit_id=place, detail=detail
    )
    return made


@transaction.atomic
def unmute(*, scope: Scope) -> int:
    """Switch the caller's sound on again; how many mutes ended."""
    require(scope, policies.WORK)
    now = clock.now()
    ended = Mute.objects.filter(person_id=scope.user_id, ended_at=None, until__gt=now).update(ended_at=now)
    if ended:
        audit.record(scope=scope, action="shifts.unmute", object_type="mute", object_id=scope.username)
    return ended


def _duty(scope: Scope, duty_id: UUID) -> Duty:
    require(scope, policies.WORK)
    found = Duty.objects.filter(pk=duty_id).select_related("post", "person").first()
    if found is None or not scope.sees(found.post.unit_id):
        raise NotFound(_("Không tìm thấy lượt trực."), action=_("Tải lại trang."))
    return found


def _swap(scope: Scope, swap_id: UUID) -> Swap:
    require(scope, policies.WORK)
    found = (
        Swap.objects.select_for_update(of=("self",))
        .filter(pk=swap_id)
        .select_related("duty__post", "colleague")
        .first()
    )
    if found is None or not scope.sees(found.duty.post.unit_id):
        raise NotFound(_("Không tìm thấy đề nghị đổi ca."))
    if found.state != State.ASKED:
        raise Conflict(_("Đề nghị này đã được trả lời hoặc rút."), action=_("Tải lại trang."))
    return found


def _not_begun(duty: Duty) -> None:
    if duty.starts_at <= clock.now():
        raise Conflict(_("Lượt trực này đã bắt đầu."), action=_("Chọn lượt khác."), code="duty_begun")


def _tell(key: str, person: UUID, title: str, body: str) -> None:
    notifications.notify(
        key=key, to=notifications.Recipients(user_ids=(person,)), title=title, body=body, url="/shifts/", severity="info",
        about=key.rpartition(":")[0],
    )  # fmt: skip


def _record(scope: Scope, action: str, duty: Duty, detail: dict[str, object]) -> None:
    audit.record(
        scope=scope, action=action, object_type="duty", object_id=str(duty.pk), unit_id=duty.post.unit_id,
        detail={"turn": duty.turn, "starts": duty.starts_at.isoformat(), **detail},
    )  # fmt: skip
