"""Sets documents as PDF with typst: templates of this folder, whole Inter fonts, nothing from the machine or the network.

Data goes in as JSON and comes out as strings inside the template, so that nothing that a person typed is read as markup.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import typst
from django.utils.translation import gettext as _

from sen.kernel import clock
from sen.kernel.errors import Unavailable

DOCUMENTS = Path(__file__).with_name("documents")
FONTS = Path(__file__).resolve().parents[2] / "web_components" / "built" / "report_fonts"
# What every template reads from the layout; a document that has nothing to say there says nothing.
_LAYOUT = {"agency_above": "", "subtitle": "", "footer": "", "mark": ""}


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The document `documents/<template>.typ` with `data` as PDF (PDF/A-2b). Raises Unavailable where the fonts were not built."""
    source = DOCUMENTS / f"{template}.typ"
    if not source.is_file() or source.parent != DOCUMENTS:
        raise ValueError(f"There is no document {template}.")
    if not FONTS.is_dir():
        raise Unavailable(
            _("Chưa có phông chữ để tạo tài liệu."), action=_("Báo quản trị viên dựng lại giao diện web (./sen).")
        )
    made: bytes = typst.compile(
        source,
        root=DOCUMENTS,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="a-2b",
        timestamp=clock.now().replace(microsecond=0),
        sys_inputs={"data": msgspec.json.encode(_LAYOUT | dict(_printable(data))).decode()},
    )
    return made


def _printable(value: Any) -> Any:
    """The value with every text in composed letters (NFC) and without control characters, which no font can show."""
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value)
        return "".join(
            char for char in composed if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Cn")
        )
    if isinstance(value, Mapping):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value


def date_words(day: date) -> str:
    """`ngày 05 tháng 02 năm 2026`: days under ten and January, February with a leading zero, as official documents write them."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
