"""What a source's page of dossiers becomes: the good ones are stored, each bad one is a dead letter on the connection desk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from sen.apps.procedures import storing
from sen.apps.procedures.decoding import decode
from sen.apps.procedures.values import BadDossier, Dossier, Stored
from sen.apps.sources import interface as sources
from sen.kernel import clock

CHANNEL = "dossiers"
"""Channel of the dead letters; sources replays them to `records.dossiers.<key>`."""


def receive(source_key: str, bodies: Sequence[bytes]) -> Stored:
    """Store the dossiers of these messages (each a JSON array, or one object) of a source. Storing them again changes nothing.

    Raises Unavailable when an engine is away; then nothing may be acknowledged.
    """
    accounts = {one.key: one for one in sources.credentials()}
    account = accounts.get(source_key)
    number = account.number if account else sources.numbers_by_key().get(source_key)
    good: list[Dossier] = []
    letters: list[sources.DeadLetterRow] = []
    refused: list[BadDossier] = []
    for body in bodies:
        for index, item in enumerate(_items(body), start=1):
            found = (
                decode(item, index)
                if isinstance(item, dict)
                else BadDossier(index, "", "MaHoSo", "không phải một hồ sơ.", "")
            )
            if isinstance(found, Dossier):
                good.append(found)
            else:
                refused.append(found)
                letters.append(_letter(number, item, found))
    stored = storing.store(
        good,
        source=number or 0,
        source_name=account.name if account else "",
        simulated=bool(account and account.simulated),
    )
    if letters:
        sources.add_dead_letters(letters)
    if number is not None and good:
        newest = max(one.updated_at for one in good)
        sources.mark_seen({number: sources.SeenAt(clock.now(), newest, len(bodies), len(good))})
    return Stored(stored.stored, stored.unchanged, refused)


def _items(body: bytes) -> list[Any]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        return [f"{error}: {body[:200].decode('utf-8', 'replace')}"]
    return found if isinstance(found, list) else [found]


def _letter(number: int | None, item: Any, bad: BadDossier) -> sources.DeadLetterRow:
    payload = msgspec.json.encode(item)
    return sources.DeadLetterRow(
        source_number=number, received=clock.now(), channel=CHANNEL, subject=bad.code or "?", payload=payload, code="bad_dossier",
        message=f"{bad.field}: {bad.cause} {bad.action}".strip(),
        # The same row handed in again is the same letter, so a page that comes twice is shown once.
        seq=int.from_bytes(hashlib.blake2b(payload, digest_size=8).digest(), "big") >> 1,
    )  # fmt: skip
