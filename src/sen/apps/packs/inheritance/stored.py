"""Reads templates, versions, decisions and overrides of many units in a fixed number of SQL statements; contents kept by version id."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from threading import Lock
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from sen.apps.packs.inheritance import kinds, settings_versions
from sen.apps.packs.inheritance.values import REMOVED, Audience, TemplateRef, VersionRef
from sen.apps.packs.models import TemplateVersion
from sen.kernel import clock

KEPT_BYTES = 64 * 1024 * 1024


class Published(msgspec.Struct, frozen=True):
    """A template with its versions that were not withdrawn, oldest first."""

    ref: TemplateRef
    versions: tuple[VersionRef, ...]


class Accepted(msgspec.Struct, frozen=True):
    """What a unit decided about a template."""

    accepted: int | None
    declined: int | None
    declined_reason: str


class StoredOverride(msgspec.Struct, frozen=True):
    """One override as stored; `value` may be REMOVED."""

    unit_id: UUID
    path: str
    value: Any
    reason: str
    made_at: datetime
    made_by: str


_SELECT_PUBLISHED = """
SELECT t.id, t.kind, t.code, t.name, t.owner_id, u.code, u.name, t.pack, t.retired_at IS NOT NULL,
       v.id, v.number, v.rule, v.kinds, v.unit_ids, v.open_fields, v.mandatory, v.effective_on, v.note, v.published_at, v.published_by
