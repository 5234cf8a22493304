"""What REST takes and answers about templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

REVISION = Field(ge=1, le=2_147_483_647)
NUMBER = Field(ge=1, le=2_147_483_647)
REASON = Field(min_length=1, max_length=500)


class TemplateIn(Schema):
    """A new template of a unit, as a draft. `owner` is the unit's code."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(max_length=40)
    code: str = Field(max_length=64)
    name: str = Field(max_length=200)
    owner: str = Field(max_length=64)
    content: dict[str, Any]
    pack: str = Field("", max_length=64)


class DraftIn(Schema):
    """A new draft. `revision` is the one that was read: a stale one is refused with 412."""

    model_config = ConfigDict(extra="forbid")
    content: dict[str, Any]
    revision: int = REVISION
    name: str | None = Field(None, max_length=200)


class AudienceIn(Schema):
    """For whom a version is. `kinds` are kinds of unit (ward, commune, department…), `units` codes of units below the owner."""

    model_config = ConfigDict(extra="forbid")
    rule: Literal["own", "all", "kinds", "units"]
    kinds: list[Literal["ward", "commune", "special_zone", "department"]] = Field([], max_length=10)
    units: list[str] = Field([], max_length=5000)


class PublishIn(Schema):
    """How the draft is published. `open_fields` are patterns such as `/rows/*/maximum`."""

    model_config = ConfigDict(extra="forbid")
    revision: int = REVISION
    audience: AudienceIn
    open_fields: list[str] = Field([], max_length=200)
    mandatory: bool = False
    effective_on: date | None = None
    note: str = Field("", max_length=2000)


class Reason(Schema):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: str = REASON


class VersionChoice(Schema):
    """Which version."""

    model_config = ConfigDict(extra="forbid")
    version: int = NUMBER


class Refusal(VersionChoice):
    """Which version is declined, and why."""

    reason: str = REASON


class ManyIn(VersionChoice):
    """A version for several units by code; all or none."""

    units: list[str] = Field(min_length=1, max_length=5000)


class OverrideIn(Schema):
    """One own value: `value`, or `removed` for an item that the unit leaves out."""

    model_config = ConfigDict(extra="forbid")
    path: str = Field(max_length=300)
    value: Any = None
    removed: bool = False


class OverridesIn(Schema):
    """Own values of a unit and the reason for them."""

    model_config = ConfigDict(extra="forbid")
    changes: list[OverrideIn] = Field(min_length=1, max_length=500)
    reason: str = REASON


class ResetIn(Schema):
    """Which own values are given up; all of them without `paths`."""

    model_config = ConfigDict(extra="forbid")
    paths: list[str] = Field([], max_length=500)
    reason: str = Field("", max_length=500)


class AudienceOut(Schema):
    """For whom a version is; `units` are codes."""

    rule: str
    kinds: list[str]
    units: list[str]


class VersionOut(Schema):
    """A published version without its content."""

    version: int
    label: str
    audience: AudienceOut
    open_fields: list[str]
    mandatory: bool
    effective_on: date | None
    note: str
    published_at: datetime
    published_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str


class VersionWithContent(VersionOut):
    """A published version with its content."""

    content: dict[str, Any]


class Versions(Schema):
    """The versions of a template, newest first; never more than one page."""

    items: list[VersionOut]
    next: str | None = None


class TemplateLine(Schema):
    """A template in a list."""

    id: UUID
    kind: str
    code: str
    name: str
    owner: str
    owner_name: str
    pack: str
    retired: bool


class TemplateOut(TemplateLine):
    """A template. `draft` is null for who does not belong to its owner; `unpublished` when it differs from the newest version."""

    draft: dict[str, Any] | None
    revision: int
    draft_by: str
    draft_at: datetime
    created_at: datetime
    unpublished: bool
    retired_reason: str
    newest: VersionOut | None


class Templates(Schema):
    """One page of templates."""

    items: list[TemplateOut]
    next: str | None


class KindOut(Schema):
    """A kind of template: what may be left open, and the JSON Schema of its content."""

    code: str
    name: str
    open_choices: list[dict[str, str]]
    content_schema: dict[str, Any]


class Kinds(Schema):
    """All kinds of template; never more than one page."""

    items: list[KindOut]
    next: str | None = None


class Published(Schema):
    """The number of the version that was made."""

    version: int


class Revision(Schema):
    """The draft's new revision."""

    revision: int


class ChangeOut(Schema):
    """One difference between two contents."""

    path: str
    words: str
    kind: str
    before: Any = None
    after: Any = None


class Differences(Schema):
    """All differences between two versions."""

    items: list[ChangeOut]
    next: str | None = None


class UseOut(Schema):
    """How a unit stands to a template: own, follows, behind, mandatory, declined, left or offered."""

    unit: str
    unit_name: str
    state: str
    version: int | None
    newest: int | None
    overrides: int


class Uses(Schema):
    """Every unit of the caller that a template was published to."""

    items: list[UseOut]
    next: str | None = None


class DriftOut(Schema):
    """How far a unit is from what was published."""

    template: TemplateLine
    unit: str
    unit_name: str
    version: int
    newest: int
    behind: int
    overrides: int
    paths: list[str]
    ignored: int


class Drift(Schema):
    """The furthest away first; never more than one page."""

    items: list[DriftOut]
    next: str | None = None


class IgnoredOut(Schema):
    """An own value that is kept but not applied, and why."""

    path: str
    value: Any = None
    removed: bool
    reason: str
    message: str
    unit: str


class UpcomingOut(Schema):
    """A mandatory version that will take effect by itself."""

    version: int
    on: date


class EffectiveOut(Schema):
    """What holds in a unit."""

    template: TemplateLine
    version: int
    version_label: str
    published_at: datetime
    content: dict[str, Any]
    open_fields: list[str]
    overridden: list[str]
    ignored: list[IgnoredOut]
    pending: int | None
    upcoming: UpcomingOut | None
    mandatory: bool
    own: bool
    fault: str


class Settings(Schema):
    """All that holds in a unit; never more than one page."""

    items: list[EffectiveOut]
    next: str | None = None


class OfferOut(Schema):
    """A template that a unit may take over."""

    template: TemplateLine
    version: int
    version_label: str
    published_at: datetime
    note: str
    mandatory: bool
    effective_on: date | None
    declined: bool
    declined_reason: str


class Offers(Schema):
    """All that is offered to a unit; never more than one page."""

    items: list[OfferOut]
    next: str | None = None


class DecisionOut(Schema):
    """A recorded decision with what was before and after it."""

    id: UUID
    template: TemplateLine
    unit: str
    unit_name: str
    action: str
    version: int | None
    before: Any = None
    after: Any = None
    reason: str
    batch: UUID | None
    at: datetime
    by: str
    undone_at: datetime | None
    undoable: bool


class Decisions(Schema):
    """One page of decisions, newest first."""

    items: list[DecisionOut]
    next: str | None


class Batch(Schema):
    """What was done together, for undoing it together."""

    batch: UUID


class Count(Schema):
    """How many."""

    count: int
