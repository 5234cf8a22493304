"""Who may read their own notifications, and who may look after deliveries."""

from __future__ import annotations

from sen.kernel.scopes import EVERYONE, Role, register

VIEW = "notifications.view"
ACKNOWLEDGE = "notifications.acknowledge"
CHANGE_SETTINGS = "notifications.change_settings"
LIST_DELIVERIES = "notifications.list_deliveries"
RETRY = "notifications.retry"

register(VIEW, EVERYONE, kind="read")
register(ACKNOWLEDGE, EVERYONE)
register(CHANGE_SETTINGS, EVERYONE)
register(LIST_DELIVERIES, (Role.ADMINISTRATOR, Role.AUDITOR), kind="read")
register(RETRY, (Role.ADMINISTRATOR,))
