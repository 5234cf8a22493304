"""Every write to working calendars: own days, office hours, complete years; each change audited, and taken back as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.audit import interface as audit
from sen.apps.organisations.models import CalendarChange, CompleteYear, OfficeHours, Unit, WorkingDay
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.scopes import Scope, require
from sen.kernel.text import normal

CHANGE = "organisations.change_working_days"
MOST_ROWS = 400
FIRST_YEAR, LAST_YEAR = 2000, 2100
_KEPT = (WorkingDay, OfficeHours, CompleteYear)
_KINDS = {"nghỉ": False, "rest": False, "holiday": False, "làm": True, "làm bù": True, "working": True}


class DayIn(msgspec.Struct, frozen=True):
    """A day on which a unit differs from the calendar above it."""

    day: date
    working: bool
    name: str


@transaction.atomic
def keep_days(
    *,
    scope: Scope,
    unit_id: UUID,
    days: Sequence[DayIn],
    source: str,
    verified: bool = False,
    complete_year: int | None = None,
) -> CalendarChange:
    """Write days of rest or of work for a unit; a day written before is replaced. `complete_year` says that a year is now all on file.

    Raises Forbidden, NotFound, and InvalidInput with `fields` (no source, no day, the same day twice, a year out of 2000–2100).
    """
    unit = _unit(scope, unit_id)
    words = _named(source)
    names = [normal(one.name)[:200] for one in days]
    seen = [one.day for one in days]
    if not days and complete_year is None:
        raise InvalidInput(
            _("Chưa có ngày nào."), action=_("Thêm ít nhất một ngày."), fields={"days": _("Thêm ít nhất một ngày.")}
        )
    if len(days) > MOST_ROWS or len(set(seen)) != len(seen):
        raise InvalidInput(
            _("Danh sách có ngày trùng nhau hoặc quá dài."), action=_("Mỗi ngày một dòng, tối đa {n} dòng.").format(n=MOST_ROWS),
            fields={"days": _("Bỏ dòng trùng.")},
        )  # fmt: skip
    years = {day.year for day in seen} | ({complete_year} if complete_year is not None else set())
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years) or not all(names):
        raise InvalidInput(
            _("Ngày phải từ năm 2000 đến 2100 và có tên."),
            action=_("Sửa dòng được nêu."),
            fields={"days": _("Sửa ngày hoặc tên.")},
        )
    said = ngettext("{n} ngày theo {source}", "{n} ngày theo {source}", len(days)).format(n=len(days), source=words)
    change = _change(scope, unit, said)
    WorkingDay.objects.filter(unit=unit, day__in=seen, ended_in=None).update(ended_in=change)
    WorkingDay.objects.bulk_create(
        WorkingDay(
            unit=unit, day=one.day, working=one.working, name=name, source=words, verified=verified, made_in=change
        )
        for one, name in zip(days, names, strict=True)
    )
    if complete_year is not None:
        CompleteYear.objects.filter(unit=unit, year=complete_year, ended_in=None).update(ended_in=change)
        CompleteYear.objects.create(unit=unit, year=complete_year, source=words, verified=verified, made_in=change)
    detail = {"days": [str(day) for day in seen], "source": words, "complete_year": complete_year, "change": change.pk}
    return _record(scope, "keep_working_days", unit, change, detail)


@transaction.atomic
def drop_day(*, scope: Scope, unit_id: UUID, day: date) -> CalendarChange:
    """Take back a unit's own word about a day, so that the calendar above holds again. Raises Forbidden, NotFound."""
    unit = _unit(scope, unit_id)
    held = WorkingDay.objects.select_for_update().filter(unit=unit, day=day, ended_in=None).first()
    if held is None:
        raise NotFound(_("Đơn vị không ghi ngày này."), action=_("Tải lại trang để xem các ngày đang có hiệu lực."))
    change = _change(scope, unit, _("Bỏ ngày {day} ({name})").format(day=f"{day:%d/%m/%Y}", name=held.name))
    held.ended_in = change
    held.save(update_fields=["ended_in"])
    return _record(scope, "drop_working_day", unit, change, {"day": str(day), "change": change.pk})


@transaction.atomic
def keep_hours(
    *,
    scope: Scope,
    unit_id: UUID,
    valid_from: date,
    spans: Sequence[tuple[str, str]] | None,
    source: str,
    verified: bool = False,
) -> CalendarChange:
    """Set the office hours of a unit from a day on; `spans` None = as the unit above from that day. Replaces what began on that day.

    Raises Forbidden, NotFound, and InvalidInput with `fields` where hours overlap or are no times of day.
    """
    unit = _unit(scope, unit_id)
    words = _named(source)
    stored = _spans(spans) if spans is not None else None
    if not FIRST_YEAR <= valid_from.year <= LAST_YEAR:
        raise InvalidInput(
            _("Ngày phải từ năm 2000 đến 2100."), action=_("Sửa ngày bắt đầu."), fields={"valid_from": _("Sửa ngày.")}
        )
    shown = ", ".join("–".join(span) for span in stored) if stored else _("như đơn vị cấp trên")
    change = _change(
        scope,
        unit,
        _("Giờ làm việc từ {day}: {hours}").format(day=f"{valid_from:%d/%m/%Y}", hours=shown or _("đóng cửa")),
    )
    OfficeHours.objects.filter(unit=unit, valid_from=valid_from, ended_in=None).update(ended_in=change)
    OfficeHours.objects.create(
        unit=unit, valid_from=valid_from, spans=stored, source=words, verified=verified, made_in=change
    )
    detail = {"valid_from": str(valid_from), "spans": stored, "source": words, "change": change.pk}
    return _record(scope, "keep_office_hours", unit, change, detail)


