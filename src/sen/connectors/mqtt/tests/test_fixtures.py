"""Captured payloads are reading messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sen.connector_sdk.messages import decode_readings, encode_readings

FIXTURES = sorted((Path(__file__).parent.parent / "fixtures").glob("*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_captured_payloads_are_read_and_written_alike(path: Path) -> None:
    messages = decode_readings(path.read_bytes())
    assert messages and all(message.device.startswith("cb-") and message.values for message in messages)
    assert decode_readings(encode_readings(messages)) == messages
