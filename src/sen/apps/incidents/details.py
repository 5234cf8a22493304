"""One incident with everything that belongs to it, for the caller. Personal data is masked unless it was asked for with a reason."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.incidents import listing, log, merging, policies, presented, reviewing, seeing
from sen.apps.incidents.choices import State
from sen.apps.incidents.clock_figures import figures_of
from sen.apps.incidents.models import Dispatch, Incident, LogEntry, Review
from sen.apps.incidents.models import PublicMessage as MessageRow
from sen.apps.incidents.summaries import summaries_of
from sen.apps.incidents.values import (
    Allowed,
    DispatchNow,
    IncidentDetail,
    LeaderStatus,
    LogLine,
    PublicMessage,
    Reporter,
    ReviewFigures,
    ReviewNow,
    StepNow,
)
from sen.kernel.errors import NotFound


def detail(scope: Scope | None, number: str | UUID, *, unmasked: bool = False) -> IncidentDetail:
    """Everything of an incident; a number of statements that does not depend on its size. NotFound.

    `unmasked` is for who has gone through `unmask`, which says why and is on record.
    """
    scope = require(scope, policies.VIEW)
    incident = seeing.incident_for(scope, number)
    [summary] = summaries_of([incident])
    may = allowed(scope, incident)
    return IncidentDetail(
        summary=summary, description=incident.description, origin_reference=incident.origin_reference,
        reporter=_reporter(incident, unmasked=unmasked), facts=incident.facts, procedure_code=incident.procedure_code,
        procedure_label=incident.procedure_label, procedure_template=incident.procedure_template,
        steps=steps_of(scope, incident, unmasked=unmasked), dispatches=dispatches_of(scope, incident),
        attachments=[presented.attachment(row) for row in incident.attachments.all()], messages=messages_of(incident),
        review=review_of(incident), lessons=listing.lessons_of(incident),
        status=LeaderStatus(incident.status_words, incident.status_next, incident.status_at, incident.status_by),
        opened_by=incident.opened_by, closed_by=incident.closed_by, closing_words=incident.closing_words,
        detected_at=incident.detected_at, merged=tuple(one.number for one in incident.merged.all()),
        split_from=incident.split_from.number if incident.split_from else "",
        split_off=tuple(one.number for one in incident.split_off.exclude(state=State.CANCELLED)),
        undoable=merging.undoable(incident) if may.run else None, may=may,
        hinders_closing=tuple(reviewing.hindrances(incident)) if may.close and incident.running else (),
    )  # fmt: skip


def allowed(scope: Scope, incident: Incident) -> Allowed:
    """What the caller may do with the incident as it stands."""
    lead = incident.lead_unit_id
    called = Dispatch.objects.filter(incident=incident).values_list("unit_id", flat=True)
    return Allowed(
        run=incident.running and scope.allows(policies.RUN, lead),
        note=seeing.acts_in_any(scope, policies.NOTE, [lead, incident.territory_id, *called]),
        close=scope.allows(policies.CLOSE, lead),
        review=scope.allows(policies.REVIEW, lead),
        draft_message=scope.allows(policies.DRAFT_MESSAGE, lead),
        approve_message=scope.allows(policies.APPROVE_MESSAGE, lead),
        unmask=scope.allows(policies.UNMASK, lead),
    )


def steps_of(scope: Scope, incident: Incident, *, unmasked: bool = False) -> list[StepNow]:
    """The steps of an incident, in order."""
    return presented.steps(scope, incident, list(incident.steps.order_by("position")), unmasked=unmasked)


def dispatches_of(scope: Scope, incident: Incident) -> list[DispatchNow]:
    """Its orders and those of what was merged into it."""
    rows = Dispatch.objects.filter(Q(incident=incident) | Q(incident__merged_into=incident))
    return presented.dispatches(
        scope, list(rows.select_related("incident__lead_unit", "incident__merged_into", "unit", "step"))
    )


def messages_of(incident: Incident) -> list[PublicMessage]:
    """Its public messages and those of what was merged into it, oldest first."""
    rows = MessageRow.objects.filter(Q(incident=incident) | Q(incident__merged_into=incident))
    return presented.messages(list(rows.select_related("incident__lead_unit")))


def situation_log(scope: Scope | None, number: str | UUID) -> list[LogLine]:
    """The log, newest first: its own lines, those of what was merged into it, and of what it was split from up to then."""
    incident = seeing.incident_for(scope, number)
    lines = Q(incident=incident) | Q(incident__merged_into=incident)
    if incident.split_from_id:
        lines |= Q(incident_id=incident.split_from_id, at__lte=incident.opened_at)
    rows = list(LogEntry.objects.filter(lines).select_related("incident").order_by("-at", "-id"))
    return presented.log_lines(rows, {row.incident_id: row.incident.number for row in rows})


def review_of(incident: Incident) -> ReviewNow | None:
    """The closing review; its figures are those of now until it is finished."""
    row: Review | None = reviewing.review_of(incident)
    if row is None:
        return None
    figures = msgspec.convert(row.figures, ReviewFigures) if row.figures else figures_of(incident)
    return ReviewNow(
        incident=incident.number, what_happened=row.what_happened, causes=tuple(row.causes), cause_words=row.cause_words,
        went_well=row.went_well, to_improve=row.to_improve, figures=figures, begun_at=row.begun_at, begun_by=row.begun_by,
        done_at=row.done_at, done_by=row.done_by, revision=row.revision,
    )  # fmt: skip


@transaction.atomic
def unmask(*, scope: Scope, number: str | UUID, reason: str) -> IncidentDetail:
    """The incident with the reporter's and the forms' personal data, for a reason that is logged and on record."""
    incident = seeing.incident_for(scope, number, lock=True)
    require(scope, policies.UNMASK, incident.lead_unit_id)
    words = log.written(reason, "reason", least=5, longest=500)
    log.add(incident, "unmasked", scope=scope, reason=words)
    found = detail(scope, incident.pk, unmasked=True)
    audit.record(
        scope=scope, action="incidents.unmask", object_type="incident", object_id=incident.number,
        unit_id=incident.lead_unit_id, detail={"reason": words},
    )  # fmt: skip
    return found


def public_message(scope: Scope | None, message_id: UUID) -> PublicMessage:
    """A message of an incident that the caller sees. NotFound."""
    scope = require(scope, policies.VIEW)
    row = MessageRow.objects.select_related("incident__lead_unit").filter(pk=message_id).first()
    if row is None or not seeing.visible(scope).filter(pk=row.incident_id).exists():
        raise NotFound("Không tìm thấy thông điệp.", action="Tải lại trang.")
    return presented.messages([row])[0]


def published(identifier: str = "") -> list[PublicMessage]:
    """Every message that the public got and that was not a drill, newest first; with `identifier` that one only. For everybody."""
    rows = MessageRow.objects.filter(exercise=False, published_at__isnull=False).select_related("incident__lead_unit")
    if identifier:
        rows = rows.filter(identifier=identifier)
    return presented.messages([row for row in rows.order_by("-published_at")[:500] if presented.is_public(row)])


def _reporter(incident: Incident, *, unmasked: bool) -> Reporter | None:
    name, phone = incident.reporter_name, incident.reporter_phone
    if not (name or phone):
        return None
    if unmasked:
        return Reporter(name, phone, masked=False)
    first = name.split()[0] if name else ""
    return Reporter(f"{first} •••" if first else "", f"•••{phone[-3:]}" if phone else "", masked=True)
