"""Words of dossiers in templates."""

from __future__ import annotations

from datetime import datetime

from django import template

from sen.apps.procedures import words
from sen.apps.procedures.values import Bucket, Channel, State
from sen.kernel import clock

register = template.Library()

_TONES = {Bucket.OVERDUE: "over", Bucket.DONE_LATE: "warn", Bucket.DONE_ON_TIME: "done"}


@register.filter
def state_words(state: State) -> str:
    """The name of a state."""
    return str(words.STATES[State(state)])


@register.filter
def bucket_words(bucket: Bucket) -> str:
    """The name of a bucket."""
    return str(words.BUCKETS[Bucket(bucket)])


@register.filter
def bucket_tone(bucket: Bucket) -> str:
    """The tone of its pill; colour only for what is abnormal or done."""
    return _TONES.get(Bucket(bucket), "")


@register.filter
def channel_words(channel: Channel) -> str:
    """The name of a channel."""
    return str(words.CHANNELS[Channel(channel)])


@register.filter
def limit_words(unit: str) -> str:
    """The name of a unit of time of statutory limits."""
    return str(words.LIMIT_UNITS.get(unit, unit))


@register.filter
def level_of(level: str) -> str:
    """The name of a level; unknown ones as they are."""
    return str(words.LEVELS.get(level, level))


@register.filter
def days_since(moment: datetime | None) -> int | None:
    """Whole days since a moment."""
    return None if moment is None else max(0, (clock.now() - moment).days)
