"""Whom alerts reach, level after level: dated configuration per unit and severity, what holds where nobody configured anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import policies
from sen.apps.shifts.models import ChainVersion
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

To = Literal["on_duty", "lead", "on_call", "leader", "parent", "role", "person"]
SEVERITIES = ("info", "notice", "warning", "serious", "emergency")
MOST_LEVELS = 8
LONGEST_MINUTES = 7 * 24 * 60


class Level(msgspec.Struct, frozen=True):
    """One step up: whom to tell, and when after the beginning (`after_minutes`, plus `after_clocks` times the alert's own clock).

    `to`: on_duty (the desk in the alert's role), lead (shift lead, else on call), on_call, leader (of the unit), parent (the desk of
    the unit above), role (everybody in the alert's role), person (`person`). Empty `carriers`: as each person chose.
    """

    to: To
    after_minutes: float = 0.0
    after_clocks: float = 0.0
    person: UUID | None = None
    carriers: tuple[str, ...] = ()

    def due(self, started_at: datetime, clock_minutes: float) -> datetime:
        """When this level is reached."""
        return started_at + timedelta(minutes=self.after_minutes + self.after_clocks * clock_minutes)


class InForce(msgspec.Struct, frozen=True):
    """The levels that hold for a unit and severity; `unit_id` is where they were configured, None for the built-in ones."""

    levels: tuple[Level, ...]
    unit_id: UUID | None = None
    version_id: UUID | None = None
    valid_from: datetime | None = None


DEFAULT = (Level("on_duty"), Level("lead", after_clocks=1), Level("leader", after_clocks=2))
QUIET = (Level("on_duty"),)


def default_levels(severity: str) -> tuple[Level, ...]:
    """What holds without configuration: desk, then shift lead or on call, then the leader; for information the desk alone."""
    return QUIET if severity == "info" else DEFAULT


def level_words(level: Level, name: str = "") -> str:
    """Whom a level reaches, in words; `name` is that of its person."""
    return {
        "on_duty": _("Người đang trực"),
        "lead": _("Trưởng ca hoặc người trực gọi"),
        "on_call": _("Người trực gọi"),
        "leader": _("Lãnh đạo đơn vị"),
        "parent": _("Người trực của đơn vị cấp trên"),
        "role": _("Mọi người giữ vai trò này"),
        "person": name or _("Người được chỉ định"),
    }[level.to]


def in_force(unit_id: UUID, severity: str, at: datetime) -> InForce:
    """The levels for a unit at a moment: its own for the severity, its own for all, those of the nearest unit above, the built-in."""
    places = (unit_id, *_above(unit_id, clock.local(at).date().isoformat()))
    found = ChainVersion.objects.filter(unit_id__in=places, severity__in=(severity, ""), valid_from__lte=at)
    newest: dict[tuple[UUID, str], ChainVersion] = {}
    for version in found:  # the newest of each first
        newest.setdefault((version.unit_id, version.severity), version)
    for place in places:
        for word in (severity, ""):
            held = newest.get((place, word))
            if held is not None and held.levels:
                return InForce(read_levels(held.levels), place, held.pk, held.valid_from)
    return InForce(default_levels(severity))


@lru_cache(maxsize=2000)
def _above(unit_id: UUID, day: str) -> tuple[UUID, ...]:
    """The units above one on a day, the nearest first. A reorganisation takes force with a day, so that keeping them is safe."""
    found = organisations.lineages([unit_id]).get(unit_id)
    return found.above if found else ()


def parent_of(unit_id: UUID, at: datetime) -> UUID | None:
    """The unit directly above on the day of `at`; None for the province."""
    above = _above(unit_id, clock.local(at).date().isoformat())
    return above[0] if above else None


def read_levels(stored: object) -> tuple[Level, ...]:
    """Levels from their JSON; raises InvalidInput where they cannot be read."""
    try:
        return msgspec.convert(stored, tuple[Level, ...], strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(_("Các bậc báo không đọc được: {error}").format(error=error)) from error


@transaction.atomic
def set_chain(
    *, scope: Scope, unit_id: UUID, severity: str, levels: Sequence[Level], valid_from: datetime | None = None
) -> ChainVersion:
    """Put levels in force for a unit and severity ("" for all others) from a moment on; no levels: the unit above decides again.

    What holds already in running chains stays. Raises NotFound, Forbidden, InvalidInput.
    """
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    require(scope, policies.CHAINS, unit_id)
    now = clock.now()
    start = max(valid_from or now, now)
    _check(severity, levels)
    stored = msgspec.to_builtins(tuple(levels))
    made = ChainVersion.objects.create(
        unit_id=unit_id, severity=severity, valid_from=start, levels=stored, made_by=scope.username, made_at=now
    )
    detail = {"severity": severity, "from": start.isoformat(), "levels": stored}
    audit.record(
        scope=scope,
        action="shifts.set_chain",
        object_type="chain",
        object_id=str(made.pk),
        unit_id=unit_id,
        detail=detail,
    )
    return made


def _check(severity: str, levels: Sequence[Level]) -> None:
    if severity not in ("", *SEVERITIES):
        raise InvalidInput(_("Không có mức này."), action=_("Chọn một mức trong danh sách."))
    if len(levels) > MOST_LEVELS:
        raise InvalidInput(_("Nhiều nhất {n} bậc.").format(n=MOST_LEVELS), action=_("Bỏ bớt bậc."))
    persons = [level.person for level in levels if level.to == "person"]
    known = access.last_seen([person for person in persons if person])
    for number, level in enumerate(levels, 1):
        if not 0 <= level.after_minutes <= LONGEST_MINUTES or not 0 <= level.after_clocks <= 100:
            raise InvalidInput(
                _("Bậc {n}: thời gian chờ không hợp lệ.").format(n=number), action=_("Từ 0 phút đến 7 ngày.")
            )
        if level.to == "person" and level.person not in known:
            raise InvalidInput(
                _("Bậc {n}: chưa chọn người.").format(n=number), action=_("Chọn một người có tài khoản đang dùng.")
            )


def versions(scope: Scope, unit_id: UUID) -> list[ChainVersion]:
    """All versions of a unit's chains, newest first. NotFound for units that the caller does not see."""
    require(scope, policies.VIEW)
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    return list(ChainVersion.objects.filter(unit_id=unit_id))
