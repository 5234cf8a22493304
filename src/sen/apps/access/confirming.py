"""Makes sure that the signed-in person is still the one at the keyboard, where something is signed in their name."""

from __future__ import annotations

from typing import Literal

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sen.apps.access import lockout
from sen.apps.access.models import User
from sen.apps.access.sign_in import refuse_while_locked
from sen.kernel.errors import Forbidden, InvalidInput
from sen.kernel.scopes import Scope

Method = Literal["password", "totp"]


def confirm(scope: Scope, secret: str) -> Method:
    """Which of the two `secret` was: the caller's password or the code of their authenticator. Wrong ones count as failed sign-ins.

    Raises InvalidInput for a wrong one and while the name is locked, Forbidden for programs: a token signs nothing.
    """
    user = User.objects.filter(pk=scope.user_id, is_active=True).first() if scope.user_id else None
    if user is None or scope.token_id is not None:
        raise Forbidden(_("Chỉ người đang đăng nhập mới ký được."), action=_("Đăng nhập bằng trình duyệt rồi ký."))
    try:
        refuse_while_locked(user.username)
    except ValidationError as error:
        raise InvalidInput(error.messages[0], code="locked", fields={"secret": error.messages[0]}) from error
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    given = secret.strip()
    if authenticator is not None and len(given) == 6 and given.isdigit() and authenticator.wrap().validate_code(given):
        return "totp"
    if user.check_password(secret):
        return "password"
    lockout.failed(user.username, factor="signature")
    words = _("Mật khẩu hoặc mã xác thực không đúng.")
    raise InvalidInput(words, action=_("Nhập lại."), code="not_confirmed", fields={"secret": words})
