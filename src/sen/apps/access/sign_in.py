"""How django-allauth signs people in here: lockout over all processes, no sign-up, one answer for every failure."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access import lockout, services
from sen.apps.access.models import User
from sen.apps.access.queries import scope_for
from sen.apps.audit import interface as audit
from sen.kernel import clock


def refuse_while_locked(username: str) -> None:
    """Raise what the form shows while a name is locked; it says the same for names that nobody has."""
    until = lockout.locked_until(username)
    if until:
        raise ValidationError(
            _("Đã khóa tạm thời vì đăng nhập sai nhiều lần. Thử lại sau %(time)s.")
            % {"time": f"{clock.local(until):%H:%M}"},
            code="locked",
        )


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; failures are counted in the database."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Tên đăng nhập hoặc mật khẩu không đúng."),
        "incorrect_password": gettext_lazy("Mật khẩu không đúng."),
        "too_many_login_attempts": gettext_lazy("Quá nhiều lần thử. Chờ một lát rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        refuse_while_locked(credentials.get("username", ""))

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing to take back: allauth's own counter is off."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        lockout.failed(credentials.get("username", ""), address=self.get_client_ip(request) or "")

    def reauthenticate(self, user: User, password: str) -> bool:
        refuse_while_locked(user.username)
        right = user.check_password(password)
        if not right:
            lockout.failed(user.username, factor="reauthentication")
        return right

    def login(self, request: HttpRequest, user: User) -> None:
        """A complete sign-in, second factor included."""
        super().login(request, user)
        lockout.succeeded(user.username)
        request.session["used_at"] = clock.now_ms()
        User.objects.filter(pk=user.pk).update(last_seen_at=clock.now())
        detail = {"address": self.get_client_ip(request) or ""}
        audit.record(
            scope=scope_for(user), action="access.sign_in", object_type="user", object_id=user.username, detail=detail
        )

    def logout(self, request: HttpRequest) -> None:
        scope = getattr(request, "scope_of_user", None)
        super().logout(request)
        if scope is not None:
            audit.record(scope=scope, action="access.sign_out", object_type="user", object_id=scope.username)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def set_password(self, user: User, password: str) -> None:
        services.set_password(scope=None, user=user, password=password)

    def add_message(self, *args: Any, **options: Any) -> None:
        """allauth's notices ("signed in as …") say nothing that the page does not show."""

    def send_notification_mail(self, *args: Any, **options: Any) -> None:
        """The centre sends no mail; the audit trail keeps what happened."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names the centre in the authenticator application."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("Mã xác thực không đúng."),
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return "Sen"


class PasswordForm(LoginForm):  # type: ignore[misc]
    """User name and password, with Vietnamese labels; no "remember me" on shared machines of an office."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.pop("remember", None)
        self.fields["login"].label = _("Tên đăng nhập")
        self.fields["password"].label = _("Mật khẩu")
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].max_length = 64
        self.fields["password"].help_text = ""


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The code of the second factor; wrong codes count as failed sign-ins."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"].label = _("Mã xác thực")
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        refuse_while_locked(self.user.username)
        try:
            return str(super().clean_code())
        except ValidationError:
            lockout.failed(self.user.username, factor="second")
            raise
