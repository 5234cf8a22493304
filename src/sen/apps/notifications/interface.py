"""What other apps may call of notifications: tell people something, and learn what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from sen.apps.notifications import announcing, carriers, delivering, listeners, queries, services, telling
from sen.apps.notifications.types import (
    Acknowledged,
    Address,
    DeliverySummary,
    DeliveryView,
    InboxItem,
    Recipients,
    Undeliverable,
)
from sen.kernel.scopes import Scope

__all__ = [
    "Acknowledged",
    "Address",
    "DeliverySummary",
    "DeliveryView",
    "InboxItem",
    "Recipients",
    "Undeliverable",
    "acknowledge",
    "carriers_on",
    "deliveries_of",
    "mark_read",
    "notify",
    "on_acknowledged",
    "run_due",
    "state_of",
    "unread",
]


def notify(
    *,
    key: str,
    to: Recipients,
    title: str,
    body: str,
    url: str,
    severity: str,
    about: str = "",
    drill: bool = False,
    carriers: Collection[str] | None = None,
    needs_ack: bool = False,
) -> UUID | None:
    """Tell `to` in the caller's transaction; None where the same `key` was told before.

    `severity`: info, notice, warning, serious. `about` is what `state_of` asks for, `alert:<id>`. `carriers` narrows those outside the
    console, None leaves it to what each person chose; the inbox always has it. Raises InvalidInput for an unknown severity.
    """
    return telling.notify(
        key=key, to=to, title=title, body=body, url=url, severity=severity, about=about, drill=drill, carriers=carriers,
        needs_ack=needs_ack,
    )  # fmt: skip


def state_of(abouts: Collection[str]) -> dict[str, DeliverySummary]:
    """What became of what was said about each of `abouts`; without those about which nothing was said. Two queries."""
    return queries.state_of(abouts)


def run_due(now: datetime) -> int:
    """What is due: announce what a kill left unannounced, start carriers that have work; how much was begun. Never waits for one."""
    return announcing.announce_missed(now) + delivering.start_due(now)


def deliveries_of(about: str) -> list[DeliveryView]:
    """Every delivery of what was said about one thing, oldest first; one query."""
    return queries.deliveries_of(about)


def on_acknowledged(prefix: str, listener: Callable[[Acknowledged], None]) -> None:
    """Call `listener` in the same transaction when somebody confirms a notification whose `about` starts with `prefix`."""
    listeners.register(prefix, listener)


def carriers_on() -> tuple[str, ...]:
    """The carriers outside the console that this centre uses."""
    return tuple(carriers.switched_on())


def unread(scope: Scope) -> int:
    """How many notifications the caller has not read, for the bell."""
    return queries.unread(scope)


def mark_read(*, scope: Scope, notification_id: UUID | None = None) -> int:
    """The caller has read one notification, or all; how many were unread. Raises NotFound for another's."""
    return services.mark_read(scope=scope, notification_id=notification_id)


def acknowledge(scope: Scope, notification_id: UUID) -> bool:
    """The caller confirms that they have taken note; False where they did before. Raises NotFound for another's."""
    return services.acknowledge(scope=scope, notification_id=notification_id)
