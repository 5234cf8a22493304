"""Indicators through their doors: recording, revisions, figures in today's tree and as it was, formulas, measures, REST, import."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.test import Client

if TYPE_CHECKING:
    from sen.apps.indicators.interface import Recorded

pytestmark = pytest.mark.django_db
BEFORE = "2025-H1"
# Phường Đạo Thạnh (28249) was made of Phường 5 (28249), Xã Đạo Thạnh (28282) and a part of Phường 4 (28252);
# Phường Mỹ Trà (29888) of four whole communes; Xã Phú Thuận B (29995) was split between 29992 and 30154.
MY_TRA = ("29887", "29888", "30097", "30106")


@pytest.fixture
def province(db: None) -> None:
    """Đồng Tháp with three indicators: people, poor households in percent, poor people by formula."""
    from sen.apps.indicators import interface as indicators
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    make = {"scope": SYSTEM, "period": "half_year", "unit_label": "người"}
    indicators.define(code="dan-so", name="Dân số", across_units="sum", **make)
    indicators.define(
        code="ho_ngheo", name="Tỷ lệ nghèo", across_units="weighted_mean", weight="dan-so", decimals=1, **make
    )
    indicators.define(code="dan_so", name="Dân số (tên trong công thức)", across_units="sum", **make)
    indicators.define(
        code="nguoi-ngheo", name="Người nghèo", formula="dan_so * ho_ngheo / 100", across_units="sum", **make
    )


def record(*rows: tuple[str, str, str, str], status: str = "preliminary", dry_run: bool = False) -> Recorded:
    """Record (code, unit, period, value)."""
    from sen.apps.indicators import interface as indicators
    from sen.kernel.scopes import SYSTEM

    given = [
        indicators.ValueRow(code=code, unit=unit, period=period, value=value, status=status, source="Báo cáo")
        for code, unit, period, value in rows
    ]
    return indicators.record_values(scope=SYSTEM, rows=given, dry_run=dry_run)


def shown(code: str, period: str, tree: str) -> dict[str, tuple[float | None, str]]:
    """Unit's name → value and reason."""
    from sen.apps.indicators import interface as indicators
    from sen.kernel.scopes import SYSTEM

    found = indicators.by_unit(SYSTEM, code, period, "as_was" if tree == "as_was" else "today")
    return {f"{one.unit.code} {one.unit.name}": (one.value, one.reason) for one in found}


def test_merged_units_add_up_and_a_split_says_so_until_it_has_a_rule(province: None) -> None:
    from sen.apps.organisations import interface as organisations
    from sen.apps.organisations import split_shares
    from sen.kernel.scopes import SYSTEM

    done = record(*(("dan-so", unit, BEFORE, "1.000,5") for unit in (*MY_TRA, "29995")))
    assert (done.recorded, done.problems) == (5, [])
    as_was = shown("dan-so", BEFORE, "as_was")
    assert as_was["29888 Phường Mỹ Phú"] == (1000.5, "") and len(as_was) == 5
    today = shown("dan-so", BEFORE, "today")
    assert today["29888 Phường Mỹ Trà"] == (4002.0, "")
    value, reason = today["30154 Xã Tân Long"]
    assert value is None and "Xã Phú Thuận B tách ngày 01/07/2025" in reason and "chưa có tỷ lệ chia" in reason
    record(*(("dan-so", unit, BEFORE, "0") for unit in _parts_of("30154") - {"29995"}))
    split = organisations.unit("29995", as_of=date(2025, 6, 1)).id
    into = {one.parts[0].successor.pk: 1.0 for one in split_shares.bases_of(split)} or {
        link.successor_id: share
        for link, share in zip(split_shares.split_of(split)[1], (0.6, 0.4), strict=True)
        if link.successor_id
    }
    split_shares.record_split_shares(
        scope=SYSTEM, unit_id=split, basis="population", shares=into, measured_on=date(2024, 12, 31), source="Niên giám"
    )
    assert shown("dan-so", BEFORE, "today")["30154 Xã Tân Long"] == (pytest.approx(400.2), "")


def _parts_of(code: str) -> set[str]:
    from sen.apps.organisations import queries

    return {link.predecessor.code for link in queries.predecessors(queries.unit(code)) if link.predecessor}


def test_weighted_means_and_formulas_follow_the_merge(province: None) -> None:
    people = dict(zip(MY_TRA, (1000, 3000, 4000, 2000), strict=True))
    record(*(("dan-so", unit, BEFORE, str(n)) for unit, n in people.items()))
    record(*(("dan_so", unit, BEFORE, str(n)) for unit, n in people.items()))
    record(*(("ho_ngheo", unit, BEFORE, rate) for unit, rate in zip(MY_TRA, ("10", "2", "3", "4"), strict=True)))
    mean = (1000 * 10 + 3000 * 2 + 4000 * 3 + 2000 * 4) / 10000
    assert shown("ho_ngheo", BEFORE, "today")["29888 Phường Mỹ Trà"] == (pytest.approx(mean), "")
    assert shown("nguoi-ngheo", BEFORE, "today")["29888 Phường Mỹ Trà"] == (pytest.approx(10000 * mean / 100), "")
    assert shown("nguoi-ngheo", BEFORE, "as_was")["29887 Xã Mỹ Trà"] == (pytest.approx(100.0), "")


