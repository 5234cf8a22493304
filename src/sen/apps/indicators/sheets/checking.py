"""Reads what people type into a cell and says in words what is wrong with the figures of a sheet. Pure: no database, no clock."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sen.apps.packs.interface import SheetCheck, SheetRow
from sen.kernel.formula import FormulaError
from sen.kernel.formula import parse as parse_formula

FAR = 3.0
"""A figure this many times larger or smaller than what the unit usually reports is asked about."""
FEW = 3
"""Earlier figures needed before anything is called unusual."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:,\d+)?")
_PLAIN = re.compile(r"[+-]?\d+(?:,\d+)?")
_ENGLISH = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}")
_POINT = re.compile(r"[+-]?\d+\.\d+")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a cell (`code` of its row; empty for the whole sheet). A warning may be handed in with a note beside the figure."""

    code: str
    level: Literal["error", "missing", "warning"]
    words: str


class Past(msgspec.Struct, frozen=True):
    """What the unit reported before: the period before (of the same year, where the indicator is cumulative) and earlier ones."""

    before: float | None = None
    earlier: tuple[float, ...] = ()
    cumulative: bool = False
    decimals: int = 0
    unit_label: str = ""


def read_number(text: str) -> tuple[float | None, str]:
    """The number that a Vietnamese text means, or why it is none: `1.234,5`, `1 234,5`, `1234`. Empty text gives None without a reason.

    `1,234.5` is understood; `12.5` is refused, because the point separates thousands here and there are not three digits after it.
    """
    plain = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()).replace("−", "-")
    if not plain:
        return None, ""
    if _GROUPED.fullmatch(plain) or _SPACED.fullmatch(plain) or _PLAIN.fullmatch(plain):
        return float(plain.replace(".", "").replace(" ", "").replace(",", ".")), ""
    if _ENGLISH.fullmatch(plain):
        return float(plain.replace(",", "")), ""
    return None, _why_not(plain[:40])


def _why_not(plain: str) -> str:
    if _POINT.fullmatch(plain):
        return _("“{text}”: viết phần lẻ sau dấu phẩy, như {example}.").format(
            text=plain, example=plain.replace(".", ",")
        )
    if plain.startswith("="):
        return _("Ô chứa công thức. Nhập kết quả của công thức.")
    if "%" in plain:
        return _("“{text}”: bỏ dấu %, đơn vị tính đã ghi ở cột bên.").format(text=plain)
    if re.search(r"\d", plain) and re.search(r"[^\W\d_]", plain):
        return _("“{text}” có chữ lẫn trong số. Ô này chỉ nhận số; ghi phần chữ vào ghi chú.").format(text=plain)
    return _("“{text}” không phải là số.").format(text=plain)


def faults_of_cell(row: SheetRow, text: str, value: float | None, past: Past) -> list[Fault]:
    """What is wrong with one typed figure."""
    if not text:
        return [Fault(row.code, "missing", _("Chưa nhập."))] if row.required else []
    if value is None:
        return [Fault(row.code, "error", read_number(text)[1])]
    found = []
    if row.minimum is not None and value < row.minimum:
        found.append(
            Fault(row.code, "error", _("Nhỏ hơn mức thấp nhất có thể ({limit}).").format(limit=written(row.minimum)))
        )
    if row.maximum is not None and value > row.maximum:
        found.append(
            Fault(row.code, "error", _("Lớn hơn mức cao nhất có thể ({limit}).").format(limit=written(row.maximum)))
        )
    return found or _unusual(row.code, value, past)


def _unusual(code: str, value: float, past: Past) -> list[Fault]:
    if past.cumulative and past.before is not None and value < past.before:
        words = _("Số lũy kế nhỏ hơn kỳ trước ({before}). Sửa lại, hoặc nêu lý do ở ghi chú.")
        return [Fault(code, "warning", words.format(before=written(past.before)))]
    if len(past.earlier) < FEW:
        return []
    usual = statistics.median(abs(one) for one in past.earlier)
    if not usual or not value:
        return []
    ratio = abs(value) / usual
    if 1 / FAR <= ratio <= FAR:
        return []
    words = _("Khác xa các kỳ trước (thường khoảng {usual}).").format(usual=written(usual))
    for scale in (1000.0, 100.0, 10.0):
        if 0.5 < ratio / scale < 2 or 0.5 < ratio * scale < 2:
            words += " " + _("Có thể nhầm đơn vị tính, lệch khoảng {scale} lần.").format(scale=written(scale))
            break
    return [Fault(code, "warning", words + " " + _("Sửa lại, hoặc nêu lý do ở ghi chú."))]


def faults_between(checks: Sequence[SheetCheck], values: Mapping[str, float | None]) -> list[Fault]:
    """Rules between the figures of a sheet that do not hold, told at every figure that the rule names."""
    english = (get_language() or "vi").startswith("en")
    found = []
    for check in checks:
        try:
            formula = parse_formula(check.formula)
        except FormulaError:
            continue
        outcome = formula.evaluate(values)
        # Sums of decimals are compared by a formula that says itself how exact it wants to be.
        if outcome.value == 0:
            words = (english and check.words_en) or check.words
            found += [Fault(name, "error", words) for name in sorted(formula.names)]
    return found


def written(value: float, decimals: int | None = None) -> str:
    """A number as people in Vietnam write it, without needless zeros: what stands in a cell after it was read."""
    text = f"{value:.{decimals}f}" if decimals is not None else f"{value:.6f}".rstrip("0").rstrip(".")
    whole, _dot, part = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", digits)
    return sign + grouped + (f",{part}" if part else "")
