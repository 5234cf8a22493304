"""One HTTP request of ClickHouse's protocol as a checked object: who asks, what, with which settings and body."""

from __future__ import annotations

import base64
import binascii
import hmac
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import lz4.frame
import zstandard

from sen.engines.clickhouse.pool import Profile, settings_of
from sen.engines.clickhouse.statements import StatementError

# Parameters of the protocol; every other parameter is a setting or a `param_` value.
_PROTOCOL = {
    *("query", "query_id", "database", "default_format", "user", "password", "quota_key", "role"),
    *(
        "session_id",
        "session_check",
        "session_timeout",
        "compress",
        "decompress",
        "stacktrace",
        "client_protocol_version",
    ),
    *("wait_end_of_query", "buffer_size", "enable_http_compression", "http_zlib_compression_level"),
    *("send_progress_in_http_headers", "http_headers_progress_interval_ms", "add_http_cors_header"),
    *("cancel_http_readonly_queries_on_client_close", "http_write_exception_in_output_format"),
    # An acknowledged insert is stored: asynchronous inserts are never taken.
    *("async_insert", "wait_for_async_insert"),
}


@dataclass(frozen=True)
class Account:
    """A user of the endpoint."""

    name: str
    password: str
    read_only: bool = False


class RequestError(Exception):
    """An answer other than 200 before any statement is run."""

    def __init__(self, status: int, code: int, name: str, message: str) -> None:
        super().__init__(f"Code: {code}. DB::Exception: {message} ({name})")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Request:
    """What the endpoint needs of a request; the body comes separately."""

    account: Account
    parameters: Mapping[str, str]
    headers: Mapping[bytes, bytes]

    @property
    def query(self) -> bytes:
        """The part of the statement that stands in the URL."""
        return self.parameters.get("query", "").encode()

    @property
    def values(self) -> dict[str, str]:
        """Values of `{name:Type}` placeholders."""
        return {name[6:]: value for name, value in self.parameters.items() if name.startswith("param_")}

    @property
    def session(self) -> str | None:
        """The session's name; a read-only account has none, because it may not change anything in one."""
        return None if self.account.read_only else self.parameters.get("session_id") or None

    @property
    def session_timeout(self) -> float:
        """Seconds for which an idle session is kept, at most an hour."""
        text = self.parameters.get("session_timeout", "60")
        return min(float(text), 3600) if text.isdecimal() else 60

    @property
    def default_format(self) -> str:
        """Format of the answer where the statement names none."""
        return (
            self.parameters.get("default_format")
            or self.headers.get(b"x-clickhouse-format", b"").decode()
            or "TabSeparated"
        )

    @property
    def buffered(self) -> bool:
        """Whether the client wants the whole answer, or an error, before the first byte."""
        return self.parameters.get("wait_end_of_query") == "1"

    def profile(self) -> Profile:
        """The connection that the request needs. Raises StatementError."""
        database = (
            self.parameters.get("database") or self.headers.get(b"x-clickhouse-database", b"").decode() or "default"
        )
        named = {k: v for k, v in self.parameters.items() if k not in _PROTOCOL and not k.startswith("param_")}
        return Profile(database, settings_of(named), self.account.read_only)


def read(scope: Mapping[str, Any], accounts: Mapping[str, Account]) -> Request:
    """The checked request of an ASGI scope. Raises RequestError for wrong credentials and for a query that is not UTF-8."""
    try:
        parameters = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError as error:
        raise RequestError(400, 62, "SYNTAX_ERROR", "The URL is not valid UTF-8") from error
    headers = dict(scope["headers"])
    return Request(_account(parameters, headers, accounts), parameters, headers)


