"""What other apps may call of templates; `sen.apps.packs.interface` hands it on.

Models are imported when a function is called: the packs' facts are also read where no database is, such as in `sen packs check`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sen.apps.packs.inheritance.values import (
    Audience,
    Decision,
    DriftRow,
    Effective,
    Offer,
    OverrideRef,
    TemplateDetail,
    TemplateRef,
    Use,
    Version,
    VersionRef,
)
from sen.kernel.scopes import Scope

# What the owner does


def create_template(
    *, scope: Scope, kind: str, code: str, name: str, owner_id: UUID, content: dict[str, Any], pack: str = ""
) -> TemplateRef:
    """A new template of a unit, as a draft. Raises InvalidInput, NotFound, Forbidden; Conflict where (owner, kind, code) is taken."""
    from sen.apps.packs.inheritance import services

    return services.create_template(
        scope=scope, kind=kind, code=code, name=name, owner_id=owner_id, content=content, pack=pack
    )


def save_draft(
    *, scope: Scope, template_id: UUID, content: dict[str, Any], revision: int, name: str | None = None
) -> int:
    """Replace the draft; the new revision. Conflict (412) when `revision` is stale, InvalidInput with the faults by path."""
    from sen.apps.packs.inheritance import services

    return services.save_draft(scope=scope, template_id=template_id, content=content, revision=revision, name=name)


def publish(
    *,
    scope: Scope,
    template_id: UUID,
    audience: Audience,
    open_fields: Collection[str] = (),
    mandatory: bool = False,
    effective_on: date | None = None,
    note: str = "",
    revision: int | None = None,
) -> int:
    """Make the draft the next version; its number. A `mandatory` one holds from `effective_on` (at once without) by itself.

    Audience `own` needs the action packs.change, any other packs.publish. With `revision` a second publisher gets Conflict (412).
    """
    from sen.apps.packs.inheritance import services

    return services.publish(
        scope=scope, template_id=template_id, audience=audience, open_fields=tuple(open_fields), mandatory=mandatory,
        effective_on=effective_on, note=note, revision=revision,
    )  # fmt: skip


def withdraw(*, scope: Scope, template_id: UUID, version: int, reason: str) -> None:
    """Take a version out of force; units fall back to the one before it."""
    from sen.apps.packs.inheritance import services

    services.withdraw(scope=scope, template_id=template_id, version=version, reason=reason)


def retire(*, scope: Scope, template_id: UUID, reason: str) -> None:
    """End a template: it holds nowhere and is offered to nobody; its history stays readable by its owner."""
    from sen.apps.packs.inheritance import services

    services.retire(scope=scope, template_id=template_id, reason=reason)


# What a unit decides


def inherit(*, scope: Scope, template_id: UUID, unit_id: UUID) -> None:
    """Take over a template at its newest version for the unit. NotFound where none is for it, Conflict where it does already."""
    from sen.apps.packs.inheritance import deciding

    deciding.inherit(scope=scope, template_id=template_id, unit_id=unit_id)


def accept(*, scope: Scope, template_id: UUID, unit_id: UUID, version: int) -> None:
    """Let a version hold in the unit, also where it did not inherit yet. Conflict below a mandatory version."""
    from sen.apps.packs.inheritance import deciding

    deciding.accept(scope=scope, template_id=template_id, unit_id=unit_id, version=version)


def accept_for_many(*, scope: Scope, template_id: UUID, unit_ids: Collection[UUID], version: int) -> UUID:
    """Accept a version for several units, all or none; the batch, for `undo_batch`."""
    from sen.apps.packs.inheritance import deciding

    return deciding.accept_for_many(scope=scope, template_id=template_id, unit_ids=unit_ids, version=version)


def decline(*, scope: Scope, template_id: UUID, unit_id: UUID, version: int, reason: str) -> None:
    """Say no to a version and those before it; the unit keeps what it has. Conflict for a mandatory one."""
    from sen.apps.packs.inheritance import deciding

    deciding.decline(scope=scope, template_id=template_id, unit_id=unit_id, version=version, reason=reason)


def leave(*, scope: Scope, template_id: UUID, unit_id: UUID, reason: str) -> None:
    """Inherit no more; overrides are kept. Conflict under a mandatory version."""
    from sen.apps.packs.inheritance import deciding

    deciding.leave(scope=scope, template_id=template_id, unit_id=unit_id, reason=reason)


def override(*, scope: Scope, template_id: UUID, unit_id: UUID, changes: Mapping[str, Any], reason: str) -> None:
    """Give open fields own values (path → value or REMOVED); a value equal to the published one takes the override away.

    Conflict `closed_fields` with the paths in `fields` where one is not open; InvalidInput `invalid_override` where the
    result would not be valid.
    """
    from sen.apps.packs.inheritance import deciding

    deciding.override(scope=scope, template_id=template_id, unit_id=unit_id, changes=changes, reason=reason)


def reset(*, scope: Scope, template_id: UUID, unit_id: UUID, paths: Collection[str] = (), reason: str = "") -> None:
    """Back to the published values at `paths`, everywhere without them. NotFound for a path without override."""
    from sen.apps.packs.inheritance import deciding

    deciding.reset(scope=scope, template_id=template_id, unit_id=unit_id, paths=paths, reason=reason)


def undo(*, scope: Scope, change_id: UUID) -> None:
    """Take a decision back. Conflict where something was decided since; a publication only within an hour."""
    from sen.apps.packs.inheritance import undoing

    undoing.undo(scope=scope, change_id=change_id)


def undo_batch(*, scope: Scope, batch: UUID) -> int:
    """Take back all decisions of a batch, or none; how many."""
    from sen.apps.packs.inheritance import undoing

    return undoing.undo_batch(scope=scope, batch=batch)


# Reads


def effective(scope: Scope, unit_id: UUID, kind: str | None = None, as_of: date | None = None) -> list[Effective]:
    """What holds in a unit on a day (today), by code. `as_of` moves dates and tree; decisions are those of now."""
    from sen.apps.packs.inheritance import effective as reading

    return reading.effective(scope, unit_id, kind, as_of)


def effective_one(scope: Scope, template_id: UUID, unit_id: UUID, as_of: date | None = None) -> Effective:
    """One template as it holds in a unit; NotFound where it does not."""
    from sen.apps.packs.inheritance import effective as reading

    return reading.effective_one(scope, template_id, unit_id, as_of)


def effective_of_units(
    unit_ids: Collection[UUID], kind: str | None = None, as_of: date | None = None
) -> dict[UUID, list[Effective]]:
    """What holds in many units, in six SQL statements; for callers that checked who asks."""
    from sen.apps.packs.inheritance import effective as reading

    return reading.effective_of_units(unit_ids, kind, as_of)


def offers(scope: Scope, unit_id: UUID) -> list[Offer]:
    """Published to the unit and not holding there: not inherited, left, declined, or mandatory from a later day."""
    from sen.apps.packs.inheritance import effective as reading

    return reading.offers(scope, unit_id)


def overrides_in(scope: Scope, template_id: UUID, unit_id: UUID) -> list[OverrideRef]:
    """The unit's own overrides with who, when and why, applied or not."""
    from sen.apps.packs.inheritance import effective as reading

    return reading.overrides_in(scope, template_id, unit_id)


