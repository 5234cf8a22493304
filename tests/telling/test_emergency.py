"""The emergency mode through its doors: the register, who is affected by hand-computed cases, broadcasts, deputies, masking, the mode."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
COMMUNE, OTHER = "28249", "28261"


@pytest.fixture
def register(gateway: Any) -> Iterator[None]:
    """Four household groups on a grid of 0.01°, three resources, a chief with a deputy in one commune and a chief in another."""
    from django.db import connection

    from sen.apps.emergency import interface as emergency
    from sen.kernel.scopes import SYSTEM

    day = date(2026, 6, 30)
    for number, (lon, lat, unit) in enumerate(((106.30, 10.30, COMMUNE), (106.31, 10.30, COMMUNE), (106.32, 10.30, COMMUNE), (106.30, 10.32, OTHER))):  # fmt: skip
        row = emergency.HouseholdRow(
            f"cum-{number}", unit, f"Ấp {number}", lon, lat, 10 + number, 40 + number, "Niên giám xã", day, elderly=4, children=6, disabled=1, simulated=True,
        )  # fmt: skip
        emergency.put_households(scope=SYSTEM, row=row)
    for code, kind, lon, lat in (("truong", "place", 106.301, 10.30), ("xuong", "vehicle", 106.30, 10.31), ("kho", "stock", 106.40, 10.30)):  # fmt: skip
        emergency.put_resource(scope=SYSTEM, row=emergency.ResourceRow(code, COMMUNE, code, kind, "Kiểm kê", day, lon=lon, lat=lat))  # fmt: skip
    for row in (
        emergency.ContactRow("chi-huy", COMMUNE, "Nguyễn Văn Một", "Chỉ huy trưởng", "0901 000 001"),
        emergency.ContactRow(
            "chi-huy-pho", COMMUNE, "Trần Thị Hai", "Chỉ huy phó", "0901000002", deputy_of="chi-huy", order=2
        ),
        emergency.ContactRow("xa-khac", OTHER, "Lê Văn Ba", "Chủ tịch", "", username="xa-b"),
    ):
        emergency.put_contact(scope=SYSTEM, row=row)
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE emergency_contact, emergency_resource, emergency_householdgroup, emergency_broadcast, emergency_declaration, emergency_bulletintemplate CASCADE")  # fmt: skip


def scope(username: str) -> Any:
    from sen.apps.access import interface as access

    return access.scope_of_username(username)


@pytest.mark.parametrize(
    ("area", "groups", "people"),
    [
        # 0.01° of longitude at 10.3° N is 1.0940 km: 1.0 km reaches the centre alone, 1.1 km the next, 2.19 both, and 0.02° of latitude is 2.2239 km.
        ({"kind": "circle", "lon": 106.30, "lat": 10.30, "km": 1.0}, ["cum-0"], 40),
        ({"kind": "circle", "lon": 106.30, "lat": 10.30, "km": 1.1}, ["cum-0", "cum-1"], 81),
        ({"kind": "circle", "lon": 106.30, "lat": 10.30, "km": 2.2}, ["cum-0", "cum-1", "cum-2"], 123),
        ({"kind": "circle", "lon": 106.30, "lat": 10.30, "km": 2.23}, ["cum-0", "cum-1", "cum-2", "cum-3"], 166),
        # A concave polygon around the first and the third that leaves the second out, its edge through the first.
        ({"kind": "polygon", "points": [[106.30, 10.29], [106.33, 10.29], [106.33, 10.31], [106.315, 10.31], [106.315, 10.295], [106.305, 10.295], [106.305, 10.31], [106.30, 10.31]]}, ["cum-0", "cum-2"], 82),
        ({"type": "Polygon", "coordinates": [[[106.305, 10.29], [106.315, 10.29], [106.315, 10.31], [106.305, 10.31], [106.305, 10.29]]]}, ["cum-1"], 41),
        ({"kind": "circle", "lon": 106.5, "lat": 10.5, "km": 1}, [], 0),
    ],
)  # fmt: skip
def test_who_is_affected(register: None, area: dict[str, Any], groups: list[str], people: int) -> None:
    from sen.apps.emergency.affected import affected, parse

    found = affected(scope("trucban"), parse(json.dumps(area)))
    assert sorted(one.code for one in found.groups) == groups
    assert found.people == people
    assert found.elderly == 4 * len(groups)
    assert sum(one.people for one in found.communes) == people
    if groups:
        assert (found.sources, found.oldest, found.simulated) == (["Niên giám xã"], date(2026, 6, 30), True)


def test_a_commune_counts_its_own_people_only_and_bad_areas_say_why(register: None) -> None:
    from sen.apps.emergency.affected import affected, parse
    from sen.kernel.errors import InvalidInput

    wide = parse('{"kind": "circle", "lon": 106.3, "lat": 10.3, "km": 3}')
    assert affected(scope("xa-b"), wide).people == 43
    for text in ("{", '{"kind": "circle", "lon": 1, "lat": 1, "km": 0}', '{"kind": "polygon", "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}', '{"kind": "polygon", "points": [[0, 0]]}'):  # fmt: skip
        with pytest.raises(InvalidInput):
            parse(text)


def test_resources_near_a_point_come_in_order_with_their_distance(register: None) -> None:
    from sen.apps.emergency import interface as emergency

    found = emergency.near(scope("trucban"), 106.30, 10.30, 2.0)
    assert [(one.code, one.km) for one in found] == [("truong", 0.109), ("xuong", 1.112)]
    assert [one.code for one in emergency.near(scope("trucban"), 106.30, 10.30, 20.0, ("stock",))] == ["kho"]


def _send(**options: Any) -> Any:
    from sen.apps.emergency import broadcasts

    given = {"unit": "82", "to_units": [COMMUNE, OTHER], "title": "Sơ tán", "words": "Đưa dân ven sông lên trường học."} | options  # fmt: skip
    made = broadcasts.write(scope=scope("trucban"), **given)
    return broadcasts.send(scope=scope("trucban"), broadcast_id=made.pk)


def _deliver(now: datetime) -> None:
    from sen.apps.notifications.delivering import deliver
    from sen.kernel import clock

    with clock.frozen(now):
        for code in ("sms", "zalo", "email"):
            while deliver(code, now):
                pass


def test_who_does_not_confirm_is_reminded_then_the_deputy_is_told(register: None, gateway: Any, client: Any) -> None:
    from sen.apps.emergency import broadcasts, telling_state
    from sen.apps.emergency import interface as emergency
    from sen.kernel import clock

    with clock.frozen(NOW):
        sent = _send(drill=True, remind_minutes=5, escalate_minutes=10)
    assert broadcasts.send(scope=scope("trucban"), broadcast_id=sent.pk).sent_at == NOW  # a second press sends nothing
    _deliver(NOW)
    assert {one.to for one in gateway.box.messages("sms")} == {"+84901000001"}
    assert gateway.box.messages("sms")[0].text.startswith("DIỄN TẬP · Sơ tán")
    with clock.frozen(NOW + timedelta(minutes=6)):
        assert emergency.run_due(NOW + timedelta(minutes=6)) == 2  # both are reminded
        assert emergency.run_due(NOW + timedelta(minutes=6)) == 0
    with clock.frozen(NOW + timedelta(minutes=11)):
        assert emergency.run_due(NOW + timedelta(minutes=11)) == 1  # only one of them has a deputy
        assert emergency.run_due(NOW + timedelta(minutes=11)) == 0
    _deliver(NOW + timedelta(minutes=12))
    assert [one.to[-1] for one in gateway.box.messages("sms")] == ["1", "1", "2"]
    reply = {"replies": [{"id": "r", "sender": "0901000002", "text": "Đã nhận"}]}
    with clock.frozen(NOW + timedelta(minutes=13)):
        client.post(
            "/gateways/sms/", reply, content_type="application/json", headers={"authorization": "Bearer ma-sms"}
        )
    people = {one.code: one for one in telling_state.people(scope("trucban"), sent)}
    assert (people["chi-huy-pho"].how, people["chi-huy-pho"].instead_of) == ("sms", "Nguyễn Văn Một")
    assert people["chi-huy"].acknowledged_at is None
    tally = telling_state.tally(list(people.values()))
    assert (tally.told, tally.acknowledged) == (3, 1)


def test_confirming_in_the_inbox_confirms_the_broadcast(register: None) -> None:
    from sen.apps.emergency import telling_state
    from sen.apps.notifications import interface as notifications
    from sen.apps.notifications import queries

    sent = _send()
    [item] = [one for one in queries.inbox(scope("xa-b")) if one.title == "Sơ tán"]
    notifications.acknowledge(scope("xa-b"), item.id)
    [person] = [one for one in telling_state.people(scope("trucban"), sent) if one.code == "xa-khac"]
    assert (person.how, person.acknowledged_at is not None) == ("console", True)


def test_a_bulletin_is_filled_and_needs_a_second_person(register: None) -> None:
    from sen.apps.emergency import broadcasts, bulletins
    from sen.apps.emergency import interface as emergency
    from sen.apps.emergency.affected import affected, parse
    from sen.kernel.errors import Conflict, Forbidden, InvalidInput

    emergency.put_bulletin_template(code="lu", hazard="flood", name="Lũ", title="Lũ ở {place}", words="{unit}: {households} hộ, {people} người. {advice}", severity="serious")  # fmt: skip
    with pytest.raises(InvalidInput):
        emergency.put_bulletin_template(code="x", hazard="flood", name="x", title="{khong_biet}", words="", severity="serious")  # fmt: skip
    found = affected(scope("trucban"), parse('{"kind": "circle", "lon": 106.3, "lat": 10.3, "km": 1.1}'))
    given = {"scope": scope("trucban"), "code": "lu", "unit": "82", "to_units": [COMMUNE], "affected": found, "drill": False}  # fmt: skip
    with pytest.raises(InvalidInput, match="việc cần làm thêm"):
        bulletins.write(**given, values={"place": "Mỹ Tho"})
    made = bulletins.write(**given, values={"place": "Mỹ Tho", "advice": "Lên chỗ cao."})
    assert (made.title, made.words) == ("Lũ ở Mỹ Tho", "Tỉnh Đồng Tháp: 21 hộ, 81 người. Lên chỗ cao.")
    with pytest.raises(Conflict):
        broadcasts.send(scope=scope("trucban"), broadcast_id=made.pk)
    with pytest.raises(Forbidden):
        broadcasts.approve(scope=scope("trucban"), broadcast_id=made.pk)
    broadcasts.approve(scope=scope("lanhdao"), broadcast_id=made.pk)
    assert broadcasts.send(scope=scope("trucban"), broadcast_id=made.pk).state == "sent"


def test_numbers_are_masked_by_role_and_looking_is_recorded(register: None) -> None:
    from sen.apps.audit.models import AuditEvent
    from sen.apps.emergency import contacts
    from sen.kernel.errors import InvalidInput, NotFound

    [chief] = contacts.visible(scope("trucban")).filter(code="chi-huy")
    assert contacts.shown_phone(scope("trucban"), chief) == "+84901000001"
    assert contacts.shown_phone(scope("kiemtoan"), chief) == "+84 ••• 001"
    with pytest.raises(InvalidInput):
        contacts.unmask(scope=scope("kiemtoan"), contact_id=chief.pk, reason="")
    with pytest.raises(NotFound):
        contacts.unmask(scope=scope("xa-b"), contact_id=chief.pk, reason="muốn xem thử")
    assert contacts.unmask(scope=scope("kiemtoan"), contact_id=chief.pk, reason="kiểm tra danh sách").phone == "+84901000001"  # fmt: skip
    event = AuditEvent.objects.filter(action="emergency.unmask").latest("seq")
    assert (event.actor, event.object_id) == ("kiemtoan", "chi-huy")
    assert "0901" not in json.dumps(event.detail)


def test_the_mode_is_declared_once_shown_to_those_concerned_and_takes_the_walls(register: None) -> None:
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.emergency import declarations
    from sen.apps.organisations import interface as organisations
    from sen.kernel.errors import Conflict, Forbidden
    from sen.kernel.scopes import SYSTEM

    dashboards.create_screen(scope=SYSTEM, unit_id=organisations.unit(COMMUNE).id, name="Tường")
    given = {"unit": COMMUNE, "hazard": "flood", "reason": "Nước vượt báo động III"}
    with pytest.raises(Forbidden):
        declarations.declare(scope=scope("xa-a"), **given)
    made = declarations.declare(scope=scope("lanhdao"), **given)
    assert made.wall_batch is not None
    with pytest.raises(Conflict):
        declarations.declare(scope=scope("trucban"), **given)
    assert [one.pk for one in declarations.active(scope("xa-a"))] == [made.pk]
    assert declarations.active(scope("xa-b")) == []
    ended = declarations.end(scope=scope("trucban"), declaration_id=made.pk, note="Nước đã rút")
    assert (ended.wall_batch, declarations.active(scope("xa-a"))) == (None, [])


def test_import_lists_every_bad_row_and_a_dry_run_writes_nothing(register: None, tmp_path: Path) -> None:
    from sen.apps.emergency.models import HouseholdGroup
    from sen.project.imports import KINDS

    file = tmp_path / "ho.csv"
    file.write_text(
        "mã,mã xã,tên,kinh độ,vĩ độ,số hộ,nhân khẩu,người già,nguồn,ngày số liệu\n"
        "a-1,28249,Ấp Một,106.3,10.3,10,40,3,Niên giám,2026-06-30\n"
        "a-2,99999,Ấp Hai,106.3,10.3,10,40,3,Niên giám,2026-06-30\n"
        "a-3,28249,Ấp Ba,106.3,10.3,mười,40,3,Niên giám,2026-06-30\n"
        "a-4,28249,Ấp Bốn,106.3,10.3,10,40,41,Niên giám,2026-06-30\n"
        "a-5,28249,Ấp Năm,106.3,10.3,10,40,3,Niên giám,tháng sáu\n",
        "utf8",
    )
    before = HouseholdGroup.objects.count()
    for dry_run, after in ((True, before), (False, before + 1)):
        outcome = KINDS["households"](file, dry_run=dry_run)
        assert (outcome.imported, [one.row for one in outcome.problems]) == (1, [3, 4, 5, 6])
        assert HouseholdGroup.objects.count() == after


def test_pages_answer(register: None, client: Any) -> None:
    from sen.apps.access.models import User

    sent = _send()
    client.force_login(User.objects.get(username="trucban"))
    for address in ("", "contacts/", "resources/", "area/", "bulletins/", "broadcasts/", "broadcasts/new/", f"broadcasts/{sent.pk}/", f"broadcasts/{sent.pk}/people/", f"broadcasts/{sent.pk}/people.csv"):  # fmt: skip
        assert client.get(f"/emergency/{address}").status_code == 200, address
    area = '{"kind": "circle", "lon": 106.3, "lat": 10.3, "km": 1.1}'
    assert "Ấp 1" in client.post("/emergency/area/affected/", {"area": area}).content.decode()
    assert "cum-1" in client.post("/emergency/area/export/", {"area": area}).content.decode()
    assert 'value="28249" checked' in client.post("/emergency/broadcasts/new/", {"area": area}).content.decode()
