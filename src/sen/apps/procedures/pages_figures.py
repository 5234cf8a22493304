"""Pages about units: the overview, one unit, the QĐ 766 index with every component, the catalogue with its figures, reminders."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Role, Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators.interface import Period
from sen.apps.notifications import interface as notifications
from sen.apps.organisations.interface import UnitRef
from sen.apps.procedures import asked, figures, forecast_check, listing, overdue, policies, prediction, targets, words
from sen.apps.procedures.exporting import safe
from sen.apps.procedures.service_quality import index
from sen.apps.procedures.values import Bucket, Overview, ServiceQuality
from sen.kernel import clock
from sen.kernel.errors import NotFound

MOST_LINES, MOST_LATE = 10, 6


@require_GET
def overview_page(request: HttpRequest) -> HttpResponse:
    """How the units that the caller sees handle their dossiers: on time, by state, index, ranking, waiting, will be late."""
    scope = asked.scope_of(request)
    period = asked.period_of(request.GET.get("period", ""))
    if chosen := asked.unit_of(scope, request.GET.get("unit", "")):
        return HttpResponseRedirect(f"{reverse('console:dossiers-unit', args=[chosen.code])}?period={period.key}")
    why = overdue.by_unit(scope)
    found, lines = figures.overview(scope, None, period), figures.ranking(scope, period)
    before = {line.unit.id: line.on_time_rate for line in figures.ranking(scope, period.moved(-1))}
    context = _common(scope, period, found) | {
        "section": "figures", "lines": [(line, _change(line.on_time_rate, before.get(line.unit.id))) for line in lines],
        "late_units": [
            (line, why.get(line.unit.id))
            for line in sorted((line for line in lines if line.overdue), key=lambda line: -line.overdue)[:MOST_LATE]
        ],
        "may_remind": scope.allows(policies.REMIND), "units": asked.units(scope),
        "quality": index.service_quality(scope, None, period) if scope.everything else None, "unit": None,
    }  # fmt: skip
    target = context["target"].percent
    context["worst"] = sum(line.on_time_rate is not None and line.on_time_rate < target for line in lines)
    return render(request, "procedures/overview.html", context)


@require_GET
def unit_page(request: HttpRequest, unit: str) -> HttpResponse:
    """One unit and all below it."""
    scope = asked.scope_of(request)
    here, period = _unit(scope, unit), asked.period_of(request.GET.get("period", ""))
    found = figures.overview(scope, here.id, period)
    past = [
        (one, figures.overview(scope, here.id, one).on_time_rate)
        for one in (period.moved(-back) for back in (5, 4, 3, 2, 1))
    ]
    context = _common(scope, period, found, here) | {
        "section": "figures", "unit": here, "units": asked.units(scope), "late": overdue.by_unit(scope, here.id).get(here.id), "trend": [rate for _one, rate in past] + [found.on_time_rate],
        "quality": index.service_quality(scope, here.id, period),
        "procedures": sorted(figures.procedures(scope, here.id, period), key=lambda line: (-line.overdue, -line.received))[:MOST_LINES],
        "may_remind": scope.allows(policies.REMIND, here.id) and found.buckets[Bucket.OVERDUE] > 0,
    }  # fmt: skip
    return render(request, "procedures/unit.html", context)


@require_GET
def index_page(request: HttpRequest) -> HttpResponse:
    """The index of Quyết định 766/QĐ-TTg of one unit: groups, components, what was counted, what is missing and why."""
    scope = asked.scope_of(request)
    require(scope, policies.VIEW)
    here = asked.unit_of(scope, request.GET.get("unit", ""))
    period = asked.period_of(request.GET.get("period", ""))
    if here is None and not scope.everything:
        here = _first_unit(scope)
    found = index.service_quality(scope, here.id if here else None, period)
    context = {
        "section": "figures", "quality": found, "unit": found.unit, "period": period, "choices": asked.choices(period),
        "kinds": asked.kinds(period), "units": asked.units(scope), "missing": _missing(found), "may_export": scope.allows(policies.EXPORT), "address": reverse("console:dossiers-index"),
    }  # fmt: skip
    return render(request, "procedures/index.html", context)


@require_GET
def index_csv(request: HttpRequest) -> HttpResponse:
    """The index as it stands on its page: every component with its data, or why it has none and how that enters the sum."""
    scope = require(asked.scope_of(request), policies.EXPORT)
    here, period = asked.unit_of(scope, request.GET.get("unit", "")), asked.period_of(request.GET.get("period", ""))
    if here is None and not scope.everything:
        here = _first_unit(scope)
    found = index.service_quality(scope, here.id if here else None, period)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="bo-chi-so-766-{found.unit.code}-{period.key}.csv"'
    answer.write("\ufeff")
    out = csv.writer(answer)
    out.writerow([_("Mã"), _("Thành phần"), _("Tử số"), _("Mẫu số"), _("Kết quả"), _("Đơn vị tính"), _("Mức đạt đủ điểm"), _("Điểm"),
                  _("Điểm tối đa"), _("Ghi chú"), _("Kiểm chứng"), _("Nguồn"), _("Tính lúc")])  # fmt: skip
    for one in (one for group in found.groups for one in group.components):
        out.writerow([one.code, safe(one.name), one.numerator, one.denominator, one.value, one.unit, one.threshold, one.points, one.max,
                      safe(one.reason), _("đã kiểm chứng") if one.verified else _("chưa kiểm chứng"), safe(one.source),
                      one.as_of.isoformat() if one.as_of else ""])  # fmt: skip
    out.writerow(["", _("Tổng"), None, None, None, None, None, found.total, found.max,
                  _("{points} điểm có số liệu để chấm; thành phần chưa có số liệu tính 0 điểm.").format(points=f"{found.max_with_data:g}")])  # fmt: skip
    return answer


@require_GET
def ranking_csv(request: HttpRequest) -> HttpResponse:
    """The ranking as it stands on the overview, with period, source and moment."""
    scope = require(asked.scope_of(request), policies.EXPORT)
    period = asked.period_of(request.GET.get("period", ""))
    whence = figures.origin()
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ho-so-theo-don-vi-{period.key}.csv"'
    answer.write("\ufeff")
    out = csv.writer(answer)
    out.writerow([_("Hạng"), _("Mã đơn vị"), _("Đơn vị"), _("Tiếp nhận"), _("Đã xong"), _("Đúng hạn"), _("Được xét"), _("Đang quá hạn"),
                  _("Tỷ lệ đúng hạn (%)"), _("Giờ trung bình"), _("Nộp trực tuyến (%)"), _("Kỳ"), _("Nguồn"), _("Tính lúc")])  # fmt: skip
    for line in figures.ranking(scope, period):
        out.writerow([line.rank, safe(line.unit.code), safe(line.unit.name), line.received, line.finished, line.on_time, line.judged,
                      line.overdue, line.on_time_rate, line.mean_hours, line.online_rate, period.key, safe(whence.source),
                      whence.as_of.isoformat() if whence.as_of else ""])  # fmt: skip
    return answer


@require_POST
def remind_unit(request: HttpRequest, unit: str) -> HttpResponse:
    """Remind a unit's leaders and officers of its overdue dossiers; the same reminder goes out once a day."""
    scope = asked.scope_of(request)
    here = _unit(scope, unit)
    require(scope, policies.REMIND, here.id)
    overdue = figures.overview(scope, here.id, asked.period_of(str(asked.today().year))).buckets[Bucket.OVERDUE]
    address = f"{reverse('console:dossiers-list')}?unit={here.code}&bucket=overdue"
    roles = (Role.LEADER, Role.COMMUNE_OFFICER if here.level == "commune" else Role.DEPARTMENT_OFFICER)
    with transaction.atomic():
        sent = notifications.notify(
            key=f"dossiers:remind:{here.code}:{asked.today()}", to=notifications.Recipients(unit_roles=tuple((here.id, one) for one in roles)),
            title=_("{n} hồ sơ quá hạn").format(n=overdue), url=address, severity="warning",
            body=_("{who} đề nghị {unit} giải quyết các hồ sơ quá hạn.").format(who=scope.username, unit=here.name),
        )  # fmt: skip
        if sent is not None:
            audit.record(
                scope=scope,
                action="procedures.remind",
                object_type="unit",
                object_id=here.code,
                unit_id=here.id,
                detail={"overdue": overdue},
            )
    messages.success(
        request,
        _("Đã nhắc {unit}.").format(unit=here.name)
        if sent
        else _("{unit} đã được nhắc hôm nay.").format(unit=here.name),
    )
    if request.POST.get("back") == "overview":
        return HttpResponseRedirect(reverse("console:dossiers"))
    return HttpResponseRedirect(reverse("console:dossiers-unit", args=[here.code]))


