"""Identifiers: UUIDv7 inside, codes that people choose at the edge, secrets that nobody can guess."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from uuid import UUID

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def uuid7() -> UUID:
    """A time-ordered UUID, version 7 (RFC 9562, section 5.7)."""
    stamp = time.time_ns() // 1_000_000
    raw = bytearray(stamp.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return UUID(bytes=bytes(raw))


def is_code(text: str) -> bool:
    """Whether `text` may name a unit, source or asset: 1-64 letters, digits, `.`, `_`, `-`."""
    return CODE.fullmatch(text) is not None


def new_secret(prefix: str) -> str:
    """A secret with 192 bits of randomness, `<prefix>_<32 characters>`."""
    return f"{prefix}_{secrets.token_urlsafe(24)}"


def secret_hash(secret: str) -> str:
    """SHA-256 in hexadecimal; enough for secrets of `new_secret`, which cannot be guessed. Never for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()
