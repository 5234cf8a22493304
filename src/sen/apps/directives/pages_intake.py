"""From a document to tasks: paste or upload, look at the proposals beside the text, put them right, give them all at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sen.apps.access.interface import Scope, require
from sen.apps.directives import assigning, highlights, intake, of_documents, policies, received
from sen.apps.directives.asked import day, uuid
from sen.apps.directives.matching import Match
from sen.apps.directives.models import Intake
from sen.apps.directives.values import NewDirective, NewTask
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import scope_of

MOST_CARDS = 300


@require_http_methods(["GET", "POST"])
def new_page(request: HttpRequest) -> HttpResponse:
    """Paste or upload a document, or the text of one in a register with its proposals (`?document=`); or write one task by hand (`?unit=`)."""
    scope = require(scope_of(request), policies.ASSIGN)
    document = uuid(request.GET.get("document", "") or request.POST.get("document", ""))
    source = received.of_document(scope, document) if document else None
    if source and (
        request.POST.get("by") == "received" or (request.method == "GET" and source.text and "paste" not in request.GET)
    ):
        return _from_register(request, scope, source)
    units = _units()
    wanted = request.POST.getlist("leads") if request.method == "POST" else request.GET.getlist("unit")
    context: dict[str, Any] = {
        "section": "figures", "values": request.POST or request.GET, "document": document, "source": source, "units": units,
        "leads": [one for one in units if one["code"] in wanted], "title": request.POST.get("title") or (source.title if source else ""),
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "directives/intake_new.html", context)
    try:
        if request.POST.get("by") == "hand":
            return _by_hand(scope, request)
        file = request.FILES.get("file")
        made = intake.begin(
            scope=scope, text=request.POST.get("text", ""), file=(file.name or "van-ban", file.read()) if file else None,
            document_id=document, title=request.POST.get("title", ""),
        )  # fmt: skip
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return render(
            request, "directives/intake_new.html", context | {"problem": error, "errors": error.fields}, status=422
        )
    return HttpResponseRedirect(reverse("console:task-intake", args=[made.pk]))


def _from_register(request: HttpRequest, scope: Scope, source: received.Received) -> HttpResponse:
    """The proposals of a document in a register: nothing is kept until they are given; giving them twice gives them once."""
    if request.method == "GET":
        kept = intake.of_text(scope, source.text, document_id=source.id, title=source.title)
    else:
        kept = intake.begin(
            scope=scope, text=source.text, document_id=source.id, title=source.title, intake_id=uuid(request.POST.get("intake", ""))
        )  # fmt: skip
    return _proposals(request, scope, kept, source)


def _by_hand(scope: Scope, request: HttpRequest) -> HttpResponse:
    posted = request.POST
    leads = _ids(posted.getlist("leads"))
    words = posted.get("words", "")
    made = assigning.add_tasks(
        scope=scope, directive=NewDirective(title=words[:200], origin="hand", number=posted.get("number", "")),
        tasks=[NewTask(words=words, leads=leads, cooperating=_ids(posted.getlist("cooperating")), deadline=_deadline(posted, "deadline"))],
    )  # fmt: skip
    messages.success(
        request, ngettext("Đã giao {n} nhiệm vụ.", "Đã giao {n} nhiệm vụ.", len(made.tasks)).format(n=len(made.tasks))
    )
    return HttpResponseRedirect(f"{made.url}?made=1")


@require_http_methods(["GET", "POST"])
def intake_page(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """The text with its evidence on the left, the proposals on the right; POST gives what is ticked."""
    scope = require(scope_of(request), policies.ASSIGN)
    kept = intake.intake_for(scope, intake_id)
    try:
        source = received.of_document(scope, kept.document_id) if kept.document_id else None
    except NotFound:  # the register is another unit's by now; the text stays
        source = None
    return _proposals(request, scope, kept, source)


def _proposals(request: HttpRequest, scope: Scope, kept: Intake, source: received.Received | None) -> HttpResponse:
    """The page of the proposals; a POST gives those that are ticked, or answers what is wrong with them."""
    if kept.directive is not None and kept.directive.undone_at is None:
        return HttpResponseRedirect(reverse("console:directive", args=[kept.directive_id]))
    reading = intake.read(kept)
    shown = {"source": source, "given": of_documents.tasks_of(scope, [source.id]).get(source.id, []) if source else []}
    if request.method == "GET":
        cards = [_card(one) for one in reading.proposals]
        return render(request, "directives/intake.html", _context(kept, reading, cards, _facts(source)) | shown)
    cards = _posted_cards(request.POST)
    try:
        made = intake.confirm(
            scope=scope, intake_id=kept.pk, directive=_directive(request.POST), tasks=[_task(one) for one in cards if one["chosen"]]
        )  # fmt: skip
    except SenError as error:
        if error.status not in (409, 422):
            raise
        _place_faults(cards, error)
        context = _context(kept, reading, cards, request.POST) | shown | {"problem": error, "errors": error.fields}
        return render(request, "directives/intake.html", context, status=422)
    messages.success(
        request, ngettext("Đã giao {n} nhiệm vụ.", "Đã giao {n} nhiệm vụ.", len(made.tasks)).format(n=len(made.tasks))
    )
    return HttpResponseRedirect(f"{made.url}?made=1")


def _facts(source: received.Received | None) -> dict[str, str]:
    """What the register knows of a document better than its text; what it does not know is read from the text."""
    if source is None:
        return {}
    found = {
        "number": source.reference, "issuer": source.issuer, "title": source.title, "signer": source.signer,
        "issued": source.issued.isoformat() if source.issued else "", "received": source.received.isoformat(),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _context(kept: Any, reading: intake.Reading, cards: list[dict[str, Any]], posted: Any) -> dict[str, Any]:
    spans = [(one["evidence"], one["deadline_at"], str(index)) for index, one in enumerate(cards) if one["evidence"]]
    values = {
        "number": reading.number, "issuer": reading.issuer, "title": reading.title,
        "issued": reading.issued.isoformat() if reading.issued else "", "received": "", "signer": "",
    }  # fmt: skip
    return {
        "section": "figures", "intake": kept, "reading": reading, "cards": cards, "pieces": highlights.marked(kept.text, spans),
        "values": {name: posted.get(name, value) for name, value in values.items()}, "units": _units(),
        "unmatched": sum(not one["leads"] for one in cards), "warned": sum(bool(one["warnings"]) for one in cards),
    }  # fmt: skip


def _units() -> list[dict[str, str]]:
    every = [*organisations.departments(), *organisations.communes()]
    return [{"code": one.code, "name": one.name} for one in every]


def _card(one: intake.Proposal) -> dict[str, Any]:
    """A proposal as the form shows it."""
    return {
        "words": one.words, "leads": _shown(one.leads), "cooperating": _shown(one.cooperating),
        "cooperating_words": "; ".join(match.name for match in one.cooperating if not match.units),
        "deadline": one.deadline.isoformat() if one.deadline else "", "deadline_words": one.deadline_words, "evidence": one.evidence,
        "deadline_at": one.deadline_at, "warnings": list(one.warnings), "chosen": True, "errors": {},
        "notes": [match.note for match in (*one.leads, *one.cooperating) if match.note and match.how != ""],
        "unmatched": [match.name for match in one.leads if not match.units], "read_as": [match.name for match in one.leads],
    }  # fmt: skip


def _shown(matches: tuple[Match, ...]) -> list[dict[str, str]]:
    units = {unit.code: unit.name for match in matches for unit in match.units}
    return [{"code": code, "name": name} for code, name in units.items()]


def _posted_cards(posted: QueryDict) -> list[dict[str, Any]]:
    """The cards as they were sent: `card` lists their keys in order, every field is `<key>-<name>`."""
    names = {one["code"]: one["name"] for one in _units()}
    cards: list[dict[str, Any]] = []
    for key in posted.getlist("card")[:MOST_CARDS]:
        evidence = _span(posted.get(f"{key}-evidence", ""))
        cards.append(
            {
                "words": posted.get(f"{key}-words", ""), "deadline": posted.get(f"{key}-deadline", ""),
                "deadline_words": posted.get(f"{key}-deadline_words", ""), "cooperating_words": posted.get(f"{key}-cooperating_words", ""),
                "leads": [{"code": code, "name": names.get(code, code)} for code in posted.getlist(f"{key}-leads") if code],
                "cooperating": [{"code": code, "name": names.get(code, code)} for code in posted.getlist(f"{key}-cooperating") if code],
                "evidence": evidence, "deadline_at": None, "warnings": [], "notes": [], "unmatched": [], "read_as": [],
                "chosen": posted.get(f"{key}-chosen") == "1", "errors": {},
            }
        )  # fmt: skip
    return cards


def _span(text: str) -> tuple[int, int] | None:
    start, _sep, end = text.partition("-")
    return (int(start), int(end)) if start.isdigit() and end.isdigit() and int(start) < int(end) else None


def _task(card: dict[str, Any]) -> NewTask:
    return NewTask(
        words=card["words"], leads=_ids([one["code"] for one in card["leads"]]), deadline_words=card["deadline_words"][:500],
        cooperating=_ids([one["code"] for one in card["cooperating"]]), cooperating_words=card["cooperating_words"][:1000],
        deadline=_deadline(card, "deadline"), evidence=card["evidence"],
    )  # fmt: skip


def _deadline(values: Any, name: str) -> Any:
    text = str(values.get(name, "")).strip()
    found = day(text) if text else None
    if text and found is None:
        raise InvalidInput(
            _("Hạn “{text}” không đọc được.").format(text=text[:40]), action=_("Nhập ngày dạng dd/mm/yyyy."), fields={name: _("Sửa hạn.")}
        )  # fmt: skip
    return found


def _ids(codes: list[str]) -> tuple[UUID, ...]:
    return tuple(organisations.unit(code).id for code in dict.fromkeys(codes) if code)


def _directive(posted: QueryDict) -> NewDirective:
    return NewDirective(
        title=posted.get("title", ""), number=posted.get("number", ""), issuer=posted.get("issuer", ""), signer=posted.get("signer", ""),
        issued=_deadline(posted, "issued"), received=_deadline(posted, "received"), origin="document",
    )  # fmt: skip


def _place_faults(cards: list[dict[str, Any]], error: SenError) -> None:
    """Faults are named by the place among the chosen ones; put each beside its card."""
    chosen = [one for one in cards if one["chosen"]]
    for name, words in error.fields.items():
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "tasks" and parts[1].isdigit() and int(parts[1]) < len(chosen):
            chosen[int(parts[1])]["errors"][parts[2]] = words
