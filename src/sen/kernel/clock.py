"""The only place that reads the time. Aware UTC inside, Asia/Ho_Chi_Minh at the edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_time", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def now_ms() -> int:
    """Milliseconds since 1970-01-01T00:00Z."""
    return to_ms(now())


def to_ms(moment: datetime) -> int:
    """Milliseconds since the epoch of an aware datetime."""
    return int(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC datetime of milliseconds since the epoch."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def local(moment: datetime) -> datetime:
    """The same moment on the clocks of Vietnam (UTC+7, no summer time)."""
    return moment.astimezone(VIETNAM)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Let `now` answer `moment` inside the block; for tests and for reading the world as of a day."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
