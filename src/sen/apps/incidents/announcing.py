"""Tells other processes and open consoles that an incident moved, after the commit. A lost notice is harmless: pages read the database."""

from __future__ import annotations

from uuid import UUID

import msgspec
import structlog
from django.db import transaction

from sen.apps.incidents.models import Dispatch, Incident, StepRun
from sen.eventbus import LogRefused, cloud_event
from sen.eventbus.process_bus import process_bus

log = structlog.get_logger(__name__)


def announce_after_commit(incident: Incident, change: str) -> None:
    """Say on `events.incidents.changed` and `live.incidents` what the incident is now."""
    transaction.on_commit(lambda: _announce(incident.pk, change), robust=True)
    if incident.merged_into_id is not None:
        goes_on = incident.merged_into_id  # its orders are shown and counted there
        transaction.on_commit(lambda: _announce(goes_on, change), robust=True)


def _announce(incident_id: UUID, change: str) -> None:
    from sen.apps.incidents.summaries import summaries_of

    found = Incident.objects.select_related("lead_unit", "territory", "merged_into").filter(pk=incident_id)
    [summary] = summaries_of(found)
    data = {"number": summary.number, "state": summary.state, "change": change, "drill": summary.drill}
    _publish(
        "events.incidents.changed",
        cloud_event(type="incidents.changed", source="sen/incidents", subject=summary.number, data=data),
    )
    called = Dispatch.objects.filter(incident_id=incident_id)
    units = {
        summary.lead_unit.id,
        *([summary.territory.id] if summary.territory else []),
        *called.filter(unit__isnull=False).values_list("unit_id", flat=True),
        *StepRun.objects.filter(incident_id=incident_id).values_list("unit_id", flat=True),
    }
    message = {
        "units": sorted(str(one) for one in units),
        "users": sorted(str(one) for one in called.filter(user_id__isnull=False).values_list("user_id", flat=True)),
        "incident": summary,
        "change": change,
    }
    _publish("live.incidents", msgspec.json.encode(message))


def _publish(subject: str, payload: bytes) -> None:
    try:
        process_bus().publish(subject, payload, timeout=2.0)
    except LogRefused as error:
        log.warning("event_not_published", subject=subject, error=str(error))
