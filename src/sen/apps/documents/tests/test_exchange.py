"""The exchange over HTTP: what enters the registers, what is refused, kept, corrected and run again; reading, handling, recall; search."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.test import Client

from sen.apps.sources.tests.conftest import province, rest, transactional_db
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.standards.edxml import reading, receiving, simulator, writing
from sen.standards.edxml.specimens import specimen
from sen.standards.edxml.values import DocumentMessage, Party, Reference, StatusMessage

__all__ = ["province", "rest", "transactional_db"]
pytestmark = pytest.mark.usefixtures("province")
GOVERNMENT, PROVINCE, FINANCE, COMMUNE = (
    Party("G22", "Văn phòng Chính phủ"),
    Party("H20", "Uỷ ban"),
    Party("H20.05", "Sở"),
    Party("H20.101", "Xã"),
)
AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


class Sender:
    """A document system with the secret of a source."""

    def __init__(self, secret: str) -> None:
        self._client = Client(headers={"authorization": f"Bearer {secret}"})

    def __call__(self, content: bytes, expect: int = 201, content_type: str = "application/xml") -> Any:
        answer = self._client.post("/api/v1/exchange/messages", content, content_type=content_type)
        assert answer.status_code == expect, (answer.status_code, answer.content.decode())
        return answer.json()

    def get(self, path: str) -> Any:
        return self._client.get(f"/api/v1/exchange/{path}").json()


@pytest.fixture
def sender(db: None, province: None) -> Iterator[Sender]:
    """A source of the province and three agencies of ours; all in the test's transaction."""
    from sen.apps.documents import interface as documents
    from sen.apps.sources import interface as sources
    from sen.kernel.scopes import SYSTEM

    for party, unit in ((PROVINCE, "82"), (FINANCE, "82-stc"), (COMMUNE, "28249")):
        documents.name_agency(scope=SYSTEM, code=party.code, name="", unit=unit)
    made = sources.create_source(scope=SYSTEM, code="truc", name="Trục", connector="edxml", owner="82", simulated=True)
    yield Sender(made.secret)


def message(number: int = 7, **changes: Any) -> DocumentMessage:
    made = specimen(number, GOVERNMENT, (FINANCE,), AT, with_file=number % 2 == 0)
    return msgspec.structs.replace(
        made, **{"due": date(2026, 11, 24), "subject": "Về xâm nhập mặn ở Hoà Bình", **changes}
    )


def scope_of(username: str) -> Any:
    from sen.apps.access import interface as access

    return access.scope_of_username(username)


def system() -> Any:
    from sen.kernel.scopes import SYSTEM

    return SYSTEM


def listed(**wanted: Any) -> list[Any]:
    from sen.apps.documents import interface as documents

    return list(documents.documents(system(), documents.DocumentFilter(**wanted)).items)


def test_a_document_enters_the_registers_of_its_receivers_and_sender_once(sender: Sender) -> None:
    own = message(
        8, sender=PROVINCE, receivers=(FINANCE, COMMUNE, Party("G12", "Bộ")), document_id="H20,2026/11/20,8/UBND"
    )
    receipt = sender(writing.document(own))
    assert (receipt["state"], len(receipt["documents"])) == ("done", 3)
    assert {(one.direction, one.unit.code) for one in listed()} == {("out", "82"), ("in", "82-stc"), ("in", "28249")}
    again = sender(writing.document(own), 200)
    assert (again["id"], again["repeated"]) == (receipt["id"], True)
    other_bytes = sender(writing.document(msgspec.structs.replace(own, staff="Người khác")), 200)
    assert (other_bytes["state"], len(listed())) == ("duplicate", 3)
    reused = sender(writing.document(msgspec.structs.replace(own, subject="Văn bản khác hẳn")), 422)
    assert reused["code"] == "document_id_reused"
    assert sender.get(f"messages/{receipt['id']}")["state"] == "done"
    one = listed(direction="in", q=f"{own.number}/{own.notation}")[0]
    assert (one.signature, one.simulated) == ("detected", True)


