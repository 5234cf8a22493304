"""What a unit descends from: who stands above it on a day, and which ended units it and those above it were made of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec
from django.db import connection

from sen.apps.organisations.models import Unit
from sen.apps.organisations.queries import on_day, today


class Lineage(msgspec.Struct, frozen=True):
    """A standing unit with its ancestors. `before` are the ended units that it was made of, a split one counting for its main
    successor; `above` stand over it on the day, `before_above` are what those were made of."""

    unit_id: UUID
    kind: str
    above: frozenset[UUID]
    before: frozenset[UUID]
    before_above: frozenset[UUID]


_LINES = """
WITH RECURSIVE line (root, id, above, ended) AS (
    SELECT id, id, false, false FROM organisations_unit WHERE id = ANY(%(roots)s)
    UNION
    SELECT line.root, next.id, line.above OR next.above, line.ended OR next.ended FROM line JOIN LATERAL (
        SELECT edge.parent_id AS id, true AS above, false AS ended FROM organisations_treeedge edge
        WHERE edge.unit_id = line.id AND NOT line.ended
        AND (edge.valid_from IS NULL OR edge.valid_from <= %(day)s) AND (edge.valid_to IS NULL OR edge.valid_to > %(day)s)
        UNION ALL
        SELECT link.predecessor_id, false, true FROM organisations_succession link
        JOIN organisations_unit old ON old.id = link.predecessor_id
        WHERE link.successor_id = line.id AND link.is_main AND old.valid_to <= %(day)s
    ) next ON true
)
SELECT root, id, above, ended FROM line WHERE root <> id
"""


def lineages(unit_ids: Collection[UUID], *, as_of: date | None = None) -> dict[UUID, Lineage]:
    """The lineage of each unit that stands on a day (today); two SQL statements."""
    day = as_of or today()
    kinds = dict(Unit.objects.filter(on_day(day), pk__in=unit_ids).values_list("pk", "kind"))
    sets: dict[UUID, dict[tuple[bool, bool], set[UUID]]] = {unit: {} for unit in kinds}
    if kinds:
        with connection.cursor() as cursor:
            cursor.execute(_LINES, {"roots": list(kinds), "day": day})
            for root, unit, above, ended in cursor.fetchall():
                sets[root].setdefault((above, ended), set()).add(unit)
    return {
        unit: Lineage(
            unit,
            kind,
            above=frozenset(sets[unit].get((True, False), ())),
            before=frozenset(sets[unit].get((False, True), ())),
            before_above=frozenset(sets[unit].get((True, True), ())),
        )
        for unit, kind in kinds.items()
    }
