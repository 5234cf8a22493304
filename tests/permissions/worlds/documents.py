"""What the matrix needs of documents."""

from __future__ import annotations

from django.test import Client


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A document in the register of the owner's unit, and a message of the exchange that was refused."""
    from datetime import UTC, datetime

    from sen.apps.documents import interface as documents
    from sen.apps.documents.interface import Agent, Entry, MessageFault, NewDocument
    from sen.apps.organisations import interface as organisations

    new = NewDocument(
        exchange_id="G22,2026/11/20,7/VPCP",
        reference="7/VPCP",
        issuer=Agent("G22", "VPCP"),
        abstract="Văn bản riêng của sở",
    )
    entry = Entry(
        unit_id=organisations.unit("82-snnmt").id, direction="in", registered_at=datetime(2026, 11, 20, tzinfo=UTC)
    )
    made, _new = documents.enter(new, entry)
    kept = documents.keep_message(
        payload=b"hong",
        content_type="",
        unit_id=organisations.province().id,
        source_number=None,
        source_code="truc",
        simulated=True,
    )
    documents.refuse_message(kept.id, MessageFault("edxml_not_xml", "Gói tin hỏng riêng"))
    return {"document": str(made.pk), "exchange_message": str(kept.id)}
