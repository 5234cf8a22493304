"""What other apps may call of documents: one, lists, counts by unit; and what the exchange and imports hand in."""

from __future__ import annotations

from sen.apps.documents.exchange import (
    MessageRef,
    WaitingMessage,
    may_try_again,
    take_document,
    take_status,
)
from sen.apps.documents.exchange import begin as begin_message
from sen.apps.documents.exchange import keep as keep_message
from sen.apps.documents.exchange import of_source as message_of_source
from sen.apps.documents.exchange import refuse as refuse_message
from sen.apps.documents.exchange import waiting as waiting_messages
from sen.apps.documents.figures import by_unit, counts
from sen.apps.documents.incoming import (
    Entry,
    ExchangeMessageIn,
    IncomingFile,
    MessageFault,
    Named,
    NewDocument,
    StatusIn,
)
from sen.apps.documents.links import register_link
from sen.apps.documents.listing import document, documents
from sen.apps.documents.registering import canonical_id, enter, enter_all, units_of_agencies
from sen.apps.documents.sending import StatusToSend, statuses_to_send
from sen.apps.documents.settling import name_agency
from sen.apps.documents.values import (
    Agent,
    Attached,
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
    "Agent", "Attached", "DocumentCounts", "DocumentDetail", "DocumentFilter", "DocumentLine", "DocumentPage", "Entry",
    "ExchangeMessageIn", "IncomingFile", "LinkedDocument", "LinkedThing", "MessageFault", "MessageRef", "Named", "NewDocument",
    "StatusIn", "StatusToSend", "Step", "UnitLine", "WaitingMessage", "begin_message", "by_unit", "canonical_id", "counts",
    "document", "documents", "enter", "enter_all", "keep_message", "may_try_again", "message_of_source", "name_agency", "refuse_message",
    "register_link", "statuses_to_send", "take_document", "take_status", "units_of_agencies", "waiting_messages",
]  # fmt: skip
