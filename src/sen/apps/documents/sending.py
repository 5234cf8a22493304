"""Statuses of ours that the senders of documents fetch."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from sen.apps.documents.choices import status_words
from sen.apps.documents.models import ExchangeStep
from sen.apps.organisations import interface as organisations


class StatusToSend(msgspec.Struct, frozen=True, kw_only=True):
    """What one of our units tells the sender of a document."""

    id: int
    at: datetime
    exchange_id: str
    reference: str
    issuer_code: str
    issued_on: date | None
    code: str
    code_words: str
    words: str
    by: str
    agency_code: str
    agency: str


def statuses_to_send(unit_id: UUID, *, after: int = 0, limit: int = 100) -> list[StatusToSend]:
    """The statuses of a unit and those below, in the order in which they were made, from `after` on."""
    found = ExchangeStep.objects.filter(
        outgoing=True, pk__gt=after, document__unit_id__in=organisations.subtree_ids(unit_id)
    ).exclude(document__exchange_id="")
    return [
        StatusToSend(
            id=one.pk, at=one.at, exchange_id=one.document.exchange_id, reference=one.document.reference,
            issuer_code=one.document.issuer_code, issued_on=one.document.issued_on, code=one.code,
            code_words=status_words(one.code), words=one.words, by=one.by, agency_code=one.agency_code, agency=one.agency,
        )
        for one in found.select_related("document").order_by("pk")[:limit]
    ]  # fmt: skip
