"""One commune's centre of the demonstration, open with modules in every state; the other communes have none yet."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from sen.apps.access import interface as access
from sen.apps.centres import interface as centres
from sen.apps.effectiveness import interface as effectiveness
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock

OPEN = "28249"
_PROCEDURE = {
    "procedure_number": "45/QĐ-UBND (mô phỏng)", "procedure_title": "Quy trình xử lý khi không khí xấu", "procedure_minutes": 30,
    "procedure_contact": "Tổ trực phường",
}  # fmt: skip
_UPKEEP = {"upkeep_who": "Phòng Kinh tế, Hạ tầng và Đô thị", "upkeep_money": "Dự toán phường (mô phỏng)"}
_REASON = "Chợ hoa Tết mở tuần tới, cần theo dõi ngay; mức nền sẽ đo trong tháng đầu (mô phỏng)."


@transaction.atomic
def open_first() -> None:
    """Open the centre of the commune of the account `xa-a` and answer its modules in part; nothing where it is open."""
    unit = organisations.unit(OPEN)
    if centres.open_centre_of(unit.id) is not None:
        return
    steward, officer, leader = (access.scope_of_username(name) for name in ("dulieu", "xa-a", "lanhdao"))
    centres.open_as_proposed(scope=steward, unit=unit)
    today = clock.local(clock.now()).date()
    owner = officer.user_id
    until = {"upkeep_until": today + timedelta(days=400)}
    known = packs.modules()
    for code, answers in (
        ("environment", {"owner": owner, **_PROCEDURE, **_UPKEEP, **until, **_measured(known, "environment")}),
        ("hydromet", {"owner": owner, **_UPKEEP, "upkeep_until": today + timedelta(days=20)}),
        ("traffic", {"owner": owner, **_UPKEEP, **until}),
    ):
        if code in known:
            effectiveness.edit(scope=officer, unit_id=unit.id, code=code, changes=dict(answers))
    for code in ("environment", "traffic"):
        if code in known:
            effectiveness.switch_on(scope=leader, unit_id=unit.id, code=code, reason=_REASON)


def _measured(known: dict[str, packs.Module], code: str) -> dict[str, object]:
    """A baseline of last month, and a target in a year that is better in the direction of the module's measure."""
    today = clock.local(clock.now()).date()
    better = {"up": 95.0, "down": 45.0, "none": 70.0}[known[code].measure.direction] if code in known else 0.0
    return {
        "baseline_value": 70.0, "baseline_on": today - timedelta(days=35), "baseline_source": "Sổ trực tháng trước (mô phỏng)",
        "target_value": better, "target_on": today + timedelta(days=330),
    }  # fmt: skip
