"""Who may read the files of documents: whoever sees the document."""

from __future__ import annotations

from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.documents import policies, seeing
from sen.apps.files import interface as files


def may_read(scope: Scope, about: str) -> bool:
    """Whether the caller sees the document that `about` (`document:<id>`) names."""
    try:
        document_id = UUID(about.partition(":")[2])
    except ValueError:
        return False
    return scope.allows(policies.VIEW) and seeing.visible(scope).filter(pk=document_id).exists()


def register() -> None:
    """Called once from AppConfig.ready."""
    files.register_reader("document", may_read)
