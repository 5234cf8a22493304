"""More time: asked for with a reason, granted or refused by whoever assigned. The first deadline never changes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import clocks, history, policies, seeing, telling
from sen.apps.directives.choices import AT_WORK, ExtensionState
from sen.apps.directives.models import Extension, Task
from sen.apps.directives.timeliness import today
from sen.apps.directives.working import of_assigner, of_lead
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound

LONGEST_YEARS = 5


@transaction.atomic
def ask(*, scope: Scope, number: str | UUID, to: date, reason: str, revision: int | None = None) -> Extension:
    """The unit asks for another deadline. One wish of a task waits at a time. Raises NotFound, Forbidden, Conflict, InvalidInput."""
    task = of_lead(scope, number, AT_WORK, revision)
    if task.extensions.filter(state=ExtensionState.ASKED).exists():
        raise Conflict(
            _("Đã có một đề nghị gia hạn đang chờ."),
            action=_("Chờ quyết định, hoặc rút đề nghị cũ."),
            code="asked_already",
        )
    made = _new(scope, task, to, reason)
    made.save(force_insert=True)
    history.keep(
        scope, task, "extension_asked", words=made.reason, before=made.from_deadline.isoformat(), after=to.isoformat()
    )
    telling.about(
        task, f"extension:{made.pk}", telling.of_unit(task.assigned_by_id),
        _("{unit} xin gia hạn đến {day}").format(unit=task.lead.name, day=f"{to:%d/%m/%Y}"),
        f"{task.words}\n{made.reason}", severity="notice",
    )  # fmt: skip
    return made


def _new(scope: Scope, task: Task, to: date, reason: str) -> Extension:
    if task.deadline is None:
        raise Conflict(_("Nhiệm vụ không có hạn nên không cần gia hạn."), action=_("Báo cáo tiến độ khi có kết quả."))
    latest = date(today().year + LONGEST_YEARS, 12, 31)
    if to > latest:
        raise InvalidInput(
            _("Hạn mới quá xa."), action=_("Chọn ngày không quá {day}.").format(day=f"{latest:%d/%m/%Y}"),
            fields={"to": _("Chọn ngày sớm hơn.")},
        )  # fmt: skip
    if to <= max(task.deadline, today()):
        raise InvalidInput(
            _("Hạn mới phải sau hôm nay và sau hạn cũ {day}.").format(day=f"{task.deadline:%d/%m/%Y}"),
            action=_("Chọn lại hạn mới."), fields={"to": _("Chọn ngày sau hạn cũ.")},
        )  # fmt: skip
    return Extension(
        task=task, from_deadline=task.deadline, to_deadline=to, reason=history.written(reason, "reason", least=10),
        asked_at=clock.now(), asked_by=history.person(scope), asked_by_id=scope.user_id,
    )  # fmt: skip


@transaction.atomic
def decide(*, scope: Scope, extension_id: UUID, grant: bool, words: str = "", to: date | None = None) -> Extension:
    """Grant a wish (with `to`, another day than the one asked for) or refuse it with a reason. Raises NotFound, Forbidden, Conflict."""
    task, wish = _waiting(scope, extension_id)
    require(scope, policies.DECIDE, task.assigned_by_id)
    if grant and to is not None and to != wish.to_deadline:
        if to <= max(wish.from_deadline, today()):
            raise InvalidInput(
                _("Hạn mới phải sau hôm nay và sau hạn cũ."),
                action=_("Chọn lại hạn mới."),
                fields={"to": _("Sửa ngày.")},
            )
        wish.to_deadline = to
    wish.state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
    wish.decision = history.written(words, "words", least=0 if grant else 5) if words.strip() or not grant else ""
    _settle(scope, task, wish)
    return wish


@transaction.atomic
def withdraw(*, scope: Scope, extension_id: UUID) -> Extension:
    """The unit takes its wish back."""
    task, wish = _waiting(scope, extension_id)
    require(scope, policies.WORK, task.lead_id)
    wish.state = ExtensionState.WITHDRAWN
    wish.decided_at, wish.decided_by = clock.now(), history.person(scope)
    wish.save()
    history.keep(scope, task, "extension_withdrawn")
    return wish


@transaction.atomic
def extend(*, scope: Scope, number: str | UUID, to: date, reason: str, revision: int | None = None) -> Extension:
    """Whoever assigned gives more time unasked; it is kept like a wish that was granted. A wish that waits is settled by it."""
    task = of_assigner(scope, number, AT_WORK, revision)
    task.extensions.filter(state=ExtensionState.ASKED).update(
        state=ExtensionState.WITHDRAWN, decided_at=clock.now(), decided_by=history.person(scope)
    )
    wish = _new(scope, task, to, reason)
    wish.state = ExtensionState.GRANTED
    _settle(scope, task, wish)
    return wish


def _settle(scope: Scope, task: Task, wish: Extension) -> None:
    """Keep the decision; where it grants, the deadline in force moves and its reminders begin anew."""
    granted = wish.state == ExtensionState.GRANTED
    wish.decided_at, wish.decided_by = clock.now(), history.person(scope)
    wish.save()
    if granted:
        task.deadline = wish.to_deadline
        clocks.start(task)
    history.keep(
        scope, task, "extended" if granted else "extension_refused", words=wish.decision or wish.reason if granted else wish.decision,
        before=wish.from_deadline.isoformat(), after=wish.to_deadline.isoformat(),
    )  # fmt: skip
    title = _("gia hạn đến {day}") if granted else _("không được gia hạn đến {day}")
    telling.about(
        task, f"extension:{wish.pk}:decided", telling.of_unit(task.lead_id), title.format(day=f"{wish.to_deadline:%d/%m/%Y}"),
        wish.decision or task.words, severity="notice",
    )  # fmt: skip


def _waiting(scope: Scope, extension_id: UUID) -> tuple[Task, Extension]:
    found = Extension.objects.filter(pk=extension_id).values_list("task_id", flat=True).first()
    if found is None:
        raise NotFound(_("Không tìm thấy đề nghị gia hạn."), action=_("Tải lại trang."))
    task = seeing.task_for(scope, found, lock=True)
    wish = Extension.objects.get(pk=extension_id)
    if wish.state != ExtensionState.ASKED:
        raise Conflict(_("Đề nghị này đã được quyết định."), action=_("Tải lại trang."), code="decided_already")
    return task, wish
