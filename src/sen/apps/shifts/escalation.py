"""Runs escalation chains: tells each level once, goes on when its time has come, stops when somebody acknowledges.

Each level is one transaction together with its notice, under a key of its own: a kill between two levels repeats and loses nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.notifications import interface as notifications
from sen.apps.shifts import chains, on_duty
from sen.apps.shifts.chains import Level
from sen.apps.shifts.models import ChainStep, RunningChain
from sen.apps.shifts.refs import ChainState, LevelState, PersonRef
from sen.kernel import clock
from sen.kernel.scopes import Role, Scope

log = structlog.get_logger(__name__)
State = RunningChain.State
AT_ONCE = 200
RETRY_AFTER = timedelta(minutes=1)


class Reached(msgspec.Struct, frozen=True):
    """Whom a level reaches; `problem` where it is nobody, or not those that it names."""

    people: list[PersonRef]
    problem: str = ""


class Planned(msgspec.Struct, frozen=True):
    """A level with its moment, as a running chain keeps it."""

    level: Level
    due: datetime


@transaction.atomic
def start_chain(
    *,
    key: str,
    unit_id: UUID,
    role: str,
    severity: str,
    clock_minutes: float,
    about: str,
    title: str,
    body: str,
    url: str,
    at: datetime,
    drill: bool = False,
    simulated: bool = False,
    quiet: bool = False,
) -> bool:
    """Begin to tell people in the caller's transaction, the first level at once; False where `key` has begun before.

    `quiet`: the first level is not told by itself, because one notice about a flood covers it; later levels are.
    """
    planned = [Planned(level, level.due(at, clock_minutes)) for level in chains.in_force(unit_id, severity, at).levels]
    planned.sort(key=lambda one: one.due)
    chain, made = RunningChain.objects.get_or_create(
        key=key,
        defaults={
            "unit_id": unit_id, "role": role, "severity": severity, "about": about, "title": title[:300], "body": body, "url": url,
            "drill": drill, "simulated": simulated, "levels": msgspec.to_builtins(planned), "started_at": at,
            "next_at": planned[0].due if planned else None, "state": State.RUNNING if planned else State.ENDED,
        },
    )  # fmt: skip
    if made:
        _advance(chain, at, quiet=quiet)
    return made


def stop_chain(*, key: str, reason: str) -> bool:
    """Tell nobody further, in the caller's transaction; False where the chain does not run (any more)."""
    stopped = RunningChain.objects.filter(key=key, state=State.RUNNING).update(
        state=State.STOPPED, stopped_at=clock.now(), stop_reason=reason[:200], next_at=None
    )
    return bool(stopped)


