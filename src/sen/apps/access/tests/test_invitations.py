"""Invitations through the web and the interface: one use, an end, and never more than the inviter may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

GOOD = "Lua-Vang-2026-Dong"


def _invite(username: str, by: str, **changes: Any) -> Any:
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations

    wanted = {"role": access.Role.COMMUNE_OFFICER, "full_name": "Nguyễn Thị Lúa", "username": username} | changes
    unit = organisations.unit(wanted.pop("unit", "28270"))
    return access.invite(scope=access.scope_of_username(by), unit_id=unit.id, **wanted)


def test_a_link_makes_one_account_once_and_names_the_unit(accounts: Any, client: Client, sign_in: Any) -> None:
    issued = _invite("lua", "quantri")
    page = client.get(issued.path)
    assert page.status_code == 200 and "Nguyễn Thị Lúa" in page.content.decode()
    weak = client.post(issued.path, {"password": "ngan", "again": "ngan"})
    assert weak.status_code == 422 and "ít nhất" in weak.content.decode()
    assert client.post(issued.path, {"password": GOOD, "again": GOOD + "x"}).status_code == 422
    done = client.post(issued.path, {"password": GOOD, "again": GOOD})
    assert done.status_code == 302 and done["Location"].startswith("/accounts/login/")
    assert Client().get(issued.path).status_code == 404
    assert Client().post(issued.path, {"password": GOOD + "2", "again": GOOD + "2"}).status_code == 404
    assert sign_in("lua", GOOD).status_code == 302
    me = client.get("/api/v1/me").json()
    assert [(one["unit"], one["role"]) for one in me["memberships"]] == [("28270", "commune_officer")]


def test_expired_revoked_and_replaced_links_do_not_work(accounts: Any, client: Client, monkeypatch: Any) -> None:
    from sen.apps.access import interface as access
    from sen.kernel import clock
    from sen.kernel.errors import Conflict

    by = access.scope_of_username("quantri")
    first = _invite("lua", "quantri")
    with pytest.raises(Conflict):
        _invite("lua", "quantri")
    second = access.reissue_invitation(scope=by, invitation_id=first.invitation.pk)
    assert client.get(first.path).status_code == 404 and client.get(second.path).status_code == 200
    access.revoke_invitation(scope=by, invitation_id=second.invitation.pk)
    assert client.get(second.path).status_code == 404
    third = _invite("lua", "quantri")
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(third.path).status_code == 404
    assert client.get(_invite("lua", "quantri").path).status_code == 200  # an expired one holds the name no longer


def test_nobody_invites_to_more_than_they_may(accounts: Any, client: Client) -> None:
    from sen.apps.access import interface as access
    from sen.apps.access import services
    from sen.apps.access.models import User
    from sen.kernel.errors import Forbidden, SenError
    from sen.kernel.scopes import SYSTEM

    assert _invite("can-bo", "dulieu").invitation.role == "commune_officer"
    for role in (access.Role.ADMINISTRATOR, access.Role.AUDITOR):
        with pytest.raises(Forbidden) as refused:
            _invite("qua-quyen", "dulieu", role=role)
        assert refused.value.code == "role_beyond_inviter"
    for who in ("lanhdao", "moitruong", "xa-a"):
        with pytest.raises(SenError):
            _invite("khong-duoc", who)
    # What the inviter may do counts again when the link is used.
    issued = _invite("can-bo-2", "dulieu")
    services.disable_user(scope=SYSTEM, user=User.objects.get(username="dulieu"), reason="nghỉ việc")
    assert client.post(issued.path, {"password": GOOD, "again": GOOD}).status_code == 404
    assert not User.objects.filter(username="can-bo-2").exists()
