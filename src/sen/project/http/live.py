"""GET /live?topics=…: one server-sent-events stream per browser.

Topics: `asset:<code>`, `unit:<code>`, `sources`, and whole kinds of records: `alerts`, `incidents`, `notifications`.
"""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import parse_qs
from uuid import UUID

import structlog

from sen.apps.access import interface as access
from sen.apps.organisations import interface as organisations
from sen.ingest.desk import in_database
from sen.ingest.directory import Directory
from sen.kernel.errors import NotFound, SenError, Unavailable
from sen.project.http import centre as centres
from sen.project.http.answers import Problem, Receive, Scope, Send, answer_problem
from sen.project.http.audience import RESET, Audience, Wish
from sen.project.http.centre import centre
from sen.project.http.live_feed import LiveFeed

log = structlog.get_logger(__name__)

MAX_TOPICS = 500
KEEP_ALIVE_S = 15.0
FLUSH_S = 0.1
"""Least time between two pieces sent to one browser; what arrives meanwhile is joined."""
CHECK_S = 10.0
"""Seconds after which an open stream's right to exist is checked again."""

RECORD_TOPICS = {
    "alerts": ("alert", "alerts.view"),
    "incidents": ("incident", "incidents.view"),
    "tasks": ("task", "directives.view"),
    "sheets": ("sheet", "indicators.view"),
    "meetings": ("meeting", "programme.view"),
    "notifications": ("notification", "access.view_self"),
}
"""Topic → the kind of record, and what a caller must be allowed to."""

OPEN_S = 3.0
"""Seconds to wait until the feed follows the stream: what happens after `: open` must arrive."""

_feeds: dict[asyncio.AbstractEventLoop, tuple[LiveFeed, asyncio.Task[None]]] = {}
_starting: dict[asyncio.AbstractEventLoop, asyncio.Lock] = {}
"""By event loop, to which a lock belongs from the first time that somebody waits for it."""


async def live_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one GET with an endless stream; ends when the browser goes away or loses its right."""
    headers = dict(scope["headers"])
    try:
        topics = _topics(scope.get("query_string", b""))
        last = _last_seen(headers, scope.get("query_string", b""))
        wish = await _wish(headers, topics)
        feed = await _feed()
    except Problem as problem:
        await answer_problem(send, problem, headers)
        return
    except Exception as error:
        log.warning("live_refused", error=repr(error))
        text = "Luồng trực tiếp chưa sẵn sàng."
        unready = Problem(503, "unavailable", text, "Thử lại sau ít giây.", {"retry-after": "2"})
        await answer_problem(send, unready, headers)
        return
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await _stream(send, feed, wish, headers, topics, last, gone)
    except OSError:
        pass
    finally:
        gone.cancel()


async def shutdown() -> None:
    """Stop following and end open streams' feed."""
    loop = asyncio.get_running_loop()
    _starting.pop(loop, None)
    found = _feeds.pop(loop, None)
    if found is not None:
        found[1].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await found[1]
    await centres.shutdown()


async def _stream(  # noqa: PLR0917
    send: Send,
    feed: LiveFeed,
    wish: Wish,
    headers: dict[bytes, bytes],
    topics: list[str],
    last: str,
    gone: asyncio.Task[None],
) -> None:
    fields = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    audience = feed.join(wish)
    try:
        piece, cursor = await _greeting(feed, wish, last)
        await send({"type": "http.response.body", "body": b"retry: 2000\n: open\n\n" + piece, "more_body": True})
        checked = asyncio.get_running_loop().time()
        while not gone.done():
            piece = audience.since(cursor)
            if not piece:
                piece = await _next(audience, gone, cursor)
            if gone.done():
                return
            cursor = max(cursor, audience.sequence)
            await send({"type": "http.response.body", "body": piece or b": alive\n\n", "more_body": True})
            if asyncio.get_running_loop().time() - checked > CHECK_S:
                checked = asyncio.get_running_loop().time()
                again = await _still_allowed(headers, topics, wish)
                if again is None:
                    await send({"type": "http.response.body", "body": RESET, "more_body": False})
                    return
                if again != wish:
                    feed.leave(audience)
                    wish, audience = again, feed.join(again)
            # Many listeners of one process share its time: each is sent larger pieces less often.
            await asyncio.sleep(FLUSH_S + feed.listeners / 2000)
    finally:
        feed.leave(audience)


