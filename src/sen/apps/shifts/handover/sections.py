"""What a hand-over is made of: each app registers the sections that only it can fill; sources and shifts bring their own here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
import structlog
from django.db import transaction
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access.interface import Scope
from sen.apps.organisations import interface as organisations
from sen.apps.shifts.handover_models import Promise
from sen.apps.shifts.models import ChainStep, Mute
from sen.apps.sources import interface as sources
from sen.kernel import clock

log = structlog.get_logger(__name__)


class Line(msgspec.Struct, frozen=True):
    """One thing to hand over. `key` stays the same for the same thing, so that a note stays with it; `url` opens it."""

    key: str
    words: str
    detail: str = ""
    url: str = ""
    severity: str = ""


Read = Callable[[Scope, UUID, datetime], list[Line]]


class Section(msgspec.Struct, frozen=True):
    """A part of the hand-over: `read(scope, unit_id, since)` answers its lines as they are now."""

    code: str
    title: str | Lazy
    read: Read
    order: int = 50


_sections: dict[str, Section] = {}


def register_section(code: str, title: str | Lazy, read: Read, *, order: int = 50) -> None:
    """Add a section; smaller `order` stands further up. A code twice is a programming error (ValueError)."""
    if code in _sections:
        raise ValueError(f"The hand-over has a section {code} already.")
    _sections[code] = Section(code, title, read, order)


def registered() -> list[Section]:
    """All sections in their order."""
    return sorted(_sections.values(), key=lambda one: (one.order, one.code))


def read_all(scope: Scope, unit_id: UUID, since: datetime) -> list[tuple[Section, list[Line]]]:
    """Every section with its lines. One that cannot be read says so in a line: the others must not be missing because of it."""
    found = []
    for section in registered():
        try:
            with transaction.atomic():
                lines = section.read(scope, unit_id, since)
        except Exception:
            log.exception("handover_section_failed", section=section.code)
            words = _("Không đọc được phần này; kiểm tra trực tiếp trước khi ký.")
            lines = [Line("unreadable", words, severity="warning")]
        found.append((section, lines))
    return found


def _broken_sources(scope: Scope, unit_id: UUID, since: datetime) -> list[Line]:
    units = organisations.subtree_ids(unit_id)
    return [
        Line(
            f"source:{one.code}", one.name, " · ".join(word for word in (one.owner_name, one.cause) if word),
            f"/data/sources/{one.code}/", one.severity,
        )
        for one in sources.late_sources(scope, units=units, limit=100)
    ]  # fmt: skip


def _promises(scope: Scope, unit_id: UUID, since: datetime) -> list[Line]:
    return [
        Line(
            f"promise:{one.pk}", one.words,
            _("{who} hứa lúc {when}").format(who=one.made_by, when=f"{clock.local(one.made_at):%H:%M %d/%m}"),
        )
        for one in Promise.objects.filter(unit_id=unit_id, kept_at=None)
    ]  # fmt: skip


def _told_nobody(scope: Scope, unit_id: UUID, since: datetime) -> list[Line]:
    """Levels of chains that reached nobody in the shift, and sounds that were switched off: what could have been missed."""
    steps = ChainStep.objects.filter(chain__unit_id=unit_id, at__gte=since, person_ids=[]).select_related("chain")
    lines = [
        Line(f"chain:{step.chain_id}:{step.level}", step.chain.title, step.problem, step.chain.url, step.chain.severity)
        for step in steps[:50]
    ]
    for mute in Mute.objects.filter(unit_id=unit_id, since__gte=since).select_related("person"):
        words = _("{name} tắt tiếng {start}–{end}").format(
            name=mute.person, start=f"{clock.local(mute.since):%H:%M}",
            end=f"{clock.local(mute.ended_at or mute.until):%H:%M}",
        )  # fmt: skip
        lines.append(Line(f"mute:{mute.pk}", words, mute.reason))
    return lines


def register_own() -> None:
    """The sections that shifts fills itself."""
    register_section("sources", gettext_lazy("Nguồn số liệu trễ, mất tín hiệu"), _broken_sources, order=40)
    register_section("promises", gettext_lazy("Việc đã hứa"), _promises, order=60)
    register_section("unreached", gettext_lazy("Lần báo không tới ai, tiếng bị tắt"), _told_nobody, order=70)
