"""How good the alarms are: load per officer, floods, chattering, what nobody acts on, how fast people answer, what to tune first.

Measures and their limits follow ANSI/ISA-18.2-2016 (16.5) and EEMUA 191 (3rd edition): up to 6 alarms an hour for one officer
are acceptable and 12 the most that can be handled; more than 10 in 10 minutes are a flood; 3 or more of one alarm in 10 minutes
chatter here (ISA-18.2 speaks of 3 in one minute, which measurements every 10 minutes cannot reach). Drills are never counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.access.interface import Scope, require
from sen.apps.alerts import policies
from sen.apps.alerts.alert_models import Alert, Outcome
from sen.apps.alerts.alert_queries import visible
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import interface as shifts
from sen.kernel import clock

ACCEPTABLE, MOST = 6.0, 12.0
"""Alarms per officer and hour."""
FLOOD = 10
WINDOW = timedelta(minutes=10)
CHATTER = 3
STALE = timedelta(hours=24)
MANY_FALSE = 0.2
TUNED_FIRST = 8


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, None where there is nothing to measure."""

    count: int
    median: float | None
    p90: float | None


class QualityRow(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one rule or unit. `share` of all alerts, 0 to 1; `never_acted`: ended without anybody having answered."""

    key: str
    name: str
    count: int
    share: float
    false_alarms: int
    never_acted: int
    chattering: int
    stale: int
    overdue: int
    answer: Times
    close: Times


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that should be tuned, why, and what would help; `notes` are what officers wrote about its false alarms."""

    key: str
    name: str
    weight: float
    reason: str
    step: str
    notes: tuple[str, ...] = ()


class FloodSpan(msgspec.Struct, frozen=True, kw_only=True):
    """From the first to the last window of a desk with more than ten alerts in ten minutes."""

    desk: str
    since: datetime
    until: datetime
    count: int
    peak: int


class AlarmQuality(msgspec.Struct, frozen=True, kw_only=True):
    """The quality of the alarms of a period. `load` is alerts per officer and hour, None without a roster."""

    since: datetime
    until: datetime
    count: int
    silent: int
    simulated: int
    officer_hours: float
    load: float | None
    verdict: str
    floods: tuple[FloodSpan, ...]
    days: tuple[tuple[str, int], ...]
    never_acted: int
    false_alarms: int
    chattering: int
    stale: int
    overdue: int
    answer: Times
    close: Times
    by_rule: tuple[QualityRow, ...]
    by_unit: tuple[QualityRow, ...]
    tune_first: tuple[Advice, ...]


class _Row(msgspec.Struct):
    """What is read of an alert."""

    family: str
    rule: str
    unit: UUID
    desk: UUID
    subject: str
    head: UUID | None
    raised: datetime
    arrived: datetime
    cleared: datetime | None
    acknowledged: datetime | None
    closed: datetime | None
    outcome: str
    note: str
    overdue: datetime | None
    silent: bool
    simulated: bool
    chatters: bool = False


def quality(
    scope: Scope, since: datetime, until: datetime, *, unit_ids: frozenset[UUID] | None = None, simulated: bool = True
) -> AlarmQuality:
    """The figures of the alerts that arrived in [since, until) in the units that the caller sees."""
    require(scope, policies.QUALITY)
    found = visible(scope).filter(arrived_at__gte=since, arrived_at__lt=until, drill=False)
    if unit_ids is not None:
        found = found.filter(unit_id__in=list(unit_ids))
    rows = _read(found)
    made_up = sum(row.simulated for row in rows)
    if not simulated:
        rows = [row for row in rows if not row.simulated]
    told = [row for row in rows if not row.silent]
    _mark_chattering(told)
    heads = [row for row in told if row.head is None]
    hours = shifts.officer_hours({row.desk for row in told}, since, min(until, clock.now())) if told else 0.0
    load = len(heads) / hours if hours else None
    units = organisations.units_by_id({row.unit for row in told} | {row.desk for row in told})
    by_rule = _rows(told, lambda row: (row.family, row.rule))
    return AlarmQuality(
        since=since, until=until, count=len(heads), silent=len(rows) - len(told), simulated=made_up, officer_hours=hours, load=load,
        verdict=_verdict(load), floods=tuple(_floods(heads, {one.id: one.name for one in units.values()})), days=_days(heads, since, until),
        never_acted=sum(_never(row) for row in heads), false_alarms=sum(row.outcome == Outcome.FALSE_ALARM for row in heads),
        chattering=sum(row.chatters for row in told), stale=sum(_stale(row) for row in heads), overdue=sum(row.overdue is not None for row in heads),
        answer=_times(_answers(heads)), close=_times(_closings(heads)), by_rule=by_rule,
        by_unit=_rows(told, lambda row: (units[row.unit].code, units[row.unit].name)),
        tune_first=tuple(_advice(by_rule, told)),
    )  # fmt: skip


def _read(found: QuerySet[Alert]) -> list[_Row]:
    columns = (
        "family", "rule__name", "unit_id", "desk_id", "subject", "head_id", "raised_at", "arrived_at", "cleared_at",
        "acknowledged_at", "closed_at", "outcome", "outcome_note", "overdue_at", "silent", "simulated",
    )  # fmt: skip
    read: list[tuple[Any, ...]] = list(found.order_by("raised_at", "pk").values_list(*columns))
    return [_Row(**dict(zip(_Row.__struct_fields__, one, strict=False))) for one in read]


def _mark_chattering(rows: Sequence[_Row]) -> None:
    """The occurrences of one rule at one place of which three or more began within ten minutes."""
    places: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        places[row.family, row.subject].append(row)
    for several in places.values():
        for index in range(len(several) - CHATTER + 1):
            group = several[index : index + CHATTER]
            if group[-1].raised - group[0].raised <= WINDOW:
                for row in group:
                    row.chatters = True


def _floods(heads: Sequence[_Row], names: dict[UUID, str]) -> list[FloodSpan]:
    """Spans in which more than ten alerts came to one desk within ten minutes, the newest first."""
    desks: dict[UUID, list[datetime]] = defaultdict(list)
    for row in heads:
        desks[row.desk].append(row.arrived)
    found: list[FloodSpan] = []
    for desk, moments in desks.items():
        moments.sort()
        first, span = 0, None
        for last, at in enumerate(moments):
            while at - moments[first] >= WINDOW:
                first += 1
            count = last - first + 1
            if count <= FLOOD:
                if span is not None and at - span[1] >= WINDOW:
                    found.append(_span(names[desk], span))
                    span = None
                continue
            span = (
                (moments[first], at, first, last, count)
                if span is None
                else (span[0], at, span[2], last, max(span[4], count))
            )
        if span is not None:
            found.append(_span(names[desk], span))
    return sorted(found, key=lambda one: one.since, reverse=True)


def _span(desk: str, span: tuple[datetime, datetime, int, int, int]) -> FloodSpan:
    since, until, first, last, peak = span
    return FloodSpan(desk=desk, since=since, until=until, count=last - first + 1, peak=peak)


def _days(heads: Sequence[_Row], since: datetime, until: datetime) -> tuple[tuple[str, int], ...]:
    """Alerts per local day, days without one included."""
    counts = Counter(clock.local(row.arrived).date() for row in heads)
    day, last = clock.local(since).date(), clock.local(until - timedelta(microseconds=1)).date()
    found = []
    while day <= last:
        found.append((day.isoformat(), counts[day]))
        day += timedelta(days=1)
    return tuple(found)


def _rows(rows: Sequence[_Row], key: Callable[[_Row], tuple[str, str]]) -> tuple[QualityRow, ...]:
    groups: dict[str, list[_Row]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in rows:
        code, name = key(row)
        groups[code].append(row)
        names[code] = name
    total = sum(row.head is None for row in rows) or 1
    found = [_figures(code, names[code], several, total) for code, several in groups.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.name)))


