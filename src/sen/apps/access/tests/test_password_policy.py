"""The hash of passwords in a running centre; the tests themselves use a quick one."""

from __future__ import annotations

from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import override_settings


def test_a_centre_hashes_passwords_slowly() -> None:
    from sen.project import settings

    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        assert identify_hasher(make_password("một mật khẩu dài")).algorithm == "scrypt"
