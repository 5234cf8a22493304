"""A pack as one file: the same bytes for the same pack, a digest of every file in its manifest, and a signature of the manifest.

What comes in is hostile until read: sizes, names and digests are checked before anything is written, and only into an empty folder.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path, PurePosixPath

import msgspec
from django.utils.translation import gettext as _

from sen.apps.packs import signing
from sen.kernel.errors import InvalidInput
from sen.kernel.identifiers import is_code

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "signature.json"
MAX_ARCHIVE_BYTES = 5 * 1024 * 1024
MAX_UNPACKED_BYTES = 20 * 1024 * 1024
MAX_FILES = 200
SUFFIXES = frozenset({".toml", ".csv", ".md"})
_STAMP = (1980, 1, 1, 0, 0, 0)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the archive holds: digests (SHA-256) by file."""

    format: int
    code: str
    version: str
    name: str
    files: dict[str, str]
    exported_by: str = ""


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the bytes of the manifest."""

    algorithm: str
    public_key: str
    signature: str


class Archive(msgspec.Struct, frozen=True):
    """An archive that was read: `signer` is the name of the trusted key, `public_key` that of the signature; both may be empty."""

    manifest: Manifest
    files: dict[str, bytes]
    public_key: str
    signer: str


def write(
    files: dict[str, bytes], *, code: str, version: str, name: str, by: str = "", key: Path | None = None
) -> bytes:
    """The archive of a pack's files, signed with the key in the file `key` where there is one."""
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())}
    manifest = msgspec.json.format(msgspec.json.encode(Manifest(FORMAT, code, version, name, digests, by)))
    entries = {MANIFEST: manifest}
    if key is not None:
        public, signature = signing.sign(key, manifest)
        entries[SIGNATURE] = msgspec.json.encode(Signature("Ed25519", public, signature))
    entries |= {f"{code}/{path}": content for path, content in sorted(files.items())}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in entries.items():
            entry = zipfile.ZipInfo(path, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return target.getvalue()


def read(data: bytes) -> Archive:
    """The checked content of an archive. Raises InvalidInput for anything that is not exactly what a manifest says."""
    if len(data) > MAX_ARCHIVE_BYTES:
        raise _refused(_("tệp lớn hơn {n} byte").format(n=MAX_ARCHIVE_BYTES))
    try:
        entries = _entries(data)
        manifest = msgspec.json.decode(entries.pop(MANIFEST), type=Manifest)
        signature = msgspec.json.decode(entries.pop(SIGNATURE, b"null"), type=Signature | None)
    except KeyError:
        raise _refused(_("thiếu manifest.json")) from None
    except (msgspec.DecodeError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise _refused(_("không đọc được: {error}").format(error=error)) from None
    if manifest.format != FORMAT or not is_code(manifest.code):
        raise _refused(_("định dạng hoặc mã gói không hợp lệ"))
    files = _matched(manifest, entries)
    if signature is None:
        return Archive(manifest, files, "", "")
    raw = _raw_manifest(data)
    if signature.algorithm != "Ed25519" or not signing.signed(signature.public_key, signature.signature, raw):
        raise _refused(_("chữ ký không khớp với nội dung"))
    return Archive(manifest, files, signature.public_key, signing.name_of(signature.public_key))


def unpack(archive: Archive, folder: Path) -> None:
    """Write the files of a read archive into `folder`, which must not exist yet."""
    folder.mkdir(parents=True)
    for path, content in archive.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _entries(data: bytes) -> dict[str, bytes]:
    """All entries, never more than they declare and than is allowed in sum."""
    found: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if len(infos) > MAX_FILES:
            raise _refused(_("nhiều hơn {n} tệp").format(n=MAX_FILES))
        for info in infos:
            if info.is_dir():
                continue
            if info.filename in found:
                raise _refused(_("hai tệp cùng tên “{name}”").format(name=info.filename))
            with archive.open(info) as handle:
                content = handle.read(left + 1)
            left -= len(content)
            if left < 0:
                raise _refused(_("giải nén ra hơn {n} byte").format(n=MAX_UNPACKED_BYTES))
            found[info.filename] = content
    return found


def _raw_manifest(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(MANIFEST)


def _matched(manifest: Manifest, entries: dict[str, bytes]) -> dict[str, bytes]:
    """The pack's files by their path in its folder, each as the manifest says and none besides."""
    files: dict[str, bytes] = {}
    for name, content in entries.items():
        path = PurePosixPath(name)
        inner = path.relative_to(manifest.code).as_posix() if path.parts[:1] == (manifest.code,) else ""
        if not _is_safe(name, inner):
            raise _refused(_("tên tệp không được phép: “{name}”").format(name=name))
        if manifest.files.get(inner) != hashlib.sha256(content).hexdigest():
            raise _refused(_("tệp {name} không khớp mã băm trong manifest").format(name=inner))
        files[inner] = content
    missing = manifest.files.keys() - files.keys()
    if missing:
        raise _refused(_("thiếu tệp {names}").format(names=", ".join(sorted(missing)[:5])))
    return files


def _is_safe(name: str, inner: str) -> bool:
    """Plain names of data files, at most one folder deep; nothing that leaves the pack's folder or hides in it."""
    parts = inner.split("/")
    return (
        bool(inner)
        and len(parts) <= 2
        and "\\" not in name
        and all(part and not part.startswith(".") and ":" not in part for part in parts)
        and PurePosixPath(inner).suffix in SUFFIXES
    )


def _refused(reason: str) -> InvalidInput:
    return InvalidInput(
        _("Tệp gói không dùng được: {reason}.").format(reason=reason),
        action=_("Xin lại tệp từ nơi phát hành."),
        code="invalid_pack_archive",
    )
