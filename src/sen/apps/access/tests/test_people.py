"""A unit's administrator manages people of its own units, and nobody outside them."""

from __future__ import annotations

import json
import stat

import pytest

from sen.apps.access import demo, services
from sen.apps.access import interface as access
from sen.apps.access.interface import Role
from sen.apps.access.models import User
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.kernel.scopes import SYSTEM, Scope


@pytest.fixture
def unit_administrator(accounts: dict[str, dict[str, str]]) -> Scope:
    """The administrator of the first commune."""
    commune = organisations.unit(accounts["xa-a"]["unit"])
    services.create_user(
        scope=SYSTEM,
        username="qt-xa",
        full_name="Quản Trị Xã",
        password=None,
        role=Role.ADMINISTRATOR,
        unit_id=commune.id,
    )
    return access.scope_of_username("qt-xa")


def test_own_people_are_managed(unit_administrator: Scope) -> None:
    services.disable_user(scope=unit_administrator, user=User.objects.get(username="xa-a"), reason="nghỉ phép")
    assert not User.objects.get(username="xa-a").is_active


@pytest.mark.parametrize("username", ["xa-b", "quantri", "moitruong"])
def test_people_of_others_are_not_there(unit_administrator: Scope, username: str) -> None:
    user = User.objects.get(username=username)
    for change in (services.disable_user, services.enable_user, services.reset_second_factor):
        extra = {"reason": "x"} if change is services.disable_user else {}
        with pytest.raises(NotFound):
            change(scope=unit_administrator, user=user, **extra)
    with pytest.raises(NotFound):
        services.unlock(scope=unit_administrator, username=username)


def test_nobody_gives_a_role_outside_their_units(unit_administrator: Scope) -> None:
    with pytest.raises(Forbidden):
        services.create_user(
            scope=unit_administrator,
            username="moi",
            full_name="Mới",
            password=None,
            role=Role.LEADER,
            unit_id=organisations.province().id,
        )


def test_a_new_account_is_checked(accounts: dict[str, dict[str, str]]) -> None:
    new = {"scope": SYSTEM, "full_name": "Mới", "role": Role.LEADER, "unit_id": organisations.province().id}
    with pytest.raises(InvalidInput):
        services.create_user(username="có dấu", password=None, **new)
    with pytest.raises(InvalidInput):
        services.create_user(username="moi", password="ngắn", **new)
    with pytest.raises(Conflict):
        services.create_user(username="QuanTri", password=None, **new)


def test_the_demonstration_has_every_role_in_a_private_file(accounts: dict[str, dict[str, str]]) -> None:
    kept = json.loads(demo.file().read_text())
    assert {one["role"] for one in kept} == {role.value for role in Role}
    assert all(set(one) == {"username", "password", "role", "unit"} for one in kept)
    assert stat.S_IMODE(demo.file().stat().st_mode) == 0o600
    assert access.create_demo_accounts() == kept, "a second start changes nothing"
