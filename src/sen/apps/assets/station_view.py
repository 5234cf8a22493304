"""What the screens say about stations: one row of a list, the strip "now" of a station's page, its recent events. No HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.assets import queries
from sen.apps.assets.models import Asset
from sen.apps.assets.readings import HOUR, ORDER, Check, Hour, Reading, main_reading, readings_of, state_of, store
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.telemetry.flags import Flag, is_valid

LIST_LIMIT = 200


@dataclass(frozen=True)
class IndexNow:
    """The newest VN_AQI or VN_WQI of a station; `rank` counts the categories from the lowest value, 1 is the first."""

    name: str
    value: int
    rank: int
    category: packs.Category
    at: datetime
    main_parameter: str
    parameters: dict[str, Any]

    @property
    def share(self) -> float:
        """Where on the scale, 0 to 1."""
        return min(1.0, max(0.0, self.value / (500 if self.name == "VN_AQI" else 100)))

    @property
    def words(self) -> str:
        """The category's name in the reader's language."""
        return self.category.name_en if (get_language() or "vi").startswith("en") else self.category.name

    @property
    def runner_up(self) -> tuple[str, int] | None:
        """The parameter with the second highest sub-index."""
        others = [(code, part["index"]) for code, part in self.parameters.items() if code != self.main_parameter]
        return max(others, key=lambda one: one[1], default=None) if self.name == "VN_AQI" else None


@dataclass(frozen=True)
class StationRow:
    """One station in a list."""

    asset: Asset
    kind: str
    symbol: str
    severity: str
    freshness: str
    main: Reading | None
    index: IndexNow | None

    @property
    def rank(self) -> tuple[int, int, str]:
        """Sorting: what is wrong first, then what is silent, then by name."""
        order = {"lost": 0, "late": 1, "none": 2, "fresh": 3}
        severity = ORDER.index(self.severity) if self.severity in ORDER else 0
        return (-severity, order[self.freshness], self.asset.name)


def name_of_kind(code: str) -> str:
    """The kind's name in the reader's language."""
    kind = packs.asset_kinds().get(code)
    if kind is None:
        return code
    return kind.name_en if (get_language() or "vi").startswith("en") else kind.name


def name_of_property(one: packs.Property) -> str:
    """The property's name in the reader's language."""
    return one.name_en if (get_language() or "vi").startswith("en") else one.name


def station_rows(scope: Scope, *, unit: str = "", kind: str = "", q: str = "") -> tuple[list[StationRow], bool]:
    """The visible stations, what is wrong first, and whether there are more than LIST_LIMIT."""
    owner, territory = _place(unit)
    narrowed = queries.AssetFilter(q=q, kind=kind, owner=owner, territory=territory)
    assets, following = queries.assets(scope, narrowed, limit=LIST_LIMIT)
    return sorted(rows_of(assets), key=lambda row: row.rank), following is not None


def rows_of(assets: Sequence[Asset]) -> list[StationRow]:
    """One row per station (with prefetched `series`), in their order."""
    readings, indices = readings_of(assets), indices_of(assets)
    rows = []
    for asset in assets:
        severity, freshness = state_of(readings[asset.pk])
        known = packs.asset_kinds().get(asset.kind)
        rows.append(
            StationRow(
                asset, name_of_kind(asset.kind), known.symbol if known else "", severity, freshness,
                main_reading(readings[asset.pk]), indices.get(asset.number),
            )
        )  # fmt: skip
    return rows


def _place(unit: str) -> tuple[str, str]:
    """(owner, territory) to narrow by, from the code of the unit that the person chose."""
    if not unit:
        return "", ""
    level = organisations.unit(unit).level
    return (unit, "") if level == "department" else ("", unit) if level == "commune" else ("", "")


def indices_of(assets: Sequence[Asset]) -> dict[int, IndexNow]:
    """The newest hourly index by asset number; stations without one are left out."""
    kinds = packs.asset_kinds()
    numbers = [asset.number for asset in assets if asset.kind in kinds and kinds[asset.kind].index]
    if not numbers:
        return {}
    found: dict[int, IndexNow] = {}
    for row in store().latest_index(numbers).to_pylist():
        table = packs.index_table(row["name"])
        category = table.category(row["value"]) if row["value"] >= 0 else None
        if row["period"] != "hour" or category is None:
            continue
        ranked = sorted(table.categories, key=lambda one: one.minimum)
        details = msgspec.json.decode(row["details"]) if row["details"] else {}
        found[row["asset"]] = IndexNow(
            row["name"], row["value"], ranked.index(category) + 1, category, row["time"], row["main_parameter"],
            details.get("parameters", {}),
        )  # fmt: skip
    return found


def limit_sets_of(reading: Reading | None) -> list[tuple[packs.UnitLimit, bool]]:
    """A limit of each unit's limit set that a reading is judged by, and whether the owner of the station changed any of them."""
    found: dict[UUID, tuple[packs.UnitLimit, bool]] = {}
    for check in reading.checks if reading else ():
        limit = check.limit
        if isinstance(limit, packs.UnitLimit):
            _first, changed = found.get(limit.set_id, (limit, False))
            found[limit.set_id] = (limit, changed or limit.overridden)
    return list(found.values())


