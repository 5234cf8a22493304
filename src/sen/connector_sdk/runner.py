"""The contract between a connector that runs all the time and the process that hosts it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sen.connector_sdk.messages import ReadingMessage


@dataclass(frozen=True)
class SourceAccount:
    """One valid secret of one source as connectors see it. `active` is false while the source is stopped."""

    number: int
    key: str
    code: str
    connector: str
    secret_sha256: str
    password_bcrypt: str
    active: bool
    simulated: bool = False
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BadInput:
    """Bytes that could not be used, for the list of dead letters. `subject` names the file or topic.

    `identity` (below 2**63) is the same whenever the same input is handed in again, as after a crash: it is then kept once.
    """

    received: datetime
    channel: str
    subject: str
    payload: bytes
    code: str
    message: str
    identity: int | None = None


@dataclass(frozen=True)
class Listen:
    """Where device-facing servers listen; port 0 takes a free one. `passive_ports` is first and last of FTP data ports."""

    host: str
    ftp_port: int
    sftp_port: int
    passive_ports: tuple[int, int]


class RunnerContext(Protocol):
    """What a running connector may use. The blocking methods are for protocol servers that live in threads of their own."""

    data: Path
    listen: Listen
    stop: asyncio.Event

    async def publish(self, source_key: str, messages: Sequence[ReadingMessage], *, message_id: str = "") -> None:
        """Put readings into the durable log; returns when the log has them. `message_id` lets it drop a repetition.

        Raises sen.kernel.errors.Unavailable.
        """
        ...

    async def publish_records(self, source_key: str, kind: str, body: bytes, *, message_id: str = "") -> None:
        """Put a page of records (a JSON array of objects; `kind` such as `dossiers`) into the durable log; returns when the log has it.

        Raises sen.kernel.errors.Unavailable.
        """
        ...

    def checkpoint(self, source_key: str) -> dict[str, Any]:
        """What `save_checkpoint` kept last for this source; empty before the first time. Blocks on the database."""
        ...

    def save_checkpoint(self, source_key: str, value: dict[str, Any], records: int = 0) -> None:
        """Remember how far a source was read; `records` are added to its count. Blocks on the database."""
        ...

    def authenticate(self, key: str, secret: str) -> SourceAccount | None:
        """The source with this key and secret, or None. Blocks on the database."""
        ...

    def accounts(self, connector: str) -> list[SourceAccount]:
        """Every valid account of a connector. Blocks on the database."""
        ...

    def report_error(self, source_key: str, code: str, message: str) -> None:
        """Show an error of a source on the connection desk; unknown keys are only logged. Blocks on the database."""
        ...

    def keep_bad_input(self, source_key: str, letters: Iterable[BadInput]) -> None:
        """Keep input that could not be used for a person to see. Blocks on the database; raises when it was not kept."""
        ...

    def on_accounts_changed(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Call `callback` whenever secrets were made, revoked or stopped; it is awaited before whoever changed them is answered."""
        ...

    async def set_gateway_users(self, accounts: Sequence[SourceAccount]) -> None:
        """Let the MQTT gateway know exactly these users. Raises sen.kernel.errors.Unavailable."""
        ...

    def listening(self, name: str, port: int) -> None:
        """Tell the host on which port a server of this connector listens (`ftp`, `sftp`); the host says so in its health."""
        ...


class Runner(Protocol):
    """`run` of a connector: works until `context.stop` is set, then ends within seconds. Raising restarts it after a pause."""

    async def __call__(self, context: RunnerContext) -> None: ...
