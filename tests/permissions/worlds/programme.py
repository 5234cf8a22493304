"""What the matrix needs of programmes, meetings and inspections."""

from __future__ import annotations

from django.test import Client


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A programme with one item and a meeting of the owner's unit, and its inspection of the first commune."""
    from datetime import UTC, date, datetime

    from sen.apps.organisations import interface as organisations
    from sen.apps.programme import interface as programme
    from sen.kernel.scopes import SYSTEM

    owner, commune = organisations.unit("82-snnmt"), organisations.unit(values["commune"])
    made = programme.create_programme(scope=SYSTEM, unit_id=owner.id, year=2026, title="Chương trình riêng của sở")
    item = programme.add_item(
        scope=SYSTEM, number=made.number, new=programme.ItemIn(month=12, words="Tổng kết công tác năm", lead=owner.id)
    )
    held = programme.create_meeting(
        scope=SYSTEM, unit_id=owner.id, title="Họp riêng của sở", starts_at=datetime(2026, 12, 1, 1, tzinfo=UTC),
        agenda=[programme.AgendaIn(words="Việc tháng 12")],
    )  # fmt: skip
    inspection = programme.create_inspection(
        scope=SYSTEM, unit_id=owner.id, inspected=commune.id, title="Kiểm tra riêng của sở", starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 2), checklist=["Có kế hoạch năm"],
    )  # fmt: skip
    return {
        "programme": made.number, "programme_item": item.number, "meeting": held.number, "inspection": inspection.number,
    }  # fmt: skip
