"""A document enters the register of a unit, or its facts change there. Idempotent by the exchange id."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from sen.apps.access.interface import SYSTEM
from sen.apps.documents import listing, signatures, words
from sen.apps.documents.choices import Direction, LinkKind, Signature, Standing
from sen.apps.documents.incoming import Entry, IncomingFile, NewDocument
from sen.apps.documents.models import Agency, Document, DocumentLink
from sen.apps.files import interface as files
from sen.kernel import agency_codes, clock
from sen.kernel.errors import SenError
from sen.kernel.text import normal

MOST_CONTENT = 400_000
"""Characters of a document's text that are kept for search; the file itself is whole."""


def units_of_agencies(codes: list[str]) -> dict[str, UUID]:
    """Canonical agency code → our unit, of those that are ours."""
    found = Agency.objects.filter(code__in=codes, unit__isnull=False).values_list("code", "unit_id")
    return {code: unit_id for code, unit_id in found if unit_id is not None}


def enter(new: NewDocument, entry: Entry) -> tuple[Document, bool]:
    """The document in the register of `entry`, and whether it is new there. Call it in a transaction."""
    known = _known(new.exchange_id, entry)
    if known is not None:
        return known, False
    made = _made(new, entry, units_of_agencies([new.issuer.code]))
    made.save(force_insert=True)
    if new.files:
        take_files(made, new.files)
    _link(_links(made, new))
    return made, True


def enter_all(several: Sequence[tuple[NewDocument, Entry]]) -> int:
    """What `enter` does, for many documents without files in a fixed number of statements; how many are new."""
    ids = {new.exchange_id for new, _entry in several if new.exchange_id}
    known = set(Document.objects.filter(exchange_id__in=ids).values_list("exchange_id", "unit_id", "direction"))
    issuers = units_of_agencies([new.issuer.code for new, _entry in several])
    made, links = list[Document](), list[DocumentLink]()
    for new, entry in several:
        place = (new.exchange_id, entry.unit_id, entry.direction)
        if new.exchange_id and place in known:
            continue
        known.add(place)
        made.append(_made(new, entry, issuers))
        links += _links(made[-1], new)
    Document.objects.bulk_create(made, batch_size=200)
    _link(links)
    return len(made)


def _made(new: NewDocument, entry: Entry, issuers: Mapping[str, UUID]) -> Document:
    """A document as it enters a register, not stored yet."""
    made = Document(
        unit_id=entry.unit_id, direction=entry.direction, registered_at=entry.registered_at, read_at=entry.read_at,
        handled_at=entry.handled_at, handled_on=clock.local(entry.handled_at).date() if entry.handled_at else None,
        handled_words=entry.handled_words, updated_at=clock.now(), **facts(new),
    )  # fmt: skip
    if entry.due_on is not None:
        made.due_on = entry.due_on
    made.issuer_unit_id = issuers.get(new.issuer.code)
    made.search = searched(made)
    return made


def facts(new: NewDocument) -> dict[str, Any]:
    """The fields that a document has from its sender."""
    reference = new.reference or "/".join(filter(None, (new.number, new.symbol))) or _("(không số)")
    return {
        "exchange_id": new.exchange_id, "number": new.number, "symbol": new.symbol, "reference": reference[:120],
        "issuer": new.issuer.name or new.issuer.code, "issuer_code": new.issuer.code,
        "receivers": [{"code": one.code, "name": one.name} for one in new.receivers], "issued_on": new.issued_on,
        "abstract": new.abstract, "content": "\n".join([new.content, *(one.text for one in new.files)]).strip()[:MOST_CONTENT],
        "kind": new.kind, "urgency": new.urgency, "field": new.field, "signer": new.signer,
        "signer_position": new.signer_position, "pages": new.pages, "signature": _signature(new),
        "signature_words": _signature_words(new), "electronic": new.electronic, "due_on": new.due_on, "origin": new.origin,
        "source": new.source[:200], "simulated": new.simulated,
    }  # fmt: skip


