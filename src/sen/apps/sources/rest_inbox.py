"""REST of what waits for a person: unknown devices, dead letters, uploaded tables."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, UploadedFile

from sen.apps.access.interface import Scope, require
from sen.apps.sources import dead_letters, policies, presented, proposals, queries, schemas, uploads

router = Router(tags=["sources"])

LetterState = Literal["", "open", "replayed", "discarded"]
ProposalStateName = Literal["", "open", "accepted", "rejected"]


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    require(scope, policies.VIEW)
    return scope


@router.get("/proposals", response=schemas.Proposals)
def list_proposals(
    request: HttpRequest,
    state: ProposalStateName = "open",
    source: str = "",
    limit: int = Query(100, ge=1, le=queries.MAX_PAGE),  # type: ignore[type-arg]
    cursor: str | None = None,
) -> dict[str, Any]:
    """Devices that no asset takes yet."""
    rows, following = queries.proposals(_scope(request), state=state, source=source, limit=limit, cursor=cursor)
    return {"items": [presented.proposal(row) for row in rows], "next": following}


@router.get("/proposals/{proposal_id}", response=schemas.ProposalOut)
def get_proposal(request: HttpRequest, proposal_id: UUID) -> dict[str, Any]:
    """One unknown device."""
    return presented.proposal(queries.proposal_for(_scope(request), str(proposal_id)))


@router.post("/proposals/{proposal_id}/accept", response=schemas.ProposalOut)
def accept_proposal(request: HttpRequest, proposal_id: UUID, body: schemas.Acceptance) -> dict[str, Any]:
    """Link the device to an asset or make one; what waited is checked and stored."""
    scope = _scope(request)
    new_asset = None
    if body.new_asset is not None:
        new_asset = body.new_asset.dict(exclude_none=True)
        if body.new_asset.location is not None:
            new_asset["location"] = tuple(body.new_asset.location.coordinates[:2])
    accepted = proposals.accept(
        scope=scope,
        proposal_id=str(proposal_id),
        by=scope.username,
        asset_code=body.asset,
        new_asset=new_asset,
        properties=body.properties,
    )
    return presented.proposal(accepted)


@router.post("/proposals/{proposal_id}/reject", response=schemas.ProposalOut)
def reject_proposal(request: HttpRequest, proposal_id: UUID, body: schemas.Reason) -> dict[str, Any]:
    """Refuse the device, with a reason."""
    scope = _scope(request)
    return presented.proposal(
        proposals.reject(scope=scope, proposal_id=str(proposal_id), by=scope.username, reason=body.reason)
    )


@router.post("/proposals/{proposal_id}/undo", response=schemas.ProposalOut)
def undo_proposal(request: HttpRequest, proposal_id: UUID) -> dict[str, Any]:
    """Take the decision back."""
    return presented.proposal(proposals.undo(scope=_scope(request), proposal_id=str(proposal_id)))


@router.get("/dead-letters", response=schemas.DeadLetters)
def list_dead_letters(  # noqa: PLR0917 - query parameters
    request: HttpRequest,
    state: LetterState = "open",
    source: str = "",
    code: str = "",
    limit: int = Query(100, ge=1, le=queries.MAX_PAGE),  # type: ignore[type-arg]
    cursor: str | None = None,
) -> dict[str, Any]:
    """Messages that could not be used, newest first."""
    rows, following = queries.dead_letters(
        _scope(request), state=state, source=source, code=code, limit=limit, cursor=cursor
    )
    return {"items": [presented.dead_letter(row) for row in rows], "next": following}


@router.post("/dead-letters/replay", response=schemas.BulkReplayed)
def replay_dead_letters(request: HttpRequest, body: schemas.BulkReplay) -> dict[str, Any]:
    """Replay the next open letters as they are; repeat with the cursor until nothing remains."""
    scope = _scope(request)
    return dead_letters.replay_many(
        scope=scope,
        by=scope.username,
        source=body.source,
        code=body.code,
        after=str(body.after or ""),
        limit=body.limit,
    )


@router.get("/dead-letters/{letter_id}", response=schemas.DeadLetterDetail)
def get_dead_letter(request: HttpRequest, letter_id: UUID) -> dict[str, Any]:
    """One letter with its bytes as text and hex."""
    letter = queries.dead_letter_for(_scope(request), str(letter_id))
    return presented.dead_letter(letter) | {"payload": dead_letters.shown_payload(letter)}


@router.post("/dead-letters/{letter_id}/replay", response=schemas.DeadLetterOut)
def replay_dead_letter(request: HttpRequest, letter_id: UUID, body: schemas.Correction | None = None) -> dict[str, Any]:
    """Send it again, corrected where `payload` is given."""
    scope = _scope(request)
    chosen = body or schemas.Correction(payload=None, file_name=None)
    return presented.dead_letter(dead_letters.replay(
        scope=scope, letter_id=str(letter_id), by=scope.username, payload=chosen.payload, file_name=chosen.file_name
    ))  # fmt: skip


@router.post("/dead-letters/{letter_id}/discard", response=schemas.DeadLetterOut)
def discard_dead_letter(request: HttpRequest, letter_id: UUID, body: schemas.Reason) -> dict[str, Any]:
    """Set it aside, with a reason."""
    scope = _scope(request)
    return presented.dead_letter(
        dead_letters.discard(scope=scope, letter_id=str(letter_id), by=scope.username, reason=body.reason)
    )


@router.post("/dead-letters/{letter_id}/reopen", response=schemas.DeadLetterOut)
def reopen_dead_letter(request: HttpRequest, letter_id: UUID) -> dict[str, Any]:
    """Undo a discard."""
    return presented.dead_letter(dead_letters.reopen(scope=_scope(request), letter_id=str(letter_id)))


@router.post("/sources/{code}/uploads", response=schemas.UploadAnswer)
def upload_table(
    request: HttpRequest,
    code: str,
    file: UploadedFile = File(...),  # type: ignore[type-arg]  # noqa: B008 - django-ninja reads it here
    by_hand: bool | None = Form(None),  # type: ignore[type-arg]
    dry_run: bool = Form(False),  # type: ignore[type-arg]
) -> dict[str, Any]:
    """Hand in a CSV or Excel table; every row is answered, the good ones are stored. `dry_run` only previews."""
    return uploads.upload_table(
        scope=_scope(request),
        code=code,
        file_name=file.name or "",
        content=file.read(),
        by_hand=by_hand,
        dry_run=dry_run,
    )
