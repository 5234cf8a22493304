"""Keeps the users of the MQTT gateway equal to the valid secrets of the MQTT sources. The gateway itself is NATS; readings never pass here."""

from __future__ import annotations

import asyncio

import structlog

from sen.connector_sdk.runner import RunnerContext, SourceAccount
from sen.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

CONNECTOR = "mqtt"
_RETRY_PAUSE_S = 2.0


async def run(context: RunnerContext) -> None:
    """Hand the users over at start and after every change, until `context.stop`."""
    known: list[SourceAccount] | None = None

    async def changed() -> None:
        nonlocal known
        found = await asyncio.to_thread(context.accounts, CONNECTOR)
        users = gateway_users(found)
        if users != known:
            await context.set_gateway_users(users)
            known = users
            log.info("gateway_users", count=len(users))

    context.on_accounts_changed(changed)
    while not context.stop.is_set():
        try:
            await changed()
            break
        except Unavailable as error:
            log.warning("gateway_users_not_set", error=str(error))
            await asyncio.sleep(_RETRY_PAUSE_S)
    await context.stop.wait()


def gateway_users(accounts: list[SourceAccount]) -> list[SourceAccount]:
    """One user per source that is not stopped, with its newest secret: the gateway keeps one password per user."""
    newest: dict[str, SourceAccount] = {}
    for account in accounts:  # newest secret of a source comes first
        if account.active:
            newest.setdefault(account.key, account)
    return list(newest.values())
