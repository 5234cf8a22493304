"""Apps that want to know at once when somebody confirms: told in the transaction that writes the confirmation."""

from __future__ import annotations

from collections.abc import Callable

from sen.apps.notifications.models import Delivery
from sen.apps.notifications.types import Acknowledged

Listener = Callable[[Acknowledged], None]
_listeners: dict[str, Listener] = {}


def register(prefix: str, listener: Listener) -> None:
    """`listener` is called for notifications whose `about` starts with `prefix`; once per app, from its `ready`."""
    _listeners[prefix] = listener


def tell(delivery: Delivery, how: str) -> None:
    """Somebody confirmed `delivery`."""
    about = delivery.notification.about
    for prefix, listener in _listeners.items():
        if about.startswith(prefix):
            listener(Acknowledged(about, delivery.user_id, delivery.person_ref, how))
