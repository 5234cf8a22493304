"""The record on the screen: who did what to which object, newest first, narrowed by the address."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sen.apps.audit import queries

PAGE = 100


@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    """A page of events; `?verify=1` walks the whole chain and says whether it holds."""
    chosen = {name: request.GET.get(name, "").strip()[:100] for name in ("actor", "action", "object_type", "object_id")}
    scope = request.scope_of_user  # type: ignore[attr-defined]
    events = queries.events(
        scope,
        actor=chosen["actor"],
        action=chosen["action"],
        object_type=chosen["object_type"],
        object_id=chosen["object_id"],
    )
    page = Paginator(events, PAGE).get_page(request.GET.get("page"))
    rows = [
        (event, {k: v for k, v in json.loads(event.detail).items() if v not in ("", None, {}, [])}) for event in page
    ]
    verified = queries.verify() if request.GET.get("verify") else None
    return render(
        request,
        "audit/audit.html",
        {"section": "admin", "page": page, "rows": rows, "chosen": chosen, "verified": verified},
    )
