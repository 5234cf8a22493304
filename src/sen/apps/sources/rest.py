"""REST of the connection desk: sources, reminders, league table. Proposals, dead letters and uploads are in rest_inbox.py."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from sen.apps.access.interface import Scope, require
from sen.apps.sources import league, policies, presented, queries, reminders, schemas, services
from sen.apps.sources.rest_inbox import router as inbox_router
from sen.connector_sdk import registry
from sen.connector_sdk.settings import form_schema
from sen.kernel import clock

router = Router(tags=["sources"])
router.add_router("", inbox_router)

StateName = Literal["", "planned", "connected", "late", "lost", "stopped"]


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    require(scope, policies.VIEW)
    return scope


@router.get("/connectors", response=schemas.Connectors)
def list_connectors(request: HttpRequest) -> dict[str, Any]:
    """The kinds of connection, each with the schema of its settings."""
    _scope(request)
    items = [
        {
            "code": m.code, "name": m.name, "name_en": m.name_en, "summary": m.summary, "protocols": m.protocols,
            "direction": m.direction, "settings_schema": form_schema(registry.settings_model(m.code)),
        }
        for m in registry.connectors().values()
    ]  # fmt: skip
    return {"items": items}


@router.post("/sources", response={201: schemas.SourceIssued})
def create_source(request: HttpRequest, body: schemas.SourceIn) -> Status[Any]:
    """Create a source; `key` and `secret` are what the device signs in with. The secret is shown this once."""
    return Status(201, _issued(request, services.create_source(scope=_scope(request), **body.dict())))


@router.get("/sources", response=schemas.Sources)
def list_sources(  # noqa: PLR0917 - query parameters
    request: HttpRequest,
    q: str = "",
    state: StateName = "",
    connector: str = "",
    owner: str = "",
    simulated: bool | None = None,
    limit: int = Query(100, ge=1, le=queries.MAX_PAGE),  # type: ignore[type-arg]
    cursor: str | None = None,
) -> dict[str, Any]:
    """Sources of the caller's units by code."""
    scope = _scope(request)
    narrowed = queries.SourceFilter(q=q, state=state, connector=connector, owner=owner, simulated=simulated)
    rows, following = queries.sources(scope, narrowed, limit=limit, cursor=cursor)
    return {"items": [presented.source(scope, row) for row in rows], "next": following}


@router.get("/sources/{code}", response=schemas.SourceOut)
def get_source(request: HttpRequest, code: str) -> dict[str, Any]:
    """One source with its state, last error and completeness."""
    scope = _scope(request)
    return presented.source(scope, queries.source_for(scope, code))


@router.patch("/sources/{code}", response=schemas.SourceOut)
def change_source(request: HttpRequest, code: str, body: schemas.SourceChange) -> dict[str, Any]:
    """Change what the body names."""
    scope = _scope(request)
    changes = body.dict(exclude_unset=True)
    version = changes.pop("version", None)
    nullable = {"plan_date"}
    changes = {k: v for k, v in changes.items() if v is not None or k in nullable}
    return presented.source(scope, services.change_source(scope=scope, code=code, changes=changes, if_version=version))


@router.post("/sources/{code}/rotate", response=schemas.SourceIssued)
def rotate_secret(request: HttpRequest, code: str, body: schemas.Rotation | None = None) -> dict[str, Any]:
    """A new secret; old ones end at once or after `overlap_hours`."""
    overlap = timedelta(hours=body.overlap_hours if body else 0)
    return _issued(request, services.rotate_secret(scope=_scope(request), code=code, overlap=overlap))


@router.post("/sources/{code}/revoke", response=schemas.Gateway)
def revoke_secrets(request: HttpRequest, code: str) -> dict[str, Any]:
    """End every secret at once, running connections included."""
    return {"gateway": services.revoke_secrets(scope=_scope(request), code=code)}


@router.post("/sources/{code}/stop", response=schemas.SourceOut)
def stop_source(request: HttpRequest, code: str, body: schemas.Reason) -> dict[str, Any]:
    """Refuse the source's data until it is resumed."""
    scope = _scope(request)
    return presented.source(scope, services.stop_source(scope=scope, code=code, reason=body.reason))


@router.post("/sources/{code}/resume", response=schemas.SourceOut)
def resume_source(request: HttpRequest, code: str) -> dict[str, Any]:
    """Take the source's data again."""
    scope = _scope(request)
    return presented.source(scope, services.resume_source(scope=scope, code=code))


@router.post("/sources/{code}/remind", response=schemas.Reminders)
def remind_owner(request: HttpRequest, code: str, body: schemas.Note | None = None) -> dict[str, Any]:
    """Remind the owner unit; it sees the reminder in the application."""
    sent = reminders.remind(scope=_scope(request), codes=[code], note=body.note if body else "")
    return {"items": [presented.reminder(row) for row in sent]}


@router.get("/sources/{code}/changes", response=schemas.StateChanges)
def list_state_changes(
    request: HttpRequest,
    code: str,
    days: int = Query(30, ge=1, le=400),  # type: ignore[type-arg]
) -> dict[str, Any]:
    """Transitions of the source's state, newest first."""
    source = queries.source_for(_scope(request), code)
    found = queries.state_changes(source, clock.now() - timedelta(days=days))
    return {"items": [{"before": c.before, "after": c.after, "at": c.at} for c in found]}


@router.get("/connection-desk/summary", response=schemas.Summary)
def summarise(request: HttpRequest) -> dict[str, int]:
    """Sources per state."""
    return queries.counts_by_state(_scope(request))


@router.get("/connection-desk/league", response=schemas.League)
def show_league(request: HttpRequest) -> dict[str, Any]:
    """Owner units by how they keep their promise, with the change against the week before."""
    return {"items": [asdict(row) | {"change": row.change} for row in league.league_table(_scope(request))]}


@router.get("/connection-desk/reminders", response=schemas.Reminders)
def list_reminders(request: HttpRequest, unread: bool = False) -> dict[str, Any]:
    """Reminders to the caller's units."""
    return {"items": [presented.reminder(r) for r in queries.reminders_for_unit(_scope(request), unread_only=unread)]}


@router.post("/connection-desk/reminders", response=schemas.Reminders)
def remind_owners(request: HttpRequest, body: schemas.BulkReminder) -> dict[str, Any]:
    """Remind the owners of several sources; all or none."""
    sent = reminders.remind(scope=_scope(request), codes=body.codes, note=body.note)
    return {"items": [presented.reminder(row) for row in sent]}


@router.post("/connection-desk/reminders/{batch}/undo", response=schemas.Count)
def undo_reminders(request: HttpRequest, batch: UUID) -> dict[str, int]:
    """Take a batch of reminders back."""
    return {"count": reminders.undo(scope=_scope(request), batch=batch)}


def _issued(request: HttpRequest, issued: services.Issued) -> dict[str, Any]:
    return presented.source(_scope(request), issued.source) | {"secret": issued.secret, "gateway": issued.gateway}
