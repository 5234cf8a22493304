"""Units in templates."""

from __future__ import annotations

from datetime import date, timedelta

from django import template

from sen.apps.organisations.models import Unit
from sen.apps.organisations.queries import name_today
from sen.apps.organisations.reference_data import REORGANISATION

register = template.Library()


@register.filter
def today_name(unit: Unit) -> str:
    """The unit's name; of an ended unit followed by the unit that stands in its place today."""
    return name_today(unit.pk) if unit.valid_to else unit.name


@register.filter
def last_day(unit: Unit) -> date:
    """The last day on which an ended unit stood; of one that merely changed its superior, the day before the reorganisation."""
    return (unit.valid_to or REORGANISATION) - timedelta(days=1)
