"""A batch of dossiers becomes rows: the newest version of each, judged by its unit's calendar. One batch at a time, in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import TypeVar
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import F

from sen.apps.organisations import interface as organisations
from sen.apps.procedures import agencies, catalogue, on_time
from sen.apps.procedures.day_counts import DayCounts
from sen.apps.procedures.models import Feed, Recount
from sen.apps.procedures.storage import counters, durations, writing
from sen.apps.procedures.storage.engine import Engine, engine
from sen.apps.procedures.storage.schema import Flag
from sen.apps.procedures.values import Channel, Dossier, Stored
from sen.kernel import clock
from sen.kernel.working_calendar import Exceptions, is_working_day

AT_ONCE = 20_000
(
    _PAID, _FILES, _RESULT, _PAPER, _REUSED, _SHARED, _POPULATION, _SYNCHRONISED, _COMPLAINT, _DISLIKE, _FEE, _SIMULATED,
) = (int(flag) for flag in Flag)  # fmt: skip
_WRITER, _COUNTER = 7_660_001, 7_660_002
_T = TypeVar("_T")
_digest = msgspec.msgpack.Encoder(order="deterministic")


def store(dossiers: Sequence[Dossier], *, source: int = 0, source_name: str = "", simulated: bool = False) -> Stored:
    """Keep the newest version of each dossier; durable when it returns. A version that is there, or older than what is there,
    changes nothing, so any batch may be stored again. `source` is the source's number, 0 for files. Raises Unavailable."""
    stored = 0
    for start in range(0, len(dossiers), AT_ONCE):
        some = newest(dossiers[start : start + AT_ONCE])
        stored += _alone(_WRITER, lambda some=some: _store(engine(), some, source, simulated))  # type: ignore[misc]
    if stored:
        _note(source, source_name, simulated, stored)
    return Stored(stored, len(dossiers) - stored)


def recount(*, everything: bool = False) -> int:
    """Bring the counters up to date where dossiers changed; with `everything`, as every night, all of them and what is known of how
    long dossiers take. How many cohorts. Raises Unavailable."""

    def work() -> int:
        if everything:
            counters.touch_all(engine())
        done = counters.recount(engine())
        if everything:
            durations.refresh(engine(), clock.now_ms())
        return done

    done = _alone(_COUNTER, work)
    Recount.objects.update_or_create(pk=1, defaults={"finished_at": clock.now()})
    return done


def newest(dossiers: Iterable[Dossier]) -> list[Dossier]:
    """The newest version of each code; of two with the same time the later one."""
    found: dict[str, Dossier] = {}
    for one in dossiers:
        held = found.get(one.code)
        if held is None or one.updated_at >= held.updated_at:
            found[one.code] = one
    return list(found.values())


def _store(at: Engine, dossiers: Sequence[Dossier], source: int, simulated: bool) -> int:
    old = writing.places(at, [one.code for one in dossiers])
    digests = {one.code: digest_of(one) for one in dossiers}
    changed = [one for one in dossiers if _is_news(one, digests[one.code], old.get(one.code))]
    if not changed:
        return 0
    numbers = agencies.numbers_of(one.agency for one in changed)
    procedures = catalogue.numbers_of(changed)
    calendars = _calendars({unit for _number, unit in numbers.values()})
    rows = []
    for one in changed:
        agency, unit = numbers[one.agency]
        procedure, limit = procedures[one.procedure]
        facts = on_time.facts_of(one, limit, calendars[unit])
        rows.append(writing.Row(
            row_of(one, facts, agency=agency, procedure=procedure, source=source, simulated=simulated),
            (one.personal.name, one.personal.identity, one.personal.phone, one.personal.address), digests[one.code],
        ))  # fmt: skip
    writing.write(at, rows, old)
    return len(rows)


def _calendars(units: set[UUID | None]) -> dict[UUID | None, DayCounts]:
    return {unit: _counted(one.exceptions) for unit, one in organisations.working_calendars_of(units).items()}


