"""How the simulated figures of the economy run: seasons, growth, size of units. The same figure at every call; nothing touches the database."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator
from importlib.resources import files
from typing import Literal

import msgspec

How = Literal["flow", "month", "stock", "index", "part"]

BASE_YEAR = 2025
# The part of a year that falls in each month: budgets come early, payments late, visitors in summer and at Tết.
_SEASONS = {
    "": (1.0,) * 12,
    "even": (0.078, 0.070, 0.080, 0.081, 0.083, 0.084, 0.084, 0.085, 0.085, 0.087, 0.089, 0.094),
    "early": (0.115, 0.075, 0.085, 0.092, 0.080, 0.078, 0.082, 0.074, 0.076, 0.085, 0.076, 0.082),
    "late": (0.025, 0.028, 0.048, 0.060, 0.068, 0.080, 0.078, 0.086, 0.098, 0.110, 0.128, 0.191),
    "summer": (0.088, 0.092, 0.066, 0.078, 0.084, 0.098, 0.106, 0.096, 0.066, 0.068, 0.072, 0.086),
}


class Course(msgspec.Struct, frozen=True):
    """One line of economy.csv. `level`: the year's sum of a flow, else the figure of one period; of a part its share of `of`.

    `months`: for how long back figures are made.
    """

    code: str
    units: Literal["province", "commune"]
    how: How
    level: float
    growth: float
    shape: str
    of: str
    months: int


def courses() -> list[Course]:
    """Every line of economy.csv; a part stands below what it is a part of."""
    text = files("sen.project.demo").joinpath("economy.csv").read_text(encoding="utf-8")
    return [msgspec.convert(row, Course, strict=False) for row in csv.DictReader(text.splitlines())]


def chance(*words: object) -> float:
    """A number from 0 to 1 that follows from the words alone."""
    return zlib.crc32("/".join(map(str, words)).encode()) / 2**32


def figure(course: Course, unit: str, *, year: int, month: int, months: int, size: float, whole: float | None) -> float:
    """The figure of a unit for the period of `months` months that ends with `month`; of a flow what has come together since January.

    `size`: how large the unit is against the usual one. `whole`: the figure that a part is a part of.
    """
    swing = 2 * chance(course.code, unit, year, month) - 1
    if course.how == "part":
        share = course.level * (1 + 0.05 * (chance(course.code, unit) - 0.5)) * (1 + 0.01 * swing)
        return min(1.0, share) * (whole or 0.0)
    grown: float = (1 + course.growth) ** (year - BASE_YEAR)
    if course.how == "index":
        return course.level + 0.8 * swing + 0.3 * (year - BASE_YEAR)
    if course.how == "stock":
        stock: float = course.level * size * (1 + course.growth) ** (year - BASE_YEAR + (month - 12) / 12)
        return stock
    seasons = _SEASONS[course.shape]
    if course.how == "month":
        return course.level * size * grown * 12 * sum(seasons[month - months : month]) * (1 + 0.12 * swing)
    # A flow stays behind, or runs ahead, for a whole year; its months only tremble, so that it never falls.
    pace = pace_of(course.code, unit, year)
    trembling = 1 + 0.004 * swing
    return course.level * size * grown * pace * sum(seasons[:month]) * trembling


def pace_of(code: str, unit: str, year: int) -> float:
    """How a unit does in a year against what was to be expected: most around 1, one in six far behind."""
    luck = chance("pace", code, unit, year)
    if luck < 0.16 and year > BASE_YEAR:
        return 0.62 + luck
    return 0.94 + 0.14 * luck


def size_of(unit: str) -> float:
    """How large a commune is against the usual one."""
    return 0.55 + 0.9 * chance("size", unit)


def in_order(found: list[Course]) -> Iterator[Course]:
    """Wholes before their parts."""
    yield from sorted(found, key=lambda one: one.how == "part")
