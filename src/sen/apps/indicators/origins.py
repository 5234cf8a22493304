"""Figures that other apps compute from their own records, under codes such as `tthc.on_time_rate`. Nothing of them is stored here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from sen.apps.indicators.definitions import Definition
    from sen.apps.indicators.periods import Period


class ComputedValue(msgspec.Struct, frozen=True):
    """One figure of one unit and period. Without a `value` the `reason` says why, in words for people; `source` names the records
    that were counted and `as_of` how fresh they are."""

    value: float | None
    reason: str
    source: str
    as_of: datetime
    simulated: bool = False


class Origin(Protocol):
    """What an app that computes figures offers. Codes begin with the registered prefix and a dot."""

    def definitions(self) -> list[Definition]:
        """What can be computed; asked for on every page of figures, so without a query."""

    def values(
        self, code: str, unit_ids: Sequence[UUID], periods: Sequence[Period]
    ) -> dict[tuple[UUID, str], ComputedValue]:
        """By (unit, key of the period). A unit left out has no figure at all; what cannot be computed is there with its reason.

        The caller has narrowed `unit_ids` to what its scope sees. A bounded number of queries whatever the number of units.
        """


_origins: dict[str, Origin] = {}


def register(prefix: str, origin: Origin) -> None:
    """Let `<prefix>.…` be computed by `origin`; called from AppConfig.ready. Another origin of the prefix is a programming error (ValueError)."""
    if "." in prefix or not prefix.isidentifier() or _origins.setdefault(prefix, origin) is not origin:
        raise ValueError(f"The prefix {prefix!r} of computed figures is taken or no plain name.")


def origin_of(code: str) -> Origin | None:
    """Who computes a code; None where nobody does."""
    return _origins.get(code.partition(".")[0]) if "." in code else None


def all_definitions() -> list[Definition]:
    """What all origins compute, by code."""
    return sorted((one for origin in _origins.values() for one in origin.definitions()), key=lambda one: one.code)


def codes() -> frozenset[str]:
    """The codes of all origins, also under the names by which formulas speak of them."""
    return frozenset(name for one in all_definitions() for name in (one.code, formula_name(one.code)))


def formula_name(code: str) -> str:
    """The plain name under which a formula speaks of a computed figure: `tthc.on_time_rate` → `tthc_on_time_rate`."""
    return code.replace(".", "_")
