"""The form in which a rule is written: fields by kind of condition, what was typed, and the content that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _

from sen.apps.alerts.rules import choices, words
from sen.apps.alerts.rules.choices import Choices
from sen.apps.packs import interface as packs

Type = Literal["choice", "number", "whole", "span", "minutes", "text"]

KINDS = ("limit", "value", "rate", "silence", "index", "forecast", "several", "neighbours", "expression", "record")
INNER = ("limit", "value", "rate", "silence", "index", "expression")
"""Kinds that may stand inside `several` and `neighbours`."""

TYPES: dict[str, Type] = {
    "property": "choice", "asset_kind": "choice", "averaging": "choice", "severity": "choice", "index": "choice", "category": "choice",
    "method": "choice", "record": "choice", "above": "number", "below": "number", "rise": "number", "fall": "number",
    "within_km": "number", "over_minutes": "minutes", "window_minutes": "minutes", "within_hours": "whole", "at_least": "whole",
    "text": "text", "duration_s": "span", "clear_after_s": "span", "clock_minutes": "minutes", "group_minutes": "minutes",
    "hysteresis": "number", "procedure": "choice", "role": "choice", "hours": "choice", "tide": "choice", "group": "choice",
    "hazard": "choice", "advice": "text", "name": "text", "name_en": "text", "code": "text",
}  # fmt: skip
"""How each field is typed: a span is a number of seconds with a unit, `minutes` one of minutes."""

FIELDS: dict[str, tuple[str, ...]] = {
    "limit": ("property", "asset_kind", "severity", "averaging"),
    "value": ("property", "asset_kind", "above", "below"),
    "rate": ("property", "asset_kind", "rise", "fall", "over_minutes"),
    "silence": ("asset_kind", "property"),
    "index": ("index", "category", "asset_kind"),
    "forecast": ("property", "asset_kind", "above", "below", "severity", "within_hours", "method"),
    "several": ("at_least",),
    "neighbours": ("at_least", "within_km", "window_minutes"),
    "expression": ("text", "asset_kind"),
    "record": ("record", "text"),
}
FRAME = (
    "severity", "procedure", "clock_minutes", "duration_s", "hysteresis", "clear_after_s", "hours", "tide", "role", "group",
    "group_minutes", "hazard", "advice", "name", "name_en", "code",
)  # fmt: skip
_EMPTY_IS_NONE = frozenset({"above", "below", "rise", "fall", "averaging", "limit-severity"})
SPAN_UNITS = (("60", 60), ("3600", 3600), ("86400", 86_400))


class Typed(msgspec.Struct, kw_only=True):
    """One field as it stands in the form. `scale` is the chosen unit of a span, in seconds."""

    name: str
    key: str
    type: Type
    text: str
    scale: int = 60
    choices: Choices = []
    hint: str = ""
    error: str = ""
    open: bool = True


class ConditionForm(msgspec.Struct, kw_only=True):
    """A condition's fields by their key, and the conditions inside it. `prefix` begins the names of its fields."""

    prefix: str
    kind: str
    kinds: Choices
    fields: dict[str, Typed]
    parts: list[ConditionForm] = []
    unit: str = ""
    error: str = ""
    most: bool = False


class RuleForm(msgspec.Struct, kw_only=True):
    """The whole form. `faults` are refusals that belong to no single field."""

    when: ConditionForm
    fields: dict[str, Typed]
    faults: list[str] = []


Reader = Mapping[str, str]


def form_of(
    content: Mapping[str, Any], *, procedures: Mapping[str, str], open_fields: Iterable[str] | None = None
) -> RuleForm:
    """The form with a content in it. With `open_fields` (patterns), everything else is closed."""
    opened = None if open_fields is None else set(open_fields)
    frame = {
        key: _typed(key, key, content.get(key), opened, choices.of_frame(key, procedures, content.get(key)))
        for key in FRAME
    }
    return RuleForm(when=_condition(content["when"], "when", opened, 0), fields=frame)


