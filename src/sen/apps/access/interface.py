"""What other apps may call of access: scopes, actions, tokens, and the accounts of the demonstration."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from sen.apps.access import confirming, demo, invitations, queries, services, sessions
from sen.apps.access.contact import Contact, change_own, contacts, phone_number
from sen.apps.access.invitations import Issued as IssuedInvitation
from sen.apps.access.models import User
from sen.apps.access.recently import Recently
from sen.apps.access.security import SecurityPolicy, policy
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.scopes import EVERYONE, SYSTEM, Action, Grant, Kind, Role, Scope, actions, register, require

__all__ = [
    "EVERYONE",
    "SYSTEM",
    "Action",
    "Contact",
    "Grant",
    "InvitationRef",
    "IssuedInvitation",
    "Kind",
    "Role",
    "Scope",
    "SecurityPolicy",
    "actions",
    "authenticate_token",
    "confirm",
    "change_own",
    "contacts",
    "create_demo_accounts",
    "create_first_administrator",
    "create_token",
    "demo_accounts",
    "invite",
    "last_seen",
    "locked_names",
    "pending_invitations",
    "people_by_id",
    "phone_number",
    "policy",
    "register",
    "reissue_invitation",
    "require",
    "revoke_invitation",
    "revoke_open_invitations",
    "scope_for",
    "scope_of_request",
    "scope_of_username",
    "taken_usernames",
]


class InvitationRef(msgspec.Struct, frozen=True):
    """An unanswered invitation without its secret. `expired`: its link works no longer and can be issued anew."""

    id: UUID
    username: str
    full_name: str
    role: str
    unit_id: UUID
    invited_by: str
    expires_at: datetime
    expired: bool


_sessions: Recently[Scope | None] = Recently(seconds=3)
_by_token: Recently[Scope | None] = Recently(seconds=3)


def scope_for(user: User) -> Scope:
    """What a person sees and may do now."""
    return queries.scope_for(user)


def confirm(scope: Scope, secret: str) -> confirming.Method:
    """Whether the caller is still at the keyboard, for a signature: `password` or `totp`, whichever `secret` was.

    Raises InvalidInput for a wrong one (counted as a failed sign-in) and while the name is locked, Forbidden for programs.
    """
    return confirming.confirm(scope, secret)


def scope_of_username(username: str) -> Scope:
    """The scope of an active account by name, for commands; NotFound where there is none."""
    return queries.scope_for(_active(username))


def authenticate_token(token: str) -> Scope | None:
    """The scope of an API token; None where it is unknown, expired or revoked. At most three seconds old."""
    return queries.scope_of_token(token)


def create_token(
    user: User | str,
    name: str,
    scopes: Collection[str] = ("read", "write"),
    expires: datetime | None = None,
    unit_id: UUID | None = None,
) -> str:
    """A new API token of `user` (an account or its name): the secret, shown nowhere again. 90 days unless told."""
    owner = _active(user) if isinstance(user, str) else user
    until = expires or clock.now() + timedelta(days=90)
    _, secret = services.create_token(
        scope=SYSTEM, user=owner, name=name, scopes=scopes, expires=until, unit_id=unit_id
    )
    return secret


def people_by_id(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Full names by account id, for lists that say who did something."""
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "full_name"))


def last_seen(user_ids: Collection[UUID]) -> dict[UUID, datetime | None]:
    """When each of these accounts, while active, last signed in or used its session; None where it never did."""
    found = User.objects.filter(pk__in=user_ids, is_active=True)
    return dict(found.values_list("pk", "last_seen_at"))


def invite(
    *, scope: Scope, unit_id: UUID, role: Role, full_name: str, username: str, days: int = invitations.DAYS_OPEN
) -> IssuedInvitation:
    """Invite a person into a unit; the answer holds the one-time link. See invitations.invite for what it raises."""
    return invitations.invite(
        scope=scope, unit_id=unit_id, role=role, full_name=full_name, username=username, days=days
    )


def reissue_invitation(*, scope: Scope, invitation_id: UUID) -> IssuedInvitation:
    """A new link for an unanswered invitation; the old one stops working. Raises NotFound."""
    return invitations.reissue(scope=scope, invitation_id=invitation_id)


def revoke_invitation(*, scope: Scope, invitation_id: UUID) -> None:
    """Make an unanswered invitation useless. Raises NotFound."""
    invitations.revoke(scope=scope, invitation_id=invitation_id)


def revoke_open_invitations(*, scope: Scope, unit_id: UUID, only: Collection[UUID] | None = None) -> list[str]:
    """Make the unanswered invitations of a unit (all, or some by id) useless; the user names they were for."""
    return invitations.revoke_open_of(scope=scope, unit_id=unit_id, only=only)


def pending_invitations(scope: Scope, unit_ids: Collection[UUID]) -> list[InvitationRef]:
    """Unanswered invitations of those units that the caller may invite to, newest first."""
    now = clock.now()
    return [
        InvitationRef(
            one.pk, one.username, one.full_name, one.role, one.unit_id, one.invited_by.full_name if one.invited_by else "",
            one.expires_at, one.expires_at <= now,
        )
        for one in invitations.pending(scope, unit_ids)
    ]  # fmt: skip


def taken_usernames(names: Collection[str]) -> frozenset[str]:
    """Which of `names` an account or an open invitation bears already."""
    return invitations.taken_usernames(names)


def locked_names(scope: Scope) -> list[tuple[str, datetime]]:
    """Names locked after failed sign-ins and until when, for administrators."""
    return [(row.username, row.locked_until) for row in queries.locked_names(scope) if row.locked_until]


def create_demo_accounts() -> list[dict[str, str]]:
    """One account per role at least, with random passwords; nothing changes where they exist."""
    return demo.create_accounts()


def create_first_administrator() -> None:
    """The account with which an empty centre is set up; its password is in the same file. Nothing where anyone exists."""
    demo.create_first_administrator()


def demo_accounts() -> list[dict[str, str]]:
    """The demonstration's accounts: username, password, role, unit (code); empty elsewhere."""
    return demo.accounts()


async def scope_of_request(headers: Mapping[bytes, bytes]) -> Scope | None:
    """The caller of a plain ASGI request: Bearer token, else session cookie, else None. At most three seconds old.

    `headers` has lower-case names. A session that only listens is not kept alive by this.
    """
    scheme, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        return await _kept(_by_token, secret.strip(), queries.scope_of_token)
    key = _session_key(headers.get(b"cookie", b"").decode("latin-1"))
    return await _kept(_sessions, key, _scope_of_session) if key else None


async def _kept(cache: Recently[Scope | None], key: str, find: Any) -> Scope | None:
    known, scope = cache.get(key)
    if known:
        return scope
    scope = await sync_to_async(_with_connection, thread_sensitive=False)(find, key)
    cache.put(key, scope)
    return scope


def _with_connection(find: Any, key: str) -> Scope | None:
    """Give the thread's database connection back to the pool afterwards: nobody else does outside Django's requests."""
    try:
        found: Scope | None = find(key)
        return found
    finally:
        close_old_connections()


def _session_key(cookies: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _scope_of_session(key: str) -> Scope | None:
    found = sessions.user_of_session(key)
    if found is None:
        return None
    scope = queries.scope_for(found[0])
    return None if sessions.is_idle(found[1], scope) else scope


def _active(username: str) -> User:
    user = User.objects.filter(username=username.lower(), is_active=True).first()
    if user is None:
        raise NotFound("Không có tài khoản đang dùng với tên này.", action="Xem `./sen accounts`.", username=username)
    return user
