"""Secrets of sources: made, looked up, expired. The clear text exists only in the answer that creates it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import bcrypt
from django.db.models import F, Q

from sen.apps.sources.models import Credential, Source
from sen.kernel import clock
from sen.kernel.identifiers import new_secret, secret_hash

# The secrets carry 192 random bits, so bcrypt need not be slow here: it is only the form that the MQTT gateway reads,
# and a costly one would let a storm of reconnecting devices exhaust the gateway.
_BCRYPT_ROUNDS = 5


def issue(source: Source) -> str:
    """Create a secret for `source` and return it in clear text."""
    secret = new_secret("sen")
    Credential.objects.create(
        source=source,
        secret_sha256=secret_hash(secret),
        password_bcrypt=bcrypt.hashpw(secret.encode(), bcrypt.gensalt(_BCRYPT_ROUNDS)).decode(),
        created_at=clock.now(),
    )
    return secret


def end_all(source: Source, *, at: datetime, overlap: timedelta = timedelta(0)) -> int:
    """Let every present secret end now, or after `overlap`. Returns how many."""
    present = Credential.objects.filter(source=source, revoked_at=None).filter(
        Q(expires_at=None) | Q(expires_at__gt=at)
    )
    if overlap:
        return present.update(expires_at=at + overlap)
    return present.update(revoked_at=at)


def valid_rows(
    *, connector: str | None = None, key: str | None = None, secret: str | None = None
) -> list[dict[str, Any]]:
    """Valid credentials as keyword arguments of interface.SourceCredential.

    Asked with a `secret`, stopped sources are left out: they cannot sign in. The lookup is by hash, so its time tells nothing.
    """
    rows = Credential.objects.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()))
    if connector is not None:
        rows = rows.filter(source__connector=connector)
    if key is not None:
        if "\x00" in key:
            return []
        rows = rows.filter(source__key=key)
    if secret is not None:
        # Devices send any bytes as a password, and these must be refused, not crash.
        if any(0xD800 <= ord(c) <= 0xDFFF for c in secret):
            return []
        rows = rows.filter(secret_sha256=secret_hash(secret), source__stopped_at=None)
    found = rows.order_by("source__number", "-created_at").values(
        "secret_sha256", "password_bcrypt", number=F("source__number"), source_uuid=F("source__id"),
        code=F("source__code"), name=F("source__name"), key=F("source__key"), connector=F("source__connector"),
        stopped=F("source__stopped_at"), source_settings=F("source__settings"), owner_unit_id=F("source__owner_id"),
        simulated=F("source__simulated"),
    )  # fmt: skip
    return [_named(dict(row)) for row in found]


def _named(row: dict[str, Any]) -> dict[str, Any]:
    row["id"] = row.pop("source_uuid")
    row["settings"] = row.pop("source_settings")
    row["active"] = row.pop("stopped") is None
    return row


def numbers_by_key() -> dict[str, int]:
    """Every source's number by key."""
    return dict(Source.objects.values_list("key", "number"))
