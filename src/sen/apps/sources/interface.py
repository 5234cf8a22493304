"""What ingest, the web's observations endpoint and the connectors process may call on sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.access.interface import Scope
from sen.apps.sources import attention as _attention
from sen.apps.sources import credentials as _credentials
from sen.apps.sources import observed as _observed
from sen.apps.sources import of_units as _of_units
from sen.apps.sources import records as _records
from sen.apps.sources import services as _services

LateSource = _attention.LateSource
OpenProposal = _attention.OpenProposal
SourceRecord = _records.SourceRecord
SourceCounts = _of_units.SourceCounts
UnitReminder = _of_units.UnitReminder
UnitSource = _of_units.UnitSource


class SourceCredential(msgspec.Struct, frozen=True):
    """One valid secret of one source. A source has two while a rotation overlaps; `active` is false while it is stopped."""

    number: int
    id: UUID
    code: str
    name: str
    key: str
    connector: str
    secret_sha256: str
    password_bcrypt: str
    active: bool
    settings: dict[str, Any]
    owner_unit_id: UUID
    simulated: bool


class NewSource(msgspec.Struct, frozen=True):
    """A source just created, with its secret in clear text, which exists nowhere else."""

    number: int
    code: str
    key: str
    secret: str


class SeenAt(msgspec.Struct, frozen=True):
    """What came from a source since the last report: newest receipt, newest measurement time, and counts to add."""

    received: datetime
    measured: datetime | None = None
    messages: int = 0
    values: int = 0
    late: int = 0


class ProposedDevice(msgspec.Struct, frozen=True):
    """A device that no asset takes, with the properties it sent and one of its messages."""

    source_number: int
    device: str
    properties: Sequence[str]
    first_seen: datetime
    last_seen: datetime
    messages: int = 1
    sample: Mapping[str, Any] = {}


class DeadLetterRow(msgspec.Struct, frozen=True):
    """A message that could not be decoded. `channel` is the connector's name, `seq` its place in the log.

    Of letters with the same channel, `seq` and bytes one is kept. Input that never was in the log has a number of its connector's, or None.
    """

    source_number: int | None
    received: datetime
    channel: str
    subject: str
    payload: bytes
    code: str
    message: str
    seq: int | None = None


def create_source(
    *,
    scope: Scope,
    code: str,
    name: str,
    connector: str,
    owner: str,
    settings: Mapping[str, Any] | None = None,
    interval_s: int = 300,
    allowed_delay_s: int = 600,
    expected_properties: list[str] | None = None,
    plan_date: date | None = None,
    simulated: bool = False,
    contact_name: str = "",
) -> NewSource:
    """Create a source; see services.create_source."""
    issued = _services.create_source(
        scope=scope, code=code, name=name, connector=connector, owner=owner, settings=settings, interval_s=interval_s,
        allowed_delay_s=allowed_delay_s, expected_properties=expected_properties, plan_date=plan_date, simulated=simulated,
        contact_name=contact_name,
    )  # fmt: skip
    return NewSource(issued.source.number, issued.source.code, issued.source.key, issued.secret)


def credentials(connector: str | None = None) -> list[SourceCredential]:
    """Every valid secret of every source, stopped sources included (`active` false), or those of one connector."""
    return [SourceCredential(**row) for row in _credentials.valid_rows(connector=connector)]


def authenticate(key: str, secret: str) -> SourceCredential | None:
    """The source whose key and secret these are; None when wrong, revoked, expired or stopped."""
    rows = _credentials.valid_rows(key=key, secret=secret)
    return SourceCredential(**rows[0]) if rows else None


def authenticate_secret(secret: str) -> SourceCredential | None:
    """The source whose secret this is; None when wrong, revoked, expired or stopped."""
    rows = _credentials.valid_rows(secret=secret)
    return SourceCredential(**rows[0]) if rows else None


def mark_seen(rows: Mapping[int, SeenAt]) -> None:
    """Record receipts by source number; one statement for all. Unknown numbers are ignored."""
    _observed.mark_seen(rows)


def report_error(number: int, code: str, message_vi: str, at: datetime, count: int = 1) -> None:
    """Show an error on the connection desk; `code` is one of errors.CATALOGUE."""
    _observed.report_error(number, code, message_vi, at, count)


def propose_devices(rows: list[ProposedDevice]) -> None:
    """Record unknown devices for a person to decide; seen again, only their newest time and properties change."""
    _observed.propose_devices(rows)


def add_dead_letters(rows: list[DeadLetterRow]) -> None:
    """Keep undecodable messages for a person; the same letter (channel, seq, payload) is kept once."""
    _observed.add_dead_letters(rows)


def numbers_by_key() -> dict[str, int]:
    """The number of every source by its key, sources without a valid secret included."""
    return _credentials.numbers_by_key()


def late_sources(scope: Scope, *, units: Collection[UUID] | None = None, limit: int = 20) -> list[LateSource]:
    """Visible sources of `units` (None = all) that are late or lost, worst first; one statement."""
    return _attention.late_sources(scope, units=units, limit=limit)


def open_proposals(scope: Scope, *, units: Collection[UUID] | None = None, limit: int = 20) -> list[OpenProposal]:
    """Devices that wait for a decision, of visible sources of `units` (None = all), newest first; one statement."""
    return _attention.open_proposals(scope, units=units, limit=limit)


def sources_of(scope: Scope, units: Collection[UUID], numbers: Collection[int] = ()) -> list[UnitSource]:
    """Visible sources owned by `units` or with one of the telemetry `numbers`, what is wrong first; one statement."""
    return _of_units.sources_of(scope, units, numbers)


def source_counts(scope: Scope) -> dict[UUID, SourceCounts]:
    """Owner unit → how many visible sources it has and how they do; one statement."""
    return _of_units.counts(scope)


def unread_reminders(scope: Scope, units: Collection[UUID], limit: int = 10) -> list[UnitReminder]:
    """Reminders to `units` about their sources that nobody there has read, newest first; one statement."""
    return _of_units.unread_reminders(scope, units, limit)


def source_records(now: datetime) -> list[SourceRecord]:
    """Every source that is not stopped as rules judge it at `now`, whoever owns it; one statement."""
    return _records.source_records(now)
