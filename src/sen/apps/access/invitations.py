"""Invitations: who may be invited with which role, the one-time link, and the account that its use makes.

The link is shown once, to be printed or handed over. Who does not manage people invites those who work in a unit, else nobody to
more than they may do themselves; what the inviter may do counts again at the moment of acceptance.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import msgspec
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access import queries, services
from sen.apps.access.models import Invitation, User
from sen.apps.audit import interface as audit
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.kernel.identifiers import new_secret, secret_hash
from sen.kernel.scopes import SYSTEM, Role, Scope, actions, require
from sen.kernel.text import normal

DAYS_OPEN = 7
WORKING = frozenset({Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER})
"""Roles of those who do a unit's own work: whoever may invite there at all gives them."""


class Issued(msgspec.Struct, frozen=True):
    """An invitation with its secret, which exists nowhere else."""

    invitation: Invitation
    secret: str

    @property
    def path(self) -> str:
        """Where the invited person chooses a password, from the root of the site."""
        return f"/invite/{self.secret}/"


@transaction.atomic
def invite(*, scope: Scope, unit_id: UUID, role: Role, full_name: str, username: str, days: int = DAYS_OPEN) -> Issued:
    """A one-time link for a person who shall hold `role` in a unit; `days` until it expires, 1 to 30.

    Raises Forbidden where the role could do more than the inviter, Conflict where the user name is taken or already invited.
    """
    require(scope, "access.invite", unit_id)
    _must_reach(scope, role, unit_id)
    now = clock.now()
    draft = Invitation(
        unit_id=unit_id, role=role.value, full_name=normal(full_name), username=username.strip().lower(), created_at=now,
        expires_at=now + timedelta(days=days), invited_by_id=scope.user_id,
    )  # fmt: skip
    _must_be_usable(draft, days)
    # An expired invitation holds its name no longer.
    Invitation.objects.filter(username=draft.username, accepted_at=None, revoked_at=None, expires_at__lte=now).update(
        revoked_at=now
    )
    taken = (
        User.objects.filter(username=draft.username).exists() or open_ones().filter(username=draft.username).exists()
    )
    if taken:
        raise Conflict(
            _("Tên đăng nhập “{name}” đã có người dùng hoặc đang được mời.").format(name=draft.username),
            action=_("Chọn tên khác."),
            fields={"username": draft.username},
        )
    secret = new_secret("moi")
    draft.hash = secret_hash(secret)
    draft.save(force_insert=True)
    _record(scope, "access.invite", draft, {"role": role.value, "expires": draft.expires_at})
    return Issued(draft, secret)


def _must_reach(scope: Scope, role: Role, unit_id: UUID) -> None:
    """Whoever manages the people of a unit gives any role there; others the roles of those who work in it, and roles that may
    nothing beyond themselves. Somebody who opens a commune's centre must be able to invite the people that it is for.
    """
    if scope.allows("access.manage_people", unit_id) or role in WORKING:
        return
    beyond = [one.name for one in actions().values() if role in one.roles and not scope.allows(one.name, unit_id)]
    if beyond:
        raise Forbidden(
            _("Vai trò này được làm nhiều hơn quyền của bạn."),
            action=_("Chọn vai trò khác, hoặc nhờ quản trị viên mời."),
            code="role_beyond_inviter",
            denied=beyond[0],
        )


def _must_be_usable(draft: Invitation, days: int) -> None:
    fields: dict[str, str] = {}
    if not draft.full_name:
        fields["full_name"] = _("Nhập họ và tên.")
    try:
        User._meta.get_field("username").clean(draft.username, None)
    except ValidationError as error:
        fields["username"] = " ".join(error.messages)
    if not 1 <= days <= 30:
        fields["days"] = _("Từ 1 đến 30 ngày.")
    if fields:
        raise InvalidInput(_("Lời mời chưa hợp lệ."), action=_("Sửa các trường được nêu."), fields=fields)