async def _next(audience: Audience, gone: asyncio.Task[None], cursor: int) -> bytes:
    """Wait for events after `cursor`, at most until a sign of life is due."""
    waiting = asyncio.create_task(audience.changed.wait())
    await asyncio.wait({waiting, gone}, timeout=KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return audience.since(cursor)


async def _greeting(feed: LiveFeed, wish: Wish, last: str) -> tuple[bytes, int]:
    """What a returning browser missed, and the sequence to go on from."""
    if not last:
        return b"id: %d\n\n" % feed.sequence, feed.sequence
    try:
        return await feed.replay(wish, int(last))
    except (ValueError, Unavailable):
        return b"id: %d\n" % feed.sequence + RESET, feed.sequence


async def _still_allowed(headers: dict[bytes, bytes], topics: list[str], wish: Wish) -> Wish | None:
    """What the caller may see now; None when nothing any more. While the database is away, what it was."""
    try:
        return await _wish(headers, topics)
    except Problem:
        return None
    except Exception as error:
        log.debug("live_rights_not_checked", error=repr(error))
        return wish


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _feed() -> LiveFeed:
    """The feed of this loop, following its stream unless NATS is away."""
    loop = asyncio.get_running_loop()
    if loop not in _feeds:
        async with _starting.setdefault(loop, asyncio.Lock()):
            if loop not in _feeds:
                shared = centre()
                feed = LiveFeed(await shared.bus(), await shared.directory())
                shared.changed.append(feed.use)
                _feeds[loop] = (feed, asyncio.create_task(feed.run()))
    feed, _work = _feeds[loop]
    if not feed.follows.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(feed.follows.wait(), OPEN_S)
    return feed


def _last_seen(headers: dict[bytes, bytes], query: bytes) -> str:
    """What the browser saw last: it says so itself when it comes back, and the page in the address when it begins or asks for other topics."""
    said = headers.get(b"last-event-id", b"").decode("latin-1")
    return said or next(iter(parse_qs(query.decode("latin-1")).get("last_event_id", [])), "")


def _topics(query: bytes) -> list[str]:
    found = [
        topic for value in parse_qs(query.decode("latin-1")).get("topics", []) for topic in value.split(",") if topic
    ]
    if not found or len(found) > MAX_TOPICS:
        raise Problem(
            400, "invalid_topics", "Thiếu tham số topics.", "Ví dụ: /live?topics=asset:tram-1,unit:82,sources"
        )
    return found


async def _wish(headers: dict[bytes, bytes], topics: list[str]) -> Wish:
    """Check every topic against the caller's scope. Raises Problem 400, 401, 404."""
    scope = await access.scope_of_request(headers)
    if scope is None:
        raise Problem(
            401,
            "unauthenticated",
            "Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn.",
            "Đăng nhập lại, hoặc gửi mã truy cập còn hạn.",
        )
    directory = await centre().directory()
    if any(topic.startswith("asset:") and topic[6:] not in directory.by_asset for topic in topics):
        directory = await centre().newest_directory()
    assets: set[str] = set()
    units: list[frozenset[UUID]] = []
    for topic in topics:
        kind, _, code = topic.partition(":")
        if kind == "asset" and code:
            assets.add(_asset(directory, scope, code))
        elif kind == "unit" and code:
            units.append(await _unit(scope, code))
        elif topic not in RECORD_TOPICS and topic != "sources":
            known = ", ".join(["asset:<mã>", "unit:<mã>", "sources", *RECORD_TOPICS])
            raise Problem(400, "invalid_topics", f"Không có chủ đề {topic[:80]!r}.", f"Dùng {known}.")
    return Wish.of(scope, assets, units, "sources" in topics, _records(scope, topics))


def _records(scope: access.Scope, topics: list[str]) -> frozenset[str]:
    """The kinds of record that are asked for and allowed; a display on a wall has no notifications."""
    wanted = [RECORD_TOPICS[topic] for topic in topics if topic in RECORD_TOPICS]
    if any(not scope.allows(action) for _kind, action in wanted):
        raise Problem(404, "not_found", "Không tìm thấy chủ đề này.", "Liên hệ quản trị viên để được cấp quyền.")
    return frozenset(kind for kind, _action in wanted)


def _asset(directory: Directory, scope: access.Scope, code: str) -> str:
    entry = directory.by_asset.get(code)
    if entry is None or not (scope.sees(entry.owner_unit_id) or scope.sees(entry.territory_unit_id)):
        raise Problem(404, "not_found", f"Không tìm thấy trạm {code[:80]!r}.", "Kiểm tra mã trạm.")
    return code


async def _unit(scope: access.Scope, code: str) -> frozenset[UUID]:
    def find() -> frozenset[UUID]:
        return organisations.subtree_ids(organisations.unit(code).id)

    try:
        below: frozenset[UUID] = await in_database(find)
    except NotFound as error:
        raise Problem(404, "not_found", f"Không tìm thấy đơn vị {code[:80]!r}.", "Kiểm tra mã đơn vị.") from error
    except SenError as error:
        raise Problem(error.status, error.code, error.message, error.action) from error
    if not scope.everything and not (below & scope.unit_ids):
        raise Problem(404, "not_found", f"Không tìm thấy đơn vị {code[:80]!r}.", "Kiểm tra mã đơn vị.")
    return below
