"""The emergency mode: declared for a unit and all below it, shown on every page of those concerned, ended with a note."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sen.apps.audit import interface as audit
from sen.apps.emergency import policies
from sen.apps.emergency.announcing import changed_after_commit
from sen.apps.emergency.models import Declaration, Hazard
from sen.apps.notifications import interface as notifications
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.scopes import SYSTEM, Scope, require

log = structlog.get_logger(__name__)
_WALL = timedelta(hours=20)
_RENEW_BEFORE = timedelta(hours=2)
_KEPT_S = 3.0


class Walls(msgspec.Struct, frozen=True):
    """How the screens of a unit are taken over and given back; dashboards know, and stand to the right of this app."""

    take_over: Callable[..., UUID | None]
    give_back: Callable[..., int]


_walls: list[Walls] = []
_kept: tuple[float, list[Declaration]] = (0.0, [])


def register_walls(walls: Walls) -> None:
    """Called once by whoever knows both apps."""
    _walls[:] = [walls]


def concerning(scope: Scope) -> list[Declaration]:
    """As `active`, from a list at most a few seconds old: every page asks."""
    global _kept
    until, kept = _kept
    if until < time.monotonic():
        kept = _read_open()
        _kept = (time.monotonic() + _KEPT_S, kept)
    return _of(scope, kept) if scope.allows(policies.VIEW) else []


def active(scope: Scope) -> list[Declaration]:
    """The emergencies that concern the caller: declared for one of their units, for one above them or below them."""
    require(scope, policies.VIEW)
    return _of(scope, _read_open())


def _read_open() -> list[Declaration]:
    return list(Declaration.objects.filter(ended_at=None).select_related("unit", "declared_by"))


def _of(scope: Scope, open_now: list[Declaration]) -> list[Declaration]:
    if scope.everything or not open_now:
        return open_now
    below = organisations.subtrees([one.unit_id for one in open_now])
    return [one for one in open_now if scope.sees(one.unit_id) or below[one.unit_id] & scope.unit_ids]


@transaction.atomic
def declare(*, scope: Scope, unit: str, hazard: str, reason: str, drill: bool = False) -> Declaration:
    """Begin; everybody with a role in the unit is told, its walls show it. Raises Conflict where one is declared already."""
    place = organisations.unit(unit)
    if not scope.sees(place.id):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."))
    require(scope, policies.DECLARE, place.id)
    if hazard not in Hazard.values or len(reason.strip()) < 5:
        raise InvalidInput(_("Cần loại thiên tai, sự cố và lý do."), fields={"reason": _("Ghi ngắn gọn căn cứ ban bố.")})  # fmt: skip
    try:
        with transaction.atomic():
            made = Declaration.objects.create(
                unit_id=place.id, hazard=hazard, reason=reason.strip()[:300], drill=drill, declared_at=clock.now(),
                declared_by_id=scope.user_id,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(_("Đơn vị này đang ở chế độ khẩn cấp."), action=_("Tải lại trang để xem.")) from None
    members = organisations.member_ids([place.id])
    notifications.notify(
        key=f"declaration:{made.pk}", to=notifications.Recipients(user_ids=tuple(sorted(members))),
        title=_("Chế độ khẩn cấp: %(unit)s") % {"unit": place.name}, body=made.reason, url="/emergency/", severity="serious",
        about=f"declaration:{made.pk}", drill=drill,
    )  # fmt: skip
    _take_walls(made)
    _record(scope, made, "emergency.declare", reason=made.reason)
    return made


@transaction.atomic
def end(*, scope: Scope, declaration_id: UUID, note: str) -> Declaration:
    """End with a note on how it ended; the walls go back to what they showed. Raises NotFound, InvalidInput."""
    found = Declaration.objects.select_for_update().filter(pk=declaration_id, ended_at=None).first()
    if found is None or not scope.sees(found.unit_id):
        raise NotFound(_("Không có tình trạng khẩn cấp này, hoặc đã kết thúc."))
    require(scope, policies.DECLARE, found.unit_id)
    if len(note.strip()) < 5:
        raise InvalidInput(_("Cần ghi kết thúc như thế nào."), fields={"note": _("Ghi ngắn gọn.")})
    found.ended_at, found.ended_by_id, found.end_note = clock.now(), scope.user_id, note.strip()[:500]
    batch, found.wall_batch = found.wall_batch, None
    found.save(update_fields=["ended_at", "ended_by", "end_note", "wall_batch"])
    if batch and _walls:
        try:
            _walls[0].give_back(scope=SYSTEM, batch=batch)
        except NotFound:
            log.info("walls_had_ended", declaration=str(found.pk))
    _record(scope, found, "emergency.end", note=found.end_note)
    return found


def run_due(now: datetime) -> int:
    """Take walls over anew before the dashboards let them go by themselves; how many."""
    done = 0
    for key in Declaration.objects.filter(ended_at=None, wall_until__lt=now + _RENEW_BEFORE).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            found = Declaration.objects.select_for_update(skip_locked=True).filter(pk=key, ended_at=None).first()
            if found is not None:
                _take_walls(found)
                done += 1
    return done


def _take_walls(found: Declaration) -> None:
    if not _walls:
        return
    heading = _("DIỄN TẬP · CHẾ ĐỘ KHẨN CẤP") if found.drill else _("CHẾ ĐỘ KHẨN CẤP")
    text = f"{heading}\n\n{found.unit.name}: {Hazard(found.hazard).label}\n\n{found.reason}"
    panel: dict[str, Any] = {"kind": "note", "text": text}
    found.wall_until = clock.now() + _WALL
    found.wall_batch = _walls[0].take_over(
        scope=SYSTEM, unit_id=found.unit_id, until=found.wall_until, reason=found.reason, panel=panel
    )
    found.save(update_fields=["wall_until", "wall_batch"])


def _record(scope: Scope, found: Declaration, action: str, **detail: Any) -> None:
    transaction.on_commit(_forget)
    changed_after_commit(f"declaration:{found.pk}", ended=found.ended_at is not None)
    audit.record(
        scope=scope, action=action, object_type="declaration", object_id=str(found.pk), unit_id=found.unit_id,
        detail={"hazard": found.hazard, "drill": found.drill, **detail},
    )  # fmt: skip


def _forget() -> None:
    global _kept
    _kept = (0.0, [])
