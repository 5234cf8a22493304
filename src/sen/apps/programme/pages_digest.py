"""The page of weekly digests: those that were made, making one now, and the schedule with its layout."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import require
from sen.apps.organisations import interface as organisations
from sen.apps.programme import asked, policies
from sen.apps.programme.digest import content, making
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError
from sen.kernel.scopes import scope_of


@require_GET
def digests_page(request: HttpRequest) -> HttpResponse:
    """The digests of the caller's units, and the schedule of one of them."""
    scope = require(scope_of(request), policies.VIEW)
    unit = organisations.unit_by_id(asked.own_unit(scope, request.GET.get("unit", ""), policies.DIGEST))
    if not scope.sees(unit.id):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."))
    row = making.schedule_of(unit.id)
    context = {
        "section": "figures", "tab": "digests", "digests": making.digests(scope), "unit": unit, "schedule": row,
        "may_make": scope.allows(policies.DIGEST, unit.id), "own": asked.own_units(scope, policies.DIGEST),
        "weekdays": [(number, words) for number, words in enumerate(_weekdays())],
        "next_at": making.due_at(row, content.monday(clock.local(clock.now()).date())) if row.active else None,
    }  # fmt: skip
    return render(request, "programme/digests.html", context)


def _weekdays() -> tuple[str, ...]:
    return (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))


@require_POST
def digest_action(request: HttpRequest, action: str) -> HttpResponse:
    """make or schedule; back to the page with what was done."""
    scope = require(scope_of(request), policies.DIGEST)
    posted = request.POST
    unit = organisations.unit_by_id(asked.own_unit(scope, posted.get("unit", ""), policies.DIGEST))
    try:
        if action == "make":
            made = making.make(scope=scope, unit_id=unit.id, week=asked.day(posted.get("week", ""), "week"))
            messages.success(request, _("Đã lập {name}.").format(name=made.name))
        elif action == "schedule":
            making.set_schedule(
                scope=scope, unit_id=unit.id, weekday=asked.whole(posted.get("weekday", ""), "weekday"),
                hour=asked.whole(posted.get("hour", ""), "hour"), active=bool(posted.get("active")), agency=posted.get("agency", ""),
                department=posted.get("department", ""), symbol=posted.get("symbol", ""), place=posted.get("place", ""),
                signer_title=posted.get("signer_title", ""), signer=posted.get("signer", ""),
            )  # fmt: skip
            messages.success(request, _("Đã lưu lịch gửi báo cáo tuần."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except SenError as error:
        asked.told(request, error)
    return HttpResponseRedirect(f"{reverse('console:digests')}?unit={unit.code}")
