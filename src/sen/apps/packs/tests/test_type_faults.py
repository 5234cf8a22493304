"""What a clerk reads when a value has the wrong type: no word of the machine's, and the place said once."""

from __future__ import annotations

import msgspec
import pytest

from sen.apps.packs.inheritance.type_faults import in_words


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    maximum: float | None
    count: int = 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"maximum": "cao"}, "phải là số hoặc để trống, nhưng nhận được chữ"),
        ({"maximum": 1.0, "count": 1.5}, "phải là số nguyên, nhưng nhận được số"),
        ({}, "thiếu trường “maximum”"),
        ({"maximum": 1.0, "khac": 1}, "không có trường nào tên “khac”"),
        ([], "phải là nhóm trường, nhưng nhận được danh sách"),
    ],
)
def test_a_wrong_type_is_said_in_vietnamese(content: object, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(content, _Content)
    assert in_words(str(refused.value).split(" - at ")[0]) == said
