"""Gives incidents their numbers, one after the other per year; drills have a series of their own."""

from __future__ import annotations

from datetime import datetime

from sen.apps.incidents.models import Numbering
from sen.kernel import clock


def next_number(at: datetime, *, drill: bool) -> str:
    """`SC-2026-0012`, or `DT-2026-0003` for a drill; the series is locked until the caller's transaction ends."""
    series = f"{'DT' if drill else 'SC'}-{clock.local(at).year}"
    Numbering.objects.get_or_create(series=series)
    row = Numbering.objects.select_for_update().get(series=series)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{row.last:04d}"
