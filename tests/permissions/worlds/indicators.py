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

    indicators.define(scope=SYSTEM, code="chi_tieu", name="Chỉ tiêu", period="month", across_units="sum")
    row = indicators.ValueRow(code="chi_tieu", unit=values["commune"], period="2026-03", value=1.0, source="so-cua-xa")
    if indicators.record_values(scope=SYSTEM, rows=[row]).problems:
        raise AssertionError("the value was not recorded")
    return {"indicator": "chi_tieu", "sheet": _sheet(values["commune"])}


def _sheet(commune: str) -> str:
    """A sheet of the province for all communes; the id of that of the first commune."""
    from datetime import date

    from sen.apps.indicators import interface as indicators
    from sen.apps.indicators.models_sheets import SheetEntry
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    content = {"code": "phieu-thu", "name": "Phiếu của xã", "period": "month", "rows": [{"code": "so_ho"}]}
    content |= {"unit_kinds": ["ward", "commune", "special_zone"]}
    indicators.define(scope=SYSTEM, code="so_ho", name="Số hộ", period="month", across_units="sum")
    province = organisations.province()
    made = packs.create_template(
        scope=SYSTEM, kind="entry_sheet", code="phieu-thu", name="Phiếu của xã", owner_id=province.id, content=content
    )
    packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("kinds", ("ward",)))
    indicators.open_entries(date(2026, 4, 1), simulated=True)
    return str(SheetEntry.objects.get(sheet="phieu-thu", unit=organisations.unit(commune).id).pk)
