"""What a dashboard is made of: the types of its tiles and their settings, and what is wrong with a content. Reads no database.

Outside data (an editor, a pack, an older version) is checked here once; `settings_of` gives a tile's settings as their type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COLUMNS = 12
MAX_TILES = 60
MAX_ROWS = 60
MAX_HEIGHT = 12
MAX_SERIES = 7
"""Lines that one chart shows at most; more cannot be told apart."""

Kind = Literal["number", "chart", "index", "list", "map", "indicator", "note", "clock"]
Hours = Literal[24, 72, 168, 720]
SmallText = msgspec.Meta(max_length=120)

KINDS: dict[str, Any] = {
    "number": gettext_lazy("Số liệu"),
    "chart": gettext_lazy("Biểu đồ"),
    "index": gettext_lazy("Chỉ số VN_AQI, VN_WQI"),
    "list": gettext_lazy("Danh sách việc"),
    "map": gettext_lazy("Bản đồ"),
    "indicator": gettext_lazy("Chỉ tiêu"),
    "note": gettext_lazy("Ghi chú"),
    "clock": gettext_lazy("Đồng hồ"),
}
"""What a tile may be, with its name."""

SIZES: dict[str, tuple[int, int]] = {
    "number": (3, 2), "chart": (6, 4), "index": (3, 2), "list": (6, 4), "map": (6, 5), "indicator": (3, 2), "note": (3, 2),
    "clock": (3, 2),
}  # fmt: skip
"""Columns and rows of a new tile."""

SMALLEST: dict[str, tuple[int, int]] = {
    "number": (2, 2), "chart": (3, 3), "index": (2, 2), "list": (3, 2), "map": (3, 3), "indicator": (2, 2), "note": (2, 1),
    "clock": (2, 1),
}  # fmt: skip
"""Columns and rows below which a tile cannot be read."""


class NumberSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One series (`asset/property`), or a property of all stations (of one kind) of the unit put together by `fn`."""

    series: str = ""
    property: str = ""
    asset_kind: str = ""
    fn: Literal["max", "min", "mean", "sum", "count_over"] = "max"
    hours: Hours = 24


class ChartSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to seven series, or a property of the unit's stations: each as a line, or put together by `fn`."""

    series: list[str] = []
    property: str = ""
    asset_kind: str = ""
    fn: Literal["each", "mean", "max", "sum"] = "each"
    hours: Hours = 24


class IndexSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest hourly index: of the worst station, or of each."""

    name: Literal["VN_AQI", "VN_WQI"] = "VN_AQI"
    fn: Literal["worst", "each"] = "worst"


class ListSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that need somebody, worst first."""

    what: Literal["alerts", "over_limit", "silent", "sources_late", "index_worst", "proposals", "pending_templates"] = (
        "over_limit"
    )
    limit: int = 5


class MapSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds of asset on the map; none means all."""

    kinds: list[str] = []


class IndicatorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An indicator of the unit, in the tree of today or as it was."""

    code: str = ""
    tree: Literal["today", "as_was"] = "today"


class NoteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Plain paragraphs, divided by empty lines; markup is shown as it is written."""

    text: str = ""


class ClockSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Date and time; nothing to set."""


Settings = (
    NumberSettings
    | ChartSettings
    | IndexSettings
    | ListSettings
    | MapSettings
    | IndicatorSettings
    | NoteSettings
    | ClockSettings
)
SETTINGS: dict[str, type[Any]] = {
    "number": NumberSettings, "chart": ChartSettings, "index": IndexSettings, "list": ListSettings, "map": MapSettings,
    "indicator": IndicatorSettings, "note": NoteSettings, "clock": ClockSettings,
}  # fmt: skip


class Tile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tile: `x`, `w` in columns of twelve, `y`, `h` in rows. `settings` belong to the kind."""

    code: str
    kind: Kind
    title: str = ""
    title_en: str = ""
    x: int = 0
    y: int = 0
    w: int = 3
    h: int = 2
    settings: dict[str, Any] = {}


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dashboard."""

    tiles: list[Tile] = []


_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_SERIES = re.compile(r"[^/\s]{1,64}/[a-z0-9_]{1,64}")


def settings_of(tile: Tile) -> Settings:
    """The settings of a tile as their type. Raises msgspec.ValidationError where they are not."""
    return msgspec.convert(dict(tile.settings), SETTINGS[tile.kind])  # type: ignore[no-any-return]


def faults(content: Content) -> Sequence[tuple[str, str]]:
    """Everything wrong with a content as (path, message), `/tiles/<code>/…`; empty where it can be shown."""
    return list(_faults(content))


def _faults(content: Content) -> Iterator[tuple[str, str]]:
    if len(content.tiles) > MAX_TILES:
        yield "/tiles", _("Bảng có quá nhiều ô: nhiều nhất %(n)d ô.") % {"n": MAX_TILES}
    seen: set[str] = set()
    for tile in content.tiles:
        path = f"/tiles/{tile.code}"
        if not _CODE.fullmatch(tile.code):
            yield path, _("Mã ô chỉ gồm chữ thường không dấu, số, dấu gạch, nhiều nhất 64 ký tự.")
        if tile.code in seen:
            yield path, _("Mã ô này đã có ô khác dùng.")
        seen.add(tile.code)
        yield from ((f"{path}/{field}", words) for field, words in _misplaced(tile))
        try:
            chosen = settings_of(tile)
        except msgspec.ValidationError as error:
            yield (
                f"{path}/settings{_place(str(error))}",
                _("Giá trị cài đặt không dùng được: %(why)s") % {"why": str(error)},
            )
            continue
        yield from ((f"{path}/settings/{field}", words) for field, words in _unusable(chosen))


