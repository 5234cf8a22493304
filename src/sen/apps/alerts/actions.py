"""What people do with alerts, one or many at once: each alert is locked, checked against what its reader saw, changed, announced.

An alert that somebody else has handled meanwhile is left as it is and named with who did what; the others go on. What a person
does to a head holds for the alerts under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.alerts import alert_queries, announcing, policies, summaries, telling, undoing, why
from sen.apps.alerts.alert_models import Alert, AlertEvent, AlertSeen, Outcome, State
from sen.apps.alerts.alert_values import Bulk, ConflictLine
from sen.apps.alerts.event_words import words_of
from sen.apps.audit import interface as audit
from sen.apps.notifications import interface as notifications
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput

LONGEST_SHELF = timedelta(hours=24)
MOST = 1000
"""Alerts of one action."""

_WORKING = ("department_officer", "commune_officer", "duty_officer")
Targets = Mapping[UUID, int | None]
"""Alert → the revision that the person saw; None does not ask."""


class Refused(Exception):
    """Why an action does not fit an alert as it is now."""


@dataclass
class _Work:
    """One action on the way."""

    scope: Scope
    kind: str
    now: datetime
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def acknowledge(*, scope: Scope, targets: Targets, note: str = "") -> Bulk:
    """Say that somebody has taken notice; nobody is called any further."""

    def change(alert: Alert, work: _Work) -> None:
        if alert.state == State.CLOSED:
            raise Refused(_("đã đóng"))
        if alert.acknowledged_at is not None:
            raise Refused(_said(alert, "acknowledged"))
        _take(alert, work)

    return _act(_Work(scope, "acknowledged", clock.now(), note), targets, change, policies.ACKNOWLEDGE)


def assign(
    *, scope: Scope, targets: Targets, user_id: UUID | None = None, unit_id: UUID | None = None, note: str = ""
) -> Bulk:
    """Give alerts to a person or a unit, who are told. InvalidInput without either; taking notice is part of it."""
    if (user_id is None) == (unit_id is None):
        raise InvalidInput(_("Chọn một người hoặc một đơn vị để giao."), fields={"to": _("bắt buộc")})
    to = _named(user_id, unit_id)

    def change(alert: Alert, work: _Work) -> None:
        _open(alert)
        _take(alert, work)
        alert.state, alert.assigned_user_id, alert.assigned_unit_id, alert.assigned_to = (
            State.ASSIGNED,
            user_id,
            unit_id,
            to,
        )
        _tell_assignee(alert, work)

    return _act(_Work(scope, "assigned", clock.now(), note, {"to": to}), targets, change, policies.HANDLE)


def shelve(*, scope: Scope, targets: Targets, minutes: int, reason: str) -> Bulk:
    """Put alerts aside for some minutes, 24 hours at most, with a reason; they come back by themselves, or when they get worse."""
    until = clock.now() + timedelta(minutes=minutes)
    if not 0 < minutes <= LONGEST_SHELF.total_seconds() / 60:
        raise InvalidInput(
            _("Chỉ tạm ẩn được từ 1 phút đến 24 giờ."), action=_("Cần lâu hơn thì lập đợt bảo trì."), fields={"minutes": _("không hợp lệ")}
        )  # fmt: skip
    if not reason.strip():
        raise InvalidInput(_("Chưa ghi lý do tạm ẩn."), fields={"reason": _("bắt buộc")})

    def change(alert: Alert, work: _Work) -> None:
        _open(alert)
        alert.state, alert.shelved_until, alert.shelved_by, alert.shelved_reason = (
            State.SHELVED,
            until,
            name_of(scope),
            reason.strip(),
        )
        telling.stop(alert, "shelved")

    work = _Work(scope, "shelved", clock.now(), reason.strip(), {"until": clock.to_ms(until)})
    return _act(work, targets, change, policies.HANDLE)


def unshelve(*, scope: Scope, targets: Targets) -> Bulk:
    """Take alerts back before their time."""

    def change(alert: Alert, work: _Work) -> None:
        if alert.state != State.SHELVED:
            raise Refused(_("không còn tạm ẩn"))
        back(alert)

    return _act(_Work(scope, "unshelved", clock.now()), targets, change, policies.HANDLE)


def close(*, scope: Scope, targets: Targets, note: str = "") -> Bulk:
    """Say that what an alert asked for is done."""
    return _close(scope, targets, Outcome.HANDLED, note)


def false_alarm(*, scope: Scope, targets: Targets, note: str) -> Bulk:
    """Close alerts that should not have been; the words go to whoever tunes the rule. InvalidInput without words."""
    if not note.strip():
        raise InvalidInput(
            _("Chưa ghi vì sao là báo động giả."),
            action=_("Ghi một câu để người chỉnh quy tắc biết."),
            fields={"note": _("bắt buộc")},
        )
    return _close(scope, targets, Outcome.FALSE_ALARM, note)


def _close(scope: Scope, targets: Targets, outcome: Outcome, note: str) -> Bulk:
    def change(alert: Alert, work: _Work) -> None:
        _open(alert)
        if alert.state == State.JOINED:
            raise Refused(_("thuộc sự cố {number}, đóng cùng sự cố").format(number=alert.incident_number))
        _take(alert, work)
        end(alert, outcome, work.now, name_of(scope), note.strip())

    work = _Work(scope, "closed", clock.now(), note.strip(), {"outcome": str(outcome)})
    return _act(work, targets, change, policies.HANDLE)


def reopen(*, scope: Scope, targets: Targets, note: str = "") -> Bulk:
    """Take closed alerts up again; whoever does has taken notice of them."""

    def change(alert: Alert, work: _Work) -> None:
        if alert.state != State.CLOSED:
            raise Refused(_("chưa đóng"))
        alert.closed_at, alert.closed_by, alert.outcome, alert.outcome_note = None, "", "", ""
        alert.state = State.ACKNOWLEDGED
        _take(alert, work)

    return _act(_Work(scope, "reopened", clock.now(), note), targets, change, policies.HANDLE)


def add_note(*, scope: Scope, targets: Targets, note: str) -> Bulk:
    """Write a line into the history. InvalidInput without words."""
    if not note.strip():
        raise InvalidInput(_("Ghi chú đang trống."), fields={"note": _("bắt buộc")})
    return _act(
        _Work(scope, "note", clock.now(), note.strip()),
        dict.fromkeys(targets),
        lambda alert, work: None,
        policies.ACKNOWLEDGE,
    )


def mark_seen(*, scope: Scope, alert_ids: list[UUID]) -> int:
    """Remember that the caller has looked at alerts; how many were new to them."""
    require(scope, policies.VIEW)
    if scope.user_id is None:
        return 0
    found = alert_queries.visible(scope).filter(pk__in=alert_ids[:MOST]).values_list("pk", flat=True)
    now = clock.now()
    rows = [AlertSeen(alert_id=pk, user_id=scope.user_id, at=now) for pk in found]
    before = AlertSeen.objects.filter(user_id=scope.user_id, alert_id__in=[row.alert_id for row in rows]).count()
    AlertSeen.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows) - before


def _act(work: _Work, targets: Targets, change: Callable[[Alert, _Work], None], action: str) -> Bulk:
    """Lock, check, change and write each alert with those under it; one record in the audit for all."""
    require(work.scope, action)
    if not targets or len(targets) > MOST:
        raise InvalidInput(_("Chọn từ 1 đến {most} cảnh báo.").format(most=MOST), fields={"alerts": _("bắt buộc")})
    conflicts: list[ConflictLine] = []
    before: list[dict[str, Any]] = []
    done: list[Alert] = []
    with transaction.atomic():
        rows = {row.pk: row for row in _locked(work.scope, targets)}
        for pk in targets:
            row = rows.get(pk)
            problem = _("không tìm thấy") if row is None else _problem(row, targets[pk], work.scope, action)
            if row is None or problem:
                number = row.number if row else str(pk)
                conflicts.append(
                    ConflictLine(id=pk, number=number, message=problem, revision=row.revision if row else 0)
                )
                continue
            kept = undoing.of(row)
            try:
                change(row, work)
            except Refused as refused:
                conflicts.append(ConflictLine(id=pk, number=row.number, message=str(refused), revision=row.revision))
                continue
            row.revision += 1
            row.handled_revision = row.revision
            before += [kept | {"after": row.revision}, *_hand_down(row, work)]
            done.append(row)
        undo = _write(work, done, before) if done else None
    changed = summaries.summaries_of(Alert.objects.filter(pk__in=[row.pk for row in done]), user_id=work.scope.user_id)
    return Bulk(
        changed=tuple(changed),
        conflicts=tuple(conflicts),
        undo=undo.pk if undo else None,
        undo_until=undo.until if undo else None,
    )


def _locked(scope: Scope, targets: Targets) -> list[Alert]:
    found = alert_queries.visible(scope).filter(pk__in=list(targets)).select_related("rule").order_by("pk")
    return list(found.select_for_update(of=("self",)))


def _problem(row: Alert, seen: int | None, scope: Scope, action: str) -> str:
    """Why this caller may not act on what they saw; empty where they may."""
    units = [unit for unit in (row.unit_id, row.desk_id, row.territory_id, row.assigned_unit_id) if unit]
    given = row.assigned_user_id is not None and row.assigned_user_id == scope.user_id
    if not given and not any(scope.allows(action, unit) for unit in units):
        return _("bạn không có quyền xử lý cảnh báo của đơn vị này")
    if seen is not None and seen < row.handled_revision:
        return _last_hand(row)
    return ""


def _last_hand(row: Alert) -> str:
    """Who did what last, for somebody who saw an older state."""
    event = AlertEvent.objects.filter(alert=row).exclude(by="").order_by("-at", "-pk").first()
    if event is None:
        return _("đã thay đổi")
    return _("{who}: {what} lúc {time}").format(
        who=event.by, what=words_of(event, row), time=f"{clock.local(event.at):%H:%M}"
    )


def _said(row: Alert, kind: str) -> str:
    at = row.acknowledged_at
    return _("{who} đã xác nhận lúc {time}").format(
        who=row.acknowledged_by, time=f"{clock.local(at):%H:%M}" if at else ""
    )


def _hand_down(head: Alert, work: _Work) -> list[dict[str, Any]]:
    """The alerts under a head follow it; what each was before."""
    if work.kind == "note" or not head.merged:
        return []
    members = list(Alert.objects.select_for_update().filter(head=head))
    before = [undoing.of(one) | {"after": one.revision + 1} for one in members]
    for one in members:
        undoing.follow(one, head)
        one.revision += 1
    Alert.objects.bulk_update(members, [*undoing.FIELDS, "revision"])
    return before


def _write(work: _Work, done: list[Alert], before: list[dict[str, Any]]) -> Any:
    scope = work.scope
    if work.kind != "note":
        Alert.objects.bulk_update(done, [*undoing.FIELDS, "revision", "handled_revision"])
    AlertEvent.objects.bulk_create(
        AlertEvent(
            alert=row,
            at=work.now,
            kind=work.kind,
            by=name_of(scope),
            by_id=scope.user_id,
            note=work.note,
            facts=work.facts,
        )
        for row in done
    )
    undo = undoing.keep(scope, work.kind, before, work.now) if work.kind != "note" else None
    announcing.after_commit([row.pk for row in done], work.kind)
    audit.record(
        scope=scope, action=f"alerts.{work.kind}", object_type="alert", object_id=",".join(row.number for row in done[:20]),
        unit_id=done[0].unit_id, detail={"count": len(done), "note": work.note, **work.facts},
    )  # fmt: skip
    return undo


def _open(alert: Alert) -> None:
    if alert.state == State.CLOSED:
        raise Refused(_("{who} đã đóng").format(who=alert.closed_by or _("Hệ thống")))


def _take(alert: Alert, work: _Work) -> None:
    """Whoever acts has taken notice."""
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by, alert.acknowledged_by_id = (
            work.now,
            name_of(work.scope),
            work.scope.user_id,
        )
    if alert.state == State.NEW:
        alert.state = State.ACKNOWLEDGED
    telling.stop(alert, work.kind)


def back(alert: Alert) -> None:
    """What an alert that was put aside is afterwards."""
    alert.shelved_until = None
    if alert.incident_id:
        alert.state = State.JOINED
    elif alert.assigned_to:
        alert.state = State.ASSIGNED
    else:
        alert.state = State.ACKNOWLEDGED if alert.acknowledged_at else State.NEW


def end(alert: Alert, outcome: str, now: datetime, who: str, note: str = "") -> None:
    """Close an alert."""
    alert.state, alert.closed_at, alert.closed_by, alert.outcome, alert.outcome_note = (
        State.CLOSED,
        now,
        who,
        outcome,
        note,
    )
    telling.stop(alert, "closed")


def name_of(scope: Scope) -> str:
    """The full name of whoever acts; the account's name where there is none."""
    if scope.user_id is None:
        return _("Hệ thống")
    return access.people_by_id([scope.user_id]).get(scope.user_id) or scope.username


def _named(user_id: UUID | None, unit_id: UUID | None) -> str:
    if unit_id is not None:
        return organisations.unit_by_id(unit_id).name
    name = access.people_by_id([user_id]).get(user_id) if user_id else None
    if not name:
        raise InvalidInput(_("Không có người này."), fields={"to": _("không tìm thấy")})
    return name


def _tell_assignee(alert: Alert, work: _Work) -> None:
    if alert.assigned_user_id:
        to = notifications.Recipients(user_ids=(alert.assigned_user_id,))
    elif alert.assigned_unit_id:
        to = notifications.Recipients(unit_roles=tuple((alert.assigned_unit_id, role) for role in _WORKING))
    else:
        return
    notifications.notify(
        key=f"alert:{alert.pk}:assigned:{alert.revision + 1}", about=telling.about(alert.pk), to=to, severity=alert.severity,
        title=_("Giao xử lý: {title}").format(title=why.title(alert))[:200], body=f"{why.why(alert)} {work.note}".strip(),
        url=f"/alerts/{alert.number}/", drill=alert.drill, needs_ack=True,
    )  # fmt: skip
