"""Single dossiers and lists of them, without personal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import agencies, catalogue, masking, policies
from sen.apps.procedures.figures import Seen, seen_by
from sen.apps.procedures.models import Agency, Feed, Procedure
from sen.apps.procedures.on_time import BY_PROMISE, BY_STATUTE, DONE, LATE, OPEN, UNJUDGED, WAITING, WITHDRAWN
from sen.apps.procedures.on_time_sql import standing_at
from sen.apps.procedures.storage import reading
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.storage.schema import Flag
from sen.apps.procedures.values import (
    Bucket,
    Channel,
    DossierDetail,
    DossierFilter,
    DossierLine,
    Page,
    Personal,
    State,
    StateChange,
    Step,
    Supplement,
)
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

MOST = 500
_DAY_MS = 86_400_000
_FROM = {BY_PROMISE: "promise", BY_STATUTE: "statute"}
_STANDINGS_OF = {
    Bucket.IN_TIME: (1,), Bucket.OVERDUE: (2,), Bucket.WITHOUT_DUE: (3, 9), Bucket.WAITING_SUPPLEMENT: (4, 5, 6),
    Bucket.DONE_ON_TIME: (7,), Bucket.DONE_LATE: (8,), Bucket.WITHDRAWN: (10, 11, 12),
}  # fmt: skip
_OPEN_BUCKETS = frozenset({Bucket.IN_TIME, Bucket.OVERDUE, Bucket.WAITING_SUPPLEMENT})


def dossiers(scope: Scope | None, wanted: DossierFilter, cursor: str | None = None, limit: int = 50) -> Page:
    """See interface.dossiers."""
    scope = require(scope, policies.LIST)
    seen = seen_by(scope, wanted.unit_id)
    now, limit = clock.now_ms(), max(1, min(limit, MOST))
    where, parameters = _where(wanted, seen, now)
    found = reading.page(engine(), where, limit + 1, now, _position(cursor), parameters=parameters)
    more = found[limit - 1] if len(found) > limit else None
    return Page(to_lines(found[:limit], seen, now), f"{more['day_number']}.{more['hash']}" if more else None)


def longest_waiting(
    scope: Scope | None, unit_id: UUID | None, limit: int = 20, *, procedure: int | None = None
) -> list[DossierLine]:
    """See interface.longest_waiting; `procedure`: those of one procedure, by its number."""
    scope = require(scope, policies.LIST)
    seen, now = seen_by(scope, unit_id), clock.now_ms()
    these = reading.open_where(seen.agencies) + reading.of_procedure(procedure)
    where = f"{these} AND {standing_at(str(now))} IN (1, 2, 3)"
    return to_lines(reading.lines(engine(), where, "start, hash", min(limit, MOST), now), seen, now)


def dossier(scope: Scope | None, code: str) -> DossierDetail:
    """See interface.dossier."""
    scope = require(scope, policies.LIST)
    now = clock.now_ms()
    row, seen = visible(scope, code, now)
    unit_id = seen.unit_of.get(row["agency"])
    line = to_lines([row], seen, now)[0]
    feed = Feed.objects.filter(pk=row["source"]).first()
    procedure = Procedure.objects.get(pk=row["procedure"])
    flags = Flag(row["flags"])
    return DossierDetail(
        line=line, field=procedure.field, level=procedure.level, applicant_kind=row["applicant_kind"], personal=masking.masked(code),
        due_from=_FROM.get(row["due_from"], "none"), why=why(row, now), submitted_at=_moment(row["submitted"]),
        promised_at=_moment(row["promised"]), completed_at=_moment(row["completed"]), returned_at=_moment(row["returned"]),
        ended_at=_moment(row["ended"]), supplements=msgspec.json.decode(row["supplements"], type=list[Supplement]),
        steps=msgspec.json.decode(row["steps"], type=list[Step]),
        history=[StateChange(State(state), clock.from_ms(at)) for state, at in reading.history(engine(), code)],
        fee=row["fee"], paid_online=Flag.PAID_ONLINE in flags, has_component_files=Flag.COMPONENT_FILES in flags,
        has_digital_result=Flag.DIGITAL_RESULT in flags, returns_paper=Flag.RETURNS_PAPER in flags, reused_parts=row["reused_parts"],
        shared=Flag.SHARED in flags, population_data=Flag.POPULATION_DATA in flags, synchronised=Flag.SYNCHRONISED in flags,
        complaint=Flag.COMPLAINT in flags, dislike=Flag.DISLIKE in flags, source=feed.name if feed else "",
        may_unmask=scope.allows(policies.UNMASK, unit_id),
    )  # fmt: skip


def unmask(*, scope: Scope, code: str, reason: str) -> Personal:
    """See interface.unmask."""
    require(scope, policies.LIST)
    row, seen = visible(scope, code, clock.now_ms())
    return masking.shown(scope=scope, code=code, unit_id=seen.unit_of.get(row["agency"]), reason=reason)


def visible(scope: Scope, code: str, now: int) -> tuple[dict[str, Any], Seen]:
    """The whole row of a dossier that the scope sees. NotFound for one that is not there or not the scope's."""
    row = reading.whole(engine(), code, now)
    unit_of = agencies.units()
    if row is None or not scope.sees(unit_of.get(row["agency"])):
        raise NotFound(_("Không tìm thấy hồ sơ."), action=_("Kiểm tra lại mã hồ sơ."))
    return row, Seen([row["agency"]], unit_of)


