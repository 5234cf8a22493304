"""The pages of shared templates, asked as people ask them: writing, publishing, deciding, changing, drift. Real PostgreSQL throughout."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from urllib.parse import quote

from django.test import Client

from sen.apps.access.interface import SYSTEM
from sen.apps.packs import interface
from sen.apps.packs.tests.conftest import World, row

MAXIMUM = "/rows/pm25-24h/maximum"
TYPED = {
    "label": "Bụi mịn", "property": "pm25", "averaging": "24h", "minimum": "", "maximum": "42,5", "severity": "warning", "valid_from": "2026-01-01",
    "valid_to": "", "source": "Quyết định của tỉnh", "verified": "", "station": "", "standard": "", "water_class": "", "code": "",
}  # fmt: skip


def client(username: str) -> Client:
    """A browser signed in as a demo account."""
    from sen.apps.access.models import User

    made = Client()
    made.force_login(User.objects.get(username=username))
    return made


def published(world: World, *rows: dict[str, Any], name: str = "Ngưỡng của tỉnh", **options: Any) -> str:
    """A limit set of the province, published to all with its upper values open; its id."""
    from sen.apps.packs import interface as packs

    scope = world.scope("dulieu")
    made = packs.create_template(
        scope=scope, kind="limit_set", code=name.encode().hex()[:60], name=name, owner_id=world.province.id, content={"rows": list(rows or [row()])}
    )  # fmt: skip
    publish(world, str(made.id), **options)
    return str(made.id)


def publish(world: World, template: str, rows: list[dict[str, Any]] | None = None, **options: Any) -> None:
    """The next version."""
    from uuid import UUID

    from sen.apps.packs import interface as packs

    scope = world.scope("dulieu")
    if rows is not None:
        revision = packs.template(scope, UUID(template)).revision
        packs.save_draft(scope=scope, template_id=UUID(template), content={"rows": rows}, revision=revision)
    opened = options.pop("open_fields", ["/rows/*/maximum"])
    packs.publish(
        scope=scope, template_id=UUID(template), audience=packs.Audience("all"), open_fields=opened, **options
    )


def toast(answer: Any) -> dict[str, str]:
    """The message that the page shows, with the address of its undo."""
    told: dict[str, str] = json.loads(answer["HX-Trigger"])["sen:toast"]
    return told


def test_an_owner_writes_and_publishes_a_set(world: World) -> None:
    steward = client("dulieu")
    made = steward.post("/templates/new/", {"kind": "limit_set", "name": "Ngưỡng mùa khô", "owner": "82"})
    editor = made["Location"]
    assert re.fullmatch(r"/templates/[0-9a-f-]{36}/edit/", editor)
    first = steward.get(editor).context["revision"]

    # A point that could be thousands or decimals is refused in words, and what was typed stays.
    refused = steward.post(editor, {**TYPED, "maximum": "1.234", "revision": first})
    assert refused.status_code == 422
    assert "viết 1234 hoặc 1,234" in refused.content.decode()
    assert 'value="1.234"' in refused.content.decode()
    # So is what the kind of template refuses, at the row that it means.
    empty = steward.post(editor, {**TYPED, "maximum": "", "revision": first})
    assert empty.status_code == 422
    assert "cần giá trị thấp nhất hoặc cao nhất" in empty.content.decode()

    saved = steward.post(editor, {**TYPED, "revision": first, "then": "publish"})
    assert saved["Location"] == editor.replace("edit", "publish")
    # Somebody who still has the old draft open does not overwrite the new one.
    stale = steward.post(editor, {**TYPED, "label": "Khác", "revision": first})
    assert stale.status_code == 422
    assert "trong lúc bạn làm" in stale.content.decode()

    address = saved["Location"]
    wards = steward.get(address.replace("publish", "receivers"), {"rule": "kinds", "kinds": "ward"}).context[
        "receivers"
    ]
    everyone = steward.get(address.replace("publish", "receivers"), {"rule": "all"}).context["receivers"]
    assert 0 < len(wards) < len(everyone)
    done = steward.post(
        address, {"rule": "units", "units": world.ours.code, "open": "/rows/*/maximum", "note": "Bản đầu"}
    )
    assert done.status_code == 302
    offered = client("xa-a").get("/templates/", {"tab": "offered"}).context["rows"]
    assert [(one.template.name, one.note) for one in offered] == [("Ngưỡng mùa khô", "Bản đầu")]
    assert not client("xa-b").get("/templates/", {"tab": "offered"}).context["rows"]


def test_an_entry_sheet_has_a_head_above_its_rows(world: World) -> None:
    steward = client("dulieu")
    editor = steward.post("/templates/new/", {"kind": "entry_sheet", "name": "Rà soát nhà ở", "owner": "82"})[
        "Location"
    ]
    page = steward.get(editor)
    head = {cell.column.key: cell.value for cell in page.context["head"]}
    assert (head["name"], head["period"], head["due_day"]) == ("Rà soát nhà ở", "month", "15")
    typed = {
        "code": "pln_permits",
        "note": "Kể cả cấp lại",
        "required": "1",
        "minimum": "0",
        "maximum": "",
        "note_en": "",
    }
    said = {
        "head-period": "quarter",
        "head-unit_kinds": "ward,commune,special_zone",
        "head-due_day": "7",
        "head-agencies": "a, b",
    }
    revision = page.context["revision"]
    refused = steward.post(editor, {**typed, **said, "head-due_day": "", "revision": revision})
    assert refused.status_code == 422
    assert "Cần nhập hạn nộp" in refused.content.decode()
    # What is the province's needs the province's approval; the fault stands at the field that it means.
    alone = steward.post(
        editor, {**typed, **said, "head-about": "parent", "head-needs_approval": "1", "revision": revision}
    )
    assert {cell.column.key for cell in alone.context["head"] if cell.error} == {"approver"}
    assert steward.post(editor, {**typed, **said, "head-needs_approval": "1", "revision": revision}).status_code == 302
    [draft] = [one for one in interface.templates(SYSTEM, kind="entry_sheet")[0] if one.ref.name == "Rà soát nhà ở"]
    content = interface.template(SYSTEM, draft.ref.id).draft
    assert content is not None
    assert (content["code"], content["period"], content["due_day"], content["agencies"]) == (
        "ra-soat-nha-o",
        "quarter",
        7,
        ["a", "b"],
    )
    assert content["unit_kinds"] == ["ward", "commune", "special_zone"]
    assert content["rows"] == [
        {"code": "pln_permits", "note": "Kể cả cấp lại", "note_en": "", "required": True, "minimum": 0, "maximum": None}
    ]


def test_a_unit_takes_over_many_and_takes_it_back(world: World) -> None:
    templates = [published(world, name=name) for name in ("Một", "Hai", "Ba")]
    commune = client("xa-a")
    answer = commune.post("/templates/decide/?tab=offered", {"template": [f"{one}:1" for one in templates]})
    assert "đã nhận 3 mẫu" in toast(answer)["words"]
    assert not answer.context["rows"]
    assert len(commune.get("/templates/", {"tab": "used"}).context["rows"]) == 3
    assert client("xa-b").post(toast(answer)["undo"]).status_code == 404
    assert commune.post(toast(answer)["undo"]).status_code == 204
    assert len(commune.get("/templates/", {"tab": "offered"}).context["rows"]) == 3


def test_open_fields_are_changed_and_closed_ones_refused_by_page_and_server(world: World) -> None:
    template = published(world)
    commune = client("xa-a")
    commune.post(f"/templates/{template}/do/inherit/")
    field = f"/templates/{template}/field/?path="
    assert "Lưu tại đơn vị" in commune.get(field + quote(MAXIMUM)).content.decode()
    closed = commune.get(field + quote("/rows/pm25-24h/label")).content.decode()
    assert "không mở mục này cho đơn vị sửa" in closed
    assert "Lưu tại đơn vị" not in closed

    act = f"/templates/{template}/do/override/"
    forced = commune.post(act, {"path": "/rows/pm25-24h/label", "label": "Tên khác", "reason": "thử"})
    assert forced.status_code == 422
    assert "Tên khác" not in commune.get(f"/templates/{template}/").content.decode()
    unread = commune.post(act, {"path": MAXIMUM, "maximum": "cao", "reason": "thử"})
    assert "không phải là số" in unread.content.decode()
    done = commune.post(act, {"path": MAXIMUM, "maximum": "38,5", "reason": "Gần trường học"})
    page = done.content.decode()
    assert "38,5" in page
    assert "Tỉnh Đồng Tháp: 45" in page
    commune.post(toast(done)["undo"])
    assert "38,5" not in commune.get(f"/templates/{template}/").context["rows"][0].cells[2].words
    # A neighbour has nothing of it.
    assert client("xa-b").get(f"/templates/{template}/", {"unit": world.ours.code}).status_code == 404


def test_whole_rows_are_added_left_out_and_taken_back(world: World) -> None:
    template = published(world, open_fields=["/rows/*"])
    commune = client("xa-a")
    commune.post(f"/templates/{template}/do/inherit/")
    act = f"/templates/{template}/do/override/"

    def rows(answer: Any) -> list[tuple[str, str]]:
        return [(one.cells[0].words, one.state) for one in answer.context["rows"]]

    assert (
        "Dòng mới của đơn vị" in commune.get(f"/templates/{template}/field/?path={quote('/rows/+')}").content.decode()
    )
    unread = commune.post(act, {**TYPED, "path": "/rows/+", "label": "", "reason": "thử"})
    assert unread.status_code == 422
    assert "Cần nhập tên ngưỡng" in unread.content.decode()
    added = commune.post(
        act, {**TYPED, "path": "/rows/+", "property": "pm10", "code": "rieng", "reason": "Chợ đầu mối"}
    )
    assert rows(added) == [("PM2,5 trung bình 24 giờ", ""), ("Bụi mịn", "row-added")]
    without = commune.post(act, {"path": "/rows/pm25-24h", "remove": "1"})
    assert rows(without) == [("Bụi mịn", "row-added"), ("PM2,5 trung bình 24 giờ", "row-removed")]
    again = commune.post(act, {"path": "/rows/pm25-24h", "reset": "1"})
    assert ("PM2,5 trung bình 24 giờ", "") in rows(again)
    assert rows(commune.post(act, {"path": "/rows/rieng", "reset": "1"})) == [("PM2,5 trung bình 24 giờ", "")]


def test_a_new_version_says_what_becomes_of_own_changes(world: World) -> None:
    template = published(world, row(), row("pm10-24h", property="pm10", label="PM10"))
    commune = client("xa-a")
    commune.post(f"/templates/{template}/do/inherit/")
    for path, value in ((MAXIMUM, "38"), ("/rows/pm10-24h/maximum", "41")):
        commune.post(f"/templates/{template}/do/override/", {"path": path, "maximum": value, "reason": "thử"})
    publish(world, template, [row(maximum=44.0)], open_fields=["/rows/*/maximum"], note="Siết lại")

    page = commune.get(f"/templates/{template}/versions/2/")
    assert ("changed", "45", "44") in [(one.kind, one.before, one.after) for one in page.context["changes"]]
    assert {one.value: one.state for one in page.context["effects"]} == {"38": "conflict", "41": "lost"}
    assert page.context["may_decide"]
    declined = commune.post(f"/templates/{template}/versions/2/decide/", {"decision": "decline", "reason": "Chưa họp"})
    assert declined.status_code == 302
    league = client("kiemtoan").get("/templates/drift/").context["league"]
    assert [(one.unit.code, one.declined, one.overrides) for one in league] == [(world.ours.code, 1, 2)]
    assert "Chưa họp" in client("kiemtoan").get("/templates/drift/").content.decode()

    publish(world, template, mandatory=True)
    page = commune.get(f"/templates/{template}/")
    assert page.context["effective"].version == 3
    assert [one["words"] for one in page.context["ignored"]]
    refused = commune.post(f"/templates/{template}/versions/3/decide/", {"decision": "decline", "reason": "không"})
    assert refused.status_code == 422
    assert "bắt buộc" in refused.content.decode()


def test_drift_asks_the_database_the_same_for_few_and_many(world: World, remembered: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def inherited(name: str) -> None:
        template = published(world, name=name)
        for username in ("xa-a", "xa-b"):
            client(username).post(f"/templates/{template}/do/inherit/")
            client(username).post(
                f"/templates/{template}/do/override/", {"path": MAXIMUM, "maximum": "38", "reason": "thử"}
            )

    inherited("Một")
    auditor = client("kiemtoan")
    addresses = ("/templates/drift/", f"/templates/?unit={world.ours.code}", "/templates/?tab=own")

    def statements() -> list[int]:
        found = []
        for address in addresses:
            auditor.get(address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert auditor.get(address).status_code == 200
            found.append(len(asked))
        return found

    few = statements()
    for name in ("Hai", "Ba", "Bốn"):
        inherited(name)
    assert statements() == few

    table = list(csv.DictReader(io.StringIO(auditor.get("/templates/drift.csv").content.decode("utf-8-sig"))))
    assert len(table) == 8
    assert {one["paths"] for one in table} == {MAXIMUM}
    assert len(auditor.get("/templates/drift.csv", {"q": world.ours.name}).content.decode().splitlines()) == 5
