"""The JSON contract of SMS and Zalo gateways (docs/notifications.md): request, answer, delivery report, reply."""

from __future__ import annotations

import json
from datetime import datetime
from typing import ClassVar, Literal

import msgspec
from django.utils.translation import gettext as _

from sen.apps.notifications.carriers.contract import Carrier, Message, Receipt, Refused
from sen.apps.notifications.carriers.http_json import post
from sen.kernel.configuration import Settings


class Report(msgspec.Struct):
    """What became of a message, told by the gateway afterwards; `key` is the one that Sen sent."""

    key: str
    state: Literal["delivered", "failed"]
    reason: str = ""


class Reply(msgspec.Struct):
    """What a person replied. `id` is the gateway's own, so that a repeated report counts once; `sender` is the phone number."""

    id: str
    sender: str
    text: str
    at: datetime | None = None


class Callback(msgspec.Struct):
    """The body of a gateway's call to `/gateways/<carrier>/`."""

    reports: list[Report] = []
    replies: list[Reply] = []


class Gateway(Carrier):
    """A gateway that speaks the contract."""

    reaches: ClassVar[str] = "phone"
    lowest: ClassVar[str] = "serious"
    longest: ClassVar[int]

    @staticmethod
    def url_and_token(config: Settings) -> tuple[str, str]:
        """Where the gateway is, and the token for both directions."""
        raise NotImplementedError

    def send(self, message: Message) -> Receipt:
        """`POST <url>`; 2xx with `state` accepted or delivered is taken, `rejected` is refused for good."""
        url, token = self.url_and_token(self.config)
        body = {
            "key": message.key, "to": message.to, "name": message.name, "text": message.text(self.longest),
            "severity": message.severity, "drill": message.drill,
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": message.key}
        said = post(url, json.dumps(body, ensure_ascii=False).encode(), headers, self.config)
        if said.get("state") == "rejected":
            raise Refused(_("Cổng từ chối: %(reason)s") % {"reason": str(said.get("reason", ""))[:200]})
        return Receipt(str(said.get("id", ""))[:100], said.get("state") == "delivered")
