"""The formula language: what it computes, what it refuses, and that no text makes it do anything else."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.kernel import formula
from sen.kernel.formula import FormulaError, Outcome, parse

VALUES = {"a": 6.0, "b": 4.0, "none": None, "zero": 0.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7.0),
        ("-a ^ 2", -36.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("a / b * 100", 150.0),
        ("round(a / 7, 2)", 0.86),
        ("min(a, b) + max(a, b) - abs(-1)", 9.0),
        ("if(a >= b, a, none)", 6.0),
        ("if(a < b, none, 1)", 1.0),
        ("coalesce(none, not_there, b)", 4.0),
        ("(a > b) + (a != b)", 2.0),
    ],
)
def test_what_it_computes(text: str, value: float) -> None:
    assert parse(text).evaluate(VALUES) == Outcome(pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "reason", "missing"),
    [
        ("a / zero", "division_by_zero", ()),
        ("zero ^ -1", "division_by_zero", ()),
        ("none + a * not_there", "missing", ("none", "not_there")),
        ("coalesce(none, not_there)", "missing", ("none", "not_there")),
        ("(-8) ^ 0.5", "not_a_number", ()),
        ("9 ^ 9 ^ 9 ^ 9", "not_a_number", ()),
        ("1e300 * 1e300", "not_a_number", ()),
    ],
)
def test_what_cannot_be_computed_has_a_reason_and_no_value(text: str, reason: str, missing: tuple[str, ...]) -> None:
    assert parse(text).evaluate(VALUES) == Outcome(None, reason, missing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "a.b",
        "a[0]",
        "__import__('os')",
        "open(1)",
        "lambda: 1",
        "'text'",
        "True",
        "1 < 2 < 3",
        "a and b",
        "a ** 2",
        "min",
        "min()",
        "if(1, 2)",
        "min(a, key=b)",
        "min(*a)",
        "a := 1",
        "a\nb",
        "-" * 30 + "1",
        "(" * 400 + "1" + ")" * 400,
        "1" + "+1" * 400,
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


def test_a_circle_is_shown_and_an_order_found() -> None:
    ring = {"a": parse("b + 1"), "b": parse("c * 2"), "c": parse("a"), "d": parse("a")}
    found = formula.cycle(ring)
    assert found[0] == found[-1]
    assert all(needed in ring[name].names for name, needed in pairwise(found))
    with pytest.raises(FormulaError, match="→"):
        formula.order(ring)
    assert formula.order({"x": parse("y + z"), "y": parse("z"), "z": parse("1")}) == ["z", "y", "x"]


@given(st.text(alphabet="ab01.+-*/^()<>=!,_ if[]'\"{}:@\n", max_size=80) | st.text(max_size=30))
def test_any_text_is_a_formula_or_refused_and_any_formula_has_a_finite_value_or_a_reason(text: str) -> None:
    try:
        made = parse(text)
    except FormulaError:
        return
    told = made.evaluate({"a": 1e308, "b": -0.5})
    assert (told.value is None) == bool(told.reason)
    assert told.value is None or (isinstance(told.value, float) and math.isfinite(told.value))


@given(st.recursive(st.floats(-1e6, 1e6).map(repr), lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"), max_leaves=12))  # fmt: skip
def test_arithmetic_is_the_arithmetic_of_floats(text: str) -> None:
    value = parse(text).evaluate({}).value if len(text) <= formula.MAX_LENGTH else None
    expected = eval(text)
    assert value is None or value == pytest.approx(expected)
