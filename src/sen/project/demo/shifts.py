"""The demonstration's duty desk: posts, a roster around the clock for two weeks back and ahead, a chain, a signed hand-over. All simulated."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from sen.apps.access import interface as access
from sen.apps.access.interface import SYSTEM, Role
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import interface as shifts
from sen.kernel import clock

DAYS = 14
# Who holds the desk in turns; the one who is on when the demonstration is made is always the duty officer with an account to try.
_DESK = ("trucban", "tongdai", "dulieu", "quantri")
_ON_CALL = "moitruong"
_PROMISES = (
    "Gọi lại Trạm thủy nông cống Xuân Hòa sau khi có số mặn lúc 16:00",
    "Gửi Sở Nông nghiệp và Môi trường bảng bụi mịn 24 giờ trước giờ làm việc",
)


@transaction.atomic
def create() -> None:
    """Make them where the province has no post yet."""
    province = organisations.province()
    if shifts.has_posts(province.id):
        return
    now = clock.now()
    people = {name: access.scope_of_username(name) for name in (*_DESK, _ON_CALL)}
    ids = {name: scope.user_id for name, scope in people.items() if scope.user_id}
    desk = shifts.create_post(
        scope=SYSTEM,
        unit_id=province.id,
        name="Bàn trực 1",
        role=Role.DUTY_OFFICER,
        kind="duty",
        pattern="3x8",
        starts=time(6),
    )
    on_call = shifts.create_post(
        scope=SYSTEM, unit_id=province.id, name="Trực gọi kỹ thuật", role=Role.DUTY_OFFICER, kind="on_call", pattern="day",
        starts=time(6),
    )  # fmt: skip
    placings = _around_the_clock(desk, now, ids) + _on_call(on_call, now, ids)
    shifts.place(scope=SYSTEM, unit_id=province.id, placings=placings, words="Lịch mô phỏng", simulated=True)
    levels = [
        shifts.Level("on_duty"), shifts.Level("on_call", after_clocks=1), shifts.Level("leader", after_clocks=2),
    ]  # fmt: skip
    shifts.set_chain(scope=SYSTEM, unit_id=province.id, severity="serious", levels=levels)
    for words in _PROMISES:
        shifts.promise(scope=people["tongdai"], unit_id=province.id, words=words)
    shifts.simulate_handover(
        outgoing=people["tongdai"], incoming=people["trucban"], unit_id=province.id,
        notes=("Đã báo kỹ thuật, hẹn trả lời trong ca sau.",), remark="Mạng tầng 2 chập chờn lúc 22:30, đã tự phục hồi.",
    )  # fmt: skip


def _around_the_clock(post: UUID, now: datetime, ids: dict[str, UUID]) -> list[shifts.Placing]:
    """Every turn of 29 days; the one that is on belongs to the first of the desk, the others go around."""
    turns = [turn for day in _days(now) for turn in shifts.turns_of("3x8", time(6), day)]
    running = next(number for number, turn in enumerate(turns) if turn.starts_at <= now < turn.ends_at)
    return [
        shifts.Placing(post, ids[_DESK[(number - running) % len(_DESK)]], turn.starts_at, turn.ends_at, turn.name)
        for number, turn in enumerate(turns)
    ]


def _on_call(post: UUID, now: datetime, ids: dict[str, UUID]) -> list[shifts.Placing]:
    turns = [turn for day in _days(now) for turn in shifts.turns_of("day", time(6), day)]
    return [shifts.Placing(post, ids[_ON_CALL], turn.starts_at, turn.ends_at, turn.name) for turn in turns]


def _days(now: datetime) -> list[date]:
    today = clock.local(now).date()
    return [today + timedelta(days=number) for number in range(-DAYS, DAYS + 1)]
