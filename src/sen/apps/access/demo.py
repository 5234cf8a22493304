"""The accounts of the demonstration: at least one per role, random passwords, kept in a file that only the owner reads."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.db import transaction

from sen.apps.access import services
from sen.apps.access.models import User
from sen.apps.access.passwords import new_password
from sen.apps.organisations import interface as organisations
from sen.kernel.configuration import settings
from sen.kernel.scopes import SYSTEM, Role

# username, full name, role, unit. Two communes that are neighbours and two departments show what units keep apart.
# Units are named by position where every province has them: "commune:0" is the first by code.
_ACCOUNTS = (
    ("quantri", "Nguyễn Quản Trị", Role.ADMINISTRATOR, "province"),
    ("lanhdao", "Trần Lãnh Đạo", Role.LEADER, "province"),
    ("trucban", "Lê Trực Ban", Role.DUTY_OFFICER, "province"),
    ("tongdai", "Phạm Tổng Đài", Role.AGENT_1022, "province"),
    ("dulieu", "Võ Dữ Liệu", Role.DATA_STEWARD, "province"),
    ("kiemtoan", "Đặng Giám Sát", Role.AUDITOR, "province"),
    ("moitruong", "Huỳnh Môi Trường", Role.DEPARTMENT_OFFICER, "department:snnmt"),
    ("xaydung", "Bùi Xây Dựng", Role.DEPARTMENT_OFFICER, "department:sxd"),
    ("xa-a", "Đỗ Phường A", Role.COMMUNE_OFFICER, "commune:0"),
    ("xa-b", "Hồ Phường B", Role.COMMUNE_OFFICER, "commune:1"),
)


def file() -> Path:
    """Where the passwords of the demonstration are kept."""
    return settings().data / "run" / "accounts.json"


def accounts() -> list[dict[str, str]]:
    """What the file holds; nothing where there is no demonstration."""
    return json.loads(file().read_text()) if file().exists() else []


@transaction.atomic
def create_accounts() -> list[dict[str, str]]:
    """Make the missing accounts and write the file; an account whose password is not in the file gets a new one."""
    known = {account["username"]: account for account in accounts()}
    for username, full_name, role, place in _ACCOUNTS:
        user = User.objects.filter(username=username).first()
        if user and username in known and user.check_password(known[username]["password"]):
            continue
        unit, password = _unit(place), new_password()
        if user:
            services.set_password(scope=SYSTEM, user=user, password=password)
        else:
            services.create_user(
                scope=SYSTEM, username=username, full_name=full_name, password=password, role=role, unit_id=unit.id
            )
        known[username] = {"username": username, "password": password, "role": role.value, "unit": unit.code}
    made = list(known.values())
    _write(made)
    return made


@transaction.atomic
def create_first_administrator() -> None:
    """Of a centre that starts empty: one administrator with a random password in the file; nothing where anyone exists."""
    if User.objects.exists():
        return
    username, _, role, place = _ACCOUNTS[0]
    unit, password = _unit(place), new_password()
    services.create_user(
        scope=SYSTEM, username=username, full_name="Quản trị viên", password=password, role=role, unit_id=unit.id
    )
    _write([{"username": username, "password": password, "role": role.value, "unit": unit.code}])


def _unit(place: str) -> organisations.UnitRef:
    kind, _, which = place.partition(":")
    if kind == "province":
        return organisations.province()
    if kind == "department":
        return organisations.unit(f"{settings().province}-{which}")
    return organisations.communes()[int(which)]


def _write(made: list[dict[str, str]]) -> None:
    """Replace the file at once, never readable by others."""
    target = file()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
        json.dump(made, handle, ensure_ascii=False, indent=1)
    draft.replace(target)
