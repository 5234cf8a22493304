"""A small centre for the permission matrix: one caller per role, neighbours, and one object of each kind.

Everything is made through the public doors. The department `82-snnmt` owns the source and the asset; the asset stands on the
ground of the first commune; another department and another commune are the neighbours who must not see them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.test import Client

# caller → account of the demonstration
ACCOUNTS = {
    "administrator": "quantri",
    "leader": "lanhdao",
    "duty_officer": "trucban",
    "agent_1022": "tongdai",
    "data_steward": "dulieu",
    "auditor": "kiemtoan",
    "owner": "moitruong",
    "neighbour_department": "xaydung",
    "ground": "xa-a",
    "neighbour_commune": "xa-b",
}
SIGNED_OUT = "signed_out"
AWAKE_MS = 60_000


@dataclass
class World:
    """Clients by caller, and the values that fill the parameters of addresses."""

    clients: dict[str, Client]
    values: dict[str, str]
    woken_ms: int = 0

    def keep_awake(self) -> None:
        """Note that everybody works: what the doors themselves note is rolled back, and on a slow machine administrators fall asleep."""
        from sen.apps.access.models import User
        from sen.kernel import clock

        now = clock.now_ms()
        if now - self.woken_ms < AWAKE_MS:
            return
        self.woken_ms = now
        for caller, username in ACCOUNTS.items():
            self.clients[caller].force_login(User.objects.get(username=username))


@contextmanager
def centre(blocker: Any) -> Iterator[World]:
    """The centre inside a transaction that is rolled back, for all tests of a module."""
    from django.db import transaction
    from django.test.utils import override_settings

    from sen.apps.access import queries

    hashers = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with blocker.unblock(), hashers, transaction.atomic():
        queries.forget_scopes()
        yield build()
        transaction.set_rollback(True)
    queries.forget_scopes()


def build() -> World:
    """The centre in the database of the caller, who sees to it that it goes away again."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from sen.apps.access import interface as access
    from sen.apps.access.models import User
    from sen.apps.organisations import interface as organisations
    from sen.eventbus import ensure_streams
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM
    from sen.telemetry.ddl import migrate

    migrate(settings().clickhouse_url)
    asyncio.run(ensure_streams(settings().nats_url))
    organisations.install_province("82", scope=SYSTEM)
    access.create_demo_accounts()
    clients = {SIGNED_OUT: Client()}
    for caller, username in ACCOUNTS.items():
        user = User.objects.get(username=username)
        if caller == "administrator":
            TOTP.activate(user, generate_totp_secret())
        clients[caller] = Client()
        clients[caller].force_login(user)
    values = {"commune": "28249"}
    values |= _source_and_asset(clients["administrator"], organisations.unit("28249"))
    values |= _inbox(values)
    values |= _figure(values)
    values |= _tokens(clients["administrator"])
    values |= _invitation() | _bulk()
    values |= _shared_template(values)
    values |= _private_template(clients["neighbour_commune"])
    values |= _wall(clients["owner"], clients["neighbour_department"])
    values |= _dashboard()
    values |= _notification()
    values |= _emergency(values)
    values |= _incidents(clients["owner"])
    values |= _shift()
    values |= _rule(values)
    values |= _alert(values)
    return World(clients, values)


def _post(client: Client, path: str, body: dict[str, Any]) -> Any:
    answer = client.post(path, json.dumps(body), content_type="application/json")
    if answer.status_code >= 300:
        raise AssertionError(f"{path}: {answer.status_code} {answer.content.decode()}")
    return answer.json()


def _source_and_asset(client: Client, commune: Any) -> dict[str, str]:
    source = {"code": "nguon", "name": "Nguồn", "connector": "http_push", "owner": "82-snnmt"}
    _post(client, "/api/v1/sources", source)
    point = {"type": "Point", "coordinates": [commune.seat_lon, commune.seat_lat]}
    asset = {
        "code": "tram",
        "name": "Trạm",
        "kind": "air_station",
        "owner": "82-snnmt",
        "location": point,
        "source": "nguon",
        "device": "T1",
    }
    _post(client, "/api/v1/assets", asset)
    return {"source": "nguon", "asset": "tram"}


