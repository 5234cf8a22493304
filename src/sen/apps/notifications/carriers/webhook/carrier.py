"""Every notification once as signed JSON to one configured address, for systems that pass it on."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import ClassVar

from sen.apps.notifications.carriers.contract import Carrier, Message, Receipt
from sen.apps.notifications.carriers.http_json import post
from sen.kernel import clock
from sen.kernel.configuration import Settings


class Webhook(Carrier):
    """One call per notification, whoever it is for; the receiver checks `X-Sen-Signature` and drops repeated keys."""

    code: ClassVar[str] = "webhook"
    reaches: ClassVar[str] = ""
    lowest: ClassVar[str] = "info"

    @staticmethod
    def is_on(config: Settings) -> bool:
        """Where `SEN_WEBHOOK_URL` is set."""
        return bool(config.webhook_url)

    def send(self, message: Message) -> Receipt:
        """Any 2xx is taken."""
        body = {
            "key": message.key, "title": message.title, "body": message.body, "link": message.link, "severity": message.severity,
            "drill": message.drill,
        }  # fmt: skip
        content = json.dumps(body, ensure_ascii=False).encode()
        stamp = clock.now_ms() // 1000
        headers = {"Idempotency-Key": message.key, "X-Sen-Signature": f"t={stamp},v1={sign(self.config.webhook_secret, stamp, content)}"}  # fmt: skip
        said = post(self.config.webhook_url, content, headers, self.config)
        return Receipt(str(said.get("id", ""))[:100], delivered=True)


def sign(secret: str, stamp: int, content: bytes) -> str:
    """HMAC-SHA256 over `<stamp>.<content>` in hexadecimal; the stamp (seconds) lets a receiver refuse old recordings."""
    return hmac.new(secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
