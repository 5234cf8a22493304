"""`sen import documents FILE`: registers of documents in and out from CSV or Excel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sen.apps.documents import interface as documents
from sen.apps.documents.interface import Agent, Entry, Named, NewDocument
from sen.apps.organisations import interface as organisations
from sen.kernel import agency_codes, clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.text import folded
from sen.project.imports.outcome import ImportOutcome, write_rows
from sen.project.imports.tables import Row, read_table
from sen.project.imports.units import parse_date

COLUMNS = {
    "unit": ("đơn vị", "mã đơn vị", "sổ của"),
    "direction": ("chiều", "đến đi", "loại sổ"),
    "reference": ("số, ký hiệu", "số ký hiệu", "số và ký hiệu"),
    "abstract": ("trích yếu", "trích yếu nội dung"),
    "issuer": ("cơ quan ban hành", "nơi gửi", "tác giả"),
    "issuer_code": ("mã cơ quan ban hành", "mã định danh nơi gửi"),
    "receivers": ("nơi nhận",),
    "issued_on": ("ngày ban hành", "ngày văn bản"),
    "registered_on": ("ngày đến", "ngày đi", "ngày vào sổ"),
    "kind": ("loại văn bản",),
    "urgency": ("độ khẩn",),
    "field": ("lĩnh vực",),
    "signer": ("người ký",),
    "due_on": ("hạn xử lý", "hạn"),
    "read_on": ("ngày đọc",),
    "handled_on": ("ngày xử lý xong", "ngày hoàn thành"),
    "result": ("kết quả", "kết quả xử lý"),
    "signed": ("chữ ký số", "ký số"),
    "electronic": ("hoàn toàn điện tử", "điện tử"),
    "answers": ("trả lời văn bản",),
    "simulated": ("mô phỏng",),
}
_DIRECTIONS = {"in": "in", "den": "in", "van ban den": "in", "out": "out", "di": "out", "van ban di": "out"}
_URGENCIES = {
    "": "normal", "thuong": "normal", "normal": "normal", "khan": "urgent", "urgent": "urgent", "thuong khan": "very_urgent",
    "very_urgent": "very_urgent", "hoa toc": "express", "express": "express",
}  # fmt: skip
_YES, _NO = {"1", "co", "x", "yes", "true", "dung"}, {"0", "khong", "no", "false", "sai"}


def import_documents(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Documents by the register they stand in; the same document of a register is taken once. Every bad row is answered."""
    outcome = ImportOutcome()
    rows = list(_rows(file, outcome))
    return write_rows(rows, lambda row: _write(*row), outcome, dry_run=dry_run)


def _rows(file: Path, outcome: ImportOutcome) -> Iterator[tuple[int, str, tuple[NewDocument, Entry]]]:
    for number, row in read_table(file, COLUMNS):
        try:
            yield number, row["reference"], _row(row, file)
        except (InvalidInput, NotFound) as error:
            outcome.refuse(number, row["reference"], f"{error.message} {error.action}".strip())


def _write(new: NewDocument, entry: Entry) -> None:
    documents.enter(new, entry)


def _row(row: Row, file: Path) -> tuple[NewDocument, Entry]:
    unit = organisations.unit(row["unit"])
    direction = _choice(row["direction"], _DIRECTIONS, "chiều", "đến, đi")
    issued, registered = parse_date(row["issued_on"]), parse_date(row["registered_on"])
    read, handled = parse_date(row["read_on"]), parse_date(row["handled_on"])
    if not row["reference"] or not row["abstract"]:
        raise InvalidInput("Thiếu số, ký hiệu hoặc trích yếu.", action="Điền đủ hai cột này.")
    if registered is None:
        raise InvalidInput("Thiếu ngày đến hoặc ngày đi.", action="Điền cột “ngày vào sổ”, ví dụ 30/11/2026.")
    _possible(issued, registered, read, handled)
    code = agency_codes.canonical(row["issuer_code"]) if row["issuer_code"] else ""
    if code is None:
        raise InvalidInput(
            f"“{row['issuer_code']}” không phải mã định danh.", action="Viết như H20.05 hoặc 000.00.05.H20."
        )
    issuer = row["issuer"] or (unit.name if direction == "out" else "")
    if not issuer:
        raise InvalidInput("Thiếu cơ quan ban hành.", action="Văn bản đến phải ghi nơi gửi.")
    new = NewDocument(
        # Without the agency's identifier the register's own words name the document, so that the same row twice stands once.
        exchange_id=documents.canonical_id(code, issued, row["reference"])
        or f"{issuer[:80]},{issued or registered:%Y/%m/%d},{row['reference']}"[:200],
        reference=row["reference"], issuer=Agent(code, issuer[:300]), abstract=row["abstract"][:2000],
        receivers=tuple(Agent("", one.strip()) for one in row["receivers"].split(";") if one.strip()), issued_on=issued,
        kind=row["kind"][:80], urgency=_choice(row["urgency"], _URGENCIES, "độ khẩn", "thường, khẩn, thượng khẩn, hỏa tốc"),
        field=row["field"][:200], signer=row["signer"][:150], signed=_yes(row["signed"], "chữ ký số"),
        electronic=bool(_yes(row["electronic"], "hoàn toàn điện tử")), due_on=parse_date(row["due_on"]),
        answers=(Named(row["answers"], row["answers"]),) if row["answers"] else (), origin="import", source=f"Tệp {file.name}",
        simulated=bool(_yes(row["simulated"], "mô phỏng")),
    )  # fmt: skip
    seen = read or handled
    entry = Entry(
        unit_id=unit.id, direction=direction, registered_at=_noon(registered), read_at=_noon(seen) if seen else None,
        handled_at=_noon(handled) if handled else None, handled_words=row["result"][:1000],
    )  # fmt: skip
    return new, entry


def _possible(issued: date | None, registered: date, read: date | None, handled: date | None) -> None:
    today = clock.local(clock.now()).date()
    order = (
        ("ngày ban hành", issued, "ngày vào sổ", registered), ("ngày vào sổ", registered, "ngày đọc", read),
        ("ngày vào sổ", registered, "ngày xử lý xong", handled), ("ngày vào sổ", registered, "hôm nay", today),
        ("ngày xử lý xong", handled, "hôm nay", today),
    )  # fmt: skip
    for early_name, early, late_name, late in order:
        if early and late and early > late:
            raise InvalidInput(
                f"Ngày không thể có: {early_name} {early:%d/%m/%Y} sau {late_name} {late:%d/%m/%Y}.",
                action="Sửa một trong hai ngày.",
            )
    if registered < today - timedelta(days=365 * 60):
        raise InvalidInput(f"Ngày vào sổ {registered:%d/%m/%Y} quá xa.", action="Kiểm tra năm.")


def _choice(text: str, known: dict[str, str], name: str, allowed: str) -> str:
    found = known.get(folded(text))
    if found is None:
        raise InvalidInput(f"“{text}” không phải {name}.", action=f"Dùng một trong: {allowed}.")
    return found


def _yes(text: str, name: str) -> bool | None:
    word = folded(text)
    if not word:
        return None
    if word not in _YES | _NO:
        raise InvalidInput(f"“{text}” ở cột {name} không phải có hoặc không.", action="Ghi có hoặc không.")
    return word in _YES


def _noon(day: date) -> datetime:
    """A register knows the day; its middle stands for it. Of today it is no later than now."""
    return min(datetime.combine(day, time(12), clock.VIETNAM), clock.now())
