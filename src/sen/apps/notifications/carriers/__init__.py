"""The carriers outside the console, one folder each; `switched_on` names those that the settings of this centre use."""

from __future__ import annotations

from sen.apps.notifications.carriers.contract import Carrier, Message, Receipt, Refused, Unreachable
from sen.apps.notifications.carriers.email.carrier import Email
from sen.apps.notifications.carriers.sms.carrier import Sms
from sen.apps.notifications.carriers.webhook.carrier import Webhook
from sen.apps.notifications.carriers.zalo.carrier import Zalo
from sen.kernel.configuration import Settings, settings

__all__ = ["CODES", "Carrier", "Message", "Receipt", "Refused", "Unreachable", "switched_on"]

_ALL: tuple[type[Carrier], ...] = (Email, Sms, Zalo, Webhook)
CODES = tuple(one.code for one in _ALL)


def switched_on(config: Settings | None = None) -> dict[str, Carrier]:
    """Carrier by code, of those whose address is set; only that address is ever contacted."""
    config = config or settings()
    return {kind.code: kind(config) for kind in _ALL if kind.is_on(config)}
