"""Every component of the index worked out by hand, with nothing to divide by, and put together for real dossiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.apps.access.interface import SYSTEM
from sen.apps.indicators import interface as indicators
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import interface as procedures
from sen.apps.procedures.interface import Channel, Period, State
from sen.apps.procedures.service_quality import components, weights
from sen.apps.procedures.service_quality.components import CatalogueEntry, Facts
from sen.apps.procedures.service_quality.reports import Reports
from sen.apps.procedures.storage.schema import COUNTERS
from sen.apps.procedures.tests.world import dossier, local
from sen.kernel import clock

CATALOGUE = (
    CatalogueEntry(announced_on=date(2026, 1, 5), announce_due=date(2026, 1, 5), published_on=date(2026, 1, 9), publish_due=date(2026, 1, 8),
                   fully_described=True, online=True, payable_online=True, has_fee=True, online_dossiers=3),
    CatalogueEntry(announced_on=None, announce_due=date(2026, 1, 5), published_on=date(2026, 1, 7), publish_due=date(2026, 1, 8),
                   fully_described=False, online=True, has_fee=True),
    CatalogueEntry(fully_described=None),
    CatalogueEntry(),
)  # fmt: skip
COUNTS = dict.fromkeys(COUNTERS, 0.0) | {
    "received": 200, "online": 120, "online_full": 90, "finished": 160, "handling_hours": 4_000, "with_fee": 50, "paid_online": 20,
    "synchronised": 180, "digital_results": 128, "digitised": 80, "reused": 160, "shared": 30, "population_data": 150, "complaints": 4,
}  # fmt: skip
FACTS = Facts(COUNTS, on_time=180, judged=200, procedures=CATALOGUE)
# code: (numerator, denominator, value, points of max): threshold 100 % unless told
BY_HAND: dict[str, tuple[float, float, float, float | None]] = {
    "1.1": (1, 2, 50.0, 2.0),  # one announced in time, one never; two have no due day; 50 % of 4
    "1.2": (1, 2, 50.0, 2.0),
    "1.3": (1, 2, 50.0, 2.0),
    "1.4": (180, 200, 90.0, 5.4),  # 90 % of 6
    "2.1": (180, 200, 90.0, 18.0),  # 90 % of 20
    "2.2": (4_000, 160, 25.0, None),  # hours, no points
    "3.1": (2, 4, 50.0, 2.5),  # 50/80 of 4
    "3.2": (1, 2, 50.0, 2.0),
    "3.3": (90, 200, 40.5, 4.86),  # 45 % × 90 % synchronised; 40.5/50 of 6
    "3.5": (1, 2, 50.0, 2.5),
    "3.6": (20, 50, 40.0, 1.6),
    "4.1": (128, 160, 80.0, 3.2),
    "4.2": (80, 200, 40.0, 3.0),  # 40/80 of 6
    "4.3": (160, 200, 80.0, 4.0),  # the threshold gives all
    "4.4": (30, 200, 15.0, 0.6),
    "4.5": (150, 200, 75.0, 3.0),
    "5.4": (176, 200, 88.0, 5.87),  # 100 − 10 % late − 2 % complaints; 88/90 of 6
}
WEIGHTS = {one.code: one for one in weights.edition_on(date(2026, 3, 1)).components}


@pytest.mark.parametrize("code", BY_HAND)
def test_components_by_hand(code: str) -> None:
    numerator, denominator, value, points = BY_HAND[code]
    ratio = components.ratio_of(code, FACTS)
    assert (ratio.numerator, ratio.denominator, ratio.value, ratio.reason) == (
        pytest.approx(numerator),
        denominator,
        value,
        "",
    )
    assert components.points_of(WEIGHTS[code], ratio) == points


@pytest.mark.parametrize("code", WEIGHTS)
def test_nothing_to_divide_by_gives_a_reason_and_no_points(code: str) -> None:
    ratio = components.ratio_of(code, Facts(dict.fromkeys(COUNTERS, 0.0), 0, 0, ()))
    assert ratio.value is None
    assert ratio.reason
    assert components.points_of(WEIGHTS[code], ratio) is None


REPORTS = Reports(40, on_time=(36, 40), satisfied=(30, 40), source="Văn phòng", as_of=None, simulated=False)


@pytest.mark.parametrize(
    ("code", "reports", "value", "points", "reason"),
    [
        ("5.2", REPORTS, 90.0, 5.4, ""),  # 90 % of 6
        ("5.3", REPORTS, 75.0, 4.5, ""),
        ("5.1", REPORTS, None, None, components.NO_TYPES),
        ("5.2", replace(REPORTS, on_time=None), None, None, components.NO_REPORTS),
        ("5.2", replace(REPORTS, received=0, on_time=(0, 0)), None, None, components.NO_REPORT_HERE),
        ("5.3", replace(REPORTS, satisfied=(41, 40)), None, None, components.IMPOSSIBLE),
    ],
)
def test_reports_by_hand(code: str, reports: Reports, value: float | None, points: float | None, reason: str) -> None:
    ratio = components.ratio_of(code, replace(FACTS, reports=reports))
    assert (ratio.value, components.points_of(WEIGHTS[code], ratio), ratio.reason) == (value, points, reason)


@given(
    counts=st.fixed_dictionaries({name: st.integers(0, 1_000).map(float) for name in COUNTERS}),
    judged=st.integers(0, 1_000), share=st.floats(0, 1),
)  # fmt: skip
def test_points_lie_between_nothing_and_the_most_whatever_is_counted(
    counts: dict[str, float], judged: int, share: float
) -> None:
    facts = Facts(counts, on_time=round(judged * share), judged=judged, procedures=CATALOGUE, reports=REPORTS)
    for code, weight in WEIGHTS.items():
        ratio = components.ratio_of(code, facts)
        points = components.points_of(weight, ratio)
        assert points is None or 0 <= points <= weight.max, code
        assert (ratio.value is None) == bool(ratio.reason), code


def test_satisfaction_never_falls_below_nothing() -> None:
    ratio = components.ratio_of("5.4", Facts(COUNTS | {"complaints": 100}, on_time=20, judged=200, procedures=()))
    assert ratio.value == 0
    assert components.points_of(WEIGHTS["5.4"], ratio) == 0


def test_the_groups_add_up_to_a_hundred() -> None:
    (edition,) = weights.editions()
    assert {group.code: group.max for group in edition.groups} == {"1": 18, "2": 20, "3": 22, "4": 22, "5": 18}
    assert {one.code for one in edition.components} == {*BY_HAND, "5.1", "5.2", "5.3"}


@pytest.mark.django_db
def test_the_index_of_a_commune_from_its_dossiers(store: None) -> None:
    done = {"state": State.COMPLETED, "completed_at": local("2026-03-04 08:00")}
    made = [
        dossier(
            1, **done, channel=Channel.ONLINE, has_digital_result=True, synchronised=True, fee=10, paid_online=True
        ),
        dossier(
            2, state=State.RETURNED, returned_at=local("2026-03-10 08:00"), synchronised=True, complaint=True, fee=10
        ),
        dossier(
            3,
            state=State.WITHDRAWAL_REQUESTED,
            ended_at=local("2026-03-03 08:00"),
            synchronised=True,
            population_data=True,
        ),
        dossier(4, synchronised=True, channel=Channel.ONLINE, has_component_files=True, has_digital_result=True),
    ]
    march = Period(date(2026, 3, 1), "month")
    with clock.frozen(local("2026-03-06 12:00")):
        procedures.store([made[0], made[2], made[3]])
    with clock.frozen(local("2026-03-12 12:00")):
        procedures.store(made)
        procedures.recount()
        unit = organisations.unit("28249").id
        index = procedures.service_quality(SYSTEM, unit, march)
        found = {one.code: one for group in index.groups for one in group.components}
        assert (found["2.1"].numerator, found["2.1"].denominator) == (2, 4)  # 1 and 3 in time; 2 and 4 are late
        assert found["2.1"].points == 10
        assert found["2.2"].value == (48 + 192) / 2
        assert found["3.3"].value == 50.0
        assert found["3.3"].points == 6
        assert found["3.6"].value == 50.0
        assert found["4.1"].value == 50.0
        assert found["4.2"].value == 25.0
        assert found["4.5"].value == 25.0
        assert found["5.4"].value == 25.0  # 100 − 50 late − 25 with a complaint
        assert (found["5.2"].points, found["3.1"].points) == (None, 0)
        assert "Chưa có nguồn dữ liệu" in found["5.2"].reason
        assert index.max_with_data <= 100 - found["5.2"].max - found["5.3"].max
        assert index.total == pytest.approx(sum(one.points or 0 for one in found.values()))
        province = procedures.service_quality(SYSTEM, None, march)
        assert {one.code: one.value for group in province.groups for one in group.components} == {
            code: one.value for code, one in found.items()
        }
        indicators.register_pack_indicators()
        told = {"psv_feedback": 40, "psv_feedback_on_time": 36}
        rows = [
            indicators.ValueRow(code=code, unit="28249", period="2026-03", value=n, source="Văn phòng")
            for code, n in told.items()
        ]
        assert not indicators.record_values(scope=SYSTEM, rows=rows).problems
        entered = procedures.service_quality(SYSTEM, unit, march)
        again = {one.code: one for group in entered.groups for one in group.components}
        assert (again["5.2"].value, again["5.2"].points, again["5.3"].points) == (90.0, 5.4, None)
        assert (again["5.1"].numerator, again["5.1"].points) == (40, None)
        assert entered.total == pytest.approx(index.total + 5.4)
