"""Formulas of indicators: a small expression language that a person writes and a machine may run on anybody's behalf.

Numbers, names, `+ - * / ^`, comparisons (1 or 0) and min, max, abs, round, if, coalesce. Nothing else is parsed, nothing is
executed but arithmetic on floats, and what cannot be computed has no value and a reason instead of a guess.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from sen.kernel.errors import InvalidInput

MAX_LENGTH = 500
MAX_DEPTH = 20
MAX_PARTS = 200

Reason = Literal["", "missing", "division_by_zero", "not_a_number"]
"""Why there is no value: a name had none, something was divided by zero, or the result is no finite real number."""

_IF = re.compile(r"\bif\s*\(")
_LAZY_IF = "_if"  # `if` is a keyword of the parser that is borrowed here
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
# name → fewest and most arguments
_FUNCTIONS = {"min": (1, 20), "max": (1, 20), "abs": (1, 1), "round": (1, 2), _LAZY_IF: (3, 3), "coalesce": (1, 20)}


class FormulaError(InvalidInput):
    """A text that is no formula; `column` counts from 1, 0 = the whole text."""

    code = "invalid_formula"

    def __init__(self, message: str, column: int = 0) -> None:
        self.column = column
        super().__init__(
            message, action="Dùng số, mã chỉ tiêu, + - * / ^, so sánh và min, max, abs, round, if, coalesce."
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value, or None with the reason and the names that had no value."""

    value: float | None
    reason: Reason = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula; `names` are what it needs values for. Made by `parse`."""

    text: str
    names: frozenset[str]
    _tree: ast.expr

    def evaluate(self, values: Mapping[str, float | None]) -> Outcome:
        """Compute with `values` by name; a name that is not there or None is missing."""
        try:
            value = _value(self._tree, values)
        except _Missing as absent:
            return Outcome(None, "missing", absent.names)
        except ZeroDivisionError:
            return Outcome(None, "division_by_zero")
        except (OverflowError, ValueError):
            return Outcome(None, "not_a_number")
        return Outcome(value)


class _Missing(Exception):
    def __init__(self, *names: str) -> None:
        self.names = names


@lru_cache(maxsize=2048)
def parse(text: str) -> Formula:
    """The formula of a text. Raises FormulaError."""
    if not text.strip():
        raise FormulaError("Công thức trống.")
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"Công thức dài quá {MAX_LENGTH} ký tự.")
    if "**" in text or _LAZY_IF in text:
        raise FormulaError("Lũy thừa viết là ^; tên không bắt đầu bằng dấu gạch dưới.")
    try:
        tree = ast.parse(_IF.sub(f"{_LAZY_IF}(", text.strip()).replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError("Không đọc được công thức.", getattr(error, "offset", 0) or 0) from None
    names: set[str] = set()
    _check(tree, names, 1)
    if sum(1 for _ in ast.walk(tree)) > MAX_PARTS:
        raise FormulaError(f"Công thức có quá {MAX_PARTS} thành phần.")
    return Formula(text.strip(), frozenset(names), tree)


def order(formulas: Mapping[str, Formula]) -> list[str]:
    """The names so that each comes after what its formula needs. Raises FormulaError that shows the cycle."""
    found = cycle(formulas)
    if found:
        raise FormulaError(f"Công thức đi vòng: {' → '.join(found)}.")
    return list(_sorter(formulas).static_order())


def cycle(formulas: Mapping[str, Formula]) -> tuple[str, ...]:
    """One circle of formulas that need each other, its first name repeated at its end; empty where there is none."""
    try:
        _sorter(formulas).prepare()
    except CycleError as error:
        # graphlib lists a name before the one that needs it; people read "a needs b needs a".
        return tuple(reversed(error.args[1]))
    return ()


def _sorter(formulas: Mapping[str, Formula]) -> TopologicalSorter[str]:
    return TopologicalSorter({name: sorted(formulas[name].names & formulas.keys()) for name in sorted(formulas)})


def compiled(formula: Formula) -> Callable[[Mapping[str, float]], float | None]:
    """The same as `evaluate` where every name has a value, some ten times as fast: for formulas that a stream is judged by."""
    run = _closure(formula._tree)

    def value(values: Mapping[str, float]) -> float | None:
        try:
            return run(values)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None

    return value


def _closure(node: ast.expr) -> Callable[[Mapping[str, float]], float]:  # noqa: PLR0911 - one per kind of part
    """A checked part as a function; raises what `_value` raises."""
    match node:
        case ast.Constant(value=number):
            constant = _finite(float(number))  # type: ignore[arg-type]  # _check let only numbers through
            return lambda values: constant
        case ast.Name(id=name):
            return lambda values: values[name]
        case ast.BinOp(left=left, op=op, right=right):
            first, second, apply = _closure(left), _closure(right), _BINARY[type(op)]
            return lambda values: _finite(apply(first(values), second(values)))
        case ast.UnaryOp(op=sign, operand=operand):
            inner, factor = _closure(operand), -1.0 if isinstance(sign, ast.USub) else 1.0
            return lambda values: inner(values) * factor
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            one, other, compare = _closure(left), _closure(right), _COMPARE[type(op)]
            return lambda values: float(compare(one(values), other(values)))
        case ast.Call(func=ast.Name(id=function), args=[condition, yes, no]) if function == _LAZY_IF:
            asked, then, otherwise = _closure(condition), _closure(yes), _closure(no)
            return lambda values: then(values) if asked(values) else otherwise(values)
    return lambda values: _value(node, values)


def _check(node: ast.expr, names: set[str], depth: int) -> None:
    """Only what the language has; collects the names. Raises FormulaError."""
    if depth > MAX_DEPTH:
        raise FormulaError(f"Công thức lồng nhau quá {MAX_DEPTH} lớp.", node.col_offset + 1)
    for part in _parts(node, names):
        _check(part, names, depth + 1)


def _parts(node: ast.expr, names: set[str]) -> Iterable[ast.expr]:
    match node:
        case ast.Constant(value=bool() | str() | bytes() | complex() | None):
            raise FormulaError("Công thức chỉ có số và mã.", node.col_offset + 1)
        case ast.Constant(value=int() | float()):
            return ()
        case ast.Name(id=name):
            if name in _FUNCTIONS:
                raise FormulaError(f"{name} là hàm, cần có dấu ngoặc.", node.col_offset + 1)
            names.add(name)
            return ()
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return (left, right)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return (operand,)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return (left, right)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            fewest, most = _FUNCTIONS[name]
            if not fewest <= len(args) <= most:
                raise FormulaError(f"Hàm {name.lstrip('_')} có sai số đối số.", node.col_offset + 1)
            return args
    raise FormulaError("Công thức có phần không được dùng.", node.col_offset + 1)


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float:
    """The value of a checked part; raises _Missing, ZeroDivisionError, OverflowError or ValueError."""
    match node:
        case ast.Constant(value=number):
            return _finite(float(number))  # type: ignore[arg-type]  # _check let only numbers through
        case ast.Name(id=name):
            known = values.get(name)
            if known is None:
                raise _Missing(name)
            return _finite(float(known))
        case ast.BinOp(left=left, op=op, right=right):
            return _finite(_BINARY[type(op)](*_both(left, right, values)))
        case ast.UnaryOp(op=sign, operand=operand):
            return _value(operand, values) * (-1.0 if isinstance(sign, ast.USub) else 1.0)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return float(_COMPARE[type(op)](*_both(left, right, values)))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _finite(_call(name, args, values))
    raise ValueError(node)


def _call(name: str, args: list[ast.expr], values: Mapping[str, float | None]) -> float:
    if name == _LAZY_IF:
        return _value(args[1] if _value(args[0], values) else args[2], values)
    if name == "coalesce":
        return _first(args, values)
    numbers = _all(args, values)
    if name == "round":
        return float(round(numbers[0], int(numbers[1]) if len(numbers) > 1 else 0))
    if name == "abs":
        return abs(numbers[0])
    return min(numbers) if name == "min" else max(numbers)


def _first(args: list[ast.expr], values: Mapping[str, float | None]) -> float:
    missing: list[str] = []
    for argument in args:
        try:
            return _value(argument, values)
        except _Missing as absent:
            missing += absent.names
    raise _Missing(*dict.fromkeys(missing))


def _both(left: ast.expr, right: ast.expr, values: Mapping[str, float | None]) -> tuple[float, float]:
    first, second = _all([left, right], values)
    return first, second


def _all(parts: Iterable[ast.expr], values: Mapping[str, float | None]) -> list[float]:
    """All values, or one _Missing that names everything that is missing, so that a person asks for it once."""
    numbers: list[float] = []
    missing: list[str] = []
    for part in parts:
        try:
            numbers.append(_value(part, values))
        except _Missing as absent:
            missing += absent.names
    if missing:
        raise _Missing(*dict.fromkeys(missing))
    return numbers


def _finite(value: float) -> float:
    if isinstance(value, complex) or not math.isfinite(value):
        raise ValueError(value)
    return value
