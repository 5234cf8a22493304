"""The text of a document in a register, for giving tasks from it: of its file where that can be read, else what the exchange gave."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.directives.intake import READABLE, text_of_file
from sen.apps.documents import interface as documents
from sen.apps.files import interface as files
from sen.kernel import clock
from sen.kernel.errors import Forbidden, InvalidInput, NotFound, SenError


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A document of a register as a directive needs it. `text` is "" where nothing of it can be read; `why` then says what to do."""

    id: UUID
    reference: str
    title: str
    issuer: str
    issued: date | None
    received: date
    signer: str
    text: str
    from_file: str
    why: str
    files: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        """Its page in the register."""
        return f"/documents/{self.id}/"


def of_document(scope: Scope, document_id: UUID) -> Received:
    """The document of an id with its text. Raises NotFound, Forbidden."""
    found = documents.document(scope, document_id)
    text, name, why = _text(found)
    return Received(
        id=document_id, reference=found.line.reference, title=found.line.abstract, issuer=found.line.issuer, issued=found.line.issued_on,
        received=clock.local(found.line.registered_at).date(), signer=found.signer, text=text, from_file=name, why=why,
        files=tuple((one.name, one.address) for one in found.attachments if one.address),
    )  # fmt: skip


def line_of(scope: Scope, document_id: UUID | None) -> documents.DocumentLine | None:
    """What a directive came from as the register shows it; None where it came from none that the caller sees."""
    if document_id is None:
        return None
    try:
        return documents.document(scope, document_id).line
    except (Forbidden, NotFound):
        return None


def _text(found: documents.DocumentDetail) -> tuple[str, str, str]:
    """The text, the file that it is of ("" where it came with the message), and why there is none."""
    why = _("Văn bản không kèm tệp và gói tin không có nội dung. Dán toàn văn vào ô dưới.")
    for one in found.attachments:
        if one.file is None or Path(one.name).suffix.lower() not in READABLE:
            continue
        try:
            text = text_of_file(one.name, files.read(one.file))
        except InvalidInput as error:
            why = f"{one.name}: {error.message} {error.action}".strip()
        except SenError:
            why = _("{name}: không mở được tệp. Dán toàn văn vào ô dưới.").format(name=one.name)
        else:
            if text.strip():
                return text, one.name, ""
    if found.content.strip():
        return found.content, "", ""
    if found.attachments and not any(Path(one.name).suffix.lower() in READABLE for one in found.attachments):
        why = _("Tệp kèm theo không phải .docx, .pdf có chữ hoặc .txt. Dán toàn văn vào ô dưới.")
    return "", "", why
