"""Tasks by day, units by how they keep their deadlines, and how units are reminded."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from msgspec.structs import replace

from sen.apps.access.interface import require
from sen.apps.directives import chase_plan, figures, listing, policies
from sen.apps.directives.asked import day, filter_of, must_be_day
from sen.apps.directives.pages_list import shared, table_file
from sen.apps.directives.timeliness import today
from sen.apps.directives.values import TaskLine, UnitLine
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import SenError
from sen.kernel.scopes import scope_of

SHOWN_A_DAY = 4


@require_GET
def calendar_page(request: HttpRequest) -> HttpResponse:
    """A month of deadlines, weeks from Monday; days off are grey."""
    scope = require(scope_of(request), policies.VIEW)
    month = _month(request.GET.get("month", ""))
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    wanted = replace(filter_of(request.GET), due_from=weeks[0][0], due_until=weeks[-1][-1])
    by_day: dict[date, list[TaskLine]] = {}
    for one in listing.every(scope, wanted, 2000):
        if one.deadline is not None:
            by_day.setdefault(one.deadline, []).append(one)
    office = organisations.working_calendar_of(None)
    days = [
        [
            {
                "day": one, "tasks": by_day.get(one, [])[:SHOWN_A_DAY], "more": max(0, len(by_day.get(one, [])) - SHOWN_A_DAY),
                "other": one.month != month.month, "off": not office.is_working_day(one), "today": one == today(),
            }
            for one in week
        ]
        for week in weeks
    ]  # fmt: skip
    context = shared(request, scope) | {
        "tab": "calendar", "weeks": days, "month": month, "before": (month - timedelta(days=1)).replace(day=1),
        "after": (month + timedelta(days=32)).replace(day=1), "n": sum(len(one) for one in by_day.values()),
        "weekdays": [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")],
    }  # fmt: skip
    return render(request, "directives/calendar.html", context)


def _month(text: str) -> date:
    found = day(f"{text}-01") if len(text) == 7 else None
    return found if found and 2000 <= found.year <= 2099 else today().replace(day=1)


@require_GET
def ranking_page(request: HttpRequest) -> HttpResponse:
    """Units by their share of tasks done on time, with the rule in words."""
    scope = require(scope_of(request), policies.VIEW)
    since, until = day(request.GET.get("from", "")), day(request.GET.get("until", ""))
    rows = figures.ranking(scope, since, until)
    context = shared(request, scope) | {
        "tab": "ranking", "rows": rows, "since": since, "until": until, "counts": figures.counts(scope), "now": today(),
    }  # fmt: skip
    return render(request, "directives/ranking.html", context)


@require_GET
def ranking_csv(request: HttpRequest) -> HttpResponse:
    """The ranking as a file."""
    scope = require(scope_of(request), policies.VIEW)
    rows = figures.ranking(scope, day(request.GET.get("from", "")), day(request.GET.get("until", "")))
    head = (
        _("Hạng"), _("Mã"), _("Đơn vị"), _("Tổng"), _("Xong đúng hạn"), _("Xong trễ"), _("Quá hạn"), _("Sắp đến hạn"), _("Trong hạn"),
        _("Không hạn"), _("Tỷ lệ đúng hạn (%)"), _("Trễ trung bình (ngày)"), _("Gia hạn"),
    )  # fmt: skip
    return table_file("xep-hang-nhiem-vu.csv", head, [_cells(one) for one in rows])


def _cells(one: UnitLine) -> list[Any]:
    n = one.counts
    rate = round(one.on_time_rate * 100, 1) if one.on_time_rate is not None else ""
    late = round(one.mean_days_late, 1) if one.mean_days_late is not None else ""
    return [
        one.rank or "", one.unit.code, one.unit.name, n.total, n.done_on_time, n.done_late, n.overdue, n.due_soon, n.not_due, n.no_deadline,
        rate, late, one.extended,
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """How units are reminded, from which day on; every set of settings is kept."""
    scope = require(scope_of(request), policies.CONFIGURE)
    now = chase_plan.plan_on(today())
    context: dict[str, Any] = {
        "section": "figures", "plan": now, "history": chase_plan.settings_so_far(), "rows": [*now.steps], "values": request.POST,
        "blank": range(max(0, 8 - len(now.steps))), "degrees": list(chase_plan.ORDER), "today": today(),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "directives/settings.html", context)
    try:
        chase_plan.set_plan(
            scope=scope, plan=_plan(request), valid_from=must_be_day(request.POST.get("valid_from", ""), "valid_from"),
            source=request.POST.get("source", ""),
        )  # fmt: skip
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return render(
            request, "directives/settings.html", context | {"problem": error, "errors": error.fields}, status=422
        )
    messages.success(request, _("Đã lưu cách đôn đốc."))
    return HttpResponseRedirect(reverse("console:tasks-settings"))


def _plan(request: HttpRequest) -> chase_plan.ChasePlan:
    days, degrees = request.POST.getlist("days"), request.POST.getlist("to")
    steps = [
        chase_plan.ChaseStep(int(text), to)  # type: ignore[arg-type]
        for text, to in zip(days, degrees, strict=False)
        if text.strip().lstrip("-").isdigit() and to in chase_plan.ORDER
    ]
    repeat, hour = request.POST.get("repeat", ""), request.POST.get("hour", "")
    return chase_plan.ChasePlan(
        tuple(steps), int(repeat) if repeat.isdigit() else -1, int(hour) if hour.isdigit() else -1
    )
