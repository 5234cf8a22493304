"""From a kept file to readings in the log: name, parse, publish, report. One worker takes them in the order they came."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import structlog

from sen.connector_sdk.runner import BadInput, RunnerContext
from sen.connectors.station_files.parser import LineProblem, ParsedFile, parse, read_name, readings
from sen.connectors.station_files.settings import StationFilesSettings
from sen.connectors.station_files.spool import Pending, Spool
from sen.kernel.errors import SenError

log = structlog.get_logger(__name__)

CONNECTOR = "station_files"
_MESSAGES_AT_ONCE = 200
_RETRY_PAUSE_S = 2.0


class Accounts:
    """The sources of this connector by key, refreshed when somebody changes one."""

    def __init__(self, context: RunnerContext) -> None:
        self._context = context
        self.settings: dict[str, StationFilesSettings] = {}
        self.secrets: dict[str, frozenset[str]] = {}

    async def refresh(self) -> None:
        """Read the accounts again."""
        found = await asyncio.to_thread(self._context.accounts, CONNECTOR)
        active = [account for account in found if account.active]
        self.settings = {a.key: StationFilesSettings.model_validate(a.settings) for a in active}
        secrets: dict[str, set[str]] = {}
        for account in active:
            secrets.setdefault(account.key, set()).add(account.secret_sha256)
        self.secrets = {key: frozenset(several) for key, several in secrets.items()}

    def of(self, key: str) -> StationFilesSettings:
        """The settings of a source; the defaults where it is not (or no longer) known."""
        return self.settings.get(key) or StationFilesSettings()


class Intake:
    """Takes pending files one after the other. `submit` may be called from any thread."""

    def __init__(self, context: RunnerContext, spool: Spool, accounts: Accounts) -> None:
        self._context, self._spool, self._accounts = context, spool, accounts
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Pending] = asyncio.Queue()

    def receive(self, *, key: str, name: str, content: bytes, channel: str) -> None:
        """Keep a complete file and queue it; returns when it is safe. Any thread. Raises OSError."""
        pending = self._spool.keep(key=key, name=name, content=content, channel=channel)
        self._loop.call_soon_threadsafe(self._queue.put_nowait, pending)

    async def run(self) -> None:
        """Process for ever, beginning with what an earlier run left behind."""
        for pending in await asyncio.to_thread(lambda: list(self._spool.pending())):
            self._queue.put_nowait(pending)
        while True:
            pending = await self._queue.get()
            if not await self._process(pending):
                # Back to the end: one file that cannot go on must not hold up the others.
                self._queue.put_nowait(pending)
                await asyncio.sleep(_RETRY_PAUSE_S)

    async def _process(self, pending: Pending) -> bool:
        """Process one file; False when an engine was away and it has to be tried again."""
        try:
            await self._work(pending)
        except (SenError, OSError) as error:
            if isinstance(error, FileNotFoundError):
                log.exception("raw_file_gone", key=pending.key, raw=pending.raw)
            else:
                log.warning("station_file_waits", key=pending.key, name=pending.name, error=str(error))
                return False
        except Exception as error:
            # Database drivers raise their own errors while PostgreSQL restarts; the file waits, nothing is lost.
            log.warning("station_file_waits", key=pending.key, name=pending.name, error=repr(error))
            return False
        await asyncio.to_thread(self._spool.finished, pending)
        return True

    async def _work(self, pending: Pending) -> None:
        content = await asyncio.to_thread(self._spool.content, pending)
        chosen = self._accounts.of(pending.key)
        named = read_name(pending.name, chosen.file_name_pattern, chosen.station)
        if named is None:
            await self._reject(
                pending,
                content,
                "bad_file_name",
                f"Tên tệp “{pending.name}” không theo mẫu {chosen.file_name_pattern}.",
            )
            return
        parsed = await asyncio.to_thread(parse, content, decimal=chosen.decimal)
        if parsed.code:
            await self._reject(pending, content, parsed.code, f"{pending.name}: {parsed.message}")
            return
        messages = readings(parsed.rows, named.station)
        for start in range(0, len(messages), _MESSAGES_AT_ONCE):
            part = messages[start : start + _MESSAGES_AT_ONCE]
            await self._context.publish(pending.key, part, message_id=f"{pending.id}-{start}")
        if parsed.problem_count:
            await self._reject(pending, _bad_lines(parsed.problems), "bad_lines", _explained(pending.name, parsed))
        log.info(
            "station_file", key=pending.key, name=pending.name, rows=len(parsed.rows), bad_lines=parsed.problem_count
        )

    async def _reject(self, pending: Pending, payload: bytes, code: str, message: str) -> None:
        letter = BadInput(
            received=datetime.fromisoformat(pending.received),
            channel=CONNECTOR,
            subject=pending.name,
            payload=payload,
            code=code,
            message=message,
            identity=int(pending.id, 16) >> 65,
        )
        await asyncio.to_thread(self._context.keep_bad_input, pending.key, [letter])


def _bad_lines(problems: list[LineProblem]) -> bytes:
    # Only the lines to be mended: replaying the corrected text must not send the good lines a second time.
    return "\r\n".join(problem.text for problem in problems).encode("utf-8", "replace") + b"\r\n"


def _explained(name: str, parsed: ParsedFile) -> str:
    shown: list[Any] = [f"dòng {p.line}: {p.message}" for p in parsed.problems[:20]]
    more = parsed.problem_count - len(shown)
    tail = f"; và {more} dòng khác" if more > 0 else ""
    return f"{name}: {len(parsed.rows)} dòng đúng, {parsed.problem_count} dòng sai. " + "; ".join(shown) + tail
