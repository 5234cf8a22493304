"""Every write to a roster: posts, who is on which turn, copying and clearing, taking an edit back. Each edit is kept whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Role, Scope, require
from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import bus, policies
from sen.apps.shifts.models import Duty, Post, RosterEdit
from sen.apps.shifts.patterns import turns
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.office_calendar import OfficeCalendar
from sen.kernel.text import normal

MOST_AT_ONCE = 3000


class Placing(msgspec.Struct, frozen=True):
    """Somebody on a post from a moment to another, as an edit asks for it."""

    post_id: UUID
    person_id: UUID
    starts_at: datetime
    ends_at: datetime
    turn: str
    note: str = ""


@transaction.atomic
def create_post(
    *, scope: Scope, unit_id: UUID, name: str, role: str, kind: str = "duty", pattern: str = "3x8", starts: time = time(6),
    needed: int = 1, order: int = 0,
) -> Post:  # fmt: skip
    """A new post of a unit. Raises NotFound, Forbidden, InvalidInput."""
    require_edit(scope, unit_id)
    words = normal(name)[:100]
    if (
        not words
        or role not in {one.value for one in Role}
        or kind not in Post.Kind
        or pattern not in Post.Pattern
        or not 1 <= needed <= 20
    ):
        raise InvalidInput(
            _("Chỗ trực chưa đủ thông tin."), action=_("Nhập tên, vai trò, kiểu chia ca và số người từ 1 đến 20.")
        )
    made = Post.objects.create(
        unit_id=unit_id, name=words, role=role, kind=kind, pattern=pattern, starts=starts, needed=needed, order=order
    )
    audit.record(
        scope=scope, action="shifts.create_post", object_type="post", object_id=str(made.pk), unit_id=unit_id,
        detail={"name": words, "role": role, "kind": kind, "pattern": pattern, "needed": needed},
    )  # fmt: skip
    return made


@transaction.atomic
def close_post(*, scope: Scope, post_id: UUID) -> None:
    """Hold a post no longer; duties that have not begun go with it, past ones stay. Raises NotFound, Forbidden."""
    post = post_for(scope, post_id)
    require_edit(scope, post.unit_id)
    coming = list(post.duties.filter(starts_at__gt=clock.now()))
    _write(scope, post.unit_id, _("Bỏ chỗ trực {name}").format(name=post.name), add=(), remove=coming)
    post.is_active = False
    post.save(update_fields=["is_active"])
    audit.record(
        scope=scope, action="shifts.close_post", object_type="post", object_id=str(post_id), unit_id=post.unit_id
    )


def post_for(scope: Scope, post_id: UUID) -> Post:
    """A post that is held, of a unit that the caller sees; NotFound."""
    found = Post.objects.filter(pk=post_id, is_active=True).first()
    if found is None or not scope.sees(found.unit_id):
        raise NotFound(_("Không tìm thấy chỗ trực."))
    return found


@transaction.atomic
def place(
    *, scope: Scope, unit_id: UUID, placings: Sequence[Placing], words: str = "", simulated: bool = False
) -> RosterEdit:
    """Put people on posts of one unit; who is there already stays. Raises NotFound, Forbidden, InvalidInput."""
    require_edit(scope, unit_id)
    if not 1 <= len(placings) <= MOST_AT_ONCE:
        raise InvalidInput(_("Chọn từ 1 đến {n} lượt trực.").format(n=MOST_AT_ONCE), action=_("Chia thành nhiều lần."))
    posts = set(Post.objects.filter(unit_id=unit_id, is_active=True).values_list("pk", flat=True))
    people = access.last_seen({one.person_id for one in placings})
    for one in placings:
        if one.post_id not in posts:
            raise NotFound(_("Không tìm thấy chỗ trực."))
        if one.person_id not in people:
            raise NotFound(_("Không có tài khoản đang dùng này."), action=_("Chọn người khác."))
        if not timedelta(0) < one.ends_at - one.starts_at <= timedelta(hours=72):
            raise InvalidInput(_("Lượt trực phải dài từ 1 phút đến 72 giờ."), action=_("Sửa giờ bắt đầu, kết thúc."))
    return _write(
        scope,
        unit_id,
        words or _("Xếp {n} lượt trực").format(n=len(placings)),
        add=placings,
        remove=(),
        simulated=simulated,
    )


@transaction.atomic
def remove(*, scope: Scope, unit_id: UUID, duty_ids: Collection[UUID]) -> RosterEdit:
    """Take duties of a unit off the roster. What has begun stays: it is what happened. Raises NotFound, Forbidden, Conflict."""
    require_edit(scope, unit_id)
    found = list(
        Duty.objects.select_for_update(of=("self",))
        .filter(pk__in=duty_ids, post__unit_id=unit_id)
        .select_related("post")
    )
    if not found or len(found) != len(set(duty_ids)):
        raise NotFound(_("Không tìm thấy lượt trực; có thể người khác vừa sửa lịch."), action=_("Tải lại trang."))
    if any(duty.starts_at <= clock.now() for duty in found):
        raise Conflict(
            _("Không bỏ được lượt trực đã bắt đầu."), action=_("Xếp thêm người, hoặc giao ca sớm."), code="duty_begun"
        )
    return _write(scope, unit_id, _("Bỏ {n} lượt trực").format(n=len(found)), add=(), remove=found)


@transaction.atomic
def copy_week(*, scope: Scope, unit_id: UUID, source: date, target: date, weeks: int = 1) -> RosterEdit:
    """Repeat the week from Monday `source` in `weeks` weeks from Monday `target` on; turns follow the posts' hours of those days.

    Turns that somebody holds already, and those that have begun, stay as they are. Raises NotFound, Forbidden, InvalidInput.
    """
    require_edit(scope, unit_id)
    if not 1 <= weeks <= 8 or source == target:
        raise InvalidInput(_("Chọn tuần khác tuần nguồn, và từ 1 đến 8 tuần."), action=_("Sửa rồi làm lại."))
    start, calendar = day_start(source), organisations.working_calendar_of(unit_id)
    pattern = Duty.objects.filter(
        post__unit_id=unit_id, post__is_active=True, starts_at__gte=start, starts_at__lt=start + timedelta(days=7)
    )
    now, wanted = clock.now(), []
    for duty in pattern.select_related("post"):
        here = clock.local(duty.starts_at).date()
        number = _turn_number(duty, here, calendar)
        for week in range(weeks):
            day = target + (here - source) + timedelta(weeks=week)
            moment = _turn_on(duty.post, day, number, calendar)
            if moment and moment[0] > now:
                wanted.append(Placing(duty.post_id, duty.person_id, *moment, duty.turn))
    held = set(
        Duty.objects.filter(post__unit_id=unit_id, starts_at__gte=day_start(target), starts_at__lt=day_start(target) + timedelta(weeks=weeks))
        .values_list("post_id", "starts_at")
    )  # fmt: skip
    free = [one for one in wanted if (one.post_id, one.starts_at) not in held]
    if not free:
        raise InvalidInput(
            _("Không có lượt nào để chép: tuần nguồn trống, hoặc tuần đích đã đủ người."), action=_("Chọn tuần khác.")
        )
    return _write(scope, unit_id, _("Chép tuần {day}").format(day=f"{source:%d/%m}"), add=free, remove=())


def _turn_number(duty: Duty, day: date, calendar: OfficeCalendar) -> int:
    found = turns(duty.post.pattern, duty.post.starts, day, calendar)
    return next((turn.number for turn in found if turn.starts_at == duty.starts_at), -1)


def _turn_on(post: Post, day: date, number: int, calendar: OfficeCalendar) -> tuple[datetime, datetime] | None:
    found = turns(post.pattern, post.starts, day, calendar)
    return next(((turn.starts_at, turn.ends_at) for turn in found if turn.number == number), None)


@transaction.atomic
def undo(*, scope: Scope, edit_id: UUID) -> None:
    """Take an edit back: what it put in goes, what it took out returns. Raises NotFound, Forbidden, Conflict once it was undone."""
    edit = RosterEdit.objects.select_for_update().filter(pk=edit_id).first()
    if edit is None or not scope.sees(edit.unit_id):
        raise NotFound(_("Không tìm thấy lần sửa này."))
    require_edit(scope, edit.unit_id)
    if edit.undone_at is not None:
        raise Conflict(_("Lần sửa này đã được hoàn tác."), action=_("Tải lại trang."))
    now = clock.now()
    Duty.objects.filter(pk__in=[one["id"] for one in edit.added], starts_at__gt=now).delete()
    back = [msgspec.convert(one, Placing, strict=False) for one in edit.removed]
    _create(back, simulated=False)
    edit.undone_at = now
    edit.save(update_fields=["undone_at"])
    audit.record(
        scope=scope, action="shifts.undo_edit", object_type="roster", object_id=str(edit_id), unit_id=edit.unit_id
    )
    bus.announce(edit.unit_id)


def _write(
    scope: Scope, unit_id: UUID, words: str, *, add: Iterable[Placing], remove: Sequence[Duty], simulated: bool = False
) -> RosterEdit:
    gone = [
        msgspec.to_builtins(Placing(one.post_id, one.person_id, one.starts_at, one.ends_at, one.turn, one.note)) for one in remove
    ]  # fmt: skip
    Duty.objects.filter(pk__in=[one.pk for one in remove]).delete()
    made = _create(add, simulated=simulated)
    edit = RosterEdit.objects.create(
        unit_id=unit_id, at=clock.now(), by=scope.username, words=words[:200], removed=gone, added=made
    )
    detail = {"words": words, "added": len(made), "removed": len(gone)}
    audit.record(
        scope=scope,
        action="shifts.edit_roster",
        object_type="roster",
        object_id=str(edit.pk),
        unit_id=unit_id,
        detail=detail,
    )
    bus.announce(unit_id)
    return edit


def _create(placings: Iterable[Placing], *, simulated: bool) -> list[dict[str, Any]]:
    """Make the duties that are not there yet; their ids with what they are."""
    rows = [Duty(**msgspec.structs.asdict(one), simulated=simulated) for one in placings]
    Duty.objects.bulk_create(rows, ignore_conflicts=True)
    made = set(Duty.objects.filter(pk__in=[one.pk for one in rows]).values_list("pk", flat=True))
    return [{"id": str(one.pk)} for one in rows if one.pk in made]


def require_edit(scope: Scope, unit_id: UUID) -> None:
    """Refuse who may not make the roster of a unit. Raises NotFound, Forbidden."""
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    require(scope, policies.EDIT, unit_id)


def day_start(day: date) -> datetime:
    """Midnight at the beginning of a day in Vietnam."""
    return datetime.combine(day, time(), clock.VIETNAM)
