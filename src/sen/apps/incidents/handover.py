"""What the incidents bring to a shift's hand-over: those that run, with their next clock and orders without an answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access.interface import Scope
from sen.apps.incidents import listing
from sen.apps.incidents.values import IncidentFilter, IncidentSummary
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import interface as shifts
from sen.kernel import clock

MOST = 100


def register() -> None:
    """Add the section to every hand-over; called by ready()."""
    shifts.register_section("incidents", gettext_lazy("Sự cố đang xử lý"), _running, order=10)


def _running(scope: Scope, unit_id: UUID, since: datetime) -> list[shifts.Line]:
    """Running incidents that the unit or one below leads, or on their ground; drills say so."""
    units = organisations.subtree_ids(unit_id)
    page = listing.incidents(scope, IncidentFilter(), None, MOST)
    return [_line(one) for one in page.items if _concerns(one, units)]


def _concerns(one: IncidentSummary, units: frozenset[UUID]) -> bool:
    return one.lead_unit.id in units or (one.territory is not None and one.territory.id in units)


def _line(one: IncidentSummary) -> shifts.Line:
    marked = _("[Diễn tập] ") if one.drill else ""
    parts = [_("mở lúc {time}").format(time=f"{clock.local(one.opened_at):%H:%M %d/%m}"), one.lead_unit.name]
    if one.next_due_at is not None:
        parts.append(_("hạn gần nhất {time}").format(time=f"{clock.local(one.next_due_at):%H:%M %d/%m}"))
    if one.unanswered:
        parts.append(_("{n} lệnh chưa trả lời").format(n=one.unanswered))
    return shifts.Line(
        f"incident:{one.id}", f"{marked}{one.number} {one.title}", " · ".join(parts), one.url, one.severity
    )
