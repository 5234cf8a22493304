"""How units are reminded, as dated settings: on which working days around the deadline, and whom."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.directives import history, policies
from sen.apps.directives.models import ChaseSettings
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput

WorkingCalendar = organisations.WorkingCalendar
To = Literal["unit", "unit_leader", "province_leader"]
ORDER: dict[str, int] = {"unit": 0, "unit_leader": 1, "province_leader": 2}
MOST_STEPS = 12


class ChaseStep(msgspec.Struct, frozen=True):
    """One reminder: `working_days` before (negative), on (0) or after the deadline, and whom."""

    working_days: int
    to: To


class ChasePlan(msgspec.Struct, frozen=True):
    """The reminders of a task in their order; after the last, the last again every `repeat_working_days` (0: never), at `hour`."""

    steps: tuple[ChaseStep, ...]
    repeat_working_days: int = 5
    hour: int = 8


DEFAULT = ChasePlan(
    (
        ChaseStep(-5, "unit"), ChaseStep(-1, "unit"), ChaseStep(0, "unit"), ChaseStep(1, "unit"), ChaseStep(3, "unit_leader"),
        ChaseStep(7, "province_leader"),
    )
)  # fmt: skip
"""Until a province sets its own."""


def plan_on(day: date) -> ChasePlan:
    """The settings in force on a day."""
    found = ChaseSettings.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    return msgspec.convert(found.content, ChasePlan) if found else DEFAULT


def settings_so_far() -> list[ChaseSettings]:
    """Every set of settings, the newest first."""
    return list(ChaseSettings.objects.order_by("-valid_from"))


@transaction.atomic
def set_plan(*, scope: Scope, plan: ChasePlan, valid_from: date, source: str) -> ChaseSettings:
    """Settings from a day on, at the earliest today. `source`: the regulation that asks for them.

    Tasks whose reminder was set before keep its time; their next one follows the new settings. Raises Forbidden, InvalidInput, Conflict.
    """
    require(scope, policies.CONFIGURE, organisations.province().id)
    _check(plan)
    if valid_from < clock.local(clock.now()).date():
        raise InvalidInput(
            _("Cấu hình không áp dụng lùi ngày."), action=_("Chọn hôm nay hoặc ngày sau."), fields={"valid_from": _("Sửa ngày.")}
        )  # fmt: skip
    if ChaseSettings.objects.filter(valid_from=valid_from).exists():
        raise Conflict(_("Đã có cấu hình đôn đốc từ ngày này."), action=_("Chọn ngày khác."))
    made = ChaseSettings.objects.create(
        valid_from=valid_from, content=msgspec.to_builtins(plan), made_at=clock.now(), made_by=history.person(scope),
        source=history.written(source, "source", least=3, longest=500),
    )  # fmt: skip
    audit.record(
        scope=scope, action="directives.chase_settings", object_type="chase_settings", object_id=str(made.pk),
        unit_id=organisations.province().id, detail={"valid_from": valid_from.isoformat(), "plan": msgspec.to_builtins(plan)},
    )  # fmt: skip
    return made


def _check(plan: ChasePlan) -> None:
    days = [step.working_days for step in plan.steps]
    faults = {}
    if not 1 <= len(plan.steps) <= MOST_STEPS or days != sorted(set(days)) or not all(-60 <= one <= 60 for one in days):
        faults["steps"] = _("Cần 1 đến 12 lần nhắc, mỗi lần một ngày khác, từ sớm đến muộn, trong 60 ngày làm việc.")
    levels = [ORDER[step.to] for step in plan.steps]
    if levels != sorted(levels):
        faults["steps"] = _("Nhắc dần lên cấp trên: đơn vị, lãnh đạo đơn vị, lãnh đạo tỉnh.")
    if not 0 <= plan.repeat_working_days <= 60:
        faults["repeat"] = _("Nhắc lại sau 0 đến 60 ngày làm việc.")
    if not 0 <= plan.hour <= 23:
        faults["hour"] = _("Giờ nhắc từ 0 đến 23.")
    if faults:
        raise InvalidInput(_("Cấu hình đôn đốc chưa hợp lệ."), action=_("Sửa mục được nêu."), fields=faults)


def at_of(plan: ChasePlan, deadline: date, index: int, calendar: WorkingCalendar) -> datetime | None:
    """When reminder `index` of a deadline is due by the unit's calendar, counting repeats beyond the last step; None without one."""
    if index < len(plan.steps):
        offset = plan.steps[index].working_days
    elif plan.repeat_working_days:
        offset = plan.steps[-1].working_days + plan.repeat_working_days * (index - len(plan.steps) + 1)
    else:
        return None
    try:
        day = calendar.add_days(deadline, offset) if offset else deadline
    except (OverflowError, ValueError):
        return None
    return datetime.combine(day, time(plan.hour), clock.VIETNAM)


def to_of(plan: ChasePlan, index: int) -> To:
    """Whom reminder `index` tells."""
    return plan.steps[min(index, len(plan.steps) - 1)].to


def next_after(
    plan: ChasePlan, deadline: date, now: datetime, calendar: WorkingCalendar
) -> tuple[int, datetime | None]:
    """The first reminder that is due after `now`, with its time."""
    index = 0
    while (at := at_of(plan, deadline, index, calendar)) is not None:
        if at > now:
            return index, at
        index += 1
    return index, None
