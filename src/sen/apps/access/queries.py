"""Reads about people: their scope, their tokens, who is locked out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import F, Q, QuerySet

from sen.apps.access.models import ApiToken, SignInFailures, User
from sen.apps.access.recently import Recently
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.identifiers import secret_hash
from sen.kernel.scopes import Grant, Role, Scope, require

_tokens: Recently[Scope | None] = Recently(seconds=3)


def forget_scopes() -> None:
    """Forget kept scopes of tokens in this process after a change; other processes follow within three seconds."""
    _tokens.forget()


def scope_for(user: User) -> Scope:
    """What this person sees and may do now, never older than the request: one statement for the roles, the tree is in memory."""
    memberships = organisations.memberships(user.pk)
    below = organisations.subtrees({membership.unit.id for membership in memberships})
    grants = tuple(
        Grant(Role(membership.role), below[membership.unit.id], membership.unit.level == "province")
        for membership in memberships
    )
    return Scope(
        user_id=user.pk,
        username=user.username,
        roles=frozenset(grant.role for grant in grants),
        unit_ids=frozenset().union(*(grant.unit_ids for grant in grants)),
        everything=any(grant.everything for grant in grants),
        grants=grants,
    )


def scope_of_token(secret: str) -> Scope | None:
    """The scope of an API token; None where it is unknown, expired, revoked, or its owner is disabled."""
    key = secret_hash(secret)
    kept, scope = _tokens.get(key)
    if kept:
        return scope
    scope = _scope_of_token(key)
    _tokens.put(key, scope)
    return scope


def _scope_of_token(key: str) -> Scope | None:
    now = clock.now()
    token = ApiToken.objects.select_related("user").filter(hash=key, revoked_at=None, expires_at__gt=now).first()
    if token is None or not token.user.is_active:
        return None
    minute_ago = now - timedelta(minutes=1)
    ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=minute_ago), pk=token.pk).update(last_used_at=now)
    return narrowed(scope_for(token.user), token)


def narrowed(scope: Scope, token: ApiToken) -> Scope:
    """The owner's scope cut down to what the token is for."""
    grants, unit_ids, everything = scope.grants, scope.unit_ids, scope.everything
    if token.unit_id is not None:
        within = organisations.subtree_ids(token.unit_id)
        grants = tuple(Grant(grant.role, grant.unit_ids & within) for grant in grants)
        unit_ids, everything = unit_ids & within, False
    return Scope(
        user_id=scope.user_id,
        username=scope.username,
        roles=scope.roles,
        unit_ids=unit_ids,
        everything=everything,
        token_scopes=frozenset(token.scopes),
        token_id=token.pk,
        grants=grants,
    )


def user_id_of(scope: Scope) -> UUID:
    """The account behind a scope; LookupError for the scope of jobs, which is nobody's."""
    if scope.user_id is None:
        raise LookupError("The scope of jobs belongs to nobody.")
    return scope.user_id


def own_tokens(scope: Scope) -> QuerySet[ApiToken]:
    """The caller's tokens that still work, newest first."""
    return ApiToken.objects.filter(user_id=user_id_of(scope), revoked_at=None).select_related("unit")


def has_second_factor(user: User) -> bool:
    """Whether the person signs in with a second factor."""
    return bool(Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def person(user_id: UUID) -> User:
    """The account behind a scope."""
    return User.objects.get(pk=user_id)


def people(scope: Scope | None) -> QuerySet[User]:
    """The accounts that the caller manages or audits: all for the province, else those with a role in its units."""
    scope = require(scope, "access.list_people")
    found = User.objects.order_by("username")
    return found if scope.everything else found.filter(pk__in=organisations.member_ids(scope.unit_ids))


def locked_names(scope: Scope | None) -> QuerySet[SignInFailures]:
    """Names that are locked now, for administrators."""
    require(scope, "access.list_people")
    return SignInFailures.objects.filter(locked_until__gt=clock.now()).order_by(F("locked_until").desc())
