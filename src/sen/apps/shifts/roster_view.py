"""Reads a roster for people: a grid of days and turns, and what is wrong with it in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import policies
from sen.apps.shifts.models import Duty, Post, RosterEdit, Swap
from sen.apps.shifts.patterns import turns
from sen.apps.shifts.roster import day_start
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.office_calendar import OfficeCalendar
from sen.kernel.working_calendar import SpecialDay

REST_HOURS = 12
"""Between two turns. Bộ luật Lao động 2019, Article 110: who works in shifts rests at least 12 hours before the next one."""
LONG_WEEK_HOURS = 48
"""Bộ luật Lao động 2019, Article 105: at most 48 hours in a week."""


@dataclass(frozen=True)
class Cell:
    """One turn of one post on one day with who holds it. `missing`: people still needed; `now`: it is on."""

    turn: str
    starts_at: datetime
    ends_at: datetime
    duties: tuple[Duty, ...]
    missing: int
    past: bool
    now: bool


@dataclass(frozen=True)
class Row:
    """A post, or one turn of it, through the days; a day on which the turn does not exist has None."""

    post: Post
    turn: str
    number: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Day:
    """A column: whether offices work, the holiday's name, whether its document was seen."""

    day: date
    working: bool
    special: SpecialDay | None
    today: bool


@dataclass(frozen=True)
class Problem:
    """Something wrong with a roster: `kind` is gap, double, rest or hours."""

    kind: str
    words: str
    day: date


