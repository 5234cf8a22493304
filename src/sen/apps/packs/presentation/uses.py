"""What the lists of templates need of many rows at once: users, notes of versions, changed fields; a fixed number of statements each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db.models import Count

from sen.apps.packs.inheritance import stored
from sen.apps.packs.inheritance.values import DriftRow
from sen.apps.packs.models import Inheritance, TemplateVersion
from sen.apps.packs.presentation import words
from sen.apps.packs.presentation.contents import in_words
from sen.kernel.scopes import Scope

Changed = dict[tuple[UUID, UUID], list[str]]


class Note(msgspec.Struct, frozen=True):
    """What a publisher said about a version, and from when it holds by itself."""

    note: str
    published_at: datetime
    holds_from: date | None


def users(scope: Scope, template_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many of the caller's units took over each template."""
    found = Inheritance.objects.filter(template_id__in=template_ids, accepted__isnull=False)
    if not scope.everything:
        found = found.filter(unit_id__in=scope.unit_ids)
    return dict(found.order_by().values_list("template_id").annotate(Count("id")))


def notes(template_ids: Collection[UUID]) -> dict[tuple[UUID, int], Note]:
    """(template, number) → note of every version; for templates that the caller was shown already."""
    rows = TemplateVersion.objects.filter(template_id__in=template_ids).values_list(
        "template_id", "number", "note", "published_at", "mandatory", "effective_on"
    )
    return {(one, number): Note(note, at, on if mandatory else None) for one, number, note, at, mandatory, on in rows}


def changed_fields(rows: Sequence[DriftRow]) -> Changed:
    """(template, unit) → the applied changes in words with their reasons, of rows that the caller was shown."""
    changed = [row for row in rows if row.paths]
    if not changed:
        return {}
    made = stored.overrides({row.unit_id for row in changed}, {row.template.id for row in changed})
    versions = {
        (one, number): pk
        for pk, one, number in TemplateVersion.objects.filter(template_id__in={row.template.id for row in changed})
        .values_list("id", "template_id", "number")
    }  # fmt: skip
    kinds = {versions[row.template.id, row.version]: row.template.kind for row in changed}
    contents = {pk: msgspec.json.decode(content) for pk, (content, _fault) in stored.contents(kinds.items()).items()}
    found: Changed = {}
    for row in changed:
        content, kind, applied = contents[versions[row.template.id, row.version]], row.template.kind, set(row.paths)
        own = made.get(row.template.id, {}).get(row.unit_id, [])
        found[row.template.id, row.unit_id] = [
            f"{words.path_words(kind, content, one.path)}: {in_words(kind, one.path, one.value)}" + (f" ({one.reason})" if one.reason else "")
            for one in own if one.path in applied
        ]  # fmt: skip
    return found
