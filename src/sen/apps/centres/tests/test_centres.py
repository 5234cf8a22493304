"""Opening, closing and taking back a commune's centre, one and many; its people see it and never the neighbour's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

A, B, C = "28249", "28252", "28270"


@pytest.fixture
def template(rest: Callable[[str], Any]) -> Iterator[str]:
    """A dashboard that the province publishes to all communes."""
    from django.db import connection

    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    tile = {"code": "ghi-chu", "kind": "note", "x": 0, "y": 0, "w": 3, "h": 2, "settings": {"text": "Phường của ta"}}
    made = packs.create_template(
        scope=SYSTEM, kind="dashboard", code="tong-quan-xa", name="Tổng quan xã, phường", owner_id=organisations.province().id,
        content={"tiles": [tile]},
    )  # fmt: skip
    packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("all"), open_fields=["/tiles/*"])
    yield str(made.id)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE centres_centre, centres_centrechange, centres_bulkopening, packs_template CASCADE")
        cursor.execute(
            "TRUNCATE dashboards_homechoice, effectiveness_unitmodule, effectiveness_modulechange, access_invitation CASCADE"
        )


def _page(username: str, address: str) -> Any:
    from sen.apps.access.models import User

    client = Client()
    client.force_login(User.objects.get(username=username))
    return client.get(address)


def test_one_step_opens_everything_and_undo_takes_it_back(template: str, rest: Callable[[str], Any]) -> None:
    steward, officer = rest("dulieu"), rest("xa-a")
    person = {"role": "commune_officer", "full_name": "Nguyễn Thị Lúa", "username": "lua"}
    opened = steward("POST", f"/centres/{A}/open", {"modules": ["environment"], "people": [person]}, expect=201)
    assert opened["open"] and opened["modules"] == 1 and opened["links"][0]["path"].startswith("/invite/")
    home = _page("xa-a", "/").content.decode()
    assert "Phường của ta" in home and "Điều kiện vận hành" in home
    assert "Phường của ta" in _page("lanhdao", f"/?unit={A}").content.decode()
    assert Client().get(opened["links"][0]["path"]).status_code == 200
    managed = _page("dulieu", f"/centres/{A}/").content.decode()
    assert "Nguyễn Thị Lúa" in managed and "Hoàn tác việc mở" in managed
    audited = _page("kiemtoan", f"/centres/{A}/").content.decode()
    assert "Nguyễn Thị Lúa" not in audited and "Hoàn tác việc mở" not in audited
    steward("POST", f"/centres/{A}/open", {}, expect=409)
    officer("POST", f"/centres/{A}/close", {"undo": True}, expect=403)
    steward("POST", f"/centres/{A}/close", {"undo": True})
    assert Client().get(opened["links"][0]["path"]).status_code == 404
    closed = officer("GET", f"/centres/{A}")
    assert not closed["open"] and closed["modules"] == 0
    assert "Phường của ta" not in _page("xa-a", "/").content.decode()
    # Opened again, then closed: what people answered stays.
    steward("POST", f"/centres/{A}/open", {"modules": ["environment"]}, expect=201)
    officer("PATCH", f"/modules/{A}/environment", {"procedure_number": "12/QĐ"})
    steward("POST", f"/centres/{A}/close", {"reason": "sáp nhập phường"})
    assert officer("GET", f"/modules/{A}/environment")["answers"]["procedure_number"] == "12/QĐ"
    assert officer("GET", f"/centres/{A}")["modules"] == 1


def test_a_refused_invitation_leaves_nothing_behind(template: str, rest: Callable[[str], Any]) -> None:
    people = [
        {"role": "commune_officer", "full_name": "Nguyễn Thị Lúa", "username": "lua"},
        {"role": "administrator", "full_name": "Trần Quá Quyền", "username": "qua"},
    ]
    refused = rest("dulieu")("POST", f"/centres/{A}/open", {"people": people}, expect=403)
    assert refused["code"] == "role_beyond_inviter"
    after = rest("xa-a")("GET", f"/centres/{A}")
    assert not after["open"] and after["modules"] == 0
    people[1]["username"] = "lua"
    rest("quantri")("POST", f"/centres/{A}/open", {"people": people}, expect=409)
    people[1]["username"] = "qua"
    assert len(rest("quantri")("POST", f"/centres/{A}/open", {"people": people}, expect=201)["links"]) == 2


def test_a_neighbour_sees_nothing_of_it(template: str, rest: Callable[[str], Any]) -> None:
    rest("dulieu")("POST", f"/centres/{A}/open", {"modules": ["environment"]}, expect=201)
    other = next(one["unit"] for one in rest("xa-b")("GET", "/me")["memberships"])
    assert [one["unit"] for one in rest("xa-b")("GET", "/centres")["items"]] == [other]
    rest("xa-b")("GET", f"/centres/{A}", expect=404)
    rest("xa-b")("POST", f"/centres/{A}/open", {}, expect=404)
    name = rest("xa-a")("GET", f"/centres/{A}")["name"]
    for address in ("/", f"/?unit={A}", "/centres/", "/modules/"):
        page = _page("xa-b", address)
        assert page.status_code == 200 and name not in page.content.decode(), address
    for address in (f"/centres/{A}/", f"/modules/?unit={A}", f"/modules/{A}/environment/"):
        assert _page("xa-b", address).status_code == 404, address


def test_many_are_opened_with_progress_and_taken_back(template: str, rest: Callable[[str], Any]) -> None:
    from sen.apps.access import interface as access
    from sen.apps.centres import bulk
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.organisations import interface as organisations

    steward = rest("dulieu")
    units = [one["unit"] for one in steward("GET", "/centres?state=closed")["items"][:3]]
    steward("POST", f"/centres/{units[2]}/open", {}, expect=201)
    scope = access.scope_of_username("dulieu")
    made = bulk.start(scope=scope, codes=units)
    done = bulk.run(made.pk)
    assert done.state == "done" and [bool(done.results[code]) for code in units] == [False, False, True]
    assert bulk.run(made.pk).state == "done"  # the job once more after a crash changes nothing
    page = _page("dulieu", f"/centres/bulk/{made.pk}/").content.decode()
    assert "3/3" in page and "Hoàn tác cả loạt" in page
    assert _page("xa-a", f"/centres/bulk/{made.pk}/").status_code in (403, 404)
    first = organisations.unit(units[0]).id
    assert str(dashboards.home_dashboard(first)) == template
    bulk.undo(scope=scope, bulk_id=made.pk)
    assert bulk.run_undo(made.pk, "dulieu").state == "undone"
    state = {one["unit"]: one["open"] for one in steward("GET", "/centres")["items"]}
    assert [state[code] for code in units] == [False, False, True]
    assert dashboards.home_dashboard(first) is None
    stopped = bulk.start(scope=scope, codes=units[:2])
    bulk.cancel(scope=scope, bulk_id=stopped.pk)
    assert bulk.run(stopped.pk).results == {}


def test_the_league_asks_a_fixed_number_of_questions(
    template: str, rest: Callable[[str], Any], django_assert_max_num_queries: Any, remembered: None
) -> None:
    from sen.apps.access.models import User

    client = Client()
    client.force_login(User.objects.get(username="lanhdao"))
    client.get("/centres/")
    with django_assert_max_num_queries(30):
        answer = client.get("/centres/")
    assert answer.content.decode().count("<tr data-row") == 102
