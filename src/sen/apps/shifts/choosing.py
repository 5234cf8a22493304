"""Which unit, which days a page of shifts shows: read from its address, told in a way that its links can go on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.organisations import interface as organisations
from sen.apps.shifts import on_duty
from sen.kernel import clock
from sen.kernel.errors import NotFound

WEEK, MONTH = 7, 28


def scope_of(request: HttpRequest) -> Scope:
    """The caller's scope; the web sees to it that there is one."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


def unit_of(request: HttpRequest) -> organisations.UnitRef:
    """The unit of `?unit=`, else the caller's own. NotFound for one that the caller does not see."""
    scope = scope_of(request)
    code = request.GET.get("unit") or request.POST.get("unit") or ""
    if code:
        found = organisations.unit(code)
    else:
        home = on_duty.home_unit(scope)
        if home is None:
            raise NotFound(_("Bạn chưa thuộc đơn vị nào."), action=_("Nhờ quản trị viên cấp vai trò."))
        found = organisations.unit_by_id(home)
    if not scope.sees(found.id):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."), action=_("Kiểm tra mã đơn vị."))
    return found


def period_of(request: HttpRequest) -> dict[str, Any]:
    """`first` (a Monday), `days`, `view` and the Mondays before and after, of `?from=` and `?view=`."""
    today = clock.local(clock.now()).date()
    try:
        asked = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        asked = today
    if not date(2000, 1, 1) <= asked <= date(2100, 1, 1):
        asked = today
    view = "month" if request.GET.get("view") == "month" else "week"
    days = MONTH if view == "month" else WEEK
    first = monday(asked)
    return {
        "first": first, "last": first + timedelta(days=days - 1), "days": days, "view": view, "this_week": monday(today),
        "before": first - timedelta(days=days), "after": first + timedelta(days=days),
    }  # fmt: skip


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
