"""Runs the station-file servers: FTP/FTPS, SFTP, watched folders, and the one worker that processes what they take."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

import structlog

from sen.connector_sdk.runner import RunnerContext
from sen.connectors.station_files.folder import WatchedFolders
from sen.connectors.station_files.ftp import FtpServer
from sen.connectors.station_files.intake import Accounts, Intake
from sen.connectors.station_files.keys import ftps_certificate, sftp_host_key
from sen.connectors.station_files.sftp import SftpServer
from sen.connectors.station_files.spool import Spool
from sen.connectors.station_files.uploads import SignIn

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0


async def run(context: RunnerContext) -> None:
    """Serve until `context.stop`. Raises OSError where a port is taken."""
    spool, accounts = Spool(context.data), Accounts(context)
    await accounts.refresh()
    intake = Intake(context, spool, accounts)

    def receive(key: str, name: str, content: bytes, channel: str) -> None:
        intake.receive(key=key, name=name, content=content, channel=channel)

    def is_valid(key: str, secret_sha256: str) -> bool:
        return secret_sha256 in accounts.secrets.get(key, frozenset())

    sign_in = SignIn(context)
    ftp = await asyncio.to_thread(
        lambda: FtpServer(
            listen=context.listen, spool=spool, certificate=ftps_certificate(context.data), sign_in=sign_in, receive=receive,
            settings_of=accounts.of, is_valid=is_valid,
        )
    )  # fmt: skip
    sftp = SftpServer(spool=spool, sign_in=sign_in, receive=receive, is_valid=is_valid)
    try:
        await sftp.start(host=context.listen.host, port=context.listen.sftp_port, host_key=sftp_host_key(context.data))
        context.listening("ftp", ftp.port)
        context.listening("sftp", sftp.port)

        async def changed() -> None:
            await accounts.refresh()
            ftp.recheck()
            sftp.recheck()

        context.on_accounts_changed(changed)
        folders = WatchedFolders(spool=spool, receive=receive, keep_bad=context.keep_bad_input)
        await _until(context.stop, intake.run(), _watch(folders, spool, accounts))
    finally:
        await sftp.stop()
        await asyncio.to_thread(ftp.stop)


async def _watch(folders: WatchedFolders, spool: Spool, accounts: Accounts) -> None:
    made: set[str] = set()
    while True:
        keys = sorted(accounts.settings)
        for key in set(keys) - made:
            await asyncio.to_thread(spool.inbox(key).mkdir, parents=True, exist_ok=True)
            made.add(key)
        try:
            await asyncio.to_thread(folders.look, keys)
        except Exception:
            log.exception("folder_watch_failed")
        await asyncio.sleep(_LOOK_EVERY_S)


async def _until(stop: asyncio.Event, *work: Coroutine[Any, Any, None]) -> None:
    """Run coroutines until `stop`; a failure of one ends all and is raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    waiter = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait([waiter, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (waiter, *tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
