"""Pages of documents: the registers with search, one document, the comparison of units, files of both, what people do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.documents import comparing, figures, handling, links, listing, policies, seeing, words
from sen.apps.documents.choices import Direction, Signature, Standing, Urgency
from sen.apps.documents.values import DocumentFilter, DocumentLine
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import scope_of

MOST_IN_FILE = 10_000
_STATES = (
    ("", gettext_lazy("tất cả")), ("unread", gettext_lazy("chưa đọc")), ("open", gettext_lazy("đang xử lý")),
    ("due_soon", gettext_lazy("sắp đến hạn")), ("late", gettext_lazy("trễ hạn")), ("handled", gettext_lazy("đã xong")),
)  # fmt: skip


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


def filter_of(asked: Any) -> DocumentFilter:
    """The filter that an address says. Raises InvalidInput for days that are none, NotFound for a unit that is none."""
    return DocumentFilter(
        direction=asked.get("direction", ""), unit_id=organisations.unit(asked["unit"]).id if asked.get("unit") else None,
        own_only=asked.get("own") == "1", state=asked.get("state", ""), q=asked.get("q", "").strip()[:300], kind=asked.get("kind", ""),
        urgency=asked.get("urgency", ""), signature=asked.get("signature", ""), standing=asked.get("standing", ""),
        electronic={"1": True, "0": False}.get(asked.get("electronic", "")), since=_day(asked, "since"), until=_day(asked, "until"),
    )  # fmt: skip


def _day(asked: Any, name: str) -> date | None:
    raw = asked.get(name, "").strip()
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        wrong = _("“{value}” không phải ngày.").format(value=raw[:20])
        raise InvalidInput(wrong, action=_("Viết ngày dạng 2026-11-30."), fields={name: wrong}) from None


@require_GET
def documents_page(request: HttpRequest) -> HttpResponse:
    """The registers that the caller sees, with counts, filters and search; the address holds everything."""
    scope = _scope(request)
    wanted = filter_of(request.GET)
    page = listing.documents(scope, wanted, request.GET.get("cursor") or None, with_total=True)
    context = _around(request, "list") | {
        "page": page, "wanted": wanted, "counts": figures.counts(scope, wanted.unit_id, since=wanted.since, until=wanted.until),
        "states": _STATES, "kinds": listing.kinds(scope), "directions": Direction.choices,
        "urgencies": Urgency.choices, "signatures": Signature.choices, "standings": Standing.choices,
        "found": _found(page.items, wanted.q, listing.contents(scope, page.items) if wanted.q else {}), "may_handle": scope.allows(policies.HANDLE),
        "may_remind": scope.allows(policies.REMIND), "filtered": any(value for key, value in request.GET.items() if key not in ("cursor", "unit")),
        "query_counts": _without(request, "state", "direction", "cursor"), "linked": links.linked(scope, [one.id for one in page.items]),
    }  # fmt: skip
    template = "documents/list_rows.html" if request.GET.get("part") == "list" else "documents/list.html"
    return render(request, template, context)


def _found(lines: Sequence[DocumentLine], q: str, contents: dict[UUID, str]) -> dict[UUID, str]:
    """Of each line the piece of its text in which the search was found, where its abstract alone does not show it."""
    hidden = [one for one in lines if not words.covers(one.abstract, q)] if q else []
    return {one.id: piece for one in hidden if (piece := words.excerpt(contents.get(one.id, ""), q))}


def _around(request: HttpRequest, tab: str) -> dict[str, Any]:
    return {
        "section": "figures", "tab": tab, "query": request.GET.urlencode(), "unit": request.GET.get("unit", ""),
        "may_see_exchange": bool((scope := scope_of(request)) and scope.allows(policies.VIEW_EXCHANGE)), "today": clock.now(),
    }  # fmt: skip


def _without(request: HttpRequest, *names: str) -> str:
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


@require_GET
def documents_csv(request: HttpRequest) -> HttpResponse:
    """The list as a file, at most 10,000 lines."""
    scope = _scope(request)
    require(scope, policies.EXPORT)
    wanted = filter_of(request.GET)
    rows = [_row(one) for one in listing.every(scope, wanted, MOST_IN_FILE)]
    head = (
        _("Chiều"), _("Đơn vị"), _("Số, ký hiệu"), _("Cơ quan ban hành"), _("Nơi nhận"), _("Ngày ban hành"), _("Ngày đến hoặc đi"), _("Trích yếu"),
        _("Loại văn bản"), _("Độ khẩn"), _("Chữ ký số"), _("Hoàn toàn điện tử"), _("Hạn xử lý"), _("Thời hạn"), _("Số ngày trễ"), _("Đọc lúc"), _("Xong lúc"),
        _("Mô phỏng"),
    )  # fmt: skip
    audit.record(
        scope=scope, action="documents.export", object_type="document", object_id="list", unit_id=wanted.unit_id, detail={"rows": len(rows)}
    )  # fmt: skip
    return _file("van-ban.csv", head, rows)


def _row(one: DocumentLine) -> list[Any]:
    return [
        Direction(one.direction).label, one.unit.name, one.reference, one.issuer, "; ".join(to.name for to in one.receivers), one.issued_on or "",
        f"{clock.local(one.registered_at):%Y-%m-%d %H:%M}", one.abstract, one.kind, Urgency(one.urgency).label, Signature(one.signature).label,
        _("có") if one.electronic else _("không"), one.due_on or "", comparing.timeliness_words(one.timeliness), one.days_late or "",
        f"{clock.local(one.read_at):%Y-%m-%d %H:%M}" if one.read_at else "", f"{clock.local(one.handled_at):%Y-%m-%d %H:%M}" if one.handled_at else "",
        _("mô phỏng") if one.simulated else "",
    ]  # fmt: skip


def _file(name: str, head: Iterable[Any], rows: Iterable[list[Any]]) -> HttpResponse:
    """CSV with the mark by which Excel knows UTF-8; cells that a spreadsheet would calculate are made text."""
    out = io.StringIO()
    safe = [
        [f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in row]
        for row in rows
    ]
    csv.writer(out).writerows([list(head), *safe])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


# -- one document


@require_GET
def document_page(request: HttpRequest, document: UUID) -> HttpResponse:
    """Facts, files, the course of the exchange, answers, tasks, and what can be done."""
    return _document(request, _scope(request), document)


def _document(
    request: HttpRequest, scope: Scope, document: UUID, problem: SenError | None = None, status: int = 200
) -> HttpResponse:
    found = listing.document(scope, document)
    line = found.line
    open_ = (
        line.direction == Direction.IN
        and line.handled_at is None
        and line.standing not in (Standing.RECALLED, Standing.REPLACED)
    )
    handler = line.handler_unit or line.unit
    may = scope.allows(policies.HANDLE, line.unit.id) or scope.allows(policies.HANDLE, handler.id)
    context = _around(request, "document") | {
        "found": found, "line": line, "open": open_, "may_handle": may and line.direction == Direction.IN,
        "may_remind": open_ and scope.allows(policies.REMIND, handler.id), "linked": links.linked(scope, [document]).get(document, {}),
        "units": [*organisations.departments(), *organisations.communes()] if may and open_ else [], "q": request.GET.get("q", ""),
        "may_assign_task": "directives.assign" in comparing.known_actions() and scope.allows("directives.assign"), "problem": problem,
    }  # fmt: skip
    return render(request, "documents/document.html", context, status=status)


@require_POST
def act(request: HttpRequest, document: UUID, action: str) -> HttpResponse:
    """One step with a document; back to its page, or the page with what is wrong."""
    scope = _scope(request)
    posted = request.POST
    revision = int(posted["revision"]) if posted.get("revision", "").isdigit() else None
    seeing.document_for(scope, document)
    try:
        done = _done(scope, document, action, posted, revision)
    except SenError as error:
        if error.status not in (409, 422):
            raise
        return _document(request, scope, document, error, error.status)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("console:document", args=[document]))


def _done(scope: Scope, document: UUID, action: str, posted: Any, revision: int | None) -> str:
    if action == "receive":
        handling.receive(scope=scope, document_ids=[document])
        return _("Đã tiếp nhận văn bản.")
    if action == "assign":
        handling.assign(scope=scope, document_id=document, unit=posted.get("unit", ""), revision=revision)
        return _("Đã giao đơn vị xử lý.")
    if action == "finish":
        handling.finish(scope=scope, document_id=document, words=posted.get("words", ""), revision=revision)
        return _("Đã ghi hoàn thành. Bấm “Mở lại” nếu nhầm.")
    if action == "reopen":
        handling.reopen(scope=scope, document_id=document, revision=revision)
        return _("Đã mở lại văn bản.")
    if action in ("agree-recall", "refuse-recall"):
        agree = action == "agree-recall"
        handling.answer_recall(
            scope=scope, document_id=document, agree=agree, reason=posted.get("reason", ""), revision=revision
        )
        return _("Đã đồng ý lấy lại.") if agree else _("Đã từ chối lấy lại.")
    if action == "remind":
        told = handling.remind(scope=scope, document_ids=[document], note=posted.get("note", ""))
        return _("Đã nhắc đơn vị xử lý.") if told else _("Hôm nay đơn vị đã được nhắc về văn bản này.")
    raise NotFound(_("Không có thao tác này."))


@require_POST
def act_on_many(request: HttpRequest, action: str) -> HttpResponse:
    """Receive or remind about the marked documents; back to the list, where receiving can be taken back."""
    scope = _scope(request)
    ids = [found for raw in request.POST.getlist("document") if (found := _uuid(raw))]
    back = request.POST.get("back", "")[:1000]
    if action == "receive":
        batch = handling.receive(scope=scope, document_ids=ids)
        words_ = ngettext("Đã tiếp nhận {n} văn bản.", "Đã tiếp nhận {n} văn bản.", len(ids)).format(n=len(ids))
        answer = HttpResponse(status=204)
        undo_at = f"{reverse('console:documents-undo')}?batch={batch.isoformat().replace('+', '%2B')}"
        answer["HX-Trigger"] = json.dumps({"sen:toast": {"words": words_, "undo": undo_at}, "sen:documents": {}})
        if request.headers.get("HX-Request"):
            return answer
        messages.success(request, words_)
    elif action == "remind":
        told = handling.remind(scope=scope, document_ids=ids, note=request.POST.get("note", ""))
        words_ = _("Đã nhắc về {n} văn bản; văn bản đã xong hoặc đã nhắc hôm nay được bỏ qua.").format(n=told)
        if request.headers.get("HX-Request"):
            answer = HttpResponse(status=204)
            answer["HX-Trigger"] = json.dumps({"sen:toast": {"words": words_}, "sen:documents": {}})
            return answer
        messages.success(request, words_)
    else:
        raise NotFound(_("Không có thao tác này."))
    return HttpResponseRedirect(f"{reverse('console:documents')}?{back}")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what the caller received at one moment."""
    try:
        batch = datetime.fromisoformat(request.GET.get("batch", ""))
    except ValueError:
        raise NotFound(_("Không có lần tiếp nhận nào để hoàn tác.")) from None
    taken = handling.undo_receive(scope=_scope(request), batch=batch)
    words_ = ngettext("Đã hoàn tác {n} văn bản.", "Đã hoàn tác {n} văn bản.", taken).format(n=taken)
    answer = HttpResponse(status=204)
    answer["HX-Trigger"] = json.dumps({"sen:toast": {"words": words_}, "sen:documents": {}})
    return answer


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


