"""Opening incidents: from alerts, a citizen's report, a call or by hand. Also what is similar near by, and changing what was told."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import from_alerts, log, policies, procedure_copy, seeing, steps, telling
from sen.apps.incidents.choices import RUNNING, Kind, Origin, Severity, State
from sen.apps.incidents.models import Incident
from sen.apps.incidents.numbering import next_number
from sen.apps.incidents.procedures.interface import ProcedureInForce, procedures
from sen.apps.incidents.values import Similar
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import Role

NEAR_KM = 5.0
NEAR_HOURS = 24
_EDITABLE = ("title", "description", "kind", "place", "lon", "lat", "territory", "lead_unit", "severity")


@dataclass(kw_only=True)
class Told:
    """What is known when an incident is opened; what is left out comes from the alerts, the place, or the caller's unit.

    `procedure`: code of a response procedure, "" for none, None to choose the alert's or the kind's. `lon`, `lat`: degrees, WGS 84.
    """

    kind: str = ""
    title: str = ""
    severity: str = ""
    description: str = ""
    lead_unit_id: UUID | None = None
    territory_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    origin: str = ""
    origin_reference: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""
    procedure: str | None = None
    facts: dict[str, Any] | None = None


@transaction.atomic
def open_incident(
    *,
    scope: Scope,
    told: Told,
    alert_ids: Collection[UUID] = (),
    drill: bool = False,
    simulated: bool = False,
    key: str = "",
) -> Incident:
    """Open an incident, join its alerts and begin its procedure. The same `key` again gives the incident that it opened before.

    Raises InvalidInput with `fields`, NotFound for alerts and units that the caller does not see, Forbidden, Conflict for an alert that
    belongs to another incident.
    """
    if key and (known := Incident.objects.filter(key=key).first()):
        return seeing.incident_for(scope, known.number)
    alerts = from_alerts.chosen(scope, alert_ids)
    from_alerts.complete(told, alerts)
    lead = told.lead_unit_id or _own_unit(scope)
    if not scope.sees(lead):
        raise NotFound(_("Không tìm thấy đơn vị chủ trì."), action=_("Chọn một đơn vị khác."))
    require(scope, policies.DRILL if drill else policies.OPEN, lead)
    _place(told)
    _check(told)
    now = clock.now()
    number = next_number(now, drill=drill)
    # Whoever came with the same key at the same moment waited for the number, and finds what was opened meanwhile.
    if key and (known := Incident.objects.filter(key=key).first()):
        return seeing.incident_for(scope, known.number)
    incident = Incident(
        number=number, key=key or None, kind=told.kind, title=told.title, description=told.description,
        severity=told.severity, lead_unit_id=lead, territory_id=told.territory_id, lon=told.lon, lat=told.lat, place=told.place,
        origin=told.origin or Origin.HAND, origin_reference=told.origin_reference, reporter_name=told.reporter_name,
        reporter_phone=told.reporter_phone, drill=drill, simulated=simulated or any(one.simulated for one in alerts),
        detected_at=min((one.onset_at for one in alerts), default=None),
        alert_acknowledged_at=min((one.acknowledged_at for one in alerts if one.acknowledged_at), default=None),
        opened_at=now, opened_by=log.person(scope), opened_by_id=scope.user_id, updated_at=now,
    )  # fmt: skip
    chosen = _procedure(scope, lead, told, alerts)
    if chosen is not None:
        procedure_copy.keep(incident, chosen)
    incident.facts = _facts(incident, told)
    incident.save(force_insert=True)
    incident = seeing.visible(scope).get(pk=incident.pk)
    log.add(incident, "opened_drill" if drill else "opened", scope=scope, lead=incident.lead_unit.name)
    if alerts:
        from_alerts.join(scope, incident, alerts)
    _begin(scope, incident, chosen)
    _tell_lead(scope, incident)
    log.record(scope, "open", incident, kind=told.kind, drill=drill, alerts=[one.number for one in alerts])
    return incident


def _own_unit(scope: Scope) -> UUID:
    """The first unit in which the caller may open incidents; the province for a job."""
    held = organisations.memberships(scope.user_id) if scope.user_id else []
    own = [one.unit.id for one in held if scope.allows(policies.OPEN, one.unit.id)]
    return own[0] if own else organisations.province().id


def _place(told: Told) -> None:
    """The ground follows from the point; without a point it is as told."""
    if told.lon is not None and told.lat is not None:
        if not (-180 <= told.lon <= 180 and -90 <= told.lat <= 90):
            raise InvalidInput(_("Tọa độ không hợp lệ."), action=_("Chọn lại vị trí trên bản đồ."), fields={"lon": ""})
        commune = organisations.commune_at(told.lon, told.lat)
        told.territory_id = commune.id if commune else told.territory_id
    elif told.lon is not None or told.lat is not None:
        raise InvalidInput(_("Tọa độ cần cả kinh độ và vĩ độ."), action=_("Chọn lại vị trí trên bản đồ."))
    if told.territory_id:
        ground = organisations.unit_by_id(told.territory_id)
        told.place = told.place or ground.name


def _check(told: Told) -> None:
    faults = {}
    told.title = " ".join(told.title.split())
    if not 3 <= len(told.title) <= 200:
        faults["title"] = _("Tên sự cố cần từ 3 đến 200 ký tự.")
    if told.kind not in Kind.values:
        faults["kind"] = _("Chọn loại sự cố.")
    if told.severity not in Severity.values:
        faults["severity"] = _("Chọn mức độ.")
    if told.origin and told.origin not in Origin.values:
        faults["origin"] = _("Nguồn tin không hợp lệ.")
    for name, longest in (("description", 4000), ("place", 300), ("reporter_name", 150), ("reporter_phone", 30)):
        if len(getattr(told, name)) > longest:
            faults[name] = _("Dài quá {n} ký tự.").format(n=longest)
    if faults:
        raise InvalidInput(_("Chưa mở được sự cố: thông tin chưa đủ."), action=_("Sửa mục được nêu."), fields=faults)


def _procedure(
    scope: Scope, lead: UUID, told: Told, alerts: Collection[from_alerts.AlertFacts]
) -> ProcedureInForce | None:
    """The procedure named, else the one of an alert's rule, else the nearest for the kind of incident."""
    if told.procedure == "":
        return None
    holding = {one.code: one for one in procedures(scope, lead)}
    if told.procedure is not None:
        if told.procedure not in holding:
            raise InvalidInput(
                _("Quy trình “{code}” không có hiệu lực tại đơn vị chủ trì.").format(code=told.procedure),
                action=_("Chọn một quy trình khác."),
                fields={"procedure": _("Chọn một quy trình.")},
            )
        return holding[told.procedure]
    of_rule = next((holding[one.procedure] for one in alerts if one.procedure in holding), None)
    return of_rule or next((one for one in holding.values() if one.sop.hazard == told.kind), None)


