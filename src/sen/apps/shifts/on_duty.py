"""Reads who is on duty: at a moment in a role, the shift of now, who holds a role at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import policies
from sen.apps.shifts.models import Duty, Mute, Post
from sen.apps.shifts.refs import PersonRef, ShiftNow
from sen.kernel import clock

Kind = Post.Kind
AT_THE_DESK = (Kind.DUTY, Kind.LEAD)


def duties_at(unit_id: UUID, at: datetime) -> list[Duty]:
    """All duties of a unit that are on at a moment, posts in their order; people whose account is closed are left out."""
    found = Duty.objects.filter(
        post__unit_id=unit_id, post__is_active=True, starts_at__lte=at, ends_at__gt=at, person__is_active=True
    )
    return list(found.select_related("post", "person").order_by("post__order", "starts_at", "id"))


def people(duties: Sequence[Duty], kinds: Collection[str], role: str = "") -> list[PersonRef]:
    """The people of duties by kind (and role) of their post, each once."""
    found: dict[UUID, PersonRef] = {}
    for duty in duties:
        if duty.post.kind in kinds and (not role or duty.post.role == role):
            found.setdefault(
                duty.person_id, PersonRef(duty.person_id, str(duty.person), duty.post.name, duty.post.kind)
            )
    return list(found.values())


def on_duty(unit_id: UUID, role: str, at: datetime) -> list[PersonRef]:
    """Who is at the desk of a unit in a role at a moment, shift lead included; people on call are not."""
    return people(duties_at(unit_id, at), AT_THE_DESK, role)


def officer_hours(unit_ids: Collection[UUID], since: datetime, until: datetime) -> float:
    """Hours that people were at the desks of units between two moments, by the roster; each person of a turn counts."""
    found = Duty.objects.filter(
        post__unit_id__in=list(unit_ids), post__kind__in=AT_THE_DESK, starts_at__lt=until, ends_at__gt=since
    ).values_list("starts_at", "ends_at")
    return sum((min(ends, until) - max(starts, since)).total_seconds() for starts, ends in found) / 3600


def has_roster(unit_id: UUID, role: str) -> bool:
    """Whether the unit has a post in this role at all."""
    return Post.objects.filter(unit_id=unit_id, role=role, is_active=True, kind__in=AT_THE_DESK).exists()


def holders(unit_id: UUID, role: str) -> list[PersonRef]:
    """Everybody with an active account who holds a role in this very unit."""
    held = organisations.members_by_unit([unit_id]).get(unit_id, {})
    ids = [person for person, roles in held.items() if role in roles]
    active = access.last_seen(ids)
    names = access.people_by_id(active.keys())
    return sorted((PersonRef(person, name) for person, name in names.items()), key=lambda one: one.name)


def home_unit(scope: Scope) -> UUID | None:
    """The unit whose desk a caller belongs to: of their first role; the province for callers without one."""
    held = organisations.memberships(scope.user_id) if scope.user_id else []
    return held[0].unit.id if held else (organisations.province().id if scope.everything else None)


def current(scope: Scope, unit_id: UUID | None = None) -> ShiftNow | None:
    """The shift of now in a unit that the caller sees (without one: their own); None where nobody is at the desk."""
    require(scope, policies.VIEW)
    place = unit_id or home_unit(scope)
    if place is None or not scope.sees(place):
        return None
    now = clock.now()
    duties = duties_at(place, now)
    desk = [duty for duty in duties if duty.post.kind in AT_THE_DESK]
    if not desk:
        return None
    mine = [duty for duty in duties if duty.person_id == scope.user_id]
    shown = next((duty for duty in mine if duty.post.kind in AT_THE_DESK), desk[0])
    leads = people(duties, (Kind.LEAD,))
    return ShiftNow(
        unit_id=place, name=shown.turn, starts_at=shown.starts_at, ends_at=shown.ends_at,
        people=tuple(people(duties, AT_THE_DESK)), lead=leads[0] if leads else None,
        on_call=tuple(people(duties, (Kind.ON_CALL,))), mine=bool(mine), taken_up=_taken_up(mine),
        muted_until=muted(scope.user_id, now) if scope.user_id else None,
    )  # fmt: skip


def _taken_up(duties: Sequence[Duty]) -> bool:
    ids = [duty.pk for duty in duties]
    return bool(ids) and Duty.objects.filter(pk__in=ids, attendance__ended_at=None, attendance__isnull=False).exists()


def muted(user_id: UUID, at: datetime) -> datetime | None:
    """Until when a person has switched the sound of their console off; None where it is on."""
    found = Mute.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), person_id=user_id, since__lte=at, until__gt=at)
    return found.order_by("-until").values_list("until", flat=True).first()
