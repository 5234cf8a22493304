"""What every carrier takes and answers. A carrier sends one message and says what became of it; retries are decided elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import msgspec

from sen.kernel.configuration import Settings


class Message(msgspec.Struct, frozen=True):
    """What goes out. `key` is the same for every try of a delivery, so that a carrier can tell a repetition."""

    key: str
    to: str
    name: str
    title: str
    body: str
    link: str
    severity: str
    drill: bool
    answer_with: str = ""
    """What to reply to confirm, where a reply is asked for."""

    def text(self, longest: int = 0) -> str:
        """Title, body and link as plain text; the body gives way where all is longer than `longest` characters."""
        tail = [part for part in (self.answer_with, self.link) if part]
        words = "\n".join(part for part in (self.title, self.body, *tail) if part)
        if not longest or len(words) <= longest:
            return words
        room = longest - sum(len(part) + 1 for part in (self.title, *tail)) - 2
        body = self.body[:room].rsplit(" ", 1)[0] + "…" if room > 20 else ""
        return "\n".join(part for part in (self.title[: longest - 1], body, *tail) if part)


class Receipt(msgspec.Struct, frozen=True):
    """The carrier has taken the message. `delivered`: it also says that the person has it."""

    reference: str = ""
    delivered: bool = False


class Unreachable(Exception):
    """The carrier did not take it now; trying again may help. `retry_after_s` where the carrier asked for a pause."""

    def __init__(self, reason: str, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class Refused(Exception):
    """The carrier will never take this message; trying again does not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Carrier(ABC):
    """One way to reach people outside the console."""

    code: ClassVar[str]
    reaches: ClassVar[str]
    """What it needs of a person: `email`, `phone`, or nothing (one address for the whole centre)."""
    lowest: ClassVar[str]
    """From which severity it is used for people who chose nothing."""

    def __init__(self, config: Settings) -> None:
        self.config = config

    @staticmethod
    @abstractmethod
    def is_on(config: Settings) -> bool:
        """Whether the settings of this centre use it."""

    @abstractmethod
    def send(self, message: Message) -> Receipt:
        """Hand the message over. Raises Unreachable and Refused, with a reason in plain words."""
