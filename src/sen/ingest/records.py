"""Takes pages of dossiers from the stream RECORDS, stores several together and acknowledges them; then lets the figures follow.

Nothing is acknowledged that is not stored, and storing twice changes nothing: a kill at any moment loses and doubles no dossier.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial

import structlog
from nats.aio.msg import Msg

from sen.apps.procedures import interface as procedures
from sen.eventbus import DOSSIERS, DOSSIERS_PREFIX, RECORDS, Bus
from sen.ingest.desk import in_database
from sen.kernel.errors import Unavailable

log = structlog.get_logger(__name__)

TOGETHER_BYTES = 12_000_000
"""About ten thousand dossiers: what is stored at once costs little more than one page of them."""
COUNT_EVERY_S = 20.0
_WAIT_S, _MORE_WAIT_S, _PAUSE_S = 2.0, 0.05, 1.0


async def serve(bus: Bus) -> None:
    """Store what arrives, for ever; recount when nothing more comes, and every COUNT_EVERY_S while it does not end."""
    uncounted, counted_at = True, time.monotonic()  # what an earlier process stored may not be counted yet
    while True:
        try:
            taken = await take(bus)
            if taken:
                uncounted |= await keep(taken)
                for message in taken:  # the server lets no consumer of a work queue acknowledge all before at once
                    await message.ack()
            if uncounted and (not taken or time.monotonic() - counted_at > COUNT_EVERY_S):
                await in_database(procedures.recount)
                uncounted, counted_at = False, time.monotonic()
        except Unavailable as error:
            log.warning("records_wait", error=str(error))
            await asyncio.sleep(_PAUSE_S)
        except Exception:
            log.exception("records_not_stored")
            await asyncio.sleep(_PAUSE_S)


async def take(bus: Bus) -> list[Msg]:
    """The next messages in their order; none when there are none for a while. Raises Unavailable."""
    taken: list[Msg] = []
    size = 0
    while size < TOGETHER_BYTES:
        message = await bus.next(RECORDS, DOSSIERS, _MORE_WAIT_S if taken else _WAIT_S)
        if message is None:
            break
        taken.append(message)
        size += len(message.data)
    return taken


async def keep(taken: list[Msg]) -> bool:
    """Store messages source by source; whether anything is news. Raises Unavailable."""
    by_source: dict[str, list[bytes]] = {}
    for message in taken:
        by_source.setdefault(message.subject.removeprefix(DOSSIERS_PREFIX), []).append(message.data)
    news = 0
    for key, bodies in by_source.items():
        stored = await in_database(partial(procedures.receive, key, bodies))
        news += stored.stored
    return news > 0
