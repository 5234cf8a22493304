"""Where the other lines of a form, or the point that a line of roles belongs to, stand in a document."""

from __future__ import annotations

import re

from sen.apps.directives.extraction.anatomy import Document
from sen.apps.directives.extraction.blocks import Block

# Lines of a form that hands out one task.
CONTENT = re.compile(
    r"\W*(?:nội\s*dung|nhiệm\s*vụ|công\s*việc|yêu\s*cầu)(?:\s+(?:nhiệm\s*vụ|công\s*việc|thực\s*hiện|giao|được\s+giao|chỉ\s*đạo))?\s*:"
)
_LEAD_LINE = re.compile(r"\W*(?:cơ\s*quan|đơn\s*vị)?\s*chủ\s*trì[^:]{0,20}:")


def beside(document: Document, block: Block, what: re.Pattern[str]) -> Block | None:
    """The line of the same form: "3. Cơ quan chủ trì: …", "5. Nội dung nhiệm vụ: …", "6. Hạn xử lý: …"."""
    before = [one for one in document.body if one.start < block.start]
    after = [one for one in document.body if one.start > block.start]
    for side in (reversed(before), iter(after)):
        for one in side:
            if one.level != block.level or _LEAD_LINE.match(_text(document, one)):
                break
            if what.match(_text(document, one)):
                return one
    return None


def point_above(document: Document, block: Block) -> Block | None:
    above = [one for one in document.body if one.start < block.start]
    for one in reversed(above):
        if one.level < block.level or (not block.marker and one.marker):
            return one
    return None


def _text(document: Document, block: Block) -> str:
    return document.surface.lower[block.body : block.end]
