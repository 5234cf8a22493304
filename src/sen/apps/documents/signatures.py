"""Whether a digital signature is present in a file. Present says nothing about valid: no certificate is looked at here."""

from __future__ import annotations

import io
import re
import zipfile

_PDF_RANGE = re.compile(rb"/ByteRange\s*\[\s*\d")
_PDF_FORM = re.compile(rb"/SubFilter\s*/([A-Za-z0-9.]{3,40})")
_XML = re.compile(rb"<(?:[A-Za-z0-9]{1,20}:)?SignatureValue[\s>]")


def detected(content: bytes) -> str:
    """The kind of signature in the file in words (`PDF (ETSI.CAdES.detached)`, `Office`, `XML`); "" where none is seen.

    A PDF's signature always stands uncompressed, because its byte range is counted in the file (ISO 32000-1, 12.8).
    """
    if content.startswith(b"%PDF-"):
        if not _PDF_RANGE.search(content):
            return ""
        form = _PDF_FORM.search(content)
        return f"PDF ({form[1].decode('ascii')})" if form else "PDF"
    if content.startswith(b"PK\x03\x04"):
        return "Office" if _office_signed(content) else ""
    return "XML" if content.lstrip()[:1] == b"<" and _XML.search(content) else ""


def _office_signed(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return any(name.startswith("_xmlsignatures/") or name == "META-INF/documentsignatures.xml" for name in names)
