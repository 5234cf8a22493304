"""Send to wall: a scene or one panel takes screens over for some minutes, then they go back by themselves, or are given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.dashboards import policies
from sen.apps.dashboards.models import Screen, Sending
from sen.apps.dashboards.scenes import checked_panel, scene_for
from sen.apps.dashboards.screens import visible
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.identifiers import uuid7

MAX_MINUTES = 24 * 60
MAX_SCREENS = 200


@transaction.atomic
def send(
    *,
    scope: Scope,
    screen_ids: Sequence[UUID],
    minutes: int,
    scene_id: UUID | None = None,
    panel: Mapping[str, Any] | None = None,
    reason: str = "",
    urgent: bool = False,
) -> UUID:
    """Show a scene, or one panel, on these screens for `minutes`; the answer is the batch that `give_back` takes.

    All or none. `urgent` stands above what people send by hand. Raises NotFound, Forbidden, InvalidInput.
    """
    if not 1 <= minutes <= MAX_MINUTES:
        raise InvalidInput(_("Chiếu từ 1 phút đến 24 giờ."), fields={"minutes": _("Sửa số phút.")})
    if (scene_id is None) == (panel is None):
        raise InvalidInput(_("Chọn một cảnh hoặc một nội dung để chiếu."), fields={"scene": _("Chọn một.")})
    screens = _screens(scope, screen_ids)
    now, batch = clock.now(), uuid7()
    scene = scene_for(scope, scene_id) if scene_id else None
    rows = []
    for screen in screens:
        if scene is not None and scene.unit_id != screen.unit_id:
            raise InvalidInput(
                _("Cảnh “{scene}” không thuộc đơn vị của màn hình “{screen}”.").format(
                    scene=scene.name, screen=screen.name
                ),
                fields={"screens": _("Chọn màn hình cùng đơn vị với cảnh.")},
            )
        checked = checked_panel(scope, screen.unit_id, panel, "panel") if panel is not None else None
        rows.append(
            Sending(
                batch=batch,
                screen=screen,
                scene=scene,
                panel=msgspec.to_builtins(checked) if checked else None,
                urgent=urgent,
                reason=reason.strip()[:200],
                sent_at=now,
                sent_by=scope.username,
                until=now + timedelta(minutes=minutes),
            )
        )
    Sending.objects.bulk_create(rows)
    for row in rows:
        _record(scope, "send", row)
    return batch


@transaction.atomic
def give_back(*, scope: Scope, batch: UUID | None = None, screen_id: UUID | None = None) -> int:
    """End what was sent, by its batch or on one screen; the screens go back to their timed scenes and playlists.

    Returns how many screens. Raises NotFound where nothing is being sent.
    """
    now = clock.now()
    rows = Sending.objects.select_for_update(of=("self",)).select_related("screen")
    rows = rows.filter(given_back_at=None, until__gt=now)
    rows = rows.filter(Q(batch=batch) if batch else Q(screen_id=screen_id))
    mine = [row for row in rows if scope.sees(row.screen.unit_id)]
    if not mine:
        raise NotFound(_("Không có gì đang chiếu theo lệnh gửi, hoặc đã hết giờ."))
    for row in mine:
        require(scope, policies.SEND, row.screen.unit_id)
    Sending.objects.filter(pk__in=[row.pk for row in mine]).update(given_back_at=now, given_back_by=scope.username)
    for row in mine:
        _record(scope, "give_back", row)
    return len({row.screen_id for row in mine})


def take_over(
    *, scope: Scope, unit_id: UUID, panel: Mapping[str, Any] | None = None, scene_id: UUID | None = None,
    until: datetime, reason: str,
) -> UUID | None:  # fmt: skip
    """For incidents: all screens of a unit in use, above whatever people sent; None where the unit has no screen."""
    rows = visible(scope).filter(unit_id=unit_id, revoked_at=None).values_list("pk", flat=True)[:MAX_SCREENS]
    if not (screens := list(rows)):
        return None
    minutes = max(1, min(MAX_MINUTES, round((until - clock.now()) / timedelta(minutes=1))))
    return send(
        scope=scope, screen_ids=screens, minutes=minutes, panel=panel, scene_id=scene_id, reason=reason, urgent=True
    )


def _screens(scope: Scope, screen_ids: Sequence[UUID]) -> list[Screen]:
    wanted = list(dict.fromkeys(screen_ids))
    if not 1 <= len(wanted) <= MAX_SCREENS:
        raise InvalidInput(_("Chọn ít nhất một màn hình."), fields={"screens": _("Đánh dấu màn hình cần chiếu.")})
    found = {screen.pk: screen for screen in visible(scope).filter(pk__in=wanted)}
    if len(found) != len(wanted):
        raise NotFound(_("Không có màn hình này."))
    for screen in found.values():
        require(scope, policies.SEND, screen.unit_id)
    if revoked := next((screen for screen in found.values() if screen.revoked_at), None):
        raise InvalidInput(
            _("Màn hình “{name}” đã bị thu hồi.").format(name=revoked.name),
            fields={"screens": _("Cấp địa chỉ mới trước.")},
        )
    return [found[key] for key in wanted]


def _record(scope: Scope, verb: str, row: Sending) -> None:
    audit.record(
        scope=scope, action=f"dashboards.{verb}", object_type="screen", object_id=str(row.screen_id),
        unit_id=row.screen.unit_id, detail={"batch": str(row.batch), "until": row.until.isoformat(), "urgent": row.urgent},
    )  # fmt: skip
