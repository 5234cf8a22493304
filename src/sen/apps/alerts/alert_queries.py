"""Every read of alerts: the queue, one alert with its history, counts for the top bar, the alerts of an incident."""

from __future__ import annotations

import base64
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.alerts import policies, summaries
from sen.apps.alerts.alert_models import Alert, AlertEvent, AlertSeen, Severity, State
from sen.apps.alerts.alert_values import AlertDetail, AlertRef, Counts, EarlierAlert, EventLine, Page, QueueFilter
from sen.apps.alerts.event_words import words_of
from sen.apps.alerts.rules import words
from sen.apps.alerts.rules.in_force import rule_in_force
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound

PAGE = 100
EARLIER = 5
_NOBODY = UUID(int=0)
TAKEN = (State.ACKNOWLEDGED, State.ASSIGNED, State.JOINED)


def visible(scope: Scope) -> QuerySet[Alert]:
    """The alerts that a caller may know of: of assets of theirs, on their ground, for their desk, or given to them."""
    found = Alert.objects.all()
    if scope.everything:
        return found
    ours = list(scope.unit_ids)
    given = Q(assigned_unit_id__in=ours) | Q(assigned_user_id=scope.user_id or _NOBODY)
    return found.filter(Q(unit_id__in=ours) | Q(territory_id__in=ours) | Q(desk_id__in=ours) | given)


def row_for(scope: Scope, key: UUID | str, *, lock: bool = False) -> Alert:
    """One alert by id or number. NotFound where it is unknown or not visible."""
    require(scope, policies.VIEW)
    found = visible(scope).select_related("rule")
    if lock:
        found = found.select_for_update(of=("self",))
    row = found.filter(_named(key)).first()
    if row is None:
        raise NotFound(_("Không tìm thấy cảnh báo này."), action=_("Tìm trong hàng chờ."), alert=str(key))
    return row


def _named(key: UUID | str) -> Q:
    try:
        return Q(pk=key if isinstance(key, UUID) else UUID(key))
    except ValueError:
        return Q(number=str(key).upper())


def queue(scope: Scope, narrowed: QueueFilter, cursor: str | None = None, *, limit: int = PAGE) -> Page:
    """One page, the newest first; the order never changes, so that rows stay where they are."""
    require(scope, policies.VIEW)
    found = _narrowed(scope, narrowed)
    if cursor:
        at, last = _decoded(cursor)
        found = found.filter(Q(raised_at__lt=at) | Q(raised_at=at, pk__lt=last))
    rows = summaries.summaries_of(found.order_by("-raised_at", "-pk")[: limit + 1], user_id=scope.user_id)
    following = _encoded(rows[limit - 1].raised_at, rows[limit - 1].id) if len(rows) > limit else None
    return Page(tuple(rows[:limit]), following)


def _narrowed(scope: Scope, narrowed: QueueFilter) -> QuerySet[Alert]:
    found = visible(scope)
    if not narrowed.with_members:
        found = found.filter(head=None)
    found = _tab(found, scope, narrowed.tab)
    if narrowed.severity:
        found = found.filter(group_severity=narrowed.severity)
    if narrowed.theme:
        found = found.filter(asset_kind=narrowed.theme)
    if narrowed.unit_ids is not None:
        units = list(narrowed.unit_ids)
        found = found.filter(Q(unit_id__in=units) | Q(territory_id__in=units) | Q(desk_id__in=units))
    if narrowed.rule:
        found = found.filter(family=narrowed.rule)
    if narrowed.asset:
        found = found.filter(asset_code=narrowed.asset)
    if narrowed.drill is not None:
        found = found.filter(drill=narrowed.drill)
    if narrowed.since:
        found = found.filter(raised_at__gte=narrowed.since)
    if narrowed.until:
        found = found.filter(raised_at__lt=narrowed.until)
    for word in narrowed.q.split():
        found = found.filter(
            Q(number__icontains=word) | Q(asset_name__icontains=word) | Q(asset_code__icontains=word) | Q(rule__name__icontains=word)
        )  # fmt: skip
    return found


def _tab(found: QuerySet[Alert], scope: Scope, tab: str) -> QuerySet[Alert]:
    """The part of the queue that a tab shows."""
    if tab == "closed":
        return found.filter(state=State.CLOSED)
    if tab == "shelved":
        return found.filter(state=State.SHELVED)
    open_ = found.filter(closed_at=None).exclude(state=State.SHELVED)
    if tab == "unseen":
        return open_.filter(~_seen_by(scope), state=State.NEW)
    if tab == "seen":
        return open_.filter(_seen_by(scope) | Q(state__in=TAKEN))
    if tab == "mine":
        return open_.filter(_mine(scope))
    return open_


