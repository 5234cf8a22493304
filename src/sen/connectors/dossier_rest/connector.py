"""Pulls changed dossiers from one-stop systems, page by page. A page is in the durable log before the cursor moves past it, so a kill
at any moment loses nothing; what it repeats is recognised when it is stored."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta

import aiohttp
import msgspec
import structlog

from sen.connector_sdk.runner import RunnerContext, SourceAccount
from sen.connectors.dossier_rest.pages import Cursor, Refused, fetch, following, messages
from sen.connectors.dossier_rest.settings import DossierRestSettings
from sen.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

CONNECTOR = "dossier_rest"
KIND = "dossiers"
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 60.0


async def run(context: RunnerContext) -> None:
    """Keep one puller per active source until `context.stop`; a changed source starts its puller anew."""
    pullers: dict[str, tuple[SourceAccount, asyncio.Task[None]]] = {}

    async def changed() -> None:
        active = {
            one.key: one
            for one in await asyncio.to_thread(context.accounts, CONNECTOR)
            if one.active and one.settings.get("url")
        }
        for key, (account, task) in list(pullers.items()):
            if key not in active or active[key].settings != account.settings:
                task.cancel()
                del pullers[key]
        for key, account in active.items():
            if key not in pullers:
                pullers[key] = (account, asyncio.create_task(_pull(context, account)))

    context.on_accounts_changed(changed)
    await changed()
    try:
        await context.stop.wait()
    finally:
        for _account, task in pullers.values():
            task.cancel()
        await asyncio.gather(*(task for _account, task in pullers.values()), return_exceptions=True)


async def _pull(context: RunnerContext, account: SourceAccount) -> None:
    """Ask for page after page for ever; what goes wrong is shown on the desk and tried again, more slowly each time."""
    wanted = DossierRestSettings.model_validate(account.settings)
    pause = _FIRST_PAUSE_S
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                done = await step(context, session, account.key, wanted, _token(context, account.code))
                pause = _FIRST_PAUSE_S
                if done:
                    await _rest(context, wanted.every_s)
            except Refused as refused:
                await asyncio.to_thread(context.report_error, account.key, refused.code, str(refused))
                await _rest(context, max(pause, min(refused.wait_s, 600.0)))
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            except Unavailable as error:
                log.warning("dossiers_not_kept", source=account.code, error=str(error))
                await _rest(context, pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            except Exception:
                log.exception("dossier_pull_failed", source=account.code)
                await _rest(context, _LONGEST_PAUSE_S)


async def step(
    context: RunnerContext, session: aiohttp.ClientSession, key: str, wanted: DossierRestSettings, token: str
) -> bool:
    """Bring one page into the log, then move the cursor; whether the round is over. Raises Refused, Unavailable."""
    cursor = msgspec.convert(await asyncio.to_thread(context.checkpoint, key), Cursor)
    page = await fetch(session, wanted, cursor, token)
    for name, body in messages(page, cursor):
        await context.publish_records(key, KIND, body, message_id=f"{key}/{name}")
    ends = following(cursor, page, _earlier(cursor.as_of or page.as_of, wanted.overlap_s))
    await asyncio.to_thread(context.save_checkpoint, key, msgspec.to_builtins(ends), len(page.items))
    return not page.next


def _earlier(as_of: str, seconds: int) -> str:
    try:
        return (datetime.fromisoformat(as_of) - timedelta(seconds=seconds)).isoformat()
    except ValueError as error:
        raise Refused("remote_bad_answer", f"as_of {as_of[:40]!r}") from error


def _token(context: RunnerContext, code: str) -> str:
    path = context.data / "secrets" / f"{code}.token"
    with contextlib.suppress(OSError):
        return path.read_text().strip()
    return ""


async def _rest(context: RunnerContext, seconds: float) -> None:
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(context.stop.wait(), seconds)
