"""A screen through its public doors: what its token opens and what not, revoking, pairing, sending that gives back by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from structlog.typing import EventDict

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Đồng Tháp with its accounts inside a transaction that is rolled back."""
    from django.db import transaction

    from sen.apps.access import interface as access
    from sen.apps.access import queries
    from sen.apps.organisations import interface as organisations
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM
    from sen.telemetry.ddl import migrate

    migrate(settings().clickhouse_url)
    with django_db_blocker.unblock(), transaction.atomic():
        organisations.install_province("82", scope=SYSTEM)
        access.create_demo_accounts()
        queries.forget_scopes()
        yield
        transaction.set_rollback(True)
    queries.forget_scopes()


@pytest.fixture
def wall(province: None) -> Iterator[Wall]:
    """One screen of the commune 28249 with two scenes in a playlist; all undone after the test."""
    from django.db import transaction

    from sen.apps.dashboards import pages_tv

    with transaction.atomic():
        for guesses in (pages_tv.wrong_tokens, pages_tv.wrong_codes):
            guesses.forget()
        yield Wall()
        transaction.set_rollback(True)


class Wall:
    """What a test needs of one screen; `at` moves the clock."""

    def __init__(self) -> None:
        from sen.apps.dashboards import interface as dashboards
        from sen.apps.dashboards import screens
        from sen.apps.organisations import interface as organisations
        from sen.kernel.scopes import SYSTEM

        self.unit = organisations.unit("28249").id
        with self.at(MONDAY):
            self.scenes = [
                dashboards.create_scene(
                    scope=SYSTEM, unit_id=self.unit, code=code, name=name, layout="one",
                    panels=[{"kind": "note", "text": f"Nội dung {name}"}],
                )
                for code, name in (("a", "Cảnh A"), ("b", "Cảnh B"))
            ]  # fmt: skip
            playlist = dashboards.create_playlist(
                scope=SYSTEM, unit_id=self.unit, name="Vòng", items=[(self.scenes[0], 60), (self.scenes[1], 60)]
            )
            self.token = dashboards.create_screen(
                scope=SYSTEM, unit_id=self.unit, name="Màn xã A", playlist_id=playlist
            )
            self.screen = screens.visible(SYSTEM).get(unit_id=self.unit)
        self.display = Client()

    @staticmethod
    @contextmanager
    def at(moment: datetime) -> Iterator[None]:
        from sen.kernel import clock

        with clock.frozen(moment):
            yield

    def ask(self, path: str = "", **options: Any) -> Any:
        return self.display.get(f"/tv/{self.token}/{path}", **options)

    def shows(self, moment: datetime) -> tuple[str, str]:
        with self.at(moment):
            state = self.ask("state/").json()
        return state["name"], state["why"]


def test_the_token_opens_its_views_and_nothing_else(wall: Wall) -> None:
    with wall.at(MONDAY):
        page = wall.ask()
        state = wall.ask("state/").json()
        panel = wall.ask("panel/0/", data={"of": state["revision"]})
    assert "Nội dung Cảnh A" in page.content.decode()
    assert "Nội dung Cảnh A" in panel.content.decode()
    for answer in (page, panel):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert not answer.cookies
    # Neither as a person, nor as a Bearer token, nor on any address outside /tv/.
    bearer = {"authorization": f"Bearer {wall.token}"}
    for path in ("/api/v1/assets", "/api/v1/screens", "/api/v1/me", "/api/v1/map?bbox=105,9,107,11"):
        assert wall.display.get(path).status_code == 401
        assert wall.display.get(path, headers=bearer).status_code == 401
    for path in ("/", "/walls/", f"/walls/screens/{wall.screen.pk}/", "/map/territories.json"):
        assert wall.display.get(path)["Location"].startswith("/accounts/login/"), path
    assert wall.display.post(f"/tv/{wall.token}/state/").status_code == 405


def test_a_screen_sees_its_unit_and_only_what_every_role_may_read(wall: Wall) -> None:
    from sen.apps.dashboards import screens
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import EVERYONE, actions

    scope = screens.scope_of_screen(wall.screen)
    assert wall.unit in scope.unit_ids
    neighbours = {unit.id for unit in organisations.communes()} | {organisations.province().id}
    assert scope.unit_ids & neighbours == {wall.unit}
    assert not scope.everything
    for name, action in actions().items():
        assert scope.allows(name) == (action.kind == "read" and action.roles == EVERYONE), name
    assert not scope.allows("sources.see_contact")
    assert not scope.allows("assets.view", organisations.unit("82").id)


