"""Reads of templates, their versions and the record of decisions. Unknown and invisible both raise NotFound."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet

from sen.apps.organisations import interface as organisations
from sen.apps.packs import policies
from sen.apps.packs.inheritance.resolving import in_audience
from sen.apps.packs.inheritance.values import Audience, Decision, TemplateDetail, TemplateRef, Version, VersionRef
from sen.apps.packs.models import InheritanceChange, Template, TemplateVersion
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Scope, require
from sen.kernel.text import folded

AnyVersion = TypeVar("AnyVersion", bound=VersionRef)

MAX_PAGE = 500
UNDO_PUBLISH = timedelta(hours=1)
"""How long a publication can be taken back like a slip; afterwards it is withdrawn with a reason."""


def ref(template: Template) -> TemplateRef:
    """The value of a template that was read with its owner."""
    return TemplateRef(
        template.id, template.kind, template.code, template.name, template.owner_id, template.owner.code,
        template.owner.name, template.pack, template.retired_at is not None,
    )  # fmt: skip


def version_ref(version: TemplateVersion) -> VersionRef:
    """The value of a version without its content."""
    return VersionRef(**_version_fields(version))


def _version_fields(version: TemplateVersion) -> dict[str, Any]:
    return {
        "id": version.id, "template_id": version.template_id, "number": version.number,
        "audience": Audience(version.rule, tuple(version.kinds), tuple(version.unit_ids)),  # type: ignore[arg-type]
        "open_fields": tuple(version.open_fields), "mandatory": version.mandatory, "effective_on": version.effective_on,
        "note": version.note, "published_at": version.published_at, "published_by": version.published_by,
        "withdrawn_at": version.withdrawn_at, "withdrawn_by": version.withdrawn_by,
        "withdrawn_reason": version.withdrawn_reason,
    }  # fmt: skip


def _visible(scope: Scope) -> QuerySet[Template]:
    """The caller's own units' templates, and those with a version in force for one of them."""
    require(scope, policies.VIEW)
    templates = Template.objects.select_related("owner")
    if scope.everything:
        return templates
    units = organisations.lineages(scope.unit_ids).values()
    before = {one for unit in units for one in unit.before}
    above = {one for unit in units for one in (*unit.above, *unit.before_above)}
    unit_kinds = {unit.kind for unit in units}
    shared = TemplateVersion.objects.filter(template=OuterRef("pk"), withdrawn_at=None).filter(
        Q(rule="all")
        | Q(rule="kinds", kinds__overlap=list(unit_kinds))
        | Q(rule="units", unit_ids__overlap=[*scope.unit_ids, *before])
    )
    return templates.filter(
        Q(owner_id__in=[*scope.unit_ids, *before]) | (Q(owner_id__in=above) & Q(retired_at=None) & Exists(shared))
    )


def templates(
    scope: Scope,
    *,
    kind: str = "",
    owner_id: UUID | None = None,
    q: str = "",
    retired: bool | None = False,
    limit: int = 100,
    after: UUID | None = None,
) -> tuple[list[TemplateDetail], UUID | None]:
    """A page of the templates that the caller sees, newest first, and the id after which the next page begins."""
    found = _visible(scope).order_by("-id")
    found = found.filter(**({"kind": kind} if kind else {}), **({"owner_id": owner_id} if owner_id else {}))
    if retired is not None:
        found = found.filter(retired_at__isnull=not retired)
    if text := q.replace("\x00", "").strip():
        found = found.filter(Q(name__icontains=text) | Q(code__icontains=folded(text).replace(" ", "-")))
    if after is not None:
        found = found.filter(id__lt=after)
    limit = max(1, min(limit, MAX_PAGE))
    rows = list(found[: limit + 1])
    return _details(scope, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def template_row(scope: Scope, template_id: UUID) -> Template:
    """The stored template that the caller sees. Raises NotFound."""
    found = _visible(scope).filter(pk=template_id).first()
    if found is None:
        raise NotFound("Không tìm thấy mẫu.", action="Kiểm tra lại mã mẫu, hoặc hỏi đơn vị ban hành.")
    return found


def template(scope: Scope, template_id: UUID) -> TemplateDetail:
    """One template. Raises NotFound."""
    return _details(scope, [template_row(scope, template_id)])[0]


def template_by_code(scope: Scope, kind: str, code: str, owner_id: UUID) -> TemplateRef | None:
    """The template of an owner by its kind and code, None where the caller sees none."""
    found = _visible(scope).filter(kind=kind, code=code, owner_id=owner_id).first()
    return ref(found) if found else None


def _details(scope: Scope, rows: list[Template]) -> list[TemplateDetail]:
    newest: dict[UUID, TemplateVersion] = {}
    for version in _versions_for(scope, rows):
        if version.withdrawn_at is None:
            newest[version.template_id] = version
    return [_detail(scope, row, newest.get(row.pk)) for row in rows]


def _detail(scope: Scope, row: Template, newest: TemplateVersion | None) -> TemplateDetail:
    ours = scope.sees(row.owner_id)
    return TemplateDetail(
        ref=ref(row), draft=row.draft if ours else None, revision=row.revision, draft_by=row.draft_by if ours else "",
        draft_at=row.draft_at, created_at=row.created_at, newest=_narrowed(scope, version_ref(newest), row) if newest else None,
        unpublished=ours and (newest is None or newest.content != row.draft), retired_reason=row.retired_reason,
    )  # fmt: skip


def _versions_for(scope: Scope, rows: Iterable[Template]) -> list[TemplateVersion]:
    """The versions that the caller may see of some templates, oldest first: all of its own units', else those meant for them."""
    owners = {row.pk: row for row in rows}
    found = list(TemplateVersion.objects.filter(template__in=owners).order_by("template_id", "number"))
    if scope.everything:
        return found
    units = list(organisations.lineages(scope.unit_ids).values())
    refs = {pk: ref(row) for pk, row in owners.items()}
    return [
        one
        for one in found
        if scope.sees(refs[one.template_id].owner_id)
        or any(in_audience(version_ref(one), refs[one.template_id], unit) for unit in units)
    ]


