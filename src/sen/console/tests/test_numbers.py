"""Numbers, durations and names as people read them."""

from __future__ import annotations

import pytest
from django.utils import translation

from sen.console import numbers
from sen.console.templatetags.pieces import as_code, beat, initials_of, spark, stack


@pytest.mark.parametrize(
    ("value", "decimals", "vietnamese", "english"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-0.04, 1, "0,0", "0.0"),
        (-2.5, 1, "−2,5", "−2.5"),
        (None, 0, "–", "–"),
        (float("nan"), 2, "–", "–"),
        (19842, 0, "19.842", "19,842"),
    ],
)
def test_number(value: float | None, decimals: int, vietnamese: str, english: str) -> None:
    with translation.override("vi"):
        assert numbers.number(value, decimals) == vietnamese
    with translation.override("en"):
        assert numbers.number(value, decimals) == english


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "5 giây"), (130, "2 phút"), (28_320, "7 giờ 52"), (3600, "1 giờ"), (68_400, "19 giờ"), (1_600_000, "18 ngày")],
)
def test_duration(seconds: float, words: str) -> None:
    with translation.override("vi"):
        assert numbers.duration(seconds) == words


def test_names_become_initials_and_codes() -> None:
    assert initials_of("Sở Nông nghiệp và Môi trường") == "MT"
    assert initials_of("Nguyễn Thị Hạnh") == "NH"
    assert as_code("Cảm biến Đập số 1") == "cam-bien-dap-so-1"


def test_heartbeat_counts_what_was_due() -> None:
    with translation.override("vi"):
        assert "2 trên 3 lần gửi đúng hẹn" in beat(["ok", "ok", "miss", "none"])


def test_sparkline_breaks_at_missing_values() -> None:
    assert spark([1.0, 2.0, None, 3.0, 4.0]).count("M") == 2


def test_pieces_carry_no_inline_style() -> None:
    drawn = stack([("ok", 3), ("lost", 1)], "4 giờ") + beat(["ok"]) + spark([1, 2])
    assert "style=" not in drawn
