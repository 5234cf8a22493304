"""The demonstration's documents: agencies, some 400 simulated ones over the units, messages that were refused, and a few on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import aiohttp
import structlog
from django.db import transaction

from sen.apps.access.interface import SYSTEM
from sen.apps.documents import interface as documents
from sen.apps.documents.interface import Agent, Entry, Named, NewDocument
from sen.apps.organisations import interface as organisations
from sen.apps.sources import interface as sources
from sen.kernel import clock
from sen.kernel.configuration import Settings
from sen.project.demo import credentials
from sen.project.demo.credentials import DemoState, SourceSecret
from sen.standards.edxml import receiving, simulator, writing
from sen.standards.edxml.specimens import chance, specimen
from sen.standards.edxml.values import DocumentMessage, Party

log = structlog.get_logger(__name__)

SOURCE = "truc-van-ban"
MESSAGES = 190
DAYS = 88
EVERY_S = 420.0
FIRST_AFTER_S = 45.0
_OUTSIDE = (
    Party("G22", "Văn phòng Chính phủ"), Party("G12", "Bộ Tài chính"), Party("G10", "Bộ Nông nghiệp và Môi trường"), Party("G17", "Bộ Y tế"),
    Party("H29", "UBND Thành phố Hồ Chí Minh"), Party("H61", "UBND tỉnh Vĩnh Long"),
)  # fmt: skip
PROVINCE = "H20"
"""Of Đồng Tháp before July 2025 (from memory, unverified); which code each merged province keeps was not found."""


def create(state: DemoState) -> None:
    """Agencies, the source with its secret in `state`, documents and refused messages; does nothing where they are."""
    if any(one.code == SOURCE for one in state.sources):
        return
    ours = _parties()
    with transaction.atomic():
        for party, unit in ours:
            documents.name_agency(scope=SYSTEM, code=party.code, name=party.name, unit=unit.code)
        for party in _OUTSIDE:
            documents.name_agency(scope=SYSTEM, code=party.code, name=party.name)
        made = sources.create_source(
            scope=SYSTEM, code=SOURCE, name="Trục liên thông văn bản của tỉnh", connector="edxml", owner="82", interval_s=3600,
            allowed_delay_s=7200, simulated=True, contact_name="Văn phòng UBND tỉnh",
        )  # fmt: skip
        units = {party.code: unit for party, unit in ours}
        messages = _messages([party for party, _unit in ours])
        documents.enter_all([one for message in messages for one in _entered(message, units)])
        _refused([party for party, _unit in ours])
        # Written before the commit: a kill in between leaves a secret without a source, never a source without its secret.
        state.sources.append(SourceSecret(made.code, made.key, made.secret))
        credentials.write(state)


def _parties() -> list[tuple[Party, organisations.UnitRef]]:
    """The province, its departments and the first communes, with identifiers that the demonstration makes up below H20."""
    units = [organisations.province(), *organisations.departments()]
    found = [
        (Party(PROVINCE if number == 0 else f"{PROVINCE}.{number:02}", _name(unit)), unit)
        for number, unit in enumerate(units)
    ]
    communes = enumerate(organisations.communes(), start=101)
    return found + [(Party(f"{PROVINCE}.{number}", _name(unit)), unit) for number, unit in communes]


def _name(unit: organisations.UnitRef) -> str:
    return f"UBND {unit.name[:1].lower()}{unit.name[1:]}" if unit.level != "department" else unit.name


def _messages(ours: list[Party]) -> Iterator[DocumentMessage]:
    """From ministries to the province, from the province to departments and communes, from those to the province; newest last."""
    province, units = ours[0], ours[1:]
    departments = [one for one in units if len(one.code) == len("H20.01")]
    communes = [one for one in units if one not in departments][:24]
    now = clock.now()
    for number in range(MESSAGES):
        share = chance(number, "kind of sender")
        below = [*departments, *departments, *communes]
        first = below[int(chance(number, "to") * len(below))]
        second = below[int(chance(number, "and to") * len(below))]
        back = DAYS * (1 - (number + 1) / MESSAGES) ** 1.4
        sent = (now - timedelta(days=back, hours=1)).replace(minute=int(chance(number, "minute") * 60))
        receivers: tuple[Party, ...]
        if share < 0.25:
            sender, receivers = _OUTSIDE[int(chance(number, "outside") * len(_OUTSIDE))], (province, first)
        elif share < 0.65:
            sender, receivers = province, tuple(dict.fromkeys((first, second)))
        else:
            sender, receivers = first, (province,) if share < 0.9 else (province, second)
        yield specimen(number, sender, tuple(one for one in receivers if one != sender), sent, with_file=False)


def _entered(message: DocumentMessage, ours: dict[str, organisations.UnitRef]) -> Iterator[tuple[NewDocument, Entry]]:
    """A message in the registers of those of ours that sent or got it."""
    number = int(message.number)
    new = NewDocument(
        exchange_id=message.document_id, reference=f"{message.number}/{message.notation}", issuer=_agent(message.sender),
        abstract=message.subject, number=message.number, symbol=message.notation, receivers=tuple(_agent(one) for one in message.receivers),
        issued_on=message.promulgated, content=message.content, kind=message.type_name, urgency=message.urgency, field=message.field,
        signer=message.signer, signer_position=message.signer_position, pages=message.pages, signed=chance(number, "signed") < 0.84,
        signature_words="", electronic=not message.paper, due_on=message.due, source="Dữ liệu mô phỏng để trình diễn", simulated=True,
        answers=(Named(_answered(message), ""),) if chance(number, "answers") < 0.1 else (),
    )  # fmt: skip
    sent = message.sent or clock.now()
    if message.sender.code in ours:
        yield new, Entry(unit_id=ours[message.sender.code].id, direction="out", registered_at=sent)
    for receiver in message.receivers:
        unit = ours.get(receiver.code)
        if unit is not None:
            yield new, _received(number, unit, sent, message)


def _answered(message: DocumentMessage) -> str:
    """An earlier document that the simulated answer names; it stands in no register, as most do that an agency sent before."""
    earlier = (message.promulgated or clock.now().date()) - timedelta(days=20)
    return f"{message.receivers[0].code},{earlier:%Y/%m/%d},{int(message.number) + 7}/UBND-TH"


def _received(number: int, unit: organisations.UnitRef, sent: datetime, message: DocumentMessage) -> Entry:
    """Read and handled as quickly as this unit does; some units are slow, some documents nobody has read yet."""
    salt = unit.code
    slow = 0.5 + 2.2 * chance(0, salt)
    now = clock.now()
    read = sent + timedelta(hours=1 + 20 * slow * chance(number, f"read {salt}"))
    handled = read + timedelta(days=0.4 + 7 * slow * chance(number, f"handled {salt}"))
    is_read = read < now and chance(number, f"is read {salt}") < 0.96
    is_handled = is_read and handled < now and chance(number, f"is handled {salt}") < 0.93
    return Entry(
        unit_id=unit.id, direction="in", registered_at=sent, read_at=read if is_read else None,
        handled_at=handled if is_handled else None, handled_words="Đã xử lý và lưu hồ sơ (mô phỏng)." if is_handled else "",
    )  # fmt: skip


def _agent(party: Party) -> Agent:
    return Agent(party.code, party.name)


def _refused(ours: list[Party]) -> None:
    """Three messages that the exchange page shows: broken XML, a receiver that nobody knows, a recall of an unknown document."""
    owner = organisations.province().id
    like = specimen(900, _OUTSIDE[0], (ours[0],), clock.now() - timedelta(hours=3), with_file=False)
    for fault in ("broken", "receiver", "recall-unknown"):
        kept = documents.keep_message(
            payload=simulator.faulty(fault, like), content_type="application/xml", unit_id=owner, source_number=None, source_code=SOURCE,
            simulated=True,
        )  # fmt: skip
        receiving.settle(kept.id)


async def send(secret: SourceSecret, config: Settings, stop: asyncio.Event) -> None:
    """Every few minutes another document over the wire, to the province and departments in turn."""
    host = "127.0.0.1" if config.host in {"0.0.0.0", "::", ""} else config.host  # noqa: S104 - not an address to bind
    url = f"http://{host}:{config.port}/api/v1/exchange/messages"
    receivers = [Party(PROVINCE), *(Party(f"{PROVINCE}.{number:02}") for number in range(1, 7))]
    await asyncio.sleep(FIRST_AFTER_S)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {secret.secret}"}) as session:
        while not stop.is_set():
            minute = clock.now_ms() // 60_000  # never the same number again, also after a restart
            like = specimen(
                minute % 1_000_000, _OUTSIDE[minute % len(_OUTSIDE)], (receivers[minute % len(receivers)],), clock.now()
            )
            try:
                posted = await simulator.post(session, url, like.document_id, writing.document(like))
                log.info("document_posted", status=posted.status)
            except (aiohttp.ClientError, TimeoutError) as error:
                log.warning("document_not_delivered", error=str(error)[:200])
            await asyncio.sleep(EVERY_S)
