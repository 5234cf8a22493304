"""The connection desk through REST: who may do what, what a source promises, secrets, reminders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sen.apps.sources import interface as sources
from sen.kernel import clock

OWNER = "82-snnmt"


def source(**fields: Any) -> dict[str, Any]:
    return {"code": "tram-khi-1", "name": "Trạm khí 1", "connector": "http_push", "owner": OWNER} | fields


def test_a_new_source_is_planned_and_shows_its_secret_once(rest: Any) -> None:
    steward = rest("dulieu")
    made = steward("POST", "/sources", source(plan_date="2026-01-31"), expect=201)
    assert made["state"] == "planned" and made["secret"].startswith("sen_") and made["key"].startswith("tram-khi-1-")
    read = steward("GET", "/sources/tram-khi-1")
    assert (
        "secret" not in read
        and read["plan_overdue"]
        and read["last_error"] is None
        and read["settings"]["link_same_code"]
    )
    assert sources.authenticate(made["key"], made["secret"]).code == "tram-khi-1"
    assert sources.authenticate_secret(made["secret"]).code == "tram-khi-1"
    assert sources.authenticate(made["key"], "sai") is None and sources.authenticate("khác", made["secret"]) is None


def test_wrong_input_names_the_field_and_the_action(rest: Any) -> None:
    steward = rest("dulieu")
    steward("POST", "/sources", source(), expect=201)
    assert steward("POST", "/sources", source(), expect=409)["code"] == "code_taken"
    assert steward("POST", "/sources", source(code="a b"), expect=422)["code"] == "invalid_input"
    assert steward("POST", "/sources", source(code="x", owner="99"), expect=422)["code"] == "unknown_unit"
    problem = steward("POST", "/sources", source(code="x", connector="modem"), expect=422)
    assert problem["code"] == "unknown_connector" and "mqtt" in problem["action"]
    problem = steward("POST", "/sources", source(code="x", settings={"colour": "red"}), expect=422)
    assert problem["code"] == "invalid_settings" and "colour" in problem["detail"]
    steward("POST", "/sources", source(code="x", nonsense=1), expect=422)
    steward("POST", "/sources", source(code="x\u0000"), expect=422)


def test_units_see_their_own_sources_only(rest: Any) -> None:
    rest("dulieu")("POST", "/sources", source(contact_name="Nguyễn Văn A", contact_phone="0900 000 000"), expect=201)
    assert rest("moitruong")("GET", "/sources/tram-khi-1")["contact"]["name"] == "Nguyễn Văn A"
    assert rest("kiemtoan")("GET", "/sources/tram-khi-1")["contact"] is None
    rest("xaydung")("GET", "/sources/tram-khi-1", expect=404)
    rest("xaydung")("GET", "/sources/khong-co", expect=404)
    assert rest("xaydung")("GET", "/sources")["items"] == []
    rest("xaydung")("POST", "/sources", source(code="y"), expect=403)
    rest("tongdai")("POST", "/sources/tram-khi-1/stop", {"reason": "thử"}, expect=403)


def test_state_follows_promise_and_receipts(rest: Any) -> None:
    steward = rest("dulieu")
    number = steward("POST", "/sources", source(interval_s=60, allowed_delay_s=60), expect=201)["number"]
    now = clock.now()

    def state() -> str:
        return str(steward("GET", "/sources/tram-khi-1")["state"])

    sources.mark_seen(
        {
            number: sources.SeenAt(received=now, measured=now, messages=2, values=5),
            999_999: sources.SeenAt(received=now),
        }
    )
    assert state() == "connected"
    read = steward("GET", "/sources/tram-khi-1")
    assert (read["messages"], read["values"]) == (2, 5)
    with clock.frozen(now + timedelta(seconds=200)):
        assert state() == "late"
    with clock.frozen(now + timedelta(hours=1)):
        assert state() == "lost"
        sources.mark_seen({number: sources.SeenAt(received=clock.now(), measured=now)})
        assert state() == "late"  # it sends again, but old measurements
    steward("POST", "/sources/tram-khi-1/stop", {"reason": "bảo trì"})
    assert state() == "stopped"
    assert sources.credentials()[0].active is False
    assert steward("POST", "/sources/tram-khi-1/resume")["stopped_reason"] == ""


def test_transitions_are_recorded_once_and_feed_the_league(rest: Any) -> None:
    from sen.apps.sources import health

    steward = rest("dulieu")
    number = steward("POST", "/sources", source(interval_s=60, allowed_delay_s=60), expect=201)["number"]
    sources.mark_seen({number: sources.SeenAt(received=clock.now(), measured=clock.now())})
    assert health.refresh_states() == 1 and health.refresh_states() == 0
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert health.refresh_states() == 1
        changes = steward("GET", "/sources/tram-khi-1/changes")["items"]
        assert [(c["before"], c["after"]) for c in changes] == [("connected", "lost"), ("planned", "connected")]
        row = steward("GET", "/connection-desk/league")["items"][0]
        assert (row["unit_code"], row["lost"], row["total"]) == (OWNER, 1, 1) and 0.99 < row["on_time"] <= 1
    assert steward("GET", "/connection-desk/summary")["lost"] == 1


def test_a_rotated_secret_ends_at_once_or_after_the_overlap(rest: Any) -> None:
    steward = rest("dulieu")
    made = steward("POST", "/sources", source(), expect=201)
    second = steward("POST", "/sources/tram-khi-1/rotate", {"overlap_hours": 2})["secret"]
    assert sources.authenticate_secret(made["secret"]) and sources.authenticate_secret(second)
    with clock.frozen(clock.now() + timedelta(hours=3)):
        assert sources.authenticate_secret(made["secret"]) is None
    third = steward("POST", "/sources/tram-khi-1/rotate")["secret"]
    assert not sources.authenticate_secret(made["secret"]) and not sources.authenticate_secret(second)
    steward("POST", "/sources/tram-khi-1/revoke")
    assert not sources.authenticate_secret(third)
    steward("POST", "/sources", source(code="m", connector="mqtt"), expect=201)
    assert steward("POST", "/sources/m/rotate", {"overlap_hours": 1}, expect=422)["code"] == "no_overlap"


def test_two_people_do_not_overwrite_each_other(rest: Any) -> None:
    steward = rest("dulieu")
    version = steward("POST", "/sources", source(), expect=201)["version"]
    changed = steward("PATCH", "/sources/tram-khi-1", {"name": "Tên mới", "interval_s": 900, "version": version})
    assert (changed["name"], changed["interval_s"]) == ("Tên mới", 900)
    problem = steward("PATCH", "/sources/tram-khi-1", {"name": "Khác", "version": version}, expect=412)
    assert problem["code"] == "changed_meanwhile"


def test_reminders_reach_the_owner_and_can_be_taken_back(rest: Any) -> None:
    steward = rest("dulieu")
    for code in ("a", "b"):
        number = steward("POST", "/sources", source(code=code, name=f"Nguồn {code}"), expect=201)["number"]
    sources.report_error(number, "auth_failed", "FTP từ 10.0.0.1: mật khẩu sai", clock.now())
    sent = steward("POST", "/connection-desk/reminders", {"codes": ["a", "b"], "note": "Gấp"})["items"]
    assert "Gấp" in sent[0]["text"] and "mật khẩu" in sent[1]["text"]
    assert len(rest("moitruong")("GET", "/connection-desk/reminders?unread=true")["items"]) == 2
    assert rest("xaydung")("GET", "/connection-desk/reminders")["items"] == []
    assert steward("POST", f"/connection-desk/reminders/{sent[0]['batch']}/undo")["count"] == 2
    assert rest("moitruong")("GET", "/connection-desk/reminders")["items"] == []
    rest("moitruong")("POST", "/sources/a/remind", expect=403)
    steward("POST", "/connection-desk/reminders", {"codes": ["a", "khong-co"]}, expect=404)


def test_the_list_is_paged_and_found_without_diacritics(rest: Any) -> None:
    steward = rest("dulieu")
    for i in range(5):
        steward("POST", "/sources", source(code=f"n{i}", name=f"Nguồn số {i}"), expect=201)
    first = steward("GET", "/sources?q=nguon so&limit=3")
    second = steward("GET", f"/sources?q=nguon so&limit=3&cursor={first['next']}")
    assert [r["code"] for r in first["items"] + second["items"]] == [f"n{i}" for i in range(5)] and second[
        "next"
    ] is None
    assert steward("GET", "/sources?state=lost")["items"] == []
    steward("GET", "/sources?cursor=%%%", expect=422)


def test_connectors_tell_their_settings(rest: Any) -> None:
    found = {c["code"]: c for c in rest("dulieu")("GET", "/connectors")["items"]}
    assert set(found) >= {"mqtt", "http_push", "station_files", "table_upload"}
    assert found["station_files"]["settings_schema"]["properties"]["file_name_pattern"]["title"] == "Mẫu tên tệp"


def test_the_steps_of_an_mqtt_source_warn_of_qos_0(rest: Any) -> None:
    from sen.apps.sources.models import Source
    from sen.apps.sources.setup_help import steps_for

    body = {"code": "qos", "name": "QoS", "connector": "mqtt", "owner": "82-snnmt"}
    rest("dulieu")("POST", "/sources", body, expect=201)
    steps = steps_for(Source.objects.get(code="qos"), "ioc.example:8080", "secret")
    assert ("Mức QoS", "1") in steps["lines"]
    assert "không nhận bản tin QoS 0" in steps["note"]