@dataclass(frozen=True)
class Grid:
    """A roster from one day to another."""

    days: tuple[Day, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    hours: tuple[tuple[str, float], ...] = field(default=())
    """Person → hours on duty in the period, most first."""


def posts_of(unit_id: UUID) -> list[Post]:
    """The posts that a unit holds, in their order."""
    return list(Post.objects.filter(unit_id=unit_id, is_active=True))


def duties_between(unit_id: UUID, start: datetime, end: datetime) -> list[Duty]:
    """The duties of a unit that touch a period, by time; posts that are no longer held are left out."""
    found = Duty.objects.filter(post__unit_id=unit_id, post__is_active=True, starts_at__lt=end, ends_at__gt=start)
    return list(found.select_related("post", "person"))


def grid(scope: Scope, unit_id: UUID, first: date, days: int) -> Grid:
    """The roster of a unit over some days, with what is wrong with it. A fixed number of statements. Raises NotFound."""
    require(scope, policies.VIEW)
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    start, now = day_start(first), clock.now()
    calendar = organisations.working_calendar_of(unit_id)
    columns = tuple(_day(first + timedelta(days=number), clock.local(now).date(), calendar) for number in range(days))
    # A day more on either side, so that rest before the first and after the last turn counts.
    duties = duties_between(unit_id, start - timedelta(days=1), start + timedelta(days=days + 1))
    by_place: dict[tuple[UUID, datetime], list[Duty]] = defaultdict(list)
    for duty in duties:
        by_place[duty.post_id, duty.starts_at].append(duty)
    rows = tuple(row for post in posts_of(unit_id) for row in _rows(post, columns, by_place, now, calendar))
    inside = [duty for duty in duties if start <= duty.starts_at < start + timedelta(days=days)]
    problems = [*_gaps(rows), *_doubles(duties), *_short_rest(duties), *_long_weeks(inside)]
    problems = [one for one in problems if columns[0].day <= one.day <= columns[-1].day]
    return Grid(columns, rows, tuple(sorted(problems, key=lambda one: (one.day, one.kind))), _hours(inside))


def _day(day: date, today: date, calendar: OfficeCalendar) -> Day:
    return Day(day, calendar.is_working_day(day), calendar.special(day), day == today)


def _rows(
    post: Post,
    columns: Sequence[Day],
    by_place: dict[tuple[UUID, datetime], list[Duty]],
    now: datetime,
    calendar: OfficeCalendar,
) -> list[Row]:
    each_day = [
        {turn.number: turn for turn in turns(post.pattern, post.starts, column.day, calendar)} for column in columns
    ]
    numbers = sorted({number for known in each_day for number in known})
    rows = []
    for number in numbers:
        cells: list[Cell | None] = []
        for known in each_day:
            turn = known.get(number)
            if turn is None:
                cells.append(None)
                continue
            held = tuple(by_place.get((post.pk, turn.starts_at), ()))
            cells.append(
                Cell(
                    turn.name, turn.starts_at, turn.ends_at, held, max(0, post.needed - len(held)), turn.ends_at <= now,
                    turn.starts_at <= now < turn.ends_at,
                )
            )  # fmt: skip
        name = next(cell.turn for cell in cells if cell)
        rows.append(Row(post, name, number, tuple(cells)))
    return rows


def _gaps(rows: Sequence[Row]) -> list[Problem]:
    found = []
    for row in rows:
        for cell in row.cells:
            if cell and cell.missing and not cell.past:
                day = clock.local(cell.starts_at).date()
                words = _("{post}, {turn} ngày {day}: thiếu {n} người").format(
                    post=row.post.name, turn=cell.turn.lower(), day=f"{day:%d/%m}", n=cell.missing
                )
                found.append(Problem("gap", words, day))
    return found


def _by_person(duties: Sequence[Duty]) -> dict[UUID, list[Duty]]:
    found: dict[UUID, list[Duty]] = defaultdict(list)
    for duty in sorted(duties, key=lambda one: one.starts_at):
        found[duty.person_id].append(duty)
    return found


def _doubles(duties: Sequence[Duty]) -> list[Problem]:
    found = []
    for held in _by_person(duties).values():
        for one, other in pairwise(held):
            if other.starts_at < one.ends_at:
                day = clock.local(other.starts_at).date()
                words = _("{name} bị xếp hai chỗ cùng lúc ngày {day}: {one} và {other}").format(
                    name=one.person, day=f"{day:%d/%m}", one=one.post.name, other=other.post.name
                )
                found.append(Problem("double", words, day))
    return found


def _short_rest(duties: Sequence[Duty]) -> list[Problem]:
    found = []
    at_desk = [duty for duty in duties if duty.post.kind != Post.Kind.ON_CALL]
    for held in _by_person(at_desk).values():
        for one, other in pairwise(held):
            rest = (other.starts_at - one.ends_at) / timedelta(hours=1)
            if 0 <= rest < REST_HOURS:
                day = clock.local(other.starts_at).date()
                words = _(
                    "{name} chỉ nghỉ {n} giờ trước ca ngày {day}; Bộ luật Lao động yêu cầu ít nhất 12 giờ"
                ).format(name=one.person, n=f"{rest:g}", day=f"{day:%d/%m}")
                found.append(Problem("rest", words, day))
    return found


def _long_weeks(duties: Sequence[Duty]) -> list[Problem]:
    weeks: dict[tuple[UUID, date], list[Duty]] = defaultdict(list)
    for duty in duties:
        if duty.post.kind != Post.Kind.ON_CALL:
            day = clock.local(duty.starts_at).date()
            weeks[duty.person_id, day - timedelta(days=day.weekday())].append(duty)
    found = []
    for (_person, monday), held in weeks.items():
        hours = sum((duty.ends_at - duty.starts_at) / timedelta(hours=1) for duty in held)
        if hours > LONG_WEEK_HOURS:
            words = _("{name} trực {n} giờ trong tuần từ {day}, quá 48 giờ").format(
                name=held[0].person, n=f"{hours:g}", day=f"{monday:%d/%m}"
            )
            found.append(Problem("hours", words, max(monday, clock.local(held[0].starts_at).date())))
    return found


def _hours(duties: Sequence[Duty]) -> tuple[tuple[str, float], ...]:
    total: dict[UUID, float] = defaultdict(float)
    names: dict[UUID, str] = {}
    for duty in duties:
        if duty.post.kind != Post.Kind.ON_CALL:
            total[duty.person_id] += (duty.ends_at - duty.starts_at) / timedelta(hours=1)
            names[duty.person_id] = str(duty.person)
    return tuple(sorted(((names[one], hours) for one, hours in total.items()), key=lambda one: (-one[1], one[0])))


def people_for(unit_id: UUID) -> list[tuple[UUID, str]]:
    """Who can be put on a post of a unit: its members with an active account, by name."""
    ids = access.last_seen(organisations.member_ids([unit_id])).keys()
    return sorted(access.people_by_id(ids).items(), key=lambda one: one[1])


def edits(unit_id: UUID, limit: int = 5) -> list[RosterEdit]:
    """The last edits of a unit's roster that can be taken back, newest first."""
    return list(RosterEdit.objects.filter(unit_id=unit_id, undone_at=None)[:limit])


def swaps_of(unit_id: UUID) -> list[Swap]:
    """Open wishes to swap in a unit whose duty has not begun."""
    found = Swap.objects.filter(duty__post__unit_id=unit_id, state=Swap.State.ASKED, duty__starts_at__gt=clock.now())
    return list(found.select_related("duty__post", "duty__person", "colleague", "in_return__post", "asked_by"))
