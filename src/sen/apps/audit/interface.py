"""What other apps may call of the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sen.apps.audit import services
from sen.apps.audit.append_only import append_only
from sen.apps.audit.queries import Verification, verify
from sen.kernel.scopes import Scope

__all__ = ["Verification", "append_only", "record", "verify"]


def record(
    *,
    scope: Scope | None,
    action: str,
    object_type: str,
    object_id: str,
    unit_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    actor: str = "",
) -> None:
    """Append who did what (or looked at what) in the caller's transaction. Call it last: it holds the chain until commit.

    `detail` must be free of secrets; `actor` names who acted where there is no scope.
    """
    services.record(
        scope=scope,
        action=action,
        object_type=object_type,
        object_id=object_id,
        unit_id=unit_id,
        detail=detail,
        actor=actor,
    )
