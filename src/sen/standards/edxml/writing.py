"""Trusted values to edXML, exactly: one namespace, the old 13-character codes, dates as YYYY/MM/DD, files as base64 in the XML."""

from __future__ import annotations

import base64
from datetime import date, datetime
from xml.etree import ElementTree as ET

from sen.kernel import agency_codes, clock
from sen.standards.edxml.values import Attachment, DocumentMessage, Party, Reference, StatusMessage
from sen.standards.edxml.vocabulary import BUSINESS_NUMBERS, NAMESPACE, PRIORITY_NUMBERS

MEDIA_TYPE = "application/xml"
_NS = f"{{{NAMESPACE}}}"
ET.register_namespace("edXML", NAMESPACE)


def document(message: DocumentMessage) -> bytes:
    """A document message in any of the four kinds of business."""
    root, header = _envelope()
    top = _add(header, "MessageHeader")
    _party(top, "From", message.sender)
    for receiver in message.receivers:
        _party(top, "To", receiver)
    _add(top, "DocumentId", _identifier(message.document_id))
    code = _add(top, "Code")
    _add(code, "CodeNumber", message.number)
    _add(code, "CodeNotation", message.notation)
    issued = _add(top, "PromulgationInfo")
    _add(issued, "Place", message.place)
    _add(issued, "PromulgationDate", _day(message.promulgated))
    kind = _add(top, "DocumentType")
    _add(kind, "Type", "1")
    _add(kind, "TypeName", message.type_name)
    _add(top, "Subject", message.subject)
    _add(top, "Content", message.content)
    signer = _add(top, "SignerInfo")
    _add(signer, "Competence", message.signer_competence)
    _add(signer, "Position", message.signer_position)
    _add(signer, "FullName", message.signer)
    if message.due:
        _add(top, "DueDate", _day(message.due))
    places = _add(top, "ToPlaces")
    for place in message.to_places:
        _add(places, "Place", place)
    _other(top, message)
    for reference in message.response_for:
        _reference(_add(top, "ResponseFor"), reference)
    _trace(header, message)
    _files(root, message.attachments)
    return _bytes(root)


def status(message: StatusMessage) -> bytes:
    """A status message."""
    root, header = _envelope()
    top = _add(header, "Status")
    _reference(_add(top, "ResponseFor"), message.about)
    _party(top, "From", message.sender)
    _add(top, "StatusCode", message.code)
    _add(top, "Description", message.description)
    _add(top, "Timestamp", _moment(message.at or clock.now()))
    staff = _add(top, "StaffInfo")
    _add(staff, "Department", "")
    _add(staff, "Staff", message.staff)
    return _bytes(root)


def _envelope() -> tuple[ET.Element, ET.Element]:
    root = ET.Element(f"{_NS}edXML")
    header = _add(_add(root, "edXMLEnvelope"), "edXMLHeader")
    return root, header


def _other(top: ET.Element, message: DocumentMessage) -> None:
    other = _add(top, "OtherInfo")
    _add(other, "Priority", PRIORITY_NUMBERS.get(message.urgency, "0"))
    _add(other, "SphereOfPromulgation", message.field)
    if message.pages is not None:
        _add(other, "PageAmount", str(message.pages))
    appendixes = _add(other, "Appendixes")
    for appendix in message.appendixes:
        _add(appendixes, "Appendix", appendix)


def _trace(header: ET.Element, message: DocumentMessage) -> None:
    listed = _add(header, "TraceHeaderList")
    for organ, at in message.traced or ((message.sender.code, message.sent),):
        line = _add(listed, "TraceHeader")
        _add(line, "OrganId", agency_codes.old_rendering(organ))
        _add(line, "Timestamp", _moment(at or clock.now()))
    business = _add(listed, "Bussiness")
    _add(business, "DocumentId", _identifier(message.business_id or message.document_id))
    _add(business, "BussinessDocType", BUSINESS_NUMBERS[message.business])
    _add(business, "BussinessDocReason", message.reason)
    _add(business, "Paper", "1" if message.paper else "0")
    staff = _add(business, "StaffInfo")
    _add(staff, "Staff", message.staff)
    if message.replaces:
        replaced = _add(business, "ReplacementInfoList")
        for reference in message.replaces:
            _add(_add(replaced, "ReplacementInfo"), "DocumentId", _identifier(reference.document_id))


def _files(root: ET.Element, attachments: tuple[Attachment, ...]) -> None:
    envelope = root[0]
    manifest = _add(_add(envelope, "edXMLBody"), "edXMLManifest")
    encoded = _add(root, "AttachmentEncoded") if attachments else None
    for number, one in enumerate(attachments, start=1):
        for parent in (_add(manifest, "Reference"), _add(encoded, "Attachment") if encoded is not None else None):
            if parent is None:
                continue
            _add(parent, "ContentId", f"cid:{number}")
            _add(parent, "ContentType", one.content_type)
            _add(parent, "Description", one.description or one.name)
            _add(parent, "AttachmentName", one.name)
            if parent.tag == f"{_NS}Attachment":
                _add(parent, "ContentTransferEncoded", base64.b64encode(one.content or b"").decode())


def _party(parent: ET.Element, name: str, party: Party) -> None:
    made = _add(parent, name)
    _add(made, "OrganId", agency_codes.old_rendering(party.code))
    _add(made, "OrganName", party.name)
    _add(made, "OrganAdd", party.address)
    _add(made, "Email", party.email)
    _add(made, "Telephone", party.telephone)


def _reference(parent: ET.Element, reference: Reference) -> None:
    _add(parent, "OrganId", agency_codes.old_rendering(reference.organ or reference.document_id.partition(",")[0]))
    _add(parent, "Code", reference.number)
    _add(parent, "PromulgationDate", _day(reference.promulgated))
    _add(parent, "DocumentId", _identifier(reference.document_id))


def _identifier(canonical: str) -> str:
    code, comma, rest = canonical.partition(",")
    return f"{agency_codes.old_rendering(code)}{comma}{rest}"


def _day(day: date | None) -> str:
    return f"{day:%Y/%m/%d}" if day else ""


def _moment(at: datetime) -> str:
    return f"{clock.local(at):%Y/%m/%d %H:%M:%S}"


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    made = ET.SubElement(parent, f"{_NS}{name}")
    made.text = text or None
    return made


def _bytes(root: ET.Element) -> bytes:
    written: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written
