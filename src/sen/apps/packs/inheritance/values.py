"""The values that templates are spoken of in, outside the database. Nothing here needs Django's models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.utils.functional import Promise

from sen.kernel import clock

Rule = Literal["own", "all", "kinds", "units"]
Reason = Literal["closed", "invalid", "gone", "predecessor"]


class Removed:
    """The marker that an override leaves an item out; there is one, `REMOVED`."""

    def __repr__(self) -> str:
        return "REMOVED"

    def __deepcopy__(self, memo: Any) -> Removed:
        return self


REMOVED = Removed()


class Fault(msgspec.Struct, frozen=True):
    """Why a content cannot be used: where (a path, empty for the whole) and the reason for people."""

    path: str
    message: str


class TemplateKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of template: the type of its content, what may be left open (pattern, name) and what msgspec cannot check."""

    code: str
    name: Promise | str
    content: type
    open_choices: tuple[tuple[str, Promise | str], ...] = ()
    check: Callable[[Any], Sequence[Fault]] | None = None
    field_names: Mapping[str, Promise | str] = {}


class TemplateRef(msgspec.Struct, frozen=True):
    """A template as others name it."""

    id: UUID
    kind: str
    code: str
    name: str
    owner_id: UUID
    owner_code: str
    owner_name: str
    pack: str
    retired: bool


class Audience(msgspec.Struct, frozen=True):
    """For whom a version is: only the owner, all units below it, those of some kinds, or those named."""

    rule: Rule
    kinds: tuple[str, ...] = ()
    unit_ids: tuple[UUID, ...] = ()


class VersionRef(msgspec.Struct, frozen=True, kw_only=True):
    """One published version without its content."""

    id: UUID
    template_id: UUID
    number: int
    audience: Audience
    open_fields: tuple[str, ...]
    mandatory: bool
    effective_on: date | None
    note: str
    published_at: datetime
    published_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""

    @property
    def label(self) -> str:
        """How the version is called: `v3 · 22/11/2026`."""
        return f"v{self.number} · {clock.local(self.published_at):%d/%m/%Y}"


class Version(VersionRef, frozen=True, kw_only=True):
    """One published version with its content."""

    content: dict[str, Any]


class TemplateDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A template with what its people need: the draft (None for who only inherits) and its newest visible version."""

    ref: TemplateRef
    draft: dict[str, Any] | None
    revision: int
    draft_by: str
    draft_at: datetime
    created_at: datetime
    newest: VersionRef | None
    unpublished: bool
    retired_reason: str = ""


class OverrideRef(msgspec.Struct, frozen=True):
    """One value that a unit gave; `value` is REMOVED for an item left out."""

    path: str
    value: Any
    reason: str
    made_at: datetime
    made_by: str


class IgnoredOverride(msgspec.Struct, frozen=True):
    """An override that is kept but not applied. `reason`: `closed` by a later version, `invalid` together with the published
    content, `gone` with the item it belonged to, or a `predecessor`'s, which its successor may take over."""

    path: str
    value: Any
    reason: Reason
    message: str
    unit_id: UUID
    detail: str = ""


class Upcoming(msgspec.Struct, frozen=True):
    """A mandatory version that will take effect by itself."""

    version: int
    on: date


class Effective(msgspec.Struct, frozen=True, kw_only=True):
    """What holds in a unit: the content of one version with the unit's overrides applied.

    `distance` counts the steps up to the owner, 0 for the unit itself. `fault` is set where even the published content is refused by today's rules; the content is then as published.
    """

    template: TemplateRef
    version: int
    version_label: str
    published_at: datetime
    content: dict[str, Any]
    open_fields: tuple[str, ...]
    overridden: tuple[str, ...]
    ignored: tuple[IgnoredOverride, ...]
    pending: int | None
    mandatory: bool
    own: bool
    distance: int = 0
    upcoming: Upcoming | None = None
    fault: str = ""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A template published to a unit that it does not inherit; `declined` where it said no to this version."""

    template: TemplateRef
    version: int
    version_label: str
    published_at: datetime
    note: str
    mandatory: bool
    effective_on: date | None
    declined: bool
    declined_reason: str


class Change(msgspec.Struct, frozen=True):
    """One difference between two contents: where, in words, and the value before and after."""

    path: str
    words: str
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """How one unit stands to a template. `state`: own, follows, behind, mandatory, declined, left or offered."""

    unit_id: UUID
    unit_code: str
    unit_name: str
    state: str
    version: int | None
    newest: int | None
    overrides: int


class DriftRow(msgspec.Struct, frozen=True, kw_only=True):
    """How far a unit is from what was published: versions behind, the one it declined, which fields it changed."""

    template: TemplateRef
    unit_id: UUID
    unit_code: str
    unit_name: str
    version: int
    newest: int
    behind: int
    overrides: int
    paths: tuple[str, ...]
    ignored: int
    declined: int | None = None
    declined_reason: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded decision; `undoable` says whether it can still be taken back."""

    id: UUID
    template: TemplateRef
    unit_id: UUID
    unit_code: str
    unit_name: str
    action: str
    version: int | None
    before: Any
    after: Any
    reason: str
    batch: UUID | None
    at: datetime
    by: str
    undone_at: datetime | None
    undoable: bool
