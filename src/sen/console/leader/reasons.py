"""Why a unit is behind: its late tasks with what was said last, its dossiers by procedure, its reports, documents and sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.access.interface import Scope
from sen.apps.directives import interface as directives
from sen.apps.documents import interface as documents
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import interface as procedures
from sen.apps.sources import interface as sources
from sen.console.leader.behind import KINDS, address
from sen.console.numbers import day as day_words

MOST = 8
"""Lines of one kind; the rest stands behind its link."""


@dataclass(frozen=True)
class Line:
    """One thing that is late: what, for how long, why, and where to act."""

    words: str
    late: str
    why: str
    address: str


@dataclass(frozen=True)
class Part:
    """The lines of one kind."""

    kind: str
    words: str
    address: str
    lines: list[Line]


def reasons(scope: Scope, unit: organisations.UnitRef) -> list[Part]:
    """The kinds of which anything is late in a unit or below it."""
    found = {
        "tasks": list(_tasks(scope, unit)), "dossiers": list(_dossiers(scope, unit)), "reports": list(_reports(scope, unit)),
        "documents": list(_documents(scope, unit)), "sources": list(_sources(scope, unit)),
    }  # fmt: skip
    return [Part(kind, str(KINDS[kind]), address(kind, unit.code), lines) for kind, lines in found.items() if lines]


def _days(number: int) -> str:
    return ngettext("quá {n} ngày", "quá {n} ngày", number).format(n=number)


def _tasks(scope: Scope, unit: organisations.UnitRef) -> Iterator[Line]:
    if scope.allows("directives.view"):
        for one in directives.overdue(scope, MOST, unit.id):
            said = one.why or one.last_progress or _("Chưa có báo cáo tiến độ nào.")
            yield Line(one.task.words, _days(one.days_late), f"{one.task.lead.name} · {said}", one.task.url)


def _dossiers(scope: Scope, unit: organisations.UnitRef) -> Iterator[Line]:
    if scope.allows("procedures.list"):
        wanted = procedures.DossierFilter(unit_id=unit.id, bucket=procedures.Bucket.OVERDUE)
        for one in procedures.dossiers(scope, wanted, limit=MOST).lines:
            said = _("{code} · {unit} giữ từ {day}").format(
                code=one.code,
                unit=one.unit.name if one.unit else one.agency,
                day=day_words(one.waiting_since or one.received_at),
            )
            late = _days(max(1, round(one.days_late))) if one.days_late else _("quá hạn")
            yield Line(one.procedure_name, late, said, f"/dossiers/{one.code}/")


def _reports(scope: Scope, unit: organisations.UnitRef) -> Iterator[Line]:
    if scope.allows("indicators.view"):
        for one in indicators.late_reports(scope, unit.id, limit=MOST):
            said = _("đã bị trả lại") if one.state == "sent_back" else _("chưa nộp")
            yield Line(f"{one.name}, {one.period_words}", _days(one.days_late), f"{one.unit_name} · {said}", one.url)


def _documents(scope: Scope, unit: organisations.UnitRef) -> Iterator[Line]:
    if scope.allows("documents.view"):
        wanted = documents.DocumentFilter(unit_id=unit.id, state="late")
        late = [one for one in documents.documents(scope, wanted).items if one.handled_at is None]
        for one in late[:MOST]:
            yield Line(one.abstract, _days(one.days_late), f"{one.unit.name} · {one.reference}", one.address)


def _sources(scope: Scope, unit: organisations.UnitRef) -> Iterator[Line]:
    for one in sources.late_sources(scope, units=organisations.subtree_ids(unit.id), limit=MOST):
        said = _("mất kết nối") if one.state == "lost" else _("trễ")
        yield Line(one.name, said, f"{one.owner_name} · {one.cause}", f"/data/connections/{one.code}/")
