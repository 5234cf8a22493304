"""Alerts brought into the values that lists, pages and the live feed show; a fixed number of statements whatever their number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from sen.apps.alerts import why
from sen.apps.alerts.alert_models import Alert, AlertSeen, State
from sen.apps.alerts.alert_values import AlertRef, AlertSummary, StateForPeople
from sen.apps.alerts.rules import words
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef


def summaries_of(found: QuerySet[Alert], *, user_id: UUID | None) -> list[AlertSummary]:
    """In the order of the query; `user_id` decides what is seen."""
    rows = list(found.select_related("rule"))
    units = organisations.units_by_id(
        {unit for row in rows for unit in (row.unit_id, row.desk_id, row.territory_id) if unit is not None}
    )
    seen = seen_by(user_id, [row.pk for row in rows])
    return [summary(row, units, seen=row.pk in seen) for row in rows]


def seen_by(user_id: UUID | None, alert_ids: list[UUID]) -> frozenset[UUID]:
    """Which of these alerts a person has looked at."""
    if user_id is None or not alert_ids:
        return frozenset()
    return frozenset(
        AlertSeen.objects.filter(user_id=user_id, alert_id__in=alert_ids).values_list("alert_id", flat=True)
    )


def summary(row: Alert, units: dict[UUID, UnitRef], *, seen: bool) -> AlertSummary:
    """One alert with the units that it names."""
    return AlertSummary(**fields(row, units, seen=seen))


def fields(row: Alert, units: dict[UUID, UnitRef], *, seen: bool) -> dict[str, Any]:
    """The fields of a summary; a detail has the same and more."""
    territory = units.get(row.territory_id) if row.territory_id else None
    own = units[row.unit_id]
    involved = {unit.code: None for unit in (own, territory, units.get(row.desk_id)) if unit}
    return {
        "id": row.pk, "number": row.number, "revision": row.revision, "title": why.title(row), "why": why.why(row),
        "unverified": why.unverified(row), "severity": row.group_severity if row.merged else row.severity,
        "state": state_for(row, seen=seen), "asset_code": row.asset_code, "asset_name": row.asset_name, "asset_kind": row.asset_kind,
        "property": row.property, "lon": row.lon, "lat": row.lat, "place": territory.name if territory else own.name,
        "theme": row.asset_kind, "theme_name": words.asset_kind(row.asset_kind) if row.asset_kind else "",
        "unit": own, "territory": territory, "unit_codes": tuple(involved), "desk_id": row.desk_id, "onset_at": row.onset_at,
        "raised_at": row.raised_at, "arrived_at": row.arrived_at, "cleared_at": row.cleared_at, "last_value": row.last_value,
        "peak_value": row.peak_value, "limit": row.limit, "unit_label": why.unit_label(row), "repeats": row.repeats,
        "merged": row.merged, "head_id": row.head_id, "due_at": row.due_at if row.state == State.NEW else None,
        "overdue": row.overdue_at is not None and row.state == State.NEW, "acknowledged_by": row.acknowledged_by,
        "acknowledged_at": row.acknowledged_at, "assigned_to_id": str(row.assigned_user_id or row.assigned_unit_id or ""),
        "assigned_to": row.assigned_to, "shelved_until": row.shelved_until if row.state == State.SHELVED else None,
        "shelved_reason": row.shelved_reason if row.state == State.SHELVED else "", "incident_id": row.incident_id,
        "incident_number": row.incident_number, "closed_at": row.closed_at, "outcome": row.outcome, "silent": row.silent,
        "drill": row.drill, "simulated": row.simulated, "seen_by_me": seen,
    }  # fmt: skip


def state_for(row: Alert, *, seen: bool) -> StateForPeople:
    """The state as one person has it: what nobody has taken yet is unseen or seen."""
    if row.state == State.NEW:
        return "seen" if seen else "unseen"
    return row.state  # type: ignore[return-value]


def ref(row: Alert) -> AlertRef:
    """An alert as others name it."""
    return AlertRef(
        id=row.pk, number=row.number, title=why.title(row), severity=row.severity, state=row.state, asset_code=row.asset_code,
        asset_name=row.asset_name, onset_at=row.onset_at, cleared_at=row.cleared_at, drill=row.drill, simulated=row.simulated,
    )  # fmt: skip