FROM packs_template t
JOIN organisations_unit u ON u.id = t.owner_id
JOIN packs_templateversion v ON v.template_id = t.id AND v.withdrawn_at IS NULL
WHERE t.retired_at IS NULL AND {condition}
ORDER BY t.code, t.id, v.number
"""


def published(owner_ids: Collection[UUID], kind: str | None = None) -> list[Published]:
    """The templates of some owners that have a version in force, by code; at most two statements."""
    wanted = _by_owner.of(owner_ids)
    found = [one for several in wanted.values() for one in several if kind is None or one.ref.kind == kind]
    return sorted(found, key=lambda one: one.ref.code)


class _ByOwner:
    """Templates with their versions by owner, kept until anything about templates changes."""

    def __init__(self) -> None:
        self._kept: dict[UUID, list[Published]] = {}
        self._version: int | None = None
        self._lock = Lock()

    def of(self, owner_ids: Collection[UUID]) -> dict[UUID, list[Published]]:
        present = settings_versions.present()
        with self._lock:
            if self._version != present:
                self._kept, self._version = {}, present
            found = {one: self._kept[one] for one in owner_ids if one in self._kept}
        missing = [one for one in owner_ids if one not in found]
        if missing:
            read: dict[UUID, list[Published]] = {one: [] for one in missing}
            for one in _published("t.owner_id = ANY(%s)", [missing]):
                read[one.ref.owner_id].append(one)
            with self._lock:
                if self._version == present:
                    self._kept.update(read)
            found |= read
        return found


_by_owner = _ByOwner()


def has_published(kind: str) -> bool:
    """Whether any template of a kind was ever published and is not retired; most centres have none of some kinds."""
    return TemplateVersion.objects.filter(template__kind=kind, template__retired_at=None).exists()


def published_of(template_ids: Collection[UUID]) -> list[Published]:
    """Some templates that have a version in force; one statement."""
    return _published("t.id = ANY(%s)", [list(template_ids)])


def published_one(template_id: UUID) -> Published | None:
    """One template, None where it has no version in force."""
    return next(iter(_published("t.id = %s", [template_id])), None)


def _published(condition: str, values: list[Any]) -> list[Published]:
    refs: dict[UUID, TemplateRef] = {}
    versions: dict[UUID, list[VersionRef]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SELECT_PUBLISHED.format(condition=condition), values)
        for row in cursor.fetchall():
            template_id = row[0]
            if template_id not in refs:
                refs[template_id] = TemplateRef(*row[:9])
            number, rule, unit_kinds, unit_ids, open_fields, mandatory, effective_on, note, at, by = row[10:]
            versions[template_id].append(
                VersionRef(
                    id=row[9], template_id=template_id, number=number,
                    audience=Audience(rule, tuple(unit_kinds), tuple(unit_ids)), open_fields=tuple(open_fields),
                    mandatory=mandatory, effective_on=effective_on, note=note, published_at=at, published_by=by,
                )
            )  # fmt: skip
    return [Published(ref, tuple(versions[template_id])) for template_id, ref in refs.items()]


def decisions(
    unit_ids: Collection[UUID], template_ids: Collection[UUID] | None = None
) -> dict[UUID, dict[UUID, Accepted]]:
    """What units decided: template → unit → decision; one statement."""
    found: dict[UUID, dict[UUID, Accepted]] = defaultdict(dict)
    with connection.cursor() as cursor:
        narrowed, values = _narrowed(unit_ids, template_ids)
        cursor.execute(
            f"SELECT template_id, unit_id, accepted, declined, declined_reason FROM packs_inheritance WHERE {narrowed}",  # noqa: S608
            values,
        )
        for template_id, unit_id, *rest in cursor.fetchall():
            found[template_id][unit_id] = Accepted(*rest)
    return found


def overrides(
    unit_ids: Collection[UUID], template_ids: Collection[UUID] | None = None
) -> dict[UUID, dict[UUID, list[StoredOverride]]]:
    """What units changed: template → unit → overrides by path, an item before its fields; one statement."""
    found: dict[UUID, dict[UUID, list[StoredOverride]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        narrowed, values = _narrowed(unit_ids, template_ids)
        cursor.execute(
            "SELECT template_id, unit_id, path, value::text, removed, reason, made_at, made_by "  # noqa: S608
            f"FROM packs_override WHERE {narrowed} ORDER BY path",
            values,
        )
        for template_id, unit_id, path, value, removed, reason, at, by in cursor.fetchall():
            given = REMOVED if removed else None if value is None else msgspec.json.decode(value)
            found[template_id][unit_id].append(StoredOverride(unit_id, path, given, reason, at, by))
    return found


def _narrowed(unit_ids: Collection[UUID], template_ids: Collection[UUID] | None) -> tuple[str, list[Any]]:
    if template_ids is None:
        return "unit_id = ANY(%s)", [list(unit_ids)]
    return "unit_id = ANY(%s) AND template_id = ANY(%s)", [list(unit_ids), list(template_ids)]


class _Contents:
    """Contents by version id, as the JSON of the type that their kind has now. Versions never change, so nothing expires."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, tuple[bytes, str]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def of(self, wanted: Iterable[tuple[UUID, str]]) -> dict[UUID, tuple[bytes, str]]:
        """(version id, kind) → JSON and why it is no longer valid (empty where it is); at most one statement."""
        pairs = dict(wanted)
        with self._lock:
            found = {one: self._kept[one] for one in pairs if one in self._kept}
        missing = [one for one in pairs if one not in found]
        if missing:
            with connection.cursor() as cursor:
                cursor.execute("SELECT id, content::text FROM packs_templateversion WHERE id = ANY(%s)", [missing])
                read = {one: _normal(pairs[one], text) for one, text in cursor.fetchall()}
            found |= read
            self._keep(read)
        return found

    def _keep(self, read: dict[UUID, tuple[bytes, str]]) -> None:
        with self._lock:
            for one, kept in read.items():
                if one not in self._kept:
                    self._kept[one] = kept
                    self._size += len(kept[0])
            while self._size > KEPT_BYTES:
                _one, dropped = self._kept.popitem(last=False)
                self._size -= len(dropped[0])


def _normal(kind: str, text: str) -> tuple[bytes, str]:
    """A content with the fields that its type got since it was published. One that is refused today stays as it was."""
    known = kinds.template_kinds().get(kind)
    if known is None:
        return text.encode(), ""
    try:
        return msgspec.json.encode(msgspec.json.decode(text, type=known.content)), ""
    except msgspec.ValidationError as error:
        return text.encode(), str(error)


_contents = _Contents()


def contents(wanted: Iterable[tuple[UUID, str]]) -> dict[UUID, tuple[bytes, str]]:
    """JSON and fault of versions, by their id; `wanted` holds (version id, kind)."""
    return _contents.of(wanted)


def day_of(moment: datetime) -> date:
    """The day in Vietnam."""
    return clock.local(moment).date()
