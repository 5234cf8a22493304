"""Reads the reference files of July 2025 (reference/SOURCE.md says where they come from)."""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).with_name("reference")
REORGANISATION = date(2025, 7, 1)
PROVINCE_SOURCE = "Nghị quyết 202/2025/QH15 ngày 12/6/2025 về việc sắp xếp đơn vị hành chính cấp tỉnh"
COMMUNE_SOURCE = "Nghị quyết của Ủy ban Thường vụ Quốc hội về việc sắp xếp các đơn vị hành chính cấp xã của {province} năm 2025; mã số theo Quyết định 19/2025/QĐ-TTg"
DISTRICT_SOURCE = (
    "Nghị quyết 203/2025/QH15 ngày 16/6/2025: kết thúc hoạt động của đơn vị hành chính cấp huyện từ ngày 01/7/2025"
)
SEATS = "Ô gần đúng quanh trụ sở xã, phường (vietnamadminunits 1.0.4)"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of one of the files; members that a file does not have stay empty."""

    code: str
    name: str
    short_name: str
    kind: str = "district"
    province_code: str = ""
    district_code: str = ""
    successor_code: str = ""
    lat: float | None = None
    lon: float | None = None


class Link(msgspec.Struct, frozen=True):
    """An old unit went over into a commune of 2025, wholly or in part."""

    old_level: str
    old_code: str
    new_code: str
    is_split: int
    is_main: int


class Department(msgspec.Struct, frozen=True):
    """A department that every province has; its code is `<province>-<suffix>`."""

    suffix: str
    name: str


@lru_cache(maxsize=8)
def units(file: str) -> tuple[Row, ...]:
    """All rows of `provinces_2025`, `communes_2025`, `provinces_2024`, `districts_2024` or `communes_2024`."""
    return tuple(msgspec.convert(row, Row, strict=False) for row in _rows(file))


@lru_cache(maxsize=8)
def by_code(file: str) -> dict[str, Row]:
    """The rows of `units(file)` by code; codes are unique within a file."""
    return {row.code: row for row in units(file)}


@lru_cache(maxsize=1)
def links() -> tuple[Link, ...]:
    """All pairs old → new of July 2025."""
    return tuple(msgspec.convert(row, Link, strict=False) for row in _rows("successions_2025"))


@lru_cache(maxsize=1)
def departments() -> tuple[Department, ...]:
    """The departments of a province."""
    return tuple(msgspec.convert(row, Department) for row in _rows("departments"))


def _rows(file: str) -> list[dict[str, str | None]]:
    with (FOLDER / f"{file}.csv").open(encoding="utf8", newline="") as handle:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(handle)]
