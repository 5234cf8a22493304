"""What a gateway got, once per key, and how it behaves towards the next messages."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Kept:
    """One message. `repeats` counts how often the same key came again."""

    carrier: str
    key: str
    to: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)
    repeats: int = 0


@dataclass
class Behaviour:
    """For the next `times` messages: answer with `status`, after `slow_s`, with `retry_after_s`; `take` keeps the message all the same.

    `status` 0 closes the connection without an answer, as a gateway does that dies.
    """

    times: int = 0
    status: int = 503
    slow_s: float = 0.0
    retry_after_s: int = 0
    take: bool = False


class Box:
    """Thread safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: dict[tuple[str, str], Kept] = {}
        self._behaviour = Behaviour()

    def keep(self, message: Kept) -> Kept:
        """Keep a message, or count it as a repeat of the one with its key."""
        with self._lock:
            known = self._messages.setdefault((message.carrier, message.key), message)
            if known is not message:
                known.repeats += 1
            return known

    def messages(self, carrier: str = "") -> list[Kept]:
        """What was kept, in the order in which it came."""
        with self._lock:
            return [one for one in self._messages.values() if carrier in {"", one.carrier}]

    def as_json(self) -> list[dict[str, Any]]:
        """The messages for the control page."""
        return [asdict(one) for one in self.messages()]

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._messages.clear()
            self._behaviour = Behaviour()

    def behave(self, behaviour: Behaviour) -> None:
        """How the next messages are answered."""
        with self._lock:
            self._behaviour = behaviour

    def trouble(self) -> Behaviour | None:
        """The trouble that the message at hand meets, after its pause; None where all is well."""
        with self._lock:
            wanted = self._behaviour
            if wanted.times <= 0:
                return None
            wanted.times -= 1
        time.sleep(wanted.slow_s)
        return wanted
