"""The demonstration's tasks: five letters of the last weeks, read as people's documents are, and what became of their tasks."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sen.apps.access import interface as access
from sen.apps.directives import interface as directives
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

LETTERS = Path(__file__).with_name("letters")
# File, how many days ago it was issued.
ISSUED = (
    ("ke-hoach-quy", 82),
    ("ket-luan-giao-ban", 38),
    ("chi-thi-trieu-cuong", 24),
    ("cong-van-du-lieu", 13),
    ("cong-dien-mua-lu", 2),
)


def create() -> None:
    """Make what is missing; nothing changes at the second call."""
    today = clock.local(clock.now()).date()
    leader, duty = access.scope_of_username("lanhdao"), access.scope_of_username("trucban")
    province = organisations.province().id
    letters = []
    for name, ago in ISSUED:
        issued = today - timedelta(days=ago)
        at = datetime.combine(issued, time(9), clock.VIETNAM)
        letters.append(directives.DemoLetter(f"demo:{name}", letter(name, issued), at))
    directives.create_demonstration(leader=leader, duty=duty, unit_id=province, letters=letters)


def letter(name: str, issued: date) -> str:
    """The text with its days: `{0}` is the day of issue in words, `{+12}` twelve days later."""

    def put(match: re.Match[str]) -> str:
        day = issued + timedelta(days=int(match.group(1)))
        return f"{day.day:02d} tháng {day.month:02d} năm {day.year}"

    return re.sub(r"\{\+?(\d+)\}", put, (LETTERS / f"{name}.txt").read_text("utf8"))
