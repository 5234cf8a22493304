"""Files: the three kinds, and those that are broken, locked, scanned or bombs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pypdf
import pytest

from sen.apps.directives import interface as directives
from sen.apps.directives.tests.letters import letter, write_docx, write_pdf
from sen.kernel.errors import InvalidInput

BODY = "1. Giao Sở Xây dựng kiểm tra các hồ chứa, báo cáo trước ngày 15/4/2024."


def test_a_pdf_with_text(tmp_path: Path) -> None:
    write_pdf(
        tmp_path / "a.pdf",
        letter("Giao Sở Xây dựng kiểm tra các hồ\nchứa, báo cáo trước\nngày 15/4/2024.").splitlines(),
    )
    (task,) = directives.extract_tasks(tmp_path / "a.pdf").tasks
    assert (task.agencies, f"{task.deadline}") == (("Sở Xây dựng",), "2024-04-15")


def test_a_word_file_with_automatic_numbers_and_a_table_as_letterhead(tmp_path: Path) -> None:
    head = [["UBND TỈNH SEN VÀNG", "Sen Vàng, ngày 04 tháng 3 năm 2024"], ["Số: 45/UBND-KT", ""]]
    points = [
        "Chủ tịch UBND tỉnh yêu cầu các sở, ban, ngành thực hiện các nội dung sau:",
        "# Rà soát quỹ đất.",
        "# Báo cáo trước 15/4.",
    ]
    write_docx(tmp_path / "a.docx", points, head)
    found = directives.extract_tasks(tmp_path / "a.docx")
    assert f"{found.issued}" == "2024-03-04"
    assert [f"{task.deadline}" for task in found.tasks] == ["None", "2024-04-15"]


def test_a_table_of_tasks_in_word(tmp_path: Path) -> None:
    rows = [
        ["TT", "Nội dung công việc", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành"],
        ["I", "Nhiệm vụ chung", "", "", ""],
        ["1", "Lập danh mục dữ liệu dùng chung", "Sở Khoa học và Công nghệ", "Các sở, ban, ngành", "Quý II/2024"],
        ["2", "Kết nối hệ thống một cửa", "Văn phòng UBND tỉnh, Sở Nội vụ", "", "Trước ngày 30/9/2024"],
        ["3", "Tuyên truyền đến người dân", "UBND các xã, phường", "", "Thường xuyên"],
    ]
    write_docx(tmp_path / "a.docx", ["Trên đây là kế hoạch."], rows)
    tasks = directives.extract_tasks(tmp_path / "a.docx").tasks
    assert [(task.agencies, task.task, f"{task.deadline}", task.deadline_text) for task in tasks] == [
        (("Sở Khoa học và Công nghệ",), "Lập danh mục dữ liệu dùng chung", "2024-06-30", "Quý II/2024"),
        (("Văn phòng UBND tỉnh", "Sở Nội vụ"), "Kết nối hệ thống một cửa", "2024-09-30", "Trước ngày 30/9/2024"),
        (("UBND các xã, phường",), "Tuyên truyền đến người dân", "None", ""),
    ]
    assert tasks[0].coordinating == ("các sở, ban, ngành",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_files_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(letter(BODY).replace("\n", "\r\n").encode(encoding))
    assert len(directives.extract_tasks(tmp_path / "a.txt").tasks) == 1


def _scanned(path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(path)


def _locked(path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("mat-khau", algorithm="AES-256")
    writer.write(path)


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 70_000_000)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", _scanned, "bản quét"),
        ("a.pdf", _locked, "mật khẩu"),
        ("a.pdf", b"%PDF-1.7 nothing more", "hỏng"),
        ("a.docx", _bomb, "quá giới hạn"),
        ("a.docx", b"\xd0\xcf\x11\xe0 old", "mật khẩu"),
        ("a.docx", b"PK nothing", "hỏng"),
        ("a.txt", b"\x00\x01\x02", "không phải văn bản"),
        ("a.txt", b" \n ", "không có chữ"),
        ("a.xlsx", b"", "loại tệp"),
    ],
)
def test_files_that_give_no_text_say_why(tmp_path: Path, name: str, content: object, why: str) -> None:
    file = tmp_path / name
    if callable(content):
        content(file)
    elif isinstance(content, bytes):
        file.write_bytes(content)
    with pytest.raises(InvalidInput, match=why) as refused:
        directives.extract_tasks(file)
    assert refused.value.action


def test_an_entity_bomb_inside_a_word_file_is_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "ha">{levels}]><d>&e8;</d>'
    write_docx(tmp_path / "good.docx", ["Giao Sở Y tế báo cáo."])
    with zipfile.ZipFile(tmp_path / "good.docx") as good, zipfile.ZipFile(tmp_path / "a.docx", "w") as bad:
        for entry in good.namelist():
            bad.writestr(entry, xml if entry == "word/document.xml" else good.read(entry))
    with pytest.raises(InvalidInput, match=r"hỏng|không có chữ"):
        directives.extract_tasks(tmp_path / "a.docx")
