"""Further alerts for an incident that runs already."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from sen.apps.access.interface import Scope
from sen.apps.incidents import from_alerts, log, policies, seeing
from sen.apps.incidents.models import Incident


@transaction.atomic
def add_alerts(*, scope: Scope, number: str | UUID, alert_ids: Collection[UUID]) -> Incident:
    """Put alerts to a running incident; all or none. Raises NotFound, Forbidden, Conflict for one that belongs to another."""
    incident = seeing.running_for(scope, number, policies.RUN)
    found = from_alerts.chosen(scope, alert_ids)
    from_alerts.join(scope, incident, found)
    log.moved(incident)
    log.record(scope, "add_alerts", incident, alerts=[one.number for one in found])
    return incident
