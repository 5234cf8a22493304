"""edXML to trusted values. Liberal in names and forms, strict in what a register needs: who sent what, when, to whom."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils.translation import gettext as _

from sen.kernel import agency_codes, clock
from sen.kernel.text import normal
from sen.standards.edxml import parts, tree
from sen.standards.edxml.faults import Fault
from sen.standards.edxml.tree import Node
from sen.standards.edxml.values import DocumentMessage, Party, Reference, StatusMessage
from sen.standards.edxml.vocabulary import BUSINESS, PRIORITIES, XMLDSIG, Business

_YEAR_FIRST = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?"
)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
MAX_PARTIES = 2_000
_NUL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read(content: bytes, content_type: str = "") -> DocumentMessage | StatusMessage:
    """The message in these bytes. Raises Fault with code, words and place."""
    body, files = parts.split(content, content_type)
    root = tree.parse(body)
    header = root.first("MessageHeader")
    if header is not None and header.child("StatusCode") is None:
        return _document(root, header, files)
    status = root.first("Status", "MessageStatus") or header
    if status is not None:
        return _status(status)
    raise Fault(
        "edxml_no_header", _("Gói tin không có MessageHeader hoặc Status (phần tử gốc là {name}).").format(name=root.name),
        place=root.place,
    )  # fmt: skip


def document_id(text: str, *, fallback: str = "") -> str:
    """A DocumentId (`<agency>,<date>,<number/symbol>`) in one form, whichever rendering of code and date it came in; else as it came."""
    pieces = [piece.strip() for piece in normal(text).split(",", 2)]
    if len(pieces) != 3:
        return normal(text)[:200] or fallback
    day = _day(pieces[1])
    code = agency_codes.canonical(pieces[0]) or pieces[0]
    return f"{code},{day:%Y/%m/%d},{pieces[2]}"[:200] if day else normal(text)[:200]


# -- a document


def _document(root: Node, header: Node, files: dict[str, bytes]) -> DocumentMessage:
    remarks: list[str] = []
    sender = _party(_needed(header, "From"))
    receivers = tuple(_party(one) for one in header.all("To")[:MAX_PARTIES])
    if not receivers:
        raise _missing(header, "To")
    promulgated = _date(header.child("PromulgationInfo"), "PromulgationDate", remarks)
    number, notation = _value(header, "Code", "CodeNumber"), _value(header, "Code", "CodeNotation")
    trace = root.first("TraceHeaderList")
    business_node = (trace.child("Bussiness", "Business") if trace else None) or Node("Bussiness")
    business = _business(business_node)
    subject = _value(header, "Subject") or _value(header, "Content")
    if not subject and business != "recall":
        raise _missing(header, "Subject")
    other = header.child("OtherInfo") or Node("OtherInfo")
    traced = tuple(
        (_code(one.value("OrganId")), _moment(one.value("Timestamp")))
        for one in (trace.all("TraceHeader") if trace else [])
    )
    return DocumentMessage(
        document_id=_own_id(header, sender, promulgated, number, notation), sender=sender, receivers=receivers,
        subject=subject[:2000], number=number[:30], notation=notation[:80], place=_value(header, "PromulgationInfo", "Place"),
        promulgated=promulgated, type_name=_value(header, "DocumentType", "TypeName") or _plain_type(header),
        content=_clean(header.value("Content")), signer=_signer(header), signer_position=_value(header, "SignerInfo", "Position"),
        signer_competence=_value(header, "SignerInfo", "Competence"), due=_date(header, "DueDate", remarks),
        to_places=tuple(one.text for one in _list(header, "ToPlaces", "Place")), urgency=_urgency(other, remarks),
        field=_value(other, "SphereOfPromulgation")[:200], pages=_count(other, "PageAmount", remarks),
        appendixes=tuple(one.text for one in _list(other, "Appendixes", "Appendix")),
        response_for=tuple(_reference(one) for one in header.all("ResponseFor")),
        business=business, business_id=document_id(business_node.value("DocumentId")),
        reason=_value(business_node, "BussinessDocReason")[:1000], paper=business_node.value("Paper") == "1",
        staff=_staff(business_node), replaces=tuple(_replaced(business_node)), traced=traced,
        sent=next((at for _organ, at in reversed(traced) if at), None),
        signed=any(one.name == "SignatureValue" and one.namespace in (XMLDSIG, *_any_namespace(root)) and one.text for one in root.walk()),
        attachments=tuple(parts.attachments(root, files)), remarks=tuple(remarks),
    )  # fmt: skip


def _any_namespace(root: Node) -> tuple[str, ...]:
    """Public examples put the signature into the message's own namespace."""
    return (root.namespace, "")


def _own_id(header: Node, sender: Party, promulgated: date | None, number: str, notation: str) -> str:
    """The DocumentId of the header; where it is missing it follows from sender, date and number, as the standard builds it."""
    given = document_id(header.value("DocumentId"))
    if given:
        return given
    if promulgated is None:
        raise _missing(header.child("PromulgationInfo") or header, "PromulgationDate")
    if not number and not notation:
        raise _missing(header, "Code")
    return f"{sender.code},{promulgated:%Y/%m/%d},{'/'.join(filter(None, (number, notation)))}"[:200]


