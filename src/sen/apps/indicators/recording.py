"""Recording values and definitions: each row checked on its own, the good ones kept, nothing ever overwritten."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators import policies, queries
from sen.apps.indicators.models import IndicatorDefinition, IndicatorValue, Status
from sen.apps.indicators.periods import Period, parse
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound, SenError
from sen.kernel.text import folded, normal

MAX_ROWS = 100_000
FEW_ROWS = 50
"""Above it the units of a day are read all at once instead of one by one."""

FINAL = (Status.OFFICIAL.value, Status.REVISED.value)
_STATUS_WORDS = {
    folded(word): status.value
    for status, words in {
        Status.ESTIMATED: ("estimated", "ước", "ước tính", "ước thực hiện"),
        Status.PRELIMINARY: ("preliminary", "sơ bộ"),
        Status.OFFICIAL: ("official", "chính thức"),
        Status.REVISED: ("revised", "điều chỉnh", "đã điều chỉnh"),
    }.items()
    for word in words
}


class ValueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One value as somebody hands it in; `value` is a number or the text of one. `unit_as_of` says which unit is meant where a code was borne by two in the
    period; without it the one standing on the period's last day counts, else the last one that stood in it."""

    code: str
    unit: str
    period: str
    value: str | float
    status: str = Status.PRELIMINARY.value
    source: str = ""
    note: str = ""
    unit_as_of: date | None = None


@dataclass(frozen=True)
class RowProblem:
    """Why a row (by its position from 0) was left out; `code` is stable, `message` for people."""

    index: int
    code: str
    message: str


@dataclass
class Recorded:
    """How many values were recorded, how many said what was known already, and what was wrong with the others."""

    recorded: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)


@transaction.atomic
def record_values(
    *, scope: Scope, rows: Sequence[ValueRow], by_hand: bool = True, simulated: bool = False, dry_run: bool = False
) -> Recorded:
    """Record values; a row that cannot be used is a problem and the rest goes on. One audit entry for all.

    A row equal to the value in force changes nothing. With `dry_run` nothing is written. Raises InvalidInput over MAX_ROWS rows.
    """
    require(scope, policies.RECORD)
    if len(rows) > MAX_ROWS:
        raise InvalidInput(
            _("Có hơn {n} dòng.").format(n=MAX_ROWS), action=_("Chia thành nhiều lần."), code="too_large"
        )
    done, reader, drafts = Recorded(), _Reader(scope, many=len(rows) > FEW_ROWS), list[tuple[int, IndicatorValue]]()
    seen: set[tuple[UUID, UUID, str]] = set()
    for index, row in enumerate(rows):
        try:
            draft = reader.read(row, by_hand=by_hand, simulated=simulated)
            key = (draft.definition_id, draft.unit_id, draft.period)
            if key in seen:
                raise InvalidInput(
                    _("Trùng đơn vị {unit} và {period} với một dòng trước.").format(unit=row.unit, period=row.period),
                    code="duplicate",
                )
            seen.add(key)
            drafts.append((index, draft))
        except SenError as error:
            done.problems.append(RowProblem(index, error.code, f"{error.message} {error.action}".strip()))
    fresh = _without_known(drafts, done)
    done.recorded = len(fresh)
    if fresh and not dry_run:
        IndicatorValue.objects.bulk_create(fresh, batch_size=2000)
        detail = {"count": len(fresh), "codes": sorted({row.code for row in rows})[:20], "refused": len(done.problems)}
        audit.record(
            scope=scope, action="indicators.record", object_type="indicator", object_id=fresh[0].definition.code,
            unit_id=fresh[0].unit_id if len({one.unit_id for one in fresh}) == 1 else None, detail=detail,
        )  # fmt: skip
    done.problems.sort(key=lambda problem: problem.index)
    return done


def keep_approved(
    *,
    scope: Scope,
    unit_id: UUID,
    period: Period,
    figures: Mapping[str, tuple[float, str]],
    status: str,
    source: str,
    recorded_by: str,
    simulated: bool,
) -> list[UUID]:
    """Figures of a sheet (code → value and note) that were approved, in the caller's transaction; the values that say something new.

    What is in force and differs is followed by a revision, whatever it was. Who may approve was asked by the caller.
    """
    wanted = {
        row.code: row for row in IndicatorDefinition.objects.filter(code__in=list(figures), active=True, formula="")
    }
    known = queries.in_force_of((one.pk, unit_id, period.key) for one in wanted.values())
    now, fresh = clock.now(), list[IndicatorValue]()
    for code, definition in wanted.items():
        value, note = figures[code]
        before = known.get((definition.pk, unit_id, period.key))
        if before and before.value == value and (before.status == status or before.status in FINAL):
            continue
        changed = before is not None and before.value != value
        fresh.append(
            IndicatorValue(
                definition=definition, unit_id=unit_id, period=period.key, period_start=period.start, value=value,
                status=Status.REVISED.value if changed else status, by_hand=True, simulated=simulated, source=source[:300],
                note=note, recorded_by=recorded_by, recorded_at=now,
            )
        )  # fmt: skip
    IndicatorValue.objects.bulk_create(fresh)
    return [one.pk for one in fresh]


