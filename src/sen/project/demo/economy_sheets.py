"""The demonstration's entry sheets: how far each unit got with its own by today. Most were on time; some are late, wait, or were sent back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from msgspec.structs import replace

from sen.apps.access.interface import SYSTEM
from sen.apps.indicators import interface as indicators
from sen.apps.indicators.interface import Period, TakenOver
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.project.demo.economy_course import chance

Values = dict[tuple[str, str, str], float]
"""Code, code of the unit and period → figure."""

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
OPENED_MONTHS = 2
"""Sheets of so many months back exist; figures go further back."""
NEWEST_DAYS = 31
"""Sheets due within so many days may still be late, wait for approval or be on their way back."""
_REMARKS = (
    "Số chưa khớp bảng đối chiếu với Kho bạc, đề nghị kiểm tra lại.",
    "Số tháng này khác xa tháng trước, đề nghị nêu lý do ở ghi chú.",
    "Thiếu tệp minh chứng, đề nghị đính kèm.",
)


def rows(values: Values, province: UnitRef, communes: list[UnitRef], today: date) -> list[TakenOver]:
    """How far each unit got with each sheet of the last months."""
    return list(_rows(values, province, communes, today))


def not_counted(sheets: list[TakenOver], province: UnitRef) -> set[tuple[str, str, str]]:
    """The figures (as keys of Values) that nobody approved yet and so do not count."""
    known = packs.entry_sheets()
    found = set()
    for one in sheets:
        if one.state != "approved":
            subject = province.code if known[one.sheet].about == "parent" else one.unit
            found |= {(row.code, subject, one.period) for row in known[one.sheet].rows}
    return found


def create(sheets: list[TakenOver], today: date) -> None:
    """Open the sheets of the last months and bring them where the units had got with them by today."""
    first = date(today.year, today.month, 1)
    for back in range(OPENED_MONTHS):
        indicators.open_entries(_months_before(first, back), simulated=True)
    indicators.take_over_sheets(scope=SYSTEM, rows=sheets)


def period_key(day: date, kind: str) -> str:
    """The key of the period of a kind in which a day lies."""
    part = (day.month - 1) // MONTHS[kind] + 1
    keys = {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{part}", "half_year": f"{day.year}-H{part}"}
    return keys.get(kind, str(day.year))


def _rows(values: Values, province: UnitRef, communes: list[UnitRef], today: date) -> Iterator[TakenOver]:
    departments = [one for one in organisations.units_on(today).values() if one.level == "department"]
    for sheet in packs.entry_sheets().values():
        own = [one for one in (*departments, *communes) if sheet.is_for(one.kind, one.name)]
        for period in _opened(sheet.period, today):
            due = period.end + timedelta(days=sheet.due_day - 1)
            for unit in own:
                subject = province.code if sheet.about == "parent" else unit.code
                keys = {row.code: (row.code, subject, period.key) for row in sheet.rows}
                figures = {code: values[key] for code, key in keys.items() if key in values}
                if figures:
                    begun = TakenOver(
                        sheet=sheet.code, unit=unit.code, period=period.key, state="draft", figures=figures
                    )
                    yield _brought(begun, due, today)


def _opened(kind: str, today: date) -> list[Period]:
    """The periods whose sheets were opened."""
    days = [_months_before(date(today.year, today.month, 1), back) for back in range(OPENED_MONTHS)]
    return sorted({indicators.parse_period(period_key(day, kind), kind).moved(-1) for day in days})


def _brought(begun: TakenOver, due: date, today: date) -> TakenOver:
    """A sheet as far as its unit got with it; units with bad habits are late more often."""
    luck = chance("sheet", begun.sheet, begun.unit, begun.period)
    late_share = 0.09 if chance("habit", begun.unit) < 0.15 else 0.02
    days = 2 + round(200 * luck) if luck < late_share else -3 + round(3 * luck)
    handed_in, newest = due + timedelta(days=days), (today - due).days < NEWEST_DAYS
    if handed_in >= today or (newest and luck < late_share):
        some = dict(list(begun.figures.items())[: len(begun.figures) // 2]) if luck > late_share / 2 else {}
        return replace(begun, figures=some)
    at = datetime.combine(handed_in, time(8 + round(8 * luck)), clock.VIETNAM)
    given = replace(begun, state="submitted", submitted_at=at, submitted_by=f"{begun.unit}.thongke")
    if newest and luck > 0.965:
        return given
    decided = replace(
        given,
        state="approved",
        decided_at=min(at + timedelta(hours=20), clock.now()),
        decided_by=f"{begun.unit}.lanhdao",
    )
    if newest and luck > 0.945:
        words = _REMARKS[round(luck * 1000) % len(_REMARKS)]
        code = list(begun.figures)[round(luck * 10_000) % len(begun.figures)]
        return replace(decided, state="sent_back", words=words, remarks={code: words})
    return decided


def _months_before(first: date, back: int) -> date:
    whole = first.year * 12 + first.month - 1 - back
    return date(whole // 12, whole % 12 + 1, 1)
