"""The gate's arithmetic: what counts as met, at the edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sen.apps.effectiveness import gate

TODAY = date(2026, 11, 22)
FULL = gate.Answers(
    owner_active=True, procedure_number="12/QĐ-UBND", procedure_title="Ứng phó ngập", procedure_minutes=15, procedure_contact="Tổ trực",
    upkeep_who="Phòng Kinh tế", upkeep_money="Ngân sách xã", upkeep_until=TODAY + timedelta(days=30), baseline_value=46.0,
    baseline_on=date(2026, 10, 1), baseline_source="Sổ trực", target_value=12.0, target_on=date(2027, 10, 1),
)  # fmt: skip
NEEDS = gate.Needs(fresh_share=0.8, direction="down")
ENOUGH = gate.Sources(2, 5, 4)


def why(answers: gate.Answers = FULL, sources: gate.Sources = ENOUGH, needs: gate.Needs = NEEDS) -> dict[str, str]:
    return {one.code: one.why for one in gate.evaluate(answers, sources, needs, TODAY) if not one.met}


def changed(**fields: object) -> gate.Answers:
    return gate.Answers(**{name: getattr(FULL, name) for name in FULL.__struct_fields__} | fields)  # type: ignore[arg-type]


def test_everything_answered_is_ready() -> None:
    assert why() == {}
    assert set(why(gate.Answers(), gate.Sources())) == set(gate.ITEMS)


@pytest.mark.parametrize(
    "sources, expected",
    [
        (gate.Sources(0, 0, 0), "no_assets"),
        (gate.Sources(3, 0, 0), "no_series"),
        (gate.Sources(2, 5, 3), "stale"),
        (gate.Sources(2, 5, 4), None),
        (gate.Sources(1, 1, 0), "stale"),
    ],
)
def test_sources_are_counted_in_whole_series(sources: gate.Sources, expected: str | None) -> None:
    assert why(sources=sources).get("sources") == expected


@pytest.mark.parametrize(
    "fields, item, expected",
    [
        ({"upkeep_until": TODAY + timedelta(days=29)}, "upkeep", "ends_soon"),
        ({"upkeep_until": TODAY - timedelta(days=1)}, "upkeep", "ended"),
        ({"upkeep_money": "  "}, "upkeep", "open"),
        ({"procedure_minutes": None}, "procedure", "no_clock"),
        ({"procedure_contact": ""}, "procedure", "nobody_answers"),
        ({"baseline_value": None}, "measure", "no_baseline"),
        ({"baseline_value": 0.0}, "measure", "target_no_better"),
        ({"target_on": date(2026, 10, 1)}, "measure", "target_before_baseline"),
        ({"owner_active": False}, "owner", "none"),
    ],
)
def test_what_is_missing_is_named(fields: dict[str, object], item: str, expected: str) -> None:
    assert why(changed(**fields)) == {item: expected}


def test_a_target_must_be_better_in_the_direction_of_the_measure() -> None:
    up, none = gate.Needs(0.8, "up"), gate.Needs(0.8, "none")
    assert why(needs=up) == {"measure": "target_no_better"}
    assert why(changed(target_value=60.0), needs=up) == {}
    assert why(changed(target_value=46.0), needs=none) == {}
