"""Template filters of the wall pages: days of the week in words, fields of a form that was asked for, and what the caller may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope

register = template.Library()


@register.filter
def days_words(days: Iterable[int]) -> str:
    """`[0, 1, 2, 3, 4]` → `T2–T6`, all seven → `hằng ngày`."""
    names = (_("T2"), _("T3"), _("T4"), _("T5"), _("T6"), _("T7"), _("CN"))
    chosen = sorted(days)
    if len(chosen) == 7:
        return _("hằng ngày")
    runs: list[list[int]] = []
    for day in chosen:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}" for run in runs)


@register.filter
def words(text: str) -> list[str]:
    """The words of a text, to go through them."""
    return text.split()


@register.filter
def value(asked: QueryDict, name: str) -> str:
    """One field of a query or form; empty where it is not there."""
    return str(asked.get(name, ""))


@register.filter(name="list")
def every(asked: QueryDict, name: str) -> list[str]:
    """All values of a field."""
    return [str(one) for one in asked.getlist(name)]


@register.filter
def may(scope: Any, action: str) -> bool:
    """Whether the caller may do this somewhere."""
    return isinstance(scope, Scope) and scope.allows(action)