def _business(node: Node) -> Business:
    raw = node.value("BussinessDocType") or node.value("BusinessDocType") or "0"
    found = BUSINESS.get(raw)
    if found is None:
        raise Fault(
            "edxml_bad_value", _("BussinessDocType là “{value}”; chỉ nhận 0, 1, 2, 3.").format(value=raw[:40]),
            place=(node.child("BussinessDocType", "BusinessDocType") or node).place,
        )  # fmt: skip
    return found


def _replaced(node: Node) -> list[Reference]:
    listed = node.child("ReplacementInfoList")
    found = [one.value("DocumentId") for one in (listed.all("ReplacementInfo") if listed else [])]
    return [Reference(document_id(one), _number_of(document_id(one))) for one in found if one]


def _reference(node: Node) -> Reference:
    organ, number, promulgated = (
        _code(node.value("OrganId")),
        _value(node, "Code"),
        _day(node.value("PromulgationDate")),
    )
    built = f"{organ},{promulgated:%Y/%m/%d},{number}" if organ and number and promulgated else ""
    found = document_id(node.value("DocumentId"), fallback=built)
    if not found:
        raise _missing(node, "DocumentId")
    return Reference(found, number or _number_of(found), organ, promulgated)


def _number_of(identifier: str) -> str:
    return identifier.split(",", 2)[2] if identifier.count(",") >= 2 else identifier


def _signer(header: Node) -> str:
    return _value(header, "SignerInfo", "FullName")[:150] or _value(header, "SignerInfo", "Signer")[:150]


def _plain_type(header: Node) -> str:
    found = header.child("DocumentType")
    return normal(found.text)[:80] if found and not found.children else ""


def _urgency(other: Node, remarks: list[str]) -> str:
    raw = other.value("Priority")
    if raw and raw not in PRIORITIES:
        remarks.append(_("Độ khẩn “{value}” không có trong danh mục, coi là thường.").format(value=raw[:40]))
    return PRIORITIES.get(raw, "normal")


def _count(node: Node, name: str, remarks: list[str]) -> int | None:
    raw = node.value(name)
    if not raw:
        return None
    if raw.isascii() and raw.isdigit() and len(raw) <= 6:
        return int(raw)
    remarks.append(_("{name} là “{value}”, không phải số.").format(name=name, value=raw[:40]))
    return None


# -- a status


def _status(node: Node) -> StatusMessage:
    about = node.child("ResponseFor")
    if about is None:
        raise _missing(node, "ResponseFor")
    code = node.value("StatusCode")
    if not code or len(code) > 4 or not code.isalnum():
        raise _missing(node, "StatusCode")
    return StatusMessage(
        about=_reference(about), sender=_party(_needed(node, "From")), code=code.zfill(2),
        description=_clean(node.value("Description"))[:1000], at=_moment(node.value("Timestamp")), staff=_staff(node),
    )  # fmt: skip


# -- pieces


def _party(node: Node) -> Party:
    code = _code(node.value("OrganId"))
    if not code:
        raise _missing(node, "OrganId")
    return Party(
        code[:40], _value(node, "OrganName")[:300] or _value(node, "OrganizationInCharge")[:300],
        _value(node, "OrganAdd")[:300], _value(node, "Email")[:200], _value(node, "Telephone")[:100],
    )  # fmt: skip


def _staff(node: Node) -> str:
    info = node.child("StaffInfo")
    return ", ".join(filter(None, (info.value("Staff"), info.value("Department"))))[:200] if info else ""


def _code(text: str) -> str:
    return agency_codes.canonical(text) or text.strip()[:40]


def _needed(node: Node, name: str) -> Node:
    found = node.child(name)
    if found is None:
        raise _missing(node, name)
    return found


def _list(node: Node, name: str, item: str) -> list[Node]:
    found = node.child(name)
    return found.all(item)[:MAX_PARTIES] if found else []


def _value(node: Node, *path: str) -> str:
    return normal(_clean(node.value(*path)))[: tree.MAX_VALUE]


def _clean(text: str) -> str:
    """PostgreSQL keeps no NUL, people read no control characters."""
    return _NUL.sub("", text)


def _missing(node: Node, name: str) -> Fault:
    return Fault(
        "edxml_missing", _("Thiếu {name} trong {parent}.").format(name=name, parent=node.name), place=node.place
    )


def _date(node: Node | None, name: str, remarks: list[str]) -> date | None:
    raw = node.value(name) if node else ""
    found = _day(raw)
    if raw and found is None:
        remarks.append(_("{name} là “{value}”, không phải ngày; bỏ qua.").format(name=name, value=raw[:40]))
    return found


def _day(raw: str) -> date | None:
    found = _moment(raw)
    return clock.local(found).date() if found else None


def _moment(raw: str) -> datetime | None:
    """`2018/09/28 08:30:00`, `2018-09-28T08:30:00+07:00`, `28/09/2018`; without a zone it is Vietnam's clock. None for anything else."""
    raw = raw.strip()
    if found := _YEAR_FIRST.fullmatch(raw):
        year, month, day, *rest = found.groups()
        zone = rest.pop()
    elif found := _DAY_FIRST.fullmatch(raw):
        day, month, year, *rest = found.groups()
        zone = None
    else:
        return None
    try:
        if zone:
            return datetime.fromisoformat(raw.replace("/", "-"))
        hour, minute, second = (int(one or 0) for one in rest)
        return datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=clock.VIETNAM)
    except ValueError:
        return None
