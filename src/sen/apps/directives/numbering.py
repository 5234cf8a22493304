"""Gives tasks their numbers, one after the other per year."""

from __future__ import annotations

from datetime import datetime

from sen.apps.directives.models import Numbering
from sen.kernel import clock


def next_numbers(at: datetime, count: int) -> list[str]:
    """`NV-2026-0042`, …: `count` numbers in a row; the series is locked until the caller's transaction ends."""
    series = f"NV-{clock.local(at).year}"
    Numbering.objects.get_or_create(series=series)
    row = Numbering.objects.select_for_update().get(series=series)
    first = row.last + 1
    row.last += count
    row.save(update_fields=["last"])
    return [f"{series}-{number:04d}" for number in range(first, row.last + 1)]
