"""Ending an incident: closing, cancelling, opening again, and the closing review that says what it taught."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import dispatches, due, from_alerts, log, policies, seeing
from sen.apps.incidents.choices import RUNNING, Cause, DispatchState, MessageState, ReviewState, State, StepState
from sen.apps.incidents.clock_figures import figures_of
from sen.apps.incidents.models import Incident, Review
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound

WRITTEN = {"what_happened": 8000, "cause_words": 4000, "went_well": 4000, "to_improve": 4000}


def hindrances(incident: Incident) -> list[str]:
    """What has to be done before the incident can be closed, in words; empty where nothing is left."""
    found = []
    open_steps = [
        row.words for row in incident.steps.all()
        if row.state not in (StepState.DONE, StepState.SKIPPED) and not row.optional
    ]  # fmt: skip
    if open_steps:
        told = _("Còn {n} bước bắt buộc chưa xong: {steps}")
        found.append(told.format(n=len(open_steps), steps="; ".join(open_steps[:3])))
    orders = incident.dispatches.filter(state=DispatchState.SENT).count()
    if orders:
        found.append(_("Còn {n} lệnh điều động chưa ai nhận; gọi lại hoặc thu hồi.").format(n=orders))
    holding = incident.messages.filter(state=MessageState.PUBLISHED, expires_at__gt=clock.now()).exclude(
        message_type="Cancel"
    )
    if holding.exists():
        found.append(_("Thông điệp công cộng còn hiệu lực; phát bản kết thúc trước."))
    return found


@transaction.atomic
def close(*, scope: Scope, number: str | UUID, words: str, revision: int | None = None) -> Incident:
    """Close an incident and begin its review. Conflict `not_done` with what is still open, see `hindrances`.

    Optional steps whose turn never ended are left out by this; every other one is done, or was skipped with a reason.
    """
    incident = seeing.running_for(scope, number, policies.CLOSE, revision=revision)
    left = hindrances(incident)
    if left:
        raise Conflict(" ".join(left), action=_("Làm xong, hoặc bỏ qua kèm lý do."), code="not_done", left=left)
    incident.closing_words = log.written(words, "words", least=3, longest=2000)
    now = clock.now()
    waiting = incident.steps.filter(optional=True).exclude(state__in=(StepState.DONE, StepState.SKIPPED))
    waiting.update(state=StepState.SKIPPED, skip_reason=_("Đóng sự cố."), done_at=now, escalate_at=None)
    incident.state, incident.closed_at, incident.closed_by = State.CLOSED, now, log.person(scope)
    incident.contained_at = incident.contained_at or now
    incident.review_state = ReviewState.DRAFT
    due.stop_clocks(incident)
    from_alerts.end(incident)
    Review.objects.get_or_create(
        incident=incident,
        defaults={"begun_at": now, "begun_by": log.person(scope), "what_happened": incident.closing_words},
    )
    log.add(incident, "closed_drill" if incident.drill else "closed", scope=scope, words=incident.closing_words)
    log.moved(incident)
    log.record(scope, "close", incident)
    return incident


@transaction.atomic
def cancel(*, scope: Scope, number: str | UUID, reason: str, revision: int | None = None) -> Incident:
    """End an incident that was opened by mistake; orders that are out are called back with the same reason. No review."""
    incident = seeing.running_for(scope, number, policies.CLOSE, revision=revision)
    words = log.written(reason, "reason", least=5, longest=1000)
    if incident.messages.filter(state=MessageState.PUBLISHED, expires_at__gt=clock.now()).exists():
        raise Conflict(_("Thông điệp công cộng còn hiệu lực."), action=_("Phát bản kết thúc trước."), code="not_done")
    for one in incident.dispatches.exclude(state__in=(DispatchState.DONE, DispatchState.RECALLED)):
        dispatches.recall(scope=scope, dispatch_id=one.pk, reason=words)
    incident.refresh_from_db()
    incident.state, incident.closed_at, incident.closed_by = State.CANCELLED, clock.now(), log.person(scope)
    incident.closing_words = words
    due.stop_clocks(incident)
    from_alerts.let_go(scope, incident)
    log.add(incident, "cancelled", scope=scope, reason=words)
    log.moved(incident)
    log.record(scope, "cancel", incident, reason=words)
    return incident


@transaction.atomic
def reopen(*, scope: Scope, number: str | UUID, reason: str) -> Incident:
    """Go on with a closed incident while its review is not finished; clocks go on from their stored deadlines."""
    incident = seeing.incident_for(scope, number, lock=True)
    require(scope, policies.CLOSE, incident.lead_unit_id)
    if incident.state not in (State.CLOSED, State.CANCELLED) or incident.merged_into_id:
        raise Conflict(_("Sự cố chưa đóng."), action=_("Tải lại trang để xem trạng thái mới."))
    if incident.review_state == ReviewState.DONE:
        raise Conflict(_("Đánh giá đã hoàn thành."), action=_("Mở sự cố mới nếu tái diễn."), code="reviewed")
    words = log.written(reason, "reason", least=5, longest=1000)
    incident.state, incident.closed_at, incident.closed_by = State.RESPONDING, None, ""
    incident.contained_at = None
    incident.review_state = ReviewState.NONE
    due.start_clocks(incident)
    log.add(incident, "reopened", scope=scope, reason=words)
    log.moved(incident)
    log.record(scope, "reopen", incident, reason=words)
    return incident


@transaction.atomic
def save_review(*, scope: Scope, number: str | UUID, changes: Mapping[str, Any], revision: int | None = None) -> Review:
    """Write in the review: what_happened, causes (codes), cause_words, went_well, to_improve. InvalidInput, Conflict."""
    incident, review = _open_review(scope, number, revision)
    faults = {}
    for name, value in changes.items():
        if name == "causes":
            if not isinstance(value, list) or set(value) - set(Cause.values):
                faults[name] = _("Chọn nguyên nhân trong danh sách.")
            else:
                review.causes = list(dict.fromkeys(value))
        elif name not in WRITTEN:
            faults[name] = _("Không có trường này.")
        elif len(str(value)) > WRITTEN[name]:
            faults[name] = _("Dài quá {n} ký tự.").format(n=WRITTEN[name])
        else:
            setattr(review, name, str(value).strip())
    if faults:
        raise InvalidInput(_("Đánh giá chưa hợp lệ."), action=_("Sửa các mục được nêu."), fields=faults)
    return _keep(scope, incident, review, "review")


@transaction.atomic
def finish_review(*, scope: Scope, number: str | UUID, revision: int | None = None) -> Review:
    """Finish the review: what happened and a cause must be there; the figures of the clocks are kept with it."""
    incident, review = _open_review(scope, number, revision)
    faults = {}
    if not review.what_happened:
        faults["what_happened"] = _("Ghi diễn biến.")
    if not review.causes:
        faults["causes"] = _("Chọn ít nhất một nguyên nhân.")
    if faults:
        raise InvalidInput(_("Đánh giá chưa đủ."), action=_("Ghi thêm các mục được nêu."), fields=faults)
    review.figures = msgspec.to_builtins(figures_of(incident))
    review.done_at, review.done_by = clock.now(), log.person(scope)
    incident.review_state = ReviewState.DONE
    log.add(incident, "review_done", scope=scope)
    log.moved(incident)
    return _keep(scope, incident, review, "review_done")


def review_of(incident: Incident) -> Review | None:
    """The review of an incident, if it has begun."""
    return Review.objects.filter(incident=incident).first()


def _open_review(scope: Scope, number: str | UUID, revision: int | None) -> tuple[Incident, Review]:
    incident = seeing.incident_for(scope, number, lock=True)
    require(scope, policies.REVIEW, incident.lead_unit_id)
    review = Review.objects.select_for_update().filter(incident=incident).first()
    if review is None or incident.state in RUNNING:
        raise NotFound(_("Sự cố chưa đóng nên chưa có đánh giá."), action=_("Đóng sự cố trước."))
    if review.done_at is not None:
        raise Conflict(_("Đánh giá đã hoàn thành."), action=_("Ghi thêm vào nhật ký nếu cần."), code="reviewed")
    if revision is not None and revision != review.revision:
        raise Conflict(_("Người khác vừa sửa đánh giá này."), action=_("Tải lại rồi làm lại."), code="stale")
    return incident, review


def _keep(scope: Scope, incident: Incident, review: Review, action: str) -> Review:
    review.revision += 1
    review.save()
    log.record(scope, action, incident, revision=review.revision)
    return review