@dataclass(frozen=True)
class Event:
    """Something that happened to a station's data."""

    at: datetime
    tone: str
    words: str


def events_of(reading: Reading) -> list[Event]:
    """Gaps, faults and exceeded hourly limits of the last two days, newest first."""
    found: list[Event] = []
    hours = [hour for hour in reading.hours if hour.start + HOUR <= clock.now()]
    first = next((place for place, hour in enumerate(hours) if hour.count), len(hours))
    run: list[Hour] = []
    for hour in [*hours[first:], None]:
        kind = kind_of_hour(hour) if hour else ""
        if run and kind != kind_of_hour(run[0]):
            found += _event(run, reading)
            run = []
        if hour:
            run.append(hour)
    return sorted(found, key=lambda event: event.at, reverse=True)


def kind_of_hour(hour: Hour) -> str:
    """`ok`, `gap`, `lost` (device fault) or `inv` (present but not valid): the words of the completeness bar."""
    if hour.mean is not None:
        return "ok"
    if not hour.count:
        return "gap"
    return "lost" if hour.flags & (Flag.DEVICE_FAULT | Flag.UNKNOWN_STATUS) else "inv"


def _event(run: list[Hour], reading: Reading) -> list[Event]:
    kind, count = kind_of_hour(run[0]), len(run)
    name = name_of_property(reading.property)
    if kind == "gap":
        words = ngettext("Mất dữ liệu %(n)d giờ", "Mất dữ liệu %(n)d giờ", count) % {"n": count}
        return [Event(run[0].start, "o", words)]
    if kind == "lost":
        return [Event(run[0].start, "s", _("Lỗi thiết bị: %(name)s đã loại %(n)d giờ") % {"name": name, "n": count})]
    if kind == "inv":
        return [
            Event(
                run[0].start,
                "w",
                _("%(name)s không hợp lệ %(n)d giờ, không tính vào trung bình") % {"name": name, "n": count},
            )
        ]
    limits = [
        check.limit
        for check in reading.checks
        if check.limit.averaging in ("1h", "instant") and check.limit.severity != "info"
    ]
    over = [hour for hour in run if any(Check(limit, hour.mean).exceeded for limit in limits)]
    return [Event(over[0].start, "w", _("%(name)s vượt giới hạn") % {"name": name})] if over else []


def quality_words(flags: int) -> str:
    """Whether a value counts, and why not."""
    if is_valid(flags):
        return _("hợp lệ")
    why = {
        Flag.DEVICE_FAULT: _("lỗi thiết bị"),
        Flag.CALIBRATING: _("đang hiệu chuẩn"),
        Flag.OUT_OF_RANGE: _("ngoài khoảng đo"),
        Flag.SPIKE: _("tăng giảm đột biến"),
        Flag.STUCK: _("giá trị đứng yên"),
        Flag.NO_VALUE: _("không có giá trị"),
    }
    return next((words for flag, words in why.items() if flags & flag), _("không hợp lệ"))


def since(hours: int) -> datetime:
    """The start of the hour that lies `hours` back."""
    return clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
