"""Pages about the alarms themselves: how good they are, and the windows in which something is being worked on."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.alerts import maintenance, policies
from sen.apps.alerts.alert_queries import visible
from sen.apps.alerts.quality import ACCEPTABLE, MOST, AlarmQuality, quality
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, SenError

PERIODS = (1, 7, 30, 90)
BAR_HEIGHT = 90


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


@require_GET
def quality_page(request: HttpRequest) -> HttpResponse:
    """The last days (`?days=`), all units or one with what lies below it (`?unit=`)."""
    found, chosen = _asked(request)
    context: dict[str, Any] = {
        "section": "alerts", "found": found, "bars": _bars(found), "chosen": chosen, "acceptable": ACCEPTABLE, "most": MOST,
        "periods": [(days, _("{n} ngày qua").format(n=days)) for days in PERIODS], "units": _units(_scope(request)),
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "alerts/quality.html", context)


@require_GET
def quality_csv(request: HttpRequest) -> HttpResponse:
    """The table by rule as CSV, with the period that it is about."""
    found, _chosen = _asked(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="chat-luong-canh-bao.csv"'
    answer.write("\ufeff")
    out = csv.writer(answer)
    out.writerow([_("Quy tắc"), _("Số cảnh báo"), _("Báo động giả"), _("Không ai xử lý"), _("Bật tắt liên tục"), _("Quá hạn xác nhận"),
                  _("Xác nhận, trung vị (giây)"), _("Xác nhận, 90 % (giây)"), _("Từ"), _("Đến")])  # fmt: skip
    for row in found.by_rule:
        out.writerow([_safe(row.name), row.count, row.false_alarms, row.never_acted, row.chattering, row.overdue, row.answer.median,
                      row.answer.p90, found.since.isoformat(), found.until.isoformat()])  # fmt: skip
    return answer


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" else text


def _asked(request: HttpRequest) -> tuple[AlarmQuality, dict[str, Any]]:
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdigit() and int(asked) in PERIODS else 7
    unit, unit_ids = request.GET.get("unit", ""), None
    if unit:
        try:
            unit_ids = organisations.subtree_ids(organisations.unit(unit).id)
        except SenError:
            unit = ""
    until = clock.now()
    found = quality(_scope(request), until - timedelta(days=days), until, unit_ids=unit_ids)
    return found, {"days": days, "unit": unit}


def _bars(found: AlarmQuality) -> list[dict[str, Any]]:
    """The days as columns: place and size in a drawing of 100 units width."""
    highest = max((count for _day, count in found.days), default=0) or 1
    step = 100 / max(len(found.days), 1)
    return [
        {
            "x": round(index * step + step * 0.15, 3), "width": round(step * 0.7, 3), "height": round(BAR_HEIGHT * count / highest, 2),
            "y": round(BAR_HEIGHT - BAR_HEIGHT * count / highest, 2), "count": count, "day": datetime.fromisoformat(day).date(),
        }
        for index, (day, count) in enumerate(found.days)
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def maintenance_page(request: HttpRequest) -> HttpResponse:
    """Windows that run or come, and a form for a new one."""
    scope = _scope(request)
    problem: SenError | None = None
    if request.method == "POST":
        try:
            _create(scope, request)
        except SenError as error:
            problem = error
        else:
            messages.success(request, _("Đã lập đợt bảo trì. Cảnh báo trong đợt vẫn được ghi, không báo cho ai."))
            return HttpResponseRedirect(reverse("console:maintenance"))
    now = clock.local(clock.now())
    context = {
        "section": "alerts", "windows": maintenance.windows(scope, past=True), "now": now, "problem": problem, "posted": request.POST,
        "may": scope.allows(policies.MAINTAIN), "units": _units(scope), "rules": _rules(scope), "names": _names(scope),
        "starts": f"{now:%Y-%m-%dT%H:%M}", "ends": f"{now + timedelta(hours=4):%Y-%m-%dT%H:%M}", "asset": request.GET.get("asset", ""),
    }  # fmt: skip
    return render(request, "alerts/maintenance.html", context, status=problem.status if problem else 200)


def _create(scope: Scope, request: HttpRequest) -> None:
    posted = request.POST
    unit_id = organisations.unit(posted.get("unit", "")).id
    require(scope, policies.MAINTAIN, unit_id)
    maintenance.create(
        scope=scope, unit_id=unit_id, starts_at=_moment(posted.get("starts_at", ""), "starts_at"),
        ends_at=_moment(posted.get("ends_at", ""), "ends_at"), reason=posted.get("reason", ""), asset_code=posted.get("asset", "").strip(),
        family=posted.get("rule", ""),
    )  # fmt: skip


def _moment(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)
    except ValueError as error:
        raise InvalidInput(
            _("Ngày giờ không đọc được."), action=_("Chọn lại ngày giờ."), fields={name: _("không hợp lệ")}
        ) from error


@require_POST
def maintenance_end(request: HttpRequest, window: UUID) -> HttpResponse:
    """End a window now."""
    maintenance.end(scope=_scope(request), window_id=window)
    messages.success(request, _("Đã kết thúc đợt bảo trì."))
    return HttpResponseRedirect(reverse("console:maintenance"))


def _units(scope: Scope) -> list[tuple[str, str]]:
    """The units that the caller sees, by name."""
    found = [organisations.province(), *organisations.departments(), *organisations.communes()]
    return [(one.code, one.name) for one in found if scope.sees(one.id)]


def _rules(scope: Scope) -> list[tuple[str, str]]:
    """The rules that have fired, by name: those are the ones that anybody wants to silence."""
    found = visible(scope).order_by("rule__name").values_list("family", "rule__name").distinct()
    return list(dict(found).items())


def _names(scope: Scope) -> dict[str, str]:
    return dict(_rules(scope))