def _figures(code: str, name: str, rows: Sequence[_Row], total: int) -> QualityRow:
    heads = [row for row in rows if row.head is None]
    return QualityRow(
        key=code, name=name, count=len(heads), share=len(heads) / total,
        false_alarms=sum(row.outcome == Outcome.FALSE_ALARM for row in heads), never_acted=sum(_never(row) for row in heads),
        chattering=sum(row.chatters for row in rows), stale=sum(_stale(row) for row in heads), overdue=sum(row.overdue is not None for row in heads),
        answer=_times(_answers(heads)), close=_times(_closings(heads)),
    )  # fmt: skip


def _never(row: _Row) -> bool:
    return row.outcome == Outcome.CLEARED and row.acknowledged is None


def _stale(row: _Row) -> bool:
    return row.cleared is None and row.closed is None and clock.now() - row.arrived > STALE


def _answers(rows: Iterable[_Row]) -> list[float]:
    return [(row.acknowledged - row.arrived).total_seconds() for row in rows if row.acknowledged]


def _closings(rows: Iterable[_Row]) -> list[float]:
    return [(row.closed - row.arrived).total_seconds() for row in rows if row.closed and row.outcome != Outcome.CLEARED]


def _times(seconds: Sequence[float]) -> Times:
    if not seconds:
        return Times(count=0, median=None, p90=None)
    middle, high = np.percentile(np.array(seconds), [50, 90])
    return Times(count=len(seconds), median=float(middle), p90=float(high))


