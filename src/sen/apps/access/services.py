"""Every write to accounts and tokens. One transaction and one audit event each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from sen.apps.access import lockout, queries
from sen.apps.access.models import ApiToken, FormerPassword, SignInFailures, User
from sen.apps.access.security import policy
from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.identifiers import new_secret, secret_hash
from sen.kernel.scopes import Role, Scope, require
from sen.kernel.text import normal

TOKEN_SCOPES = ("read", "write", "admin")
LONGEST_TOKEN_DAYS = 366


@transaction.atomic
def create_user(
    *,
    scope: Scope,
    username: str,
    full_name: str,
    password: str | None,
    role: Role,
    unit_id: UUID,
    language: str = "vi",
) -> User:
    """A new account with one role. Without a password nobody can sign in until an administrator sets one."""
    require(scope, "access.manage_people", unit_id)
    user = User(
        username=username.strip().lower(), full_name=normal(full_name), language=language, created_at=clock.now()
    )
    if User.objects.filter(username=user.username).exists():
        raise Conflict("Tên đăng nhập đã có người dùng.", action="Chọn tên khác.", fields={"username": user.username})
    user.set_unusable_password()
    _check(user, password)
    if password:
        user.set_password(password)
        user.password_changed_at = user.created_at
    user.save(force_insert=True)
    organisations.add_member(scope=scope, user_id=user.pk, unit_id=unit_id, role=role)
    detail = {"role": role.value}
    audit.record(
        scope=scope,
        action="access.create_user",
        object_type="user",
        object_id=user.username,
        unit_id=unit_id,
        detail=detail,
    )
    queries.forget_scopes()
    return user


def _check(user: User, password: str | None) -> None:
    try:
        user.clean_fields(exclude=["password", "id"])
        if password:
            validate_password(password, user)
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"password": error.messages}
        raise InvalidInput(
            "Tài khoản chưa hợp lệ.",
            action="Sửa các trường được nêu.",
            fields={field: " ".join(texts) for field, texts in fields.items()},
        ) from None


def _require_management(scope: Scope, user: User) -> None:
    """A unit's administrator manages people whose every role lies in its units; others are not there for them."""
    require(scope, "access.manage_people")
    units = [membership.unit.id for membership in organisations.memberships(user.pk)]
    if not (scope.everything or (units and all(scope.allows("access.manage_people", unit) for unit in units))):
        raise NotFound("Không tìm thấy tài khoản.")


@transaction.atomic
def set_password(*, scope: Scope | None, user: User, password: str) -> None:
    """Set a checked password, keep the old hash so that it is not used again; `scope` None for the person's own change."""
    if scope is not None:
        _require_management(scope, user)
    if user.has_usable_password():
        FormerPassword.objects.create(user=user, password=user.password, replaced_at=clock.now())
    user.set_password(password)
    user.password_changed_at = clock.now()
    user.save(update_fields=["password", "password_changed_at"])
    actor = "" if scope else user.username
    audit.record(scope=scope, actor=actor, action="access.set_password", object_type="user", object_id=user.username)


@transaction.atomic
def disable_user(*, scope: Scope, user: User, reason: str) -> None:
    """Close an account: sessions and tokens stop working within seconds."""
    _require_management(scope, user)
    user.is_active, user.disabled_reason = False, reason[:100]
    user.save(update_fields=["is_active", "disabled_reason"])
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
    queries.forget_scopes()
    audit.record(
        scope=scope,
        action="access.disable_user",
        object_type="user",
        object_id=user.username,
        detail={"reason": reason},
    )


@transaction.atomic
def enable_user(*, scope: Scope, user: User) -> None:
    """Open a closed account again; its tokens stay revoked."""
    _require_management(scope, user)
    user.is_active, user.disabled_reason, user.last_seen_at = True, "", clock.now()
    user.save(update_fields=["is_active", "disabled_reason", "last_seen_at"])
    queries.forget_scopes()
    audit.record(scope=scope, action="access.enable_user", object_type="user", object_id=user.username)


@transaction.atomic
def unlock(*, scope: Scope, username: str) -> None:
    """Lift a lockout before its time."""
    user = User.objects.filter(username=lockout.key_of(username)).first()
    require(scope, "access.manage_people") if user is None else _require_management(scope, user)
    lockout.succeeded(username)
    audit.record(scope=scope, action="access.unlock", object_type="account", object_id=lockout.key_of(username))