def run_due(now: datetime) -> int:
    """Tell every level whose time has come; how many chains went on. What another process works on is left to it."""
    due = RunningChain.objects.filter(state=State.RUNNING, next_at__lte=now).order_by("next_at")
    return sum(_go_on(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _go_on(pk: UUID, now: datetime) -> bool:
    try:
        with transaction.atomic():
            waiting = RunningChain.objects.select_for_update(skip_locked=True)
            chain = waiting.filter(pk=pk, state=State.RUNNING, next_at__lte=now).first()
            if chain is None:
                return False
            _advance(chain, now)
            return True
    except Exception:  # one chain that cannot go on must not hold up the others; it is tried again in a minute
        log.exception("chain_not_advanced", chain=str(pk))
        RunningChain.objects.filter(pk=pk, state=State.RUNNING).update(next_at=now + RETRY_AFTER)
        return False


def _advance(chain: RunningChain, now: datetime, *, quiet: bool = False) -> None:
    """Tell every level of a locked chain that is due; a level that reaches nobody makes the next one due at once."""
    planned = _planned(chain)
    while chain.state == State.RUNNING and chain.next_at is not None and chain.next_at <= now:
        number = chain.next_level
        whom = _whom(chain, planned[number].level, now)
        _tell(chain, number, planned[number].level, whom, now=now, quiet=quiet and number == 0)
        chain.next_level = number + 1
        if chain.next_level >= len(planned):
            chain.state, chain.next_at = State.ENDED, None
        else:
            chain.next_at = planned[chain.next_level].due if whom.people else now
    if chain.state == State.ENDED:
        _tell_somebody(chain, len(planned), now)
    chain.save(update_fields=["state", "next_level", "next_at"])


def _tell(chain: RunningChain, number: int, level: Level, whom: Reached, *, now: datetime, quiet: bool) -> None:
    ChainStep.objects.create(
        chain=chain, level=number, to=level.to, at=now, person_ids=[one.id for one in whom.people],
        names=[one.name for one in whom.people], problem=whom.problem,
    )  # fmt: skip
    if not whom.people or quiet:
        return
    title = chain.title if number == 0 else _("Chưa ai ghi nhận: {title}").format(title=chain.title)
    notifications.notify(
        key=f"chain:{chain.key}:{number}", to=notifications.Recipients(user_ids=tuple(one.id for one in whom.people)),
        title=title[:300], body=chain.body, url=chain.url, severity=chain.severity, about=chain.about, drill=chain.drill,
        carriers=level.carriers or None, needs_ack=True,
    )  # fmt: skip


def _tell_somebody(chain: RunningChain, number: int, now: datetime) -> None:
    """Where no level reached anybody: everybody in the role, in the unit or the nearest above. An alert is never told to nobody in silence."""
    if chain.steps.exclude(person_ids=[]).exists():
        return
    whom = _whom(chain, Level("role"), now)
    _tell(chain, number, Level("role"), whom, now=now, quiet=False)
    if not whom.people:
        log.warning("chain_reached_nobody", chain=chain.key, unit=str(chain.unit_id), role=chain.role)


def _whom(chain: RunningChain, level: Level, at: datetime) -> Reached:
    """Whom a level reaches at a moment; where nobody, or not those that it names, also why."""
    unit_id, role = chain.unit_id, chain.role
    duties = on_duty.duties_at(unit_id, at)
    nobody = _("Không có ai trực lúc này; đã chuyển ngay sang bậc sau.")
    if level.to == "on_duty":
        return _desk(unit_id, role, at)
    if level.to in ("lead", "on_call"):
        kinds = (on_duty.Kind.LEAD,) if level.to == "lead" else ()
        found = on_duty.people(duties, kinds) or on_duty.people(duties, (on_duty.Kind.ON_CALL,))
        return Reached(found, "" if found else nobody)
    if level.to == "leader":
        found = on_duty.holders(unit_id, Role.LEADER)
        return Reached(found, "" if found else _("Đơn vị chưa có lãnh đạo có tài khoản."))
    if level.to == "parent":
        above = chains.parent_of(unit_id, at)
        return _desk(above, role, at) if above else Reached([], _("Không có đơn vị cấp trên."))
    if level.to == "role":
        return _in_role(unit_id, role, at)
    names = access.people_by_id([level.person] if level.person else [])
    return Reached([PersonRef(*one) for one in names.items()], "" if names else _("Tài khoản không còn."))


def _desk(unit_id: UUID, role: str, at: datetime) -> Reached:
    """The desk in a role. A unit without any roster has everybody in the role instead; one with a gap in it has nobody."""
    found = on_duty.on_duty(unit_id, role, at)
    if found:
        return Reached(found)
    if on_duty.has_roster(unit_id, role):
        return Reached([], _("Không có ai trực lúc này; đã chuyển ngay sang bậc sau."))
    return _in_role(unit_id, role, at)


def _in_role(unit_id: UUID, role: str, at: datetime) -> Reached:
    """Everybody in the role in the unit, else the desk or everybody in the role in the nearest unit above that has somebody."""
    place: UUID | None = unit_id
    while place is not None:
        found = on_duty.holders(place, role) if place == unit_id else _desk_or_holders(place, role, at)
        if found:
            if place == unit_id:
                return Reached(found, _("Đơn vị chưa có lịch trực: báo mọi người giữ vai trò này."))
            return Reached(found, _("Đơn vị không có ai giữ vai trò này: báo đơn vị cấp trên."))
        place = chains.parent_of(place, at)
    return Reached([], _("Không ai giữ vai trò này, kể cả ở đơn vị cấp trên."))


def _desk_or_holders(unit_id: UUID, role: str, at: datetime) -> list[PersonRef]:
    return on_duty.on_duty(unit_id, role, at) or on_duty.holders(unit_id, role)


def chain_of(key: str) -> ChainState | None:
    """Who was told when, and who comes next as the roster stands; None where the key never began."""
    chain = RunningChain.objects.filter(key=key).first()
    if chain is None:
        return None
    planned = _planned(chain)
    known = access.people_by_id([one.level.person for one in planned if one.level.person])
    done = {step.level: step for step in chain.steps.all()}
    levels = []
    for number in range(max(len(planned), max(done, default=-1) + 1)):
        level = planned[number].level if number < len(planned) else Level("role")
        words = chains.level_words(level, known.get(level.person, "") if level.person else "")
        step = done.get(number)
        if step is not None:
            levels.append(LevelState(number, level.to, words, step.at, True, tuple(step.names), step.problem))
        elif chain.state == State.RUNNING:
            due = max(planned[number].due, chain.next_at) if chain.next_at else planned[number].due
            whom = _whom(chain, level, due)
            names = tuple(one.name for one in whom.people)
            levels.append(LevelState(number, level.to, words, due, False, names, whom.problem))
    return ChainState(chain.key, chain.state, chain.started_at, tuple(levels), chain.stopped_at, chain.stop_reason)


def _planned(chain: RunningChain) -> list[Planned]:
    return msgspec.convert(chain.levels, list[Planned], strict=False)


def running_keys(scope: Scope, unit_id: UUID, limit: int = 20) -> list[str]:
    """The chains of a unit that still go up, newest first. NotFound is the caller's to raise: nothing for a unit not seen."""
    if not scope.sees(unit_id):
        return []
    found = RunningChain.objects.filter(unit_id=unit_id, state=State.RUNNING)
    return list(found.values_list("key", flat=True)[:limit])
