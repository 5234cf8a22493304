"""Two communes and a department below a province, tables of dossiers, and a dossier to vary."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import interface as procedures
from sen.apps.procedures.agencies import canonical
from sen.apps.procedures.models import Agency, Procedure
from sen.apps.procedures.storage import schema
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.values import Dossier, Personal, State
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.telemetry.schema import Table

COMMUNE, OTHER, DEPARTMENT = "000.00.11.H20", "000.00.12.H20", "H20.03"
PROCEDURE = "1.011442.000.00.00.H20"


def local(text: str) -> datetime:
    """`2026-03-02 08:00` on the clocks of Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


def prepare() -> None:
    """Empty tables, and the units with their agency codes."""
    procedures.prepare_store(settings().clickhouse_url)
    for _version, _name, items in schema.MIGRATIONS:
        for item in items:
            if isinstance(item, Table):
                engine().command(f"TRUNCATE TABLE {item.name}")
    organisations.install_province("82", scope=SYSTEM)
    for code, unit in ((COMMUNE, "28249"), (OTHER, "28261"), (DEPARTMENT, "82-snnmt")):
        Agency.objects.create(code=canonical(code), written=code, unit_id=organisations.unit(unit).id)
    Procedure.objects.create(
        code=PROCEDURE, name="Đăng ký khai sinh", level="commune", limit=5, limit_unit="working_day", catalogued=True
    )


def dossier(number: int = 1, **fields: Any) -> Dossier:
    """A dossier of a commune, received on Monday 2 March 2026 and promised for the 9th; any field may be given."""
    made = Dossier(
        code=f"{COMMUNE}-260302-{number:04}",
        procedure=PROCEDURE,
        procedure_name="Đăng ký khai sinh",
        agency=COMMUNE,
        state=State.IN_PROGRESS,
        received_at=local("2026-03-02 08:00"),
        promised_at=local("2026-03-09 17:00"),
        personal=Personal("Nguyễn Thị Bình An", "082300001234", "0912345678", "12 Lê Lợi, Phường Đạo Thạnh, Đồng Tháp"),
        updated_at=local("2026-03-02 08:00") + timedelta(minutes=number),
    )
    return msgspec.structs.replace(made, **fields)
