"""Reads hand-overs for who sees the unit; unknown and forbidden look the same."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.shifts import policies
from sen.apps.shifts.handover import sections
from sen.apps.shifts.handover_models import Handover, HandoverLine, Promise
from sen.kernel.errors import NotFound

OPEN = (Handover.State.DRAFT, Handover.State.GIVEN)


def handover_for(scope: Scope | None, handover_id: UUID) -> Handover:
    """One hand-over; NotFound."""
    caller = require(scope, policies.VIEW)
    found = Handover.objects.filter(pk=handover_id).select_related("outgoing", "incoming", "unit").first()
    if found is None or not caller.sees(found.unit_id):
        raise NotFound(_("Không tìm thấy biên bản giao ca."))
    return found


def handovers(scope: Scope | None, unit_id: UUID, limit: int = 50) -> list[Handover]:
    """The last hand-overs of a unit, newest first; dropped ones are left out. NotFound for units that the caller does not see."""
    caller = require(scope, policies.VIEW)
    if not caller.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    found = Handover.objects.filter(unit_id=unit_id).exclude(state=Handover.State.CANCELLED)
    return list(found.select_related("outgoing", "incoming", "unit")[:limit])


def open_of(unit_id: UUID) -> Handover | None:
    """The hand-over of a unit that is not finished."""
    return Handover.objects.filter(unit_id=unit_id, state__in=OPEN).select_related("outgoing", "incoming").first()


def parts(held: Handover) -> list[tuple[str, str, list[HandoverLine]]]:
    """(code, title, lines) of every section in its order, the empty ones too."""
    by_code = {code: list(lines) for code, lines in groupby(held.lines.all(), key=lambda line: line.section)}
    known = {section.code: str(section.title) for section in sections.registered()}
    titles = known | {code: lines[0].section_title for code, lines in by_code.items() if code not in known}
    return [(code, title, by_code.get(code, [])) for code, title in titles.items()]


def promises(unit_id: UUID) -> list[Promise]:
    """What a unit's shifts promised and have not kept yet, oldest first."""
    return list(Promise.objects.filter(unit_id=unit_id, kept_at=None))


def may_read(scope: Scope, about: str) -> bool:
    """Whether a caller may read the file of a hand-over (`about` is `handover:<id>`): whoever sees its unit."""
    try:
        handover_for(scope, UUID(about.partition(":")[2]))
    except (NotFound, ValueError):
        return False
    return True