def change(found: Document, new: NewDocument) -> list[str]:
    """Take over the facts of a later message about the same document; the names of the fields that changed. Handling is left as it is."""
    wanted = facts(new)
    for fixed in ("exchange_id", "origin", "source", "simulated"):
        wanted.pop(fixed)
    if not new.files:  # an update without files changes words, not files
        for field in ("content", "signature", "signature_words"):
            wanted.pop(field)
    changed = [name for name, value in wanted.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, wanted[name])
    found.search = searched(found)
    if new.files:
        take_files(found, new.files)
    found.revision += 1
    found.updated_at = clock.now()
    found.save()
    return changed


def searched(found: Document) -> Cast:
    """The search vector: number and abstract weigh most, then agencies and people, then the text."""
    named = " ".join([found.issuer, found.signer, found.field, *(one["name"] for one in found.receivers)])
    literal = words.vector(
        [(found.reference, "A"), (found.abstract, "A"), (f"{found.kind} {named}", "B"), (found.content, "D")]
    )
    return Cast(Value(literal), SearchVectorField())


def take_files(found: Document, taken: tuple[IncomingFile, ...]) -> None:
    """Keep the files of a document; one that cannot be kept is named with the reason."""
    listed = []
    for one in taken:
        line: dict[str, Any] = {
            "name": one.name, "media_type": one.media_type, "size": len(one.content or b""), "sha256": "", "file": None,
            "problem": one.problem, "signature": "",
        }  # fmt: skip
        if one.content is not None:
            line["sha256"] = hashlib.sha256(one.content).hexdigest()
            line["signature"] = signatures.detected(one.content)
            try:
                kept = files.keep(
                    scope=SYSTEM, content=one.content, name=one.name, unit_id=found.unit_id, about=listing.about(found)
                )
            except SenError as error:
                line["problem"] = error.message
            else:
                line |= {"file": str(kept.id), "media_type": kept.media_type}
        listed.append(line)
    found.attachments = listed
    found.save(update_fields=["attachments"])


def mark_replaced(exchange_ids: list[str], unit_id: UUID) -> int:
    """The documents in a register that a newer one replaces; how many."""
    if not exchange_ids:
        return 0
    return Document.objects.filter(unit_id=unit_id, direction=Direction.IN, exchange_id__in=exchange_ids).update(
        standing=Standing.REPLACED, updated_at=clock.now()
    )


def canonical_id(agency: str, day: Any, reference: str) -> str:
    """The exchange id that follows from agency code, issue date and number; "" where one of them is missing."""
    code = agency_codes.canonical(agency) or ""
    return f"{code},{day:%Y/%m/%d},{normal(reference)}"[:200] if code and day and reference else ""


def _known(exchange_id: str, entry: Entry) -> Document | None:
    if not exchange_id:
        return None
    return Document.objects.filter(unit_id=entry.unit_id, direction=entry.direction, exchange_id=exchange_id).first()


def _links(made: Document, new: NewDocument) -> list[DocumentLink]:
    named = [(LinkKind.ANSWERS, one) for one in new.answers] + [(LinkKind.REPLACES, one) for one in new.replaces]
    return [
        DocumentLink(document=made, kind=kind, target_exchange_id=one.exchange_id, target_reference=one.reference[:120])
        for kind, one in named
        if one.exchange_id and one.exchange_id != made.exchange_id
    ]


def _link(links: list[DocumentLink]) -> None:
    if links:
        DocumentLink.objects.bulk_create(links, ignore_conflicts=True)


def _signature(new: NewDocument) -> str:
    looked_at = [one for one in new.files if one.content is not None]
    if new.signed or any(signatures.detected(one.content or b"") for one in looked_at):
        return Signature.DETECTED
    return Signature.UNKNOWN if new.signed is None and not looked_at else Signature.NONE


def _signature_words(new: NewDocument) -> str:
    kinds = [new.signature_words] if new.signature_words else []
    kinds += [f"{one.name}: {kind}" for one in new.files if one.content and (kind := signatures.detected(one.content))]
    return "; ".join(kinds)[:300]
