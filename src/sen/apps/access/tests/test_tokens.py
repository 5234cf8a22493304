"""API tokens act for their owner, within their scopes, their unit and their time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from sen.apps.access import interface as access
from sen.apps.access import queries
from sen.apps.access.models import ApiToken
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput


def bearer(token: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, sign_in) -> None:
    sign_in("dulieu")
    made = client.post("/api/v1/tokens", {"name": "máy đo", "scopes": ["read"]}, content_type="application/json")
    assert made.status_code == 201
    secret = made.json()["token"]
    assert (
        secret not in str(ApiToken.objects.values_list())
        and "token" not in client.get("/api/v1/tokens").json()["items"][0]
    )
    assert client.get("/api/v1/me", **bearer(secret)).json()["token_scopes"] == ["read"]
    assert ApiToken.objects.get().last_used_at is not None


def test_a_revoked_token_stops(client: Client, sign_in) -> None:
    sign_in("dulieu")
    made = client.post("/api/v1/tokens", {"name": "thử"}, content_type="application/json").json()
    assert Client().get("/api/v1/units", **bearer(made["token"])).status_code == 200
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert Client().get("/api/v1/units", **bearer(made["token"])).status_code == 401
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 404


def test_nobody_revokes_the_token_of_another(client: Client, sign_in) -> None:
    access.create_token("xa-a", "của xã A")
    sign_in("lanhdao")
    assert client.delete(f"/api/v1/tokens/{ApiToken.objects.get().pk}").status_code == 404


def test_a_token_expires(client: Client, accounts) -> None:
    token = access.create_token("dulieu", "ngắn", ["read"], clock.now() + timedelta(hours=1))
    assert client.get("/api/v1/units", **bearer(token)).status_code == 200
    queries.forget_scopes()
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert client.get("/api/v1/units", **bearer(token)).status_code == 401


@pytest.mark.parametrize(("scopes", "days"), [(["everything"], 1), ([], 1), (["read"], 400), (["read"], -1)])
def test_a_token_that_may_too_much_is_not_made(accounts, scopes: list[str], days: int) -> None:
    with pytest.raises(InvalidInput):
        access.create_token("dulieu", "sai", scopes, clock.now() + timedelta(days=days))


def test_a_reading_token_does_not_administer(client: Client, accounts) -> None:
    token = access.create_token("kiemtoan", "chỉ đọc", ["read"])
    assert client.get("/api/v1/audit", **bearer(token)).status_code == 403
    full = access.create_token("kiemtoan", "quản trị", ["admin"])
    assert client.get("/api/v1/audit", **bearer(full)).status_code == 200


def test_a_token_can_be_narrowed_to_a_unit(accounts) -> None:
    commune = organisations.communes()[5]
    scope = access.authenticate_token(access.create_token("quantri", "một xã", ["read", "write"], unit_id=commune.id))
    # The commune, and what went over into it in July 2025.
    assert scope is not None and scope.unit_ids == organisations.subtree_ids(commune.id) and not scope.everything
    standing = {one.id for one in organisations.communes()}
    assert scope.unit_ids & standing == {commune.id}
    assert scope.allows("observations.create", commune.id)
    assert not scope.allows("observations.create", organisations.communes()[6].id)


def test_a_token_follows_its_owner(accounts) -> None:
    token = access.create_token("xa-a", "theo người", ["read"])
    scope = access.authenticate_token(token)
    unit = organisations.unit(accounts["xa-a"]["unit"])
    assert scope is not None and scope.unit_ids == organisations.subtree_ids(unit.id)
    assert scope.unit_ids & {one.id for one in organisations.communes()} == {unit.id}


def test_session_writes_need_the_csrf_token_and_bearer_writes_do_not(accounts, sign_in) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/accounts/login/")
    form = {"login": "dulieu", "password": accounts["dulieu"]["password"]}
    browser.post("/accounts/login/", form | {"csrfmiddlewaretoken": browser.cookies["sen_csrf"].value})
    body = {"data": {"name": "x"}, "content_type": "application/json"}
    refused = browser.post("/api/v1/tokens", **body)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    assert browser.post("/api/v1/tokens", **body, HTTP_X_CSRFTOKEN=browser.cookies["sen_csrf"].value).status_code == 201
    token = access.create_token("dulieu", "máy", ["admin"])
    assert Client(enforce_csrf_checks=True).post("/api/v1/tokens", **body, **bearer(token)).status_code == 201


@pytest.mark.django_db(transaction=True)
async def test_plain_asgi_applications_find_the_caller() -> None:
    from asgiref.sync import sync_to_async
    from django.contrib.auth import SESSION_KEY

    from sen.apps.access import demo
    from sen.kernel.scopes import SYSTEM

    def prepare() -> tuple[str, str]:
        demo.file().unlink(missing_ok=True)
        organisations.install_province("82", scope=SYSTEM)
        access.create_demo_accounts()
        password = next(one["password"] for one in access.demo_accounts() if one["username"] == "trucban")
        client = Client()
        client.post("/accounts/login/", {"login": "trucban", "password": password})
        assert SESSION_KEY in client.session
        made = access.create_token("trucban", "asgi"), client.cookies["sen_session"].value
        connection.close()
        return made

    token, cookie = await sync_to_async(prepare)()
    by_token = await access.scope_of_request({b"authorization": f"Bearer {token}".encode()})
    by_session = await access.scope_of_request({b"cookie": f"a=b; sen_session={cookie}".encode()})
    assert by_token is not None and by_session is not None
    assert by_token.username == by_session.username == "trucban" and by_session.everything
    for headers in (
        {},
        {b"authorization": b"Bearer nonsense"},
        {b"cookie": b"sen_session=nonsense"},
        {b"cookie": b"\xff;;=="},
    ):
        assert await access.scope_of_request(headers) is None
    demo.file().unlink(missing_ok=True)
