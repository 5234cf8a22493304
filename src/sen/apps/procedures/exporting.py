"""Lists of dossiers as files. No personal data is in them, whoever asks; the export itself is on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.procedures import listing, policies, words
from sen.apps.procedures.values import DossierFilter, DossierLine
from sen.kernel import clock
from sen.kernel.errors import InvalidInput

MOST = 50_000
"""Rows of one file; who needs more narrows the filter."""


def heads() -> list[str]:
    """The first row."""
    return [
        _("Mã hồ sơ"), _("Mã thủ tục"), _("Thủ tục"), _("Mã đơn vị"), _("Đơn vị"), _("Trạng thái"), _("Hình thức nộp"), _("Tiếp nhận"),
        _("Hạn trả"), _("Kết thúc"), _("Tình trạng hạn"), _("Số ngày quá hạn"), _("Cập nhật"), _("Mô phỏng"),
    ]  # fmt: skip


def lines(scope: Scope, wanted: DossierFilter) -> Iterator[DossierLine]:
    """Every dossier of the filter, in pages."""
    cursor: str | None = None
    read = 0
    while True:
        page = listing.dossiers(scope, wanted, cursor, listing.MOST)
        yield from page.lines
        read += len(page.lines)
        cursor = page.cursor
        if cursor is None:
            return
        if read >= MOST:
            raise InvalidInput(
                _("Danh sách có hơn {n} hồ sơ.").format(n=MOST), action=_("Chọn đơn vị, kỳ hoặc tình trạng để thu hẹp rồi xuất lại."),
                code="too_many_rows",
            )  # fmt: skip


def row(line: DossierLine) -> list[str | float | None]:
    """A dossier as a row."""
    return [
        safe(line.code), safe(line.procedure), safe(line.procedure_name), safe(line.unit.code if line.unit else line.agency),
        safe(line.unit.name if line.unit else ""), str(words.STATES[line.state]), str(words.CHANNELS[line.channel]), _moment(line.received_at),
        _moment(line.due_at), _moment(line.finished_at), str(words.BUCKETS[line.bucket]), line.days_late, _moment(line.updated_at),
        _("có") if line.simulated else "",
    ]  # fmt: skip


def as_csv(scope: Scope, wanted: DossierFilter) -> bytes:
    """UTF-8 with a mark, as spreadsheets want it. Raises InvalidInput for too many rows, Forbidden."""
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow(heads())
    count = 0
    for line in lines(require(scope, policies.EXPORT), wanted):
        table.writerow(row(line))
        count += 1
    _record(scope, count)
    return out.getvalue().encode()


def as_workbook(scope: Scope, wanted: DossierFilter) -> bytes:
    """The same as .xlsx with a frozen first row. Raises InvalidInput for too many rows, Forbidden."""
    out = io.BytesIO()
    count = 0
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Hồ sơ"))
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, heads(), book.add_format({"bold": True}))
        for line in lines(require(scope, policies.EXPORT), wanted):
            count += 1
            sheet.write_row(count, 0, row(line))
        sheet.set_column(0, 13, 18)
    _record(scope, count)
    return out.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" else text


def _record(scope: Scope, count: int) -> None:
    audit.record(scope=scope, action="procedures.export", object_type="dossiers", object_id="", detail={"rows": count})


def _moment(value: datetime | None) -> str:
    return f"{clock.local(value):%d/%m/%Y %H:%M}" if value else ""