def test_what_cannot_be_used_is_answered_kept_and_run_again(sender: Sender) -> None:
    from sen.apps.documents import settling

    codes = {
        fault: sender(simulator.faulty(fault, message()), 422)["code"]
        for fault in simulator.FAULTS
        if fault != "duplicate"
    }
    assert codes == {
        "broken": "edxml_not_xml", "bomb": "edxml_doctype", "receiver": "unknown_receiver", "recall-unknown": "unknown_document",
        "update-unknown": "unknown_document",
    }  # fmt: skip
    assert sender(b"  ", 422)["code"] == "edxml_not_xml"
    kept, counted = settling.messages(scope_of("dulieu"), "refused")
    assert counted == {"refused": 5}
    wrong = next(one for one in kept if one.fault_code == "unknown_receiver")
    settling.name_agency(scope=scope_of("quantri"), code="H99.99", unit="28261")
    settling.replay(scope=scope_of("dulieu"), message_ids=[wrong.id])
    assert receiving.run_due(clock.now()) == 1
    assert [one.unit.code for one in listed()] == ["28261"]
    broken = next(one for one in kept if one.fault_code == "edxml_not_xml")
    mended = settling.message(scope_of("dulieu"), broken.id).text.replace("Subjekt", "Subject")
    with pytest.raises(InvalidInput):
        settling.correct(
            scope=scope_of("dulieu"), message_id=broken.id, text=settling.message(scope_of("dulieu"), broken.id).text
        )
    correction = settling.correct(scope=scope_of("dulieu"), message_id=broken.id, text=mended)
    receiving.run_due(clock.now())
    assert settling.message(scope_of("dulieu"), correction).line.state == "done"
    assert settling.message(scope_of("kiemtoan"), broken.id).corrected_by == correction
    bomb = next(one for one in kept if one.fault_code == "edxml_doctype")
    settling.drop(scope=scope_of("dulieu"), message_id=bomb.id, reason="Tấn công thử")
    with pytest.raises(Conflict):
        settling.replay(scope=scope_of("dulieu"), message_ids=[bomb.id])
    settling.undo_drop(scope=scope_of("dulieu"), message_id=bomb.id)
    for username in ("lanhdao", "moitruong"):
        with pytest.raises(Forbidden):
            settling.messages(scope_of(username))


def test_a_message_kept_before_a_kill_is_worked_on_once(sender: Sender) -> None:
    from sen.apps.documents import interface as documents
    from sen.apps.organisations import interface as organisations

    kept = documents.keep_message(
        payload=writing.document(message()), content_type="application/xml", unit_id=organisations.province().id, source_number=None,
        source_code="truc", simulated=False,
    )  # fmt: skip
    assert kept.state == "stored" and not listed()
    assert [receiving.run_due(clock.now()) for _turn in range(2)] == [1, 0]
    assert receiving.settle(kept.id) is None
    assert len(listed()) == 1


def test_reading_handling_and_answers_are_told_to_the_sender(sender: Sender) -> None:
    from sen.apps.documents import handling
    from sen.apps.documents import interface as documents

    with clock.frozen(AT):
        [first] = sender(writing.document(message()))["documents"]
    document_id, officer = UUID(first), system()
    with clock.frozen(AT + timedelta(days=6)):
        assert (listed(state="unread")[0].timeliness, listed(state="late")[0].days_late) == ("overdue", 2)
        batch = handling.receive(scope=officer, document_ids=[document_id])
        assert not listed(state="unread")
        assert handling.undo_receive(scope=officer, batch=batch) == 1
        with pytest.raises(NotFound):
            handling.undo_receive(scope=officer, batch=batch)
        assert [handling.remind(scope=officer, document_ids=[document_id]) for _turn in range(2)] == [1, 0]
        handling.assign(scope=officer, document_id=document_id, unit="28261")
        assert documents.document(scope_of("xa-b"), document_id).line.handler_unit.code == "28261"
        with pytest.raises(NotFound):
            documents.document(scope_of("xa-a"), document_id)
        with pytest.raises(InvalidInput):
            handling.finish(scope=officer, document_id=document_id, words=" ")
        with pytest.raises(Conflict):
            handling.finish(scope=officer, document_id=document_id, words="Xong", revision=1)
        handling.finish(scope=officer, document_id=document_id, words="Đã trả lời")
    answer = message(
        9, sender=FINANCE, receivers=(GOVERNMENT,), document_id="H20.05,2026/11/26,9/STC", subject="Trả lời",
        response_for=(Reference("G22,2026/11/20,107/VPCP"),),
    )  # fmt: skip
    first_id = documents.document(officer, document_id).exchange_id
    sender(writing.document(msgspec.structs.replace(answer, response_for=(Reference(first_id, "107/VPCP"),))))
    found = documents.document(officer, document_id)
    assert (found.line.timeliness, found.line.days_late) == ("done_late", 2)
    assert [(one.kind, one.incoming) for one in found.links] == [("answers", True)]
    told = sender.get("statuses")["items"]
    assert [one["code"] for one in told] == ["01", "03", "04", "06"]
    status = reading.read(told[-1]["edxml"].encode())
    assert isinstance(status, StatusMessage) and (status.about.document_id, status.description) == (
        first_id,
        "Đã trả lời",
    )
    counted = documents.counts(officer)
    assert (counted.incoming, counted.outgoing, counted.done_late, counted.late) == (1, 1, 1, 1)
    assert counted.mean_hours == pytest.approx(144)


