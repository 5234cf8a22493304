"""Says a formula over a record's fields in words, as far as it is comparisons that must all hold, and the figures that made it hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sen.apps.alerts.rules import words

Fields = Mapping[str, Promise | str]
_FACTOR = re.compile(
    r"(?P<without>1 - )?(?P<code>[a-z_][a-z_0-9]*)(?:\s*(?P<sign>>=|<=|==|>|<)\s*(?P<number>\d+(?:\.\d+)?))?"
)


def condition(text: str, fields: Fields) -> str:
    """`is_lost * (minutes_since_seen > 60)` in words; empty where the formula is anything else."""
    parts = [_part(one, fields) for one in text.split("*")]
    return ", ".join(parts) if all(parts) else ""


def figures(values: Mapping[str, Any], fields: Fields) -> str:
    """What a record's fields were, marks (1 or 0) by name where they are set."""
    said = []
    for code, value in values.items():
        name = _name(code, fields)
        if not code.startswith("is_"):
            said.append(f"{name} {words.figure(round(float(value), 1))}")
        elif value:
            said.append(name)
    return ", ".join(said)


def _name(code: str, fields: Fields) -> str:
    """A field's name without the remark on its range."""
    return str(fields.get(code, code)).partition(" (")[0]


def _part(factor: str, fields: Fields) -> str:
    found = _FACTOR.fullmatch(factor.strip().removeprefix("(").removesuffix(")").strip())
    if found is None or found["code"] not in fields:
        return ""
    name, sign = _name(found["code"], fields), found["sign"]
    if found["without"] or (sign == "==" and float(found["number"]) == 0 and found["code"].startswith("is_")):
        return _("trừ khi {name}").format(name=name)
    if not sign:
        return name
    pattern = {
        ">=": _("{name} từ {n}"), ">": _("{name} trên {n}"), "<": _("{name} dưới {n}"), "<=": _("{name} đến {n}"),
        "==": _("{name} bằng {n}"),
    }[sign]  # fmt: skip
    return pattern.format(name=name, n=words.figure(float(found["number"])))
