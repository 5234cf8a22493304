"""Doors for those who have no account: the link in a message that confirms it, and the calls of gateways."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from sen.apps.notifications import delivering, reports
from sen.kernel.errors import SenError


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def confirm_page(request: HttpRequest, code: str) -> HttpResponse:
    """What was said; a press on the button confirms it. Looking alone does not: telephones open links to preview them."""
    delivery = reports.confirm_by_link(code) if request.method == "POST" else reports.by_link(code)
    notification = delivery.notification
    context = {
        "delivery": delivery, "notification": notification, "title": delivering.marked(notification.title, notification.drill),
        "name": delivery.user.full_name if delivery.user else delivery.name,
    }  # fmt: skip
    return render(request, "notifications/confirm.html", context)


@csrf_exempt
@login_not_required
@require_POST
def gateway_call(request: HttpRequest, carrier: str) -> HttpResponse:
    """Delivery reports and replies of a gateway, by the contract of docs/notifications.md; the gateway's token is the key."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    try:
        new = reports.take_in(carrier=carrier, token=token if scheme == "Bearer" else "", body=request.body)
    except SenError as error:
        content = {"code": error.code, "detail": error.message, "action": error.action}
        return JsonResponse(content, status=error.status, content_type="application/problem+json")
    return JsonResponse({"new": new})
