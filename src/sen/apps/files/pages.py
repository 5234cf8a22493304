"""Hands files out: pictures and PDF in place, everything else to save; nothing of it may run."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sen.apps.files import queries
from sen.apps.files.media_types import INLINE
from sen.kernel.scopes import scope_of

# Even a file that a browser takes for a page runs nothing and belongs to no origin.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_GET
def file_page(request: HttpRequest, file: UUID) -> HttpResponse:
    """One file for who may read it."""
    return download(request, file)


def download(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The answer that holds a file, with headers that keep it from being anything but a file."""
    found, content = queries.content_for(scope_of(request), file_id)
    text = found.media_type == "text/plain"
    answer = HttpResponse(content, content_type=f"{found.media_type}; charset=utf-8" if text else found.media_type)
    way = "inline" if found.media_type in INLINE else "attachment"
    answer["Content-Disposition"] = f"{way}; filename*=UTF-8''{quote(found.name)}"
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store" if found.personal else "private, max-age=3600, immutable"
    answer["ETag"] = f'"{found.sha256}"'
    return answer