def blank() -> dict[str, Any]:
    """What a new rule begins with."""
    known = packs.properties()
    first = "water_level" if "water_level" in known else next(iter(known), "")
    return {
        "code": "", "name": "", "name_en": "", "when": {"kind": "value", "property": first, "above": None, "below": None, "asset_kind": ""},
        "severity": "warning", "procedure": "", "clock_minutes": 30, "duration_s": 600, "hysteresis": 0.0, "clear_after_s": 0,
        "hours": "always", "tide": "", "role": "duty_officer", "group": "asset", "group_minutes": 60, "hazard": "", "advice": "",
    }  # fmt: skip


def read(posted: Reader, base: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The content that the form makes, and what cannot be read by the field's name; what was not sent stays as in `base`."""
    errors: dict[str, str] = {}
    made: dict[str, Any] = dict(base)
    for key in FRAME:
        made[key] = _value(posted, key, key, base.get(key), errors, empty="" if TYPES[key] in ("choice", "text") else 0)
    made["when"] = _read_condition(posted, "when", base.get("when", {}), errors, 0)
    return made, errors


def with_errors(form: RuleForm, errors: Mapping[str, str]) -> RuleForm:
    """The form with each refusal at its field; `errors` by path (`/when/above`) or by name (`when-above`)."""
    for place, said in errors.items():
        name = place.strip("/").replace("/", "-")
        # A condition about neighbours has one inside it, which the form numbers all the same.
        names = (name, name.replace("when-of-", "when-of-0-", 1))
        field = next((one for one in _all_fields(form) if one.name in names), None)
        part = next(
            (one for one in _all_conditions(form.when) if one.prefix in (*names, name.removesuffix("-of"))), None
        )
        if field is not None:
            field.error = said
        elif part is not None:
            part.error = said
        else:
            form.faults.append(said)
    return form


def _condition(content: Mapping[str, Any], prefix: str, opened: set[str] | None, depth: int) -> ConditionForm:
    kind = str(content.get("kind", "value"))
    fields = {
        key: _typed(f"{prefix}-{key}", key, content.get(key), opened, choices.of_condition(kind, key, content))
        for key in FIELDS.get(kind, ())
    }
    inside = content.get("of", [])
    parts = inside if isinstance(inside, list) else [inside]
    prop = packs.properties().get(str(content.get("property", "")))
    return ConditionForm(
        prefix=prefix, kind=kind, kinds=[(one, words.condition_kind(one)) for one in (INNER if depth else KINDS)],
        fields=fields, unit=prop.unit_label if prop else "",
        parts=[_condition(one, f"{prefix}-of-{n}", opened, depth + 1) for n, one in enumerate(parts)],
        most=len(parts) >= packs.MOST_PARTS,
    )  # fmt: skip


def _typed(name: str, key: str, value: Any, opened: set[str] | None, offered: Choices) -> Typed:
    kind, scale = TYPES[key], 60
    text = "" if value is None else str(value)
    if kind in ("span", "minutes") and value is not None:
        whole = int(value) * (1 if kind == "span" else 60)
        scale = next((size for _word, size in reversed(SPAN_UNITS) if whole and whole % size == 0), 60)
        text = words.figure(whole / scale)
    elif kind == "number" and value is not None:
        text = words.figure(float(value))
    is_open = opened is None or f"/{name.replace('-', '/')}" in opened
    return Typed(name=name, key=key, type=kind, text=text, scale=scale, choices=offered, open=is_open)


def _read_condition(
    posted: Reader, prefix: str, base: Mapping[str, Any], errors: dict[str, str], depth: int
) -> dict[str, Any]:
    kind = posted.get(f"{prefix}-kind") or str(base.get("kind", "value"))
    same = kind == base.get("kind")
    made: dict[str, Any] = {"kind": kind}
    for key in FIELDS.get(kind, ()):
        known = base.get(key) if same or key in ("property", "asset_kind") else _first(kind, key)
        empty = None if key in _EMPTY_IS_NONE or (key == "severity") else "" if TYPES[key] in ("choice", "text") else 0
        made[key] = _value(posted, f"{prefix}-{key}", key, known, errors, empty=empty)
    if kind == "several":
        inside = base.get("of", []) if same else [{"kind": "value"}, {"kind": "value"}]
        count = int(posted.get(f"{prefix}-parts", len(inside)) or 0)
        count = max(2, min(count, packs.MOST_PARTS))
        padded = [*inside, *({"kind": "value"} for _one in range(count - len(inside)))][:count]
        made["of"] = [
            _read_condition(posted, f"{prefix}-of-{n}", one, errors, depth + 1) for n, one in enumerate(padded)
        ]
    elif kind == "neighbours":
        inside = base.get("of", {"kind": "value"}) if same else {"kind": "value"}
        made["of"] = _read_condition(posted, f"{prefix}-of-0", inside, errors, depth + 1)
    return _fitting(made)


def _fitting(made: dict[str, Any]) -> dict[str, Any]:
    """Choices that depend on another: a kind of asset that does not measure the property, a category of another index."""
    if made["kind"] == "silence" and not made.get("asset_kind"):
        made["asset_kind"] = choices.of_condition("silence", "asset_kind", made)[0][0]
    kind = packs.asset_kinds().get(str(made.get("asset_kind", "")))
    if (
        kind is not None
        and made.get("property")
        and made["kind"] != "silence"
        and made["property"] not in kind.properties
    ):
        made["asset_kind"] = ""
    if (
        made["kind"] == "silence"
        and kind is not None
        and made.get("property")
        and made["property"] not in kind.properties
    ):
        made["property"] = ""
    if made["kind"] == "index":
        offered = [code for code, _name in choices.of_condition("index", "category", made)]
        if made.get("category") not in offered:
            made["category"] = offered[-2] if len(offered) > 1 else ""
    if "property" in made and not made["property"] and made["kind"] != "silence":
        made["property"] = next(iter(packs.properties()), "")
    return made


def _first(kind: str, key: str) -> Any:
    """What a field begins with where the kind of condition was just chosen."""
    first: dict[str, Any] = {
        "property": next(iter(packs.properties()), ""), "over_minutes": 60, "window_minutes": 60, "within_hours": 6,
        "method": "trend", "at_least": 2 if kind == "neighbours" else 0, "within_km": 10.0, "record": "source",
        "text": "minutes_since_seen > 60" if kind == "record" else "", "index": "VN_AQI", "asset_kind": "",
    }  # fmt: skip
    if kind == "silence" and key in ("asset_kind", "property"):
        return next(iter(packs.asset_kinds()), "") if key == "asset_kind" else ""
    return first.get(key)


def _value(posted: Reader, name: str, key: str, known: Any, errors: dict[str, str], *, empty: Any) -> Any:
    if name not in posted:
        return known
    text, kind = posted[name].strip(), TYPES[key]
    if text == "":
        return empty
    if kind in ("choice", "text"):
        return text
    try:
        number = float(text.replace(" ", "").replace(",", "."))
    except ValueError:
        errors[name] = _("Cần một con số.")
        return known
    if kind == "number":
        return number
    scale = int(posted.get(f"{name}.scale", 60) or 60) if kind in ("span", "minutes") else 1
    return round(number * scale / (60 if kind == "minutes" else 1))


def _all_conditions(one: ConditionForm) -> Iterable[ConditionForm]:
    yield one
    for part in one.parts:
        yield from _all_conditions(part)


def _all_fields(form: RuleForm) -> Iterable[Typed]:
    yield from form.fields.values()
    for one in _all_conditions(form.when):
        yield from one.fields.values()
