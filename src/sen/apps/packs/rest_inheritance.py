"""REST of templates for the units that inherit them: settings, offers, decisions, own values, undo."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from sen.apps.packs import interface as packs
from sen.apps.packs import rest_presented as presented
from sen.apps.packs import rest_schemas
from sen.apps.packs.rest_templates import MAX_PAGE, cursor_of, scope_of, unit_id_of
from sen.kernel.errors import InvalidInput

router = Router(tags=["templates"])
EFFECTIVE_ONE = "/units/{code}/settings/{template_id}"


@router.get("/units/{code}/settings", response=rest_schemas.Settings)
def list_settings(request: HttpRequest, code: str, kind: str = "", as_of: date | None = None) -> HttpResponse:
    """What holds in a unit on a day (today): published contents with the unit's own values. `as_of` may lie in the future."""
    scope = scope_of(request)
    found = presented.effective(packs.effective(scope, unit_id_of(scope, code), kind or None, as_of))
    # Encoded at once: checking half a megabyte of our own contents again takes longer than finding them.
    return HttpResponse(msgspec.json.encode({"items": found, "next": None}), content_type="application/json")


@router.get("/units/{code}/offers", response=rest_schemas.Offers)
def list_offers(request: HttpRequest, code: str) -> dict[str, Any]:
    """Templates that were published to a unit and do not hold there."""
    scope = scope_of(request)
    return {"items": [presented.offer(one) for one in packs.offers(scope, unit_id_of(scope, code))]}


@router.get(EFFECTIVE_ONE, response=rest_schemas.EffectiveOut)
def get_setting(request: HttpRequest, code: str, template_id: UUID, as_of: date | None = None) -> dict[str, Any]:
    """One template as it holds in a unit."""
    scope = scope_of(request)
    return presented.effective([packs.effective_one(scope, template_id, unit_id_of(scope, code), as_of)])[0]


@router.post(EFFECTIVE_ONE + "/inherit", response=rest_schemas.EffectiveOut)
def inherit_template(request: HttpRequest, code: str, template_id: UUID) -> dict[str, Any]:
    """Take over a template at its newest version for the unit."""
    scope = scope_of(request)
    packs.inherit(scope=scope, template_id=template_id, unit_id=unit_id_of(scope, code))
    return get_setting(request, code, template_id)


@router.post(EFFECTIVE_ONE + "/accept", response=rest_schemas.EffectiveOut)
def accept_version(
    request: HttpRequest, code: str, template_id: UUID, body: rest_schemas.VersionChoice
) -> dict[str, Any]:
    """Let a version hold in the unit."""
    scope = scope_of(request)
    packs.accept(scope=scope, template_id=template_id, unit_id=unit_id_of(scope, code), version=body.version)
    return get_setting(request, code, template_id)


@router.post(EFFECTIVE_ONE + "/decline", response=rest_schemas.Decisions)
def decline_version(request: HttpRequest, code: str, template_id: UUID, body: rest_schemas.Refusal) -> dict[str, Any]:
    """Say no to a version and keep what the unit has; the decision comes back, to be undone with its id."""
    scope = scope_of(request)
    unit_id = unit_id_of(scope, code)
    packs.decline(scope=scope, template_id=template_id, unit_id=unit_id, version=body.version, reason=body.reason)
    return _last_decision(request, template_id, unit_id)


@router.post(EFFECTIVE_ONE + "/leave", response=rest_schemas.Decisions)
def leave_template(request: HttpRequest, code: str, template_id: UUID, body: rest_schemas.Reason) -> dict[str, Any]:
    """Inherit no more; the unit's own values are kept. The decision comes back, to be undone with its id."""
    scope = scope_of(request)
    unit_id = unit_id_of(scope, code)
    packs.leave(scope=scope, template_id=template_id, unit_id=unit_id, reason=body.reason)
    return _last_decision(request, template_id, unit_id)


@router.patch(EFFECTIVE_ONE + "/overrides", response=rest_schemas.EffectiveOut)
def override_fields(
    request: HttpRequest, code: str, template_id: UUID, body: rest_schemas.OverridesIn
) -> dict[str, Any]:
    """Give open fields own values; 409 `closed_fields` names those that are not open, 422 what would not be valid."""
    scope = scope_of(request)
    changes = {one.path: packs.REMOVED if one.removed else one.value for one in body.changes}
    if len(changes) != len(body.changes):
        raise InvalidInput("Một đường dẫn có hai giá trị.", action="Gửi mỗi đường dẫn một lần.", fields={"changes": ""})
    unit_id = unit_id_of(scope, code)
    packs.override(scope=scope, template_id=template_id, unit_id=unit_id, changes=changes, reason=body.reason)
    return get_setting(request, code, template_id)


@router.post(EFFECTIVE_ONE + "/reset", response=rest_schemas.EffectiveOut)
def reset_fields(request: HttpRequest, code: str, template_id: UUID, body: rest_schemas.ResetIn) -> dict[str, Any]:
    """Go back to the published values."""
    scope = scope_of(request)
    unit_id = unit_id_of(scope, code)
    packs.reset(scope=scope, template_id=template_id, unit_id=unit_id, paths=body.paths, reason=body.reason)
    return get_setting(request, code, template_id)


@router.post("/templates/{template_id}/accept-for-many", response=rest_schemas.Batch)
def accept_for_many(request: HttpRequest, template_id: UUID, body: rest_schemas.ManyIn) -> dict[str, Any]:
    """Accept a version for several units, all or none; the batch can be undone."""
    scope = scope_of(request)
    packs.template(scope, template_id)
    unit_ids = [unit_id_of(scope, code) for code in body.units]
    batch = packs.accept_for_many(scope=scope, template_id=template_id, unit_ids=unit_ids, version=body.version)
    return {"batch": batch}


@router.get("/template-decisions", response=rest_schemas.Decisions)
def list_decisions(
    request: HttpRequest,
    template: UUID | None = None,
    unit: str = "",
    limit: int = Query(50, ge=1, le=MAX_PAGE),  # type: ignore[type-arg]
    cursor: str | None = None,
) -> dict[str, Any]:
    """What the caller's units decided and published, newest first."""
    scope = scope_of(request)
    unit_id = unit_id_of(scope, unit) if unit else None
    rows, following = packs.changes(scope, template_id=template, unit_id=unit_id, limit=limit, after=cursor_of(cursor))
    return {"items": [presented.decision(row) for row in rows], "next": str(following) if following else None}


@router.post("/template-decisions/{decision_id}/undo", response=rest_schemas.Count)
def undo_decision(request: HttpRequest, decision_id: UUID) -> dict[str, int]:
    """Take one decision back where nothing was decided since; a publication only within an hour."""
    packs.undo(scope=scope_of(request), change_id=decision_id)
    return {"count": 1}


@router.post("/template-batches/{batch}/undo", response=rest_schemas.Count)
def undo_batch(request: HttpRequest, batch: UUID) -> dict[str, int]:
    """Take all decisions of a batch back, or none."""
    return {"count": packs.undo_batch(scope=scope_of(request), batch=batch)}


def _last_decision(request: HttpRequest, template_id: UUID, unit_id: UUID) -> dict[str, Any]:
    rows, _following = packs.changes(scope_of(request), template_id=template_id, unit_id=unit_id, limit=1)
    return {"items": [presented.decision(row) for row in rows], "next": None}
