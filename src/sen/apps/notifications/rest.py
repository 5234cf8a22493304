"""REST of notifications: the caller's inbox, and what became of deliveries for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from sen.apps.notifications import deliveries, policies, queries, services
from sen.kernel.scopes import require, scope_of

router = Router(tags=["notifications"])


class NotificationOut(Schema):
    """One notification of the caller."""

    id: UUID
    title: str
    body: str
    url: str
    severity: str
    about: str
    drill: bool
    needs_ack: bool
    created_at: datetime
    read_at: datetime | None
    acknowledged_at: datetime | None


class NotificationsOut(Schema):
    """A page of the inbox; `unread` counts all."""

    items: list[NotificationOut]
    next: str | None
    unread: int


class DeliveryOut(Schema):
    """One message over one carrier; the address is masked."""

    id: UUID
    notification: UUID
    about: str
    title: str
    name: str
    address: str
    carrier: str
    state: str
    reason: str
    attempts: int
    due_at: datetime | None
    sent_at: datetime | None


class DeliveriesOut(Schema):
    items: list[DeliveryOut]
    next: str | None


class RetryIn(Schema):
    ids: list[UUID]


class RetryOut(Schema):
    retried: int


@router.get("/notifications", response=NotificationsOut, operation_id="list_notifications", summary="Thông báo của tôi")
def list_notifications(request: HttpRequest, unread: bool = False, limit: int = 50, cursor: UUID | None = None) -> dict[str, Any]:  # fmt: skip
    scope = require(scope_of(request), policies.VIEW)
    limit = min(max(limit, 1), 200)
    items = queries.inbox(scope, only_unread=unread, limit=limit + 1, before=cursor)
    more = str(items[limit - 1].id) if len(items) > limit else None
    return {"items": items[:limit], "next": more, "unread": queries.unread(scope)}


@router.post("/notifications/{notification_id}/read", response={204: None}, operation_id="read_notification", summary="Đã đọc")  # fmt: skip
def read_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    scope = require(scope_of(request), policies.ACKNOWLEDGE)
    services.mark_read(scope=scope, notification_id=notification_id)
    return HttpResponse(status=204)


@router.post("/notifications/{notification_id}/acknowledge", response={204: None}, operation_id="acknowledge_notification", summary="Xác nhận đã nhận")  # fmt: skip
def acknowledge_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    scope = require(scope_of(request), policies.ACKNOWLEDGE)
    services.acknowledge(scope=scope, notification_id=notification_id)
    return HttpResponse(status=204)


@router.get("/deliveries", response=DeliveriesOut, operation_id="list_deliveries", summary="Tin đã gửi qua các kênh")
def list_deliveries(request: HttpRequest, carrier: str = "", state: str = "", q: str = "") -> dict[str, Any]:
    """The newest 200."""
    scope = require(scope_of(request), policies.LIST_DELIVERIES)
    items = [
        {
            "id": one.pk, "notification": one.notification_id, "about": one.notification.about, "title": one.notification.title,
            "name": one.user.full_name if one.user else one.name, "address": getattr(one, "masked", ""), "carrier": one.carrier,
            "state": one.state, "reason": one.reason, "attempts": one.attempts, "due_at": one.due_at, "sent_at": one.sent_at,
        }
        for one in deliveries.rows(scope, carrier=carrier, state=state, q=q)
    ]  # fmt: skip
    return {"items": items, "next": None}


@router.post("/deliveries/retry", response=RetryOut, operation_id="retry_deliveries", summary="Gửi lại tin lỗi")
def retry_deliveries(request: HttpRequest, body: RetryIn) -> dict[str, Any]:
    scope = require(scope_of(request), policies.RETRY)
    return {"retried": deliveries.retry(scope=scope, ids=body.ids)}
