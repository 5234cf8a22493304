"""Writes down a decision: the change that can be undone, the audit event, the notice to other processes. Called last in a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sen.apps.audit import interface as audit
from sen.apps.packs.inheritance import settings_versions
from sen.apps.packs.models import InheritanceChange, Template
from sen.kernel import clock
from sen.kernel.scopes import Scope

Action = InheritanceChange.Action


def change(
    *,
    scope: Scope,
    template: Template,
    unit_id: UUID,
    action: InheritanceChange.Action,
    before: Any,
    after: Any,
    version: int | None = None,
    reason: str = "",
    batch: UUID | None = None,
    undoes: InheritanceChange | None = None,
) -> InheritanceChange:
    """The row of one decision, not yet saved."""
    return InheritanceChange(
        template=template, unit_id=unit_id, action=action, version=version, before=before, after=after,
        reason=reason[:2000], batch=batch, at=clock.now(), by=scope.username, undoes=undoes,
    )  # fmt: skip


def note(*, scope: Scope, template: Template, unit_id: UUID, action: str, detail: Mapping[str, Any]) -> None:
    """Audit `packs.<action>` of a template and announce it after the commit."""
    told = {"template": template.code, "kind": template.kind, **detail}
    settings_versions.announce(
        str(template.pk), {"template": str(template.pk), "kind": template.kind, "action": action}
    )
    audit.record(
        scope=scope, action=f"packs.{action}", object_type="template", object_id=str(template.pk), unit_id=unit_id,
        detail=told,
    )  # fmt: skip
