"""What is late and whose: tasks, dossiers, reports, documents and sources of each unit, and why, as far as somebody said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sen.apps.access.interface import Scope
from sen.apps.directives import interface as directives
from sen.apps.documents import interface as documents
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import interface as procedures
from sen.apps.sources import interface as sources
from sen.kernel import clock

MOST = 500
"""Late reports and sources that are looked at; a province with more has other worries."""

HEAVY_SHARE = 0.25
"""From this part of all that is late of a kind on, a unit's figure is set in bold."""

KINDS: dict[str, str | Promise] = {
    "tasks": gettext_lazy("Nhiệm vụ"),
    "dossiers": gettext_lazy("Hồ sơ"),
    "reports": gettext_lazy("Báo cáo"),
    "documents": gettext_lazy("Văn bản"),
    "sources": gettext_lazy("Nguồn"),
}
"""What can be late, in the order of the columns."""


@dataclass(frozen=True)
class Count:
    """How much of one kind is late in a unit, and where it is listed."""

    words: str
    late: int
    address: str
    heavy: bool = False


@dataclass
class Row:
    """A unit with anything late. `late`: kind → how many; `why` says the heaviest in words."""

    unit: organisations.UnitRef
    late: dict[str, int] = field(default_factory=dict)
    heavy: set[str] = field(default_factory=set)

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.late.values())

    @property
    def counts(self) -> list[Count]:
        """A figure per kind, in order."""
        return [
            Count(str(words), self.late.get(kind, 0), address(kind, self.unit.code), kind in self.heavy)
            for kind, words in KINDS.items()
        ]

    @property
    def why(self) -> str:
        """The most of it, in words."""
        said = {
            "tasks": ngettext("{n} nhiệm vụ quá hạn", "{n} nhiệm vụ quá hạn", self.late.get("tasks", 0)),
            "dossiers": ngettext("{n} hồ sơ quá hạn", "{n} hồ sơ quá hạn", self.late.get("dossiers", 0)),
            "reports": ngettext("{n} báo cáo chưa nộp", "{n} báo cáo chưa nộp", self.late.get("reports", 0)),
            "documents": ngettext("{n} văn bản quá hạn", "{n} văn bản quá hạn", self.late.get("documents", 0)),
            "sources": ngettext("{n} nguồn mất kết nối", "{n} nguồn mất kết nối", self.late.get("sources", 0)),
        }
        first = sorted(
            (kind for kind, n in self.late.items() if n), key=lambda kind: (kind not in self.heavy, -self.late[kind])
        )
        return "; ".join(said[kind].format(n=self.late[kind]) for kind in first[:2])


def address(kind: str, unit: str) -> str:
    """The list of what is late of a kind in a unit."""
    return {
        "tasks": f"/tasks/list/?unit={unit}&timeliness=overdue",
        "dossiers": f"/dossiers/list/?unit={unit}&bucket=overdue",
        "reports": f"/figures/sheets/?turn=late&unit={unit}",
        "documents": f"/documents/?unit={unit}&state=late",
        "sources": f"/data/connections/?owner={unit}&state=late,lost",
    }[kind]


def behind(scope: Scope, unit: organisations.UnitRef) -> list[Row]:
    """Units at or below `unit` with anything late, the most first. A fixed number of statements whatever the number of units."""
    inside = organisations.subtree_ids(unit.id)
    late: dict[UUID, dict[str, int]] = {}
    for kind, unit_id, number in _late(scope):
        if number and unit_id in inside:
            kinds = late.setdefault(unit_id, {})
            kinds[kind] = kinds.get(kind, 0) + number
    units = organisations.units_by_id(late)
    rows = [Row(units[one], kinds) for one, kinds in late.items() if one in units]
    for kind in KINDS:
        every = sum(row.late.get(kind, 0) for row in rows)
        for row in rows:
            if every and row.late.get(kind, 0) >= max(2, HEAVY_SHARE * every):
                row.heavy.add(kind)
    return sorted(rows, key=lambda row: (-len(row.heavy), -row.total, row.unit.code))


def _late(scope: Scope) -> Iterator[tuple[str, UUID, int]]:
    """Kind, unit, how many; what a caller may not see is left out."""
    if scope.allows("directives.view"):
        yield from (("tasks", one, counts.overdue) for one, counts in directives.counts_by_unit(scope).items())
    if scope.allows("procedures.view"):
        year = indicators.parse_period(str(clock.local(clock.now()).year))
        yield from (("dossiers", line.unit.id, line.overdue) for line in procedures.ranking(scope, year))
    if scope.allows("indicators.view"):
        yield from (("reports", one.unit_id, 1) for one in indicators.late_reports(scope, limit=MOST))
    if scope.allows("documents.view"):
        yield from (("documents", line.unit.id, line.counts.overdue) for line in documents.by_unit(scope))
    yield from (("sources", one.owner_id, 1) for one in sources.late_sources(scope, units=None, limit=MOST))


def summary(rows: list[Row]) -> str:
    """What is late in all, in one line."""
    every = {kind: sum(row.late.get(kind, 0) for row in rows) for kind in KINDS}
    return ", ".join(f"{number} {str(KINDS[kind]).lower()}" for kind, number in every.items() if number) or _(
        "không có việc trễ"
    )
