"""The centre's own Ed25519 key, made at first use and kept in DATA/secrets; signs documents so that anybody can see a change."""

from __future__ import annotations

import base64
import binascii
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sen.kernel.configuration import settings
from sen.kernel.identifiers import uuid7


def sign(content: bytes) -> tuple[str, str]:
    """Public key and signature of `content`, both base64."""
    key = _key(settings().data)
    return _text(key.public_key()), base64.b64encode(key.sign(content)).decode()


def is_signed(public_key: str, signature: str, content: bytes) -> bool:
    """Whether `signature` of `content` was made with the key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


@lru_cache(maxsize=2)
def _key(data: Path) -> Ed25519PrivateKey:
    file = data / "secrets" / "document_signing_key.pem"
    if not file.exists():
        _make(file)
    found = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(found, Ed25519PrivateKey):
        raise TypeError(f"{file} holds no Ed25519 key")
    return found


def _make(file: Path) -> None:
    """Two processes may come here at once: the first to link its draft wins, both read what lies there then."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f"{uuid7()}.new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
        handle.write(pem)
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _text(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
