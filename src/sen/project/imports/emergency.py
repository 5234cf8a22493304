"""`sen import contacts|resources|households FILE`: what the emergency app keeps, from CSV or Excel, row by row with its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from sen.apps.access.interface import SYSTEM
from sen.apps.emergency import interface as emergency
from sen.kernel.errors import InvalidInput
from sen.project.imports.outcome import ImportOutcome, write_rows
from sen.project.imports.tables import Row, read_table

T = TypeVar("T")
_YES = {"1", "x", "true", "yes", "có", "co"}
CONTACTS = {
    "code": ("mã", "mã đầu mối"), "unit": ("mã đơn vị", "đơn vị"), "name": ("họ tên", "họ và tên"), "office": ("chức vụ",),
    "phone": ("điện thoại", "số điện thoại"), "email": ("thư điện tử",), "username": ("tài khoản",), "order": ("thứ tự",),
    "deputy_of": ("phó của", "thay cho"), "called_by": ("người gọi", "do ai gọi"), "simulated": ("mô phỏng",),
}  # fmt: skip
RESOURCES = {
    "code": ("mã",), "unit": ("mã đơn vị", "đơn vị"), "name": ("tên",), "kind": ("nhóm",), "type": ("loại",), "quantity": ("số lượng",),
    "measure": ("đơn vị tính",), "lon": ("kinh độ",), "lat": ("vĩ độ",), "address": ("địa chỉ",), "contact_name": ("người giữ",),
    "contact_phone": ("điện thoại",), "state": ("trạng thái",), "source": ("nguồn",), "as_of": ("ngày số liệu",), "simulated": ("mô phỏng",),
}  # fmt: skip
HOUSEHOLDS = {
    "code": ("mã",), "unit": ("mã xã", "xã"), "name": ("tên", "ấp, khóm"), "lon": ("kinh độ",), "lat": ("vĩ độ",), "households": ("số hộ",),
    "people": ("số người", "nhân khẩu"), "elderly": ("người già",), "children": ("trẻ em",), "disabled": ("khuyết tật",),
    "poor_households": ("hộ nghèo",), "source": ("nguồn",), "as_of": ("ngày số liệu",), "simulated": ("mô phỏng",),
}  # fmt: skip


def import_contacts(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """People of the contact tree; whoever is named as deputy or caller stands above in the file or is known already."""
    return _import(file, CONTACTS, _contact, lambda row: emergency.put_contact(scope=SYSTEM, row=row), dry_run=dry_run)


def import_resources(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Forces, vehicles, stock, places; a row whose code is known changes it."""
    return _import(
        file, RESOURCES, _resource, lambda row: emergency.put_resource(scope=SYSTEM, row=row), dry_run=dry_run
    )


def import_households(file: Path, *, dry_run: bool = False) -> ImportOutcome:
    """Household groups with their figures; a row whose code is known replaces its figures."""
    return _import(
        file, HOUSEHOLDS, _households, lambda row: emergency.put_households(scope=SYSTEM, row=row), dry_run=dry_run
    )


def _import(
    file: Path,
    columns: dict[str, tuple[str, ...]],
    read: Callable[[Row], T],
    write: Callable[[T], None],
    *,
    dry_run: bool,
) -> ImportOutcome:
    outcome = ImportOutcome()

    def rows() -> Iterator[tuple[int, str, T]]:
        for number, row in read_table(file, columns):
            try:
                value = read(row)
            except InvalidInput as error:
                outcome.refuse(number, row["code"], f"{error.message} {error.action}".strip())
            else:
                yield number, row["code"], value

    return write_rows(rows(), write, outcome, dry_run=dry_run)


def _contact(row: Row) -> emergency.ContactRow:
    return emergency.ContactRow(
        row["code"], row["unit"], row["name"], row["office"], row["phone"], row["email"], row["username"],
        _whole(row, "order", 1), row["deputy_of"], row["called_by"], _yes(row),
    )  # fmt: skip


def _resource(row: Row) -> emergency.ResourceRow:
    placed = bool(row["lon"] or row["lat"])
    return emergency.ResourceRow(
        row["code"], row["unit"], row["name"], row["kind"].lower(), row["source"], _day(row), row["type"],
        _number(row, "quantity") if row["quantity"] else 1.0, row["measure"], _number(row, "lon") if placed else None,
        _number(row, "lat") if placed else None, row["address"], row["contact_name"], row["contact_phone"],
        row["state"].lower() or "ready", _yes(row),
    )  # fmt: skip


def _households(row: Row) -> emergency.HouseholdRow:
    return emergency.HouseholdRow(
        row["code"], row["unit"], row["name"], _number(row, "lon"), _number(row, "lat"), _whole(row, "households"),
        _whole(row, "people"), row["source"], _day(row), _whole(row, "elderly", 0), _whole(row, "children", 0),
        _whole(row, "disabled", 0), _whole(row, "poor_households", 0), _yes(row),
    )  # fmt: skip


def _number(row: Row, name: str) -> float:
    try:
        return float(row[name].replace(",", "."))
    except ValueError:
        raise InvalidInput(f"Cột {name}: {row[name]!r} không phải là số.", action="Nhập số, ví dụ 10.35.") from None


def _whole(row: Row, name: str, default: int | None = None) -> int:
    if not row[name] and default is not None:
        return default
    number = _number(row, name)
    if number != int(number) or number < 0:
        raise InvalidInput(f"Cột {name}: {row[name]!r} không phải là số nguyên không âm.")
    return int(number)


def _day(row: Row) -> date:
    try:
        return date.fromisoformat(row["as_of"][:10])
    except ValueError:
        raise InvalidInput(f"Cột as_of: {row['as_of']!r} không phải là ngày.", action="Nhập như 2026-06-30.") from None


def _yes(row: Row) -> bool:
    return row["simulated"].lower() in _YES
