"""A roster as a table: out as CSV or Excel, in again with every mistake by line. All lines are taken or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from xlsxwriter import Workbook

from sen.apps.access.interface import Scope, require
from sen.apps.shifts import policies, roster, roster_view
from sen.apps.shifts.models import RosterEdit
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = ("post", "turn", "starts", "ends", "person", "note")
MOST_LINES = 3000
_FORMATS = ("%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S")


class BadTable(InvalidInput):
    """A table that was not taken; `problems` are (line, words)."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(
            _("Bảng có dòng sai; chưa dòng nào được nhận."), action=_("Sửa các dòng được nêu rồi gửi lại.")
        )
        self.problems = list(problems)


def export(scope: Scope, unit_id: UUID, first: date, days: int, form: str) -> bytes:
    """The duties that begin in the period, as the same columns that `take_in` reads. NotFound."""
    require(scope, policies.VIEW)
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    start = roster.day_start(first)
    rows = [
        (duty.post.name, duty.turn, _local(duty.starts_at), _local(duty.ends_at), str(duty.person), duty.note)
        for duty in roster_view.duties_between(unit_id, start, start + timedelta(days=days))
        if duty.starts_at >= start
    ]
    return _csv(rows) if form == "csv" else _excel(rows)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    # A cell that a spreadsheet would take for a formula is written as text.
    table.writerows([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _excel(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("roster")
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, row)
    sheet.set_column(0, 5, 22)
    book.close()
    return out.getvalue()


def _local(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"


def take_in(scope: Scope, unit_id: UUID, name: str, content: bytes) -> RosterEdit:
    """Put the duties of a table on the roster; what is there already stays. Raises BadTable, NotFound, Forbidden, InvalidInput."""
    roster.require_edit(scope, unit_id)
    posts = {post.name.casefold(): post for post in roster_view.posts_of(unit_id)}
    people: dict[str, list[UUID]] = {}
    for person, full_name in roster_view.people_for(unit_id):
        people.setdefault(full_name.casefold(), []).append(person)
    placings, problems = [], []
    for number, row in _rows(name, content):
        try:
            placings.append(_placing(row, posts, people))
        except ValueError as error:
            problems.append((number, str(error)))
    if problems:
        raise BadTable(problems[:200])
    return roster.place(
        scope=scope, unit_id=unit_id, placings=placings, words=_("Nhập bảng {name}").format(name=name[:80])
    )


def _placing(row: dict[str, Any], posts: dict[str, Any], people: dict[str, list[UUID]]) -> roster.Placing:
    """A line as a placing; ValueError says what is wrong with it."""
    post = posts.get(_text(row, "post").casefold())
    if post is None:
        raise ValueError(_("không có chỗ trực “{name}”").format(name=_text(row, "post")))
    found = people.get(_text(row, "person").casefold(), [])
    if len(found) != 1:
        words = _("có nhiều người tên “{name}”") if found else _("đơn vị không có người tên “{name}”")
        raise ValueError(words.format(name=_text(row, "person")))
    starts_at, ends_at = _moment(row, "starts"), _moment(row, "ends")
    if not timedelta(0) < ends_at - starts_at <= timedelta(hours=72):
        raise ValueError(_("giờ kết thúc phải sau giờ bắt đầu, không quá 72 giờ"))
    return roster.Placing(
        post.pk, found[0], starts_at, ends_at, _text(row, "turn")[:40] or post.name[:40], _text(row, "note")[:200]
    )


def _text(row: dict[str, Any], column: str) -> str:
    return str(row.get(column) or "").strip().removeprefix("'")


def _moment(row: dict[str, Any], column: str) -> datetime:
    value = row.get(column)
    if isinstance(value, datetime):
        return value.replace(tzinfo=clock.VIETNAM)
    for form in _FORMATS:
        try:
            return datetime.strptime(_text(row, column), form).replace(tzinfo=clock.VIETNAM)
        except ValueError:
            continue
    raise ValueError(_("giờ “{text}” không đọc được; ví dụ 2026-11-22 06:00").format(text=_text(row, column)))


def _rows(name: str, content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """(line number, cells by column) of a CSV or Excel file. Raises InvalidInput."""
    try:
        lines = _excel_lines(content) if name.lower().endswith(".xlsx") else _csv_lines(content)
    except Exception as error:
        raise InvalidInput(_("Không đọc được tệp."), action=_("Gửi tệp .csv (UTF-8) hoặc .xlsx.")) from error
    heads = [str(cell or "").strip().lower() for cell in lines[0]] if lines else []
    missing = [column for column in ("post", "starts", "ends", "person") if column not in heads]
    if missing:
        raise InvalidInput(
            _("Thiếu cột {names}.").format(names=", ".join(missing)), action=_("Xuất một bảng để xem mẫu.")
        )
    if len(lines) - 1 > MOST_LINES:
        raise InvalidInput(_("Bảng có hơn {n} dòng.").format(n=MOST_LINES), action=_("Chia thành nhiều bảng."))
    return [
        (number, dict(zip(heads, line, strict=False))) for number, line in enumerate(lines[1:], 2) if any(cell not in (None, "") for cell in line)
    ]  # fmt: skip


def _csv_lines(content: bytes) -> list[Sequence[Any]]:
    text = content.decode("utf-8-sig")
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    return list(csv.reader(io.StringIO(text), delimiter=separator))


def _excel_lines(content: bytes) -> list[Sequence[Any]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        return [row for _number, row in zip(range(MOST_LINES + 2), sheet.iter_rows(values_only=True), strict=False)]
    finally:
        book.close()