def test_a_missing_part_is_named_and_values_of_today_are_not_divided_backwards(province: None) -> None:
    record(*(("dan-so", unit, BEFORE, "1000") for unit in MY_TRA[:3]))
    value, reason = shown("dan-so", BEFORE, "today")["29888 Phường Mỹ Trà"]
    assert value is None and "3 trên 4" in reason and "Xã An Bình" in reason
    record(("dan-so", "29888", "2025-H2", "9000"))
    from sen.apps.indicators import interface as indicators
    from sen.kernel.scopes import SYSTEM

    before = indicators.by_unit(SYSTEM, "dan-so", "2025-H2", as_of=date(2025, 6, 1))
    assert {one.unit.code for one in before} == set(MY_TRA)
    assert all(one.value is None and "không chia ngược" in one.reason for one in before)


def test_a_revision_is_a_new_row(province: None) -> None:
    from sen.apps.indicators.models import IndicatorValue

    assert record(("dan-so", "82", "2026-H1", "3000"), status="official").recorded == 1
    assert record(("dan-so", "82", "2026-H1", "3000"), status="official").unchanged == 1
    refused = record(("dan-so", "82", "2026-H1", "3100"), status="preliminary")
    assert [one.code for one in refused.problems] == ["already_official"]
    assert record(("dan-so", "82", "2026-H1", "3100"), status="revised").recorded == 1
    assert [row.value for row in IndicatorValue.objects.order_by("recorded_at")] == [3000, 3100]
    assert shown("dan-so", "2026-H1", "today")["82 Tỉnh Đồng Tháp"][0] == 3100


def test_import_keeps_the_good_rows_and_names_the_others(province: None, tmp_path: Path) -> None:
    from sen.apps.indicators.models import IndicatorValue
    from sen.project.imports import KINDS

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows: list[list[object]] = [
        ["Mã chỉ tiêu", "Đơn vị", "Kỳ", "Giá trị", "Trạng thái", "Nguồn"],
        ["dan-so", "29887", "6 tháng đầu năm 2025", 12.345, "chính thức", "Chi cục Thống kê"],
        ["dan-so", "29887", BEFORE, 5, "", ""],
        ["la", "29887", BEFORE, 5, "", ""],
        ["dan-so", "29887", "2026-H1", 5, "", ""],
        ["dan-so", "29888", BEFORE, "một nghìn", "", ""],
        ["dan-so", "29888", "2025-13", 5, "", ""],
        ["dan-so", "30097", BEFORE, "1.234", "", ""],
        ["dan-so", "30106", "2025-H1", 7, "xong", ""],
        ["dan-so", "30106", "2099-H1", 7, "", ""],
        ["nguoi-ngheo", "30106", BEFORE, 7, "", ""],
    ]
    for row in rows:
        sheet.append(row)
    file = tmp_path / "so-lieu.xlsx"
    book.save(file)
    outcome = KINDS["indicators"](file, dry_run=True)
    assert (outcome.imported, IndicatorValue.objects.count()) == (1, 0)
    words = {problem.row: problem.message for problem in outcome.problems}
    expected = {
        3: "Trùng", 4: "Không có chỉ tiêu", 5: "Không có đơn vị", 6: "không phải là số", 7: "không phải kỳ", 8: "hai cách",
        9: "trạng thái", 10: "chưa bắt đầu", 11: "công thức",
    }  # fmt: skip
    assert words.keys() == expected.keys()
    assert all(text in words[row] for row, text in expected.items()), words
    assert KINDS["indicators"](file).imported == 1
    assert IndicatorValue.objects.get().value == 12.345


def test_successors_see_the_figures_of_their_former_units_and_nobody_elses(province: None) -> None:
    from sen.apps.access import interface as access
    from sen.apps.access.models import User

    access.create_demo_accounts()
    record(*(("dan-so", unit, BEFORE, "1000") for unit in ("28249", "28282", *MY_TRA)))
    commune, leader = Client(), Client()
    commune.force_login(User.objects.get(username="xa-a"))  # of 28249
    leader.force_login(User.objects.get(username="lanhdao"))
    address = f"/api/v1/indicators/dan-so/values?period={BEFORE}&tree="
    assert {one["unit_name"] for one in commune.get(address + "as_was").json()["items"]} == {"Phường 5", "Xã Đạo Thạnh"}
    assert {one["unit"] for one in commune.get(address + "today").json()["items"]} == {"28249"}
    assert len(leader.get(address + "as_was").json()["items"]) == 6
    body = {"items": [{"unit": "28249", "period": "2026-H1", "value": 1.234, "source": "Sổ"}, {"unit": "29888", "period": "2026-H1", "value": 1, "source": "Sổ"}]}  # fmt: skip
    done = commune.post("/api/v1/indicators/dan-so/values", json.dumps(body), content_type="application/json").json()
    assert (done["recorded"], [one["code"] for one in done["rejected"]]) == (1, ["forbidden"])
    story = commune.get("/api/v1/indicators/dan-so/history?unit=28249&from=2025-H1&to=2026-H1").json()
    assert [(one["period"], one["value"]) for one in story["items"]] == [("2025-H1", None), ("2026-H1", 1.234)]
    assert story["acts"] and story["acts"][0]["on"] == "2025-07-01"
    assert commune.get("/api/v1/indicators/dan-so/history?unit=29888&from=2025-H1&to=2026-H1").json()["items"] == []
    assert commune.get("/api/v1/indicators/khong-co").status_code == 404


