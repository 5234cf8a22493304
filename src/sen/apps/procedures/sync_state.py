"""How far each source was read, kept where the connectors process finds it again after a kill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from sen.apps.procedures.models import SyncState


def checkpoint(source_key: str) -> dict[str, Any]:
    """The last checkpoint of a source; empty before the first one."""
    found = SyncState.objects.filter(pk=source_key).values_list("cursor", flat=True).first()
    return dict(found or {})


def save_checkpoint(source_key: str, value: Mapping[str, Any], records: int = 0) -> None:
    """Replace the checkpoint of a source and add to the number of its records."""
    state, _created = SyncState.objects.get_or_create(pk=source_key)
    state.cursor, state.rows = dict(value), F("rows") + records
    state.save(update_fields=["cursor", "rows", "updated_at"])