def to_lines(found: Sequence[dict[str, Any]], seen: Seen, now: int) -> list[DossierLine]:
    """Rows as lines, with the names of units and procedures; three statements for all."""
    named = catalogue.by_number(row["procedure"] for row in found)
    units = organisations.units_by_id({unit for row in found if (unit := seen.unit_of.get(row["agency"]))})
    written = dict(Agency.objects.filter(pk__in={row["agency"] for row in found}).values_list("pk", "written"))
    return [
        DossierLine(
            code=row["code"], procedure=named[row["procedure"]].code, procedure_name=named[row["procedure"]].name,
            unit=units.get(seen.unit_of.get(row["agency"])), agency=written.get(row["agency"], ""),  # type: ignore[arg-type]
            state=State(row["state"]), channel=Channel(row["channel"]), received_at=_moment(row["received"]),
            due_at=_moment(_due(row, now)), finished_at=_moment(row["finish"]), bucket=bucket_of(row["standing"]),
            days_late=_days_late(row, now), waiting_since=_moment(row["wait_from"]) if bucket_of(row["standing"]) == Bucket.WAITING_SUPPLEMENT
            else None, updated_at=clock.from_ms(row["version"]), simulated=bool(row["flags"] & Flag.SIMULATED),
        )
        for row in found
    ]  # fmt: skip


def bucket_of(standing: int) -> Bucket:
    """The bucket of a standing; what does not count yet is in time without a due day."""
    return next((bucket for bucket, standings in _STANDINGS_OF.items() if standing in standings), Bucket.WITHOUT_DUE)


def why(row: dict[str, Any], now: int) -> str:
    """Why a dossier stands where it stands, in a sentence."""
    standing = row["standing"]
    if standing == 0:
        return _("Chưa được tiếp nhận nên chưa tính thời hạn.")
    phase, verdict = divmod(standing - 1, 3)
    if verdict == UNJUDGED:
        return _("Không có ngày hẹn trả và chưa biết thời hạn theo quy định của thủ tục.")
    if verdict == LATE and row["second"] and row["second"] <= (row["finish"] or now):
        return _("Đã yêu cầu bổ sung nhiều hơn một lần nên tính là quá hạn.")
    moment = {OPEN: now, WAITING: row["wait_from"], DONE: row["finish"], WITHDRAWN: row["finish"]}[phase]
    words = {
        OPEN: _("Đang giải quyết"), WAITING: _("Tính đến lúc yêu cầu bổ sung"), DONE: _("Kết thúc"), WITHDRAWN: _("Công dân rút"),
    }[phase]  # fmt: skip
    verdict_words = _("sau hạn") if verdict == LATE else _("trong hạn")
    extended = row["wait_to"] and row["wait_to"] <= moment
    added = _(" (hạn đã cộng thời gian bổ sung giấy tờ)") if extended else ""
    return _("{what} lúc {at}, {verdict} {due}{added}.").format(
        what=words, at=_written(moment), verdict=verdict_words, due=_written(_due(row, now)), added=added
    )


def _where(wanted: DossierFilter, seen: Seen, now: int) -> tuple[str, dict[str, str]]:
    parts, parameters = ["1" + reading.in_agencies(seen.agencies)], {}
    if wanted.procedure:
        number = Procedure.objects.filter(code=wanted.procedure).values_list("pk", flat=True).first()
        parts.append(f"procedure = {number or 0}")
    if wanted.states:
        parts.append(f"state IN ({','.join(str(int(State(state))) for state in _known_states(wanted.states))})")
    if wanted.channel is not None:
        parts.append(f"channel = {int(wanted.channel)}")
    if wanted.open is not None or wanted.bucket in _OPEN_BUCKETS:
        parts.append(f"closed = {0 if wanted.open or wanted.bucket in _OPEN_BUCKETS else 1}")
    if wanted.bucket is not None:
        parts.append(f"{standing_at(str(now))} IN ({','.join(str(number) for number in _STANDINGS_OF[wanted.bucket])})")
    if wanted.received_from is not None:
        parts.append(f"received >= {clock.to_ms(wanted.received_from)}")
    if wanted.received_until is not None:
        parts.append(f"received < {clock.to_ms(wanted.received_until)} AND received != 0")
    if wanted.q.strip():
        parts.append("startsWith(code, {q:String})")
        parameters["q"] = wanted.q.strip()
    return " AND ".join(parts), parameters


def _known_states(states: Sequence[int]) -> Sequence[int]:
    if not set(states) <= {int(state) for state in State}:
        raise InvalidInput(
            _("Không có trạng thái hồ sơ này."), action=_("Dùng các trạng thái từ 1 đến 10."), fields={"states": "1–10"}
        )
    return states


def _position(cursor: str | None) -> tuple[int, int] | None:
    if not cursor:
        return None
    day, _point, number = cursor.partition(".")
    if not (day.isdigit() and number.isdigit()):
        raise InvalidInput(_("Vị trí trang không hợp lệ."), action=_("Mở lại từ trang đầu."), code="bad_cursor")
    return int(day), int(number)


def _due(row: dict[str, Any], now: int) -> int:
    moment = row["finish"] or now
    return int(row["due_extended"] if row["wait_to"] and row["wait_to"] <= moment else row["due"])


def _days_late(row: dict[str, Any], now: int) -> float | None:
    due = _due(row, now)
    if not due or not row["standing"]:
        return None
    waiting = 4 <= row["standing"] <= 6
    return round(((row["finish"] or (row["wait_from"] if waiting else now)) - due) / _DAY_MS, 2)


def _moment(ms: int) -> Any:
    return clock.from_ms(ms) if ms else None


def _written(ms: int) -> str:
    return f"{clock.local(clock.from_ms(ms)):%H:%M %d/%m/%Y}"
