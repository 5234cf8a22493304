"""Fills the prepared messages of a procedure with what is known of an incident."""

from __future__ import annotations

from collections.abc import Mapping

from sen.apps.packs import interface as packs


def filled(words: str, facts: Mapping[str, object]) -> str:
    """`words` with every `{name}` that `facts` knows; what is not known stays visible in braces for the officer to fill in."""
    text = words
    for name in packs.placeholders(words):
        value = facts.get(name)
        if value not in (None, ""):
            text = text.replace(f"{{{name}}}", str(value))
    return text


def missing(words: str, facts: Mapping[str, object]) -> list[str]:
    """The placeholders that have no value yet."""
    return [name for name in packs.placeholders(words) if facts.get(name) in (None, "")]
