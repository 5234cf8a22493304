"""Two incidents that are one, and one that is two. Nothing is lost: rows stay where they were written, and each act can be undone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import due, from_alerts, log, opening, policies, seeing
from sen.apps.incidents.choices import State
from sen.apps.incidents.models import Dispatch, Incident, Rearrangement
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound

Kind = Rearrangement.Kind


@transaction.atomic
def merge(*, scope: Scope, source: str | UUID, target: str | UUID, reason: str = "") -> Rearrangement:
    """Let `source` go on in `target`: its alerts move, its orders count and escalate there, both logs are read together.

    Its own steps stop. Raises NotFound, Forbidden where the caller leads not both, Conflict for ended ones and for drill with non-drill.
    """
    first, second = _both(scope, source, target)
    if first.pk == second.pk:
        raise InvalidInput(_("Không nhập sự cố vào chính nó."), action=_("Chọn sự cố khác."))
    if first.drill != second.drill:
        raise Conflict(_("Không nhập diễn tập với sự cố thật."), action=_("Chọn sự cố khác."), code="drill_and_real")
    moved: dict[str, Any] = {"state": first.state, "alerts": [str(one) for one in from_alerts.ids_of(first)]}
    from_alerts.move(scope, [UUID(one) for one in moved["alerts"]], first, second)
    # What went into the source before goes on with it.
    moved["followers"] = [str(one) for one in first.merged.values_list("pk", flat=True)]
    first.merged.update(merged_into=second)
    first.state, first.merged_into = State.CANCELLED, second
    first.steps.update(escalate_at=None)
    if first.detected_at and (second.detected_at is None or first.detected_at < second.detected_at):
        moved["detected_at"] = second.detected_at.isoformat() if second.detected_at else None
        second.detected_at = first.detected_at
    made = _noted(scope, Kind.MERGE, first, second, reason=reason, moved=moved)
    log.add(first, "merged_away", scope=scope, number=second.number, title=second.title, words=made.reason)
    log.add(second, "merged_in", scope=scope, number=first.number, title=first.title, words=made.reason)
    _finish(scope, "merge", first, second)
    return made


@transaction.atomic
def split(
    *,
    scope: Scope,
    number: str | UUID,
    told: opening.Told,
    alert_ids: Collection[UUID] = (),
    dispatch_ids: Collection[UUID] = (),
    reason: str = "",
) -> Rearrangement:
    """Open another incident out of a running one: the chosen alerts and orders move; the log up to now is read from both.

    What `told` leaves out is as in the first. Raises what opening raises; NotFound for an alert or order that is not of it.
    """
    first = seeing.running_for(scope, number, policies.RUN)
    if alert_ids and set(alert_ids) - set(from_alerts.ids_of(first)):
        raise NotFound(_("Có cảnh báo không thuộc sự cố này."), action=_("Tải lại trang rồi chọn lại."))
    orders = list(Dispatch.objects.select_for_update(of=("self",)).filter(pk__in=dispatch_ids, incident=first))
    if len(orders) < len(set(dispatch_ids)):
        raise NotFound(_("Có lệnh điều động không thuộc sự cố này."), action=_("Tải lại trang rồi chọn lại."))
    for name in ("kind", "severity", "place", "origin", "origin_reference"):
        setattr(told, name, getattr(told, name) or getattr(first, name))
    told.lead_unit_id = told.lead_unit_id or first.lead_unit_id
    if told.lon is None and told.lat is None and told.territory_id is None:
        told.lon, told.lat, told.territory_id = first.lon, first.lat, first.territory_id
    owner = {name: value for name, value in first.facts.items() if name.startswith("owner")}
    told.facts = {**owner, **(told.facts or {})}
    second = opening.open_incident(scope=scope, told=told, drill=first.drill, simulated=first.simulated)
    second.split_from, second.detected_at = first, first.detected_at
    from_alerts.move(scope, list(alert_ids), first, second)
    Dispatch.objects.filter(pk__in=[one.pk for one in orders]).update(incident=second, step=None)
    steps = {str(one.pk): str(one.step_id) if one.step_id else None for one in orders}
    moved = {"alerts": [str(one) for one in alert_ids], "dispatches": steps}
    made = _noted(scope, Kind.SPLIT, first, second, reason=reason, moved=moved)
    log.add(first, "split_off", scope=scope, number=second.number, title=second.title, words=made.reason)
    log.add(second, "split_from", scope=scope, number=first.number, title=first.title, words=made.reason)
    _finish(scope, "split", first, second)
    return made


@transaction.atomic
def undo(*, scope: Scope, rearrangement_id: UUID) -> Rearrangement:
    """Take a merge or split back, while nothing was rearranged since. After a split the second incident is cancelled."""
    made = Rearrangement.objects.select_for_update().filter(pk=rearrangement_id).first()
    if made is None or not seeing.visible(scope).filter(pk__in=(made.source_id, made.target_id)).exists():
        raise NotFound(_("Không tìm thấy thao tác này."), action=_("Tải lại trang."))
    first, second = _held(made.source_id), _held(made.target_id)
    for one in (first, second):
        require(scope, policies.RUN, one.lead_unit_id)
    later = Rearrangement.objects.filter(undone_at=None, at__gt=made.at)
    touched = later.filter(source__in=(first, second)) | later.filter(target__in=(first, second))
    if made.undone_at is not None or touched.exists() or not second.running:
        raise Conflict(
            _("Không hoàn tác được nữa: sau đó đã có thay đổi khác."), action=_("Nhập hoặc tách lại theo thực tế."),
            code="too_late",
        )  # fmt: skip
    alerts = {UUID(one) for one in made.moved["alerts"]}
    if alerts:
        from_alerts.move(scope, [one for one in from_alerts.ids_of(second) if one in alerts], second, first)
    if made.kind == Kind.MERGE:
        _unmerge(made, first, second)
    else:
        for order, step in made.moved["dispatches"].items():
            Dispatch.objects.filter(pk=order).update(incident=first, step=step)
        second.state = State.CANCELLED
        due.stop_clocks(second)
    made.undone_at, made.undone_by = clock.now(), log.person(scope)
    made.save(update_fields=["undone_at", "undone_by"])
    kind = "merge_undone" if made.kind == Kind.MERGE else "split_undone"
    for one in (first, second):
        log.add(one, kind, scope=scope, source=first.number, target=second.number)
    _finish(scope, f"undo_{made.kind}", first, second)
    return made


def _unmerge(made: Rearrangement, first: Incident, second: Incident) -> None:
    first.state, first.merged_into = made.moved["state"], None
    Incident.objects.filter(pk__in=made.moved["followers"]).update(merged_into=first)
    if "detected_at" in made.moved:
        before = made.moved["detected_at"]
        second.detected_at = Incident._meta.get_field("detected_at").to_python(before) if before else None
    due.start_clocks(first)


def undoable(incident: Incident) -> UUID | None:
    """The newest merge or split of an incident, where it can still be taken back."""
    newest = (
        (Rearrangement.objects.filter(source=incident) | Rearrangement.objects.filter(target=incident))
        .select_related("target")
        .first()
    )
    return newest.pk if newest and newest.undone_at is None and newest.target.running else None


def _both(scope: Scope, source: str | UUID, target: str | UUID) -> tuple[Incident, Incident]:
    """Both incidents, locked in the order of their ids, so that two people merging crosswise do not wait for each other."""
    found = [seeing.incident_for(scope, one) for one in (source, target)]
    for one in sorted({one.pk for one in found}):
        Incident.objects.select_for_update().only("pk").get(pk=one)
    first, second = (seeing.running_for(scope, one.pk, policies.RUN) for one in found)
    return first, second


def _held(incident_id: UUID) -> Incident:
    return Incident.objects.select_for_update(of=("self",)).select_related("lead_unit").get(pk=incident_id)


def _noted(
    scope: Scope, kind: Rearrangement.Kind, first: Incident, second: Incident, *, reason: str, moved: dict[str, Any]
) -> Rearrangement:
    words = log.written(reason, "reason", longest=1000) if reason.strip() else ""
    return Rearrangement.objects.create(
        kind=kind, source=first, target=second, at=clock.now(), by=log.person(scope), reason=words, moved=moved
    )


def _finish(scope: Scope, action: str, first: Incident, second: Incident) -> None:
    for one in (first, second):
        log.moved(one)
    log.record(scope, action, first, with_=second.number)
    log.record(scope, action, second, with_=first.number)
