"""What the connection desk shows: sources with what is wrong and the next step, narrowed and sorted as the address says. No HTML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.sources import errors, queries
from sen.apps.sources.models import Reminder, Source, State
from sen.apps.sources.states import LOST_AFTER_GAPS, plan_is_overdue
from sen.connector_sdk import registry
from sen.kernel import clock

RECENT_ERROR = timedelta(days=7)
SEVERITY = {State.LOST: "serious", State.LATE: "warning"}
_BEAT = {"on_time": "ok", "late": "late", "failed": "miss", "none": "none"}
_ORDER = {State.LOST: 0, State.LATE: 1, State.PLANNED: 2, State.CONNECTED: 3, State.STOPPED: 4}
SORTS = ("worst", "silent", "name", "completeness")


@dataclass(frozen=True)
class DeskRow:
    """One source of the desk."""

    source: Source
    state: State
    severity: str
    connector: str
    cause: str
    action: str
    bars: list[str]
    reminder: Reminder | None

    @property
    def due_s(self) -> int:
        """Seconds after which it is late."""
        return self.source.interval_s + self.source.allowed_delay_s

    @property
    def lost_s(self) -> int:
        """Seconds after which it is lost."""
        return LOST_AFTER_GAPS * self.due_s

    @property
    def seen(self) -> datetime | None:
        """The moment that its freshness counts from: the newest measurement where messages come but carry old values."""
        health = self.source.health
        if self.sends_old_values:
            return health.last_measured
        return health.last_seen

    @property
    def sends_old_values(self) -> bool:
        """Whether messages come in time, but with measurements that are too old."""
        health = self.source.health
        if self.state != State.LATE or health.last_seen is None or health.last_measured is None:
            return False
        return (clock.now() - health.last_seen).total_seconds() <= self.due_s

    @property
    def needs_care(self) -> bool:
        """Whether a person should do something."""
        return self.severity != ""


def row_of(source: Source, reminder: Reminder | None = None, now: datetime | None = None) -> DeskRow:
    """A source as the desk shows it."""
    now = now or clock.now()
    state = queries.present_state(source, now)
    overdue = plan_is_overdue(queries.promise_of(source), source.health.last_seen, now)
    severity = SEVERITY.get(state, "notice" if overdue else "")
    cause, action = _trouble(source, state, overdue, now)
    bars = [_BEAT.get(bar.get("state", "none"), "none") for bar in source.health.bars] or ["none"] * 24
    return DeskRow(source, state, severity, connector_name(source.connector), cause, action, bars, reminder)


def _trouble(source: Source, state: State, overdue: bool, now: datetime) -> tuple[str, str]:
    """(last error in plain words, next step); empty words where nothing is wrong."""
    health = source.health
    if state == State.STOPPED:
        return source.stopped_reason, _("Bấm “Chạy lại” khi muốn nhận số liệu.")
    if health.error_code and health.error_at and now - health.error_at < RECENT_ERROR:
        return errors.cause(health.error_code), errors.action(health.error_code)
    if state in (State.LATE, State.LOST):
        return _why_late(source, now)
    if overdue:
        return _("Đã quá ngày dự kiến mà chưa kết nối."), errors.action("silent")
    never = (_("Chưa kết nối lần nào."), _("Gửi khóa và hướng dẫn cho đơn vị lắp đặt."))
    return never if state == State.PLANNED else ("", "")


def _why_late(source: Source, now: datetime) -> tuple[str, str]:
    """A source that still sends has old measurements; otherwise it is silent."""
    seen = source.health.last_seen
    if seen and now - seen <= queries.promise_of(source).allowed_gap:
        action = _("Kiểm tra đồng hồ của thiết bị, hoặc chờ thiết bị gửi hết phần dồn lại.")
        return _("Vẫn gửi đều nhưng số đo cũ."), action
    return errors.cause("silent"), errors.action("silent")


def connector_name(code: str) -> str:
    """The connector's name; its code where it is not installed any more."""
    found = registry.connectors().get(code)
    return found.name if found else code


def desk_rows(scope: Scope, chosen: QueryDict) -> list[DeskRow]:
    """The sources that the address asks for (`state`, `owner` or `unit`, `connector`, `q`, `sort`)."""
    narrowed = queries.SourceFilter(
        q=chosen.get("q", ""),
        connector=chosen.get("connector", ""),
        owner=chosen.get("owner", "") or _department(chosen.get("unit", "")),
    )
    found, _more = queries.sources(scope, narrowed, limit=queries.MAX_PAGE)
    reminders = _newest_reminders(found)
    rows = [row_of(source, reminders.get(source.pk)) for source in found]
    states = {part for part in chosen.get("state", "").split(",") if part}
    if states:
        rows = [row for row in rows if row.state in states]
    return sorted(rows, key=_sorting(chosen.get("sort", "worst")))


def _department(unit: str) -> str:
    return unit if "-" in unit else ""


def _newest_reminders(sources: Iterable[Source]) -> dict[Any, Reminder]:
    since = clock.now() - timedelta(hours=24)
    rows = Reminder.objects.filter(source__in=list(sources), undone_at=None, sent_at__gte=since).order_by("sent_at")
    return {row.source_id: row for row in rows}


def _sorting(name: str) -> Any:
    far = clock.now() - timedelta(days=36500)
    if name == "name":
        return lambda row: row.source.name
    if name == "completeness":
        return lambda row: (
            row.source.health.completeness_7d if row.source.health.completeness_7d is not None else 2,
            row.source.name,
        )
    if name == "silent":
        return lambda row: row.source.health.last_seen or far
    return lambda row: (_ORDER[row.state], row.source.health.last_seen or far, row.source.name)
