"""Registers from a table, what rules and figures see of them, and the pages that people work on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sen.apps.sources.tests.conftest import province, transactional_db
from sen.kernel import clock

__all__ = ["province", "transactional_db"]
pytestmark = [pytest.mark.usefixtures("province"), pytest.mark.django_db]
# Far ahead: the accounts of the fixture hold their roles from the day on which the test runs.
NOW = datetime(2099, 11, 20, 5, 0, tzinfo=UTC)
TABLE = """Đơn vị;Chiều;Số, ký hiệu;Trích yếu;Cơ quan ban hành;Mã cơ quan ban hành;Ngày ban hành;Ngày vào sổ;Hạn xử lý;Ngày xử lý xong;Kết quả;Chữ ký số;Điện tử;Độ khẩn
82-stc;Đến;12/VPCP;Về giải ngân;VPCP;000.00.00.G22;02/11/2099;03/11/2099;10/11/2099;12/11/2099;Đã trả lời;có;có;Khẩn
82-stc;Đến;12/VPCP;Về giải ngân;VPCP;000.00.00.G22;02/11/2099;03/11/2099;;;;;;
82-stc;đi;7/STC;Báo cáo thu;;H20.05;05/11/2099;05/11/2099;;;;không;không;
28249;đến;8/SNV;Về cán bộ;Sở Nội vụ;;04/11/2099;06/11/2099;18/11/2099;;;;;Hỏa tốc
không-có;đến;9/X;Về gì;Sở;;04/11/2099;06/11/2099;;;;;;
28249;đến;10/X;Ngày lạ;Sở;;10/11/2099;06/11/2099;;;;;;
28249;đến;11/X;Tương lai;Sở;;;06/11/2100;;;;;;
28249;ngang;12/X;Chiều lạ;Sở;;;06/11/2099;;;;;;
28249;đến;13/X;;Sở;;;06/11/2099;;;;;;
28249;đến;14/X;Mã lạ;Sở;ABC;;06/11/2099;;;;;;
28249;đến;15/X;Ngày hỏng;Sở;;;32/13/2099;;;;;;
28249;đến;16/X;Không nơi gửi;;;;06/11/2099;;;;;;
28249;đến;17/X;Độ khẩn lạ;Sở;;;06/11/2099;;;;;;gấp lắm
"""


@pytest.fixture
def registers(tmp_path: Path) -> Any:
    """The table of two units, loaded."""
    from sen.project.imports.documents import import_documents

    file = tmp_path / "so.csv"
    file.write_text(TABLE, encoding="utf-8")
    with clock.frozen(NOW):
        trial = import_documents(file, dry_run=True)
        done = import_documents(file)
        again = import_documents(file)
    assert [str(one) for one in trial.problems] == [str(one) for one in done.problems]
    return done, again


def documents_of(username: str, **wanted: Any) -> list[Any]:
    from sen.apps.access import interface as access
    from sen.apps.documents import interface as documents

    with clock.frozen(NOW):
        return list(documents.documents(access.scope_of_username(username), documents.DocumentFilter(**wanted)).items)


def test_every_bad_row_of_a_table_is_answered_and_the_good_ones_stand_once(registers: Any) -> None:
    done, again = registers
    assert (done.imported, [one.row for one in done.problems]) == (4, [6, 7, 8, 9, 10, 11, 12, 13, 14])
    assert "Ngày không thể có" in str(done.problems[1])
    assert again.imported == 4
    assert [one.reference for one in documents_of("xa-a")] == ["8/SNV"]
    [late] = documents_of("lanhdao", state="late", direction="in", unit_id=None, urgency="urgent")
    assert (late.reference, late.timeliness, late.days_late) == ("12/VPCP", "done_late", 2)
    assert not documents_of("xa-b")


def test_rules_and_figures_see_what_stands_in_the_registers(registers: Any) -> None:
    from sen.apps.documents.watched import read_documents
    from sen.apps.indicators import interface as indicators
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    with clock.frozen(NOW):
        [record] = read_documents(NOW)
        found = {one.unit.code: one for one in indicators.by_unit(SYSTEM, "vb.late", "2099-11")}
        rate = {one.unit.code: one for one in indicators.by_unit(SYSTEM, "vb.on_time_rate", "2099-11")}
    assert (record.values["days_late"], record.values["is_unread"], record.values["is_express"]) == (2.0, 1.0, 1.0)
    assert record.values["hours_unread"] == pytest.approx(14 * 24)
    assert record.owner_unit_id == organisations.unit("28249").id
    assert (found["82-stc"].value, found["28249"].value) == (1, 1)
    assert rate["28249"].value == 0


def test_people_find_receive_finish_and_compare(registers: Any) -> None:
    from sen.apps.access.models import User

    client = Client()
    with clock.frozen(NOW):
        client.force_login(User.objects.get(username="xa-a"))
        [line] = documents_of("xa-a")
        page = client.get("/documents/?q=can+bo")
        assert (
            "<mark>cán</mark>" in page.content.decode()
            and "Dữ liệu mô phỏng" not in page.content.decode().split("<main")[1]
        )
        assert "Không có văn bản nào khớp" in client.get("/documents/?q=c%E1%BA%A1n+b%E1%BB%99").content.decode()
        assert client.get("/documents/?since=hom-qua").status_code == 422
        answer = client.post("/documents/do/receive/", {"document": str(line.id)}, headers={"HX-Request": "true"})
        undo = __import__("json").loads(answer["HX-Trigger"])["sen:toast"]["undo"]
        assert client.post(undo).status_code == 204
        assert documents_of("xa-a", state="unread")
        assert client.post(f"{line.address}receive/").status_code == 302
        stale = client.post(f"{line.address}finish/", {"words": "Xong", "revision": "1"})
        assert stale.status_code == 409 and "người khác cập nhật" in stale.content.decode()
        assert client.post(f"{line.address}finish/", {"words": "Đã báo cáo"}).status_code == 302
        shown = client.get(line.address).content.decode()
        assert "Đã báo cáo" in shown and "xong trễ 2 ngày" in shown
        assert client.post(f"{line.address}reopen/").status_code == 302
        assert "8/SNV" in client.get("/documents/table.csv?state=open").content.decode()
        compared = client.get("/documents/units/").content.decode()
        assert "Sở Tài chính" not in compared.split("<tbody>")[1]
        told = client.get("/documents/provenance/?what=overdue").content.decode()
        assert "1 văn bản" in told and "các đơn vị bạn được xem" in told
        assert client.get("/documents/provenance/?what=khac").status_code == 404
        assert client.get(f"/documents/units/?since={date(2099, 12, 1)}&until={date(2099, 11, 1)}").status_code == 422


def test_counts_span_days_as_people_mean_them(registers: Any) -> None:
    from sen.apps.documents import interface as documents
    from sen.kernel.scopes import SYSTEM

    with clock.frozen(NOW + timedelta(hours=1)):
        third = documents.counts(SYSTEM, since=date(2099, 11, 3), until=date(2099, 11, 3))
        whole = documents.counts(SYSTEM)
        by_unit = {one.unit.code: one.counts for one in documents.by_unit(SYSTEM)}
    assert (third.total, whole.total, whole.signed_share, whole.electronic_share) == (1, 3, 0.5, pytest.approx(1 / 3))
    assert (by_unit["28249"].overdue, by_unit["82-stc"].done_late, by_unit["82-stc"].mean_hours) == (1, 1, 216)


def test_documents_entered_together_stand_as_each_by_itself() -> None:
    from sen.apps.documents import interface as documents
    from sen.apps.documents.models import Document
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    unit = organisations.unit("28249").id
    documents.name_agency(scope=SYSTEM, code="H20.05", name="Sở Nội vụ", unit="82-stc")
    sent = [
        documents.NewDocument(
            exchange_id=f"H20.05,2099/11/0{n},{n}/SNV", reference=f"{n}/SNV", issuer=documents.Agent("H20.05", "Sở Nội vụ"),
            abstract=f"Về đê bao số {n}", content="rà soát cống ngăn mặn",
            answers=(documents.Named("H20.05,2099/11/01,1/SNV"), documents.Named("H20.05,2098/01/01,9/SNV")),
        )
        for n in (1, 2)
    ]  # fmt: skip
    entry = documents.Entry(unit_id=unit, direction="in", registered_at=NOW, read_at=NOW, handled_at=NOW)
    with clock.frozen(NOW):
        alone, _new = documents.enter(sent[0], entry)
        assert documents.enter_all([(one, entry) for one in (*sent, sent[1])]) == 1
        assert documents.enter_all([(one, entry) for one in sent]) == 0
    together = Document.objects.get(exchange_id=sent[1].exchange_id)
    assert (together.issuer_unit_id, together.handled_on, together.signature) == (
        alone.issuer_unit_id, alone.handled_on, alone.signature,
    )  # fmt: skip
    assert together.issuer_unit_id == organisations.unit("82-stc").id
    assert [one.target_exchange_id for one in together.links.order_by("target_exchange_id")] == [
        "H20.05,2098/01/01,9/SNV",
        "H20.05,2099/11/01,1/SNV",
    ]
    assert alone.links.count() == 1
    assert {one.reference for one in documents_of("xa-a", q="đê bao")} == {"1/SNV", "2/SNV"}
