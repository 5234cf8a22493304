"""Tells open consoles and other processes that alerts moved, after the commit. A lost notice is harmless: pages read the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import transaction
from django.utils.translation import override

from sen.apps.alerts.alert_models import Alert
from sen.eventbus import cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)
SUBJECT = "live.alerts"
CHUNK = 100
"""Alerts in one message of the live feed."""


def after_commit(alert_ids: Collection[UUID], changes: Mapping[UUID, str] | str) -> None:
    """Say what alerts are now, once the surrounding transaction is committed; `changes` says what happened, per alert or to all."""
    ids = list(dict.fromkeys(alert_ids))
    if not ids:
        return

    def say() -> None:
        for start in range(0, len(ids), CHUNK):
            _say(ids[start : start + CHUNK], changes)

    transaction.on_commit(say, robust=True)


def _say(ids: Sequence[UUID], changes: Mapping[UUID, str] | str) -> None:
    from sen.apps.alerts.summaries import summaries_of

    with override("vi"):  # the feed is the same for all; a browser in another language asks for the rest itself
        found = summaries_of(Alert.objects.filter(pk__in=ids), user_id=None)
    given = dict(Alert.objects.filter(pk__in=ids).values_list("pk", "assigned_unit_id"))
    items: list[dict[str, Any]] = []
    for one in found:
        change = changes if isinstance(changes, str) else changes.get(one.id, "changed")
        desk = one.desk_id
        items.append(
            {
                "unit": one.unit.id,
                "territory": one.territory.id if one.territory else None,
                "desk": desk,
                "units": [given[one.id]] if given.get(one.id) else [],
                "change": change,
                "alert": one,
            }
        )
    try:
        process_bus().publish(SUBJECT, msgspec.json.encode({"items": items}), timeout=2.0)
        numbers = [{"number": item["alert"].number, "change": item["change"]} for item in items]
        event = cloud_event(type="alerts.changed", source="sen/alerts", subject="alerts", data={"alerts": numbers})
        process_bus().publish("events.alerts.changed", event, timeout=2.0)
    except Exception as error:
        log.warning("alerts_not_announced", count=len(ids), error=str(error))
