"""ASGI application that speaks ClickHouse's HTTP protocol over chDB, as far as real clients need it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sen.engines.clickhouse import execution, requests
from sen.engines.clickhouse.pool import Lease, Pool
from sen.engines.clickhouse.statements import StatementError, parse
from sen.kernel.identifiers import uuid7

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Result = TypeVar("Result")

CONTENT_TYPES = {
    "JSON": "application/json; charset=UTF-8",
    "JSONEachRow": "application/x-ndjson; charset=UTF-8",
    "TabSeparated": "text/tab-separated-values; charset=UTF-8",
    "CSV": "text/csv; charset=UTF-8",
    "Native": "application/octet-stream",
    "Arrow": "application/octet-stream",
    "ArrowStream": "application/octet-stream",
    "Parquet": "application/octet-stream",
}


@dataclass(frozen=True)
class Limits:
    """What one request may take."""

    body: int = 512 * 1024 * 1024  # bytes, after decompression
    workers: int = 8  # statements at the same time; more wait
    waiting: int = 200  # statements that may wait; more are refused


class Endpoint:
    """The application. One per process: chDB is one engine per process."""

    def __init__(self, accounts: list[requests.Account], limits: Limits | None = None) -> None:
        self.accounts = {account.name: account for account in accounts}
        self.limits = limits or Limits()
        self._pool: Pool | None = None
        self._workers = ThreadPoolExecutor(self.limits.workers, thread_name_prefix="statement")
        self._waiting = 0

    @property
    def pool(self) -> Pool:
        """The connections; there are none before the lifespan's start-up."""
        if self._pool is None:
            raise RuntimeError("the endpoint is not started")
        return self._pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._pool = await self._in_thread(Pool)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._shut_down()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _shut_down(self) -> None:
        if self._pool is not None:
            for lease in list(self.pool.running.values()):
                await asyncio.to_thread(self.pool.cancel, lease)
            self._workers.shutdown(wait=True)
            await asyncio.to_thread(self.pool.close)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        query_id = str(uuid7())
        try:
            if path in {"/ping", "/replicas_status"} or (path == "/" and method == "GET" and not scope["query_string"]):
                await _answer(send, 200, b"Ok.\n", "TabSeparated", query_id)
            elif path != "/":
                raise requests.RequestError(404, 60, "NOT_FOUND_NODE", "There is no handle " + path[:64])
            else:
                await self._statement(scope, receive, send, query_id)
        except requests.RequestError as refusal:
            await _fail(send, refusal.status, refusal.code, str(refusal), query_id)
        except (StatementError, execution.ExecutionError) as error:
            await _fail(send, requests.http_status(error.code), error.code, str(error), query_id)

    async def _statement(self, scope: Scope, receive: Receive, send: Send, query_id: str) -> None:
        request = requests.read(scope, self.accounts)
        if request.parameters.get("decompress") == "1" or request.parameters.get("compress") == "1":
            raise requests.RequestError(
                400, 48, "NOT_IMPLEMENTED", "Use Content-Encoding and Accept-Encoding for compression"
            )
        body = await self._body(request, receive)
        if body is None:
            return
        statement = parse(request.query + (b"\n" if request.query and body else b"") + body)
        if scope["method"] == "GET" and statement.verb not in {
            "SELECT",
            "WITH",
            "SHOW",
            "DESCRIBE",
            "DESC",
            "EXPLAIN",
            "EXISTS",
        }:
            raise StatementError(164, "READONLY", "Cannot execute query in readonly mode: use POST")
        lease = await self._in_thread(execution.prepare, self.pool, request.profile(), request.session)
        lease.dirty = statement.changes_connection
        answer: execution.Answer | None = None
        try:
            run = self._in_thread(
                lambda: execution.run(
                    lease, statement, request.default_format, request.values, buffered=request.buffered
                )
            )
            answer = await self._unless_gone(run, lease, receive)
            if answer is not None and answer.stream is not None:
                await self._send_stream(send, request, answer, query_id)
        except (execution.ExecutionError, StatementError):
            raise
        except BaseException:
            lease.dirty = True
            raise
        finally:
            if answer is not None and answer.stream is not None:
                await self._in_thread(answer.stream.close)
            self.pool.release(lease, request.session_timeout)
        # The connection is back before the client hears of it: its next request may follow at once in the same session.
        if answer is not None and answer.stream is None:
            await self._send_whole(send, request, answer, query_id)

    async def _body(self, request: requests.Request, receive: Receive) -> bytes | None:
        """The decoded body, None where the client went away. Raises RequestError."""
        decoder = requests.Decoder(
            request.headers.get(b"content-encoding", b"").decode().strip().lower(), self.limits.body
        )
        length = request.headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > self.limits.body:
            raise requests.RequestError(413, 164, "TOO_LARGE_BODY", f"The body is larger than {self.limits.body} bytes")
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            decoder.feed(message.get("body", b""))
            if not message.get("more_body"):
                return decoder.body()

    async def _unless_gone(
        self, run: Awaitable[execution.Answer], lease: Lease, receive: Receive
    ) -> execution.Answer | None:
        """The answer; where the client closes the connection meanwhile, the statement is cancelled and None comes back."""
        running = asyncio.ensure_future(run)
        gone = asyncio.ensure_future(receive())
        try:
            await asyncio.wait({running, gone}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                return running.result()
            lease.dirty = True
            await asyncio.to_thread(self.pool.cancel, lease)
            try:
                answer = await running
            except execution.ExecutionError:
                return None
            if answer.stream is not None:
                await self._in_thread(answer.stream.close)
            return None
        finally:
            gone.cancel()

    async def _send_whole(self, send: Send, request: requests.Request, answer: execution.Answer, query_id: str) -> None:
        body, headers = answer.first, _headers(answer.format, query_id, json.dumps(answer.summary))
        if encoder := requests.encoder(request):
            body = encoder.piece(body) + encoder.end()
            headers.append((b"content-encoding", encoder.name.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _send_stream(
        self, send: Send, request: requests.Request, answer: execution.Answer, query_id: str
    ) -> None:
        """A failure after the first byte closes the connection before the end of the body, which every client notices."""
        encoder, headers = requests.encoder(request), _headers(answer.format, query_id, json.dumps(answer.summary))
        encode = encoder.piece if encoder else bytes
        if encoder:
            headers.append((b"content-encoding", encoder.name.encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        piece: bytes | None = answer.first + answer.second
        while piece is not None:
            await send({"type": "http.response.body", "body": encode(piece), "more_body": True})
            piece = await self._in_thread(execution.next_piece, answer)
        await send({"type": "http.response.body", "body": encoder.end() if encoder else b""})

    async def _in_thread(self, function: Callable[..., Result], *arguments: Any) -> Result:
        if self._waiting >= self.limits.waiting + self.limits.workers:
            raise StatementError(202, "TOO_MANY_SIMULTANEOUS_QUERIES", "Too many simultaneous queries")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, function, *arguments)
        finally:
            self._waiting -= 1


def _headers(output: str, query_id: str, summary: str = "{}") -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", CONTENT_TYPES.get(output, "text/plain; charset=UTF-8").encode()),
        (b"x-clickhouse-server-display-name", b"sen"),
        (b"x-clickhouse-query-id", query_id.encode()),
        (b"x-clickhouse-format", output.encode()),
        (b"x-clickhouse-timezone", b"UTC"),
        (b"x-clickhouse-summary", summary.encode()),
    ]


async def _answer(send: Send, status: int, body: bytes, output: str, query_id: str) -> None:
    headers = [*_headers(output, query_id), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _fail(send: Send, status: int, code: int, text: str, query_id: str) -> None:
    body = text.encode() + b"\n"
    headers = [*_headers("", query_id), (b"x-clickhouse-exception-code", str(code).encode())]
    headers += [(b"content-length", str(len(body)).encode()), (b"connection", b"close")] if status == 413 else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