def open_ones() -> QuerySet[Invitation]:
    """Invitations that can still be used."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())


def pending(scope: Scope, unit_ids: Collection[UUID]) -> list[Invitation]:
    """Unanswered invitations of some units that the caller may invite to, expired ones included, newest first."""
    reached = [unit for unit in unit_ids if scope.allows("access.invite", unit)]
    found = Invitation.objects.filter(unit_id__in=reached, accepted_at=None, revoked_at=None)
    return list(found.select_related("unit", "invited_by"))


def by_secret(secret: str) -> Invitation:
    """The usable invitation of a link. NotFound alike for unknown, used, revoked and expired ones."""
    found = open_ones().select_related("unit", "invited_by").filter(hash=secret_hash(secret)).first()
    if found is None:
        raise NotFound(
            _("Đường dẫn mời không dùng được: đã dùng, đã hết hạn, hoặc bị thu hồi."),
            action=_("Nhờ người mời cấp đường dẫn mới."),
            code="invitation_spent",
        )
    return found


@transaction.atomic
def accept(*, secret: str, password: str) -> User:
    """Make the account of an invitation with a checked password; the link is spent. NotFound, InvalidInput, Conflict."""
    # Whoever comes second waits for the lock here and then finds the link spent.
    list(Invitation.objects.select_for_update().filter(hash=secret_hash(secret)).values_list("pk"))
    held = by_secret(secret)
    role = Role(held.role)
    if held.invited_by_id is not None:
        _inviter_still_may(held, role)
    user = services.create_user(
        scope=SYSTEM,
        username=held.username,
        full_name=held.full_name,
        password=password,
        role=role,
        unit_id=held.unit_id,
    )
    held.accepted_at, held.user = clock.now(), user
    held.save(update_fields=["accepted_at", "user"])
    _record(None, "access.accept_invitation", held, {"role": held.role}, actor=user.username)
    return user


def _inviter_still_may(invitation: Invitation, role: Role) -> None:
    inviter = invitation.invited_by
    try:
        if inviter is None or not inviter.is_active:
            raise Forbidden(_("Người mời không còn quyền."))
        scope = queries.scope_for(inviter)
        require(scope, "access.invite", invitation.unit_id)
        _must_reach(scope, role, invitation.unit_id)
    except Forbidden:
        raise NotFound(
            _("Người gửi lời mời này không còn quyền mời."),
            action=_("Nhờ quản trị viên cấp đường dẫn mới."),
            code="invitation_spent",
        ) from None


@transaction.atomic
def reissue(*, scope: Scope, invitation_id: UUID) -> Issued:
    """A new link for an unanswered invitation; the old one stops working. NotFound."""
    old = _held(scope, invitation_id)
    old.revoked_at = clock.now()
    old.save(update_fields=["revoked_at"])
    return invite(scope=scope, unit_id=old.unit_id, role=Role(old.role), full_name=old.full_name, username=old.username)


@transaction.atomic
def revoke(*, scope: Scope, invitation_id: UUID) -> None:
    """Make an unanswered invitation useless. NotFound."""
    held = _held(scope, invitation_id)
    held.revoked_at = clock.now()
    held.save(update_fields=["revoked_at"])
    _record(scope, "access.revoke_invitation", held, {})


@transaction.atomic
def revoke_open_of(*, scope: Scope, unit_id: UUID, only: Collection[UUID] | None = None) -> list[str]:
    """Revoke the unanswered invitations of a unit (all, or those in `only`); the user names they were for."""
    require(scope, "access.invite", unit_id)
    found = Invitation.objects.select_for_update().filter(unit_id=unit_id, accepted_at=None, revoked_at=None)
    if only is not None:
        found = found.filter(pk__in=list(only))
    held = list(found)
    for one in held:
        one.revoked_at = clock.now()
        one.save(update_fields=["revoked_at"])
        _record(scope, "access.revoke_invitation", one, {})
    return [one.username for one in held]


def taken_usernames(names: Collection[str]) -> frozenset[str]:
    """Which of `names` an account or an open invitation bears."""
    held = open_ones().filter(username__in=names).values_list("username", flat=True)
    return frozenset(User.objects.filter(username__in=names).values_list("username", flat=True)) | frozenset(held)


def remove_spent(*, days: int = 400) -> int:
    """Delete answered, revoked and expired invitations after as long as the record is kept at hand; how many."""
    limit = clock.now() - timedelta(days=days)
    spent = Q(accepted_at__lt=limit) | Q(revoked_at__lt=limit) | Q(expires_at__lt=limit)
    return Invitation.objects.filter(spent).delete()[0]


def _held(scope: Scope, invitation_id: UUID) -> Invitation:
    held = Invitation.objects.select_for_update().filter(pk=invitation_id, accepted_at=None, revoked_at=None).first()
    if held is None or not scope.allows("access.invite", held.unit_id):
        raise NotFound(_("Không có lời mời này, hoặc đã được trả lời."))
    return held


def _record(scope: Scope | None, action: str, one: Invitation, detail: dict[str, object], actor: str = "") -> None:
    audit.record(
        scope=scope, action=action, object_type="invitation", object_id=one.username, unit_id=one.unit_id, detail=detail,
        actor=actor,
    )  # fmt: skip
