"""Pages of dossiers: the list with its exports, one dossier, and the applicant in clear for a reason that is on record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from sen.apps.access.interface import require
from sen.apps.procedures import asked, exporting, figures, listing, masking, policies, words
from sen.apps.procedures.values import Bucket, Channel, State
from sen.kernel.errors import InvalidInput

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_SECONDS = 60
"""How long an applicant stays in clear on the screen."""


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    """Dossiers by filter, newest first, fifty at a time."""
    scope = require(asked.scope_of(request), policies.LIST)
    wanted = asked.filter_of(scope, request.GET.dict())
    problem = ""
    try:
        page = listing.dossiers(scope, wanted, request.GET.get("cursor") or None)
    except InvalidInput as error:
        page, problem = listing.dossiers(scope, wanted), str(error)
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "section": "figures", "page": page, "wanted": wanted, "unit": asked.unit_of(scope, request.GET.get("unit", "")), "problem": problem,
        "query": query.urlencode(), "buckets": [(one, words.BUCKETS[one]) for one in Bucket], "states": [(int(one), words.STATES[one]) for one in State],
        "channels": [(int(one), words.CHANNELS[one]) for one in Channel], "whence": figures.origin(), "may_export": scope.allows(policies.EXPORT),
        "from": request.GET.get("from", ""), "until": request.GET.get("until", ""), "simulated": any(line.simulated for line in page.lines),
    }  # fmt: skip
    return render(request, "procedures/list.html", context)


@require_GET
def list_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, without personal data."""
    scope = asked.scope_of(request)
    answer = HttpResponse(
        exporting.as_csv(scope, asked.filter_of(scope, request.GET.dict())), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="ho-so.csv"'
    return answer


@require_GET
def list_workbook(request: HttpRequest) -> HttpResponse:
    """The list as a workbook, without personal data."""
    scope = asked.scope_of(request)
    answer = HttpResponse(
        exporting.as_workbook(scope, asked.filter_of(scope, request.GET.dict())), content_type=WORKBOOK
    )
    answer["Content-Disposition"] = 'attachment; filename="ho-so.xlsx"'
    return answer


@require_GET
def dossier_page(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier: where it stands and why, its course, whose turn it is, the applicant masked."""
    found = listing.dossier(asked.scope_of(request), code)
    waiting = found.line.bucket == Bucket.WAITING_SUPPLEMENT
    held_by = next((step for step in reversed(found.steps) if step.end is None), None)
    here = found.line.unit.name if found.line.unit else found.line.agency
    context = {
        "section": "figures", "one": found, "line": found.line, "waiting": waiting,
        "held_by": held_by, "held_by_unit": (held_by.unit if held_by else "") or here, "shortest": masking.SHORTEST_REASON,
        "facts": _facts(found.paid_online, found.has_component_files, found.has_digital_result, found.synchronised, found.population_data),
    }  # fmt: skip
    return render(request, "procedures/dossier.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def applicant(request: HttpRequest, code: str) -> HttpResponse:
    """The part of the page about the applicant: masked (GET), or in clear for a while after a reason was given (POST)."""
    scope = asked.scope_of(request)
    context = {"one": listing.dossier(scope, code), "shortest": masking.SHORTEST_REASON, "seconds": SHOWN_SECONDS}
    if request.method == "GET":
        return render(request, "procedures/applicant.html", context)
    try:
        shown = listing.unmask(scope=scope, code=code, reason=request.POST.get("reason", ""))
    except InvalidInput as error:
        return render(request, "procedures/applicant.html", context | {"problem": error}, status=422)
    return render(request, "procedures/applicant.html", context | {"shown": shown})


def _facts(*values: bool) -> list[tuple[str, bool]]:
    """What the digitisation of a dossier is judged by."""
    names = (
        _("Đã thanh toán trực tuyến"), _("Giấy tờ được số hóa"), _("Kết quả điện tử"), _("Đồng bộ Cổng Dịch vụ công quốc gia"),
        _("Khai thác dữ liệu dân cư"),
    )  # fmt: skip
    return list(zip(names, values, strict=True))
