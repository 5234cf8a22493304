"""Who sees which task: the unit that leads, those that cooperate, the unit that assigned. The one door to a task."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import policies
from sen.apps.directives.choices import GONE
from sen.apps.directives.models import Directive, Task
from sen.kernel.errors import Conflict, NotFound


def visible(scope: Scope) -> QuerySet[Task]:
    """The tasks that a caller sees."""
    found = Task.objects.select_related("lead", "assigned_by", "directive", "parent", "directive__unit")
    if scope.everything:
        return found
    own = scope.unit_ids
    cooperates = Task.cooperating.through.objects.filter(task_id=OuterRef("pk"), unit_id__in=own)
    return found.filter(Q(lead_id__in=own) | Q(assigned_by_id__in=own) | Exists(cooperates))


def directives(scope: Scope) -> QuerySet[Directive]:
    """The directives of the caller's units, and those of which the caller sees a task."""
    found = Directive.objects.select_related("unit").filter(undone_at=None)
    if scope.everything:
        return found
    return found.filter(Q(unit_id__in=scope.unit_ids) | Q(pk__in=visible(scope).order_by().values("directive_id")))


def task_for(scope: Scope | None, number: str | UUID, *, lock: bool = False) -> Task:
    """The task of a number or id; NotFound where there is none for the caller. `lock` holds it until the transaction ends."""
    scope = require(scope, policies.VIEW)
    which = Q(pk=number) if isinstance(number, UUID) else Q(number=number)
    found = visible(scope).filter(which, directive__undone_at=None).first()
    if found is None:
        raise NotFound(_("Không tìm thấy nhiệm vụ."), action=_("Kiểm tra số nhiệm vụ."))
    if lock:
        Task.objects.select_for_update().only("pk").get(pk=found.pk)
        found.refresh_from_db()
    return found


def directive_for(scope: Scope | None, directive_id: UUID, *, lock: bool = False) -> Directive:
    """The directive of an id; NotFound where there is none for the caller."""
    scope = require(scope, policies.VIEW)
    found = directives(scope).filter(pk=directive_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy văn bản giao nhiệm vụ."), action=_("Kiểm tra lại liên kết."))
    if lock:
        Directive.objects.select_for_update().only("pk").get(pk=found.pk)
        found.refresh_from_db()
    return found


def must_be_as_seen(task: Task, revision: int | None) -> None:
    """Conflict where `revision` is given and older than the task's."""
    if revision is not None and revision != task.revision:
        raise Conflict(
            _("Người khác vừa thay đổi nhiệm vụ này."), action=_("Tải lại rồi làm lại."), code="stale",
            revision=task.revision,
        )  # fmt: skip


def must_be_open(task: Task) -> None:
    """Conflict where the task is over."""
    if task.workflow in GONE or task.workflow == "completed":
        raise Conflict(
            _("Nhiệm vụ {number} đã kết thúc ({state}).").format(number=task.number, state=task.get_workflow_display()),
            action=_("Tải lại trang để xem trạng thái mới."),
            code="task_over",
        )
