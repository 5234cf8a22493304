"""Reading and writing edXML: both renderings of codes, forms seen in the wild, statuses, and everything hostile or broken."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sen.kernel import agency_codes, clock
from sen.standards.edxml import reading, tree, writing
from sen.standards.edxml.faults import Fault
from sen.standards.edxml.simulator import faulty
from sen.standards.edxml.specimens import pdf, specimen
from sen.standards.edxml.values import DocumentMessage, Party, Reference, StatusMessage

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
SENDER, RECEIVER = Party("G22", "Văn phòng Chính phủ"), Party("H20.05", "Sở Tài chính")
MESSAGE = msgspec.structs.replace(
    specimen(7, SENDER, (RECEIVER,), AT), due=date(2026, 12, 1), urgency="express", replaces=(Reference("G22,2026/01/02,5/VPCP", "5/VPCP"),),
    response_for=(Reference("H20.05,2026/10/01,12/STC", "12/STC", "H20.05", date(2026, 10, 1)),), business="replace",
    reason="Thay văn bản cũ", appendixes=("Phụ lục 1",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "canonical", "old"),
    [
        ("H55.02.03", "H55.02.03", "000.03.02.H55"), ("000.00.02.H55", "H55.02", "000.00.02.H55"), ("000.00.00.g22", "G22", "000.00.00.G22"),
        ("28.22.H17", "H17.22.28", "000.28.22.H17"), ("H55.242", "H55.242", "H55.242"), ("002.00.20.H13", "H13.20.00.002", "002.00.20.H13"),
    ],
)  # fmt: skip
def test_codes_of_agencies_are_one_in_both_renderings(text: str, canonical: str, old: str) -> None:
    assert agency_codes.canonical(text) == canonical
    assert agency_codes.old_rendering(canonical) == old
    assert agency_codes.canonical(old) == canonical


def test_what_is_no_code_of_an_agency_is_none() -> None:
    assert [agency_codes.canonical(one) for one in ("", "H5", "Sở Tài chính", "H20..05", "1.H20")] == [None] * 5


def test_a_document_comes_back_as_it_was_written() -> None:
    written = writing.document(MESSAGE)
    assert b"000.00.05.H20" in written
    assert b"<edXML:DueDate>2026/12/01</edXML:DueDate>" in written
    read = reading.read(written)
    assert isinstance(read, DocumentMessage)
    same = {
        name: getattr(read, name)
        for name in (
            "document_id",
            "sender",
            "receivers",
            "subject",
            "due",
            "urgency",
            "business",
            "reason",
            "appendixes",
        )
    }
    assert same == {name: getattr(MESSAGE, name) for name in same}
    assert read.attachments[0].content == MESSAGE.attachments[0].content
    assert [one.document_id for one in read.replaces] == ["G22,2026/01/02,5/VPCP"]
    assert read.response_for == MESSAGE.response_for
    assert read.sent == AT


def test_a_status_comes_back_as_it_was_written() -> None:
    status = StatusMessage(
        about=Reference("G22,2026/11/20,107/VPCP", "107/VPCP", "G22", date(2026, 11, 20)), sender=RECEIVER, code="03",
        description="Đã tiếp nhận", at=AT, staff="Văn thư",
    )  # fmt: skip
    assert reading.read(writing.status(status)) == status


def test_a_soap_envelope_with_mime_parts_is_read() -> None:
    body = (
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:e="urn:khac"><SOAP-ENV:Header><e:MessageHeader>'
        "<e:From><e:OrganId>000.00.00.G22</e:OrganId></e:From><e:To><e:OrganId>000.00.05.H20</e:OrganId></e:To>"
        "<e:Code><e:CodeNumber>9</e:CodeNumber><e:CodeNotation>VPCP-TH</e:CodeNotation></e:Code><e:PromulgationInfo>"
        "<e:PromulgationDate>16/11/2026</e:PromulgationDate></e:PromulgationInfo><e:Subject>Về nước mặn</e:Subject>"
        "<e:DueDate>2026/13/45</e:DueDate><e:OtherInfo><e:Priority>9</e:Priority></e:OtherInfo></e:MessageHeader></SOAP-ENV:Header>"
        '<SOAP-ENV:Body><e:Manifest><e:Reference href="cid:mot"><e:AttachmentName>a.pdf</e:AttachmentName></e:Reference>'
        '<e:Reference href="cid:hai"><e:AttachmentName>b.pdf</e:AttachmentName></e:Reference></e:Manifest></SOAP-ENV:Body></SOAP-ENV:Envelope>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", pdf("noi dung", signed=True))
    mime = (
        f"--ranh\r\nContent-Type: text/xml; charset=utf-8\r\n\r\n{body}\r\n--ranh\r\nContent-ID: <mot>\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(packed.getvalue()).decode()}\r\n--ranh--\r\n"
    )
    read = reading.read(mime.encode(), 'multipart/related; boundary="ranh"; type="text/xml"')
    assert isinstance(read, DocumentMessage)
    assert read.document_id == "G22,2026/11/16,9/VPCP-TH"
    assert (read.attachments[0].content or b"").startswith(b"%PDF")
    assert read.attachments[1].content is None and "không kèm" in read.attachments[1].problem
    assert len(read.remarks) == 2 and read.due is None and read.urgency == "normal"


BROKEN = {
    "edxml_not_xml": [b"khong phai xml", faulty("broken", MESSAGE), b"\x00\xff", b'<?xml version="1.0" encoding="la"?><a/>'],
    "edxml_doctype": [faulty("bomb", MESSAGE), b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    "edxml_too_complex": [b"<a>" * 500, b"<a>" + b"<b/>" * 30_000 + b"</a>"],
    "edxml_no_header": [b"<edXML><khac/></edXML>"],
    "edxml_missing": [
        writing.document(MESSAGE).replace(b"<edXML:OrganId>000.00.00.G22</edXML:OrganId>", b"", 1), b"<a><Status><From/></Status></a>",
        b"<a><MessageHeader><From><OrganId>G22</OrganId></From></MessageHeader></a>",
    ],
    "edxml_bad_value": [writing.document(MESSAGE).replace(b"DocType>3<", b"DocType>7<")],
    "edxml_bad_mime": [b"Content-Type: multipart/related; boundary=x\r\n\r\n--y\r\nkhong co phan nao"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "content"), [(code, one) for code, some in BROKEN.items() for one in some])
def test_what_is_broken_is_named_with_its_place(code: str, content: bytes) -> None:
    with pytest.raises(Fault) as refused:
        reading.read(content)
    assert refused.value.code == code
    assert refused.value.message
    if code == "edxml_missing":
        assert "dòng" in refused.value.place


def test_a_packed_file_that_unpacks_without_end_is_left_out_and_the_rest_kept() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (40 * 1024 * 1024))
    encoded = base64.b64encode(packed.getvalue())
    inside = base64.b64encode(MESSAGE.attachments[0].content or b"")
    read = reading.read(writing.document(MESSAGE).replace(inside, encoded))
    assert isinstance(read, DocumentMessage)
    assert read.attachments[0].content is None and read.attachments[0].problem


@settings(max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 5_000), st.integers(0, 200))
def test_whatever_happens_to_a_message_it_is_read_or_refused_in_words(noise: bytes, at: int, cut: int) -> None:
    content = writing.document(MESSAGE)
    broken = content[:at] + noise + content[at + cut :]
    try:
        reading.read(broken)
    except Fault as fault:
        assert fault.message and fault.code.startswith("edxml_")


def test_times_are_vietnams_and_the_tree_ends_at_its_limits() -> None:
    read = reading.read(writing.document(MESSAGE))
    assert isinstance(read, DocumentMessage) and read.sent is not None
    assert clock.local(read.sent).hour == 9
    with pytest.raises(Fault, match="MB"):
        tree.parse(b" " * (tree.MAX_BYTES + 1))