def take_approved_back(value_ids: Collection[UUID]) -> None:
    """Take values out of force that an approval recorded a moment ago by mistake, in the caller's transaction; what was before them counts.

    Raises Conflict where a newer value of the same unit and period rests on one of them.
    """
    rows = list(IndicatorValue.objects.select_for_update().filter(pk__in=list(value_ids)))
    now = queries.in_force_of((one.definition_id, one.unit_id, one.period) for one in rows)
    if any(now[one.definition_id, one.unit_id, one.period].pk != one.pk for one in rows):
        raise Conflict(_("Đã có số mới hơn cho cùng kỳ."), action=_("Mở đính chính ở từng phiếu."), code="newer_value")
    IndicatorValue.objects.filter(pk__in=[one.pk for one in rows]).delete()


def _without_known(drafts: list[tuple[int, IndicatorValue]], done: Recorded) -> list[IndicatorValue]:
    """The drafts that say something new. After an official value only a revision may follow."""
    known = queries.in_force_of((one.definition_id, one.unit_id, one.period) for _index, one in drafts)
    fresh: list[IndicatorValue] = []
    for index, draft in drafts:
        before = known.get((draft.definition_id, draft.unit_id, draft.period))
        if before and (before.value, before.status) == (draft.value, draft.status):
            done.unchanged += 1
        elif before and before.status in FINAL and draft.status != Status.REVISED.value:
            message = _("Kỳ này đã có số chính thức {value:g}.").format(value=before.value)
            action = _("Ghi số mới với trạng thái “đã điều chỉnh” và nêu lý do.")
            done.problems.append(RowProblem(index, "already_official", f"{message} {action}"))
        else:
            fresh.append(draft)
    return fresh


class _Reader:
    """Turns rows into values, remembering what it looked up."""

    def __init__(self, scope: Scope, *, many: bool) -> None:
        self.scope = scope
        self.many = many
        self.by_day: dict[date, dict[str, organisations.UnitRef]] = {}
        self.now = clock.now()
        self.definitions = {row.code: row for row in IndicatorDefinition.objects.filter(active=True)}
        self.units: dict[tuple[str, Period, date | None], organisations.UnitRef] = {}

    def read(self, row: ValueRow, *, by_hand: bool, simulated: bool) -> IndicatorValue:
        definition = self.definitions.get(row.code.strip())
        if definition is None:
            raise InvalidInput(_("Không có chỉ tiêu mã “{code}”.").format(code=row.code), code="unknown_code")
        if definition.formula:
            raise InvalidInput(_("Chỉ tiêu “{code}” được tính từ công thức.").format(code=row.code), code="computed")
        period = parse(row.period, definition.period)
        if period.start > clock.local(self.now).date():
            raise InvalidInput(_("Kỳ {period} chưa bắt đầu.").format(period=period.words), code="future_period")
        unit = self._unit(row, period)
        require(self.scope, policies.RECORD, unit.id)
        status = _STATUS_WORDS.get(folded(row.status))
        if status is None:
            raise InvalidInput(
                _("Không rõ trạng thái “{status}”.").format(status=row.status),
                action=_("Dùng: ước tính, sơ bộ, chính thức, đã điều chỉnh."), code="unknown_status",
            )  # fmt: skip
        if not row.source.strip():
            raise InvalidInput(
                _("Thiếu nguồn của số liệu."), action=_("Ghi báo cáo hoặc hệ thống đã cho số này."), code="no_source"
            )
        return IndicatorValue(
            definition=definition, unit_id=unit.id, period=period.key, period_start=period.start, value=number_of(row.value),
            status=status, by_hand=by_hand, simulated=simulated, source=normal(row.source)[:300], note=normal(row.note)[:1000],
            recorded_by=self.scope.username, recorded_at=self.now,
        )  # fmt: skip

    def _unit(self, row: ValueRow, period: Period) -> organisations.UnitRef:
        key = (row.unit.strip(), period, row.unit_as_of)
        if key not in self.units:
            self.units[key] = self._found(*key)
        return self.units[key]

    def _found(self, code: str, period: Period, as_of: date | None) -> organisations.UnitRef:
        if as_of and not period.start <= as_of < period.end:
            raise InvalidInput(_("Ngày chọn cây đơn vị nằm ngoài kỳ."), code="unknown_unit")
        # A unit that ended within the period may report for it, so the first day is tried after the last.
        for day in (as_of,) if as_of else (period.last_day, period.start):
            if found := self._on(day, code):
                return found
        raise InvalidInput(
            _("Không có đơn vị mã “{code}” trong {period}.").format(code=code, period=period.words),
            action=_("Kiểm tra mã; sau sắp xếp 01/07/2025 mã cũ có thể đã thôi dùng."), code="unknown_unit",
        )  # fmt: skip

    def _on(self, day: date, code: str) -> organisations.UnitRef | None:
        """The unit that bore a code on a day."""
        if not self.many:
            try:
                return organisations.unit(code, as_of=day)
            except NotFound:
                return None
        if day not in self.by_day:
            self.by_day[day] = organisations.units_on(day)
        return self.by_day[day].get(code)


