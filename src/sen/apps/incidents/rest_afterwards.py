"""REST of what comes out of an incident: messages to the public, the closing review, lessons, figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from sen.apps.incidents import details, figures, lessons, listing, messages, policies, presented, reviewing, seeing
from sen.apps.incidents import rest_schemas as take
from sen.apps.incidents import rest_values as give
from sen.apps.incidents.choices import LessonState
from sen.apps.incidents.rest_values import out
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import require, scope_of

router = Router(tags=["incidents"])


@router.post(
    "/incidents/{number}/messages",
    response={201: give.MessageOut},
    operation_id="draft_public_message",
    summary="Soạn thông điệp",
)
def draft(request: HttpRequest, number: str, body: take.MessageIn) -> Status[Any]:
    """Begin a message to the public; what is left out is proposed from the incident."""
    scope = require(scope_of(request), policies.VIEW)
    made = messages.draft(scope=scope, number=number, content=body.content)
    return Status(201, out(details.public_message(scope, made.pk)))


@router.get(
    "/public-messages/{message_id}",
    response=give.MessageOut,
    operation_id="get_public_message",
    summary="Một thông điệp",
)
def get_message(request: HttpRequest, message_id: UUID) -> Any:
    """A message of an incident that the caller sees, in any state."""
    return out(details.public_message(scope_of(request), message_id))


@router.patch(
    "/public-messages/{message_id}",
    response=give.MessageOut,
    operation_id="save_public_message",
    summary="Sửa thông điệp",
)
def save_message(request: HttpRequest, message_id: UUID, body: take.MessageIn) -> Any:
    """Change a draft; an approved one becomes a draft again."""
    scope = require(scope_of(request), policies.VIEW)
    messages.save(scope=scope, message_id=message_id, content=body.content, revision=body.revision)
    return out(details.public_message(scope, message_id))


@router.post(
    "/public-messages/{message_id}",
    response=give.MessageOut,
    operation_id="act_on_public_message",
    summary="Duyệt, phát thông điệp",
)
def act(request: HttpRequest, message_id: UUID, body: take.MessageActionIn) -> Any:
    """Submit, approve (not by an author), return, publish, update, cancel, withdraw; `update` and `cancel` answer the new draft."""
    scope = require(scope_of(request), policies.VIEW)
    one: dict[str, Any] = {"scope": scope, "message_id": message_id}
    if body.action in ("update", "cancel"):
        made = messages.follow(**one, message_type=body.action.title(), content=body.content)
        return out(details.public_message(scope, made.pk))
    if body.action == "return":
        messages.send_back(**one, reason=body.reason, revision=body.revision)
    elif body.action == "withdraw":
        messages.withdraw(**one)
    elif body.action in ("submit", "approve", "publish"):
        act_on: Any = {"submit": messages.submit, "approve": messages.approve, "publish": messages.publish}[body.action]
        act_on(**one, revision=body.revision)
    else:
        details.public_message(scope, message_id)
        raise InvalidInput(
            _("Thao tác không hợp lệ."),
            action=_("Dùng một trong: {known}.").format(
                known="submit, approve, return, publish, update, cancel, withdraw"
            ),
        )
    return out(details.public_message(scope, message_id))


@router.get(
    "/incidents/{number}/review",
    response=give.ReviewOut,
    operation_id="get_incident_review",
    summary="Đánh giá sau sự cố",
)
def get_review(request: HttpRequest, number: str) -> Any:
    """The closing review, with the figures of the clocks."""
    found = details.review_of(seeing.incident_for(scope_of(request), number))
    if found is None:
        raise NotFound(_("Sự cố chưa đóng nên chưa có đánh giá."), action=_("Đóng sự cố trước."))
    return out(found)


@router.patch(
    "/incidents/{number}/review", response=give.ReviewOut, operation_id="save_incident_review", summary="Ghi đánh giá"
)
def save_review(request: HttpRequest, number: str, body: take.ReviewIn) -> Any:
    """Write in the review, and finish it with `done`."""
    scope = require(scope_of(request), policies.VIEW)
    changes = body.dict(exclude_none=True, exclude={"done", "revision"})
    saved = reviewing.save_review(scope=scope, number=number, changes=changes, revision=body.revision)
    if body.done:
        reviewing.finish_review(scope=scope, number=number, revision=saved.revision)
    return out(details.review_of(seeing.incident_for(scope, number)))


@router.get("/lessons", response=give.LessonsOut, operation_id="list_lessons", summary="Bài học")
def list_lessons(request: HttpRequest, asked: Query[take.LessonQuery]) -> Any:
    """Lessons that the caller sees, by their day; those not done unless `state` says otherwise."""
    wanted = tuple(one for one in asked.state if one in LessonState.values) or (LessonState.OPEN, LessonState.DOING)
    return {"items": out(listing.lesson_list(scope_of(request), states=wanted))}


@router.post(
    "/incidents/{number}/lessons", response={201: give.LessonOut}, operation_id="add_lesson", summary="Thêm bài học"
)
def add_lesson(request: HttpRequest, number: str, body: take.LessonIn) -> Status[Any]:
    """Write down what has to change, for a unit, until a day."""
    scope = require(scope_of(request), policies.VIEW)
    made = lessons.add(
        scope=scope, number=number, words=body.words, kind=body.kind,
        owner_unit_id=organisations.unit(body.owner).id if body.owner else None, due_on=body.due_on, template_id=body.template,
        minutes=body.minutes,
    )  # fmt: skip
    return Status(201, out(presented.lessons([lessons.lesson_for(scope, made.pk)]))[0])


@router.patch("/lessons/{lesson_id}", response=give.LessonOut, operation_id="change_lesson", summary="Cập nhật bài học")
def change_lesson(request: HttpRequest, lesson_id: UUID, body: take.LessonChangeIn) -> Any:
    """Say how far a lesson is, or give it another day."""
    scope = require(scope_of(request), policies.VIEW)
    lessons.change(
        scope=scope,
        lesson_id=lesson_id,
        state=body.state,
        result=body.result,
        due_on=body.due_on,
        revision=body.revision,
    )
    return out(presented.lessons([lessons.lesson_for(scope, lesson_id)]))[0]


@router.get("/incident-figures", response=give.FiguresOut, operation_id="incident_figures", summary="Số liệu sự cố")
def incident_figures(request: HttpRequest, since: datetime | None = None, until: datetime | None = None) -> Any:
    """How many incidents, how fast, how much on time, of the last 30 days unless told; drills apart."""
    end = until or clock.now()
    begin = since or end - timedelta(days=30)
    if begin.tzinfo is None or end.tzinfo is None or begin >= end:
        raise InvalidInput(
            _("Khoảng thời gian không hợp lệ."), action=_("Gửi hai mốc có múi giờ, mốc đầu trước mốc cuối.")
        )
    return out(figures.figures(scope_of(request), begin, end))