@lru_cache(maxsize=64)
def _counted(exceptions: Exceptions) -> DayCounts:
    """What all units with the same days share."""
    return DayCounts(partial(is_working_day, exceptions=exceptions))


def _is_news(one: Dossier, digest: int, place: writing.Place | None) -> bool:
    version = clock.to_ms(one.updated_at)
    return place is None or version > place.version or (version == place.version and digest != place.digest)


def digest_of(one: Dossier) -> int:
    """The same for the same content."""
    return int.from_bytes(hashlib.blake2b(_digest.encode(one), digest_size=8).digest(), "big")


def row_of(
    one: Dossier, facts: on_time.Facts, *, agency: int, procedure: int, source: int, simulated: bool
) -> dict[str, object]:
    """The row of `dossiers`: what judging needs beside what the source told."""
    began = facts.start or clock.to_ms(one.submitted_at or one.received_at or one.updated_at)
    raw = {
        name: clock.to_ms(moment) if moment else 0
        for name, moment in (
            ("submitted", one.submitted_at), ("received", one.received_at), ("promised", one.promised_at),
            ("completed", one.completed_at), ("returned", one.returned_at), ("ended", one.ended_at),
        )
    }  # fmt: skip
    judged = {
        "counted": int(facts.counted), "start": facts.start, "finish": facts.finish, "ended_as": facts.ended_as, "due": facts.due,
        "due_extended": facts.due_extended, "due_from": facts.due_from, "wait_from": facts.wait_from, "wait_to": facts.wait_to,
        "second": facts.second, "handling": facts.handling, "handling_units": facts.handling_units,
    }  # fmt: skip
    return raw | judged | {
        "closed": int(_is_over(one)), "agency": agency, "day": on_time.day_of(began), "hash": writing.hash_of(one.code),
        "code": one.code, "procedure": procedure, "state": int(one.state), "channel": int(one.channel or Channel.DIRECT),
        "flags": _flags(one, simulated), "fee": one.fee, "reused_parts": min(one.reused_parts, 65535),
        "applicant_kind": one.applicant_kind, "supplements": msgspec.json.encode(one.supplements).decode(),
        "steps": msgspec.json.encode(one.steps).decode(), "source": source, "version": clock.to_ms(one.updated_at), "deleted": 0,
    }  # fmt: skip


def _is_over(one: Dossier) -> bool:
    """Whether nothing more happens to it: also a dossier that was taken back before anybody received it."""
    return on_time.end_of(one)[0] is not None or one.state == 7


def _flags(one: Dossier, simulated: bool) -> int:
    # Plain numbers: an enumeration would take half of the time that a row takes.
    return (
        one.paid_online * _PAID
        | one.has_component_files * _FILES
        | one.has_digital_result * _RESULT
        | one.returns_paper * _PAPER
        | (one.reused_parts > 0) * _REUSED
        | one.shared * _SHARED
        | one.population_data * _POPULATION
        | one.synchronised * _SYNCHRONISED
        | one.complaint * _COMPLAINT
        | one.dislike * _DISLIKE
        | (one.fee > 0) * _FEE
        | (one.simulated or simulated) * _SIMULATED
    )


def _note(number: int, name: str, simulated: bool, stored: int) -> None:
    now = clock.now()
    feed, created = Feed.objects.get_or_create(
        pk=number, defaults={"name": name or "Nhập từ tệp", "simulated": simulated, "stored": stored, "stored_at": now}
    )
    if not created:
        Feed.objects.filter(pk=feed.pk).update(
            stored=F("stored") + stored, stored_at=now, **({"name": name} if name else {})
        )


def _alone(lock: int, work: Callable[[], _T]) -> _T:
    """Run `work` while no other process does the same: two writers would not see each other's places.

    A lock of the connection, not of a transaction: numbers of agencies and procedures must be committed before rows bear them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
    try:
        return work()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
