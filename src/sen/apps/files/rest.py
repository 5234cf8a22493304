"""REST of files: what one is, and its content."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sen.apps.files import pages, queries
from sen.kernel.scopes import scope_of

router = Router(tags=["files"])


class FileOut(Schema):
    """A kept file; `sha256` is of its content, `media_type` was recognised by it."""

    id: UUID
    name: str
    size: int
    sha256: str
    media_type: str
    about: str
    kept_at: datetime
    kept_by: str


@router.get("/files/{file_id}", response=FileOut, operation_id="get_file", summary="Một tệp")
def one_file(request: HttpRequest, file_id: UUID) -> FileOut:
    """A file without its content; for who may read what it is about."""
    return FileOut.model_validate(queries.file_for(scope_of(request), file_id), from_attributes=True)


@router.get("/files/{file_id}/content", operation_id="get_file_content", summary="Nội dung của tệp")
def content(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The bytes of a file."""
    return pages.download(request, file_id)
