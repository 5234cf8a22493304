"""Sign-in, password change and second factor from allauth. There is no sign-up and no mail:
administrators make accounts or hand out invitations."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from sen.apps.access import pages_invitation

_to_sign_in = login_not_required(RedirectView.as_view(pattern_name="account_login"))

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    # allauth's pages link to these names; an account is made and repaired by an administrator.
    path("accounts/signup/", _to_sign_in, name="account_signup"),
    path("accounts/password/reset/", _to_sign_in, name="account_reset_password"),
    path(
        "accounts/password/set/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="account_set_password",
    ),
    path("invite/<str:token>/", pages_invitation.accept, name="invitation"),
    path("accounts/email/", RedirectView.as_view(url="/"), name="account_email"),
]
