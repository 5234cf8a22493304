"""What the matrix needs of indicators."""

from __future__ import annotations

from django.test import Client


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """An indicator with one value of the first commune."""
    return _figure(values)


def _figure(values: dict[str, str]) -> dict[str, str]:
    """An indicator with one value of the first commune."""
    from sen.apps.indicators import interface as indicators
    from sen.kernel.scopes import SYSTEM

    indicators.define(scope=SYSTEM, code="chi-tieu", name="Chỉ tiêu", period="month", across_units="sum")
    row = indicators.ValueRow(code="chi-tieu", unit=values["commune"], period="2026-03", value=1.0, source="so-cua-xa")
    if indicators.record_values(scope=SYSTEM, rows=[row]).problems:
        raise AssertionError("the value was not recorded")
    return {"indicator": "chi-tieu"}