def _facts(incident: Incident, told: Told) -> dict[str, Any]:
    """What fills the texts of the procedure."""
    units = organisations.units_by_id([one for one in (incident.lead_unit_id, incident.territory_id) if one])
    ground = units.get(incident.territory_id) if incident.territory_id else None
    return {
        "title": incident.title, "number": incident.number, "place": incident.place, "territory": ground.name if ground else "",
        "time": f"{clock.local(incident.detected_at or incident.opened_at):%H:%M ngày %d/%m/%Y}",
        "severity": str(Severity(incident.severity).label), "lead": units[incident.lead_unit_id].name, **(told.facts or {}),
    }  # fmt: skip


def _begin(scope: Scope, incident: Incident, chosen: ProcedureInForce | None) -> None:
    if chosen is None:
        log.add(incident, "no_procedure", scope=scope)
        return
    log.add(incident, "procedure", scope=scope, name=chosen.name, label=chosen.version_label)
    steps.begin(incident, chosen.sop, scope)


def _tell_lead(scope: Scope, incident: Incident) -> None:
    """Those on duty in the leading unit hear of an incident that others opened, leaders of every serious one."""
    title = _("{number}: {title}").format(number=incident.number, title=incident.title)
    body = " · ".join(filter(None, (incident.place, incident.description)))
    several = [telling.of_role(incident.lead_unit_id, Role.DUTY_OFFICER, clock.now(), incident.lead_unit_id)]
    if incident.severity == Severity.SERIOUS:
        several.append(telling.leaders(incident.lead_unit_id))
    telling.tell(incident, "opened", telling.together(several), title, body)


def similar(
    scope: Scope,
    *,
    kind: str,
    lon: float | None,
    lat: float | None,
    territory_id: UUID | None,
    at: datetime | None = None,
) -> list[Similar]:
    """Running incidents within 5 km (or on the same ground) opened within a day before `at`, the nearest first; at most ten."""
    from sen.apps.incidents.summaries import summaries_of

    now = at or clock.now()
    recent = seeing.visible(scope).filter(
        state__in=RUNNING, opened_at__gte=now - timedelta(hours=NEAR_HOURS), drill=False
    )
    near = Q(pk=None)
    if territory_id is not None:
        near |= Q(territory_id=territory_id)
    if lon is not None and lat is not None:
        span = NEAR_KM / 100
        near |= Q(lon__range=(lon - span, lon + span), lat__range=(lat - span, lat + span))
    found = []
    for one in summaries_of(recent.filter(near)[:50]):
        km = distance_km(lon, lat, one.lon, one.lat)
        if km is None or km <= NEAR_KM or (one.territory and one.territory.id == territory_id):
            found.append(Similar(one, km, (now - one.opened_at).total_seconds() / 3600, one.kind == kind))
    return sorted(found, key=lambda one: (not one.same_kind, one.km is None, one.km or 0.0, one.hours))[:10]


