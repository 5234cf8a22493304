"""`sen extract-tasks`: what it prints, for machines and for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sen.cli.application import application
from sen.kernel.errors import InvalidInput

LETTER = """Sen Vàng, ngày 04 tháng 3 năm 2024

Kính gửi: Sở Xây dựng.

Giao Sở Xây dựng chủ trì, phối hợp với Công an tỉnh kiểm tra các hồ chứa, báo cáo trước ngày 15/4.

Nơi nhận:
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "a.txt").write_text(LETTER, "utf8")
    return str(tmp_path / "a.txt")


def test_json_has_the_fields_of_the_contract(file: str) -> None:
    (task,) = json.loads(CliRunner().invoke(application, ["extract-tasks", file, "--json"]).stdout)
    assert list(task) == ["agencies", "coordinating", "task", "deadline", "deadline_text", "evidence", "warnings"]
    assert (task["agencies"], task["coordinating"], task["deadline"]) == (
        ["Sở Xây dựng"],
        ["Công an tỉnh"],
        "2024-04-15",
    )
    assert task["evidence"] in LETTER


def test_people_read_lines(file: str) -> None:
    shown = CliRunner().invoke(application, ["extract-tasks", file]).stdout
    assert "15/04/2024 (“trước ngày 15/4”)" in shown
    assert "Lưu ý: Thời hạn 15/04 không ghi năm" in shown


def test_a_file_without_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"no PDF")
    outcome = CliRunner().invoke(application, ["extract-tasks", str(tmp_path / "a.pdf")])
    assert isinstance(outcome.exception, InvalidInput)