# -- comparison


@require_GET
def units_page(request: HttpRequest) -> HttpResponse:
    """Units beside each other: unread, late, share signed, share without paper, mean time of handling."""
    scope = _scope(request)
    since, until = comparing.span(_day(request.GET, "since"), _day(request.GET, "until"))
    lines = figures.by_unit(scope, since=since, until=until)
    context = _around(request, "units") | {
        "lines": lines, "since": since, "until": until, "whole": figures.counts(scope, since=since, until=until),
        "may_remind": scope.allows(policies.REMIND), "worst": comparing.worst(lines),
    }  # fmt: skip
    return render(request, "documents/units.html", context)


@require_GET
def units_csv(request: HttpRequest) -> HttpResponse:
    """The comparison as a file."""
    scope = _scope(request)
    require(scope, policies.EXPORT)
    since, until = comparing.span(_day(request.GET, "since"), _day(request.GET, "until"))
    rows = [comparing.row(one) for one in figures.by_unit(scope, since=since, until=until)]
    audit.record(
        scope=scope, action="documents.export", object_type="document", object_id="units", detail={"rows": len(rows)}
    )
    return _file("so-sanh-van-ban.csv", comparing.head(), rows)


@require_GET
def provenance(request: HttpRequest) -> HttpResponse:
    """Where a count is from, how fresh and how good it is, and whose."""
    scope = _scope(request)
    what, unit = request.GET.get("what", ""), request.GET.get("unit", "")
    since, until = _day(request.GET, "since"), _day(request.GET, "until")
    chosen = organisations.unit(unit) if unit else None
    if chosen is not None and not scope.sees(chosen.id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    counts = figures.counts(scope, chosen.id if chosen else None, since=since, until=until)
    context = comparing.told(what, counts) | {
        "counts": counts,
        "unit": chosen,
        "since": since,
        "until": until,
        "query": _without(request, "what"),
    }
    return render(request, "documents/provenance.html", context)
