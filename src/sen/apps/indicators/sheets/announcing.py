"""Tells open pages and other processes that a sheet moved, after the commit. A lost notice is harmless: pages read the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import structlog
from django.db import transaction

from sen.apps.access.interface import Scope
from sen.apps.indicators.models_sheets import SheetEntry
from sen.eventbus import LogRefused, cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def moved(entry: SheetEntry, scope: Scope, change: str, codes: Sequence[str] = ()) -> None:
    """Say what the sheet is now and which cells changed. Cells alone are news for open pages only, not for other programs."""
    data = {
        "id": str(entry.pk), "sheet": entry.sheet, "period": entry.period, "state": entry.state, "revision": entry.revision,
        "change": change, "codes": list(codes), "by": scope.username,
    }  # fmt: skip
    unit = entry.unit_id
    transaction.on_commit(lambda: _live(unit, data), robust=True)
    if change != "cells":
        event = cloud_event(type="indicators.changed", source="sen/indicators", subject=str(entry.pk), data=data)
        transaction.on_commit(lambda: _publish("events.indicators.changed", event), robust=True)


def here(entry: SheetEntry, scope: Scope, code: str) -> None:
    """Say that somebody has the sheet open and stands in a cell. Nothing is stored."""
    record = {
        "id": f"{entry.pk}:{scope.username}",
        "entry": str(entry.pk),
        "change": "here",
        "by": scope.username,
        "code": code,
    }
    _live(entry.unit_id, record)


def _live(unit: UUID, record: Mapping[str, object]) -> None:
    _publish("live.sheets", msgspec.json.encode({"units": [str(unit)], "sheet": record, "change": record["change"]}))


def _publish(subject: str, payload: bytes) -> None:
    try:
        process_bus().publish(subject, payload, timeout=2.0)
    except LogRefused as error:
        log.warning("event_not_published", subject=subject, error=str(error))
