"""Takes decisions back: what was before is restored, where nothing was decided since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.packs import policies
from sen.apps.packs.inheritance import deciding, queries, records, settings_versions
from sen.apps.packs.inheritance.services import set_withdrawn
from sen.apps.packs.models import Inheritance, InheritanceChange, Template, TemplateVersion
from sen.kernel import clock
from sen.kernel.errors import Conflict, NotFound
from sen.kernel.scopes import Scope, require

Action = InheritanceChange.Action
_OWNERS = {Action.CREATE: policies.CHANGE, Action.RETIRE: policies.CHANGE}
_VALUES = {Action.OVERRIDE, Action.RESET}


def undo(*, scope: Scope, change_id: UUID) -> None:
    """Take one decision back. NotFound; Conflict where it was taken back, is too old, or something was decided since."""
    with transaction.atomic():
        settings_versions.begin()
        row = _visible(scope).filter(pk=change_id).first()
        if row is None:
            raise NotFound(_("Không tìm thấy quyết định này."), action=_("Tải lại lịch sử của mẫu."))
        _undo(scope, row)
        detail = {"change": str(row.pk), "undone": row.action}
        records.note(scope=scope, template=row.template, unit_id=row.unit_id, action="undo", detail=detail)


def undo_batch(*, scope: Scope, batch: UUID) -> int:
    """Take back all decisions of a batch, or none; how many. Raises as `undo`."""
    with transaction.atomic():
        settings_versions.begin()
        rows = list(_visible(scope).filter(batch=batch, undone_at=None).exclude(action=Action.UNDO))
        if not rows:
            raise NotFound(_("Không tìm thấy quyết định này."), action=_("Tải lại lịch sử của mẫu."))
        present = {
            (row.template_id, row.unit_id): row
            for row in Inheritance.objects.filter(
                template__in={one.template_id for one in rows}, unit__in=[one.unit_id for one in rows]
            )
        }
        for row in rows:
            if deciding.state_of(present.get((row.template_id, row.unit_id))) != row.after:
                raise _decided_since()
            require(scope, policies.INHERIT, row.unit_id)
        _restore_states(scope, rows)
        detail = {"batch": str(batch), "count": len(rows)}
        first = rows[0].template
        records.note(scope=scope, template=first, unit_id=first.owner_id, action="undo_batch", detail=detail)
        return len(rows)


def _restore_states(scope: Scope, rows: list[InheritanceChange]) -> None:
    """The decisions of units before a batch, in a few statements."""
    now = clock.now()
    Inheritance.objects.filter(
        template=rows[0].template_id, unit__in=[row.unit_id for row in rows if row.before is None]
    ).delete()
    Inheritance.objects.bulk_create(
        [
            Inheritance(
                template_id=row.template_id,
                unit_id=row.unit_id,
                decided_at=now,
                decided_by=scope.username,
                **row.before,
            )
            for row in rows
            if row.before is not None
        ],
        update_conflicts=True,
        unique_fields=["template", "unit"],
        update_fields=["accepted", "declined", "declined_reason", "decided_at", "decided_by"],
    )
    InheritanceChange.objects.bulk_create([_undoing(scope, row) for row in rows], batch_size=1000)
    InheritanceChange.objects.filter(pk__in=[row.pk for row in rows]).update(undone_at=now)


def _visible(scope: Scope) -> Any:
    rows = InheritanceChange.objects.select_related("template__owner", "unit").order_by("-id")
    return rows if scope.everything else rows.filter(unit_id__in=scope.unit_ids)


def _undo(scope: Scope, row: InheritanceChange) -> None:
    require(scope, _action_for(row), row.unit_id)
    if not queries.undoable(row):
        raise Conflict(
            _("Quyết định này không hoàn tác được nữa."),
            action=_("Ban hành quá một giờ thì thu hồi phiên bản; việc khác thì quyết định lại."),
        )
    if row.action in _VALUES:
        _undo_values(scope, row)
    elif row.action in (Action.INHERIT, Action.ACCEPT, Action.DECLINE, Action.LEAVE):
        if deciding.state_now(row.template, row.unit_id) != row.after:
            raise _decided_since()
        deciding.write_state(scope, row.template, row.unit_id, row.before)
    else:
        _undo_owners(scope, row)
    row.undone_at = clock.now()
    row.save(update_fields=["undone_at"])
    _undoing(scope, row).save()


def _undoing(scope: Scope, row: InheritanceChange) -> InheritanceChange:
    return records.change(
        scope=scope, template=row.template, unit_id=row.unit_id, action=Action.UNDO, version=row.version,
        before=row.after, after=row.before, batch=row.batch, undoes=row, reason=row.action,
    )  # fmt: skip


def _action_for(row: InheritanceChange) -> str:
    if row.action in _VALUES:
        return policies.OVERRIDE
    if row.action in (Action.PUBLISH, Action.WITHDRAW):
        only_own = TemplateVersion.objects.filter(template=row.template, number=row.version or 0, rule="own").exists()
        return policies.CHANGE if only_own else policies.PUBLISH
    return _OWNERS.get(Action(row.action), policies.INHERIT)


def _undo_values(scope: Scope, row: InheritanceChange) -> None:
    before, after = row.before or {}, row.after or {}
    touched = after["paths"]
    if deciding.overrides_now(row.template, row.unit_id, touched) != after["values"]:
        raise _decided_since()
    deciding.write_overrides(scope, row.template, row.unit_id, touched, before["values"])


def _undo_owners(scope: Scope, row: InheritanceChange) -> None:
    """Undo what the owner of the template did."""
    template = Template.objects.select_for_update(of=("self",)).get(pk=row.template_id)
    if row.action in (Action.PUBLISH, Action.WITHDRAW):
        version = TemplateVersion.objects.get(template=template, number=row.version or 0)
        if (version.withdrawn_at is not None) is (row.action == Action.PUBLISH):
            raise _decided_since()
        if row.action == Action.PUBLISH:
            set_withdrawn(scope=scope, row=version, reason=_("Hoàn tác ban hành"))
        else:
            set_withdrawn(scope=scope, row=version, reason=None)
        return
    if row.action == Action.CREATE:
        if template.retired_at is not None or TemplateVersion.objects.filter(template=template).exists():
            raise _decided_since()
        template.retired_at, template.retired_reason = clock.now(), _("Hoàn tác tạo mẫu")
    else:
        if template.retired_at is None:
            raise _decided_since()
        template.retired_at, template.retired_reason = None, ""
    template.save(update_fields=["retired_at", "retired_reason"])


def _decided_since() -> Conflict:
    return Conflict(
        _("Đã có quyết định khác sau quyết định này."),
        action=_("Tải lại lịch sử và hoàn tác quyết định mới nhất trước."),
        code="decided_since",
    )
