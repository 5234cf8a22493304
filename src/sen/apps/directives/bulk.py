"""One decision for many tasks at once, taken back as a whole for a quarter of an hour while nothing else happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import arranging, chasing, clocks, history, policies, working
from sen.apps.directives.choices import AT_WORK
from sen.apps.directives.models import Bulk, Task
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound, SenError

MOST = 200
UNDO_FOR = timedelta(minutes=15)
ACTIONS = ("remind", "accept", "approve", "pause", "cancel")
UNDOABLE = ("accept", "approve", "pause", "cancel")
_FIELDS = ("workflow", "before_pause", "judged_on", "completed_at", "reason", "percent")


class BulkResult(msgspec.Struct, frozen=True):
    """What became of each task: done, or refused with why. `id` takes it back, None where that cannot be."""

    id: UUID | None
    done: list[str]
    refused: dict[str, str]


def do(*, scope: Scope, action: str, numbers: Sequence[str], words: str = "") -> BulkResult:
    """Do `action` to many tasks, each by itself: one that cannot be done does not hold up the others.

    Raises InvalidInput for an unknown action, none or more than 200 tasks, a missing reason.
    """
    require(scope, policies.VIEW)
    numbers = list(dict.fromkeys(numbers))
    if action not in ACTIONS:
        raise InvalidInput(_("Không có thao tác này."), action=_("Chọn một thao tác trong danh sách."))
    if not 1 <= len(numbers) <= MOST:
        raise InvalidInput(_("Chọn từ 1 đến {n} nhiệm vụ.").format(n=MOST), action=_("Chọn lại nhiệm vụ."))
    if action in ("pause", "cancel"):
        history.written(words, "words", least=5)
    done: list[str] = []
    refused: dict[str, str] = {}
    before: dict[str, dict[str, object]] = {}
    for number in numbers:
        try:
            with transaction.atomic():
                state = _state(number)
                _one(scope, action, number, words)
                after = Task.objects.get(number=number).revision
                before[number] = {**state, "revision": after}
                done.append(number)
        except SenError as error:
            refused[number] = error.message
    kept = None
    if done and action in UNDOABLE:
        kept = Bulk.objects.create(action=action, before=before, made_at=clock.now(), made_by_id=scope.user_id).pk
    return BulkResult(kept, done, refused)


def _one(scope: Scope, action: str, number: str, words: str) -> None:
    if action == "remind":
        chasing.remind(scope=scope, numbers=[number], words=words)
    elif action == "accept":
        working.accept(scope=scope, number=number)
    elif action == "approve":
        working.approve(scope=scope, number=number, words=words)
    elif action == "pause":
        arranging.pause(scope=scope, number=number, reason=words)
    else:
        arranging.cancel(scope=scope, number=number, reason=words)


def _state(number: str) -> dict[str, object]:
    task = Task.objects.filter(number=number).first()
    if task is None:
        return {}
    return {name: msgspec.to_builtins(getattr(task, name)) for name in _FIELDS}


@transaction.atomic
def undo(*, scope: Scope, bulk_id: UUID) -> list[str]:
    """Take a bulk action back within a quarter of an hour, by whoever did it. The numbers of the tasks.

    Raises NotFound; Conflict where it is too late, done already, or one of the tasks moved since.
    """
    require(scope, policies.VIEW)
    found = Bulk.objects.select_for_update().filter(pk=bulk_id, made_by_id=scope.user_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy thao tác cần hoàn tác."), action=_("Tải lại trang."))
    if found.undone_at is not None or clock.now() - found.made_at > UNDO_FOR:
        raise Conflict(_("Đã quá 15 phút hoặc đã hoàn tác."), action=_("Sửa từng nhiệm vụ."), code="too_late")
    tasks = list(Task.objects.select_for_update().filter(number__in=found.before))
    moved = sorted(one.number for one in tasks if one.revision != found.before[one.number]["revision"])
    if moved:
        raise Conflict(
            _("{numbers} đã có thay đổi khác.").format(numbers=", ".join(moved[:5])), action=_("Sửa từng nhiệm vụ."), code="stale"
        )  # fmt: skip
    for task in tasks:
        for name in _FIELDS:
            setattr(task, name, _restored(name, found.before[task.number][name]))
        task.chase_at = None
        if task.workflow in AT_WORK:
            clocks.start(task)
        history.keep(scope, task, "undone")
    found.undone_at = clock.now()
    found.save(update_fields=["undone_at"])
    return [one.number for one in tasks]


def _restored(name: str, value: Any) -> Any:
    """A kept value as the field has it: JSON knows no days and moments."""
    if value is None or name not in ("judged_on", "completed_at"):
        return value
    return date.fromisoformat(value) if name == "judged_on" else datetime.fromisoformat(value)
