"""Signs a document and keeps it; says of a copy whether it is what was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction

from sen.apps.access.interface import Scope
from sen.apps.files import interface as files
from sen.apps.organisations import interface as organisations
from sen.apps.reports import signing
from sen.apps.reports.models import SignedDocument
from sen.kernel import clock


class Signed(msgspec.Struct, frozen=True):
    """A signed document. `file_id`: where it is kept; `sha256`: of its bytes; `signature`: of them, Ed25519 in base64."""

    file_id: UUID
    number: str
    title: str
    unit_name: str
    signers: tuple[str, ...]
    signed_at: datetime
    sha256: str
    public_key: str
    signature: str


@transaction.atomic
def keep_signed(
    *,
    scope: Scope,
    content: bytes,
    name: str,
    number: str,
    title: str,
    unit_id: UUID,
    about: str,
    signers: Sequence[str],
) -> Signed:
    """Sign a document with the centre's key and keep it among the files, in the caller's transaction."""
    kept = files.keep(scope=scope, content=content, name=name, unit_id=unit_id, about=about)
    public_key, signature = signing.sign(content)
    made = SignedDocument.objects.create(
        sha256=kept.sha256, file_id=kept.id, number=number, title=title, unit_id=unit_id, signers=list(signers),
        signed_at=clock.now(), public_key=public_key, signature=signature,
    )  # fmt: skip
    return _signed(made)


def verify(content: bytes) -> Signed | None:
    """The document of which `content` is an unchanged copy; None where it is none of this centre's, or was changed."""
    found = SignedDocument.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    if found is None or not signing.is_signed(found.public_key, found.signature, content):
        return None
    return _signed(found)


def _signed(found: SignedDocument) -> Signed:
    return Signed(
        found.file_id, found.number, found.title, organisations.name_today(found.unit_id), tuple(found.signers),
        found.signed_at, found.sha256, found.public_key, found.signature,
    )  # fmt: skip
