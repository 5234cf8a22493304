"""Who may do what: roles, the register of actions, and the Scope that every query and service takes.

Pure values without a database, so that audit and organisations can take a scope while access builds it from them.
Other apps import these names from `sen.apps.access.interface`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from uuid import UUID

from sen.kernel.errors import Forbidden, Unauthenticated

Kind = Literal["read", "write", "admin"]
_READING_VERBS = frozenset({"view", "read", "list", "search", "export"})
_TOKEN_ORDER: dict[str, int] = {"read": 0, "write": 1, "admin": 2}


class Role(StrEnum):
    """What a person is for a unit; a person may hold several roles in several units."""

    ADMINISTRATOR = "administrator"
    LEADER = "leader"
    DUTY_OFFICER = "duty_officer"
    AGENT_1022 = "agent_1022"
    DEPARTMENT_OFFICER = "department_officer"
    COMMUNE_OFFICER = "commune_officer"
    DATA_STEWARD = "data_steward"
    AUDITOR = "auditor"


EVERYONE: frozenset[Role] = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Action:
    """A thing that can be allowed: `<app>.<verb>`, the roles that may, and the kind of token that it needs."""

    name: str
    roles: frozenset[Role]
    kind: Kind


_actions: dict[str, Action] = {}


def register(action: str, roles: Iterable[Role], *, kind: Kind | None = None) -> None:
    """Declare `<app>.<verb>` and the roles that may do it; called by each app's policies.py.

    `kind` is what an API token must be good for; without it reading verbs are `read` and all others `write`.
    Declaring the same action again with other roles is a programming error (ValueError).
    """
    chosen = kind or ("read" if action.rpartition(".")[2] in _READING_VERBS else "write")
    declared = Action(action, frozenset(roles), chosen)
    if _actions.setdefault(action, declared) != declared:
        raise ValueError(f"The action {action} is already registered with other roles.")


def actions() -> dict[str, Action]:
    """All registered actions by name."""
    return dict(_actions)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one unit and everything below it."""

    role: Role
    unit_ids: frozenset[UUID]
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What one caller sees and may do at this moment. `everything` holds for the whole province and for jobs."""

    user_id: UUID | None
    username: str = ""
    roles: frozenset[Role] = frozenset()
    unit_ids: frozenset[UUID] = frozenset()
    everything: bool = False
    token_scopes: frozenset[str] | None = None
    token_id: UUID | None = None
    grants: tuple[Grant, ...] = field(default=(), repr=False)
    is_system: bool = False
    is_screen: bool = False
    """A display on a wall, which strangers may walk past: reads what every role may read, and nothing else."""

    def sees(self, unit_id: UUID | None) -> bool:
        """Whether things of this unit are visible; things without a unit are visible to the whole province only."""
        return self.everything or (unit_id is not None and unit_id in self.unit_ids)

    def allows(self, action: str, unit_id: UUID | None = None) -> bool:
        """Whether this caller may do `action`, on things of `unit_id` where one is given. Unknown actions: KeyError."""
        declared = _actions[action]
        if self.token_scopes is not None and not _token_reaches(self.token_scopes, declared.kind):
            return False
        if self.is_system:
            return True
        if self.is_screen:
            return declared.kind == "read" and declared.roles == EVERYONE and (unit_id is None or self.sees(unit_id))
        return any(
            grant.role in declared.roles and (unit_id is None or grant.everything or unit_id in grant.unit_ids)
            for grant in self.grants
        )


SYSTEM = Scope(user_id=None, username="system", everything=True, is_system=True)


def scope_of(request: object) -> Scope | None:
    """The scope that the web put on a request; None when the caller is signed out."""
    scope: Scope | None = getattr(request, "scope_of_user", None)
    return scope


def require(scope: Scope | None, action: str, unit_id: UUID | None = None) -> Scope:
    """The scope itself; raise Unauthenticated without a caller and Forbidden where `action` is not allowed."""
    if scope is None:
        raise Unauthenticated(
            "Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn.", action="Đăng nhập lại, hoặc gửi mã truy cập còn hạn."
        )
    if not scope.allows(action, unit_id):
        raise Forbidden(
            "Bạn không có quyền thực hiện thao tác này.",
            action="Liên hệ quản trị viên để được cấp quyền.",
            denied=action,
        )
    return scope


def _token_reaches(token_scopes: frozenset[str], kind: Kind) -> bool:
    """A token for writing also reads, one for administration does both."""
    return max((_TOKEN_ORDER.get(scope, -1) for scope in token_scopes), default=-1) >= _TOKEN_ORDER[kind]
