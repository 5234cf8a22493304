"""The splitter finds the same messages however the network cuts the bytes, and refuses what is not NATS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.eventbus.frames import FrameSplitter, ProtocolError

messages = st.lists(
    st.tuples(st.binary(max_size=60), st.sampled_from([b"", b"NATS/1.0\r\nNmqtt-Pub:1\r\n\r\n"])),
    min_size=1,
    max_size=20,
)


def wire(found: list[tuple[bytes, bytes]]) -> bytes:
    out = b'INFO {"a":1}\r\n'
    for number, (payload, header) in enumerate(found):
        reply = b"$JS.ACK.S.C.1.%d.%d.17.0" % (number, number)
        if header:
            out += b"HMSG v1.k 1 %s %d %d\r\n%s%s\r\n" % (
                reply,
                len(header),
                len(header) + len(payload),
                header,
                payload,
            )
        else:
            out += b"MSG v1.k 1 %s %d\r\n%s\r\n" % (reply, len(payload), payload)
        if number % 3 == 0:
            out += b"PING\r\n"
    return out


@given(messages, st.lists(st.integers(1, 40), max_size=30))
def test_any_cut_gives_the_same_messages(found: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    data, splitter, at = wire(found), FrameSplitter(), 0
    for cut in cuts:
        splitter.feed(data[at : at + cut])
        at += cut
    splitter.feed(data[at:])
    columns = splitter.take()
    assert columns.payloads == [payload for payload, _ in found]
    assert columns.headers == [header for _, header in found]
    assert [reply.split(b".")[5] for reply in columns.replies] == [b"%d" % n for n in range(len(found))]
    assert splitter.pings == (len(found) + 2) // 3
    assert splitter.take().payloads == []


def test_a_status_ends_the_request_and_an_answer_is_kept_apart() -> None:
    splitter = FrameSplitter()
    splitter.feed(b"HMSG _INBOX.a 1 28 28\r\nNATS/1.0 408 Request Timeout"[:51] + b"\r\n")
    assert not splitter.take().payloads
    splitter = FrameSplitter()
    header = b"NATS/1.0 404 No Messages\r\n\r\n"
    splitter.feed(b"HMSG _INBOX.a 1 %d %d\r\n%s\r\n" % (len(header), len(header), header))
    assert splitter.ended
    splitter.feed(b"MSG _INBOX.r 1  2\r\n{}\r\n")
    assert splitter.answers == [b"{}"]


@pytest.mark.parametrize(
    "line", [b"-ERR 'Authorization Violation'\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"\x00\xff\r\n"]
)
def test_anything_else_is_an_error(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        FrameSplitter().feed(line)
