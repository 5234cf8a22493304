"""What a weekly digest says: tasks of all units, late ones, what is due next week, dossiers, documents, reports and the programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
import structlog
from django.utils.translation import gettext as _

from sen.apps.directives import interface as directives
from sen.apps.directives.interface import OverdueLine, TaskCounts, TaskFilter, TaskLine
from sen.apps.documents import interface as documents
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import interface as procedures
from sen.apps.programme.models import Inspection, Meeting, ProgrammeItem
from sen.apps.programme.programmes import tasks_by_reference
from sen.kernel import clock
from sen.kernel.errors import SenError
from sen.kernel.scopes import SYSTEM

log = structlog.get_logger(__name__)

MOST_LATE, MOST_DUE, MOST_UNITS = 25, 40, 60
_OPEN = ("not_due", "due_soon", "overdue")


class UnitRow(msgspec.Struct, frozen=True):
    """A unit's tasks. `next_week`: open tasks whose deadline lies in the week after."""

    name: str
    counts: TaskCounts
    next_week: int


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Everything for one unit and one week. `missing`: parts whose figures could not be had, with the reason."""

    unit_id: UUID
    unit_name: str
    week: date
    as_of: datetime
    counts: TaskCounts
    units: tuple[UnitRow, ...]
    late: tuple[OverdueLine, ...]
    due: tuple[TaskLine, ...]
    dossiers: str
    documents: str
    reports: str
    coming: tuple[str, ...]
    missing: tuple[str, ...]
    simulated: bool


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def collect(unit_id: UUID, week: date, now: datetime) -> Content:
    """The digest of a unit and all below it for the week that begins on the Monday `week`; for callers that checked who asks.

    A part whose engine is away is left out and named, so that the digest of a Friday never waits for ClickHouse.
    """
    first, last = week + timedelta(days=7), week + timedelta(days=13)
    below = organisations.subtree_ids(unit_id)
    missing: list[str] = []
    due = directives.tasks(
        SYSTEM, TaskFilter(unit_id=unit_id, timeliness=_OPEN, due_from=first, due_until=last), None, 200
    ).items
    late = directives.overdue(SYSTEM, MOST_LATE, unit_id)
    return Content(
        unit_id=unit_id, unit_name=organisations.unit_by_id(unit_id).name, week=week, as_of=now, counts=directives.counts(SYSTEM, unit_id),
        units=_units(below, due), late=tuple(late), due=tuple(due[:MOST_DUE]),
        dossiers=_or_missing(missing, _("hồ sơ thủ tục hành chính"), lambda: _dossiers(unit_id, now)),
        documents=_or_missing(missing, _("văn bản"), lambda: _documents(unit_id)),
        reports=_or_missing(missing, _("báo cáo chỉ tiêu"), lambda: _reports(unit_id)),
        coming=_coming(unit_id, first, last), missing=tuple(missing),
        simulated=any(one.simulated for one in due) or any(one.task.simulated for one in late),
    )  # fmt: skip


def _units(below: frozenset[UUID], due: list[TaskLine]) -> tuple[UnitRow, ...]:
    """The units with tasks, the most late ones first."""
    counts = {unit: one for unit, one in directives.counts_by_unit(SYSTEM).items() if unit in below and one.total}
    names = organisations.units_by_id(counts)
    coming: dict[UUID, int] = {}
    for task in due:
        coming[task.lead.id] = coming.get(task.lead.id, 0) + 1
    ordered = sorted(counts, key=lambda unit: (-counts[unit].overdue, -counts[unit].total, names[unit].name))
    return tuple(UnitRow(names[unit].name, counts[unit], coming.get(unit, 0)) for unit in ordered[:MOST_UNITS])


def _or_missing(missing: list[str], what: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except SenError as error:
        log.warning("digest_part_missing", part=what, error=str(error))
        missing.append(_("{what}: không lấy được số liệu lúc lập báo cáo").format(what=what))
        return ""


def _dossiers(unit_id: UUID, now: datetime) -> str:
    here = clock.local(now)
    found = procedures.overview(SYSTEM, unit_id, indicators.parse_period(f"{here:%Y-%m}"))
    if not found.received and not found.judged:
        return ""
    rate = f"{found.on_time_rate:.1f} %".replace(".", ",") if found.on_time_rate is not None else _("chưa tính được")
    return _(
        "Trong tháng tiếp nhận {received} hồ sơ; tỷ lệ đúng hạn {rate} ({on_time}/{judged} hồ sơ được xét)."
    ).format(received=found.received, rate=rate, on_time=found.on_time, judged=found.judged)


def _documents(unit_id: UUID) -> str:
    found = documents.counts(SYSTEM, unit_id)
    if not found.incoming:
        return ""
    return _(
        "Văn bản đến đã vào sổ {incoming}; chưa đọc {unread}; đang xử lý {open}, trong đó quá hạn {overdue}."
    ).format(incoming=found.incoming, unread=found.unread, open=found.open, overdue=found.overdue)


def _reports(unit_id: UUID) -> str:
    found = indicators.entry_counts(SYSTEM, unit_id)
    if not any((found.open, found.late, found.submitted, found.sent_back, found.approved)):
        return ""
    late = indicators.late_reports(SYSTEM, unit_id, limit=5)
    named = "; ".join(f"{one.unit_name} ({one.name}, {one.period_words})" for one in late)
    words = _("Biểu nhập số liệu: {approved} đã duyệt, {submitted} chờ duyệt, {late} trễ.").format(
        approved=found.approved, submitted=found.submitted, late=found.late
    )
    return words + (" " + _("Trễ lâu nhất: {named}.").format(named=named) if named else "")


def _coming(unit_id: UUID, first: date, last: date) -> tuple[str, ...]:
    """Meetings, inspections and items of the programme of the week after."""
    start = datetime.combine(first, time(0), clock.VIETNAM)
    below = organisations.subtree_ids(unit_id)
    found = [
        _("{when}: {title} ({number})").format(
            when=f"{clock.local(one.starts_at):%H:%M %d/%m}", title=one.title, number=one.number
        )
        for one in Meeting.objects.filter(
            unit_id__in=below, starts_at__gte=start, starts_at__lt=start + timedelta(days=7)
        )
        .exclude(state="cancelled")
        .order_by("starts_at")
    ]
    found += [
        _("{first}–{last}: kiểm tra {unit}, {title} ({number})").format(
            first=f"{one.starts_on:%d/%m}",
            last=f"{one.ends_on:%d/%m}",
            unit=one.inspected.name,
            title=one.title,
            number=one.number,
        )
        for one in Inspection.objects.filter(unit_id__in=below, starts_on__lte=last, ends_on__gte=first)
        .exclude(state="cancelled")
        .select_related("inspected")
    ]
    items = list(
        ProgrammeItem.objects.filter(
            programme__unit_id__in=below, due__gte=first, due__lte=last, said_state=""
        ).select_related("lead")
    )
    given = tasks_by_reference({one.number for one in items})
    return (
        *found,
        *(
            _("Hạn {day}: {words} ({lead}; chưa giao nhiệm vụ)").format(
                day=f"{one.due:%d/%m}",
                words=one.words,
                lead=one.lead.name if one.lead else one.lead_words or _("chưa rõ đơn vị"),
            )
            for one in items
            if one.number not in given
        ),
    )
