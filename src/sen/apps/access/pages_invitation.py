"""The page behind an invitation's link: who invites to what, and a password to choose. For people who have no account yet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sen.apps.access import invitations
from sen.apps.access.passwords import PolicyValidator
from sen.kernel.errors import InvalidInput, SenError


@sensitive_post_parameters()
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation; a fitting password makes the account and leads to the sign-in page."""
    invitation = invitations.by_secret(token)
    context: dict[str, Any] = {"invitation": invitation, "rules": PolicyValidator().get_help_text()}
    status = 200
    if request.method == "POST":
        try:
            user = invitations.accept(secret=token, password=_password(request))
        except SenError as error:
            if error.status == 404:
                raise
            context |= {"problem": error.message, "errors": error.fields}
            status = error.status
        else:
            logout(request)  # whoever sat at this machine before is somebody else
            words = _("Đã tạo tài khoản %(name)s. Mời đăng nhập bằng mật khẩu vừa đặt.") % {"name": user.username}
            messages.success(request, words)
            return HttpResponseRedirect(f"{reverse('account_login')}?next=/")
    return render(request, "access/invitation.html", context, status=status)


def _password(request: HttpRequest) -> str:
    password, again = request.POST.get("password", ""), request.POST.get("again", "")
    if not password:
        raise InvalidInput(_("Chưa nhập mật khẩu."), fields={"password": _("Nhập mật khẩu.")})
    if password != again:
        raise InvalidInput(_("Hai lần nhập không giống nhau."), fields={"again": _("Nhập lại đúng mật khẩu ở trên.")})
    return password
