"""Dossiers through the web: figures that lead to a dossier, whose applicant stays masked until somebody says why."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from openpyxl import load_workbook

from sen.apps.access import interface as access
from sen.apps.access.models import User
from sen.apps.audit.models import AuditEvent
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import interface as procedures
from sen.apps.procedures.tests.world import COMMUNE, PROCEDURE, dossier, local
from sen.apps.procedures.values import State, Supplement
from sen.kernel import clock


def client(username: str) -> Client:
    """An account of the demonstration, signed in."""
    signed_in = Client()
    signed_in.force_login(User.objects.get(username=username))
    return signed_in


@pytest.fixture
def filled(store: None) -> str:
    """Three dossiers of a commune: one late, one done in time, one with two supplement loops. The code of the late one."""
    access.create_demo_accounts()
    late, done, twice = dossier(1), dossier(2), dossier(3)
    finished = local("2026-03-05 10:00")
    procedures.store(
        [
            late,
            dossier(2, state=State.COMPLETED, completed_at=finished, updated_at=finished),
            dossier(
                3, state=State.COMPLETED, completed_at=finished,
                supplements=[
                    Supplement(local("2026-03-02 09:00"), local("2026-03-03 09:00")), Supplement(local("2026-03-04 09:00"), local("2026-03-04 15:00")),
                ],
            ),
        ],
        source_name="Một cửa thử",
    )  # fmt: skip
    procedures.recount()
    assert len({late.code, done.code, twice.code}) == 3
    return late.code


def test_figures_lead_from_the_province_to_what_is_late(filled: str) -> None:
    leader = client("lanhdao")
    overview = leader.get("/dossiers/", {"period": "2026-03"})
    assert overview.context["found"].on_time_rate == pytest.approx(33.33)
    assert 'href="/dossiers/units/28249/' in overview.content.decode()
    unit = leader.get("/dossiers/units/28249/", {"period": "2026-03"})
    assert unit.context["found"].buckets["overdue"] == 1
    assert unit.context["may_remind"]
    listed = leader.get("/dossiers/list/", {"bucket": "overdue", "unit": "28249"})
    assert [line.code for line in listed.context["page"].lines] == [filled]
    index = leader.get("/dossiers/index/", {"period": "2026-03"}).content.decode()
    assert "chưa kiểm chứng" in index
    assert "Chưa có nguồn dữ liệu" in index
    exported = leader.get("/dossiers/index.csv", {"period": "2026-03"}).content.decode("utf-8-sig")
    [report] = [line for line in exported.splitlines() if line.startswith("5.2,")]
    assert "Chưa có nguồn dữ liệu" in report
    assert "Tính 0 điểm trong tổng" in report
    assert leader.get("/dossiers/list/", {"cursor": "abc"}).status_code == 200
    assert leader.get("/dossiers/", {"period": "không có"}).status_code == 200
    leader.post("/dossiers/units/28249/remind/")
    leader.post("/dossiers/units/28249/remind/")
    assert AuditEvent.objects.filter(action="procedures.remind").count() == 1


def test_the_page_of_a_procedure_says_how_long_it_takes_and_where_dossiers_stay(filled: str) -> None:
    leader, address = client("lanhdao"), f"/dossiers/procedures/{PROCEDURE}/"
    assert address in leader.get("/dossiers/procedures/", {"period": "2026-03"}).content.decode()
    page = leader.get(address, {"period": "2026-03"})
    march = page.context["periods"][0]
    assert (march.received, march.resolved, march.resolved_late, march.on_time_rate) == (3, 2, 1, 50.0)
    assert (march.waiting, march.overdue) == (1, 1)  # at the end of March
    took = page.context["took"]  # three working days each, of one 24 and 6 hours were the applicant's
    assert (took.count, took.median, took.over) == (2, 2.5, 0)
    legs = {one.name: (one.count, one.median) for one in page.context["legs"]}
    assert legs["applicant"] == (1, 1.0)
    [unit] = page.context["by_units"]
    assert (unit.unit.code, unit.overdue, unit.resolved_late) == ("28249", 1, 1)
    assert [line.code for line in page.context["waiting"]] == [filled]
    [state] = page.context["open_now"]
    assert (state.state, state.count) == (State.IN_PROGRESS, 1)
    assert [one.before for one in page.context["changes"][:2]] == [0, 0]
    assert leader.get("/dossiers/provenance/", {"what": "overdue", "procedure": PROCEDURE}).status_code == 200
    elsewhere = leader.get(address, {"period": "2026-03", "unit": "28261"})
    assert (elsewhere.context["found"].judged, elsewhere.context["by_units"]) == (0, [])
    assert leader.get("/dossiers/procedures/khong-co/").status_code == 404


def test_an_applicant_is_masked_until_somebody_says_why_and_that_is_on_record(filled: str) -> None:
    officer = client("xa-a")
    page = officer.get(f"/dossiers/{filled}/").content.decode()
    assert "Nguyễn *** A." in page
    assert "0912345678" not in page
    refused = officer.post(f"/dossiers/{filled}/applicant/", {"reason": "xem"})
    assert refused.status_code == 422
    assert "0912345678" not in refused.content.decode()
    shown = officer.post(f"/dossiers/{filled}/applicant/", {"reason": "Gọi điện mời công dân bổ sung giấy tờ"})
    assert "0912345678" in shown.content.decode()
    assert shown["Cache-Control"].find("no-store") >= 0
    entry = AuditEvent.objects.get(action="procedures.unmask")
    assert entry.object_id == filled
    assert "0912345678" not in str(entry.detail)
    auditor = client("kiemtoan")
    assert auditor.post(f"/dossiers/{filled}/applicant/", {"reason": "Kiểm toán định kỳ năm nay"}).status_code == 403
    assert client("xa-b").get(f"/dossiers/{filled}/").status_code == 404


def test_exports_hold_what_the_list_holds_and_no_personal_data(filled: str) -> None:
    leader = client("lanhdao")
    text = leader.get("/dossiers/list.csv").content.decode("utf-8-sig")
    assert text.count("\n") == 4
    assert filled in text
    book = load_workbook(io.BytesIO(leader.get("/dossiers/list.xlsx", {"bucket": "overdue"}).content))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [filled]
    everything = text + str(rows)
    assert not any(secret in everything for secret in ("Nguyễn Thị Bình An", "0912345678", "082300001234", "12 Lê Lợi"))
    assert AuditEvent.objects.filter(action="procedures.export").count() == 2
    stranger = client("xa-b")
    assert filled not in stranger.get("/dossiers/list.csv").content.decode("utf-8-sig")


def test_rest_says_the_same_as_the_pages(filled: str) -> None:
    leader = client("lanhdao")
    overview = leader.get("/api/v1/dossiers/overview", {"period": "2026-03"}).json()
    assert (overview["received"], overview["buckets"]["overdue"]) == (3, 1)
    [line] = leader.get("/api/v1/dossiers/ranking", {"period": "2026-03"}).json()["items"]
    assert (line["unit"]["code"], line["judged"]) == ("28249", 3)
    page = leader.get("/api/v1/dossiers", {"limit": 2}).json()
    rest = leader.get("/api/v1/dossiers", {"limit": 2, "cursor": page["next"]}).json()
    assert len({one["code"] for one in page["items"] + rest["items"]}) == 3
    assert rest["next"] is None
    quality = leader.get("/api/v1/service-quality", {"period": "2026-03"}).json()
    assert {group["code"] for group in quality["groups"]} == {"1", "2", "3", "4", "5"}
    one = leader.get(f"/api/v1/dossiers/{filled}").json()
    assert one["personal"]["phone"].endswith("678")
    assert one["personal"]["phone"] != "0912345678"
    assert leader.get("/api/v1/dossiers/khong-co").status_code == 404


def test_units_are_records_for_rules_and_figures_for_others(filled: str) -> None:
    from sen.apps.indicators import interface as indicators
    from sen.apps.procedures import watching

    with clock.frozen(local("2026-03-20 09:00")):
        watching._kept = None
        [record] = watching.read_units(clock.now() + timedelta(hours=1))
        assert record.values["overdue"] == 1.0
        unit, province = organisations.unit("28249").id, organisations.province().id
        period = indicators.parse_period("2026-03")
        found = watching.FIGURES.values("tthc.on_time_rate", [unit, province], [period])
        assert found[unit, "2026-03"].value == found[province, "2026-03"].value == pytest.approx(33.33)
        empty = watching.FIGURES.values("tthc.mean_hours", [unit], [indicators.parse_period("2026-01")])
        assert empty[unit, "2026-01"].value is None
        assert empty[unit, "2026-01"].reason
    assert COMMUNE in filled
