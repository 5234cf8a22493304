"""Pages of what waits for a person: unknown devices (proposals) and messages that could not be decoded (dead letters)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sen.apps.access.interface import Scope
from sen.apps.assets import interface as assets
from sen.apps.packs import interface as packs
from sen.apps.sources import dead_letters as letters
from sen.apps.sources import errors, policies, queries
from sen.apps.sources import proposals as devices
from sen.apps.sources.models import DeadLetter, DeadLetterState, Proposal, ProposalState
from sen.kernel.errors import Conflict, InvalidInput, NotFound, SenError


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """Unknown devices: what they send, since when; accept into a station or reject with a reason."""
    return render(request, "sources/proposals.html", _proposals_context(request))


def _proposals_context(request: HttpRequest) -> dict[str, Any]:
    scope = _scope(request)
    state = request.GET.get("state", ProposalState.OPEN)
    source = request.GET.get("source", "")
    rows, following = queries.proposals(
        scope, state=state, source=source, limit=50, cursor=request.GET.get("cursor") or None
    )
    return {
        "section": "data", "rows": [_device(row, scope) for row in rows], "next": following, "state": state, "source": source,
        "states": ProposalState.choices, "kinds": packs.asset_kinds().values(),
    }  # fmt: skip


def _device(row: Proposal, scope: Scope) -> dict[str, Any]:
    names = packs.properties()
    known = [packs.property_for(symbol) for symbol in row.properties]
    near = assets.search(scope, row.device, limit=3) if row.state == ProposalState.OPEN else []
    return {
        "row": row, "known": [one for one in known if one], "unknown": [s for s, one in zip(row.properties, known, strict=True) if one is None],
        "near": near, "may_decide": scope.allows(policies.DECIDE_PROPOSALS, row.source.owner_id), "names": names,
        "kind": _likely_kind([one.code for one in known if one]),
    }  # fmt: skip


def _likely_kind(codes: list[str]) -> str:
    """The kind of asset that shares most properties with what the device sends; a plain sensor where several are as near."""
    kinds = packs.asset_kinds()
    scored = sorted(
        ((len(set(codes) & set(kind.properties)), code == "sensor", code) for code, kind in kinds.items()), reverse=True
    )
    return scored[0][2] if scored else ""


@require_POST
def proposal_action(request: HttpRequest, proposal: str, action: str) -> HttpResponse:
    """accept, reject, undo; afterwards the list again."""
    scope, posted = _scope(request), request.POST
    try:
        if action == "accept":
            done = devices.accept(scope=scope, proposal_id=proposal, by=scope.username, **_target(request))
            words = _("Đã nhận thiết bị %(device)s vào trạm %(asset)s; số liệu đang giữ được chuyển vào trạm.")
            messages.success(request, words % {"device": done.device, "asset": done.asset_code})
            return HttpResponseRedirect(reverse("console:asset", args=[done.asset_code]))
        if action == "reject":
            devices.reject(scope=scope, proposal_id=proposal, by=scope.username, reason=posted.get("reason", ""))
            messages.success(request, _("Đã từ chối thiết bị. Có thể mở lại ở danh sách đã từ chối."))
        elif action == "undo":
            devices.undo(scope=scope, proposal_id=proposal)
            messages.success(request, _("Đã mở lại đề nghị."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except (InvalidInput, Conflict) as error:
        context = {
            **_proposals_context(request),
            "problem": error.message,
            "problem_action": error.action,
            "problem_at": proposal,
        }
        return render(request, "sources/proposals.html", context, status=422)
    return HttpResponseRedirect(reverse("console:proposals"))


def _target(request: HttpRequest) -> dict[str, Any]:
    """Where an accepted device goes: a known station, or a new one from the form."""
    posted = request.POST
    if posted.get("into") != "new":
        return {"asset_code": posted.get("asset", "").strip()}
    fields: dict[str, Any] = {
        "code": posted.get("code", "").strip(),
        "name": posted.get("name", ""),
        "kind": posted.get("kind", ""),
    }
    lon, lat = posted.get("lon", "").replace(",", ".").strip(), posted.get("lat", "").replace(",", ".").strip()
    if lon or lat:
        try:
            fields["location"] = (float(lon), float(lat))
        except ValueError as error:
            raise InvalidInput(_("Kinh độ và vĩ độ là hai số, ví dụ 105,6150 và 10,4620.")) from error
    return {"new_asset": fields}


@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Messages that could not be decoded, newest first, grouped by source and error."""
    scope = _scope(request)
    chosen = {name: request.GET.get(name, "") for name in ("source", "code")}
    state = request.GET.get("state", DeadLetterState.OPEN)
    rows, following = queries.dead_letters(
        scope, state=state, limit=50, cursor=request.GET.get("cursor") or None, **chosen
    )
    context = {
        "section": "data", "rows": [(row, errors.cause(row.code), errors.action(row.code)) for row in rows], "next": following,
        "state": state, "states": DeadLetterState.choices, **chosen, "counts": [(s, c, errors.cause(c), n) for s, c, n in queries.dead_letter_counts(scope)],
        "may_replay": scope.allows(policies.REPLAY),
    }  # fmt: skip
    return render(request, "sources/dead_letters.html", context)