def _inbox(values: dict[str, str]) -> dict[str, str]:
    """One proposal and one dead letter of the source."""
    from sen.apps.sources import interface as sources
    from sen.apps.sources.models import DeadLetter, Proposal
    from sen.kernel import clock

    number = next(one.number for one in sources.credentials() if one.code == values["source"])
    now = clock.now()
    sources.propose_devices([sources.ProposedDevice(number, "thiet-bi-la", ["pm25"], now, now)])
    sources.add_dead_letters([sources.DeadLetterRow(number, now, "http_push", "readings.x", b"{", "bad_json", "hỏng")])
    return {"proposal": str(Proposal.objects.get().pk), "letter": str(DeadLetter.objects.get().pk)}


def _figure(values: dict[str, str]) -> dict[str, str]:
    """An indicator with one value of the first commune."""
    from sen.apps.indicators import interface as indicators
    from sen.kernel.scopes import SYSTEM

    indicators.define(scope=SYSTEM, code="chi-tieu", name="Chỉ tiêu", period="month", across_units="sum")
    row = indicators.ValueRow(code="chi-tieu", unit=values["commune"], period="2026-03", value=1.0, source="so-cua-xa")
    if indicators.record_values(scope=SYSTEM, rows=[row]).problems:
        raise AssertionError("the value was not recorded")
    return {"indicator": "chi-tieu"}


def _tokens(client: Client) -> dict[str, str]:
    return {"token": _post(client, "/api/v1/tokens", {"name": "của quản trị"})["id"]}


def _invitation() -> dict[str, str]:
    """A link that nobody has used yet, to the ground of the asset."""
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations

    issued = access.invite(
        scope=access.SYSTEM, unit_id=organisations.unit("28249").id, role=access.Role.COMMUNE_OFFICER, full_name="Người Mới",
        username="nguoi-moi",
    )  # fmt: skip
    return {"invitation": issued.secret}


def _shared_template(values: dict[str, str]) -> dict[str, str]:
    """Limits of the province for the first commune alone, which follows the first of two versions with a value of its own."""
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    province, commune = organisations.province(), organisations.unit(values["commune"])
    row = {
        "code": "bui-min", "property": "pm25", "averaging": "24h", "unit": "ug/m3", "maximum": 40.0, "severity": "warning",
        "valid_from": "2026-01-01", "label": "Bụi mịn", "source": "thử",
    }  # fmt: skip
    made = packs.create_template(
        scope=SYSTEM, kind="limit_set", code="nguong-chung", name="Ngưỡng chung", owner_id=province.id, content={"rows": [row]}
    )  # fmt: skip
    audience = packs.Audience("units", unit_ids=(commune.id,))
    packs.publish(scope=SYSTEM, template_id=made.id, audience=audience, open_fields=["/rows/*/maximum"])
    packs.inherit(scope=SYSTEM, template_id=made.id, unit_id=commune.id)
    packs.override(
        scope=SYSTEM, template_id=made.id, unit_id=commune.id, changes={"/rows/bui-min/maximum": 35.0}, reason="thử"
    )  # fmt: skip
    packs.publish(scope=SYSTEM, template_id=made.id, audience=audience, open_fields=["/rows/*/maximum"])
    return {"template": str(made.id)}


def _private_template(client: Client) -> dict[str, str]:
    """A code list that the neighbour commune keeps for itself."""
    [unit] = {one["unit"] for one in client.get("/api/v1/me").json()["memberships"]}
    content = {"items": [{"code": "a", "name": "Mục A"}]}
    body = {"kind": "code_list", "code": "cua-rieng", "name": "Của riêng", "owner": unit, "content": content}
    made = _post(client, "/api/v1/templates", body)
    publication = {"revision": made["revision"], "audience": {"rule": "own"}}
    _post(client, f"/api/v1/templates/{made['id']}/publish", publication)
    return {"private": made["id"]}


