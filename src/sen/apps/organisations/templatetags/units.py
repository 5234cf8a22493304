"""Units in templates."""

from __future__ import annotations

from django import template

from sen.apps.organisations.models import Unit
from sen.apps.organisations.queries import name_today

register = template.Library()


@register.filter
def today_name(unit: Unit) -> str:
    """The unit's name; of an ended unit followed by the unit that stands in its place today."""
    return name_today(unit)
