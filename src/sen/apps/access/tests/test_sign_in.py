"""Signing in: password, second factor, lockout, idle sessions, and nothing that tells which accounts exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from sen.apps.access import interface as access
from sen.apps.access import services
from sen.apps.access.models import User
from sen.apps.audit.models import AuditEvent
from sen.kernel import clock
from sen.kernel.scopes import SYSTEM


def signed_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_the_right_password_signs_in_and_is_recorded(client: Client, sign_in) -> None:
    assert not signed_in(client)
    assert sign_in("dulieu").status_code == 302
    assert client.get("/api/v1/me").json()["username"] == "dulieu"
    assert AuditEvent.objects.filter(action="access.sign_in", object_id="dulieu").exists()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client, sign_in) -> None:
    def errors(username: str) -> list[str]:
        return sign_in(username, "sai mật khẩu").context["form"].non_field_errors()

    assert errors("dulieu") == errors("khong-co-ai")
    assert not signed_in(client)


@pytest.mark.parametrize("username", ["dulieu", "khong-co-ai"])
def test_five_failures_lock_a_name_for_a_quarter_of_an_hour(client: Client, sign_in, accounts, username: str) -> None:
    for _ in range(5):
        sign_in(username, "sai mật khẩu")
    answer = sign_in(username, accounts.get(username, {}).get("password", "x"))
    assert "Đã khóa tạm thời" in str(answer.context["form"].non_field_errors())
    assert [name for name, _until in access.locked_names(access.scope_of_username("quantri"))] == [username]
    assert AuditEvent.objects.filter(action="access.locked", object_id=username).count() == 1
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        again = sign_in("dulieu")
    assert again.status_code == 302


def test_an_administrator_lifts_a_lockout(client: Client, sign_in) -> None:
    for _ in range(5):
        sign_in("dulieu", "sai mật khẩu")
    services.unlock(scope=access.scope_of_username("quantri"), username="dulieu")
    assert sign_in("dulieu").status_code == 302


def test_a_second_factor_is_asked_for_and_its_failures_lock_too(client: Client, sign_in) -> None:
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(username="dulieu"), secret)
    assert sign_in("dulieu").url == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not signed_in(client)
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert signed_in(client)


def test_a_session_ends_after_resting(client: Client, sign_in) -> None:
    sign_in("dulieu")
    with clock.frozen(clock.now() + timedelta(minutes=14)):
        assert signed_in(client)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert not signed_in(client)
    assert not signed_in(client), "an ended session does not come back"


def test_administrators_set_up_a_second_factor_first(client: Client, sign_in) -> None:
    sign_in("quantri")
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/totp/activate/")


def test_administrators_change_their_password_every_two_months(client: Client, sign_in, accounts) -> None:
    with clock.frozen(clock.now() + timedelta(days=61)):
        sign_in("quantri")
        assert client.get("/").url == "/accounts/password/change/"
        new = "Sông-Tiền-mùa-nước-10"
        change = {"oldpassword": accounts["quantri"]["password"], "password1": new, "password2": new}
        client.post("/accounts/password/change/", change)
        assert client.get("/").url == "/accounts/2fa/totp/activate/"


def test_pages_are_for_signed_in_people_only(client: Client, accounts) -> None:
    answer = client.get("/")
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/")
    assert client.get("/accounts/signup/").url == "/accounts/login/"


def test_a_disabled_account_loses_its_session_and_tokens(client: Client, sign_in) -> None:
    token = access.create_token("dulieu", "thử", ["read"])
    sign_in("dulieu")
    services.disable_user(scope=SYSTEM, user=User.objects.get(username="dulieu"), reason="nghỉ việc")
    assert not signed_in(client)
    assert access.authenticate_token(token) is None
    assert sign_in("dulieu").status_code == 302 and not signed_in(client)


def test_accounts_that_nobody_uses_are_disabled(accounts) -> None:
    with clock.frozen(clock.now() + timedelta(days=44)):
        assert services.disable_idle_accounts(scope=SYSTEM) == 0
    with clock.frozen(clock.now() + timedelta(days=46)):
        assert services.disable_idle_accounts(scope=SYSTEM) == len(accounts)
    assert not User.objects.filter(is_active=True).exists()


@pytest.mark.parametrize("password", ["Ngan1!", "khongcochuhoa123!", "KHONGCOSO-abcdefgh", "dulieu-Dulieu-1"])
def test_weak_passwords_are_refused(client: Client, sign_in, accounts, password: str) -> None:
    sign_in("dulieu")
    form = {"oldpassword": accounts["dulieu"]["password"], "password1": password, "password2": password}
    answer = client.post("/accounts/password/change/", form)
    assert answer.status_code == 200 and answer.context["form"].errors


def test_a_password_is_not_used_again(client: Client, sign_in, accounts) -> None:
    old, new = accounts["dulieu"]["password"], "Sông-Tiền-mùa-nước-10"
    sign_in("dulieu")
    change = {"oldpassword": old, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", change).status_code == 302
    assert signed_in(client)
    back = client.post("/accounts/password/change/", {"oldpassword": new, "password1": old, "password2": old})
    assert "Không dùng lại" in str(back.context["form"].errors)
