"""What other apps may call of documents: one, lists, counts by unit, and saying what of theirs belongs to a document."""

from __future__ import annotations

from sen.apps.documents.figures import by_unit, counts
from sen.apps.documents.links import register_link
from sen.apps.documents.listing import document, documents
from sen.apps.documents.values import (
    Agent,
    DocumentCounts,
    DocumentDetail,
    DocumentFilter,
    DocumentLine,
    DocumentPage,
    LinkedDocument,
    LinkedThing,
    Step,
    UnitLine,
)

__all__ = [
    "Agent", "DocumentCounts", "DocumentDetail", "DocumentFilter", "DocumentLine", "DocumentPage", "LinkedDocument", "LinkedThing",
    "Step", "UnitLine", "by_unit", "counts", "document", "documents", "register_link",
]  # fmt: skip
