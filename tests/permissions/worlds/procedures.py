"""What the matrix needs of procedures."""

from __future__ import annotations

from django.test import Client


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A dossier of the owner's unit in a store that is otherwise empty."""
    from datetime import timedelta

    from sen.apps.procedures import interface as procedures
    from sen.kernel import clock
    from sen.kernel.configuration import settings

    procedures.prepare_store(settings().clickhouse_url)
    now = clock.now()
    procedures.store(
        [
            procedures.Dossier(
                code="hs-rieng-cua-so", procedure="1.000001.000.00.00.H20", procedure_name="Thủ tục riêng của sở", agency="82-snnmt",
                state=procedures.State.IN_PROGRESS, received_at=now - timedelta(days=3), promised_at=now + timedelta(days=3), updated_at=now,
                personal=procedures.Personal("Nguyễn Thị Riêng", "082300001234", "0912345678", ""),
            )
        ],
        source_name="Một cửa thử",
    )  # fmt: skip
    procedures.recount()
    return {"dossier": "hs-rieng-cua-so"}
