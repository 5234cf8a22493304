"""The Atom feed (RFC 4287) through which programs of the press, of television and of other agencies follow the messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from xml.etree import ElementTree as ET

from sen.apps.incidents.interface import PublicMessage
from sen.standards.cap.message import MEDIA_TYPE, clean, moment

NAMESPACE = "http://www.w3.org/2005/Atom"
FEED_TYPE = "application/atom+xml; charset=utf-8"


def atom(
    messages: Sequence[PublicMessage], *, title: str, address: str, address_of: Callable[[str], str], now: datetime
) -> bytes:
    """The feed of published messages, newest first; `address_of(identifier)` is where the CAP document of one is."""
    feed = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "vi"})
    _add(feed, "id", address)
    _add(feed, "title", title)
    newest = max((one.sent for one in messages if one.sent), default=now)
    _add(feed, "updated", moment(newest))
    ET.SubElement(feed, "link", {"rel": "self", "href": address, "type": "application/atom+xml"})
    author = ET.SubElement(feed, "author")
    _add(author, "name", title)
    for message in messages:
        if message.sent is not None:
            _entry(feed, message, message.sent, address_of(message.identifier))
    ET.indent(feed)
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _entry(feed: ET.Element, message: PublicMessage, sent: datetime, address: str) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", address)
    marked = {"Test": "[Mô phỏng] ", "Exercise": "[Diễn tập] "}.get(message.status, "")
    _add(entry, "title", marked + (message.headline or message.event))
    _add(entry, "updated", moment(sent))
    _add(entry, "published", moment(sent))
    author = ET.SubElement(entry, "author")
    _add(author, "name", message.sender.name)
    _add(entry, "summary", message.description)
    for scheme, term in (("status", message.status), ("msgType", message.message_type), ("severity", message.severity)):
        ET.SubElement(entry, "category", {"scheme": f"urn:oasis:names:tc:emergency:cap:1.2:{scheme}", "term": term})
    ET.SubElement(entry, "link", {"rel": "alternate", "href": address, "type": MEDIA_TYPE})


def _add(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = clean(words)
