"""What is due by the clock: sheets of periods that ended are opened, and units are reminded before the day, on it and when it has passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators import policies
from sen.apps.indicators.models_sheets import SheetEntry
from sen.apps.indicators.periods import parse
from sen.apps.indicators.sheets import drafts, opening, seeing, telling
from sen.apps.indicators.sheets.lateness import WAITING
from sen.apps.packs import interface as packs
from sen.kernel import clock

BEFORE_DAYS = 3
LATE_STEPS = (1, 5, 10, 20)
"""Days late on which the unit is told; from the second on also the leaders above it, of all its late units at once."""
FIRST_HOUR = 8
"""Nobody is reminded of a sheet in the night."""

_done: dict[str, tuple[date, int] | datetime] = {}
_told: set[tuple[UUID, str]] = set()
"""Sheet and step that this process has told, or found told: a late sheet is looked at every minute for weeks."""
MOST_REMEMBERED = 50_000


def run_due(now: datetime) -> int:
    """How much was opened and told. Opening follows a new day or a changed template within seconds, reminders come once a minute."""
    day, minute = clock.local(now).date(), now.replace(second=0, microsecond=0)
    opened = 0
    present = (day, packs.settings_version())
    if _done.get("opened") != present:
        opened = opening.open_entries(day, now=now)
        _done["opened"] = present
    if _done.get("reminded") == minute or clock.local(now).hour < FIRST_HOUR:
        return opened
    _done["reminded"] = minute
    return opened + remind_due(now)


def remind_due(now: datetime) -> int:
    """Tell each unit, and those above about their late ones, once for each step; keys keep a kill from repeating it. How many messages."""
    today = clock.local(now).date()
    rows = SheetEntry.objects.filter(state__in=WAITING, due_on__lte=today + timedelta(days=BEFORE_DAYS))
    rows = rows.filter(due_on__gte=today - timedelta(days=LATE_STEPS[-1] + 10)).select_related("unit")
    told = 0
    above: dict[tuple[str, str, str], list[SheetEntry]] = defaultdict(list)
    for row in rows:
        for step, title, severity in _steps(row, today):
            if (row.pk, step) in _told:
                continue
            with transaction.atomic():
                told += telling.remind(row, step, title, severity)
            if severity == "warning":
                above[row.sheet, row.period, step].append(row)
            if len(_told) >= MOST_REMEMBERED:
                _told.clear()
            _told.add((row.pk, step))
    for (_sheet, _period, step), late in above.items():
        with transaction.atomic():
            told += telling.late_units(late, step, (today - late[0].due_on).days)
    return told


def _steps(row: SheetEntry, today: date) -> Iterator[tuple[str, str, str]]:
    """The newest step that was reached: its key, what is said, how urgent."""
    days = (today - row.due_on).days
    name, period = row.name, parse(row.period).words
    if days < 0:
        words = _("{name}, {period}: còn {n} ngày đến hạn nộp").format(name=name, period=period, n=-days)
        yield f"before:{row.due_on}", words, "info"
    elif days == 0:
        yield f"due:{row.due_on}", _("{name}, {period}: hôm nay là hạn nộp").format(name=name, period=period), "notice"
    else:
        step = max((one for one in LATE_STEPS if one <= days), default=0)
        words = _("{name}, {period}: đã quá hạn nộp {n} ngày").format(name=name, period=period, n=days)
        if step:
            yield f"late:{row.due_on}:{step}", words, "notice" if step == LATE_STEPS[0] else "warning"


@transaction.atomic
def remind_now(*, scope: Scope, entry_id: UUID | str) -> int:
    """A person reminds a unit, at most once a day and sheet; how many were told. Raises Conflict where it is not the unit's turn."""
    entry = seeing.entry_for(scope, entry_id, lock=True)
    require(scope, policies.REMIND, entry.unit_id)
    drafts.open_for_changes(entry)
    today = clock.local(clock.now()).date()
    title = _("{name}, {period}: đề nghị nộp").format(name=entry.name, period=parse(entry.period).words)
    told = telling.remind(entry, f"asked:{today}", title, "notice")
    if told:
        audit.record(
            scope=scope, action="indicators.remind", object_type="sheet", object_id=str(entry.pk), unit_id=entry.unit_id,
            detail={"sheet": entry.sheet, "period": entry.period},
        )  # fmt: skip
    return told
