"""Zalo over a gateway of the province's choice that speaks the contract of docs/notifications.md."""

from __future__ import annotations

from typing import ClassVar

from sen.apps.notifications.carriers.gateway import Gateway
from sen.kernel.configuration import Settings


class Zalo(Gateway):
    """Needs a phone number; used for the highest severity where a person chose nothing."""

    code: ClassVar[str] = "zalo"
    longest: ClassVar[int] = 2000

    @staticmethod
    def is_on(config: Settings) -> bool:
        """Where `SEN_ZALO_URL` is set."""
        return bool(config.zalo_url)

    @staticmethod
    def url_and_token(config: Settings) -> tuple[str, str]:
        """The gateway's address and token."""
        return config.zalo_url, config.zalo_token
