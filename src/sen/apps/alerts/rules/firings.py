"""How often rules fired lately and how often people said that it was nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Count, Max, Q

from sen.apps.access.interface import Scope


class Fired(msgspec.Struct, frozen=True):
    """Alerts that began in a span of time and false alarms among them; simulated ones count, drills do not."""

    count: int = 0
    false_alarms: int = 0
    last: datetime | None = None


def fired(scope: Scope, template_ids: Collection[UUID], *, since: datetime) -> dict[UUID, Fired]:
    """By template; one statement. Only alerts of the caller's units count."""
    if not template_ids:
        return {}
    from sen.apps.alerts.alert_models import Alert  # both are models of this app, and alerts name rules

    rows = Alert.objects.filter(onset_at__gte=since, drill=False, rule__template_id__in=list(template_ids))
    if not scope.everything:
        rows = rows.filter(Q(unit_id__in=list(scope.unit_ids)) | Q(territory_id__in=list(scope.unit_ids)))
    counted = rows.values_list("rule__template_id").annotate(
        n=Count("id"), false=Count("id", filter=Q(outcome="false_alarm")), last=Max("onset_at")
    )
    return {key: Fired(n, false, last) for key, n, false, last in counted}