def _bulk() -> dict[str, str]:
    """A batch of openings that has not begun."""
    from sen.apps.centres.models import BulkOpening
    from sen.kernel import clock

    made = BulkOpening.objects.create(codes=["28249"], started_by="quantri", started_at=clock.now())
    return {"bulk": str(made.pk)}


def _wall(owner: Client, neighbour: Client) -> dict[str, str]:
    """A screen, a scene, a playlist and a timed scene of the owner, something sent to the screen, and a screen of the neighbour."""
    panels = [{"kind": "note", "text": "ghi chú của cảnh"}]
    scene = _post(owner, "/api/v1/scenes", {"unit": "82-snnmt", "code": "canh", "name": "Cảnh một", "panels": panels})[
        "id"
    ]
    items = [{"scene": scene, "seconds": 30}]
    playlist = _post(owner, "/api/v1/playlists", {"unit": "82-snnmt", "name": "Vòng", "items": items})["id"]
    screen = _post(owner, "/api/v1/screens", {"unit": "82-snnmt", "name": "Màn hình sở", "playlist": playlist})
    hours = {"scene": scene, "weekdays": [0], "starts": "03:00", "ends": "03:01"}
    timed = _post(owner, "/api/v1/timed-scenes", hours)["id"]
    sent = _post(owner, f"/api/v1/screens/{screen['id']}/send", {"scene": scene, "minutes": 60})["batch"]
    other = _post(neighbour, "/api/v1/screens", {"unit": "82-sxd", "name": "Màn hình láng giềng"})
    return {
        "wall_scene": scene, "playlist": playlist, "screen": screen["id"], "screen_token": screen["token"], "timed": timed,
        "sent": sent, "other_screen_token": other["token"],
    }  # fmt: skip


def _dashboard() -> dict[str, str]:
    """A dashboard of the owner's own."""
    from sen.apps.access import interface as access
    from sen.apps.dashboards import editing
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs

    owner, unit = access.scope_of_username(ACCOUNTS["owner"]), organisations.unit("82-snnmt").id
    made = editing.create(scope=owner, unit_id=unit, name="Bảng của sở")
    return {"dashboard": str(made), "dashboard_base": editing.stamp(packs.effective_one(owner, made, unit))}


def _notification() -> dict[str, str]:
    """Told to the department's officer alone."""
    from sen.apps.access.models import User
    from sen.apps.notifications import interface as notifications

    to = notifications.Recipients(user_ids=(User.objects.get(username=ACCOUNTS["owner"]).pk,))
    made = notifications.notify(
        key="cho-so", to=to, title="Tin cho sở", body="", url="/", severity="notice", needs_ack=True
    )  # fmt: skip
    return {"notification": str(made)}