@transaction.atomic
def reset_second_factor(*, scope: Scope, user: User) -> None:
    """Take away a lost second factor; the person sets up another at the next sign-in."""
    _require_management(scope, user)
    Authenticator.objects.filter(user=user).delete()
    audit.record(scope=scope, action="access.reset_second_factor", object_type="user", object_id=user.username)


@transaction.atomic
def set_preferences(*, scope: Scope, language: str | None = None, theme: str | None = None) -> User:
    """A person's own language (`vi`, `en`) and theme (`light`, `dark`)."""
    require(scope, "access.view_self")
    user = User.objects.select_for_update().get(pk=queries.user_id_of(scope))
    user.language, user.theme = language or user.language, theme or user.theme
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise InvalidInput(
            "Lựa chọn không hợp lệ.", fields={field: " ".join(texts) for field, texts in error.message_dict.items()}
        ) from None
    user.save(update_fields=["language", "theme"])
    return user


@transaction.atomic
def create_token(
    *, scope: Scope, user: User, name: str, scopes: Collection[str], expires: datetime, unit_id: UUID | None = None
) -> tuple[ApiToken, str]:
    """A token that acts for `user`, and its secret, which is kept nowhere. At most a year."""
    if not (scope.is_system or scope.user_id == user.pk):
        raise NotFound("Không tìm thấy tài khoản.")
    require(scope, "access.manage_own_tokens")
    _check_token(scopes, expires)
    if unit_id is not None and not scope.is_system and not scope.sees(unit_id):
        raise NotFound("Không tìm thấy đơn vị có mã này.")
    secret = new_secret("sen")
    token = ApiToken.objects.create(
        user=user,
        name=normal(name)[:100],
        hash=secret_hash(secret),
        hint=secret[:8],
        scopes=sorted(set(scopes), key=TOKEN_SCOPES.index),
        unit_id=unit_id,
        created_at=clock.now(),
        expires_at=expires,
    )
    detail = {"name": token.name, "scopes": token.scopes, "expires": expires, "for": user.username}
    audit.record(
        scope=scope,
        action="access.create_token",
        object_type="token",
        object_id=str(token.pk),
        unit_id=unit_id,
        detail=detail,
    )
    return token, secret


def _check_token(scopes: Collection[str], expires: datetime) -> None:
    now = clock.now()
    if not scopes or not set(scopes) <= set(TOKEN_SCOPES):
        raise InvalidInput(
            "Phạm vi mã truy cập không hợp lệ.",
            action="Dùng read, write hoặc admin.",
            fields={"scopes": "read, write, admin"},
        )
    if not now < expires <= now + timedelta(days=LONGEST_TOKEN_DAYS):
        raise InvalidInput(
            "Hạn của mã truy cập phải trong tương lai và không quá một năm.",
            action="Chọn ngày khác.",
            fields={"expires": expires.isoformat()},
        )


@transaction.atomic
def revoke_token(*, scope: Scope, token_id: UUID) -> None:
    """Stop one of the caller's own tokens; NotFound for those of others."""
    require(scope, "access.manage_own_tokens")
    token = ApiToken.objects.filter(pk=token_id, user_id=queries.user_id_of(scope), revoked_at=None).first()
    if token is None:
        raise NotFound("Không tìm thấy mã truy cập.", action="Xem danh sách mã truy cập của bạn.")
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    queries.forget_scopes()
    audit.record(scope=scope, action="access.revoke_token", object_type="token", object_id=str(token.pk))


@transaction.atomic
def disable_idle_accounts(*, scope: Scope) -> int:
    """Close accounts that nobody used for the policy's number of days; how many."""
    limit = clock.now() - timedelta(days=policy().idle_account_days)
    idle = User.objects.filter(is_active=True).annotate(used_at=Coalesce("last_seen_at", "created_at"))
    names = list(idle.filter(used_at__lt=limit).values_list("username", flat=True))
    for user in User.objects.filter(username__in=names):
        disable_user(scope=scope, user=user, reason="idle")
    return len(names)


def remove_spent(*, scope: Scope) -> None:
    """Delete expired sessions and forgotten failure counts; both are of no use any more."""
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    SignInFailures.objects.filter(Q(last_failed_at__lt=now - timedelta(days=1))).delete()