def templates(
    scope: Scope,
    *,
    kind: str = "",
    owner_id: UUID | None = None,
    q: str = "",
    retired: bool | None = False,
    limit: int = 100,
    after: UUID | None = None,
) -> tuple[list[TemplateDetail], UUID | None]:
    """A page of the templates that the caller sees, newest first, and the id after which the next page begins."""
    from sen.apps.packs.inheritance import queries

    return queries.templates(scope, kind=kind, owner_id=owner_id, q=q, retired=retired, limit=limit, after=after)


def template(scope: Scope, template_id: UUID) -> TemplateDetail:
    """One template, with its draft for the owner's people. NotFound where unknown or not for the caller."""
    from sen.apps.packs.inheritance import queries

    return queries.template(scope, template_id)


def template_by_code(scope: Scope, kind: str, code: str, owner_id: UUID) -> TemplateRef | None:
    """The template of an owner by its kind and code; None where the caller sees none."""
    from sen.apps.packs.inheritance import queries

    return queries.template_by_code(scope, kind, code, owner_id)


def versions(scope: Scope, template_id: UUID) -> list[VersionRef]:
    """The versions that the caller may see, newest first, withdrawn ones included."""
    from sen.apps.packs.inheritance import queries

    return queries.versions(scope, template_id)


def version(scope: Scope, template_id: UUID, number: int) -> Version:
    """One version with its content; NotFound."""
    from sen.apps.packs.inheritance import queries

    return queries.version(scope, template_id, number)


def changes(
    scope: Scope,
    *,
    template_id: UUID | None = None,
    unit_id: UUID | None = None,
    limit: int = 50,
    after: UUID | None = None,
) -> tuple[list[Decision], UUID | None]:
    """Decisions of the caller's units, newest first, and the id after which the next page begins."""
    from sen.apps.packs.inheritance import queries

    return queries.changes(scope, template_id=template_id, unit_id=unit_id, limit=limit, after=after)


def where_used(scope: Scope, template_id: UUID) -> list[Use]:
    """How each unit that a template was published to stands to it, as far as the caller sees the units."""
    from sen.apps.packs.inheritance import drift as drifting

    return drifting.where_used(scope, template_id)


def drift(
    scope: Scope, *, template_id: UUID | None = None, kind: str = "", changed_only: bool = False
) -> list[DriftRow]:
    """How far units are from what was published: versions behind, fields changed; the furthest first."""
    from sen.apps.packs.inheritance import drift as drifting

    return drifting.drift(scope, template_id=template_id, kind=kind, changed_only=changed_only)


def settings_version() -> int:
    """Another number after every write to templates; one primary-key lookup."""
    from sen.apps.packs.inheritance import settings_versions

    return settings_versions.present()
