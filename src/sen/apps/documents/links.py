"""What other apps say belongs to a document, such as the tasks that it assigns; asked when a document or a list is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.documents.values import LinkedThing

Linked = Callable[[Scope, Sequence[UUID]], Mapping[UUID, Sequence[LinkedThing]]]
"""(scope, ids of documents) → id of a document → what belongs to it that the caller may see."""

_links: dict[str, Linked] = {}


def register_link(kind: str, linked: Linked) -> None:
    """Let another app say what belongs to documents; called from its ready(). Another function under the same kind is a mistake (ValueError)."""
    if _links.setdefault(kind, linked) is not linked:
        raise ValueError(f"The link kind {kind!r} is already registered.")


def kinds() -> frozenset[str]:
    """The kinds of things that are registered."""
    return frozenset(_links)


def linked(scope: Scope, document_ids: Sequence[UUID]) -> dict[UUID, dict[str, list[LinkedThing]]]:
    """Of each document by kind; documents with nothing are left out."""
    found: dict[UUID, dict[str, list[LinkedThing]]] = {}
    for kind, ask in _links.items():
        for document_id, things in ask(scope, document_ids).items():
            if things:
                found.setdefault(document_id, {})[kind] = list(things)
    return found