def _account(parameters: Mapping[str, str], headers: Mapping[bytes, bytes], accounts: Mapping[str, Account]) -> Account:
    basic = headers.get(b"authorization", b"")
    if b"x-clickhouse-user" in headers or b"x-clickhouse-key" in headers:
        name = headers.get(b"x-clickhouse-user", b"default").decode("utf-8", "replace")
        password = headers.get(b"x-clickhouse-key", b"")
    elif basic[:6].lower() == b"basic ":
        try:
            name_bytes, _, password = base64.b64decode(basic[6:], validate=True).partition(b":")
        except binascii.Error:
            name_bytes, password = b"", b""
        name = name_bytes.decode("utf-8", "replace")
    else:
        name = parameters.get("user", "default")
        password = parameters.get("password", "").encode()
    account = accounts.get(name)
    expected = account.password if account else "no such account"
    right = hmac.compare_digest(password, expected.encode())
    if account is None or not right:
        message = f"{name[:64]}: Authentication failed: password is incorrect, or there is no user with such name."
        raise RequestError(403, 516, "AUTHENTICATION_FAILED", message)
    return account


class Decoder:
    """Takes a body in pieces and undoes its Content-Encoding, holding it to `limit` bytes after that."""

    def __init__(self, encoding: str, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._parts: list[bytes] = []
        self._decode = _decoder(encoding)

    def feed(self, piece: bytes) -> None:
        """Add a piece. Raises RequestError with 413 above the limit, with 400 for a damaged body."""
        try:
            part = self._decode(piece) if self._decode else piece
        except (RuntimeError, zlib.error, zstandard.ZstdError) as error:
            raise RequestError(400, 354, "CANNOT_DECOMPRESS", f"The body cannot be decompressed: {error}") from error
        self._size += len(part)
        if self._size > self._limit:
            raise RequestError(413, 164, "TOO_LARGE_BODY", f"The body is larger than {self._limit} bytes")
        self._parts.append(part)

    def body(self) -> bytes:
        """The whole decoded body."""
        return b"".join(self._parts)


def _decoder(encoding: str) -> Callable[[bytes], bytes] | None:
    match encoding:
        case "" | "identity":
            return None
        case "lz4":
            lz4_decode: Callable[[bytes], bytes] = lz4.frame.LZ4FrameDecompressor().decompress
            return lz4_decode
        case "zstd":
            return zstandard.ZstdDecompressor().decompressobj(read_across_frames=True).decompress
        case "gzip" | "deflate":
            return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress
    raise RequestError(400, 48, "NOT_IMPLEMENTED", f"Content-Encoding {encoding[:32]} is not supported")


@dataclass(frozen=True)
class Encoder:
    """Compression of an answer; `piece` may be called many times, `end` once."""

    name: str
    piece: Callable[[bytes], bytes]
    end: Callable[[], bytes]


def encoder(request: Request) -> Encoder | None:
    """The compression that the client asked for and takes, else None."""
    if request.parameters.get("enable_http_compression") != "1":
        return None
    accepted = {part.split(";")[0].strip() for part in request.headers.get(b"accept-encoding", b"").decode().split(",")}
    if "lz4" in accepted:
        return _lz4()
    if "zstd" in accepted:
        zstd = zstandard.ZstdCompressor(level=1).compressobj()
        return Encoder("zstd", zstd.compress, zstd.flush)
    if "gzip" in accepted:
        gzip = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        return Encoder("gzip", gzip.compress, gzip.flush)
    return None


def _lz4() -> Encoder:
    frame = lz4.frame.LZ4FrameCompressor()
    head = [frame.begin()]

    def piece(data: bytes) -> bytes:
        return (head.pop() if head else b"") + bytes(frame.compress(data))

    def end() -> bytes:
        return (head.pop() if head else b"") + bytes(frame.flush())

    return Encoder("lz4", piece, end)


def http_status(code: int) -> int:
    """The status that ClickHouse answers with for an exception code."""
    if code in {62, 36, 43, 46, 47, 115, 386}:  # syntax, arguments, unknown function, identifier, setting
        return 400
    if code in {60, 81}:  # unknown table, database
        return 404
    if code == 48:  # not implemented
        return 501
    if code in {373, 202}:
        return 503
    return 408 if code == 159 else 500


__all__ = [
    "Account",
    "StatementError",
    "Decoder",
    "Encoder",
    "RequestError",
    "Request",
    "encoder",
    "http_status",
    "read",
]