def number_of(given: str | float) -> float:
    """`1.234,5`, `1234.5`, `1 234,5` → 1234.5. One separator followed by exactly three digits is refused: it says two things.

    Raises InvalidInput.
    """
    if not isinstance(given, str):
        if math.isfinite(given):
            return float(given)
        raise InvalidInput(_("Giá trị không phải là số hữu hạn."), code="not_a_number")
    text = given
    plain = "".join(text.split()).replace("\u00a0", "").replace("−", "-")
    unsigned = plain.lstrip("+-")
    commas, points = unsigned.count(","), unsigned.count(".")
    if commas + points == 1 and len(unsigned.replace(",", ".").split(".")[1]) == 3 and unsigned[:1] != "0":
        raise InvalidInput(
            _("Số “{text}” có thể hiểu theo hai cách.").format(text=text), action=_("Bỏ dấu phân cách hàng nghìn."), code="ambiguous_number"
        )  # fmt: skip
    if commas and points:
        last = max(plain.rfind(","), plain.rfind("."))
        plain = plain[:last].replace(",", "").replace(".", "") + "." + plain[last + 1 :]
    elif commas > 1 or points > 1:
        plain = plain.replace(",", "").replace(".", "")
    else:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not set(plain) <= set("+-.0123456789eE"):
        raise InvalidInput(
            _("“{text}” không phải là số.").format(text=text[:40]),
            action=_("Ô giá trị chỉ chứa số."),
            code="not_a_number",
        )
    return value


@transaction.atomic
def define(*, scope: Scope, code: str, name: str, period: str, **facts: Any) -> IndicatorDefinition:
    """Define the province's own indicator, or change one; `facts` are the other fields of IndicatorDefinition."""
    require(scope, policies.DEFINE)
    before = IndicatorDefinition.objects.filter(code=code).first()
    if before and before.period != period and before.values.exists():
        raise InvalidInput(_("Chỉ tiêu đã có số liệu, không đổi được kỳ báo cáo."), action=_("Tạo mã mới."))
    row, _created = IndicatorDefinition.objects.update_or_create(
        code=code, defaults={"name": name, "period": period, **facts}
    )
    audit.record(
        scope=scope,
        action="indicators.define",
        object_type="indicator",
        object_id=code,
        unit_id=None,
        detail={"name": name},
    )
    return row


def register_pack_indicators() -> int:
    """Take over the definitions of all packs; how many. The province's own with the same code win; those gone are kept."""
    own = set(IndicatorDefinition.objects.filter(pack="").values_list("code", flat=True))
    taken = [one for one in _pack_indicators() if one.code not in own]
    rows = [IndicatorDefinition(**{name: getattr(one, name) for name in _PACK_FIELDS}) for one in taken]
    IndicatorDefinition.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[name for name in _PACK_FIELDS if name != "code"],
    )
    return len(rows)


_PACK_FIELDS = (
    "code", "name", "name_en", "unit_label", "decimals", "direction", "period", "cumulative", "across_units", "weight", "formula",
    "source_agency", "due_day", "source", "pack",
)  # fmt: skip


def _pack_indicators() -> Iterable[Any]:
    return packs.indicators().values()
