"""Simulated indicators by the units of their time: communes and provinces before July 2025, today's after it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date

from sen.apps.access.interface import SYSTEM
from sen.apps.indicators import interface as indicators
from sen.apps.indicators.interface import ValueRow
from sen.apps.organisations import interface as organisations

SOURCE = "Số liệu mô phỏng để trình diễn"
POPULATION, POVERTY, REVENUE, PER_HEAD = "dan_so", "ty_le_ho_ngheo", "thu_ngan_sach", "thu_binh_quan"
BEFORE = ("2023-H1", "2023-H2", "2024-H1", "2024-H2", "2025-H1")
AFTER = ("2025-H2", "2026-H1")
FORMER_DAY = date(2025, 6, 30)
SILENT = "30106"  # Xã An Bình reports nothing for the first half of 2025: Phường Mỹ Trà then has three of four parts
DIVIDED = "29995"  # Xã Phú Thuận B, split between two communes by a recorded share

_DEFINITIONS = (
    (POPULATION, "Dân số trung bình", "Average population", "người", 0, "none", "sum", "", "Thống kê tỉnh"),
    (POVERTY, "Tỷ lệ hộ nghèo đa chiều", "Multidimensional poverty rate", "%", 2, "down", "weighted_mean", POPULATION, "Sở Nông nghiệp và Môi trường"),
    (REVENUE, "Thu ngân sách trên địa bàn", "Budget revenue", "tỷ đồng", 1, "up", "sum", "", "Sở Tài chính"),
)  # fmt: skip


def create() -> None:
    """Definitions, values of three and a half years and the share of one split; does nothing where they are."""
    indicators.register_pack_indicators()
    if any(one.code == POPULATION for one in indicators.definitions()):
        return
    for code, name, name_en, label, decimals, direction, across, weight, agency in _DEFINITIONS:
        indicators.define(
            scope=SYSTEM, code=code, name=name, name_en=name_en, unit_label=label, decimals=decimals, direction=direction, period="half_year",
            across_units=across, weight=weight, source_agency=agency, due_day=20, source=SOURCE, simulated=True,
        )  # fmt: skip
    indicators.define(
        scope=SYSTEM, code=PER_HEAD, name="Thu ngân sách bình quân đầu người", name_en="Budget revenue per head", unit_label="triệu đồng",
        decimals=2, direction="up", period="half_year", across_units="none", formula=f"{REVENUE} * 1000 / {POPULATION}",
        source_agency="Sở Tài chính", source=SOURCE, simulated=True,
    )  # fmt: skip
    rows = [*_values(organisations.units_on(FORMER_DAY), BEFORE), *_values(_present(), AFTER)]
    done = indicators.record_values(scope=SYSTEM, rows=rows, by_hand=True, simulated=True)
    if done.problems:
        raise RuntimeError(done.problems[0].message)
    organisations.record_split_shares(
        scope=SYSTEM, unit_id=organisations.unit(DIVIDED, as_of=FORMER_DAY).id, basis="population",
        shares={organisations.unit("29992").id: 0.7, organisations.unit("30154").id: 0.3}, measured_on=date(2024, 12, 31), source=SOURCE,
    )  # fmt: skip


def _present() -> dict[str, organisations.UnitRef]:
    return {one.code: one for one in (organisations.province(), *organisations.communes())}


def _values(units: dict[str, organisations.UnitRef], periods: tuple[str, ...]) -> Iterator[ValueRow]:
    """Plausible numbers that follow from the unit's code; each period grows a little."""
    former = periods is BEFORE
    for unit in units.values():
        if unit.level not in ("commune", "province"):
            continue
        chance = zlib.crc32(f"{unit.code}{unit.level}{former}".encode()) / 2**32
        people = (
            (1_700_000 + 100_000 * chance if former else 4_370_000)
            if unit.level == "province"
            else 6000 + 9000 * chance
        )
        if unit.level == "commune" and not former:
            people *= 3
        poverty = 1.2 + 2.4 * (zlib.crc32(unit.name.encode()) / 2**32)
        for step, period in enumerate(periods):
            if (unit.code, period) == (SILENT, "2025-H1"):
                continue
            status = "official" if step < len(periods) - 1 else "preliminary"
            heads = people * (1 + 0.004 * step)
            figures = {
                POPULATION: round(heads),
                POVERTY: round(poverty - 0.12 * step, 2),
                REVENUE: round(heads * (0.0021 + 0.0006 * chance), 1),
            }
            for code, value in figures.items():
                yield ValueRow(
                    code=code, unit=unit.code, period=period, value=float(value), status=status, source=SOURCE
                )
