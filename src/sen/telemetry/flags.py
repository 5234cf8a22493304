"""Quality flags: what is known against an observation. They travel with it into every chart, export and report."""

from __future__ import annotations

from enum import IntFlag
from functools import lru_cache


class Flag(IntFlag):
    """One bit each; stored as UInt32, never renumbered. A good value has none."""

    OUT_OF_RANGE = 1
    SPIKE = 2
    STUCK = 4
    GAP_FILLED = 8
    CALIBRATING = 16
    DEVICE_FAULT = 32
    UNKNOWN_STATUS = 64
    LATE = 128
    DUPLICATE = 256
    MANUAL = 512
    EDITED = 1024
    NO_VALUE = 2048
    SIMULATED = 4096
    FUTURE = 8192


INVALID: int = int(
    Flag.OUT_OF_RANGE
    | Flag.SPIKE
    | Flag.STUCK
    | Flag.CALIBRATING
    | Flag.DEVICE_FAULT
    | Flag.UNKNOWN_STATUS
    | Flag.NO_VALUE
    | Flag.FUTURE
)
"""Any of these keeps a value out of means, extremes, sums and indices."""

# Vietnamese is the source language: the edge passes these through gettext.
_DESCRIPTIONS: dict[Flag, str] = {
    Flag.OUT_OF_RANGE: "Ngoài khoảng đo",
    Flag.SPIKE: "Tăng giảm đột biến",
    Flag.STUCK: "Giá trị đứng yên",
    Flag.GAP_FILLED: "Bù chỗ thiếu",
    Flag.CALIBRATING: "Đang hiệu chuẩn",
    Flag.DEVICE_FAULT: "Lỗi thiết bị",
    Flag.UNKNOWN_STATUS: "Trạng thái không rõ",
    Flag.LATE: "Đến muộn",
    Flag.DUPLICATE: "Trùng lặp",
    Flag.MANUAL: "Nhập tay",
    Flag.EDITED: "Đã sửa",
    Flag.NO_VALUE: "Không có giá trị",
    Flag.SIMULATED: "Dữ liệu mô phỏng",
    Flag.FUTURE: "Thời điểm ở tương lai",
}


@lru_cache(maxsize=4096)
def _names(flags: int) -> tuple[str, ...]:
    return tuple(flag.name.lower() for flag in Flag if flags & flag and flag.name)


def names(flags: int) -> list[str]:
    """The lower-case names of the bits that are set, in order of their value; bits that no flag owns are left out."""
    return list(_names(flags))


def parse(names_of_flags: list[str]) -> int:
    """The bits of lower-case names; raises KeyError on an unknown name."""
    bits = 0
    for name in names_of_flags:
        bits |= Flag[name.upper()]
    return bits


def is_valid(flags: int) -> bool:
    """Whether a value with these flags counts in aggregates."""
    return not flags & INVALID


def describe(flag: Flag) -> str:
    """What a person reads for one flag: a Vietnamese msgid, to be passed through gettext."""
    return _DESCRIPTIONS[flag]


def quality_class(flags: int) -> str:
    """How a chart draws the point: `fault` (cross), `invalid` (hollow), `filled` (dashed), `manual` (hand) or `good`."""
    if flags & (Flag.DEVICE_FAULT | Flag.UNKNOWN_STATUS):
        return "fault"
    if flags & INVALID:
        return "invalid"
    if flags & Flag.GAP_FILLED:
        return "filled"
    if flags & (Flag.MANUAL | Flag.EDITED):
        return "manual"
    return "good"
