"""Who hears of an alert: its escalation chain begins with it and ends when somebody takes it; a flood is one notice, not hundreds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from sen.apps.alerts import why
from sen.apps.alerts.alert_models import Alert
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.notifications import interface as notifications
from sen.apps.shifts import interface as shifts

FLOOD = 10
FLOOD_WINDOW = timedelta(minutes=10)
"""More than ten alerts in ten minutes for one desk is a flood: EEMUA 191, ISA-18.2."""


def about(alert_id: UUID) -> str:
    """Under what the notifications of an alert are kept together."""
    return f"alert:{alert_id}"


def chain_key(alert: Alert) -> str:
    """The escalation chain of an alert; each time that it calls anew it has another one."""
    return f"alert:{alert.pk}:{alert.calls}" if alert.calls else f"alert:{alert.pk}"


def raised(several: Sequence[Alert], rules: Mapping[UUID, RuleInForce], now: datetime) -> None:
    """Begin to tell people of new alerts, in the caller's transaction; silent, repeated or past ones tell nobody."""
    waiting = [
        one
        for one in several
        if one.head_id is None and not one.silent and one.cleared_at is None and one.group_severity != "info"
    ]
    floods = _floods({one.desk_id for one in waiting}, now)
    with override("vi"):
        for alert in waiting:
            rule = rules[alert.rule_id]
            flooded = alert.desk_id in floods
            shifts.start_chain(
                key=chain_key(alert), unit_id=alert.desk_id, role=_role(rule), severity=alert.group_severity,
                clock_minutes=rule.content.clock_minutes, about=about(alert.pk), title=why.title(alert)[:200], body=why.why(alert),
                url=f"/alerts/{alert.number}/", at=now, drill=alert.drill, simulated=alert.simulated, quiet=flooded,
            )  # fmt: skip
        for desk, role in {(one.desk_id, _role(rules[one.rule_id])) for one in waiting if one.desk_id in floods}:
            _tell_of_flood(desk, role, now)


def again(several: Sequence[Alert], rules: Mapping[UUID, RuleInForce], now: datetime) -> None:
    """Begin anew to tell people of alerts that got worse or came back; the caller stores `calls`."""
    for alert in several:
        stop(alert, "again")
        alert.calls += 1
    raised(several, rules, now)


def stop(alert: Alert, reason: str) -> None:
    """Tell nobody further."""
    shifts.stop_chain(key=chain_key(alert), reason=reason)


def _role(rule: RuleInForce) -> str:
    """Whose desk answers."""
    return rule.owner_role or str(rule.content.role)


def _floods(desks: Collection[UUID], now: datetime) -> frozenset[UUID]:
    """The desks that are in a flood, the batch at hand included: it is written already."""
    recent = Alert.objects.filter(desk_id__in=desks, arrived_at__gt=now - FLOOD_WINDOW, head=None, silent=False)
    counts = recent.order_by().values_list("desk_id").annotate(count=Count("pk"))
    return frozenset(desk for desk, count in counts if count > FLOOD)


def _tell_of_flood(desk: UUID, role: str, now: datetime) -> None:
    """One notice per window, instead of one per alert."""
    window = int(now.timestamp() // FLOOD_WINDOW.total_seconds())
    notifications.notify(
        key=f"alerts:flood:{desk}:{role}:{window}", about="alerts:flood", severity="serious", url="/alerts/",
        to=notifications.Recipients(unit_roles=((desk, role),)),
        title=_("Nhiều cảnh báo dồn dập: hơn {count} cảnh báo trong 10 phút").format(count=FLOOD),
        body=_("Từ đây các cảnh báo mới không báo riêng từng tin nữa. Mở hàng chờ để xử lý theo nhóm."),
    )  # fmt: skip