def _incidents(owner: Client) -> dict[str, str]:
    """A procedure of the province; an incident that the owner leads on the first commune's ground, with a step, an order to that
    commune and a message; one split off it; one closed, with review and lesson."""
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    step = {"code": "xac-minh", "words": "Xác minh", "role": "duty_officer", "minutes": 30}
    content = {"code": "quy-trinh", "name": "Quy trình thử", "steps": [step]}
    made = packs.create_template(
        scope=SYSTEM,
        kind="sop",
        code="quy-trinh",
        name="Quy trình thử",
        owner_id=organisations.province().id,
        content=content,
    )
    packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("all"), mandatory=True)
    told = {
        "kind": "air",
        "title": "Khói ở cụm công nghiệp",
        "severity": "warning",
        "territory": "28249",
        "procedure": "",
    }
    number = _post(owner, "/api/v1/incidents", told)["summary"]["number"]
    _post(
        owner,
        f"/api/v1/incidents/{number}/steps",
        {"words": "Kiểm tra ống khói", "role": "department_officer", "minutes": 60},
    )
    order = {"to": ["28249"], "words": "Cử người kiểm tra"}
    [sent] = _post(owner, f"/api/v1/incidents/{number}/dispatches", order)["dispatches"]
    message = _post(owner, f"/api/v1/incidents/{number}/messages", {})
    split = _post(owner, f"/api/v1/incidents/{number}/split", {"title": "Khói ở nơi thứ hai"})
    closed = _post(owner, "/api/v1/incidents", {**told, "title": "Khói đã hết"})["summary"]["number"]
    _post(owner, f"/api/v1/incidents/{closed}/state", {"state": "closed", "words": "Đã hết khói"})
    lesson = _post(owner, f"/api/v1/incidents/{closed}/lessons", {"words": "Lắp thêm cảm biến"})
    return {
        "incident": number, "other_incident": split["target"], "rearrangement": split["id"], "dispatch": sent["id"],
        "public_message": message["id"], "closed_incident": closed, "lesson": lesson["id"], "procedure": str(made.id),
    }  # fmt: skip


def _shift() -> dict[str, str]:
    """A post of the department with a duty of its officer tomorrow, the hand-over that they are writing, and a file about it."""
    from datetime import time, timedelta

    from sen.apps.access import interface as access
    from sen.apps.files import interface as files
    from sen.apps.organisations import interface as organisations
    from sen.apps.shifts import interface as shifts
    from sen.apps.shifts.handover import services
    from sen.apps.shifts.models import Duty
    from sen.kernel import clock

    owner, unit = access.scope_of_username(ACCOUNTS["owner"]), organisations.unit("82-snnmt").id
    post = shifts.create_post(
        scope=owner, unit_id=unit, name="Trực sở", role="department_officer", kind="duty", pattern="day", starts=time(7)
    )
    start = clock.now() + timedelta(days=1)
    placing = shifts.Placing(post, owner.user_id, start, start + timedelta(hours=8), "Cả ngày")
    edit = shifts.place(scope=owner, unit_id=unit, placings=[placing])
    shifts.promise(scope=owner, unit_id=unit, words="Gọi lại trạm cấp nước")
    held = services.begin(scope=owner, unit_id=unit)
    about = f"handover:{held.pk}"
    kept = files.keep(scope=owner, content=b"ghi tay", name="ghi.txt", unit_id=unit, about=about, personal=True)
    return {
        "post": str(post), "edit": str(edit), "duty": str(Duty.objects.get(post_id=post).pk), "handover": str(held.pk),
        "line": str(held.lines.get(section="promises").pk), "file": str(kept.id), "owner_person": str(owner.user_id),
    }  # fmt: skip


def _emergency(values: dict[str, str]) -> dict[str, str]:
    """A contact and a boat of the first commune, a bulletin's words, and what the province broadcast to that commune."""
    from datetime import date

    from sen.apps.emergency import interface as emergency
    from sen.apps.emergency.models import Contact
    from sen.kernel.scopes import SYSTEM

    commune = values["commune"]
    emergency.put_contact(
        scope=SYSTEM, row=emergency.ContactRow("dau-moi-1", commune, "Người Một", "Chỉ huy trưởng xã", "0901000001")
    )  # fmt: skip
    emergency.put_resource(
        scope=SYSTEM, row=emergency.ResourceRow("xuong-1", commune, "Xuồng cứu hộ", "vehicle", "Kiểm kê", date(2026, 6, 30))
    )  # fmt: skip
    emergency.put_bulletin_template(
        code="lu", hazard="flood", name="Lũ", title="Lũ", words="{advice}", severity="serious"
    )
    sent = emergency.broadcast(
        scope=SYSTEM, key="thu", unit="82", to_units=[commune], title="Sơ tán thử", words="Lên chỗ cao."
    )  # fmt: skip
    return {"broadcast": str(sent), "contact": str(Contact.objects.get().pk)}


