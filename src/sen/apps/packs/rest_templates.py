"""REST of templates for their owners: list, draft, publish, withdraw, versions, differences, use, drift. Units' side: rest_inheritance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest
from ninja import Query, Router, Status

from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.packs import policies, rest_schemas
from sen.apps.packs import rest_presented as presented
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import Scope, require

router = Router(tags=["templates"])
MAX_PAGE = 500


def scope_of(request: HttpRequest) -> Scope:
    """The caller, who may look at templates."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return require(scope, policies.VIEW)


def unit_id_of(scope: Scope, code: str) -> UUID:
    """The id of one of the caller's units. Raises NotFound."""
    unit = organisations.unit(code)
    if not scope.sees(unit.id):
        raise NotFound("Không tìm thấy đơn vị.", action="Kiểm tra lại mã đơn vị.")
    return unit.id


def cursor_of(text: str | None) -> UUID | None:
    """The id in a cursor. Raises InvalidInput."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidInput(
            "Con trỏ trang không hợp lệ.", code="invalid_cursor", action="Đọc lại từ trang đầu."
        ) from None


@router.get("/template-kinds", response=rest_schemas.Kinds)
def list_template_kinds(request: HttpRequest) -> dict[str, Any]:
    """The kinds of template with the JSON Schema of their content."""
    scope_of(request)
    items = [
        {
            "code": kind.code, "name": str(kind.name), "content_schema": msgspec.json.schema(kind.content),
            "open_choices": [{"path": path, "name": str(name)} for path, name in kind.open_choices],
        }
        for kind in packs.template_kinds().values()
    ]  # fmt: skip
    return {"items": items}


@router.get("/templates", response=rest_schemas.Templates)
def list_templates(  # noqa: PLR0917 - query parameters
    request: HttpRequest,
    kind: str = "",
    owner: str = "",
    q: str = "",
    retired: bool | None = False,
    limit: int = Query(100, ge=1, le=MAX_PAGE),  # type: ignore[type-arg]
    cursor: str | None = None,
) -> dict[str, Any]:
    """The templates of the caller's units and those published to them, newest first."""
    scope = scope_of(request)
    owner_id = organisations.unit(owner).id if owner else None
    rows, following = packs.templates(
        scope, kind=kind, owner_id=owner_id, q=q, retired=retired, limit=limit, after=cursor_of(cursor)
    )
    return {"items": [presented.detail(row) for row in rows], "next": str(following) if following else None}


@router.post("/templates", response={201: rest_schemas.TemplateOut})
def create_template(request: HttpRequest, body: rest_schemas.TemplateIn) -> Status[Any]:
    """Create a template of one of the caller's units, as a draft."""
    scope = scope_of(request)
    made = packs.create_template(
        scope=scope, kind=body.kind, code=body.code, name=body.name, owner_id=unit_id_of(scope, body.owner),
        content=body.content, pack=body.pack,
    )  # fmt: skip
    return Status(201, presented.detail(packs.template(scope, made.id)))


@router.get("/templates/{template_id}", response=rest_schemas.TemplateOut)
def get_template(request: HttpRequest, template_id: UUID) -> dict[str, Any]:
    """One template, with its draft for the people of its owner."""
    return presented.detail(packs.template(scope_of(request), template_id))


@router.put("/templates/{template_id}/draft", response=rest_schemas.Revision)
def save_draft(request: HttpRequest, template_id: UUID, body: rest_schemas.DraftIn) -> dict[str, Any]:
    """Replace the draft; 412 where somebody saved or published since `revision`."""
    revision = packs.save_draft(
        scope=scope_of(request), template_id=template_id, content=body.content, revision=body.revision, name=body.name
    )
    return {"revision": revision}


@router.post("/templates/{template_id}/publish", response={201: rest_schemas.Published})
def publish_template(request: HttpRequest, template_id: UUID, body: rest_schemas.PublishIn) -> Status[Any]:
    """Make the draft the next version for an audience; of two who publish the same revision the second gets 412."""
    scope = scope_of(request)
    packs.template(scope, template_id)  # an unseen template is not found, whatever units the body names
    audience = packs.Audience(
        body.audience.rule, tuple(body.audience.kinds), tuple(unit_id_of(scope, one) for one in body.audience.units)
    )
    version = packs.publish(
        scope=scope, template_id=template_id, audience=audience, open_fields=body.open_fields,
        mandatory=body.mandatory, effective_on=body.effective_on, note=body.note, revision=body.revision,
    )  # fmt: skip
    return Status(201, {"version": version})


@router.post("/templates/{template_id}/retire", response=rest_schemas.TemplateOut)
def retire_template(request: HttpRequest, template_id: UUID, body: rest_schemas.Reason) -> dict[str, Any]:
    """End a template: it holds nowhere any more and is offered to nobody."""
    scope = scope_of(request)
    packs.retire(scope=scope, template_id=template_id, reason=body.reason)
    return presented.detail(packs.template(scope, template_id))


@router.get("/templates/{template_id}/versions", response=rest_schemas.Versions)
def list_versions(request: HttpRequest, template_id: UUID) -> dict[str, Any]:
    """The versions that the caller may see, newest first, withdrawn ones included."""
    return {"items": [presented.version(one) for one in packs.versions(scope_of(request), template_id)]}


@router.get("/templates/{template_id}/versions/{number}", response=rest_schemas.VersionWithContent)
def get_version(request: HttpRequest, template_id: UUID, number: int) -> dict[str, Any]:
    """One version with its content."""
    return presented.version(packs.version(scope_of(request), template_id, number))


@router.post("/templates/{template_id}/versions/{number}/withdraw", response=rest_schemas.VersionWithContent)
def withdraw_version(request: HttpRequest, template_id: UUID, number: int, body: rest_schemas.Reason) -> dict[str, Any]:
    """Take a version out of force; units fall back to the one before it."""
    scope = scope_of(request)
    packs.withdraw(scope=scope, template_id=template_id, version=number, reason=body.reason)
    return presented.version(packs.version(scope, template_id, number))


@router.get("/templates/{template_id}/diff", response=rest_schemas.Differences)
def compare_versions(
    request: HttpRequest,
    template_id: UUID,
    old: int = Query(..., alias="from", ge=1),  # type: ignore[type-arg]
    new: int | None = Query(None, alias="to", ge=1),  # type: ignore[type-arg]
) -> dict[str, Any]:
    """The differences from one version to another; to the draft without `to`, for the people of the owner."""
    scope = scope_of(request)
    found = packs.template(scope, template_id)
    before = packs.version(scope, template_id, old).content
    after = found.draft if new is None else packs.version(scope, template_id, new).content
    if after is None:
        raise NotFound("Bản nháp chỉ đơn vị ban hành xem được.", action="Chọn phiên bản thứ hai bằng `to`.")
    return {"items": presented.changes(packs.diff(before, after, kind=found.ref.kind))}


@router.get("/templates/{template_id}/use", response=rest_schemas.Uses)
def list_use(request: HttpRequest, template_id: UUID) -> dict[str, Any]:
    """How each of the caller's units that a template was published to stands to it."""
    return {"items": [presented.use(one) for one in packs.where_used(scope_of(request), template_id)]}


@router.get("/template-drift", response=rest_schemas.Drift)
def list_drift(
    request: HttpRequest, template: UUID | None = None, kind: str = "", changed_only: bool = False
) -> dict[str, Any]:
    """Which of the caller's units are behind and which fields they changed, the furthest first."""
    rows = packs.drift(scope_of(request), template_id=template, kind=kind, changed_only=changed_only)
    return {"items": [presented.drift(row) for row in rows]}
