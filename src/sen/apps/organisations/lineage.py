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
    successor; `above` stand over it on the day, the nearest first; `before_above` are what those were made of."""

    unit_id: UUID
    kind: str
    above: tuple[UUID, ...]
    before: frozenset[UUID]
    before_above: frozenset[UUID]


_LINES = """
WITH RECURSIVE line (root, id, height, ended) AS (
    SELECT id, id, 0, false FROM organisations_unit WHERE id = ANY(%(roots)s)
    UNION
    SELECT line.root, next.id, line.height + next.height, line.ended OR next.ended FROM line JOIN LATERAL (
        SELECT edge.parent_id AS id, 1 AS height, false AS ended FROM organisations_treeedge edge
        WHERE edge.unit_id = line.id AND NOT line.ended
        AND (edge.valid_from IS NULL OR edge.valid_from <= %(day)s) AND (edge.valid_to IS NULL OR edge.valid_to > %(day)s)
        UNION ALL
        SELECT link.predecessor_id, 0, true FROM organisations_succession link
        JOIN organisations_unit old ON old.id = link.predecessor_id
        WHERE link.successor_id = line.id AND link.is_main AND old.valid_to <= %(day)s
    ) next ON true
)
SELECT root, id, height > 0, ended FROM line WHERE root <> id ORDER BY root, height
"""


def lineages(unit_ids: Collection[UUID], *, as_of: date | None = None) -> dict[UUID, Lineage]:
    """The lineage of each unit that stands on a day (today); two SQL statements."""
    day = as_of or today()
    kinds = dict(Unit.objects.filter(on_day(day), pk__in=unit_ids).values_list("pk", "kind"))
    sets: dict[UUID, dict[tuple[bool, bool], list[UUID]]] = {unit: {} for unit in kinds}
    if kinds:
        with connection.cursor() as cursor:
            cursor.execute(_LINES, {"roots": list(kinds), "day": day})
            for root, unit, above, ended in cursor.fetchall():
                sets[root].setdefault((above, ended), []).append(unit)
    return {
        unit: Lineage(
            unit,
            kind,
            above=tuple(sets[unit].get((True, False), ())),
            before=frozenset(sets[unit].get((False, True), ())),
            before_above=frozenset(sets[unit].get((True, True), ())),
        )
        for unit, kind in kinds.items()
    }
