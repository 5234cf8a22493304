"""`sen simulate edxml`: a document system that posts edXML messages to a centre, good ones and on request broken ones."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence

import aiohttp
import msgspec

from sen.kernel import agency_codes, clock
from sen.standards.edxml import writing
from sen.standards.edxml.specimens import specimen
from sen.standards.edxml.values import DocumentMessage, Party, Reference, StatusMessage

FAULTS = ("broken", "bomb", "receiver", "duplicate", "recall-unknown", "update-unknown")


class Posted(msgspec.Struct, frozen=True):
    """What the centre answered to one message."""

    what: str
    status: int
    answer: str


def messages(
    sender: Party, receivers: Sequence[Party], first: int, count: int, faults: Sequence[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """(what it is, bytes) of `count` documents beginning with the number `first`, each to one receiver in turn, then the faults asked for."""
    now = clock.now()
    sent: list[DocumentMessage] = []
    for number in range(first, first + count):
        made = specimen(number, sender, (receivers[number % len(receivers)],), now)
        sent.append(made)
        yield f"new {made.document_id}", writing.document(made)
    like = sent[-1] if sent else specimen(first, sender, tuple(receivers[:1]), now)
    for fault in faults:
        yield fault, faulty(fault, like)


def faulty(fault: str, like: DocumentMessage) -> bytes:
    """A message that cannot be used as it is, of one of FAULTS."""
    change = msgspec.structs.replace
    other = change(like, document_id=f"{like.document_id}-khac", business_id=f"{like.document_id}-khac")
    made: dict[str, Callable[[], bytes]] = {
        "broken": lambda: writing.document(like).replace(b"</edXML:Subject>", b"</edXML:Subjekt>"),
        "bomb": _bomb,
        "receiver": lambda: writing.document(change(other, receivers=(Party("H99.99", "Cơ quan không có thật"),))),
        "duplicate": lambda: writing.document(like),
        "recall-unknown": lambda: writing.document(change(other, business="recall", reason="Gửi nhầm")),
        "update-unknown": lambda: writing.document(change(other, business="update", reason="Sửa trích yếu")),
    }
    return made[fault]()


def recall(message: DocumentMessage, reason: str) -> bytes:
    """The message by which the sender asks a document back."""
    return writing.document(
        msgspec.structs.replace(
            message, business="recall", business_id=message.document_id, reason=reason, attachments=()
        )
    )


def status_of(message: DocumentMessage, code: str, sender: Party, words: str) -> bytes:
    """What a receiver tells of a document."""
    about = Reference(
        message.document_id, f"{message.number}/{message.notation}", message.sender.code, message.promulgated
    )
    return writing.status(
        StatusMessage(about=about, sender=sender, code=code, description=words, at=clock.now(), staff="Văn thư")
    )


def _bomb() -> bytes:
    nested = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 9))
    return f'<?xml version="1.0"?><!DOCTYPE edXML [<!ENTITY x0 "a">{nested}]><edXML>&x8;</edXML>'.encode()


async def post(session: aiohttp.ClientSession, url: str, what: str, content: bytes) -> Posted:
    """Post one message; what the centre answered."""
    async with session.post(url, data=content, headers={"Content-Type": "application/xml"}) as answer:
        return Posted(what, answer.status, (await answer.text())[:400])


async def run(asked: argparse.Namespace) -> int:
    """Post everything, tell each answer; 1 where the centre took no message or refused a good one."""
    url = f"http://{asked.host}:{asked.port}/api/v1/exchange/messages"
    sender = _party(asked.sender)
    receivers = [_party(one) for one in asked.receivers.split(";")]
    failed = 0
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {asked.secret}"}) as session:
        for what, content in messages(
            sender, receivers, asked.first, asked.count, [one for one in asked.faults.split(",") if one]
        ):
            posted = await post(session, url, what, content)
            print(f"{posted.what}: HTTP {posted.status} {posted.answer}")
            failed += posted.what.startswith("new ") and posted.status not in (200, 201, 202)
            if asked.interval:
                await asyncio.sleep(asked.interval)
    return 1 if failed else 0


def _party(text: str) -> Party:
    code, _colon, name = text.partition(":")
    return Party(agency_codes.canonical(code) or code, name or code)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="sen simulate edxml", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--secret", required=True, help="mật khẩu của nguồn kiểu edxml")
    parser.add_argument("--sender", default="G22:Văn phòng Chính phủ", help="mã định danh:tên của bên gửi")
    parser.add_argument("--receivers", default="H20", help="mã định danh:tên các nơi nhận, ngăn bằng ;")
    parser.add_argument("--first", type=int, default=1, help="số của văn bản đầu tiên; chạy lại cùng số là gửi trùng")
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--interval", type=float, default=0.0, help="giây giữa hai gói tin")
    parser.add_argument("--faults", default="", help=f"gói tin lỗi gửi sau cùng: {','.join(FAULTS)}")
    try:
        return asyncio.run(run(parser.parse_args(argv)))
    except aiohttp.ClientError as error:
        print(f"Không gửi được: {error}", file=sys.stderr)
        return 1
