"""Incidents as rows of a list: their steps, calls and next clock, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q

from sen.apps.incidents.choices import DispatchState, StepState
from sen.apps.incidents.models import Dispatch, Incident, StepRun
from sen.apps.incidents.values import IncidentRef, IncidentSummary, StepCount, UnitName
from sen.apps.organisations import interface as organisations

SETTLED = (StepState.DONE, StepState.SKIPPED)
AT_WORK = (StepState.ACTIVE, StepState.LATE)


def unit_names(unit_ids: Iterable[UUID | None]) -> dict[UUID, UnitName]:
    """Units as they are shown, by id; one statement."""
    wanted = {one for one in unit_ids if one is not None}
    found = organisations.units_by_id(wanted) if wanted else {}
    return {key: UnitName(one.id, one.code, one.name) for key, one in found.items()}


def ref_of(incident: Incident) -> IncidentRef:
    """An incident as others name it."""
    return IncidentRef(
        incident.pk, incident.number, incident.title, incident.kind, incident.severity, incident.state, incident.drill
    )


def summaries_of(incidents: Iterable[Incident]) -> list[IncidentSummary]:
    """Rows in the given order; four statements however many there are. What was merged in counts with the incident it is in."""
    rows = list(incidents)
    ids = [one.pk for one in rows]
    home: dict[UUID, UUID] = {one: one for one in ids}
    for source, target in Incident.objects.filter(merged_into__in=ids).values_list("pk", "merged_into_id"):
        home[source] = target
    steps = _steps(ids)
    calls = _calls(home)
    names = unit_names(unit for one in rows for unit in (one.lead_unit_id, one.territory_id))
    return [_summary(one, names, steps.get(one.pk, {}), calls.get(one.pk, {})) for one in rows]


def _steps(ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    late = Q(state=StepState.LATE)
    found = (
        StepRun.objects.filter(incident_id__in=ids, by_branch=False)
        .order_by()
        .values("incident_id")
        .annotate(
            total=Count("pk"),
            settled=Count("pk", filter=Q(state__in=SETTLED)),
            late=Count("pk", filter=late),
            done_late=Count("pk", filter=Q(state=StepState.DONE, done_at__gt=F("due_at"))),
            next=Min("due_at", filter=Q(state__in=AT_WORK)),
        )
    )
    return {row["incident_id"]: {**row} for row in found}


def _calls(home: dict[UUID, UUID]) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, dict[str, int]] = {}
    rows = (
        Dispatch.objects.filter(incident_id__in=home)
        .exclude(state=DispatchState.RECALLED)
        .order_by()
        .values("incident_id")
        .annotate(all=Count("pk"), unanswered=Count("pk", filter=Q(state=DispatchState.SENT)))
    )
    for row in rows:
        sums = found.setdefault(home[row["incident_id"]], {"all": 0, "unanswered": 0})
        sums["all"] += row["all"]
        sums["unanswered"] += row["unanswered"]
    return found


def _summary(
    one: Incident, names: dict[UUID, UnitName], steps: dict[str, Any], calls: dict[str, int]
) -> IncidentSummary:
    return IncidentSummary(
        id=one.pk, number=one.number, title=one.title, kind=one.kind, severity=one.severity, state=one.state,
        review_state=one.review_state, drill=one.drill, simulated=one.simulated, lead_unit=names[one.lead_unit_id],
        territory=names.get(one.territory_id) if one.territory_id else None, place=one.place, lon=one.lon, lat=one.lat,
        origin=one.origin, opened_at=one.opened_at, contained_at=one.contained_at, closed_at=one.closed_at,
        steps=StepCount(
            steps.get("total", 0), steps.get("settled", 0), steps.get("late", 0), steps.get("done_late", 0)
        ),
        dispatches=calls.get("all", 0), unanswered=calls.get("unanswered", 0),
        next_due_at=steps.get("next"),
        procedure=(one.procedure or {}).get("name", ""), merged_into=one.merged_into.number if one.merged_into else "",
        updated_at=one.updated_at, revision=one.revision,
    )  # fmt: skip
