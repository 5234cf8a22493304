"""What the world reads without signing in: the feed and each published message; and the preview for who prepares one."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sen.apps.incidents import interface as incidents
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import NotFound, SenError
from sen.kernel.scopes import scope_of
from sen.standards.cap import feed as feeds
from sen.standards.cap.message import MEDIA_TYPE, xml

DAYS = 30
MOST = 100


@login_not_required
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """The messages published in the last 30 days, at most 100, newest first. Drills are never among them."""
    since = clock.now() - timedelta(days=DAYS)
    found = [one for one in incidents.published_messages() if one.sent and one.sent >= since][:MOST]
    content = feeds.atom(
        found, title=_title(), address=request.build_absolute_uri(reverse("cap-feed")), now=since,
        address_of=lambda identifier: request.build_absolute_uri(reverse("cap-message", args=[identifier])),
    )  # fmt: skip
    return _answer(request, content, feeds.FEED_TYPE)


def _title() -> str:
    try:
        return f"Cảnh báo công cộng, {organisations.province().name}"
    except SenError:
        return "Cảnh báo công cộng"


@login_not_required
@require_GET
def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """One published message as CAP XML; anything else is not found."""
    found = incidents.published_message(identifier)
    if found is None:
        raise NotFound(_("Không có thông điệp này."), action=_("Xem danh sách tại /cap/feed.xml."))
    return _answer(request, xml(found), f"{MEDIA_TYPE}; charset=utf-8")


@require_GET
def preview(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """A message in any state as it would go out, for who sees its incident; status Draft until it is published."""
    found = incidents.message(scope_of(request), message_id)
    answer = HttpResponse(xml(found), content_type="text/plain; charset=utf-8")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _answer(request: HttpRequest, content: bytes, media_type: str) -> HttpResponse:
    etag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    answer = HttpResponse(status=304) if etag in known else HttpResponse(content, content_type=media_type)
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=30"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
