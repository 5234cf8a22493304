"""What a person chose: from which severity each carrier is used, and quiet hours, in which only the highest breaks through."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from enum import Enum, auto
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.audit import interface as audit
from sen.apps.notifications import policies
from sen.apps.notifications.carriers import CODES, Carrier
from sen.apps.notifications.models import PersonalSettings, Severity
from sen.kernel import clock
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import Scope, require

NEVER = "never"
_ORDER = {level: rank for rank, level in enumerate(Severity.values)}
HIGHEST = Severity.SERIOUS


class Wish(Enum):
    """Whether a person wants a severity over a carrier."""

    WANTED = auto()
    NOT_FOR_THIS = auto()
    SWITCHED_OFF = auto()


def settings_of(user_ids: Collection[UUID]) -> dict[UUID, PersonalSettings]:
    """What these people chose; those who chose nothing are left out."""
    return {one.user_id: one for one in PersonalSettings.objects.filter(user_id__in=user_ids)}


def wants(chosen: PersonalSettings | None, carrier: Carrier, severity: str) -> Wish:
    """Whether `severity` goes over `carrier`."""
    lowest = (chosen.carriers if chosen else {}).get(carrier.code, carrier.lowest)
    if lowest == NEVER:
        return Wish.SWITCHED_OFF
    return Wish.WANTED if _ORDER[severity] >= _ORDER[lowest] else Wish.NOT_FOR_THIS


def quiet_until(chosen: PersonalSettings | None, severity: str, now: datetime) -> datetime | None:
    """When the quiet hours end that keep `severity` back at `now`; None outside them and for the highest severity.

    Hours are those of Vietnam's clocks and may go over midnight: 22:00-06:00 holds at 23:30 and at 05:59, not at 06:00.
    """
    if chosen is None or chosen.quiet_from is None or chosen.quiet_until is None or severity == HIGHEST:
        return None
    here = clock.local(now)
    since, until = chosen.quiet_from, chosen.quiet_until
    at = here.time()
    inside = since <= at < until if since < until else (at >= since or at < until)
    if not inside:
        return None
    end = here.replace(hour=until.hour, minute=until.minute, second=0, microsecond=0)
    return end if end > here else end + timedelta(days=1)


@transaction.atomic
def change(
    *,
    scope: Scope,
    carriers: Mapping[str, str],
    quiet_from: time | None,
    quiet_until: time | None,
    sound: bool,
    email: str,
    phone: str,
) -> PersonalSettings:
    """A person's own choice and contact. Raises InvalidInput."""
    require(scope, policies.CHANGE_SETTINGS)
    if scope.user_id is None:
        raise InvalidInput(_("Tài khoản của hệ thống không có cài đặt thông báo."))
    if any(code not in CODES or lowest not in {NEVER, *Severity.values} for code, lowest in carriers.items()):
        raise InvalidInput(_("Kênh hoặc mức độ không hợp lệ."), code="unknown_carrier")
    if (quiet_from is None) != (quiet_until is None):
        raise InvalidInput(_("Giờ yên lặng cần cả giờ bắt đầu và giờ kết thúc."), fields={"quiet_from": _("Nhập cả hai giờ.")})  # fmt: skip
    access.change_own(scope=scope, email=email, phone=phone)
    before = PersonalSettings.objects.select_for_update().filter(user_id=scope.user_id).first()
    chosen = before or PersonalSettings(user_id=scope.user_id)
    chosen.carriers, chosen.sound, chosen.updated_at = dict(carriers), sound, clock.now()
    chosen.quiet_from, chosen.quiet_until = (None, None) if quiet_from == quiet_until else (quiet_from, quiet_until)
    chosen.save()
    audit.record(
        scope=scope, action="notifications.change_settings", object_type="user", object_id=str(scope.user_id),
        detail={"carriers": dict(carriers), "quiet": [str(chosen.quiet_from or ""), str(chosen.quiet_until or "")]},
    )  # fmt: skip
    return chosen
