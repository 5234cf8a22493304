"""Pieces of the programme's pages."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
_TONES = {"late": "over", "done": "met", "done_late": "soon"}


@register.simple_tag
def item_state(state: str, words: str) -> SafeString:
    """The state of an item in words, late and done with their tone."""
    return format_html('<span class="due {}">{}</span>', _TONES.get(state, ""), words)
