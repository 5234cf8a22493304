"""What a click on a number of dossiers answers: from where, when, how good, whose."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sen.apps.procedures import asked, figures, one_procedure
from sen.apps.procedures.values import Bucket, Overview
from sen.kernel.errors import NotFound

_ASKED: dict[str, tuple[str | Promise, str | Promise, str | Promise, int]] = {
    "on_time_rate": (
        _("Tỷ lệ đúng hạn"), "%",
        _("Hồ sơ kết thúc đúng hạn hoặc còn trong hạn, chia cho mọi hồ sơ xác định được hạn. Thời gian bổ sung giấy tờ được trừ; "
          "yêu cầu bổ sung từ hai lần tính là quá hạn."), 2,
    ),
    "overdue": (_("Đang quá hạn"), _("hồ sơ"), _("Hồ sơ đang ở cơ quan giải quyết và đã qua hạn trả."), 0),
    "received": (_("Tiếp nhận trong kỳ"), _("hồ sơ"), _("Hồ sơ có ngày tiếp nhận trong kỳ, kể cả hồ sơ rút sau đó."), 0),
    "mean_hours": (
        _("Thời gian giải quyết trung bình"), _("giờ"),
        _("Từ lúc tiếp nhận đến lúc xử lý xong, trừ thời gian người dân bổ sung; hồ sơ tiếp nhận trong kỳ và đã xong."), 1,
    ),
}  # fmt: skip
"""What → name, unit, how it is counted, decimals."""


@require_GET
def provenance(request: HttpRequest) -> HttpResponse:
    """The answers to a number of `?what=`, of a unit (or all that the caller sees) and a period."""
    scope = asked.scope_of(request)
    what = request.GET.get("what", "")
    if what not in _ASKED:
        raise NotFound(str(_("Không có số liệu này.")))
    here, period = asked.unit_of(scope, request.GET.get("unit", "")), asked.period_of(request.GET.get("period", ""))
    procedure = None
    if code := request.GET.get("procedure", ""):
        procedure = one_procedure.procedure_of(scope, code, here.id if here else None)[0]
    found = figures.overview(scope, here.id if here else None, period, procedure.pk if procedure else None)
    name, label, how, decimals = _ASKED[what]
    context: dict[str, Any] = {
        "name": name, "label": label, "how": how, "decimals": decimals, "value": _value(what, found), "found": found, "unit": here,
        "period": period, "without_due": found.buckets[Bucket.WITHOUT_DUE],
        "listed": f"{reverse('console:dossiers-list')}?{_filter(what, period)}" + (f"&unit={here.code}" if here else "")
        + (f"&{urlencode({'procedure': procedure.code})}" if procedure else ""),
        "procedure": procedure,
    }  # fmt: skip
    return render(request, "procedures/provenance.html", context)


def _value(what: str, found: Overview) -> float | None:
    if what == "on_time_rate":
        return found.on_time_rate
    if what == "mean_hours":
        return found.mean_hours
    return float(found.buckets[Bucket.OVERDUE] if what == "overdue" else found.received)


def _filter(what: str, period: Any) -> str:
    """The list that the number was counted from."""
    return "bucket=overdue" if what == "overdue" else f"from={period.start}&until={period.last_day}"