def distance_km(lon: float | None, lat: float | None, to_lon: float | None, to_lat: float | None) -> float | None:
    """Great-circle distance (haversine, mean radius 6371 km); None where a point is missing."""
    if lon is None or lat is None or to_lon is None or to_lat is None:
        return None
    a, b = math.radians(lat), math.radians(to_lat)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(to_lon - lon) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))


@transaction.atomic
def change(*, scope: Scope, number: str | UUID, changes: dict[str, Any], revision: int | None = None) -> Incident:
    """Change what was told: title, description, kind, place, point, ground, lead, severity. Each change is a line of the log.

    `territory` and `lead_unit` are ids of units. Raises NotFound, Forbidden, InvalidInput, Conflict.
    """
    incident = seeing.running_for(scope, number, policies.RUN, revision=revision)
    unknown = {name: _("Không có trường này.") for name in changes if name not in _EDITABLE}
    if unknown:
        raise InvalidInput(_("Có trường không sửa được."), action=_("Bỏ trường được nêu."), fields=unknown)
    told = Told(
        kind=changes.get("kind", incident.kind), title=changes.get("title", incident.title),
        severity=changes.get("severity", incident.severity), description=changes.get("description", incident.description),
        lon=changes.get("lon", incident.lon), lat=changes.get("lat", incident.lat), place=changes.get("place", incident.place),
        territory_id=changes.get("territory", incident.territory_id),
        lead_unit_id=changes.get("lead_unit", incident.lead_unit_id),
    )  # fmt: skip
    for unit_id in (told.territory_id, told.lead_unit_id):
        if unit_id is not None:
            organisations.unit_by_id(unit_id)
    _place(told)
    _check(told)
    if told.severity != incident.severity:
        log.add(incident, "severity", scope=scope, before=incident.severity, after=told.severity)
        incident.severity = told.severity
    changed = []
    for name in ("title", "description", "kind", "place", "lon", "lat"):
        if getattr(incident, name) != getattr(told, name):
            setattr(incident, name, getattr(told, name))
            changed.append(name)
    for name, value in (("territory", told.territory_id), ("lead_unit", told.lead_unit_id)):
        if getattr(incident, f"{name}_id") != value:
            setattr(incident, f"{name}_id", value)
            changed.append(name)
    if changed:
        log.add(incident, "edited", scope=scope, fields=changed)
    incident.facts = {**incident.facts, **_facts(incident, Told())}
    log.moved(incident)
    log.record(scope, "edit", incident, changed=changed, severity=incident.severity)
    return incident


@transaction.atomic
def set_state(
    *, scope: Scope, number: str | UUID, state: str, revision: int | None = None, seen: str | None = None
) -> Incident:
    """Say that the response runs, or that the incident is contained (and back). Closing is `reviewing.close`.

    `seen` is the state that the caller saw; Conflict `stale` where it is another by now. What else moved does not matter to it.
    """
    incident = seeing.running_for(scope, number, policies.RUN, revision=revision)
    if seen is not None and seen != incident.state:
        raise seeing.stale(state=incident.state)
    if state not in (State.RESPONDING, State.CONTAINED):
        raise InvalidInput(_("Trạng thái không hợp lệ."), action=_("Chọn Đang ứng phó hoặc Đã khống chế."))
    if incident.state != state:
        log.add(incident, "state", scope=scope, before=incident.state, after=state)
        incident.state = state
        incident.contained_at = clock.now() if state == State.CONTAINED else None
        log.moved(incident)
        log.record(scope, "state", incident, state=state)
    return incident


@transaction.atomic
def set_status(*, scope: Scope, number: str | UUID, words: str, next_decision: str = "") -> Incident:
    """Write the paragraph that leaders read, and the decision that is needed from them."""
    incident = seeing.running_for(scope, number, policies.RUN)
    incident.status_words = log.written(words, "words", longest=2000)
    incident.status_next = log.written(next_decision, "next", longest=1000) if next_decision.strip() else ""
    incident.status_at, incident.status_by = clock.now(), log.person(scope)
    log.add(incident, "status", scope=scope, words=incident.status_words, next=incident.status_next)
    log.moved(incident)
    log.record(scope, "status", incident)
    return incident
