"""The files of a message: MIME parts or base64 in the XML, perhaps zipped; every limit that keeps a file from being a bomb."""

from __future__ import annotations

import base64
import binascii
import email
import io
import zipfile
from email import policy
from email.message import Message

from django.utils.translation import gettext as _

from sen.standards.edxml.faults import Fault
from sen.standards.edxml.tree import Node
from sen.standards.edxml.values import Attachment

MAX_FILES = 60
MAX_FILE = 30 * 1024 * 1024
MAX_ALL = 60 * 1024 * 1024
_PACKED_ENDINGS = (".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".rar", ".7z")


def split(content: bytes, content_type: str) -> tuple[bytes, dict[str, bytes]]:
    """The XML and the parts by their Content-ID of a SOAP message with attachments; of anything else the content itself.

    Raises Fault where the message says it has parts and has none that can be told apart.
    """
    declared = content_type.partition(";")[0].strip().lower()
    if declared.startswith("multipart/"):
        whole = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + content
    elif content.lstrip()[:13].lower().startswith((b"mime-version", b"content-type:")):
        whole = content.lstrip()
    else:
        return content, {}
    message = email.message_from_bytes(whole, policy=policy.compat32)
    parts = [one for one in message.walk() if not one.is_multipart()]
    if not message.is_multipart() or not parts or len(parts) > MAX_FILES + 1:
        raise Fault(
            "edxml_bad_mime", _("Không tách được các phần MIME của gói tin."),
            action=_("Kiểm tra boundary trong tiêu đề Content-Type rồi gửi lại."),
        )  # fmt: skip
    root, *others = parts
    return _bytes(root), {_content_id(one): _bytes(one) for one in others}


def attachments(root: Node, parts: dict[str, bytes]) -> list[Attachment]:
    """The files that the manifest names or that are encoded in the XML, in their order; a bad one is named, the others are kept."""
    described = _described(root)
    found: list[Attachment] = []
    left = MAX_ALL
    for key, node, name, content_type, description in described:
        if len(found) == MAX_FILES:
            raise Fault("edxml_too_large", _("Gói tin có hơn {n} tệp.").format(n=MAX_FILES))
        try:
            content = _opened(_content(key, node, parts), name)
            problem = _("Tệp quá lớn.") if len(content) > min(MAX_FILE, left) else _("Tệp rỗng.") if not content else ""
        except _Unusable as error:
            content, problem = b"", str(error)
        if not problem:
            left -= len(content)
        found.append(Attachment(name, content_type, description, None if problem else content, problem))
    return found


class _Unusable(Exception):
    """A file that cannot be taken, in words."""


def _described(root: Node) -> list[tuple[str, Node | None, str, str, str]]:
    """(content id, element with base64 or None, name, type, description) of every file."""
    encoded = [
        one for one in root.walk() if one.name == "Attachment" and one.child("ContentTransferEncoded", "Content")
    ]
    if encoded:
        return [
            (
                _id(one),
                one.child("ContentTransferEncoded", "Content"),
                _name(one),
                one.value("ContentType"),
                one.value("Description"),
            )
            for one in encoded
        ]
    manifest = root.first("edXMLManifest", "Manifest")
    references = manifest.all("Reference") if manifest else []
    return [(_id(one), None, _name(one), one.value("ContentType"), one.value("Description")) for one in references]


def _id(node: Node) -> str:
    href = node.attributes.get("href", "")
    return (node.value("ContentId") or href).strip().strip("<>").removeprefix("cid:")


def _name(node: Node) -> str:
    return (node.value("AttachmentName") or node.value("FileName") or node.value("Description") or _id(node) or "tep")[
        :150
    ]


def _content(key: str, node: Node | None, parts: dict[str, bytes]) -> bytes:
    if node is None:
        if key not in parts:
            raise _Unusable(_("Danh mục có tệp này nhưng gói tin không kèm nội dung."))
        return parts[key]
    text = "".join("".join(node.pieces).split())
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _Unusable(_("Nội dung base64 bị hỏng (dòng {line}).").format(line=node.line)) from None


def _opened(content: bytes, name: str) -> bytes:
    """Some systems zip each file and keep its name: then the only file in the archive is meant."""
    if not content.startswith(b"PK\x03\x04") or name.lower().endswith(_PACKED_ENDINGS):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [one for one in archive.infolist() if not one.is_dir()]
            if len(inside) != 1:
                return content
            with archive.open(inside[0]) as packed:
                opened = packed.read(MAX_FILE + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError):
        raise _Unusable(_("Tệp nén bị hỏng hoặc có mật khẩu.")) from None
    except Exception as error:  # zlib and lzma raise errors of their own
        raise _Unusable(_("Tệp nén bị hỏng ({why}).").format(why=type(error).__name__)) from None
    return opened


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _content_id(part: Message) -> str:
    return str(part.get("Content-ID", "")).strip().strip("<>")
