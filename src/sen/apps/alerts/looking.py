"""Lets the others in the room see who looks at an alert at this moment. Nothing is kept: a lost message only hides a name."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import structlog

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope
from sen.apps.alerts.alert_values import AlertSummary
from sen.apps.alerts.announcing import SUBJECT
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def tell(scope: Scope, found: Iterable[AlertSummary]) -> None:
    """Say on the live feed that the caller looks at these alerts; other consoles show the name for a while."""
    if scope.user_id is None:
        return
    name = access.people_by_id([scope.user_id]).get(scope.user_id) or scope.username
    items = [
        {
            "unit": one.unit.id, "territory": one.territory.id if one.territory else None, "desk": one.desk_id, "change": "looking",
            "by": {"id": scope.user_id, "name": name}, "alert": one,
        }
        for one in found
    ]  # fmt: skip
    try:
        process_bus().publish(SUBJECT, msgspec.json.encode({"items": items}), timeout=2.0)
    except Exception as error:
        log.debug("looking_not_announced", error=str(error))