def _common(scope: Scope, period: Period, found: Overview, here: UnitRef | None = None) -> dict[str, Any]:
    """What the overview and the page of a unit share."""
    received = max(1, found.received)
    listed, target = scope.allows(policies.LIST), targets.target_on(period.last_day)
    unit_id = here.id if here else None
    address = reverse("console:dossiers-unit", args=[here.code]) if here else reverse("console:dossiers")
    return {
        "found": found, "period": period, "choices": asked.choices(period), "kinds": asked.kinds(period), "address": address,
        "buckets": [(one, found.buckets[one], str(words.BUCKETS[one])) for one in Bucket],
        "funnel": [(state, count, count / received) for state, count in found.funnel if count],
        "stack": [(tone, float(found.buckets[one])) for one, tone in _STACK], "target": target,
        "below": found.on_time_rate is not None and found.on_time_rate < target.percent, "check": forecast_check.newest(),
        "waiting": listing.longest_waiting(scope, unit_id, MOST_LINES) if listed else [], "listed": listed,
        "risks": prediction.will_be_late(scope, unit_id, MOST_LINES) if listed else [], "now": clock.now(),
    }  # fmt: skip


_STACK = (
    (Bucket.DONE_ON_TIME, "ok"), (Bucket.IN_TIME, "inv"), (Bucket.WAITING_SUPPLEMENT, "gap"), (Bucket.DONE_LATE, "late"),
    (Bucket.OVERDUE, "lost"),
)  # fmt: skip


def _unit(scope: Scope, code: str) -> UnitRef:
    here = asked.unit_of(scope, code)
    if here is None:
        raise NotFound(_("Không tìm thấy đơn vị."))
    return here


def _first_unit(scope: Scope) -> UnitRef:
    from sen.apps.organisations import interface as organisations

    memberships = organisations.memberships(scope.user_id) if scope.user_id else []
    if not memberships:
        raise NotFound(_("Không tìm thấy đơn vị."))
    return memberships[0].unit


def _change(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else round(now - before, 2)


def _missing(found: ServiceQuality) -> int:
    """How many components have no data."""
    return sum(one.points is None and one.max > 0 for group in found.groups for one in group.components)
