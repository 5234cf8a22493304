"""The roster through its pages: placing, gaps and double bookings by name, copying, undo, swaps with consent, tables in and out."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

DAY = timedelta(days=1)


@pytest.fixture
def person(centre: None) -> Callable[[str], Client]:
    """`person("trucban")` is that person's browser."""
    from sen.apps.access.models import User

    def browser(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return browser


@pytest.fixture
def desk(person: Callable[[str], Client]) -> dict[str, Any]:
    """A post of the province with three turns a day, made by the duty officer, and the Monday after next."""
    from sen.apps.access.models import User
    from sen.apps.shifts.choosing import monday
    from sen.apps.shifts.models import Post
    from sen.kernel import clock

    form = {
        "unit": "82",
        "name": "Bàn trực 1",
        "kind": "duty",
        "role": "duty_officer",
        "pattern": "3x8",
        "starts": "06:00",
        "needed": "1",
    }
    assert person("trucban").post("/shifts/roster/new-post/", form).status_code == 302
    people = {user.username: str(user.pk) for user in User.objects.all()}
    return {
        "post": Post.objects.get(),
        "monday": monday(clock.local(clock.now()).date()) + timedelta(days=14),
        **people,
    }


def _cells(desk: dict[str, Any], *places: tuple[int, int]) -> list[str]:
    return [f"{desk['post'].pk}|{desk['monday'] + DAY * day}|{turn}" for day, turn in places]


def _html(client: Client, desk: dict[str, Any], week: int = 0) -> str:
    return client.get(f"/shifts/?unit=82&from={desk['monday'] + timedelta(weeks=week)}").content.decode()


def test_place_name_what_is_wrong_copy_and_undo(person: Callable[[str], Client], desk: dict[str, Any]) -> None:
    from sen.apps.shifts.models import Duty, RosterEdit

    officer = person("trucban")
    cells = _cells(desk, (0, 0), (0, 1), (1, 0))
    officer.post("/shifts/roster/place/", {"unit": "82", "cell": cells, "person": desk["trucban"]})
    shown = _html(officer, desk)
    assert Duty.objects.count() == 3 and shown.count("thiếu 1 người") == 18
    assert "Lê Trực Ban chỉ nghỉ 0 giờ trước ca" in shown and "Lê Trực Ban chỉ nghỉ 8 giờ" in shown
    officer.post(
        "/shifts/roster/copy/",
        {"unit": "82", "source": desk["monday"], "target": desk["monday"] + 7 * DAY, "weeks": "2"},
    )
    assert Duty.objects.count() == 9
    again = officer.post(
        "/shifts/roster/copy/",
        {"unit": "82", "source": desk["monday"], "target": desk["monday"] + 7 * DAY},
        follow=True,
    )
    assert "Không có lượt nào để chép" in again.content.decode() and Duty.objects.count() == 9
    officer.post(
        "/shifts/roster/undo/",
        {"unit": "82", "edit": str(RosterEdit.objects.filter(words__startswith="Chép").get().pk)},
    )
    assert Duty.objects.count() == 3
    officer.post("/shifts/roster/remove/", {"unit": "82", "cell": cells[:1]})
    assert Duty.objects.count() == 2
    officer.post(
        "/shifts/roster/undo/", {"unit": "82", "edit": str(RosterEdit.objects.filter(words__startswith="Bỏ").get().pk)}
    )
    assert Duty.objects.count() == 3
    assert person("kiemtoan").post("/shifts/roster/place/", {"unit": "82"}).status_code == 403
    assert person("xa-a").get("/shifts/?unit=82").status_code == 404


def test_double_booking_holiday_and_long_weeks(person: Callable[[str], Client], desk: dict[str, Any]) -> None:
    officer = person("trucban")
    form = {
        "unit": "82",
        "name": "Bàn trực 2",
        "kind": "duty",
        "role": "duty_officer",
        "pattern": "2x12",
        "starts": "06:00",
        "needed": "2",
    }
    officer.post("/shifts/roster/new-post/", form)
    from sen.apps.shifts.models import Post

    other = Post.objects.get(name="Bàn trực 2")
    mornings = [f"{other.pk}|{desk['monday'] + DAY * day}|0" for day in range(5)]
    officer.post(
        "/shifts/roster/place/", {"unit": "82", "cell": [*_cells(desk, (0, 0)), *mornings], "person": desk["tongdai"]}
    )
    shown = _html(officer, desk)
    assert "Phạm Tổng Đài bị xếp hai chỗ cùng lúc" in shown and "Phạm Tổng Đài trực 68 giờ" in shown
    holiday = officer.get("/shifts/?unit=82&from=2027-01-01").content.decode()
    assert "Tết Dương lịch" in holiday or "rest" in holiday


def test_swap_happens_with_consent(person: Callable[[str], Client], desk: dict[str, Any]) -> None:
    from sen.apps.notifications.models import Notification
    from sen.apps.shifts.models import Duty, Swap

    officer, colleague = person("trucban"), person("tongdai")
    officer.post("/shifts/roster/place/", {"unit": "82", "cell": _cells(desk, (0, 0)), "person": desk["trucban"]})
    officer.post("/shifts/roster/place/", {"unit": "82", "cell": _cells(desk, (2, 0)), "person": desk["tongdai"]})
    mine, theirs = Duty.objects.order_by("starts_at")
    form = {"colleague": desk["tongdai"], "in_return": str(theirs.pk), "reason": "Con ốm"}
    assert colleague.post(f"/shifts/duties/{mine.pk}/", form).status_code == 403
    officer.post(f"/shifts/duties/{mine.pk}/", form)
    swap = Swap.objects.get()
    assert Duty.objects.get(pk=mine.pk).person_id == swap.asked_by_id
    assert officer.post(f"/shifts/swaps/{swap.pk}/agree/").status_code == 403
    colleague.post(f"/shifts/swaps/{swap.pk}/agree/")
    assert str(Duty.objects.get(pk=mine.pk).person_id) == desk["tongdai"]
    assert str(Duty.objects.get(pk=theirs.pk).person_id) == desk["trucban"]
    assert Notification.objects.filter(about=f"swap:{swap.pk}").count() == 2


def test_tables_go_out_and_in(person: Callable[[str], Client], desk: dict[str, Any]) -> None:
    from openpyxl import load_workbook

    from sen.apps.shifts.models import Duty

    officer, week = person("trucban"), desk["monday"]
    officer.post(
        "/shifts/roster/place/", {"unit": "82", "cell": _cells(desk, (0, 0), (3, 2)), "person": desk["trucban"]}
    )
    table = officer.get(f"/shifts/roster.csv?unit=82&from={week}").content
    sheet = load_workbook(io.BytesIO(officer.get(f"/shifts/roster.xlsx?unit=82&from={week}").content)).active
    assert sheet is not None and [cell.value for cell in sheet[2]][:2] == ["Bàn trực 1", "Ca sáng"]
    Duty.objects.all().delete()
    bad = table.decode("utf-8-sig").replace("Lê Trực Ban", "Không Ai", 1).encode()
    answer = officer.post("/shifts/import/", {"unit": "82", "file": SimpleUploadedFile("a.csv", bad)})
    assert (
        answer.status_code == 422
        and "không có người tên “Không Ai”" in answer.content.decode()
        and not Duty.objects.exists()
    )
    assert (
        officer.post("/shifts/import/", {"unit": "82", "file": SimpleUploadedFile("a.csv", table)}).status_code == 302
    )
    assert Duty.objects.count() == 2


def test_signing_in_and_switching_the_sound_off(person: Callable[[str], Client], desk: dict[str, Any]) -> None:
    from sen.apps.access.interface import SYSTEM, scope_of_username
    from sen.apps.shifts import interface as shifts
    from sen.kernel import clock

    officer, now = person("trucban"), clock.now()
    assert "Lịch trực không có bạn" in officer.post("/shifts/me/sign-in/", follow=True).content.decode()
    placing = shifts.Placing(
        desk["post"].pk,
        scope_of_username("trucban").user_id,
        now - timedelta(hours=1),
        now + timedelta(hours=2),
        "Ca thử",
    )
    shifts.place(scope=SYSTEM, unit_id=desk["post"].unit_id, placings=[placing])
    assert "Đã nhận ca: Bàn trực 1" in officer.post("/shifts/me/sign-in/", follow=True).content.decode()
    officer.post("/shifts/me/mute/", {"minutes": "720", "reason": "Họp giao ban"})
    scope = scope_of_username("trucban")
    until, shift = shifts.muted(scope), shifts.current(scope)
    assert shift is not None and shift.mine and shift.taken_up and until == shift.ends_at == shift.muted_until
    officer.post("/shifts/me/unmute/")
    assert shifts.muted(scope) is None
