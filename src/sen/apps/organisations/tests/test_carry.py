"""Values carried across reorganisations: nothing is lost over merges, nothing is invented over splits, in any order of events."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.apps.organisations.carry import Family, Result, Rule, Step, carry

# Real data may lie in a folder beside the checkout.
REAL = Path(__file__).resolve().parents[6] / "shared/data"
NEW_YEAR, REORGANISED = date(2025, 1, 1), date(2025, 7, 1)
TODAY = date(2026, 6, 1)


def unit(number: int) -> UUID:
    return UUID(int=number)


def family(old: int, new: int, *steps: tuple[int, int, bool, float | None]) -> Family:
    """Units 1…old end with the reorganisation, the next `new` begin with it."""
    periods: dict[UUID, tuple[date | None, date | None]] = {unit(n): (None, REORGANISED) for n in range(1, old + 1)}
    periods |= {unit(old + n): (REORGANISED, None) for n in range(1, new + 1)}
    return Family(periods, tuple(Step(unit(a), unit(b), REORGANISED, split, share) for a, b, split, share in steps))


def only(results: list[Result]) -> Result:
    assert len(results) == 1, results
    return results[0]


@pytest.mark.parametrize(
    "rule, weights, expected",
    [("sum", None, 60.0), ("mean", None, 30.0), ("weighted_mean", {1: 3.0, 2: 1.0}, 25.0), ("none", None, None)],
)
def test_a_merge_follows_the_rule(rule: Rule, weights: dict[int, float] | None, expected: float | None) -> None:
    kin = family(2, 1, (1, 3, False, None), (2, 3, False, None))
    by_unit = {unit(n): weight for n, weight in weights.items()} if weights else None
    found = only(carry(kin, {unit(1): 20.0, unit(2): 40.0}, to=TODAY, rule=rule, weights=by_unit))
    assert (found.unit, found.value) == (unit(3), expected)
    assert found.gap is None or found.gap.kind == "not_additive"


def test_a_part_without_a_value_is_said_and_never_counted_as_nothing() -> None:
    kin = family(3, 1, *((n, 4, False, None) for n in (1, 2, 3)))
    found = only(carry(kin, {unit(1): 20.0, unit(3): 5.0}, to=TODAY, rule="sum"))
    assert found.value is None and found.gap is not None
    assert (found.gap.kind, found.gap.units, found.known) == ("missing_parts", (unit(2),), 25.0)


@pytest.mark.parametrize("rule", ["sum", "mean", "weighted_mean", "none"])
def test_a_split_without_a_share_has_no_value(rule: Rule) -> None:
    kin = family(1, 2, (1, 2, True, None), (1, 3, True, None))
    for found in carry(kin, {unit(1): 20.0}, to=TODAY, rule=rule, weights={unit(1): 1.0}):
        assert found.value is None and found.gap is not None and found.gap.kind == "split_without_share"


def test_a_split_with_shares_divides_sums_and_passes_means() -> None:
    kin = family(1, 2, (1, 2, True, 0.25), (1, 3, True, 0.75))
    divided = carry(kin, {unit(1): 20.0}, to=TODAY, rule="sum")
    assert [one.value for one in divided] == [5.0, 15.0]
    assert [one.value for one in carry(kin, {unit(1): 20.0}, to=TODAY, rule="mean")] == [20.0, 20.0]


def test_what_was_split_and_joined_again_is_whole_without_a_share() -> None:
    later = date(2026, 1, 1)
    periods = {
        unit(1): (None, REORGANISED),
        unit(2): (REORGANISED, later),
        unit(3): (REORGANISED, later),
        unit(4): (later, None),
    }
    steps = (
        Step(unit(1), unit(2), REORGANISED, True), Step(unit(1), unit(3), REORGANISED, True),
        Step(unit(2), unit(4), later), Step(unit(3), unit(4), later),
    )  # fmt: skip
    found = only(carry(Family(periods, steps), {unit(1): 20.0}, to=TODAY, rule="sum"))
    assert (found.unit, found.value) == (unit(4), 20.0)


def test_nothing_is_invented_backwards() -> None:
    merged = family(2, 1, (1, 3, False, None), (2, 3, False, None))
    for found in carry(merged, {unit(3): 60.0}, to=NEW_YEAR, rule="sum"):
        assert found.value is None and found.gap is not None and found.gap.kind == "would_divide"
    followed = family(1, 1, (1, 2, False, None))
    assert only(carry(followed, {unit(2): 60.0}, to=NEW_YEAR, rule="none")).value == 60.0
    divided = family(1, 2, (1, 2, True, None), (1, 3, True, None))
    assert only(carry(divided, {unit(2): 1.0, unit(3): 2.0}, to=NEW_YEAR, rule="sum")).value == 3.0
    assert only(carry(divided, {unit(2): 1.0}, to=NEW_YEAR, rule="sum")).value is None


def test_a_value_of_a_unit_without_successor_is_reported() -> None:
    lost = only(carry(family(1, 0), {unit(1): 7.0}, to=TODAY, rule="sum"))
    assert lost.value is None and lost.gap is not None and (lost.gap.kind, lost.gap.on) == ("ended", REORGANISED)


@dataclass
class World:
    """A made-up country and what happened to it."""

    periods: dict[UUID, tuple[date | None, date | None]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    standing: list[UUID] = field(default_factory=list)

    def begin(self, day: date | None) -> UUID:
        made = unit(len(self.periods) + 1)
        self.periods[made] = (day, None)
        self.standing.append(made)
        return made

    def end(self, one: UUID, day: date) -> None:
        self.periods[one] = (self.periods[one][0], day)
        self.standing.remove(one)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two to twelve units and up to ten merges, renames and splits with shares, a day after another."""
    world = World()
    for _ in range(draw(st.integers(2, 12))):
        world.begin(None)
    day = date(2024, 1, 1)
    for kind in draw(st.lists(st.sampled_from(["merge", "rename", "split"]), max_size=10)):
        day += timedelta(days=30)
        chosen = draw(st.lists(st.sampled_from(sorted(world.standing)), min_size=1, max_size=4, unique=True))
        if kind == "split":
            old = chosen[0]
            parts = draw(st.lists(st.integers(1, 9), min_size=2, max_size=3))
            world.end(old, day)
            for part in parts:
                world.steps.append(Step(old, world.begin(day), day, True, part / sum(parts)))
            continue
        chosen = chosen if kind == "merge" else chosen[:1]
        made = world.begin(day)
        for old in chosen:
            world.end(old, day)
            world.steps.append(Step(old, made, day))
    return world