def test_revoking_and_a_new_token_end_the_old_one_with_the_next_request(wall: Wall) -> None:
    from sen.apps.dashboards import screens
    from sen.kernel.scopes import SYSTEM

    assert wall.ask("state/").status_code == 200
    issued = screens.new_token(scope=SYSTEM, screen_id=wall.screen.pk)
    assert wall.ask("state/").json() == {"code": "unknown_screen"}
    old, wall.token = wall.token, issued.token
    assert wall.ask("state/").status_code == 200
    screens.revoke(scope=SYSTEM, screen_id=wall.screen.pk)
    for token in (old, wall.token):
        answer = wall.display.get(f"/tv/{token}/")
        assert answer.status_code == 404
        assert "không còn dùng" in answer.content.decode()
        assert wall.display.get(f"/tv/{token}/panel/0/").status_code == 404
        assert wall.display.get(f"/tv/{token}/map/?bbox=105,9,107,11").status_code == 404
    from sen.apps.dashboards.models import Screen

    stored = Screen.objects.values().get(pk=wall.screen.pk)
    assert wall.token not in json.dumps(stored, default=str)


def test_what_is_sent_takes_over_and_gives_back_by_itself(wall: Wall) -> None:
    from sen.apps.dashboards import interface as dashboards
    from sen.apps.dashboards import sendings
    from sen.kernel.scopes import SYSTEM

    keys = [wall.screen.pk]
    with wall.at(MONDAY):
        by_hand = sendings.send(scope=SYSTEM, screen_ids=keys, minutes=10, scene_id=wall.scenes[1])
    assert wall.shows(MONDAY + timedelta(seconds=5)) == ("Cảnh B", "Theo lệnh chiếu đến 08:10")
    with wall.at(MONDAY + timedelta(minutes=2)):
        incident = dashboards.take_over(
            scope=SYSTEM, unit_id=wall.unit, until=MONDAY + timedelta(minutes=30), reason="Vỡ bờ bao",
            panel={"kind": "note", "title": "Sự cố", "text": "Vỡ bờ bao"},
        )  # fmt: skip
        later = sendings.send(scope=SYSTEM, screen_ids=keys, minutes=10, scene_id=wall.scenes[0])
    # An incident stands above what people send, before it and after it.
    assert wall.shows(MONDAY + timedelta(minutes=5))[0] == "Sự cố"
    with wall.at(MONDAY + timedelta(minutes=6)):
        assert dashboards.give_back(scope=SYSTEM, batch=incident) == 1  # type: ignore[arg-type]
        assert sendings.give_back(scope=SYSTEM, batch=later) == 1
    assert wall.shows(MONDAY + timedelta(minutes=7))[0] == "Cảnh B"
    assert wall.shows(MONDAY + timedelta(minutes=10)) == ("Cảnh A", "")
    with wall.at(MONDAY + timedelta(minutes=11)), pytest.raises(Exception, match="hết giờ"):
        sendings.give_back(scope=SYSTEM, batch=by_hand)


def test_six_digits_pair_a_display_once_and_guessing_ends_them(wall: Wall) -> None:
    from sen.apps.dashboards import screens
    from sen.kernel.scopes import SYSTEM

    code, until = screens.pairing_code(scope=SYSTEM, screen_id=wall.screen.pk)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    display = Client()
    assert display.post("/tv/", {"code": wrong}).status_code == 422
    answer = display.post("/tv/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 303
    assert display.get(answer["Location"]).status_code == 200
    assert wall.ask("state/").status_code == 404, "the address before pairing ended"
    assert display.post("/tv/", {"code": code}).status_code == 422, "used once"
    code, until = screens.pairing_code(scope=SYSTEM, screen_id=wall.screen.pk)
    with wall.at(until + timedelta(seconds=1)):
        assert display.post("/tv/", {"code": code}).status_code == 422, "too old"
    statuses = [Client(REMOTE_ADDR="10.9.9.9").post("/tv/", {"code": wrong}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    for last in range(20):  # from everywhere: the codes that wait end
        Client(REMOTE_ADDR=f"10.9.8.{last}").post("/tv/", {"code": wrong})
    assert Client(REMOTE_ADDR="10.9.7.1").post("/tv/", {"code": code}).status_code == 422


def test_wrong_tokens_are_slowed_down_while_displays_at_the_same_address_go_on(wall: Wall) -> None:
    assert wall.ask("state/").status_code == 200
    statuses = [wall.display.get(f"/tv/{'x' * 42}{n % 10}/").status_code for n in range(32)]
    assert statuses == [404] * 30 + [429] * 2
    assert wall.ask("state/").status_code == 200


def test_a_picture_that_changed_meanwhile_is_not_mixed_with_the_old_one(wall: Wall) -> None:
    with wall.at(MONDAY):
        revision = wall.ask("state/").json()["revision"]
    with wall.at(MONDAY + timedelta(seconds=60)):
        assert wall.ask("panel/0/", data={"of": revision}).status_code == 409


def test_the_token_stays_out_of_the_logs() -> None:
    from sen.project.logs import without_screen_tokens

    token = "Zm9v" * 11
    event: EventDict = {
        "event": f"Internal Server Error: /tv/{token}/panel/0/",
        "path": f"/tv/{token}",
        "exception": f'File "x", GET /tv/{token}/state/?size=1',
        "status": 500,
    }
    assert token not in str(without_screen_tokens(None, "", event))
    assert event["event"].endswith("/tv/…/panel/0/")