def _place(message: str) -> str:
    """`… at `$.hours`` → `/hours`."""
    found = re.search(r"`\$\.(\w+)", message)
    return f"/{found.group(1)}" if found else ""


def _misplaced(tile: Tile) -> Iterator[tuple[str, str]]:
    least_w, least_h = SMALLEST[tile.kind]
    if not (0 <= tile.x < COLUMNS and least_w <= tile.w <= COLUMNS - tile.x):
        field = "x" if not 0 <= tile.x < COLUMNS else "w"
        yield field, _("Ô phải nằm trong %(n)d cột và rộng ít nhất %(least)d cột.") % {"n": COLUMNS, "least": least_w}
    if not (0 <= tile.y < MAX_ROWS and least_h <= tile.h <= MAX_HEIGHT):
        field = "y" if not 0 <= tile.y < MAX_ROWS else "h"
        words = _("Ô phải bắt đầu trong %(rows)d hàng đầu và cao từ %(least)d đến %(most)d hàng.")
        yield field, words % {"rows": MAX_ROWS, "least": least_h, "most": MAX_HEIGHT}
    for field, text in (("title", tile.title), ("title_en", tile.title_en)):
        if len(text) > 120:
            yield field, _("Tiêu đề dài quá 120 ký tự.")


def _unusable(chosen: Settings) -> Iterator[tuple[str, str]]:
    if isinstance(chosen, NumberSettings | ChartSettings):
        yield from _unusable_selection(chosen)
    elif isinstance(chosen, ListSettings) and not 1 <= chosen.limit <= 20:
        yield "limit", _("Danh sách có từ 1 đến 20 dòng.")
    elif isinstance(chosen, IndicatorSettings) and not 1 <= len(chosen.code) <= 64:
        yield "code", _("Chọn một chỉ tiêu.")
    elif isinstance(chosen, NoteSettings) and len(chosen.text) > 4000:
        yield "text", _("Ghi chú dài quá 4.000 ký tự.")
    elif isinstance(chosen, MapSettings) and (len(chosen.kinds) > 40 or any(len(one) > 64 for one in chosen.kinds)):
        yield "kinds", _("Danh sách loại trạm không dùng được.")


def _unusable_selection(chosen: NumberSettings | ChartSettings) -> Iterator[tuple[str, str]]:
    named = [chosen.series] if isinstance(chosen, NumberSettings) else chosen.series
    named = [one for one in named if one]
    if bool(named) == bool(chosen.property):
        yield "series", _("Chọn chuỗi số liệu của một trạm, hoặc một thông số của mọi trạm, không chọn cả hai.")
    if len(named) > MAX_SERIES:
        yield "series", _("Một biểu đồ có nhiều nhất %(n)d đường.") % {"n": MAX_SERIES}
    if any(not _SERIES.fullmatch(one) for one in named):
        yield "series", _("Chuỗi số liệu viết là mã-trạm/thông-số.")
    if len(chosen.property) > 64 or len(chosen.asset_kind) > 64:
        yield "property", _("Mã thông số hoặc loại trạm quá dài.")


def tolerant(content: Mapping[str, Any]) -> list[Tile | tuple[str, str]]:
    """The tiles of any JSON, in its order; what is no tile is given as (code, why), so that the others can be shown."""
    read: list[Tile | tuple[str, str]] = []
    rows = content.get("tiles") if isinstance(content, Mapping) else None
    for place, row in enumerate(rows if isinstance(rows, list) else []):
        if place >= MAX_TILES:
            break
        try:
            read.append(msgspec.convert(row, Tile))
        except msgspec.ValidationError as error:
            code = row.get("code") if isinstance(row, Mapping) else None
            read.append((code if isinstance(code, str) and _CODE.fullmatch(code) else f"o-{place + 1}", str(error)))
    return read


def placed(tiles: Sequence[Tile]) -> list[Tile]:
    """The tiles in reading order, none over another: who would cover an earlier one moves down.

    A publisher's new tile may fall on a place that an inheriting unit has used for its own.
    """
    taken: set[tuple[int, int]] = set()
    standing: list[Tile] = []
    for tile in sorted(tiles, key=lambda one: (one.y, one.x)):
        w = max(1, min(tile.w, COLUMNS))
        x = max(0, min(tile.x, COLUMNS - w))
        h, y = max(1, min(tile.h, MAX_HEIGHT)), max(0, tile.y)
        while any((column, row) in taken for column in range(x, x + w) for row in range(y, y + h)):
            y += 1
        taken.update((column, row) for column in range(x, x + w) for row in range(y, y + h))
        standing.append(msgspec.structs.replace(tile, x=x, y=y, w=w, h=h))
    return sorted(standing, key=lambda one: (one.y, one.x))
