"""Lessons that are work become tasks: another app registers how it makes them and how they stand. Without one, lessons stand alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope


class NewLessonTask(msgspec.Struct, frozen=True, kw_only=True):
    """What a lesson asks for. `lesson_id` never makes two tasks; `unit_id` led the incident, `owner_unit_id` does the work."""

    lesson_id: UUID
    incident: str
    incident_title: str
    words: str
    unit_id: UUID
    owner_unit_id: UUID
    due_on: date
    drill: bool


class LessonTask(msgspec.Struct, frozen=True):
    """The task of a lesson as it stands: its number, address, state and timeliness in words."""

    number: str
    url: str
    state: str
    timeliness: str


Make = Callable[[Scope, NewLessonTask], None]
States = Callable[[Collection[UUID]], dict[UUID, LessonTask]]

_registered: list[tuple[Make, States]] = []


def register(make: Make, states: States) -> None:
    """Let `make` turn a lesson into a task in the lesson's transaction, and `states` say how tasks of lessons stand; from AppConfig.ready."""
    if not _registered:
        _registered.append((make, states))


def make_of(scope: Scope, new: NewLessonTask) -> bool:
    """Make the task of a lesson; False where nobody does."""
    for make, _states in _registered:
        make(scope, new)
    return bool(_registered)


def states_of(lesson_ids: Collection[UUID]) -> dict[UUID, LessonTask]:
    """How the tasks of lessons stand, by lesson; one question for all."""
    return _registered[0][1](lesson_ids) if _registered and lesson_ids else {}
