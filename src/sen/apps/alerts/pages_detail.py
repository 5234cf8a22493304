"""One alert: why it fired, its figures and chart, what people did, what was done before, what stands near by."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope
from sen.apps.alerts import alert_queries, screen
from sen.apps.alerts.alert_values import AlertDetail
from sen.apps.alerts.figures import facts_of, with_forecast
from sen.apps.assets import interface as assets
from sen.kernel.errors import NotFound


@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The page of an alert; `?part=detail` is what the console shows in its right pane."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    alert = alert_queries.alert(scope, number)
    context = context_of(request, alert) | {
        "section": "alerts",
        "may": screen.allowed(scope),
        "me": str(scope.user_id or ""),
    }
    if request.GET.get("part") == "detail":
        return render(request, "alerts/detail.html", context)
    return render(request, "alerts/detail_page.html", context | {"standalone": True, **screen.dialogs(scope)})


def context_of(request: HttpRequest, alert: AlertDetail) -> dict[str, Any]:
    """What the templates of a detail need."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    chart = chart_of(scope, alert)
    rule = alert.rule
    return {
        "alert": alert, "rule": rule, "rule_words": _rule_words(alert), "rule_url": _address("console:rule", rule.template_id),
        "badge_style": "fill" if alert.severity == "serious" else "out", "waiting_until": alert.due_at if alert.state in ("unseen", "seen") else None,
        "can": screen.possible(scope, alert), "state_words": screen.state_lines(alert), "undelivered": screen.undelivered(alert),
        "facts": facts_of(alert, chart), "chart_url": reverse("console:alert-chart", args=[alert.number]) if chart else "",
        "forecast": bool(chart and chart.get("now")), "timeline": alert.events, "before": screen.before(alert), "members": alert.members,
        "procedure_url": _address("console:incident-for-alert", alert.number), "procedure": rule.content.procedure,
        "nearby": screen.nearby(scope, alert), "absolute": request.build_absolute_uri(reverse("console:alert", args=[alert.number])),
    }  # fmt: skip


def _rule_words(alert: AlertDetail) -> str:
    rule = alert.rule
    return _("Quy tắc {name}, bản {version}").format(name=rule.name, version=rule.label or rule.version)


def _address(name: str, *arguments: object) -> str:
    """The address of a page of another part; empty where this centre does not have it."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def chart_of(scope: Scope, alert: AlertDetail) -> dict[str, Any] | None:
    """The last day of the alert's series with its forecast; None where the alert is about no series that the caller sees."""
    if not alert.asset_code or not alert.property:
        return None
    try:
        chart = assets.chart(scope, alert.asset_code, alert.property, "24h")
    except NotFound:
        return None
    known = any(
        value is not None and math.isfinite(value)
        for series in chart["series"]
        for _at, value, *_rest in series["points"]
    )
    return with_forecast(chart, alert) if known else None


@require_GET
def chart(request: HttpRequest, number: str) -> JsonResponse:
    """The JSON that <sen-chart> draws beside the figures."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    drawn = chart_of(scope, alert_queries.alert(scope, number))
    if drawn is None:
        raise NotFound(_("Cảnh báo này không có biểu đồ."), action=_("Xem diễn biến xử lý bên dưới."))
    return JsonResponse(drawn)
