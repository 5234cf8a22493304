"""What connectors get from the process that hosts them: the log, the sources, the gateway. Implements the SDK's RunnerContext."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import structlog
from django.db import close_old_connections

from sen.apps.procedures import interface as procedures
from sen.apps.sources import interface as sources
from sen.connector_sdk.messages import ReadingMessage, encode_readings
from sen.connector_sdk.runner import BadInput, Listen, SourceAccount
from sen.engines.nats import DeviceUser, reload_device_credentials
from sen.eventbus import Bus
from sen.kernel import clock
from sen.kernel.configuration import Settings
from sen.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

_T = TypeVar("_T")
# NATS applies a reloaded configuration a moment after the signal; only then may "it works" be said.
_RELOAD_SETTLES_S = 0.3


class ConnectorHost:
    """One per process."""

    def __init__(self, settings: Settings, bus: Bus, stop: asyncio.Event) -> None:
        first, _, last = settings.ftp_passive_ports.partition("-")
        self.data = Path(settings.data).absolute()
        self.listen = Listen(
            settings.device_host, settings.ftp_port, settings.sftp_port, (int(first or 0), int(last or first or 0))
        )
        self.stop = stop
        self.ports: dict[str, int] = {}
        self.all_listening = asyncio.Event()
        self.failures = 0
        self._bus = bus
        self._callbacks: dict[str, Callable[[], Awaitable[None]]] = {}
        self._changing = asyncio.Lock()
        self._asked = 0
        self._done = 0

    async def publish(self, source_key: str, messages: Sequence[ReadingMessage], *, message_id: str = "") -> None:
        """See RunnerContext."""
        headers = {"Nats-Msg-Id": message_id} if message_id else None
        await self._bus.publish(f"readings.{source_key}", encode_readings(messages), headers=headers)

    async def publish_records(self, source_key: str, kind: str, body: bytes, *, message_id: str = "") -> None:
        """See RunnerContext."""
        headers = {"Nats-Msg-Id": message_id} if message_id else None
        await self._bus.publish(f"records.{kind}.{source_key}", body, headers=headers)

    def checkpoint(self, source_key: str) -> dict[str, Any]:
        """See RunnerContext."""
        return _with_database(lambda: procedures.checkpoint(source_key))

    def save_checkpoint(self, source_key: str, value: dict[str, Any], records: int = 0) -> None:
        """See RunnerContext."""
        _with_database(lambda: procedures.save_checkpoint(source_key, value, records))

    def authenticate(self, key: str, secret: str) -> SourceAccount | None:
        """See RunnerContext."""
        found = _with_database(lambda: sources.authenticate(key, secret))
        return _account(found) if found else None

    def accounts(self, connector: str) -> list[SourceAccount]:
        """See RunnerContext."""
        return [_account(row) for row in _with_database(lambda: sources.credentials(connector))]

    def report_error(self, source_key: str, code: str, message: str) -> None:
        """See RunnerContext."""

        def report() -> None:
            number = sources.numbers_by_key().get(source_key)
            if number is None:
                log.warning("error_of_unknown_source", key=source_key[:64], code=code, message=message)
                return
            sources.report_error(number, code, message, clock.now())

        _with_database(report)

    def keep_bad_input(self, source_key: str, letters: Iterable[BadInput]) -> None:
        """See RunnerContext."""

        def keep() -> None:
            number = sources.numbers_by_key().get(source_key)
            sources.add_dead_letters([
                sources.DeadLetterRow(
                    source_number=number, received=one.received, channel=one.channel, subject=one.subject, payload=one.payload,
                    code=one.code, message=one.message, seq=one.identity,
                )
                for one in letters
            ])  # fmt: skip

        _with_database(keep)

    def on_accounts_changed(self, callback: Callable[[], Awaitable[None]]) -> None:
        """See RunnerContext."""
        # A connector that is started again replaces what it registered before.
        self._callbacks[callback.__module__] = callback

    async def set_gateway_users(self, accounts: Sequence[SourceAccount]) -> None:
        """See RunnerContext."""
        users = [DeviceUser(account.key, account.password_bcrypt) for account in accounts]
        try:
            await asyncio.to_thread(reload_device_credentials, users, self.data)
        except OSError as error:
            raise Unavailable("Không ghi được danh sách thiết bị của cổng MQTT.", code="gateway_unavailable") from error
        await asyncio.sleep(_RELOAD_SETTLES_S)

    def listening(self, name: str, port: int) -> None:
        """See RunnerContext."""
        self.ports[name] = port
        if {"ftp", "sftp"} <= set(self.ports):
            self.all_listening.set()
        log.info("listening", server=name, port=port)

    async def accounts_changed(self) -> None:
        """Let every connector look at the accounts again; requests that arrive together share one look. Raises what a connector raises."""
        self._asked += 1
        mine = self._asked
        async with self._changing:
            if self._done >= mine:
                return
            covered = self._asked
            for callback in list(self._callbacks.values()):
                await callback()
            self._done = covered


def fingerprint() -> int:
    """Changes with every valid secret, stop, resume, setting; blocks on the database."""
    rows = _with_database(sources.credentials)
    return hash(tuple((row.key, row.secret_sha256, row.active, repr(row.settings)) for row in rows))


def _account(row: sources.SourceCredential) -> SourceAccount:
    return SourceAccount(
        number=row.number, key=row.key, code=row.code, connector=row.connector, secret_sha256=row.secret_sha256,
        password_bcrypt=row.password_bcrypt, active=row.active, simulated=row.simulated, settings=dict(row.settings),
    )  # fmt: skip


def _with_database(work: Callable[[], _T]) -> _T:
    """Run ORM code in a thread of our own and give its connection back: outside a request nobody else does."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
