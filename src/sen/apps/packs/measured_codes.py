"""Codes of figures that are measured, not recorded: `do.pm25.mean` is the monthly mean of PM2.5 over a unit's stations."""

from __future__ import annotations

MEASURED = "do"
MEASURE_FUNCTIONS = ("mean", "max", "min", "sum", "days_over")


def is_measured(code: str) -> bool:
    """Whether a code speaks of a measure."""
    return code.startswith(f"{MEASURED}.")


def measure_of(code: str) -> tuple[str, str]:
    """The property and the function of such a code, whether they exist or not."""
    _prefix, _dot, rest = code.partition(".")
    symbol, _dot, function = rest.rpartition(".")
    return symbol, function
