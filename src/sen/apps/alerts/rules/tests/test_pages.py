"""The list, the page of a rule and the editor as people ask them; REST beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.test import Client
from django.utils import translation

from sen.apps.alerts.rules.tests.conftest import Desk, rule

TYPED = {
    "name": "Mặn ở cống thử", "name_en": "", "code": "man-thu", "mode": "new", "when-kind": "value", "when-property": "salinity", "when-asset_kind": "",
    "when-above": "1,5", "when-below": "", "duration_s": "20", "duration_s.scale": "60", "severity": "serious", "role": "duty_officer",
    "procedure": "nuoc-thu", "clock_minutes": "2", "clock_minutes.scale": "3600", "hours": "always", "tide": "", "hysteresis": "0,2",
    "clear_after_s": "1", "clear_after_s.scale": "3600", "group": "asset", "group_minutes": "60", "group_minutes.scale": "60",
    "hazard": "salinity", "advice": "",
}  # fmt: skip


def client(username: str) -> Client:
    """A browser signed in as a demo account."""
    from sen.apps.access.models import User

    made = Client()
    made.force_login(User.objects.get(username=username))
    return made


def test_a_rule_is_written_read_tried_published_and_fitted_by_a_commune(desk: Desk) -> None:
    from sen.apps.packs import interface as packs

    steward = client("dulieu")
    wrong = steward.post("/rules/new/", {**TYPED, "when-above": "một"})
    assert wrong.status_code == 422
    assert "Cần một con số." in wrong.content.decode()
    far = steward.post("/rules/new/", {**TYPED, "when-above": "99"})
    assert "nằm ngoài khoảng đo" in far.content.decode()
    made = steward.post("/rules/new/", TYPED)
    assert made.status_code == 302
    template = made["Location"].split("/")[2]
    page = steward.get(made["Location"]).content.decode()
    assert (
        "Khi <b>độ mặn</b> vượt <b>1,5 ‰</b> kéo dài <b>20 phút</b> thì báo <b>Nghiêm trọng</b> cho <b>trực ban</b>"
        in page
    )
    assert "làm theo <b>Xử lý nước lên</b>, trong <b>2 giờ</b>" in page
    assert "Bản nháp" in page

    stale = steward.post(f"/rules/{template}/edit/", {**TYPED, "mode": "draft", "revision": "99"})
    assert stale.status_code == 422
    assert "trong lúc bạn làm" in stale.content.decode()

    scope = desk.scope("dulieu")
    for code, kind, opened in (("man-thu", "rule", ("/when/above",)), ("nuoc-thu", "sop", ())):
        ref = packs.template_by_code(scope, kind, code, desk.province.id)
        assert ref is not None
        packs.publish(scope=scope, template_id=ref.id, audience=packs.Audience("all"), open_fields=opened)
        packs.inherit(scope=scope, template_id=ref.id, unit_id=desk.commune.id)
    commune = client("xa-a")
    assert "disabled" in commune.get(f"/rules/{template}/edit/").content.decode()
    fitted = {"when-above": "1", "reason": "Cống lấy nước sinh hoạt", "severity": "info"}
    assert commune.post(f"/rules/{template}/edit/", fitted).status_code == 302
    content = packs.effective_one(
        scope, packs.template_by_code(scope, "rule", "man-thu", desk.province.id).id, desk.commune.id
    ).content  # type: ignore[union-attr]
    assert (content["when"]["above"], content["severity"]) == (1.0, "serious")
    assert client("xa-b").get(f"/rules/{template}/?unit={desk.commune.code}").status_code == 404


def test_the_form_changes_with_the_kind_of_condition(desk: Desk) -> None:
    steward = client("dulieu")
    for kind, field in (
        ("rate", "when-over_minutes"), ("silence", "when-asset_kind"), ("index", "when-category"), ("forecast", "when-within_hours"),
        ("neighbours", "when-of-0-property"), ("expression", "when-text"), ("record", "when-record"), ("limit", "when-severity"),
    ):  # fmt: skip
        answer = steward.post("/rules/sentence/", {**TYPED, "when-kind": kind})
        assert f'name="{field}"' in answer.content.decode(), kind
    parts = steward.post("/rules/sentence/", {**TYPED, "when-kind": "several", "change": "add"}).content.decode()
    assert 'name="when-of-2-property"' in parts


def test_lists_are_read_in_english_and_over_rest(desk: Desk, rest: Callable[[str], Any]) -> None:
    from sen.apps.alerts.rules import sentences
    from sen.apps.packs import interface as packs

    template = desk.publish("rule", rule())
    steward = client("dulieu")
    assert "Khi <b>mực nước của trạm đo mực nước</b>" in steward.get("/rules/").content.decode()
    with translation.override("en"):
        assert str(sentences.sentence(msgspec.convert(rule(), packs.Rule))).startswith("When <b>water level")
    ask = rest("dulieu")
    [row] = ask("GET", "/rules")["items"]
    assert (row["state"], row["code"]) == ("off", "muc-nuoc")
    refused = ask("POST", f"/rules/{template}/on", {"owner": "role:duty_officer"}, expect=422)
    assert refused["code"] == "not_tested"
    row = ask("POST", f"/rules/{template}/on", {"owner": "role:duty_officer", "untested_reason": "Chưa có số liệu cũ"})
    assert row["state"] == "on"
    shown = ask("GET", f"/rules/in-force/{row['in_force']}")
    assert shown["sentence"].startswith("Khi mực nước của trạm đo mực nước vượt 2 m")
    ask("GET", f"/rules/in-force/{row['in_force']}")
    ask("POST", f"/rules/{template}/off", {"reason": "Bảo trì trạm", "revision": row["revision"]})
    assert ask("GET", "/rules")["items"][0]["state"] == "off"
    rest("xa-b")("POST", f"/rules/{template}/on?unit={desk.commune.code}", {"owner": "role:duty_officer"}, expect=404)
