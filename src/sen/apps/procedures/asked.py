"""What an address asks for: the period, the unit, the filter of a list; wrong values are answered as the nearest right thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.indicators.interface import Period, parse_period
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.procedures.values import Bucket, DossierFilter
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

SHOWN_PERIODS = {"month": 13, "quarter": 5, "year": 3}
"""How many periods of each kind can be picked, newest first."""


def scope_of(request: HttpRequest) -> Scope:
    """Who asks."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


def today() -> date:
    """The local day."""
    return clock.local(clock.now()).date()


def period_of(asked: str) -> Period:
    """The period of the address, else the present month."""
    if asked:
        try:
            return parse_period(asked)
        except InvalidInput:
            pass
    return parse_period(f"{today():%Y-%m}")


def choices(chosen: Period) -> list[Period]:
    """Periods of the same kind that can be picked, newest first, with the chosen one."""
    day = today()
    newest = parse_period(
        {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": str(day.year)}.get(
            chosen.kind, chosen.key
        )
    )
    found = [newest.moved(-back) for back in range(SHOWN_PERIODS.get(chosen.kind, 4))]
    return found if chosen in found else [*found, chosen]


def kinds(chosen: Period) -> list[tuple[str, str, bool]]:
    """Month, quarter, year: the key of the period that the kind leads to, its name, whether it is chosen."""
    day = chosen.start
    return [
        (f"{day:%Y-%m}", _("Tháng"), chosen.kind == "month"),
        (f"{day.year}-Q{(day.month + 2) // 3}", _("Quý"), chosen.kind == "quarter"),
        (str(day.year), _("Năm"), chosen.kind == "year"),
    ]


def unit_of(scope: Scope, code: str) -> UnitRef | None:
    """The unit of a code, None for none. Raises NotFound for one that the caller does not see."""
    if not code:
        return None
    unit = organisations.unit(code)
    if not scope.sees(unit.id):
        raise NotFound(_("Không tìm thấy đơn vị."), action=_("Chọn đơn vị trong phạm vi của bạn."))
    return unit


def units(scope: Scope) -> list[UnitRef]:
    """Departments and communes that can be picked: those that the caller sees."""
    return [one for one in (*organisations.departments(), *organisations.communes()) if scope.sees(one.id)]


def filter_of(scope: Scope, asked: Mapping[str, str]) -> DossierFilter:
    """The filter of a list's address."""
    unit = unit_of(scope, asked.get("unit", ""))
    bucket, states = asked.get("bucket", ""), [int(one) for one in asked.get("state", "").split(",") if one.isdigit()]
    channel = asked.get("channel", "")
    return DossierFilter(
        unit_id=unit.id if unit else None, procedure=asked.get("procedure", ""), states=tuple(one for one in states if 1 <= one <= 10),
        channel=int(channel) if channel in {"1", "2", "3"} else None, bucket=Bucket(bucket) if bucket in set(Bucket) else None,
        received_from=_midnight(asked.get("from", "")), received_until=_midnight(asked.get("until", ""), days=1), q=asked.get("q", ""),
    )  # fmt: skip


def _midnight(text: str, days: int = 0) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day + timedelta(days=days), time(), clock.VIETNAM)
