"""Pages of the yearly programme: the list, one year month by month, its table in and out."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope, require
from sen.apps.programme import asked, importing, papers_out, policies, programmes, seeing
from sen.apps.programme.choices import ItemState
from sen.apps.programme.models import Programme
from sen.apps.programme.programmes import ItemIn, ItemLine
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError
from sen.kernel.scopes import scope_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_PASTED = 400_000


@require_GET
def programmes_page(request: HttpRequest) -> HttpResponse:
    """All programmes that the caller sees; the newest is drawn open."""
    scope = require(scope_of(request), policies.VIEW)
    found = list(seeing.programmes(scope)[:60])
    context = {
        "section": "figures", "tab": "programme", "programmes": found, "may_make": scope.allows(policies.KEEP),
        "own": asked.own_units(scope), "year": clock.local(clock.now()).year,
    }  # fmt: skip
    return render(request, "programme/programmes.html", context)


@require_GET
def programme_page(request: HttpRequest, number: str) -> HttpResponse:
    """A year, month by month, with the state of each item."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.programme_for(scope, number)
    lines = programmes.lines(found)
    state = request.GET.get("state", "")
    shown = [one for one in lines if not state or one.state == state]
    months = [(month, [one for one in shown if one.item.month == month]) for month in range(1, 13)]
    context = {
        "section": "figures", "tab": "programme", "programme": found, "months": [one for one in months if one[1]], "counts": _counts(lines),
        "state": state, "may_keep": scope.allows(policies.KEEP, found.unit_id), "units": asked.units(), "all": len(lines),
        "batches": found.batches.filter(undone_at=None).order_by("-made_at")[:5], "month_now": clock.local(clock.now()).month,
        "sees_all": scope.everything, "mine": scope.unit_ids, "said": (ItemState.GOING, ItemState.DONE, ItemState.DROPPED),
    }  # fmt: skip
    return render(request, "programme/programme.html", context)


def _counts(lines: list[ItemLine]) -> list[tuple[str, str, int]]:
    return [
        (state, str(words), sum(one.state == state for one in lines))
        for state, words in ItemState.choices
        if any(one.state == state for one in lines)
    ]


@require_GET
def programme_word(request: HttpRequest, number: str) -> HttpResponse:
    """The programme as an official paper in Word, with the state of today."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.programme_for(scope, number)
    answer = HttpResponse(papers_out.programme(found), content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.docx"'
    return answer


@require_POST
def programme_new(request: HttpRequest) -> HttpResponse:
    """Make a programme, then its page."""
    scope = require(scope_of(request), policies.KEEP)
    posted = request.POST
    try:
        made = programmes.create(
            scope=scope, unit_id=asked.own_unit(scope, posted.get("unit", "")), year=asked.whole(posted.get("year", ""), "year"),
            title=posted.get("title", ""), symbol=posted.get("symbol", ""), issued=asked.day(posted.get("issued", ""), "issued"),
        )  # fmt: skip
    except SenError as error:
        asked.told(request, error)
        return HttpResponseRedirect(reverse("console:programmes"))
    return HttpResponseRedirect(reverse("console:programme", args=[made.number]))


@require_POST
def programme_action(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """add, change, state, import, undo-import, give; back to the programme with what was done."""
    scope = require(scope_of(request), policies.VIEW)
    found = seeing.programme_for(scope, number)
    require(scope, policies.KEEP, found.unit_id)
    if action not in _ACTIONS:
        raise NotFound(_("Không có thao tác này."))
    try:
        messages.success(request, _ACTIONS[action](scope, found, request))
    except SenError as error:
        asked.told(request, error)
    return HttpResponseRedirect(reverse("console:programme", args=[number]))


def _item(request: HttpRequest) -> ItemIn:
    posted = request.POST
    return ItemIn(
        month=asked.whole(posted.get("month", ""), "month"), words=posted.get("words", ""), lead=asked.unit(posted.get("lead", "")),
        lead_words=posted.get("lead_words", ""), cooperating=posted.get("cooperating", ""), product=posted.get("product", ""),
        due=asked.day(posted.get("due", "")),
    )  # fmt: skip


def _add(scope: Scope, found: Programme, request: HttpRequest) -> str:
    made = programmes.add_item(scope=scope, number=found.number, new=_item(request))
    return _("Đã thêm mục {number}.").format(number=made.number)


def _change(scope: Scope, found: Programme, request: HttpRequest) -> str:
    item = _of(found, request)
    programmes.change_item(
        scope=scope, number=item, new=_item(request), revision=asked.whole(request.POST.get("revision", ""), "revision")
    )
    return _("Đã sửa mục {number}.").format(number=item)


def _state(scope: Scope, found: Programme, request: HttpRequest) -> str:
    item = _of(found, request)
    programmes.change_item(scope=scope, number=item, state=request.POST.get("state", ""))
    return _("Đã ghi trạng thái.")


def _of(found: Programme, request: HttpRequest) -> str:
    item = request.POST.get("item", "")
    if not item.startswith(f"{found.number}/"):
        raise NotFound(_("Không tìm thấy mục này."))
    return item


def _import(scope: Scope, found: Programme, request: HttpRequest) -> str:
    file = request.FILES.get("file")
    text = request.POST.get("text", "")[:MOST_PASTED]
    if file is not None:
        if (file.size or 0) > importing.MAX_BYTES:
            raise InvalidInput(_("Tệp lớn hơn 10 MB."), action=_("Chỉ giữ bảng chương trình trong tệp."))
        name, table = file.name or "", importing.read_file(file.name or "", file.read(), found.year)
    else:
        name, table = _("bảng dán"), importing.read_text(text, found.year)
    programmes.take_table(scope=scope, number=found.number, table=table, name=name)
    if table.problems:
        messages.warning(request, " ".join(table.problems[:10]))
    return ngettext("Đã nhập {n} mục.", "Đã nhập {n} mục.", len(table.rows)).format(n=len(table.rows))


def _undo_import(scope: Scope, found: Programme, request: HttpRequest) -> str:
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError as error:
        raise NotFound(_("Không tìm thấy lần nhập này.")) from error
    went = programmes.undo_table(scope=scope, number=found.number, batch_id=batch)
    return ngettext("Đã hoàn tác, bỏ {n} mục.", "Đã hoàn tác, bỏ {n} mục.", went).format(n=went)


def _give(scope: Scope, found: Programme, request: HttpRequest) -> str:
    made = programmes.give(scope=scope, number=found.number, items=request.POST.getlist("item"))
    return ngettext("Đã giao {n} nhiệm vụ: {numbers}.", "Đã giao {n} nhiệm vụ: {numbers}.", len(made)).format(
        n=len(made), numbers=", ".join(made[:5])
    )


_ACTIONS: dict[str, Callable[[Scope, Programme, HttpRequest], str]] = {
    "add": _add, "change": _change, "state": _state, "import": _import, "undo-import": _undo_import, "give": _give,
}  # fmt: skip