def _verdict(load: float | None) -> str:
    if load is None:
        return "unknown"
    if load <= ACCEPTABLE:
        return "acceptable"
    return "manageable" if load <= MOST else "overloaded"


def _advice(by_rule: Sequence[QualityRow], rows: Sequence[_Row]) -> list[Advice]:
    """The rules whose tuning takes most off the officers: each false, unanswered or chattering alert weighs, and so does sheer number."""
    notes: dict[str, list[str]] = defaultdict(list)
    for row in reversed(rows):
        if row.outcome == Outcome.FALSE_ALARM and row.note and row.head is None:
            notes[row.family].append(row.note)
    found = []
    for rule in by_rule:
        reason, step = _why(rule)
        if reason:
            weight = 3.0 * rule.false_alarms + 2.0 * rule.chattering + rule.never_acted + rule.stale
            said = tuple(notes[rule.key][:3])
            found.append(Advice(key=rule.key, name=rule.name, weight=weight, reason=reason, step=step, notes=said))
    return sorted(found, key=lambda one: (-one.weight, one.name))[:TUNED_FIRST]


def _why(row: QualityRow) -> tuple[str, str]:
    """The worst that can be said of a rule, and what would help; empty where nothing is wrong with it."""
    if row.count and row.false_alarms / row.count >= MANY_FALSE:
        words = ngettext(
            "{n} trong {all} cảnh báo là báo động giả", "{n} trong {all} cảnh báo là báo động giả", row.false_alarms
        )
        return words.format(n=row.false_alarms, all=row.count), _(
            "Xem lại ngưỡng, thêm thời gian kéo dài hoặc điều kiện thứ hai."
        )
    if row.chattering:
        return _("{n} lần bật tắt liên tục trong 10 phút").format(n=row.chattering), _(
            "Thêm độ trễ khi hết (hysteresis) và thời gian kéo dài."
        )
    if row.count >= CHATTER and row.never_acted / row.count > 0.5:
        return _("{n} trong {all} cảnh báo không ai xử lý").format(n=row.never_acted, all=row.count), _(
            "Hạ mức độ, hoặc tắt nếu không cần ai làm gì."
        )
    if row.stale:
        return _("{n} cảnh báo mở quá 24 giờ").format(n=row.stale), _("Sửa thiết bị, hoặc lập đợt bảo trì.")
    if row.share > 0.3 and row.count > FLOOD:
        return _("chiếm {share} % số cảnh báo").format(share=round(row.share * 100)), _(
            "Gộp theo xã, hoặc nâng ngưỡng."
        )
    return "", ""
