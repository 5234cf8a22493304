"""Who vouches for an exported pack: Ed25519 keys as files, and the list of the keys that this centre trusts."""

from __future__ import annotations

import base64
import binascii
import os
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.utils.translation import gettext as _

from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.kernel.errors import Conflict, InvalidInput


class Trusted(msgspec.Struct, frozen=True):
    """A key that this centre trusts, under the name of who signs with it."""

    name: str
    public_key: str
    since: datetime


def make_key(file: Path) -> str:
    """Write a new private key to `file` (mode 0600, never over another file); returns the public key in base64. Raises Conflict."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as handle:
            handle.write(pem)
    except FileExistsError:
        raise Conflict(
            _("Đã có tệp {file}.").format(file=file), action=_("Chọn tên khác; khóa cũ không bị ghi đè.")
        ) from None
    return _text(key.public_key())


def sign(key_file: Path, data: bytes) -> tuple[str, str]:
    """Public key and signature of `data`, both base64. Raises InvalidInput where the file holds no Ed25519 key."""
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInput(
            _("Không đọc được khóa ký {file}: {error}").format(file=key_file, error=error),
            action=_("Tạo khóa bằng ./sen packs keygen FILE."),
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput(
            _("{file} không phải khóa Ed25519.").format(file=key_file),
            action=_("Tạo khóa bằng ./sen packs keygen FILE."),
        )
    return _text(key.public_key()), base64.b64encode(key.sign(data)).decode()


def signed(public_key: str, signature: str, data: bytes) -> bool:
    """Whether `signature` of `data` was made with the key."""
    try:
        _key(public_key).verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, InvalidInput, binascii.Error):
        return False
    return True


def trust(name: str, public_key: str) -> Trusted:
    """Trust what is signed with a key from now on. Raises InvalidInput for what is no key, Conflict for a name with another key."""
    chosen = _text(_key(public_key))
    known = trusted()
    if any(one.name == name and one.public_key != chosen for one in known):
        raise Conflict(
            _("Tên “{name}” đã gắn với khóa khác.").format(name=name),
            action=_("Dùng tên khác, hoặc gỡ khóa cũ khỏi tệp tin cậy."),
        )
    made = Trusted(name, chosen, clock.now())
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode([one for one in known if one.name != name] + [made])))
    draft.replace(file)
    return made


def trusted() -> list[Trusted]:
    """The keys that this centre trusts (DATA/trusted_pack_keys.json)."""
    try:
        return msgspec.json.decode(_file().read_bytes(), type=list[Trusted])
    except FileNotFoundError:
        return []


def name_of(public_key: str) -> str:
    """The name of a trusted key; empty where nobody trusts it."""
    return next((one.name for one in trusted() if one.public_key == public_key), "")


def _file() -> Path:
    return settings().data / "trusted_pack_keys.json"


def _key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
    except (ValueError, binascii.Error):
        raise InvalidInput(
            _("Đây không phải khóa công khai Ed25519 (32 byte, base64)."),
            action=_("Chép đúng dòng mà ./sen packs keygen in ra."),
        ) from None


def _text(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