@require_GET
def dead_letter(request: HttpRequest, letter: str) -> HttpResponse:
    """One message: why it was refused, its bytes made safe to look at, correct and send again."""
    return render(
        request, "sources/dead_letter.html", _letter_context(request, queries.dead_letter_for(_scope(request), letter))
    )


def _letter_context(request: HttpRequest, row: DeadLetter) -> dict[str, Any]:
    scope = _scope(request)
    shown = letters.shown_payload(row)
    return {
        "section": "data", "letter": row, "shown": shown, "cause": errors.cause(row.code), "action": errors.action(row.code),
        "draft": request.POST.get("payload", shown["text"] or ""),
        "may_replay": scope.allows(policies.REPLAY, row.source.owner_id if row.source else None),
        "is_open": row.state == DeadLetterState.OPEN, "is_file": row.channel == "station_files",
    }  # fmt: skip


@require_POST
def dead_letter_action(request: HttpRequest, letter: str, action: str) -> HttpResponse:
    """replay (with the corrected text), discard, reopen; `letter` "all" replays every open letter of a source and error."""
    scope, posted = _scope(request), request.POST
    if letter == "all" and action == "replay":
        done = letters.replay_many(
            scope=scope, by=scope.username, source=posted.get("source", ""), code=posted.get("code", "")
        )
        messages.success(
            request,
            _("Đã gửi lại %(n)d bản tin, %(m)d chưa được, còn %(r)d.")
            % {"n": done["replayed"], "m": len(done["failed"]), "r": done["remaining"]},
        )
        return HttpResponseRedirect(reverse("console:dead-letters"))
    try:
        if action == "replay":
            row = queries.dead_letter_for(scope, letter)
            text = posted.get("payload")
            original = letters.shown_payload(row)["text"]
            corrected = None if text is None or _same(text, original) else text.replace("\r\n", "\n")
            letters.replay(
                scope=scope,
                letter_id=letter,
                by=scope.username,
                payload=corrected,
                file_name=posted.get("file_name") or None,
            )
            messages.success(
                request,
                _(
                    "Đã gửi lại bản tin. Số liệu hợp lệ hiện ở trạm sau vài giây; nếu vẫn sai, bản tin mới sẽ nằm ở đây."
                ),
            )
        elif action == "discard":
            letters.discard(scope=scope, letter_id=letter, by=scope.username, reason=posted.get("reason", ""))
            messages.success(request, _("Đã bỏ bản tin."))
        elif action == "reopen":
            letters.reopen(scope=scope, letter_id=letter)
            messages.success(request, _("Đã mở lại bản tin."))
        else:
            raise NotFound(_("Không có thao tác này."))
    except (InvalidInput, Conflict) as error:
        return _refused(request, letter, error)
    return HttpResponseRedirect(reverse("console:dead-letters"))


def _same(text: str, original: str | None) -> bool:
    """Browsers send CRLF for every line end of a text area."""
    return original is not None and text.replace("\r\n", "\n") == original.replace("\r\n", "\n")


def _refused(request: HttpRequest, letter: str, error: SenError) -> HttpResponse:
    context = {
        **_letter_context(request, queries.dead_letter_for(_scope(request), letter)),
        "problem": error.message,
        "problem_action": error.action,
    }
    return render(request, "sources/dead_letter.html", context, status=422)
