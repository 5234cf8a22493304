"""One public message as CAP 1.2 XML. OASIS Standard, Common Alerting Protocol Version 1.2, 1 July 2010."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree as ET

from sen.apps.incidents.interface import Circle, PublicMessage
from sen.kernel import clock
from sen.kernel.configuration import settings

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
GEOCODE = "VN-GSO"
"""`valueName` of geocodes: the code of a province or commune as the state numbers them (Quyết định 19/2025/QĐ-TTg)."""

# What XML 1.0 (section 2.2) cannot hold at all: control characters, halves of surrogate pairs, U+FFFE and U+FFFF.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What section 3.2.1 forbids in identifier and sender: spaces, commas, < and &.
_NOT_IDENTIFIER = re.compile(r"[\s,<&]+")
_PUBLISHED = frozenset({"published", "replaced"})


def xml(message: PublicMessage) -> bytes:
    """The message as a CAP 1.2 document in UTF-8. One that is not published yet has the status Draft, which nobody acts on."""
    alert = ET.Element("alert", {"xmlns": NAMESPACE})
    sent = message.sent or message.drafted_at
    published = message.sent is not None and message.state in _PUBLISHED
    _add(alert, "identifier", identifier(message.identifier))
    _add(alert, "sender", sender(message.sender.code))
    _add(alert, "sent", moment(sent))
    _add(alert, "status", message.status if published or message.status != "Actual" else "Draft")
    _add(alert, "msgType", message.message_type)
    _add(alert, "scope", "Public")
    if note := _note(message):
        _add(alert, "note", note)
    if message.references:
        _add(alert, "references", " ".join(_reference(message, *one) for one in message.references))
    _add(alert, "incidents", f'"{message.incident}"' if " " in message.incident else message.incident)
    _info(alert, message, "vi-VN")
    if message.event_en and (message.headline_en or message.description_en):
        _info(alert, message, "en-US")
    ET.indent(alert)
    return bytes(ET.tostring(alert, encoding="utf-8", xml_declaration=True))


def identifier(text: str) -> str:
    """An identifier without the characters that CAP forbids in one."""
    return _NOT_IDENTIFIER.sub("-", text)


def sender(unit_code: str) -> str:
    """Who sends, unique in the world: the unit's code at the host under which people reach the centre."""
    hosts = [name.strip() for name in settings().public_hosts.split(",") if name.strip()]
    return _NOT_IDENTIFIER.sub("-", f"{unit_code}@{hosts[0] if hosts else 'sen.invalid'}")


def moment(at: datetime) -> str:
    """`2026-11-22T14:00:00+07:00`: whole seconds and an offset; CAP does not allow Z (section 3.3.2)."""
    return clock.local(at).strftime("%Y-%m-%dT%H:%M:%S+07:00")


def _reference(message: PublicMessage, other: str, sent: datetime) -> str:
    return f"{sender(message.sender.code)},{identifier(other)},{moment(sent)}"


def _note(message: PublicMessage) -> str:
    """Section 3.2.1: what an Exercise or Test is."""
    if message.status == "Exercise":
        return "Diễn tập / Exercise"
    return "Mô phỏng, không phải tình huống thật / Simulated, not a real event" if message.status == "Test" else ""


def _info(alert: ET.Element, message: PublicMessage, language: str) -> None:
    """One language; where a text is missing in English the element is left out rather than filled with Vietnamese."""
    english = language == "en-US"
    info = ET.SubElement(alert, "info")
    _add(info, "language", language)
    _add(info, "category", message.category)
    _add(info, "event", message.event_en if english else message.event)
    _add(info, "responseType", message.response_type)
    for name in ("urgency", "severity", "certainty"):
        _add(info, name, getattr(message, name))
    _add(info, "effective", moment(message.effective_at))
    if message.onset_at is not None:
        _add(info, "onset", moment(message.onset_at))
    _add(info, "expires", moment(message.expires_at))
    _add(info, "senderName", message.sender.name)
    for name in ("headline", "description", "instruction"):
        words = getattr(message, f"{name}_en" if english else name)
        if words.strip():
            _add(info, name, words)
    area = ET.SubElement(info, "area")
    _add(area, "areaDesc", (message.area_en if english else "") or message.area)
    if len(message.polygon) >= 4:
        _add(area, "polygon", _ring(message.polygon))
    if message.circle is not None:
        _add(area, "circle", _circle(message.circle))
    for code in message.geocodes:
        place = ET.SubElement(area, "geocode")
        _add(place, "valueName", GEOCODE)
        _add(place, "value", code)


def _ring(points: Iterable[tuple[float, float]]) -> str:
    """`lat,lon lat,lon …`, WGS 84, the last pair equal to the first (section 3.2.4)."""
    ring = list(points)
    if ring[0] != ring[-1]:
        ring.append(ring[0])
    return " ".join(f"{_degrees(lat)},{_degrees(lon)}" for lon, lat in ring)


def _circle(circle: Circle) -> str:
    """`lat,lon radius` with the radius in kilometres."""
    return f"{_degrees(circle.lat)},{_degrees(circle.lon)} {circle.radius_km:.3f}".rstrip("0").rstrip(".")


def _degrees(value: float) -> str:
    """Five digits after the point, about a metre; never an exponent."""
    return f"{value:.5f}"


def _add(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = clean(words)


def clean(words: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", words)
