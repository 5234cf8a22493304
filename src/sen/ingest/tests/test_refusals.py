"""What is refused is told in words: in Vietnamese where it is kept, in the reader's language where it is answered, each code explained."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from sen.apps.sources.errors import CATALOGUE
from sen.console.translations import compile_catalogues
from sen.ingest import bodies, decode, refusals
from sen.project.http import observations

NOW = 1_780_000_000_000


def item_refusal(**changes: Any) -> refusals.Refusal:
    good = {"series": "tram-1/pm25", "time": NOW, "value": 3.5}
    body = bodies.parse(bodies.JSON, json.dumps([good, good | changes]).encode())
    return body.rejected[0].refusal


def message_refusal(payload: bytes) -> refusals.Refusal:
    with pytest.raises(decode.Undecodable) as refused:
        decode.readings(payload)
    return refused.value.refusal


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"time": "yesterday"}, "Thời điểm “yesterday” không đúng dạng RFC 3339."),
        ({"time": "2026-01-01T00:00:00"}, "Thời điểm “2026-01-01T00:00:00” thiếu múi giờ."),
        ({"time": NOW // 1000}, "Thời điểm 1780000000 tính bằng giây."),
        ({"time": 5}, "Thời điểm “5” nằm ngoài khoảng từ năm 2000 đến năm 2100."),
        ({"time": None}, "Trường time (null) không phải là thời điểm."),
        ({"value": "31,2"}, "Giá trị “31,2” không phải là một số."),
        ({"series": "x" * 300}, f"Mã chuỗi “{'x' * 40}…” không dùng được."),
        ({"status": 2}, "Trạng thái “2” không đúng dạng."),
        ({"time": "{value}\n\x00"}, "Thời điểm “{value}��” không đúng dạng RFC 3339."),
    ],
)
def test_items_name_the_value_and_what_to_do(changes: dict[str, Any], cause: str) -> None:
    refusal = item_refusal(**changes)
    assert str(refusal).startswith(f"{cause} ")
    assert refusal.told_action()


@pytest.mark.parametrize(
    ("payload", "cause"),
    [
        (b'{"device": "a", "time": 1780000000000, "values": {"x": "1"}}', "Trường values không phải"),
        (b'[{"device": "a", "time": "x", "values": {"x": 1}}]', "Trường [0].time không phải là thời điểm"),
        (b'{"device": "a"}', "Thiếu trường time."),
        (b'{"device": "a", "time": 1, "values": {"x": NaN}}', "Nội dung không phải JSON hợp lệ: sai ở byte thứ 43."),
        (b'{"device": "a"', "JSON bị cắt ngang"),
        (b"[{", "JSON bị cắt ngang"),
        (b"17", "Bản tin không phải là một đối tượng JSON"),
        (b'{"device": "\xff"}', "Nội dung không phải văn bản UTF-8."),
    ],
)
def test_messages_name_the_field_or_the_place(payload: bytes, cause: str) -> None:
    refusal = message_refusal(payload)
    assert str(refusal).startswith(cause)
    assert refusal.told_action()


def test_what_is_kept_is_vietnamese_and_what_is_told_follows_the_reader() -> None:
    compile_catalogues()
    refusal = item_refusal(time="yesterday")
    with translation.override("en"):
        assert refusal.told().startswith("The time “yesterday” is not RFC 3339.")
        assert str(refusal).startswith("Thời điểm “yesterday” không đúng dạng RFC 3339.")
    with translation.override("vi"):
        assert refusal.told() == str(refusal)


def emitted() -> set[str]:
    """The codes of every Refusal that is made in ingest and the observations endpoint."""
    files = [*Path(inspect.getfile(refusals)).parent.glob("*.py"), Path(inspect.getfile(observations))]
    found = {code for code, _cause, _action in refusals._ITEM.values()}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found.add(code.value)
    return found


def test_the_connection_desk_explains_every_code() -> None:
    codes = emitted()
    assert {"unknown_source", "unknown_topic", "internal_error", "store_refused", "malformed_table"} <= codes
    assert not codes - set(CATALOGUE)