@transaction.atomic
def undo(*, scope: Scope, change_id: int) -> CalendarChange:
    """Take back all that one change wrote and put back what it replaced.

    Raises NotFound, Forbidden, and Conflict where it was undone already or a later change wrote over it.
    """
    held = CalendarChange.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=change_id).first()
    if held is None:
        raise NotFound(_("Không tìm thấy lần thay đổi này."), action=_("Tải lại trang."))
    require(scope, CHANGE, held.unit_id)
    if CalendarChange.objects.filter(undoes=held).exists():
        raise Conflict(_("Lần thay đổi này đã được hoàn tác."), action=_("Tải lại trang."), code="already_undone")
    change = _change(scope, held.unit, _("Hoàn tác: {words}").format(words=held.words), undoes=held)
    over = any(model.objects.filter(made_in=held).exclude(ended_in=None).exists() for model in _KEPT)
    if over or not _put_back(held, change):
        raise Conflict(
            _("Đã có thay đổi sau ghi đè lên lần này."),
            action=_("Hoàn tác lần thay đổi sau trước."),
            code="written_over",
        )
    return _record(scope, "undo_working_days", held.unit, change, {"undone": held.pk})


def _put_back(held: CalendarChange, change: CalendarChange) -> bool:
    """Whether what a change ended could be put in force again: not where something newer stands in its place."""
    try:
        with transaction.atomic():
            for model in _KEPT:
                model.objects.filter(made_in=held).update(ended_in=change)
                model.objects.filter(ended_in=held).update(ended_in=None)
    except IntegrityError:
        return False
    return True


def read_days(text: str) -> tuple[list[DayIn], list[str]]:
    """Pasted rows `day ; nghỉ|làm ; name` (also tab or comma) → the days, and for each line that is none why not. Nothing is written."""
    found: list[DayIn] = []
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        separator = next((one for one in "\t;," if one in line), ";")
        cells = [normal(cell) for cell in next(csv.reader(io.StringIO(line), delimiter=separator))]
        day = _day(cells[0])
        working = _KINDS.get(cells[1].lower()) if len(cells) > 1 else None
        if day is None:
            problems.append(
                _("Dòng {n}: “{cell}” không phải ngày dạng 31/12/2026.").format(n=number, cell=cells[0][:40])
            )
        elif working is None:
            problems.append(_("Dòng {n}: cột thứ hai phải là “nghỉ” hoặc “làm bù”.").format(n=number))
        elif len(cells) < 3 or not cells[2]:
            problems.append(_("Dòng {n}: thiếu tên ngày ở cột thứ ba.").format(n=number))
        else:
            found.append(DayIn(day, working, cells[2]))
    return found, problems


def _day(text: str) -> date | None:
    try:
        if "/" in text:
            day, month, year = text.split("/")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text)
    except ValueError:
        return None


def _spans(spans: Sequence[tuple[str, str]]) -> list[list[str]]:
    try:
        edges = [time.fromisoformat(edge) for span in spans for edge in span]
    except ValueError:
        edges = [time(1), time(0)]
    if any(later <= earlier for earlier, later in pairwise(edges)) or len(spans) > 6:
        raise InvalidInput(
            _("Giờ làm việc chồng nhau hoặc kết thúc trước khi bắt đầu."), action=_("Viết các khoảng theo thứ tự, ví dụ 07:30–11:30."),
            fields={"spans": _("Sửa giờ.")},
        )  # fmt: skip
    texts = [f"{edge:%H:%M}" for edge in edges]
    return [list(pair) for pair in zip(texts[::2], texts[1::2], strict=True)]


def _named(source: str) -> str:
    words = normal(source)[:300]
    if not words:
        raise InvalidInput(
            _("Chưa ghi căn cứ."),
            action=_("Ghi số, ký hiệu văn bản hoặc người thông báo."),
            fields={"source": _("Ghi căn cứ.")},
        )
    return words


def _unit(scope: Scope, unit_id: UUID) -> Unit:
    require(scope, CHANGE, unit_id)
    found = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy đơn vị."))
    return found


def _change(scope: Scope, unit: Unit, words: str, undoes: CalendarChange | None = None) -> CalendarChange:
    return CalendarChange.objects.create(
        unit=unit, words=words[:300], made_by=scope.username, made_at=clock.now(), undoes=undoes
    )


def _record(scope: Scope, action: str, unit: Unit, change: CalendarChange, detail: dict[str, Any]) -> CalendarChange:
    audit.record(
        scope=scope,
        action=f"organisations.{action}",
        object_type="unit",
        object_id=unit.code,
        unit_id=unit.pk,
        detail=detail,
    )
    return change
