"""What holds for every text, and the figures on labelled real documents where they are at hand."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from bench import extract_tasks as bench
from hypothesis import given, settings
from hypothesis import strategies as st

from sen.apps.directives.interface import extract_from_text
from sen.apps.directives.tests.letters import letter

WORDS = st.sampled_from(
    """Giao|Sở Xây dựng|Sở|UBND các xã, phường|chủ trì, phối hợp với|báo cáo|trước ngày|05/4|31/02/2024|Quý I|năm|2024|trong tháng|13|;|.|:|,
    |\n|\n\n- |\n1. |a) |(|)|các|đơn vị liên quan|đề nghị|yêu cầu|kể từ ngày ký|trong 5 ngày làm việc|Thời gian hoàn thành|Kính gửi:|Nơi nhận:
    |./.|**|phối hợp|Trung tâm|đã|và|TP. |999999|trong 400 tháng kể từ ngày ký|\x00|\u200b|Điều 1.|cuối|0/0/0000|ngày   tháng   năm""".replace(
        "\n    ", ""
    ).split("|")
)
TABLE = "\nTT | Nội dung | Chủ trì | Thời hạn\n1 | Rà soát quỹ đất | Sở Y tế | Quý II/2024\n"
PIECES = st.one_of(WORDS, st.sampled_from([TABLE, "|", "| |"]))
TEXTS = st.one_of(
    st.text(max_size=400),
    st.lists(PIECES, max_size=60).map(" ".join),
    st.lists(PIECES, max_size=40).map(lambda p: letter(" ".join(p))),
)


@settings(max_examples=150)
@given(TEXTS, st.sampled_from(["NFC", "NFD"]))
def test_nothing_is_said_that_is_not_in_the_text(text: str, form: str) -> None:
    text = unicodedata.normalize(form, text)
    found = extract_from_text(text)
    assert found == extract_from_text(text)
    for task in found.tasks:
        assert task.agencies
        assert task.evidence
        assert task.evidence in text
        assert task.deadline_text in text
        assert task.deadline is None or task.deadline_text


def test_the_form_of_unicode_changes_nothing() -> None:
    text = letter("Giao Sở Xây dựng chủ trì, phối hợp với Công an tỉnh kiểm tra, báo cáo trước ngày 15/4.")
    composed, apart = (extract_from_text(unicodedata.normalize(form, text)) for form in ("NFC", "NFD"))
    assert composed.tasks[0].agencies == apart.tasks[0].agencies
    assert composed.tasks[0].deadline == apart.tasks[0].deadline


def test_the_figures_on_labelled_documents(tmp_path: Path) -> None:
    result = bench.main([])
    if "skipped" in result:
        pytest.skip(f"labelled documents are not part of the project: {result['skipped']}")
    assert result["passed"], result
