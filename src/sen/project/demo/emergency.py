"""Invented contacts, resources and household groups of some communes, marked as simulated. Numbers belong to nobody."""

from __future__ import annotations

import random
from datetime import date

from django.db import transaction

from sen.apps.access.interface import SYSTEM
from sen.apps.emergency import interface as emergency
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef

EVERY = 5
AS_OF = date(2026, 6, 30)
SOURCE = "Số liệu mô phỏng cho tập huấn"
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi")
_GIVEN = (
    "Văn An",
    "Thị Bình",
    "Văn Cảnh",
    "Thị Dung",
    "Minh Đức",
    "Thị Hạnh",
    "Quốc Khánh",
    "Thanh Lam",
    "Hữu Nghĩa",
    "Thị Phượng",
)
_OFFICES = ("Chủ tịch Ủy ban nhân dân", "Phó Chủ tịch, phó ban chỉ huy", "Chỉ huy trưởng Ban chỉ huy quân sự")
_ACCOUNTS = {"28249": "xa-a", "28261": "xa-b"}


@transaction.atomic
def create() -> None:
    """Every fifth commune and the two of the demonstration's accounts; the same each time."""
    province = organisations.province()
    _contact("82-trucban", province.code, "Trực ban trung tâm điều hành", "Trực ban", 1, username="trucban")
    _contact("82-pctt", province.code, _name(random.Random("82")), "Văn phòng thường trực phòng thủ dân sự tỉnh", 2)
    listed = organisations.communes()
    for number, commune in enumerate(listed):
        if number % EVERY == 0 or commune.code in _ACCOUNTS:
            _fill(commune, random.Random(commune.code))


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_FAMILY)} {chance.choice(_GIVEN)}"


def _contact(
    code: str, unit: str, name: str, office: str, order: int, *, username: str = "", deputy_of: str = ""
) -> None:
    phone = "" if username else f"+84900{random.Random(code).randrange(100000, 999999)}"
    row = emergency.ContactRow(code, unit, name, office, phone, "", username, order, deputy_of, "82-trucban" if order == 1 and code != "82-trucban" else "", True)  # fmt: skip
    emergency.put_contact(scope=SYSTEM, row=row)


def _fill(commune: UnitRef, chance: random.Random) -> None:
    code = commune.code
    for order, office in enumerate(_OFFICES, start=1):
        _contact(
            f"{code}-{order}", code, _name(chance), f"{office} {commune.short_name}", order,
            username=_ACCOUNTS.get(code, "") if order == 1 else "", deputy_of=f"{code}-1" if order == 2 else "",
        )  # fmt: skip
    if commune.seat_lon is None or commune.seat_lat is None:
        return

    def around(spread: float) -> tuple[float, float]:
        return round(commune.seat_lon + chance.uniform(-spread, spread), 5), round(commune.seat_lat + chance.uniform(-spread, spread), 5)  # type: ignore[operator]  # fmt: skip

    for suffix, name, kind, sort, quantity, measure in (
        ("truong", "Trường tiểu học", "place", "nơi tránh trú", chance.randrange(150, 600, 50), "chỗ"),
        ("xuong", "Xuồng máy cứu hộ", "vehicle", "xuồng", chance.randrange(2, 9), "chiếc"),
        ("dan-quan", "Lực lượng dân quân tại chỗ", "force", "dân quân", chance.randrange(15, 45), "người"),
        ("bao-cat", "Bao cát, cừ tràm", "stock", "vật tư hộ đê", chance.randrange(500, 4000, 100), "bao"),
    ):
        lon, lat = around(0.008)
        row = emergency.ResourceRow(
            f"{code}-{suffix}", code, f"{name} {commune.short_name}", kind, SOURCE, AS_OF, sort, float(quantity), measure, lon, lat,
            state="broken" if suffix == "xuong" and chance.random() < 0.1 else "ready", simulated=True,
        )  # fmt: skip
        emergency.put_resource(scope=SYSTEM, row=row)
    for number in range(1, 4):
        lon, lat = around(0.02)
        households = chance.randrange(120, 480)
        people = round(households * chance.uniform(3.3, 4.0))
        row_of_group = emergency.HouseholdRow(
            f"{code}-ap{number}", code, f"Ấp {number}, {commune.short_name}", lon, lat, households, people, SOURCE, AS_OF, round(people * 0.12),
            round(people * 0.21), round(people * 0.02), round(households * 0.03), True,
        )  # fmt: skip
        emergency.put_households(scope=SYSTEM, row=row_of_group)
