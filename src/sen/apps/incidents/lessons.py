"""Lessons of reviews: what has to change, who changes it until when; a change of a procedure or rule becomes a draft of its template."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.incidents import lesson_tasks, log, policies, seeing
from sen.apps.incidents.announcing import announce_after_commit
from sen.apps.incidents.choices import RUNNING, LessonKind, LessonState
from sen.apps.incidents.models import Lesson
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound

OPEN = (LessonState.OPEN, LessonState.DOING)
WORKING_DAYS = 10
"""Until when a lesson is due, unless told."""
REMIND_WORKING_DAYS = 3


@transaction.atomic
def add(
    *,
    scope: Scope,
    number: str | UUID,
    words: str,
    kind: str = LessonKind.TASK,
    owner_unit_id: UUID | None = None,
    due_on: date | None = None,
    template_id: UUID | None = None,
    minutes: Mapping[str, int] | None = None,
) -> Lesson:
    """Write down a lesson of an incident that is over, for a unit, due on a working day (in ten of them unless told).

    Kind `template` names the template to change; `minutes` (step → minutes) is written into the draft of a procedure at once where the
    caller may change it. Raises NotFound, Forbidden, InvalidInput, Conflict.
    """
    incident = seeing.incident_for(scope, number, lock=True)
    require(scope, policies.REVIEW, incident.lead_unit_id)
    if incident.state in RUNNING:
        raise Conflict(_("Sự cố chưa đóng."), action=_("Đóng sự cố rồi ghi bài học."), code="still_running")
    if kind not in LessonKind.values:
        raise InvalidInput(_("Loại bài học không hợp lệ."), action=_("Chọn Việc phải làm hoặc Sửa quy trình."))
    now = clock.now()
    today = clock.local(now).date()
    lesson = Lesson(
        incident=incident, words=log.written(words, "words", least=5, longest=1000), kind=kind,
        owner_unit_id=owner_unit_id or incident.lead_unit_id, due_on=_due(due_on, today, owner_unit_id or incident.lead_unit_id), made_at=now, made_by=log.person(scope),
    )  # fmt: skip
    organisations.unit_by_id(lesson.owner_unit_id)
    if kind == LessonKind.TEMPLATE:
        _link(scope, lesson, template_id or incident.procedure_template, minutes or {})
    lesson.chase_at = morning(_calendar(lesson.owner_unit_id).add_days(lesson.due_on, -REMIND_WORKING_DAYS))
    if lesson.chase_at <= now:
        lesson.chase_at = morning_after(lesson.due_on)
    lesson.save(force_insert=True)
    if kind == LessonKind.TASK and _make_task(scope, lesson):
        lesson.chase_at = None  # the task is chased
    return _keep(scope, lesson, "lesson_added", words=lesson.words)


def _make_task(scope: Scope, lesson: Lesson) -> bool:
    new = lesson_tasks.NewLessonTask(
        lesson_id=lesson.pk, incident=lesson.incident.number, incident_title=lesson.incident.title, words=lesson.words,
        unit_id=lesson.incident.lead_unit_id, owner_unit_id=lesson.owner_unit_id, due_on=lesson.due_on, drill=lesson.incident.drill,
    )  # fmt: skip
    return lesson_tasks.make_of(scope, new)


def settle(*, scope: Scope, lesson_id: UUID, state: str, result: str) -> None:
    """The task of a lesson is over: so is the lesson (done or dropped), unless somebody said so before."""
    lesson = Lesson.objects.select_for_update(of=("self",)).select_related("incident").filter(pk=lesson_id).first()
    if lesson is not None and lesson.state in OPEN:
        _move(scope, lesson, state, result)
        _keep(scope, lesson, "lesson_changed", state=lesson.state)


def _due(due_on: date | None, today: date, unit_id: UUID) -> date:
    if due_on is None:
        return _calendar(unit_id).add_days(today, WORKING_DAYS)
    if not today <= due_on <= today + timedelta(days=730):
        raise InvalidInput(
            _("Hạn phải từ hôm nay đến hai năm tới."), action=_("Sửa hạn."), fields={"due_on": _("Sửa hạn.")}
        )
    return due_on


def _calendar(unit_id: UUID) -> organisations.WorkingCalendar:
    return organisations.working_calendar_of(unit_id)


def _link(scope: Scope, lesson: Lesson, template_id: UUID | None, minutes: Mapping[str, int]) -> None:
    """Name the template; write the new minutes of steps into its draft where the caller may."""
    if template_id is None:
        raise InvalidInput(
            _("Chọn mẫu cần sửa."), action=_("Chọn quy trình hoặc quy tắc."), fields={"template": _("Chọn mẫu.")}
        )
    found = packs.template(scope, template_id)
    lesson.template_id, lesson.template_name = template_id, found.ref.name
    if not minutes:
        return
    if found.draft is None:
        raise Forbidden(
            _("Quy trình này do {owner} ban hành.").format(owner=found.ref.owner_name),
            action=_("Ghi bài học và giao cho đơn vị đó."),
        )
    content = _with_minutes(found.draft, minutes)
    lesson.template_revision = packs.save_draft(
        scope=scope, template_id=template_id, content=content, revision=found.revision
    )


def _with_minutes(draft: Mapping[str, Any], minutes: Mapping[str, int]) -> dict[str, Any]:
    content: dict[str, Any] = copy.deepcopy(dict(draft))
    steps = {step["code"]: step for step in content.get("steps", [])}
    unknown = [code for code in minutes if code not in steps]
    if unknown:
        raise InvalidInput(
            _("Quy trình không có bước {codes}.").format(codes=", ".join(unknown)),
            action=_("Chọn bước trong quy trình."),
        )
    for code, value in minutes.items():
        steps[code]["minutes"] = value
    return content


@transaction.atomic
def change(
    *,
    scope: Scope,
    lesson_id: UUID,
    state: str = "",
    result: str = "",
    due_on: date | None = None,
    revision: int | None = None,
) -> Lesson:
    """Say how far a lesson is (open, doing, done, dropped with `result`), or give it another day. By its unit or who led."""
    found = lesson_for(scope, lesson_id)
    lesson = Lesson.objects.select_for_update(of=("self",)).select_related("incident").get(pk=found.pk)
    seeing.must_be_as_seen(lesson, revision)
    if not seeing.acts_in_any(scope, policies.REVIEW, [lesson.owner_unit_id, lesson.incident.lead_unit_id]):
        require(scope, policies.REVIEW, lesson.owner_unit_id)
    if due_on is not None and due_on != lesson.due_on:
        require(scope, policies.REVIEW, lesson.incident.lead_unit_id)
        lesson.due_on = _due(due_on, clock.local(clock.now()).date(), lesson.owner_unit_id)
        lesson.chase_at = morning(_calendar(lesson.owner_unit_id).add_days(lesson.due_on, -REMIND_WORKING_DAYS))
    if state:
        _move(scope, lesson, state, result)
    return _keep(scope, lesson, "lesson_changed", state=lesson.state)


def _move(scope: Scope, lesson: Lesson, state: str, result: str) -> None:
    if state not in LessonState.values:
        raise InvalidInput(_("Trạng thái không hợp lệ."), action=_("Chọn lại trạng thái."), fields={"state": ""})
    if state in OPEN:
        lesson.ended_at, lesson.ended_by, lesson.result = None, "", ""
        lesson.chase_at = lesson.chase_at or morning_after(lesson.due_on)
    else:
        lesson.result = log.written(result, "result", least=5, longest=2000)
        lesson.ended_at, lesson.ended_by, lesson.chase_at = clock.now(), log.person(scope), None
    lesson.state = state


def visible(scope: Scope) -> QuerySet[Lesson]:
    """Lessons of incidents that the caller sees, and those for the caller's units."""
    found = Lesson.objects.select_related("incident", "owner_unit")
    if scope.everything:
        return found
    return found.filter(incident__in=seeing.visible(scope).values("pk")) | found.filter(owner_unit__in=scope.unit_ids)


def lesson_for(scope: Scope | None, lesson_id: UUID) -> Lesson:
    """A lesson that the caller sees. NotFound."""
    scope = require(scope, policies.VIEW)
    found = visible(scope).filter(pk=lesson_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy bài học."), action=_("Kiểm tra lại liên kết."))
    return found


def morning(day: date) -> datetime:
    """Eight o'clock of a local day."""
    return datetime.combine(day, time(8), clock.VIETNAM)


def morning_after(day: date) -> datetime:
    """Eight o'clock of the next local day."""
    return morning(day + timedelta(days=1))


def _keep(scope: Scope, lesson: Lesson, action: str, **detail: str) -> Lesson:
    lesson.revision += 1
    lesson.save()
    announce_after_commit(lesson.incident, action)
    audit.record(
        scope=scope, action=f"incidents.{action}", object_type="lesson", object_id=str(lesson.pk), unit_id=lesson.owner_unit_id,
        detail={"incident": lesson.incident.number, **detail},
    )  # fmt: skip
    return lesson
