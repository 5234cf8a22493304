"""What an incident takes from the alerts that it is opened from, and which alerts belong to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sen.apps.access.interface import SYSTEM, Scope
from sen.apps.alerts import interface as alerts
from sen.apps.alerts.interface import AlertDetail
from sen.apps.incidents import log
from sen.apps.incidents.choices import Kind, Origin, Severity
from sen.apps.incidents.models import Incident
from sen.apps.organisations import interface as organisations

if TYPE_CHECKING:
    from sen.apps.incidents.opening import Told

_WORST_FIRST = list(Severity.values)


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """An alert as an incident sees it; `procedure` and `hazard` are its rule's."""

    id: UUID
    number: str
    title: str
    why: str
    severity: str
    onset_at: datetime
    acknowledged_at: datetime | None
    procedure: str
    hazard: str
    unit_id: UUID | None
    territory_id: UUID | None
    lon: float | None
    lat: float | None
    place: str
    simulated: bool
    facts: dict[str, Any]


def chosen(scope: Scope, alert_ids: Collection[UUID]) -> list[AlertFacts]:
    """The alerts that the caller chose, the gravest first. NotFound where one is not theirs to see."""
    found = [facts_of(alerts.alert(scope, one)) for one in dict.fromkeys(alert_ids)]
    return sorted(found, key=lambda one: (_WORST_FIRST.index(one.severity), one.onset_at))


def facts_of(found: AlertDetail) -> AlertFacts:
    """What an incident takes from an alert."""
    rule = found.rule.content
    value = found.peak_value if found.peak_value is not None else found.last_value
    return AlertFacts(
        id=found.id, number=found.number, title=found.title, why=found.why, severity=found.severity, onset_at=found.onset_at,
        acknowledged_at=found.acknowledged_at, procedure=rule.procedure, hazard=rule.hazard, unit_id=found.unit.id,
        territory_id=found.territory.id if found.territory else None, lon=found.lon, lat=found.lat, place=found.asset_name or found.place,
        simulated=found.simulated, facts={"value": _shown(value), "limit": _shown(found.limit), "unit": found.unit_label, "asset": found.asset_code},
    )  # fmt: skip


def _shown(value: float | None) -> str:
    """A figure as texts show it in Vietnamese."""
    return "" if value is None else f"{value:.6g}".replace(".", ",")


def complete(told: Told, found: Sequence[AlertFacts]) -> None:
    """Fill in what the caller left out with what the gravest alert says."""
    if not found:
        return
    first = found[0]
    told.title = told.title or first.title
    told.severity = told.severity or first.severity
    told.kind = told.kind or next((one.hazard for one in found if one.hazard in Kind.values), Kind.OTHER)
    told.description = told.description or first.why
    if told.lon is None and told.lat is None:
        told.lon, told.lat = first.lon, first.lat
    told.territory_id = told.territory_id or first.territory_id
    told.place = told.place or first.place
    told.origin = told.origin or Origin.ALERT
    told.origin_reference = told.origin_reference or first.number
    owner = owner_facts(first.unit_id) if first.unit_id else {}
    told.facts = {**first.facts, **owner, **(told.facts or {})}


def owner_facts(unit_id: UUID) -> dict[str, str]:
    """Who owns what is affected, as the facts of an incident keep it: whom a procedure calls the owner."""
    owner = organisations.unit_by_id(unit_id)
    return {"owner_id": str(owner.id), "owner": owner.name, "owner_level": owner.level}


def join(scope: Scope, incident: Incident, found: Sequence[AlertFacts]) -> None:
    """Put alerts to an incident. Conflict where one belongs to another."""
    alerts.join(
        scope=scope, alert_ids=[one.id for one in found], incident_id=incident.pk, incident_number=incident.number
    )
    log.add(incident, "alerts_joined", scope=scope, alerts=[one.number for one in found])


def move(scope: Scope, alert_ids: Sequence[UUID], source: Incident, target: Incident) -> None:
    """Take alerts from one incident to another."""
    if not alert_ids:
        return
    chosen_ids = list(alert_ids)
    alerts.leave(scope=scope, alert_ids=chosen_ids, incident_id=source.pk)
    alerts.join(scope=scope, alert_ids=chosen_ids, incident_id=target.pk, incident_number=target.number)


def end(incident: Incident) -> None:
    """The alerts of an incident that is closed are closed with it."""
    alerts.close_with_incident(incident_id=incident.pk, note=incident.closing_words[:500])


def let_go(scope: Scope, incident: Incident) -> None:
    """The alerts of an incident that was opened by mistake are back where they were."""
    if mine := ids_of(incident):
        numbers = [one.number for one in alerts.of_incident(incident.pk)]
        alerts.leave(scope=scope, alert_ids=mine, incident_id=incident.pk)
        log.add(incident, "alerts_left", scope=scope, alerts=numbers)


def ids_of(incident: Incident) -> list[UUID]:
    """The alerts of an incident."""
    return [one.id for one in alerts.of_incident(incident.pk)]


def incident_of(alert_id: UUID) -> Incident | None:
    """The incident that an alert belongs to."""
    found = alerts.alert(SYSTEM, alert_id).incident_id
    return Incident.objects.filter(pk=found).first() if found else None
