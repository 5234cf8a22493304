"""One page of the wire: asked for, checked for its shape, cut into messages for the log. What stands in a dossier is not looked at here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import aiohttp
import msgspec

from sen.connectors.dossier_rest.settings import DossierRestSettings

LARGEST_MESSAGE = 3_000_000
"""Bytes of dossiers in one message of the log."""


class Cursor(msgspec.Struct, frozen=True):
    """How far a source was read: changes after `since` (empty = all), the page that comes next, and the moment that the round reaches."""

    since: str = ""
    next: str = ""
    as_of: str = ""


class Page(msgspec.Struct):
    """What a one-stop system answers: dossiers as they are, the next page's name or none, and up to when the answer holds."""

    items: list[msgspec.Raw]
    as_of: str
    next: str | None = None


class Refused(Exception):
    """The other system did not give a page. `code` is one of the desk's errors; `wait_s` is what it asks to wait."""

    def __init__(self, code: str, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.code, self.wait_s = code, wait_s


async def fetch(session: aiohttp.ClientSession, wanted: DossierRestSettings, cursor: Cursor, token: str) -> Page:
    """The page at `cursor`. Raises Refused."""
    query: dict[str, Any] = {"limit": wanted.page_size}
    query |= {name: value for name, value in (("changed_since", cursor.since), ("cursor", cursor.next)) if value}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with session.get(
            wanted.url,
            params=query,
            headers=headers,
            timeout=aiohttp.ClientTimeout(wanted.timeout_s),
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise Refused("remote_unreachable", f"{wanted.url}: {type(error).__name__}") from error
    if answer.status in {401, 403}:
        raise Refused("remote_denied", f"{wanted.url}: HTTP {answer.status}")
    if answer.status != 200:
        waits = answer.headers.get("Retry-After", "")
        raise Refused("remote_failed", f"{wanted.url}: HTTP {answer.status}", float(waits) if waits.isdigit() else 0.0)
    try:
        return msgspec.json.decode(body, type=Page)
    except msgspec.DecodeError as error:
        raise Refused("remote_bad_answer", f"{wanted.url}: {error}") from error


def messages(page: Page, cursor: Cursor) -> Iterator[tuple[str, bytes]]:
    """(name, body) of each message: a JSON array of whole dossiers. The same page at the same place has the same names."""
    part: list[msgspec.Raw] = []
    size = 0
    number = 0
    for item in page.items:
        if part and size + len(bytes(item)) > LARGEST_MESSAGE:
            yield _message(part, cursor, number)
            part, size, number = [], 0, number + 1
        part.append(item)
        size += len(bytes(item)) + 1
    yield _message(part, cursor, number)


def following(cursor: Cursor, page: Page, overlapped: str) -> Cursor:
    """Where to go on after `page`: its next page, or the next round from `overlapped` (the round's moment less the overlap)."""
    if page.next:
        return Cursor(cursor.since, page.next, cursor.as_of or page.as_of)
    return Cursor(since=overlapped)


def _message(part: list[msgspec.Raw], cursor: Cursor, number: int) -> tuple[str, bytes]:
    body = msgspec.json.encode(part)
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    return f"{cursor.since}/{cursor.next}/{number}/{digest}", body
