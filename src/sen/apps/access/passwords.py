"""The password rules of the security policy, as a validator of Django."""

from __future__ import annotations

import secrets
import string
import unicodedata

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sen.apps.access.models import User
from sen.apps.access.queries import has_second_factor
from sen.apps.access.security import policy


class PolicyValidator:
    """Long enough for how the person signs in, of enough kinds of characters, and not one of the last ones."""

    def validate(self, password: str, user: User | None = None) -> None:
        rules = policy()
        known = user is not None and not user._state.adding
        second_factor = user is not None and known and has_second_factor(user)
        shortest = rules.minimum_length_with_second_factor if second_factor else rules.minimum_length
        if len(password) < shortest:
            raise ValidationError(
                _("Mật khẩu phải có ít nhất %(count)d ký tự.") % {"count": shortest}, code="password_too_short"
            )
        if not second_factor and character_classes(password) < rules.character_classes:
            raise ValidationError(
                _("Khi chưa dùng xác thực hai lớp, mật khẩu phải có chữ thường, chữ hoa, chữ số và ký tự đặc biệt."),
                code="password_too_plain",
            )
        if user is not None and len(user.username) > 3 and user.username in password.lower():
            raise ValidationError(_("Mật khẩu không được chứa tên đăng nhập."), code="password_has_username")
        if known and user is not None and _used_before(password, user, rules.password_history):
            raise ValidationError(
                _("Không dùng lại %(count)d mật khẩu gần nhất.") % {"count": rules.password_history},
                code="password_used_before",
            )

    def get_help_text(self) -> str:
        rules = policy()
        return _(
            "Ít nhất %(long)d ký tự gồm chữ thường, chữ hoa, chữ số và ký tự đặc biệt; hoặc %(short)d ký tự khi đã bật xác thực hai lớp."
        ) % {"long": rules.minimum_length, "short": rules.minimum_length_with_second_factor}


def character_classes(password: str) -> int:
    """How many of lower case, upper case, digits and others occur; Vietnamese letters count as letters."""
    kinds = {unicodedata.category(character) for character in password}
    others = kinds - {"Ll", "Lu", "Nd"}
    return len(kinds & {"Ll", "Lu", "Nd"}) + bool(others)


def new_password() -> str:
    """A random password of 18 characters that meets the policy without a second factor."""
    letters = string.ascii_letters + string.digits
    while True:
        candidate = "-".join("".join(secrets.choice(letters) for _ in range(size)) for size in (5, 6, 5))
        if character_classes(candidate) == 4:
            return candidate


def _used_before(password: str, user: User, history: int) -> bool:
    earlier = user.former_passwords.order_by("-replaced_at").values_list("password", flat=True)[: max(history - 1, 0)]
    return any(check_password(password, encoded) for encoded in [user.password, *earlier] if encoded)
