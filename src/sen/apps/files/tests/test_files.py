"""Files: recognised by content, kept once, handed out by permission with safe headers, traced where personal, cleaned."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (PNG, "anh.exe", "anh.exe.png"),
        (b"%PDF-1.7 x", "..\\..\\C:\\bi mat.pdf", "bi mat.pdf"),
        ("Ghi chú".encode(), "ghi\x00\u202echu.txt", "ghichu.txt"),
        (_zip("[Content_Types].xml", "word/document.xml"), "đơn", "đơn.docx"),
    ],
)
def test_names_follow_content(content: bytes, name: str, kept: str) -> None:
    from sen.apps.files.media_types import recognise, safe_name

    assert safe_name(name, recognise(content)) == kept


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0program", b"\x7fELF", b"<!DOCTYPE html><script>", b"  <svg onload=x>", b"#!/bin/sh", b"a\x00b", _zip("a.txt"),
        _zip("word/document.xml", "word/vbaProject.bin"), b"PK\x03\x04broken", b"\xff\xfe\x00",
    ],
)  # fmt: skip
def test_what_may_run_is_refused(content: bytes) -> None:
    from sen.apps.files.media_types import recognise

    assert recognise(content) == ""


@pytest.fixture
def readers(centre: None) -> Iterator[None]:
    """Things called `thu:mo` may be read by everybody, others by nobody."""
    from django.db import connection

    from sen.apps.files import queries

    queries.register_reader("thu", lambda scope, about: about == "thu:mo")
    yield
    queries._readers.pop("thu")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE files_storedfile")


def _browser(username: str) -> Client:
    from sen.apps.access.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def test_kept_once_read_by_permission_and_traced(readers: None) -> None:
    from sen.apps.access.interface import SYSTEM
    from sen.apps.audit.models import AuditEvent
    from sen.apps.files import interface as files
    from sen.apps.organisations import interface as organisations
    from sen.kernel.configuration import settings
    from sen.kernel.errors import InvalidInput, NotFound, Unavailable

    unit = organisations.province().id

    def keep(content: bytes, about: str, **options: Any) -> files.FileRef:
        return files.keep(scope=SYSTEM, content=content, name="ảnh.png", unit_id=unit, about=about, **options)

    one, two = keep(PNG, "thu:mo", media_type="text/html"), keep(PNG, "thu:kin")
    assert one.sha256 == two.sha256 and one.media_type == "image/png"
    assert sum(path.is_file() for path in (settings().data / "files").rglob(one.sha256)) == 1
    client = _browser("trucban")
    answer = client.get(one.address)
    assert (
        answer.content == PNG
        and answer["X-Content-Type-Options"] == "nosniff"
        and answer["Content-Disposition"].startswith("inline")
    )
    assert client.get(two.address).status_code == 404
    text = keep("Họ tên".encode(), "thu:mo", personal=True)
    before = AuditEvent.objects.filter(action="files.read").count()
    assert client.get(text.address)["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.filter(action="files.read").count() == before + 1
    files.remove(scope=SYSTEM, file_id=text.id, reason="thử")
    assert client.get(text.address).status_code == 404
    with pytest.raises(NotFound):
        files.read(text.id)
    with pytest.raises(InvalidInput, match="rỗng"):
        keep(b"", "thu:mo")
    with pytest.raises(InvalidInput, match="25 MB"):
        keep(PNG + b"\0" * 25 * 1024 * 1024, "thu:mo")
    [path] = (settings().data / "files").rglob(one.sha256)
    path.write_bytes(b"changed")
    with pytest.raises(Unavailable, match="hỏng"):
        files.read(one.id)


def test_cleaning_leaves_what_is_named_and_what_is_young(readers: None) -> None:
    from sen.apps.access.interface import SYSTEM
    from sen.apps.files import interface as files
    from sen.apps.files import services, store
    from sen.apps.organisations import interface as organisations

    kept = files.keep(scope=SYSTEM, content=b"giu", name="a.txt", unit_id=organisations.province().id, about="thu:mo")
    old, young = store.put(b"cu"), store.put(b"moi")
    for digest in (kept.sha256, old):
        os.utime(store._path(digest), (0, 0))
    services.clean()
    assert files.read(kept.id) == b"giu" and store.get(young) == b"moi" and not store._path(old).exists()