def test_recall_update_and_status_do_what_they_say_to_known_documents_only(sender: Sender) -> None:
    from sen.apps.documents import handling
    from sen.apps.documents import interface as documents

    original = message(10, receivers=(FINANCE, COMMUNE))
    ids = [UUID(one) for one in sender(writing.document(original))["documents"]]
    stranger = msgspec.structs.replace(
        original, sender=Party("G12", "Bộ khác"), business="recall", business_id=original.document_id
    )
    assert sender(writing.document(stranger), 422)["code"] == "not_the_sender"
    sender(
        writing.document(
            msgspec.structs.replace(original, business="update", subject="Trích yếu đã sửa", reason="Sai chính tả")
        )
    )
    assert {one.abstract for one in listed()} == {"Trích yếu đã sửa"}
    assert listed(q="sua") and not listed(q="Hoà Bình")
    sender(simulator.recall(original, "Gửi nhầm"))
    with pytest.raises(InvalidInput):
        handling.answer_recall(scope=system(), document_id=ids[0], agree=False)
    handling.answer_recall(scope=system(), document_id=ids[0], agree=True)
    handling.answer_recall(scope=system(), document_id=ids[1], agree=False, reason="Đã làm theo")
    assert {documents.document(system(), one).line.standing for one in ids} == {"recalled", "in_force"}
    assert documents.counts(system()).open == 1
    replacing = message(
        12,
        receivers=(COMMUNE,),
        document_id="G22,2026/11/21,99/VPCP",
        business="replace",
        replaces=(Reference(original.document_id),),
    )
    sender(writing.document(replacing))
    assert [one.standing for one in listed(standing="replaced")] == ["replaced"]
    assert sender(simulator.status_of(original, "03", FINANCE, "Đã nhận"), 422)["code"] == "unknown_document"
    out = message(14, sender=PROVINCE, receivers=(GOVERNMENT,), document_id="H20,2026/11/20,14/UBND")
    sender(writing.document(out))
    sender(simulator.status_of(out, "06", GOVERNMENT, "Đã xong"))
    [sent] = listed(direction="out")
    assert [one.words for one in documents.document(system(), sent.id).steps][-1] == "Hoàn thành"


def test_search_knows_accents_and_lists_page_without_gaps(sender: Sender, django_assert_max_num_queries: Any) -> None:
    from sen.apps.documents import interface as documents

    for number in range(20, 33):
        sender(
            writing.document(
                message(
                    number, subject="Độ mặn tăng" if number % 2 else "Dở mản tang: hoà giải", content="", attachments=()
                )
            )
        )
    assert {len(listed(q=one)) for one in ("do man", "mặn", "hòa giải", '"hoa giai"', "dương")} == {13, 6, 7, 0}
    assert [one.score >= other.score for one, other in zip(listed(q="man"), listed(q="man")[1:], strict=False)].count(
        False
    ) == 0
    for q in ("", "man"):
        seen: list[UUID] = []
        cursor = None
        while True:
            with django_assert_max_num_queries(3):
                page = documents.documents(system(), documents.DocumentFilter(q=q), cursor, 5)
            seen += [one.id for one in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert (len(seen), len(set(seen))) == (13, 13)
    for wrong in ({"direction": "ra"}, {"state": "la"}):
        with pytest.raises(InvalidInput):
            listed(**wrong)
    with pytest.raises(InvalidInput):
        documents.documents(system(), None, "khong-phai-con-tro")


def test_the_same_document_posted_at_the_same_moment_stands_once(transactional_db: None, province: None) -> None:
    from django.db import connections

    from sen.apps.documents import interface as documents
    from sen.apps.documents.models import Agency, Document, ExchangeMessage
    from sen.apps.organisations import interface as organisations

    documents.name_agency(scope=system(), code=FINANCE.code, name="", unit="82-stc")
    owner = organisations.province().id

    def deliver(staff: str) -> None:
        payload = writing.document(msgspec.structs.replace(message(40), staff=staff))
        kept = documents.keep_message(
            payload=payload, content_type="", unit_id=owner, source_number=None, source_code="t", simulated=True
        )
        receiving.settle(kept.id)
        receiving.run_due(clock.now())
        connections.close_all()

    threads = [threading.Thread(target=deliver, args=(f"Văn thư {n}",)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    receiving.run_due(clock.now())
    assert Document.objects.count() == 1
    assert set(ExchangeMessage.objects.values_list("state", flat=True)) == {"done", "duplicate"}
    Document.objects.all().delete()
    ExchangeMessage.objects.all().delete()
    Agency.objects.all().delete()
