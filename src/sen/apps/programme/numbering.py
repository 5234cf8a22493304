"""Gives programmes, meetings and inspections their numbers, one after the other per year."""

from __future__ import annotations

from sen.apps.programme.models import Numbering


def next_number(prefix: str, year: int) -> str:
    """`HOP-2026-01`, …; the series is locked until the caller's transaction ends."""
    series = f"{prefix}-{year}"
    Numbering.objects.get_or_create(series=series)
    row = Numbering.objects.select_for_update().get(series=series)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{row.last:02d}"
