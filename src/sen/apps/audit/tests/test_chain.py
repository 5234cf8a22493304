"""The record cannot be changed unnoticed: the database refuses, and the chain shows what was done behind its back."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from sen.apps.audit import interface as audit
from sen.apps.audit import services
from sen.apps.audit.models import AuditEvent
from sen.kernel import clock
from sen.kernel.scopes import SYSTEM


def append(count: int, **detail: object) -> None:
    for number in range(count):
        audit.record(
            scope=SYSTEM, action="test.do", object_type="thing", object_id=str(number), detail={"n": number, **detail}
        )


def behind_the_back(sql: str, *values: object) -> None:
    """What somebody who owns the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_a_chain_verifies() -> None:
    append(20, text="Tiếng Việt\x00", number=0.1, big=1e30, nested={"b": 1, "a": [None, True]})
    found = audit.verify()
    assert found.ok and found.events == 20


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_changes(change: str) -> None:
    append(3)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows = AuditEvent.objects.filter(seq__gt=0)
        rows.update(actor="ai đó") if change == "update" else rows._raw_delete("default")
    assert audit.verify().ok


@pytest.mark.django_db
def test_a_changed_event_shows() -> None:
    append(5)
    behind_the_back(
        "UPDATE audit_auditevent SET actor = %s WHERE seq = (SELECT min(seq) + 2 FROM audit_auditevent)", "ai đó"
    )
    found = audit.verify()
    assert (found.ok, found.why, found.events) == (False, "changed", 2)


@pytest.mark.django_db
def test_a_removed_event_shows() -> None:
    append(5)
    behind_the_back("DELETE FROM audit_auditevent WHERE seq = (SELECT min(seq) + 2 FROM audit_auditevent)")
    assert audit.verify().why == "missing"


@pytest.mark.django_db
def test_a_cut_off_end_shows_against_the_witness(tmp_path: Path) -> None:
    append(5)
    seq, digest = services.head()
    heads = tmp_path / "heads.jsonl"
    heads.write_text(json.dumps({"seq": seq, "hash": digest}) + "\n")
    behind_the_back("DELETE FROM audit_auditevent WHERE seq = %s", seq)
    assert audit.verify().ok
    assert audit.verify(heads).why == "cut off"
    append(1)
    assert audit.verify(heads).why == "rewritten"


@pytest.mark.django_db
def test_retired_events_leave_a_chain_that_verifies(tmp_path: Path) -> None:
    with clock.frozen(clock.now() - timedelta(days=500)):
        append(4)
    append(3)
    assert services.retire(before=clock.now() - timedelta(days=400), folder=tmp_path) == 4
    assert AuditEvent.objects.count() == 3 and audit.verify().ok
    lines = [json.loads(line) for line in next(tmp_path.glob("*.jsonl")).read_text().splitlines()]
    assert len(lines) == 4 and lines[-1]["hash"] == AuditEvent.objects.earliest("seq").previous_hash
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.all()._raw_delete("default")


@pytest.mark.django_db
def test_an_event_goes_with_the_transaction_that_did_it() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        append(1)
        raise RuntimeError
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_make_one_chain() -> None:
    def work() -> None:
        try:
            append(10)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = audit.verify()
    assert found.ok and found.events == found.head_seq == 60