@given(worlds(), st.randoms(use_true_random=False), st.data())
def test_sums_are_conserved_and_the_order_of_events_does_not_matter(
    world: World, chance: random.Random, data: st.DataObject
) -> None:
    first = [one for one, (begin, _end) in world.periods.items() if begin is None]
    amounts = data.draw(st.lists(st.integers(0, 1000), min_size=len(first), max_size=len(first)))
    values = {one: float(amount) for one, amount in zip(first, amounts, strict=True)}
    found = carry(Family(world.periods, tuple(world.steps)), values, to=TODAY, rule="sum")
    assert {one.unit for one in found} == set(world.standing)
    assert all(one.gap is None for one in found)
    assert sum(one.value or 0 for one in found) == pytest.approx(sum(values.values()))
    shuffled = list(world.steps)
    chance.shuffle(shuffled)
    assert carry(Family(world.periods, tuple(shuffled)), values, to=TODAY, rule="sum") == found


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real data beside the checkout")
def test_the_communes_of_the_country_in_july_2025() -> None:
    """Every whole commune gives 1, so a merged commune has the number of its parts and only those that took a part have none."""
    with (REAL / "admin/commune_old_to_new_2025.csv").open(encoding="utf8") as handle:
        rows = list(csv.DictReader(handle))
    codes = {code: unit(n) for n, code in enumerate(sorted({("old", r["old_ward_code"]) for r in rows} | {("new", r["new_ward_code"]) for r in rows}), 1)}  # fmt: skip
    periods: dict[UUID, tuple[date | None, date | None]] = {
        one: (None, REORGANISED) if age == "old" else (REORGANISED, None) for (age, _code), one in codes.items()
    }
    made_of: dict[UUID, set[UUID]] = defaultdict(set)
    torn: set[UUID] = set()
    steps = []
    for row in rows:
        old, new = codes["old", row["old_ward_code"]], codes["new", row["new_ward_code"]]
        steps.append(Step(old, new, REORGANISED, row["is_split"] == "1"))
        made_of[new].add(old)
        if row["is_split"] == "1":
            torn.add(new)
    found = carry(
        Family(periods, tuple(steps)),
        {old: 1.0 for (age, _), old in codes.items() if age == "old"},
        to=TODAY,
        rule="sum",
    )
    assert {one.unit for one in found} == set(made_of)
    assert all((one.value == len(made_of[one.unit])) == (one.unit not in torn) for one in found)
    whole = sum(one.value or 0 for one in found)
    assert whole == sum(len(parts) for new, parts in made_of.items() if new not in torn) > 6000


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real data beside the checkout")
def test_the_population_of_63_provinces_in_34() -> None:
    with (REAL / "admin/province_old_to_new_2025.csv").open(encoding="utf8") as handle:
        rows = list(csv.DictReader(handle))
    plain = {_plain(row["old_province"].removeprefix("Tỉnh ").removeprefix("Thành phố ")): row for row in rows}
    with (REAL / "socioeconomic/gso_2019/average_population_by_province.csv").open(encoding="utf8") as handle:
        table = list(csv.reader(handle))
    values: dict[UUID, float] = {}
    column = table[0].index("Total Prel. 2016")
    for cells in table[1:]:
        row = plain.get(_plain(cells[0]))
        if row:
            values[unit(int(row["old_province_code"]))] = float(cells[column])
    assert len(values) == 63
    new = {row["new_province_code"] for row in rows}
    periods: dict[UUID, tuple[date | None, date | None]] = {
        unit(int(r["old_province_code"])): (None, REORGANISED) for r in rows
    }
    periods |= {unit(1000 + int(code)): (REORGANISED, None) for code in new}
    steps = tuple(
        Step(unit(int(r["old_province_code"])), unit(1000 + int(r["new_province_code"])), REORGANISED) for r in rows
    )
    found = {one.unit: one.value for one in carry(Family(periods, steps), values, to=TODAY, rule="sum")}
    assert len(found) == 34
    assert sum(value or 0 for value in found.values()) == pytest.approx(sum(values.values()))
    assert found[unit(1082)] == values[unit(82)] + values[unit(87)]  # Tiền Giang and Đồng Tháp


def _plain(name: str) -> str:
    from sen.kernel.text import folded

    known = {"tp hcm": "hochiminh", "ho chi minh city": "hochiminh", "thua thien hue": "hue"}
    text = folded(name).replace("-", " ").strip()
    return known.get(text, "".join(c for c in text if c.isalnum()))
