"""When a document is late: judged at the moment of reading, from its due day, its handling and today; never stored."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, Q

from sen.apps.documents.choices import Direction, Standing
from sen.apps.documents.models import Document
from sen.apps.documents.values import Timeliness
from sen.kernel import clock

SOON_DAYS = 3
"""A document due within so many days is «sắp đến hạn»."""
OVER = (Standing.RECALLED, Standing.REPLACED)
"""Nobody has to handle a document that was taken back or replaced."""


def today() -> date:
    """The day in Vietnam."""
    return clock.local(clock.now()).date()


def judged(document: Document, day: date) -> tuple[Timeliness, int]:
    """The timeliness of a document on a day and by how many days it is or was late. What a unit sends is never due."""
    if document.direction == Direction.OUT or document.due_on is None:
        return "no_deadline", 0
    if document.handled_on is not None:
        late = (document.handled_on - document.due_on).days
        return ("done_late", late) if late > 0 else ("done_on_time", 0)
    if document.standing in OVER:
        return "no_deadline", 0
    left = (document.due_on - day).days
    if left < 0:
        return "overdue", -left
    return ("due_soon" if left <= SOON_DAYS else "not_due"), 0


INCOMING = Q(direction=Direction.IN)
OPEN = INCOMING & Q(handled_on=None) & ~Q(standing__in=OVER)
UNREAD = INCOMING & Q(read_at=None) & ~Q(standing__in=OVER)
DONE_ON_TIME = INCOMING & Q(handled_on__lte=F("due_on"))
DONE_LATE = INCOMING & Q(handled_on__gt=F("due_on"))


def due_soon(day: date) -> Q:
    """Open and due within three days."""
    return OPEN & Q(due_on__gte=day, due_on__lte=day + timedelta(days=SOON_DAYS))


def overdue(day: date) -> Q:
    """Open past the due day."""
    return OPEN & Q(due_on__lt=day)
