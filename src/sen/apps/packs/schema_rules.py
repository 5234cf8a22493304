"""What a rule of alerting says: the conditions that there are and the rule around one. Types only; alerts judges and checks them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from sen.apps.packs.schema import Averaging, Severity
from sen.kernel import formula
from sen.kernel.scopes import Role

Hours = Literal["always", "working", "outside_working", "holidays"]
"""When a rule watches, by the working calendar of the country."""

Tide = Literal["", "rising", "falling"]
"""Only while the water of the asset's own gauge rises, or falls; empty = at any time."""

Grouping = Literal["asset", "territory", "rule"]
"""What alerts of one rule have in common that come under one head."""

Hazard = Literal[
    "", "flood", "salinity", "air", "water", "fire", "traffic", "health", "media", "power", "station", "camera", "other"
]
"""The kind of incident that an alert of the rule becomes; empty = the officer chooses."""

ForecastMethod = Literal["trend", "tide"]

EXPRESSION_NAMES = frozenset({"age_minutes", "hour", "is_working_time"})
"""What an expression may name beside the properties of the asset: the age of its oldest value, the local hour (0 to 23.98), 1 in office hours."""

MOST_PARTS = 8
"""Conditions that one `several` may join."""


class OverLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="limit"):
    """A property is outside one of the asset's own limits of at least `severity`; `averaging` None = any.

    The asset's limits are those of the packs with the limit sets that hold in the unit that owns it.
    """

    property: str
    averaging: Averaging | None = None
    severity: Severity | None = None
    asset_kind: str = ""


class Beyond(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="value"):
    """A property is above `above` or below `below`, figures of the rule's own in the property's unit."""

    property: str
    above: float | None = None
    below: float | None = None
    asset_kind: str = ""


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="rate"):
    """A property has risen by more than `rise`, or fallen by more than `fall`, within `over_minutes` (in its unit, both positive)."""

    property: str
    rise: float | None = None
    fall: float | None = None
    over_minutes: int = 60
    asset_kind: str = ""


class Silence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="silence"):
    """An asset of a kind tells nothing for longer than the rule's `duration_s`, by the time of arrival.

    With `property` that property alone counts; else the asset is silent when all its properties are.
    """

    asset_kind: str
    property: str = ""


class IndexReaches(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="index"
):
    """An hourly index has the category `category` or a worse one."""

    index: str
    category: str
    asset_kind: str = ""


class Forecast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="forecast"):
    """A property will be beyond a figure, or outside the asset's own limit of at least `severity`, within `within_hours`.

    `method` "trend": the robust trend of the last hours goes on; "tide": the tide of the last days goes on.
    """

    property: str
    above: float | None = None
    below: float | None = None
    severity: Severity | None = None
    within_hours: int = 6
    method: ForecastMethod = "trend"
    asset_kind: str = ""


class Several(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="several"):
    """At least `at_least` (0 = all) of several conditions about the same asset hold at once."""

    of: list[Condition]
    at_least: int = 0


class Neighbours(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="neighbours"
):
    """A condition holds at `at_least` assets, the first among them, that lie within `within_km` (0 = in the same commune) within `window_minutes`."""

    of: Condition
    at_least: int
    within_km: float = 0.0
    window_minutes: int = 60


class Expression(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="expression"
):
    """A formula (sen.kernel.formula) over property codes of one asset and EXPRESSION_NAMES is not 0."""

    text: str
    asset_kind: str = ""


class Records(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="record"):
    """A formula over the fields of a kind of record, for example `source`, is not 0 for one of the records."""

    record: str
    text: str


Condition = OverLimit | Beyond | Rate | Silence | IndexReaches | Forecast | Several | Neighbours | Expression | Records
Leaf = OverLimit | Beyond | Rate | Silence | IndexReaches | Forecast | Expression | Records


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What deserves an alert, how bad it is, and what is done about it by when; the content of a template of kind `rule`.

    `duration_s`: how long the condition must hold (for silence: how long nothing came). `hysteresis`: by how much, in the property's unit, the value must
    be back before the condition counts as over; `clear_after_s`: for how long. `clock_minutes`: until when somebody has to answer.
    `role` of the owning unit hears first. `group`: alerts of the rule within `group_minutes` that share this come under one head.
    `advice`: one line for the officer beside the procedure.
    """

    code: str
    name: str
    name_en: str = ""
    when: Condition
    severity: Severity
    procedure: str
    clock_minutes: int
    duration_s: int = 0
    hysteresis: float = 0.0
    clear_after_s: int = 0
    hours: Hours = "always"
    tide: Tide = ""
    role: Role = Role.DUTY_OFFICER
    group: Grouping = "asset"
    group_minutes: int = 60
    hazard: Hazard = ""
    advice: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What the template holds, every field written out."""
        made: dict[str, Any] = msgspec.to_builtins(self)
        return made

    @property
    def audience(self) -> list[str]:
        """A pack's rules are for every unit below the province."""
        return []

    @property
    def open_fields(self) -> list[str]:
        """What units may fit to their own: figures, durations, how bad it is and what is done; never what is watched."""
        return [*(f"/when/{name}" for name in _OPEN_OF.get(condition_kind(self.when), ())), *_OPEN]


_OPEN = (
    "/duration_s", "/hysteresis", "/clear_after_s", "/severity", "/procedure", "/clock_minutes", "/role", "/hours",
    "/group", "/advice",
)  # fmt: skip
_OPEN_OF = {
    "limit": ("severity",),
    "value": ("above", "below"),
    "rate": ("rise", "fall", "over_minutes"),
    "index": ("category",),
    "forecast": ("above", "below", "severity", "within_hours"),
    "several": ("at_least",),
    "neighbours": ("at_least", "within_km", "window_minutes"),
}


def condition_leaves(when: Condition) -> Iterator[Leaf]:
    """The conditions inside `several` and `neighbours`, in order; a simple condition is its own."""
    match when:
        case Several(of=parts):
            for part in parts:
                yield from condition_leaves(part)
        case Neighbours(of=part):
            yield from condition_leaves(part)
        case _:
            yield when


def condition_kind(when: Condition) -> str:
    """The word under `kind` in files: `limit`, `value`, `rate`, …"""
    return str(when.__struct_config__.tag)


def condition_properties(leaf: Leaf) -> frozenset[str]:
    """The codes of the properties that a simple condition reads; an expression that cannot be read has none."""
    match leaf:
        case OverLimit(property=name) | Beyond(property=name) | Rate(property=name) | Forecast(property=name):
            return frozenset({name})
        case Silence(property=name):
            return frozenset({name} - {""})
        case Expression(text=text):
            try:
                return formula.parse(text).names - EXPRESSION_NAMES
            except formula.FormulaError:
                return frozenset()
    return frozenset()
