"""Plain ASGI: reading a limited body, answering JSON and problem+json (RFC 9457) without Django."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

import msgspec
import zstandard
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, trans_real
from django.utils.translation import gettext_noop as _

from sen.ingest.refusals import shown

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Problem(Exception):
    """A refusal on its way to the client: `detail` and `action` are msgids with placeholders for `values`."""

    def __init__(  # noqa: PLR0917
        self,
        status: int,
        code: str,
        detail: str,
        action: str = "",
        headers: dict[str, str] | None = None,
        values: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.action = status, code, detail, action
        self.headers = headers or {}
        self.values = values or {}

    def told(self, language: str) -> tuple[str, str]:
        """Detail and action in a language."""
        with translation.override(language):
            found = [gettext(text) if text else "" for text in (self.detail, self.action)]
        # Text without values may hold braces of its own.
        detail, action = [text.format_map(self.values) for text in found] if self.values else found
        return detail, action


def language_of(headers: dict[bytes, bytes]) -> str:
    """The language that Accept-Language asks for first among those that the centre speaks."""
    for code, _weight in trans_real.parse_accept_lang_header(headers.get(b"accept-language", b"").decode("latin-1")):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


async def answer(
    send: Send, status: int, body: Any, content_type: str = "application/json", headers: dict[str, str] | None = None
) -> None:
    """Send one complete response with `body` as JSON."""
    data = msgspec.json.encode(body)
    fields = {
        "content-type": content_type,
        "content-length": str(len(data)),
        "cache-control": "no-store",
        **(headers or {}),
    }
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": data})


async def answer_problem(send: Send, problem: Problem, headers: dict[bytes, bytes]) -> None:
    """Send a Problem in the language that the request's `headers` ask for."""
    detail, action = problem.told(language_of(headers))
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": detail,
        "action": action,
    }
    fields = dict(problem.headers)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        fields["www-authenticate"] = 'Bearer realm="sen"'
    await answer(send, problem.status, body, "application/problem+json", fields)


async def read_body(receive: Receive, headers: dict[bytes, bytes], limit: int) -> bytes:
    """The whole request body as sent. Raises Problem 413 above `limit` bytes, 400 when the client goes away."""
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Problem(400, "incomplete_body", _("Kết nối đóng trước khi gửi hết dữ liệu."), _("Gửi lại từ đầu."))
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def unpack(data: bytes, encoding: str, limit: int) -> bytes:
    """Undo Content-Encoding gzip or zstd, never producing more than `limit` bytes. Raises Problem 400, 413, 415."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return data
    try:
        if name in {"gzip", "x-gzip"}:
            out = _gunzip(data, limit)
        elif name == "zstd":
            with zstandard.ZstdDecompressor(max_window_size=64 * 1024 * 1024).stream_reader(data) as reader:
                out = reader.read(limit + 1)
        else:
            detail, action = _("Không nhận cách nén “{name}” (Content-Encoding)."), _("Dùng gzip hoặc zstd.")
            raise Problem(415, "unsupported_encoding", detail, action, values={"name": shown(name)})
    except (zlib.error, zstandard.ZstdError, EOFError) as error:
        detail = _("Không giải nén được dữ liệu ({technical}).")
        action = _("Kiểm tra Content-Encoding có đúng với cách nén, rồi gửi lại từ đầu.")
        raise Problem(400, "malformed_encoding", detail, action, values={"technical": str(error)[:100]}) from error
    if len(out) > limit:
        raise _too_large(limit)
    return out


def _gunzip(data: bytes, limit: int) -> bytes:
    out = bytearray()
    while data and len(out) <= limit:
        unpacker = zlib.decompressobj(wbits=31)
        out += unpacker.decompress(data, limit + 1 - len(out))
        if not unpacker.eof and len(out) <= limit:
            raise EOFError("cut off")
        data = unpacker.unused_data
    return bytes(out)


def _too_large(limit: int) -> Problem:
    detail, action = _("Dữ liệu lớn hơn giới hạn {limit} MB."), _("Chia nhỏ rồi gửi từng phần.")
    return Problem(413, "too_large", detail, action, values={"limit": str(limit // 1_048_576)})
