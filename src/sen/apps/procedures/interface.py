"""What other apps and the web may ask of administrative procedures and their dossiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.indicators.interface import Period
from sen.apps.procedures import declaring as _declaring
from sen.apps.procedures import decoding as _decoding
from sen.apps.procedures import figures as _figures
from sen.apps.procedures import forecast_check as _forecast_check
from sen.apps.procedures import listing as _listing
from sen.apps.procedures import prediction as _prediction
from sen.apps.procedures import receiving as _receiving
from sen.apps.procedures import storing as _storing
from sen.apps.procedures import sync_state as _sync
from sen.apps.procedures.declaring import CataloguedProcedure
from sen.apps.procedures.service_quality import index as _index
from sen.apps.procedures.storage import schema as _schema
from sen.apps.procedures.values import (
    BadDossier,
    Bucket,
    Channel,
    Component,
    Dossier,
    DossierDetail,
    DossierFilter,
    DossierLine,
    Group,
    LateRisk,
    LimitUnit,
    Overview,
    Page,
    Personal,
    ProcedureLine,
    ServiceQuality,
    State,
    StateChange,
    Step,
    Stored,
    Supplement,
    UnitLine,
)
from sen.telemetry import ddl as _ddl

__all__ = [
    "BadDossier", "Bucket", "CataloguedProcedure", "Channel", "Component", "Dossier", "DossierDetail", "DossierFilter", "DossierLine", "Group", "LateRisk",
    "LimitUnit", "Overview", "Page", "Period", "Personal", "ProcedureLine", "ServiceQuality", "State", "StateChange", "Step", "Stored",
    "Supplement", "UnitLine", "check_forecast", "checkpoint", "define_procedures", "dossier", "dossiers", "field_of", "longest_waiting", "name_agencies", "overview", "prepare_store", "procedure_lines", "ranking", "read_row", "receive", "recount", "save_checkpoint",
    "service_quality", "store", "unmask", "will_be_late",
]  # fmt: skip


def prepare_store(url: str, cluster: str = "") -> None:
    """Make or upgrade the tables of dossiers in the ClickHouse of `url`. Raises Unavailable, TelemetryError."""
    _ddl.migrate(url, cluster, _schema.MIGRATIONS, _schema.LEDGER)


def overview(scope: Scope, unit_id: UUID | None, period: Period) -> Overview:
    """How a unit and all below it (None = everything that the scope sees) handled the dossiers of a period.

    They are judged at the end of a period that is over, so that its figures stay as they are, and now in the present one.
    Raises NotFound for a unit that the scope does not see, Forbidden, Unavailable.
    """
    return _figures.overview(scope, unit_id, period)


def ranking(scope: Scope, period: Period) -> list[UnitLine]:
    """Every unit that the scope sees and that had dossiers in the period, best on-time rate first."""
    return _figures.ranking(scope, period)


def procedure_lines(scope: Scope, unit_id: UUID | None, period: Period) -> list[ProcedureLine]:
    """Every procedure with dossiers of the unit in the period, most received first."""
    return _figures.procedures(scope, unit_id, period)


def service_quality(scope: Scope, unit_id: UUID | None, period: Period) -> ServiceQuality:
    """The index of Quyết định 766/QĐ-TTg with every component and its data; None = the province. Raises NotFound, Forbidden."""
    return _index.service_quality(scope, unit_id, period)


def longest_waiting(scope: Scope, unit_id: UUID | None, limit: int = 20) -> list[DossierLine]:
    """Dossiers that officials (not the applicant) have had in hand for the longest time."""
    return _listing.longest_waiting(scope, unit_id, limit)


def will_be_late(scope: Scope, unit_id: UUID | None, limit: int = 20) -> list[LateRisk]:
    """Dossiers still in time that will most probably be late, most probable first, each with what this rests on."""
    return _prediction.will_be_late(scope, unit_id, limit)


def dossiers(scope: Scope, wanted: DossierFilter, cursor: str | None = None, limit: int = 50) -> Page:
    """A page of dossiers, newest first, without personal data. Raises InvalidInput, NotFound, Forbidden."""
    return _listing.dossiers(scope, wanted, cursor, limit)


def dossier(scope: Scope, code: str) -> DossierDetail:
    """One dossier with masked personal data. Raises NotFound, Forbidden."""
    return _listing.dossier(scope, code)


def unmask(*, scope: Scope, code: str, reason: str) -> Personal:
    """The applicant in clear; the reason (10 characters at least) is on record first. Raises NotFound, Forbidden, InvalidInput."""
    return _listing.unmask(scope=scope, code=code, reason=reason)


def receive(source_key: str, bodies: Sequence[bytes]) -> Stored:
    """Store pages of dossiers as a source sent them; what cannot be used is a dead letter on the connection desk. Raises Unavailable."""
    return _receiving.receive(source_key, bodies)


def read_row(row: Mapping[str, Any], number: int) -> Dossier | BadDossier:
    """The dossier of a row of an interface or table, or what is wrong with it; `number` counts as people do."""
    return _decoding.decode(row, number)


def field_of(heading: str) -> str:
    """Which field of a dossier a table's heading means; empty for none."""
    return _decoding.field_of(heading)


def define_procedures(*, scope: Scope, procedures: Sequence[CataloguedProcedure]) -> int:
    """Take procedures into the catalogue or change what it says of them; how many. Raises Forbidden, InvalidInput."""
    return _declaring.define_procedures(scope=scope, procedures=procedures)


def name_agencies(*, scope: Scope, units: Mapping[str, UUID]) -> int:
    """Say which unit each agency code (in either rendering) means; how many. Raises Forbidden."""
    return _declaring.name_agencies(scope=scope, units=units)


def checkpoint(source_key: str) -> dict[str, Any]:
    """How far a source was read; empty before the first time."""
    return _sync.checkpoint(source_key)


def save_checkpoint(source_key: str, value: Mapping[str, Any], records: int = 0) -> None:
    """Remember how far a source was read."""
    _sync.save_checkpoint(source_key, value, records)


def store(dossiers: Sequence[Dossier], *, source: int = 0, source_name: str = "", simulated: bool = False) -> Stored:
    """Keep the newest version of each dossier; storing the same again changes nothing. `recount` brings the figures up to date."""
    return _storing.store(dossiers, source=source, source_name=source_name, simulated=simulated)


def check_forecast() -> bool:
    """Foretell past days again from what was known then, for the screens; whether there was anything to foretell. Raises Unavailable."""
    return _forecast_check.check() is not None


def recount(*, everything: bool = False) -> int:
    """Count what changed (or everything) anew; how many months of agencies. Safe to be killed and to be run twice."""
    return _storing.recount(everything=everything)