def versions(scope: Scope, template_id: UUID) -> list[VersionRef]:
    """The versions of a template that the caller may see, newest first, withdrawn ones included."""
    row = template_row(scope, template_id)
    return [_narrowed(scope, version_ref(one), row) for one in reversed(_versions_for(scope, [row]))]


def version(scope: Scope, template_id: UUID, number: int) -> Version:
    """One version with its content. Raises NotFound."""
    row = template_row(scope, template_id)
    for one in _versions_for(scope, [row]):
        if one.number == number:
            return _narrowed(scope, Version(**_version_fields(one), content=one.content), row)
    raise NotFound("Không có phiên bản này của mẫu.", action="Xem danh sách phiên bản của mẫu.")


def _narrowed(scope: Scope, version: AnyVersion, row: Template) -> AnyVersion:
    """Who else was named is the owner's knowledge: the others see their own units only."""
    if scope.sees(row.owner_id) or not version.audience.unit_ids:
        return version
    ours = tuple(one for one in version.audience.unit_ids if scope.sees(one))
    return msgspec.structs.replace(version, audience=Audience(version.audience.rule, version.audience.kinds, ours))


def changes(
    scope: Scope,
    *,
    template_id: UUID | None = None,
    unit_id: UUID | None = None,
    limit: int = 50,
    after: UUID | None = None,
) -> tuple[list[Decision], UUID | None]:
    """Decisions of the units that the caller sees, newest first, and the id after which the next page begins."""
    require(scope, policies.VIEW)
    found = InheritanceChange.objects.select_related("template__owner", "unit").order_by("-id")
    if not scope.everything:
        found = found.filter(unit_id__in=scope.unit_ids)
    found = found.filter(
        **({"template_id": template_id} if template_id else {}), **({"unit_id": unit_id} if unit_id else {})
    )
    if after is not None:
        found = found.filter(id__lt=after)
    limit = max(1, min(limit, MAX_PAGE))
    rows = list(found[: limit + 1])
    return [_decision(row) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None


def _decision(row: InheritanceChange) -> Decision:
    return Decision(
        id=row.id, template=ref(row.template), unit_id=row.unit_id, unit_code=row.unit.code, unit_name=row.unit.name,
        action=row.action, version=row.version, before=row.before, after=row.after, reason=row.reason, batch=row.batch,
        at=row.at, by=row.by, undone_at=row.undone_at, undoable=undoable(row),
    )  # fmt: skip


def undoable(row: InheritanceChange) -> bool:
    """Whether a decision can still be taken back, as far as its own row tells."""
    if row.undone_at is not None or row.action == InheritanceChange.Action.UNDO:
        return False
    return row.action != InheritanceChange.Action.PUBLISH or clock.now() - row.at <= UNDO_PUBLISH
