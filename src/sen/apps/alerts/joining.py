"""Which alerts belong to an incident. The incidents app decides; here it is written down, so that the queue shows it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.alerts import actions, alert_queries, announcing, policies, telling
from sen.apps.alerts.alert_models import Alert, AlertEvent, Outcome, State
from sen.kernel import clock
from sen.kernel.errors import Conflict, NotFound


def join(*, scope: Scope, alert_ids: Collection[UUID], incident_id: UUID, incident_number: str) -> None:
    """Put alerts, with those under them, to an incident, in the caller's transaction. Conflict where one belongs to another."""
    require(scope, policies.HANDLE)
    now = clock.now()
    with transaction.atomic():
        rows = _family(scope, alert_ids)
        elsewhere = next((row for row in rows if row.incident_id not in (None, incident_id)), None)
        if elsewhere is not None:
            raise Conflict(
                _("Cảnh báo {alert} đã thuộc sự cố {number}.").format(
                    alert=elsewhere.number, number=elsewhere.incident_number
                ),
                action=_("Mở sự cố đó, hoặc nhập hai sự cố làm một."),
                incident=elsewhere.incident_number,
            )
        for row in rows:
            if row.acknowledged_at is None:
                row.acknowledged_at, row.acknowledged_by, row.acknowledged_by_id = (
                    now,
                    actions.name_of(scope),
                    scope.user_id,
                )
            row.incident_id, row.incident_number, row.state = incident_id, incident_number, State.JOINED
            telling.stop(row, "joined")
        _write(scope, rows, "joined", incident_number)


def leave(*, scope: Scope, alert_ids: Collection[UUID], incident_id: UUID) -> None:
    """Take alerts out of an incident again; they are as acknowledged as they were."""
    require(scope, policies.HANDLE)
    with transaction.atomic():
        rows = [row for row in _family(scope, alert_ids) if row.incident_id == incident_id]
        number = rows[0].incident_number if rows else ""
        for row in rows:
            row.incident_id, row.incident_number = None, ""
            if row.state == State.JOINED:
                actions.back(row)
        _write(scope, rows, "left", number)


def close_with_incident(*, incident_id: UUID, note: str = "") -> int:
    """Close the alerts of an incident that ended, in the caller's transaction; how many."""
    now = clock.now()
    rows = list(Alert.objects.select_for_update().filter(incident_id=incident_id, closed_at=None).order_by("pk"))
    for row in rows:
        actions.end(row, Outcome.JOINED, now, row.incident_number, note)
        row.revision += 1
        row.handled_revision = row.revision
    Alert.objects.bulk_update(
        rows, ["state", "closed_at", "closed_by", "outcome", "outcome_note", "revision", "handled_revision"]
    )
    AlertEvent.objects.bulk_create(
        AlertEvent(alert=row, at=now, kind="closed", facts={"outcome": str(Outcome.JOINED)}) for row in rows
    )
    announcing.after_commit([row.pk for row in rows], "closed")
    return len(rows)


def _family(scope: Scope, alert_ids: Collection[UUID]) -> list[Alert]:
    """The alerts and those under them, locked. NotFound where one is not visible."""
    ids = set(alert_ids)
    heads = list(alert_queries.visible(scope).filter(pk__in=ids).select_for_update(of=("self",)).order_by("pk"))
    if len(heads) < len(ids):
        raise NotFound(_("Không tìm thấy cảnh báo này."), action=_("Tìm trong hàng chờ."))
    members = Alert.objects.filter(head_id__in=ids, closed_at=None).exclude(pk__in=ids)
    return [*heads, *members.select_for_update(of=("self",)).order_by("pk")]


def _write(scope: Scope, rows: list[Alert], kind: str, number: str) -> None:
    for row in rows:
        row.revision += 1
        row.handled_revision = row.revision
    Alert.objects.bulk_update(
        rows,
        [
            "incident_id", "incident_number", "state", "acknowledged_at", "acknowledged_by", "acknowledged_by_id", "shelved_until",
            "revision", "handled_revision",
        ],
    )  # fmt: skip
    AlertEvent.objects.bulk_create(
        AlertEvent(
            alert=row,
            at=clock.now(),
            kind=kind,
            by=actions.name_of(scope),
            by_id=scope.user_id,
            facts={"incident": number},
        )
        for row in rows
        if row.head_id is None
    )
    announcing.after_commit([row.pk for row in rows], kind)