def _alert(values: dict[str, str]) -> dict[str, str]:
    """An alert of the asset, raised by a rule of the province, and a maintenance window of its owner."""
    from datetime import timedelta

    from sen.apps.access import interface as access
    from sen.apps.alerts import interface as alerts
    from sen.apps.alerts import maintenance
    from sen.apps.alerts.models import Alert, RuleActivation, RuleInForceRow
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    province, now = organisations.province().id, clock.now()
    content = {
        "code": "bui", "name": "Bụi mịn cao", "when": {"kind": "value", "property": "pm25", "above": 50.0}, "severity": "warning",
        "procedure": "quy-trinh", "clock_minutes": 15,
    }  # fmt: skip
    made = packs.create_template(
        scope=SYSTEM, kind="rule", code="bui", name="Bụi mịn cao", owner_id=province, content=content
    )
    activation = RuleActivation.objects.create(
        template_id=made.id, unit_id=province, on=True, owner_role="duty_officer"
    )
    row = RuleInForceRow.objects.create(
        activation=activation, template_id=made.id, unit_id=province, code="bui", name=made.name, version=1, content=content,
        digest="bui", owner_role="duty_officer", watch_from=now, made_at=now,
    )  # fmt: skip
    at = clock.to_ms(now)
    told = alerts.Transition(
        change="raised", rule=row.pk, family=f"{made.id}:{province}", subject=f"asset:{values['asset']}", onset=at, at=at, value=61.0,
        limit=50.0, facts={"kind": "value", "property": "pm25", "severity": "warning", "direction": "above"},
    )  # fmt: skip
    alerts.apply_transitions([told])
    found = Alert.objects.get(rule_id=row.pk)
    window = maintenance.create(
        scope=access.scope_of_username(ACCOUNTS["owner"]), unit_id=organisations.unit("82-snnmt").id, starts_at=now,
        ends_at=now + timedelta(hours=2), reason="thay-cam-bien", asset_code=values["asset"],
    )  # fmt: skip
    return {"alert": found.number, "alert_id": str(found.pk), "window": str(window.id)}


def _rule(values: dict[str, str]) -> dict[str, str]:
    """A rule of the province that the commune has inherited with its procedure, fitted, tried and switched on."""
    from uuid import UUID

    from sen.apps.access.interface import SYSTEM
    from sen.apps.alerts import interface as alerts
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs

    province, commune = organisations.province(), organisations.unit(values["commune"])
    step = {"code": "xem", "words": "Xem", "role": "commune_officer", "minutes": 15}
    when = {"kind": "value", "property": "water_level", "above": 2.0}
    contents = {
        "sop": {"code": "quyen-sop", "name": "Quy trình", "steps": [step]},
        "rule": {
            "code": "quyen-rule", "name": "Quy tắc", "when": when, "severity": "warning", "procedure": "quyen-sop",
            "clock_minutes": 30,
        },
    }  # fmt: skip
    made = UUID(int=0)
    for kind, content in contents.items():
        ref = packs.create_template(
            scope=SYSTEM, kind=kind, code=content["code"], name=content["name"], owner_id=province.id, content=content
        )
        opened = ["/when/above"] if kind == "rule" else []
        packs.publish(scope=SYSTEM, template_id=ref.id, audience=packs.Audience("all"), open_fields=opened)
        packs.inherit(scope=SYSTEM, template_id=ref.id, unit_id=commune.id)
        made = ref.id
    alerts.switch_on_rules(
        scope=SYSTEM,
        unit_id=commune.id,
        template_ids=[made],
        owner_role="commune_officer",
        untested_reason="Để thử quyền",
    )
    in_force = next(one for one in alerts.rules_in_force() if one.template_id == made)
    test = alerts.try_rule(scope=SYSTEM, unit_id=commune.id, template_id=made, content=contents["rule"])
    return {"rule": str(made), "rule_in_force": str(in_force.id), "rule_test": str(test)}
