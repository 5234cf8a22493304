"""The page /admin/working-days/: a unit's year, its own days and office hours, and taking a change back."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.organisations import keeping_days, queries, year_view
from sen.apps.organisations.models import Unit
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import Scope, require, scope_of

SPANS = 3
"""Rows of the form for office hours; a day in two halves and one to spare."""


@require_GET
def working_days_page(request: HttpRequest) -> HttpResponse:
    """A year of a unit (the caller's own, else the province) with where each day comes from."""
    scope = require(scope_of(request), "organisations.view")
    unit = _unit(scope, request.GET.get("unit", ""))
    year = _year(request.GET.get("year", ""))
    context = {
        "section": "admin", "unit": unit, "shown": year_view.year_of(unit.pk, year), "before": year - 1, "after": year + 1,
        "may_change": scope.allows(keeping_days.CHANGE, unit.pk), "units": queries.units()[:1200], "spans": range(SPANS),
        "weekdays": (_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN")), "today": queries.today(),
    }  # fmt: skip
    return render(request, "organisations/working_days.html", context)


@require_POST
def working_days_action(request: HttpRequest, action: str) -> HttpResponse:
    """keep (days pasted or one by one), drop, hours, undo; back to the year with what was done."""
    scope = require(scope_of(request), keeping_days.CHANGE)
    unit = _unit(scope, request.POST.get("unit", ""))
    try:
        match action:
            case "keep":
                messages.success(request, _keep(request, scope, unit))
            case "drop":
                keeping_days.drop_day(scope=scope, unit_id=unit.pk, day=_day(request.POST.get("day", "")))
                messages.success(request, _("Đã bỏ; lịch của đơn vị cấp trên lại có hiệu lực cho ngày này."))
            case "hours":
                _hours(request, scope, unit)
                messages.success(request, _("Đã ghi giờ làm việc. Mọi đồng hồ tính giờ hành chính dùng giờ mới ngay."))
            case "undo":
                keeping_days.undo(scope=scope, change_id=_number(request.POST.get("change", "")))
                messages.success(request, _("Đã hoàn tác."))
            case _:
                raise NotFound(_("Không có thao tác này."))
    except NotFound:
        raise
    except SenError as error:
        messages.error(request, f"{error.message} {error.action}")
    year = _year(request.POST.get("year", ""))
    return HttpResponseRedirect(f"{reverse('console:working-days')}?unit={unit.code}&year={year}")


def _keep(request: HttpRequest, scope: Scope, unit: Unit) -> str:
    days, problems = keeping_days.read_days(request.POST.get("days", "")[:40_000])
    if problems:
        raise InvalidInput(" ".join(problems[:5]), action=_("Chưa ghi gì. Sửa các dòng được nêu rồi gửi lại."))
    complete = _year(request.POST.get("year", "")) if request.POST.get("complete") else None
    keeping_days.keep_days(
        scope=scope, unit_id=unit.pk, days=days, source=request.POST.get("source", ""),
        verified=bool(request.POST.get("verified")), complete_year=complete,
    )  # fmt: skip
    return ngettext("Đã ghi {n} ngày.", "Đã ghi {n} ngày.", len(days)).format(n=len(days))


def _hours(request: HttpRequest, scope: Scope, unit: Unit) -> None:
    posted = request.POST
    spans: list[tuple[str, str]] | None = [
        (opens, closes)
        for number in range(SPANS)
        if (opens := posted.get(f"opens-{number}", "")) and (closes := posted.get(f"closes-{number}", ""))
    ]
    if posted.get("inherit"):
        spans = None
    elif not spans:
        raise InvalidInput(
            _("Chưa ghi giờ nào."), action=_("Ghi ít nhất một khoảng giờ, hoặc chọn theo đơn vị cấp trên.")
        )
    keeping_days.keep_hours(
        scope=scope, unit_id=unit.pk, valid_from=_day(posted.get("valid_from", "")), spans=spans, source=posted.get("source", ""),
        verified=bool(posted.get("verified")),
    )  # fmt: skip


def _unit(scope: Scope, code: str) -> Unit:
    if code:
        return queries.unit(code)
    own = queries.memberships_of(scope.user_id).first() if scope.user_id and not scope.everything else None
    return own.unit if own else queries.province()


def _year(text: str) -> int:
    year = int(text) if text.isdigit() else queries.today().year
    return min(max(year, keeping_days.FIRST_YEAR), keeping_days.LAST_YEAR)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(_("Ngày không đọc được."), action=_("Chọn ngày trong lịch.")) from error


def _number(text: str) -> int:
    if not text.isdigit() or len(text) > 15:
        raise NotFound(_("Không tìm thấy lần thay đổi này."))
    return int(text)
