"""Lists of documents with filters and search, one document with everything about it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, FloatField, Func, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.documents import policies, seeing, timeliness, words
from sen.apps.documents.choices import Direction, Signature, Standing, Urgency, status_words
from sen.apps.documents.models import Document, DocumentLink
from sen.apps.documents.values import (
    Agent,
    Attached,
    DocumentDetail,
    DocumentFilter,
    DocumentLine,
    DocumentPage,
    LinkedDocument,
    Step,
)
from sen.apps.files import interface as files
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput

MOST = 200
MOST_FOUND = 1000
"""How far a search can be leafed through; a list without search has no end."""
STATES = ("unread", "open", "due_soon", "late", "handled")


def documents(
    scope: Scope | None,
    wanted: DocumentFilter | None = None,
    cursor: str | None = None,
    limit: int = 50,
    *,
    with_total: bool = False,
) -> DocumentPage:
    """A page of the documents that the caller sees: newest first, with `q` best first. InvalidInput for unknown words and cursors."""
    scope = require(scope, policies.VIEW)
    wanted = wanted or DocumentFilter()
    found = filtered(scope, wanted)
    total = found.count() if with_total else None
    limit = max(1, min(limit, MOST))
    if words.query(wanted.q):
        rows, following = _ranked(found, wanted.q, cursor, limit)
    else:
        rows, following = _newest(found, cursor, limit)
    day = timeliness.today()
    return DocumentPage(tuple(line(one, day) for one in rows), following, total)


def filtered(scope: Scope, wanted: DocumentFilter) -> QuerySet[Document]:
    """The documents of a filter; unknown words in it give InvalidInput rather than an empty list."""
    _known(wanted)
    found = seeing.visible(scope)
    if wanted.unit_id is not None:
        below = {wanted.unit_id} if wanted.own_only else organisations.subtree_ids(wanted.unit_id)
        found = found.filter(Q(unit_id__in=below) | Q(handler_unit_id__in=below))
    exact = {
        "direction": wanted.direction, "kind": wanted.kind, "urgency": wanted.urgency, "signature": wanted.signature,
        "standing": wanted.standing, "electronic": wanted.electronic, "simulated": wanted.simulated,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in exact.items() if value not in ("", None)})
    if wanted.state:
        found = found.filter(_state(wanted.state))
    if wanted.since is not None:
        found = found.filter(registered_at__gte=_start(wanted.since))
    if wanted.until is not None:
        found = found.filter(registered_at__lt=_start(wanted.until + timedelta(days=1)))
    if asked := words.query(wanted.q):
        found = found.filter(_matches(asked))
    return found


def document(scope: Scope | None, document_id: UUID) -> DocumentDetail:
    """Everything of one document. NotFound where there is none for the caller."""
    found = seeing.document_for(scope, document_id)
    steps = [
        Step(
            at=one.at, code=one.code, words=status_words(one.code), note=one.words, agency=one.agency,
            agency_code=one.agency_code, by=one.by, outgoing=one.outgoing, id=one.pk,
        )
        for one in found.steps.all()
    ]  # fmt: skip
    issuer = organisations.units_by_id([found.issuer_unit_id]) if found.issuer_unit_id else {}
    return DocumentDetail(
        line=line(found, timeliness.today()), exchange_id=found.exchange_id, number=found.number, symbol=found.symbol,
        issuer_code=found.issuer_code, issuer_unit=next(iter(issuer.values()), None), field=found.field, signer=found.signer,
        signer_position=found.signer_position, pages=found.pages, content=found.content, signature_words=found.signature_words,
        read_by=found.read_by, handled_by=found.handled_by, handled_words=found.handled_words, reminded_at=found.reminded_at,
        origin=found.origin, source=found.source, updated_at=found.updated_at, revision=found.revision,
        files=tuple(files.files_about(about(found))),
        attachments=tuple(msgspec.convert(one, Attached) for one in found.attachments), steps=tuple(steps), links=tuple(_links(scope, found)),
    )  # fmt: skip


def every(scope: Scope, wanted: DocumentFilter, most: int) -> Iterator[DocumentLine]:
    """The documents of a filter for a file, newest first, at most `most`."""
    day = timeliness.today()
    return (line(one, day) for one in filtered(scope, wanted).order_by("-registered_at", "-id")[:most].iterator())


def kinds(scope: Scope) -> list[str]:
    """The kinds of document that the caller's registers hold, by name."""
    found = seeing.visible(scope).exclude(kind="").order_by("kind").values_list("kind", flat=True)
    return list(found.distinct()[:40])


def contents(scope: Scope, lines: Sequence[DocumentLine]) -> dict[UUID, str]:
    """The texts of documents that the caller sees, for showing where a search was found."""
    found = seeing.visible(scope).filter(pk__in=[one.id for one in lines])
    return dict(found.values_list("pk", "content"))


def about(found: Document) -> str:
    """Under which words the files of a document are kept; their content stands once on the disk, however many registers have it."""
    return f"document:{found.pk}"


