"""`sen import indicators FILE`: values of indicators by unit and period from CSV or Excel."""

from __future__ import annotations

from pathlib import Path

from sen.apps.access.interface import SYSTEM
from sen.apps.indicators import interface as indicators
from sen.kernel.errors import InvalidInput
from sen.project.imports.outcome import ImportOutcome
from sen.project.imports.tables import Row, read_table
from sen.project.imports.units import parse_date

COLUMNS = {
    "code": ("mã", "mã chỉ tiêu", "chỉ tiêu", "indicator"),
    "unit": ("đơn vị", "mã đơn vị"),
    "period": ("kỳ", "kỳ báo cáo"),
    "value": ("giá trị", "số liệu", "thực hiện"),
    "status": ("trạng thái",),
    "source": ("nguồn", "nguồn số liệu"),
    "note": ("ghi chú", "căn cứ"),
    "unit_as_of": ("cây tại ngày", "đơn vị tại ngày"),
}


def import_indicators(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Values for defined indicators; each belongs to the unit that bore the code in the period. A second value of a period is a
    revision, the first one stays readable. Rows without a source name the file."""
    outcome = ImportOutcome()
    numbers: list[int] = []
    rows: list[indicators.ValueRow] = []
    for number, row in read_table(file, COLUMNS):
        try:
            rows.append(_row(row, file))
            numbers.append(number)
        except InvalidInput as error:
            outcome.refuse(number, row["code"], f"{error.message} {error.action}".strip())
    answer = indicators.record_values(scope=SYSTEM, rows=rows, dry_run=dry_run)
    for problem in answer.problems:
        outcome.refuse(numbers[problem.index], rows[problem.index].code, problem.message)
    outcome.imported = answer.recorded + answer.unchanged
    outcome.problems.sort(key=lambda problem: problem.row)
    return outcome


def _row(row: Row, file: Path) -> indicators.ValueRow:
    return indicators.ValueRow(
        code=row["code"], unit=row["unit"], period=row["period"], value=row["value"], status=row["status"] or "preliminary",
        source=row["source"] or f"Tệp {file.name}", note=row["note"], unit_as_of=parse_date(row["unit_as_of"]),
    )  # fmt: skip
