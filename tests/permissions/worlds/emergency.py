"""What the matrix needs of emergencies."""

from __future__ import annotations

from django.test import Client


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A contact, a boat, a bulletin's words and a broadcast."""
    return _emergency(values)


def _emergency(values: dict[str, str]) -> dict[str, str]:
    """A contact and a boat of the first commune, a bulletin's words, and what the province broadcast to that commune."""
    from datetime import date

    from sen.apps.emergency import interface as emergency
    from sen.apps.emergency.models import Contact
    from sen.kernel.scopes import SYSTEM

    commune = values["commune"]
    emergency.put_contact(
        scope=SYSTEM, row=emergency.ContactRow("dau-moi-1", commune, "Người Một", "Chỉ huy trưởng xã", "0901000001")
    )  # fmt: skip
    emergency.put_resource(
        scope=SYSTEM, row=emergency.ResourceRow("xuong-1", commune, "Xuồng cứu hộ", "vehicle", "Kiểm kê", date(2026, 6, 30))
    )  # fmt: skip
    emergency.put_bulletin_template(
        code="lu", hazard="flood", name="Lũ", title="Lũ", words="{advice}", severity="serious"
    )
    sent = emergency.broadcast(
        scope=SYSTEM, key="thu", unit="82", to_units=[commune], title="Sơ tán thử", words="Lên chỗ cao."
    )  # fmt: skip
    return {"broadcast": str(sent), "contact": str(Contact.objects.get().pk)}