def test_the_number_of_queries_does_not_grow_with_periods(
    province: None, django_assert_max_num_queries: object
) -> None:
    from sen.apps.indicators import figures
    from sen.apps.indicators.periods import parse
    from sen.kernel.scopes import SYSTEM

    periods = [parse(f"{year}-H{half}") for year in (2023, 2024, 2025) for half in (1, 2)]
    for period in periods:
        units = ("29888",) if period.key == "2025-H2" else MY_TRA
        record(*(("dan-so", unit, period.key, "1000") for unit in units))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        found = figures.by_unit(SYSTEM, "dan-so", periods)
    assert [found[period][0].value for period in periods] == [4000, 4000, 4000, 4000, 4000, 1000]


def test_measures_of_series_are_gathered_by_the_ground_of_their_time(province: None) -> None:
    from datetime import datetime, timedelta

    import numpy as np
    import pyarrow as pa

    from sen.apps.assets import interface as assets
    from sen.apps.indicators import interface as indicators
    from sen.apps.organisations import queries, services
    from sen.apps.organisations.models import UnitKind
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM
    from sen.telemetry.ddl import migrate
    from sen.telemetry.schema import OBSERVATIONS
    from sen.telemetry.store import TelemetryStore

    migrate(settings().clickhouse_url)
    ground = queries.unit("28249")
    assets.create_asset(
        scope=SYSTEM,
        code="tram-do",
        name="Trạm",
        kind="air_station",
        owner="82-snnmt",
        territory="28249",
        properties=["pm25"],
    )
    entry = next(one for one in assets.directory() if one.asset_code == "tram-do")
    noon = datetime(2026, 3, 10, 5, tzinfo=clock.VIETNAM)
    times = [noon + timedelta(days=day) for day in range(4)]
    size, values = len(times), [10.0, 20.0, 60.0, 70.0]
    columns = {
        "series": np.full(size, entry.number, np.uint32), "time": pa.array(times, pa.timestamp("ms", tz="UTC")), "value": values,
        "flags": np.zeros(size, np.uint32), "source": np.zeros(size, np.uint32), "seq": np.arange(1, size + 1, dtype=np.uint64),
        "received": pa.array(times, pa.timestamp("ms", tz="UTC")),
    }  # fmt: skip
    store = TelemetryStore(settings().clickhouse_url)
    store.append(pa.table({name: columns[name] for name in OBSERVATIONS.names}).cast(OBSERVATIONS))
    store.refresh_rollups()
    store.close()
    services.merge_units(
        scope=SYSTEM, parts=[ground, queries.unit("28261")], code="28249", name="Phường Gộp", kind=UnitKind.WARD, on=date(2026, 4, 1), legal_source="thử"
    )  # fmt: skip
    communes = {
        tree: [(one.unit.name, one.value, one.status) for one in indicators.by_unit(SYSTEM, "do.pm25.mean", "2026-03", tree) if one.unit.level == "commune"]
        for tree in ("today", "as_was")
    }  # fmt: skip
    assert communes == {
        "today": [("Phường Gộp", 40.0, "computed")],
        "as_was": [("Phường Đạo Thạnh", 40.0, "computed")],
    }
    over = indicators.by_unit(SYSTEM, "do.pm25.days_over", "2026-03")
    assert {one.value for one in over} == {2.0}  # the daily limit of PM2.5 is 45 from 2026
    stricter = {
        "code": "pm25-ngay", "property": "pm25", "averaging": "24h", "maximum": 15.0, "unit": "ug/m3", "severity": "notice",
        "valid_from": "2026-01-01", "label": "Ngưỡng của sở", "source": "Thử nghiệm",
    }  # fmt: skip
    owner = queries.unit("82-snnmt")
    made = packs.create_template(
        scope=SYSTEM, kind="limit_set", code="nghiem", name="Ngưỡng", owner_id=owner.pk, content={"rows": [stricter]}
    )
    packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("own"))
    over = indicators.by_unit(SYSTEM, "do.pm25.days_over", "2026-03")
    assert {one.value for one in over} == {3.0}  # the owner of the station holds it to 15
