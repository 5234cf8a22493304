"""Hostile XML to a small tree with line numbers: no document type, no entities, no network, limits on size, depth and number.

Names are kept without their namespace: senders use several for the same elements (docs/documents.md), and none changes the meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from django.utils.translation import gettext as _

from sen.standards.edxml.faults import Fault

MAX_BYTES = 48 * 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 40
MAX_VALUE = 4_000
"""Characters of a value; only encoded attachments are longer."""


@dataclass(slots=True)
class Node:
    """One element: its local name and namespace, the line it begins on, its own text and its children."""

    name: str
    namespace: str = ""
    line: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text, trimmed."""
        return "".join(self.pieces).strip()

    @property
    def place(self) -> str:
        """How a person finds the element: `DueDate, dòng 41`."""
        return _("{name}, dòng {line}").format(name=self.name, line=self.line)

    def child(self, *names: str) -> Node | None:
        """The first child of one of these names."""
        return next((one for one in self.children if one.name in names), None)

    def all(self, name: str) -> list[Node]:
        """The children of a name, in order."""
        return [one for one in self.children if one.name == name]

    def value(self, *path: str) -> str:
        """The text below a path of children; "" where one of them is missing."""
        found: Node | None = self
        for name in path:
            found = found.child(name) if found else None
        return found.text if found else ""

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in the order of the document."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.children))

    def first(self, *names: str) -> Node | None:
        """The first element of one of these names, at any depth."""
        return next((one for one in self.walk() if one.name in names), None)


class _Builder:
    """Grows the tree from expat's events and refuses what no message needs."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._open: list[Node] = []
        self._count = 0
        self.root: Node | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        line = self._parser.CurrentLineNumber
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise Fault(
                "edxml_too_complex",
                _("Gói tin có quá nhiều phần tử hoặc lồng quá sâu."),
                place=_("dòng {line}").format(line=line),
            )
        namespace, _space, local = name.rpartition(" ")
        made = Node(local, namespace, line, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(made)
        else:
            self.root = made
        self._open.append(made)

    def end(self, name: str) -> None:
        self._open.pop()

    def words(self, text: str) -> None:
        if self._open:
            self._open[-1].pieces.append(text)

    def refuse_doctype(self, *declared: object) -> None:
        raise Fault(
            "edxml_doctype", _("Gói tin khai báo DOCTYPE hoặc thực thể; trung tâm không nhận."),
            place=_("dòng {line}").format(line=self._parser.CurrentLineNumber), action=_("Bỏ khai báo DOCTYPE rồi gửi lại."),
        )  # fmt: skip


def parse(content: bytes) -> Node:
    """The root element. Raises Fault for what is no well-formed XML, declares a document type, or passes the limits."""
    if len(content) > MAX_BYTES:
        raise Fault("edxml_too_large", _("Gói tin lớn hơn {n} MB.").format(n=MAX_BYTES // 1024 // 1024))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    builder = _Builder(parser)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.words
    parser.StartDoctypeDeclHandler = builder.refuse_doctype
    parser.EntityDeclHandler = builder.refuse_doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Fault(
            "edxml_not_xml", _("Gói tin không phải XML đúng cú pháp: {why}.").format(why=expat.ErrorString(error.code)),
            place=_("dòng {line}, cột {column}").format(line=error.lineno, column=error.offset + 1),
        ) from None  # fmt: skip
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise Fault(
            "edxml_not_xml", _("Gói tin không phải XML đúng cú pháp: {why}.").format(why=str(error)[:200])
        ) from None
    if builder.root is None:
        raise Fault("edxml_not_xml", _("Gói tin trống."))
    return builder.root