def _seen_by(scope: Scope) -> Exists:
    return Exists(AlertSeen.objects.filter(user_id=scope.user_id or _NOBODY, alert_id=OuterRef("pk")))


def _mine(scope: Scope) -> Q:
    own = frozenset(unit for grant in scope.grants if not grant.everything for unit in grant.unit_ids)
    return Q(assigned_user_id=scope.user_id or _NOBODY) | Q(assigned_unit_id__in=list(own))


def counts(scope: Scope) -> Counts:
    """What waits for the caller, in one statement; drills and what is shelved or closed are not counted."""
    require(scope, policies.VIEW)
    waiting = Q(state=State.NEW, silent=False)
    found = visible(scope).filter(closed_at=None, head=None, drill=False)
    awake = ~Q(state=State.SHELVED)
    row = found.aggregate(
        **{level: Count("pk", filter=awake & Q(group_severity=level)) for level in Severity.values},
        unseen=Count("pk", filter=awake & Q(state=State.NEW) & ~Q(_seen_by(scope))),
        mine=Count("pk", filter=awake & _mine(scope)),
        shelved=Count("pk", filter=Q(state=State.SHELVED)),
        loud=Count("pk", filter=waiting & Q(group_severity=Severity.SERIOUS)),
    )
    return Counts(**row)


def themes() -> list[tuple[str, str]]:
    """The kinds of asset that have open alerts, with their names."""
    kinds = Alert.objects.filter(closed_at=None).exclude(asset_kind="").order_by("asset_kind")
    return [(kind, words.asset_kind(kind)) for kind in kinds.values_list("asset_kind", flat=True).distinct()]


def alert(scope: Scope, key: UUID | str) -> AlertDetail:
    """One alert with its rule, history, members and the last five times. NotFound."""
    row = row_for(scope, key)
    members = summaries.summaries_of(row.members.order_by("-raised_at")[:PAGE], user_id=scope.user_id)
    units = organisations.units_by_id({one for one in (row.unit_id, row.desk_id, row.territory_id) if one})
    seen = row.pk in summaries.seen_by(scope.user_id, [row.pk])
    return AlertDetail(
        **summaries.fields(row, units, seen=seen), rule=rule_in_force(row.rule_id), facts=row.facts, peak_severity=row.peak_severity,
        shelved_by=row.shelved_by, closed_by=row.closed_by, outcome_note=row.outcome_note, events=tuple(_events(row)),
        members=tuple(members), earlier=tuple(history(scope, row)),
    )  # fmt: skip


def _events(row: Alert) -> list[EventLine]:
    found = AlertEvent.objects.filter(alert=row).order_by("at", "pk")
    return [EventLine(at=one.at, kind=one.kind, words=words_of(one, row), by=one.by, note=one.note) for one in found]


def history(scope: Scope, row: Alert, *, limit: int = EARLIER) -> list[EarlierAlert]:
    """The last times that this rule fired at this subject, and who did what then."""
    found = (
        visible(scope).filter(family=row.family, subject=row.subject, onset_ms__lt=row.onset_ms).select_related("head")
    )
    return [
        EarlierAlert(
            number=one.number, raised_at=one.raised_at, cleared_at=one.cleared_at, closed_at=one.closed_at,
            peak_value=one.peak_value, outcome=(one.head or one).outcome, acknowledged_by=(one.head or one).acknowledged_by,
            acknowledged_at=(one.head or one).acknowledged_at, closed_by=(one.head or one).closed_by,
            incident_number=(one.head or one).incident_number, note=(one.head or one).outcome_note,
        )
        for one in found.order_by("-onset_ms")[:limit]
    ]  # fmt: skip


def of_incident(incident_id: UUID) -> list[AlertRef]:
    """The alerts of an incident, heads and members; for callers that checked who asks."""
    found = Alert.objects.filter(incident_id=incident_id).select_related("rule").order_by("onset_at", "pk")
    return [summaries.ref(one) for one in found]


def refs(scope: Scope, ids: Collection[UUID]) -> list[AlertRef]:
    """Those of the alerts that the caller sees."""
    return [summaries.ref(one) for one in visible(scope).filter(pk__in=ids).select_related("rule")]


def _encoded(at: datetime, pk: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{pk}".encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, pk = text.split("|")
        return datetime.fromisoformat(at), UUID(pk)
    except ValueError as error:
        raise InvalidInput(
            _("Con trỏ trang không hợp lệ."), code="invalid_cursor", action=_("Đọc lại từ trang đầu.")
        ) from error
