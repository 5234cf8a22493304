"""`sen import units FILE`: administrative units and departments from CSV or Excel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import folded, normal
from sen.project.imports.outcome import ImportOutcome, write_rows
from sen.project.imports.tables import Row, read_table

COLUMNS = {
    "code": ("mã", "mã đơn vị", "ma_xa", "mã số"),
    "name": ("tên", "tên đơn vị"),
    "kind": ("loại", "cấp"),
    "parent": ("đơn vị cấp trên", "mã cấp trên", "trực thuộc", "parent_code"),
    "valid_from": ("hiệu lực từ", "ngày hiệu lực"),
}
# What people write → (kind, level).
KINDS = {
    "tinh": ("province", "province"), "province": ("province", "province"),
    "thanh pho truc thuoc trung uong": ("city", "province"), "city": ("city", "province"),
    "so": ("department", "department"), "ban": ("department", "department"), "nganh": ("department", "department"),
    "so, ban, nganh": ("department", "department"), "department": ("department", "department"),
    "phuong": ("ward", "commune"), "ward": ("ward", "commune"),
    "xa": ("commune", "commune"), "commune": ("commune", "commune"),
    "dac khu": ("special_zone", "commune"), "special_zone": ("special_zone", "commune"), "special zone": ("special_zone", "commune"),
}  # fmt: skip


def import_units(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Units in the order of the file (parents first); a unit that is there under the same name counts as imported."""
    return write_rows(_rows(file), _write, ImportOutcome(), dry_run=dry_run)


def _rows(file: Path) -> Iterator[tuple[int, str, Row]]:
    return ((number, row["code"], row) for number, row in read_table(file, COLUMNS))


def _write(row: Row) -> None:
    if not row["code"] or not row["name"]:
        raise InvalidInput("Thiếu mã hoặc tên đơn vị.")
    kind, level = _kind(row)
    try:
        standing = organisations.unit(row["code"])
    except NotFound:
        standing = None
    if standing is not None:
        if folded(standing.name) != folded(row["name"]):
            raise Conflict(
                f"Mã này đang là “{standing.name}”.",
                action="Đổi tên là một sự kiện có ngày: dùng chức năng đổi tên đơn vị.",
            )
        return
    organisations.create_unit(
        scope=SYSTEM, code=row["code"], name=normal(row["name"]), kind=kind, level=level, parent=row["parent"] or None,
        valid_from=parse_date(row["valid_from"]),
    )  # fmt: skip


def _kind(row: Row) -> tuple[str, str]:
    written = folded(row["kind"]) or folded(row["name"]).split(" ")[0]
    if written not in KINDS:
        raise InvalidInput(f"Không rõ loại đơn vị “{row['kind']}”.", action="Dùng: tỉnh, sở, phường, xã, đặc khu.")
    return KINDS[written]


def parse_date(text: str) -> date | None:
    """A day as 2025-07-01 or 01/07/2025; None for no text. Raises InvalidInput."""
    if not text:
        return None
    day = text.split(" ", maxsplit=1)[0].split("T", maxsplit=1)[0]
    try:
        if "/" in day:
            parts = [int(part) for part in day.split("/")]
            return date(parts[2], parts[1], parts[0])
        return date.fromisoformat(day)
    except (ValueError, IndexError):
        raise InvalidInput(f"“{text}” không phải ngày.", action="Viết 2025-07-01 hoặc 01/07/2025.") from None
