"""Simulated dossiers: the n-th one is the same whenever it is asked for, so that millions need no memory.

They are numbered in the order in which they were handed in, so many a day, and live at most LONGEST_LIFE days. What each unit is late
with, how often papers are missing and what is handed in online follow from the unit's and the procedure's place in their lists.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sen.kernel import clock

LONGEST_LIFE = timedelta(days=120)
_OPENS, _OFFICE_DAY = timedelta(hours=7, minutes=30), timedelta(hours=9)
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Hồ")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Quốc", "Kim")
_GIVEN = ("An", "Bình", "Cường", "Dung", "Hà", "Hùng", "Lan", "Mai", "Nam", "Phúc", "Sơn", "Thảo", "Tuấn", "Vy")
_STREETS = ("Lê Lợi", "Nguyễn Huệ", "Hùng Vương", "Trần Hưng Đạo", "Lý Thường Kiệt")

# code, name, field, level, working days, how often it is asked for, fee
PROCEDURES: tuple[tuple[str, str, str, str, int, int, int], ...] = (
    ("1.001193", "Đăng ký khai sinh", "Hộ tịch", "xa", 1, 18, 0),
    ("1.000894", "Đăng ký kết hôn", "Hộ tịch", "xa", 5, 8, 0),
    ("1.000656", "Đăng ký khai tử", "Hộ tịch", "xa", 1, 7, 0),
    ("2.000815", "Chứng thực bản sao từ bản chính", "Chứng thực", "xa", 1, 30, 10_000),
    ("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", "Hộ tịch", "xa", 3, 9, 15_000),
    ("1.012373", "Đăng ký đất đai lần đầu", "Đất đai", "xa", 20, 6, 100_000),
    ("1.010833", "Cấp giấy xác nhận thân nhân người có công", "Người có công", "xa", 7, 3, 0),
    ("1.009354", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Xây dựng", "xa", 10, 4, 75_000),
    ("1.011442", "Cấp giấy phép môi trường", "Môi trường", "tinh", 15, 3, 500_000),
    ("2.001610", "Đăng ký thành lập doanh nghiệp tư nhân", "Doanh nghiệp", "tinh", 3, 6, 50_000),
    ("1.002003", "Cấp đổi giấy phép lái xe", "Giao thông", "tinh", 5, 6, 135_000),
)


@dataclass(frozen=True)
class World:
    """What is simulated: agency codes, how many dossiers, from which day, how many a day; `broken` of a million cannot be used."""

    agencies: Sequence[str]
    total: int = 5_000_000
    since: datetime = datetime(2024, 1, 1, tzinfo=clock.VIETNAM)
    per_day: int = 5_000
    seed: int = 0
    broken: int = 20
    province: str = "H20"
    weights: tuple[int, ...] = field(default=tuple(one[5] for one in PROCEDURES))

    def handed_in(self, number: int) -> datetime:
        """When dossier `number` was handed in; later numbers never earlier."""
        day, place = divmod(number, self.per_day)
        return self.since + timedelta(days=day) + _OPENS + _OFFICE_DAY * (place / self.per_day)

    def first_after(self, moment: datetime) -> int:
        """A number at or before the first dossier handed in after `moment`."""
        return max(0, (moment - self.since).days * self.per_day)


def dossier(world: World, number: int, now: datetime) -> dict[str, Any] | None:
    """Dossier `number` as its system tells it at `now` (fields of the national interface); None before it is handed in."""
    begun = world.handed_in(number)
    if number >= world.total or begun > now:
        return None
    chance = random.Random(f"{world.seed}/{number}")
    unit = min(int(chance.random() ** 1.6 * len(world.agencies)), len(world.agencies) - 1)
    kind = chance.choices(PROCEDURES, world.weights)[0]
    received = begun + timedelta(minutes=chance.randint(5, 400))
    promised = received + timedelta(days=kind[4] + kind[4] // 5 * 2)
    told: dict[str, Any] = {
        "MaHoSo": f"{world.agencies[unit]}-{clock.local(begun):%y%m%d}-{number:07}",
        "MaTTHC": f"{kind[0]}.000.00.00.{world.province}", "TenTTHC": kind[1], "TenLinhVuc": kind[2], "CapThucHien": kind[3],
        "MaDonVi": world.agencies[unit], "KenhThucHien": 2 if chance.random() < 0.45 + 0.4 * ((unit * 7) % 10) / 10 else 1,
        "NgayNopHoSo": _told(begun), "LoaiDoiTuong": 2 if kind[3] == "tinh" and chance.random() < 0.6 else 1,
        "ChuHoSo": _person(chance), "LePhi": kind[6], "ThanhToanTrucTuyen": int(chance.random() < 0.5),
        "CoThanhPhanSo": int(chance.random() < 0.8), "SoThanhPhanTaiSuDung": int(chance.random() < 0.35), "ChiaSe": int(chance.random() < 0.2),
        "KhaiThacDanCu": int(chance.random() < 0.7), "DongBoCong": int(chance.random() < 0.97), "TraKetQuaGiay": int(chance.random() < 0.6),
        "CoKhieuNai": int(chance.random() < 0.003), "MoPhong": 1,
    }  # fmt: skip
    state, updated = 1, begun
    for moment, following, facts in _life(chance, unit, received, promised):
        if moment > now:
            break
        state, updated = following, moment
        told |= facts
    told |= {"TrangThaiHoSo": state, "NgayCapNhat": _told(updated)}
    if chance.randrange(1_000_000) < world.broken and "NgayTiepNhan" in told:
        told["NgayHenTra"] = _told(received - timedelta(days=3))
    return told


def changed_at(told: dict[str, Any]) -> datetime:
    """When a dossier was last changed."""
    return datetime.fromisoformat(told["NgayCapNhat"])


def _life(
    chance: random.Random, unit: int, received: datetime, promised: datetime
) -> list[tuple[datetime, int, dict[str, Any]]]:
    """(moment, state, what becomes known) in order of time."""
    allowed = promised - received
    if chance.random() < 0.01:
        return [(received, 3, {"NgayDung": _told(received)})]
    late = 0.015 + 0.012 * ((unit * 5) % 11)
    share = 0.2 + 0.75 * chance.random() ** 0.8 if chance.random() > late else 1.05 + chance.expovariate(1.2)
    ends = received + min(allowed * share, LONGEST_LIFE / 2)
    life: list[tuple[datetime, int, dict[str, Any]]] = [
        (received, 2, {"NgayTiepNhan": _told(received), "NgayHenTra": _told(promised)}),
        (
            received + (ends - received) * 0.1,
            4,
            {"QuaTrinh": [{"DonVi": "", "VaiTro": "Một cửa", "TuNgay": _told(received)}]},
        ),
    ]
    requests: list[dict[str, str]] = []
    for _round in range(3):
        if chance.random() > (0.09 if not requests else 0.15):
            break
        asked = life[-1][0] + (ends - life[-1][0]) * 0.3
        back = asked + timedelta(hours=chance.randint(8, 120))
        life.append((asked, 5, {"BoSung": [*requests, {"NgayYeuCau": _told(asked)}]}))
        if chance.random() < 0.05:
            return life  # the applicant never comes back
        requests = [*requests, {"NgayYeuCau": _told(asked), "NgayBoSung": _told(back)}]
        life.append((back, 4, {"BoSung": requests}))
        ends += back - asked
    if chance.random() < 0.012:
        return [*life, (ends, 7, {"NgayDung": _told(ends)})]
    if chance.random() < 0.006:
        return [*life, (ends, 8, {"NgayDung": _told(ends)})]
    returned = ends + timedelta(hours=chance.randint(1, 40))
    digital = int(chance.random() < 0.85)
    return [
        *life,
        (ends, 9, {"NgayKetThucXuLy": _told(ends), "CoKetQuaSo": digital}),
        (returned, 10, {"NgayTra": _told(returned)}),
    ]


def _person(chance: random.Random) -> dict[str, str]:
    return {
        "Ten": f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}",
        "SoDinhDanh": f"082{chance.randrange(10**9):09}",
        "DienThoai": f"09{chance.randrange(10**8):08}",
        "DiaChi": f"{chance.randint(1, 400)} {chance.choice(_STREETS)}, Phường Mỹ Tho, Đồng Tháp",
    }


def _told(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")
