"""Words of dossiers in templates."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from sen.apps.indicators.interface import Period
from sen.apps.organisations.interface import UnitRef
from sen.apps.procedures import words
from sen.apps.procedures.models import Procedure
from sen.apps.procedures.values import Bucket, Channel, State
from sen.kernel import clock

register = template.Library()

_TONES = {Bucket.OVERDUE: "late", Bucket.DONE_LATE: "warn", Bucket.DONE_ON_TIME: "done"}


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


@register.filter
def left_words(hours: float) -> str:
    """How long is left: hours below two days, then days."""
    if hours < 48:
        return ngettext("còn %(n)d giờ", "còn %(n)d giờ", round(hours)) % {"n": round(hours)}
    return ngettext("còn %(n)d ngày", "còn %(n)d ngày", round(hours / 24)) % {"n": round(hours / 24)}


@register.filter
def days_late(days: float | None) -> str:
    """How long past its day: `quá 3 ngày`; of less than a day that it is less."""
    whole = int(days or 0)
    if whole < 1:
        return _("quá dưới 1 ngày")
    return ngettext("quá %(n)d ngày", "quá %(n)d ngày", whole) % {"n": whole}


@register.filter
def days_long(moment: datetime | None) -> str:
    """How many whole days since a moment: `12 ngày`."""
    whole = days_since(moment) or 0
    return npgettext("how long", "%(n)d ngày", "%(n)d ngày", whole) % {"n": whole}


@register.filter
def limit_count(count: float, unit: str) -> str:
    """A statutory limit or a time in its unit: `5 ngày làm việc`."""
    shown, number = localize(round(count, 1)).removesuffix(",0").removesuffix(".0"), 1 if count == 1 else 2
    words_of = {
        "hour": npgettext("statutory limit", "%(n)s giờ", "%(n)s giờ", number),
        "day": npgettext("statutory limit", "%(n)s ngày", "%(n)s ngày", number),
        "working_day": npgettext("statutory limit", "%(n)s ngày làm việc", "%(n)s ngày làm việc", number),
        "month": npgettext("statutory limit", "%(n)s tháng", "%(n)s tháng", number),
    }
    return words_of.get(unit, "%(n)s") % {"n": shown}


@register.filter
def leg_words(name: str) -> str:
    """The name of a stretch of a dossier's way."""
    return str(words.LEGS.get(name, name))


@register.filter
def state_number_words(number: str) -> str:
    """The name of a state by its number as text."""
    return str(words.STATES[State(int(number))])


@register.simple_tag
def dossier_address(what: str, unit: UnitRef | None, period: Period, procedure: Procedure | None = None) -> str:
    """Where a number is asked from where it comes."""
    query = {"what": what, "period": period.key} | ({"unit": unit.code} if unit else {})
    if procedure:
        query["procedure"] = procedure.code
    return f"{reverse('console:dossiers-provenance')}?{urlencode(query)}"


@register.simple_tag
def task_link(unit: UnitRef, overdue: int) -> str:
    """The form of a new task, filled with what is to be done about a unit's overdue dossiers."""
    task = _("{unit} giải quyết dứt điểm {n} hồ sơ thủ tục hành chính quá hạn, báo cáo nguyên nhân.").format(
        unit=unit.name, n=overdue
    )
    return f"{reverse('console:tasks-new')}?{urlencode({'by': 'hand', 'unit': unit.code, 'words': task})}"
