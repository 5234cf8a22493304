"""The rules of sign-in that hold today, read from dated configuration."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.kernel.scopes import Role

SHIPPED = Path(__file__).with_name("security_policy.toml")


class SecurityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One set of rules; minutes, days and months as named. `relaxed` is true where a demonstration weakens it."""

    valid_from: date
    source: str
    verified: bool
    lock_after_failures: int
    lock_minutes: int
    idle_minutes: int
    administrator_idle_minutes: int
    minimum_length_with_second_factor: int
    minimum_length: int
    character_classes: int
    password_history: int
    administrator_password_days: int
    idle_account_days: int
    second_factor_roles: frozenset[Role]
    relaxed: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    policy: list[SecurityPolicy]
    demo: dict[str, Any] = {}


@lru_cache(maxsize=4)
def _load(file: Path) -> _File:
    return msgspec.toml.decode(file.read_bytes(), type=_File)


def policy(on: date | None = None) -> SecurityPolicy:
    """The policy of a day in Vietnam (today where none is given). LookupError where none has begun."""
    day = on or clock.local(clock.now()).date()
    own = settings().data / "security_policy.toml"
    file = _load(own if own.exists() else SHIPPED)
    begun = [one for one in file.policy if one.valid_from <= day]
    if not begun:
        raise LookupError(f"No security policy is valid on {day}.")
    newest = max(begun, key=lambda one: one.valid_from)
    if not settings().demo:
        return newest
    relaxed = msgspec.to_builtins(newest) | file.demo | {"relaxed": True}
    return msgspec.convert(relaxed, SecurityPolicy)
