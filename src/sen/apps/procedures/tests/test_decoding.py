"""Rows of interfaces and tables: what they may be called, what is refused and with which words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sen.apps.access.interface import SYSTEM
from sen.apps.procedures import interface as procedures
from sen.apps.procedures.agencies import canonical
from sen.apps.procedures.interface import BadDossier, Channel, Dossier, DossierFilter, State
from sen.apps.procedures.tests.world import COMMUNE, PROCEDURE, local
from sen.kernel.errors import InvalidInput
from sen.project.imports.dossiers import import_dossiers

ROW: dict[str, Any] = {
    "MaHoSo": "H20-1", "MaTTHC": PROCEDURE, "MaDonVi": COMMUNE, "TrangThaiHoSo": "9", "NgayTiepNhan": "2026-03-02T08:00:00+07:00",
    "NgayHenTra": "09/03/2026", "NgayKetThucXuLy": "05/03/2026 16:30", "NgayCapNhat": "2026-03-05T16:30:00+07:00", "KenhThucHien": 2,
    "BoSung": [{"NgayYeuCau": "2026-03-03T08:00:00+07:00", "NgayBoSung": "2026-03-04T08:00:00+07:00"}], "ChuHoSo": {"Ten": "Lê Thị Hoa"},
    "ThanhToanTrucTuyen": 1,
}  # fmt: skip
WRONG = [
    ({"NgayKetThucXuLy": "01/03/2026"}, "NgayKetThucXuLy", "kết thúc trước khi tiếp nhận"),
    ({"NgayKetThucXuLy": ""}, "NgayKetThucXuLy", "không có ngày kết thúc"),
    ({"NgayHenTra": "01/03/2026"}, "NgayHenTra", "hẹn trả trước khi tiếp nhận"),
    ({"NgayTiepNhan": "31/02/2026"}, "NgayTiepNhan", "không phải ngày giờ"),
    ({"NgayTiepNhan": "0202-03-02"}, "NgayTiepNhan", "năm 202 không thể có"),
    ({"NgayKetThucXuLy": "2099-01-01"}, "NgayKetThucXuLy", "tương lai"),
    ({"TrangThaiHoSo": "11"}, "TrangThaiHoSo", "không phải trạng thái"),
    ({"TrangThaiHoSo": "8"}, "NgayDung", "không có ngày kết thúc"),
    ({"BoSung": [{"NgayYeuCau": "2026-03-01"}]}, "BoSung", "trước khi tiếp nhận"),
    ({"BoSung": "03/03/2026 - 02/03/2026"}, "BoSung", "bổ sung xong trước khi được yêu cầu"),
    ({"MaHoSo": " "}, "MaHoSo", "thiếu giá trị"),
    ({"KenhThucHien": "fax"}, "KenhThucHien", "không phải kênh"),
    ({"LePhi": "mười nghìn"}, "LePhi", "không phải số"),
]


def test_a_row_of_the_national_interface() -> None:
    found = procedures.read_row(ROW, 1)
    assert isinstance(found, Dossier)
    assert (found.state, found.channel, found.personal.name, found.paid_online) == (
        State.COMPLETED,
        Channel.ONLINE,
        "Lê Thị Hoa",
        True,
    )
    assert found.completed_at == local("2026-03-05 16:30")
    assert found.promised_at is not None
    assert found.promised_at.isoformat() == "2026-03-09T23:59:59.999000+07:00"
    assert found.supplements[0].completed == local("2026-03-04 08:00")


@pytest.mark.parametrize(("changed", "field", "cause"), WRONG, ids=[case[2] for case in WRONG])
def test_what_cannot_be_is_answered(changed: dict[str, Any], field: str, cause: str) -> None:
    found = procedures.read_row(ROW | changed, 7)
    assert isinstance(found, BadDossier)
    assert (found.row, found.field) == (7, field)
    assert cause in found.cause
    assert found.action


def test_both_renderings_of_an_agency_are_one() -> None:
    assert canonical("000.00.02.H55") == canonical("h55.02") == "H55.02"
    assert canonical("000.16.02.H55") == "H55.02.16"
    assert canonical("000.00.00.H41") == "H41"
    assert canonical("28249") == "28249"


HEADINGS = [
    "Mã hồ sơ",
    "Mã thủ tục",
    "Mã đơn vị",
    "Trạng thái",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Bổ sung",
    "Chủ hồ sơ",
]
LINES = [
    ["T-1", PROCEDURE, COMMUNE, "Đang xử lý", "02/03/2026 08:00", "09/03/2026", "", "Trần Văn Bảy"],
    ["T-2", PROCEDURE, COMMUNE, "Đã xử lý xong", "02/03/2026 08:00", "09/03/2026", "", ""],
    ["", "", "", "", "", "", "", ""],
    ["T-3", PROCEDURE, COMMUNE, "5", "02/03/2026 08:00", "09/03/2026", "03/03/2026 09:00", ""],
]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_keeps_its_good_rows(store: None, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"ho-so.{kind}"
    if kind == "csv":
        file.write_text("\n".join(";".join(line) for line in [HEADINGS, *LINES]), "utf-8-sig")
    else:
        book = openpyxl.Workbook()
        for line in [HEADINGS, *LINES]:
            book.active.append(line)
        book.save(file)
    for dry_run, kept in ((True, 0), (False, 2), (False, 2)):
        outcome = import_dossiers(file, dry_run=dry_run)
        assert outcome.imported == 2
        assert [str(problem) for problem in outcome.problems] == [
            "Dòng 3 (T-2): cột “NgayKetThucXuLy”: trạng thái 9 nhưng không có ngày kết thúc. Bổ sung ngày kết thúc hoặc sửa trạng thái."
        ]
        assert len(procedures.dossiers(SYSTEM, DossierFilter()).lines) == kept
    file.write_bytes(b"Ten;Tuoi\nAn;3\n")
    with pytest.raises(InvalidInput):
        import_dossiers(file if kind == "csv" else file.rename(tmp_path / "x.xlsx"))
