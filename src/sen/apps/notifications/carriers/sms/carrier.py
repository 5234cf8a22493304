"""SMS over a gateway of the province's choice that speaks the contract of docs/notifications.md."""

from __future__ import annotations

from typing import ClassVar

from sen.apps.notifications.carriers.gateway import Gateway
from sen.kernel.configuration import Settings


class Sms(Gateway):
    """Needs a phone number; used for the highest severity where a person chose nothing."""

    code: ClassVar[str] = "sms"
    longest: ClassVar[int] = 480

    @staticmethod
    def is_on(config: Settings) -> bool:
        """Where `SEN_SMS_URL` is set."""
        return bool(config.sms_url)

    @staticmethod
    def url_and_token(config: Settings) -> tuple[str, str]:
        """The gateway's address and token."""
        return config.sms_url, config.sms_token