def line(found: Document, day: date) -> DocumentLine:
    """A document as lists show it on a day."""
    state, late = timeliness.judged(found, day)
    return DocumentLine(
        id=found.pk, direction=found.direction, unit=organisations.ref(found.unit), reference=found.reference,
        issuer=found.issuer, receivers=tuple(Agent(one["code"], one["name"]) for one in found.receivers),
        issued_on=found.issued_on, registered_at=found.registered_at, abstract=found.abstract, kind=found.kind,
        urgency=found.urgency, signature=found.signature, electronic=found.electronic, standing=found.standing,
        status=found.status, due_on=found.due_on, timeliness=state, days_late=late, read_at=found.read_at,
        handled_at=found.handled_at, handler_unit=organisations.ref(found.handler_unit) if found.handler_unit else None,
        simulated=found.simulated, score=getattr(found, "score", 0.0),
    )  # fmt: skip


def _links(scope: Scope | None, found: Document) -> list[LinkedDocument]:
    """Both ways, but only documents that the caller may see are opened; of the others the reference is said, as the message says it."""
    scope = require(scope, policies.VIEW)
    outward = list(found.links.all())
    inward = list(DocumentLink.objects.filter(target_exchange_id=found.exchange_id)) if found.exchange_id else []
    seen = seeing.visible(scope)
    targets = {
        one.exchange_id: one for one in seen.filter(exchange_id__in=[link.target_exchange_id for link in outward])
    }
    askers = {one.pk: one for one in seen.filter(pk__in=[link.document_id for link in inward])}
    listed = [
        LinkedDocument(
            kind=link.kind, incoming=False, reference=link.target_reference or link.target_exchange_id,
            exchange_id=link.target_exchange_id, **_opened(targets.get(link.target_exchange_id)),
        )
        for link in outward
    ]  # fmt: skip
    shown: set[str] = set()
    for link in inward:
        asker = askers.get(link.document_id)
        if asker is None or asker.exchange_id in shown:
            continue
        shown.add(asker.exchange_id)
        listed.append(
            LinkedDocument(
                kind=link.kind,
                incoming=True,
                reference=asker.reference,
                exchange_id=asker.exchange_id,
                **_opened(asker),
            )
        )
    return listed


def _opened(found: Document | None) -> dict[str, Any]:
    return {"id": found.pk, "abstract": found.abstract, "registered_at": found.registered_at} if found else {}


# -- filters


def _known(wanted: DocumentFilter) -> None:
    choices = {
        "direction": (wanted.direction, Direction.values), "state": (wanted.state, STATES),
        "urgency": (wanted.urgency, Urgency.values), "signature": (wanted.signature, Signature.values),
        "standing": (wanted.standing, Standing.values),
    }  # fmt: skip
    for field, (value, allowed) in choices.items():
        if value and value not in allowed:
            raise InvalidInput(
                _("Không có lựa chọn “{value}”.").format(value=value),
                action=_("Chọn một trong: {choices}.").format(choices=", ".join(allowed)),
                fields={field: _("Không có lựa chọn “{value}”.").format(value=value)},
            )


def _state(state: str) -> Q:
    day = timeliness.today()
    return {
        "unread": timeliness.UNREAD,
        "open": timeliness.OPEN,
        "due_soon": timeliness.due_soon(day),
        "late": timeliness.overdue(day) | timeliness.DONE_LATE,
        "handled": timeliness.INCOMING & Q(handled_on__isnull=False),
    }[state]


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.VIETNAM)


# -- search


def _asked(asked: str) -> Cast:
    return Cast(Value(asked), SearchQueryField())


def _matches(asked: str) -> Func:
    return Func(
        F("search"), _asked(asked), template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField()
    )


def _ranked(found: QuerySet[Document], asked: str, cursor: str | None, limit: int) -> tuple[list[Document], str | None]:
    offset = _number(cursor)
    rank = Func(F("search"), _asked(words.query(asked)), function="ts_rank_cd", output_field=FloatField())
    ordered = found.annotate(score=rank).order_by("-score", "-registered_at", "-id")
    rows: list[Document] = [*ordered[offset : offset + limit + 1]]
    more = len(rows) > limit and offset + limit < MOST_FOUND
    return rows[:limit], _encoded(str(offset + limit)) if more else None


def _newest(found: QuerySet[Document], cursor: str | None, limit: int) -> tuple[list[Document], str | None]:
    if cursor:
        at, last = _place(cursor)
        found = found.filter(Q(registered_at__lt=at) | Q(registered_at=at, pk__lt=last))
    rows = list(found.order_by("-registered_at", "-id")[: limit + 1])
    end = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], _encoded(f"{end.registered_at.isoformat()} {end.pk}") if end else None


def _encoded(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _no_cursor() from None


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, _space, last = _decoded(cursor).partition(" ")
    try:
        return datetime.fromisoformat(at), UUID(last)
    except ValueError:
        raise _no_cursor() from None


def _number(cursor: str | None) -> int:
    if not cursor:
        return 0
    text = _decoded(cursor)
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise _no_cursor()
    return int(text)


def _no_cursor() -> InvalidInput:
    return InvalidInput(_("Con trỏ trang không dùng được."), action=_("Đọc lại từ trang đầu."), code="bad_cursor")
