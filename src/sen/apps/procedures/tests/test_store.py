"""Dossiers through the interface against the real engines: versions, moves, figures of past and present periods, masking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import forecast_check
from sen.apps.procedures import interface as procedures
from sen.apps.procedures.interface import Bucket, DossierFilter, Period, State
from sen.apps.procedures.tests.world import OTHER, dossier, local
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db
MARCH = Period(local("2026-03-01 00:00").date(), "month")
APRIL = Period(local("2026-04-01 00:00").date(), "month")


def buckets(period: Period, unit: str | None = None) -> dict[str, int]:
    """The buckets that are not empty."""
    unit_id = organisations.unit(unit).id if unit else None
    found = procedures.overview(SYSTEM, unit_id, period).buckets
    return {bucket.value: count for bucket, count in found.items() if count}


def test_a_version_counts_once_and_never_goes_back(store: None) -> None:
    done = dossier(state=State.COMPLETED, completed_at=local("2026-03-10 09:00"), updated_at=local("2026-03-10 09:00"))
    with clock.frozen(local("2026-03-05 12:00")):
        assert procedures.store([dossier(), dossier(2)]).stored == 2
        assert procedures.store([dossier(), dossier(2)]).unchanged == 2
        procedures.recount()
        assert buckets(MARCH) == {"in_time": 2}
    with clock.frozen(local("2026-03-20 12:00")):
        assert buckets(MARCH) == {"overdue": 2}
        assert procedures.store([done, dossier()]).stored == 1  # the older version in the same batch is no news
        assert procedures.store([dossier()]).stored == 0
        procedures.recount()
        assert buckets(MARCH) == {"overdue": 1, "done_late": 1}
        procedures.recount(everything=True)
        assert buckets(MARCH) == {"overdue": 1, "done_late": 1}
        detail = procedures.dossier(SYSTEM, done.code)
        assert [change.state for change in detail.history] == [State.IN_PROGRESS, State.COMPLETED]
        assert detail.line.bucket is Bucket.DONE_LATE
        assert detail.line.days_late == pytest.approx(16 / 24, abs=0.01)


def test_a_past_period_stays_as_it_was(store: None) -> None:
    with clock.frozen(local("2026-03-20 12:00")):
        late_promise = local("2026-04-10 17:00")
        procedures.store([dossier(1), dossier(2, promised_at=late_promise)])
        procedures.recount()
    with clock.frozen(local("2026-04-15 12:00")):
        assert buckets(MARCH) == {"in_time": 1, "overdue": 1}  # judged on 31 March
        assert buckets(APRIL) == {"overdue": 2}
        done = [
            dossier(n, promised_at=promise, state=State.RETURNED, returned_at=local("2026-04-20 09:00"), updated_at=local("2026-04-20 09:00"))
            for n, promise in ((1, local("2026-03-09 17:00")), (2, late_promise))
        ]  # fmt: skip
    with clock.frozen(local("2026-05-02 12:00")):
        procedures.store(done)
        procedures.recount()
        assert buckets(MARCH) == {"in_time": 1, "overdue": 1}
        assert buckets(APRIL) == {"done_late": 2}
        assert buckets(Period(local("2026-05-01 00:00").date(), "month")) == {}


def test_a_dossier_that_moves_is_counted_at_its_new_place_only(store: None) -> None:
    with clock.frozen(local("2026-03-05 12:00")):
        procedures.store([dossier()])
        procedures.recount()
        moved = dossier(agency=OTHER, received_at=local("2026-03-03 08:00"), updated_at=local("2026-03-04 08:00"))
        procedures.store([moved])
        procedures.recount()
        assert buckets(MARCH) == {"in_time": 1}
        assert buckets(MARCH, "28249") == {}
        assert buckets(MARCH, "28261") == {"in_time": 1}
        procedures.store([dossier(updated_at=local("2026-03-05 08:00"))])
        procedures.recount()
        assert (buckets(MARCH, "28249"), buckets(MARCH, "28261")) == ({"in_time": 1}, {})
        (line,) = procedures.dossiers(SYSTEM, DossierFilter()).lines
        assert line.unit is not None
        assert line.unit.code == "28249"


def test_pages_go_through_all_dossiers_once(store: None) -> None:
    days = ("2023-05-08 08:00", "2026-02-27 08:00", "2026-03-02 08:00", "2026-03-02 09:00")
    made = [dossier(n, received_at=local(day), promised_at=None) for n, day in enumerate(days)]
    with clock.frozen(local("2026-03-05 12:00")):
        procedures.store(made)
        seen, cursor = [], None
        while True:
            page = procedures.dossiers(SYSTEM, DossierFilter(), cursor, limit=2)
            seen += [line.code for line in page.lines]
            if (cursor := page.cursor) is None:
                break
        assert sorted(seen) == sorted(one.code for one in made)
        assert seen[-1] == made[0].code
        overdue = procedures.dossiers(SYSTEM, DossierFilter(bucket=Bucket.OVERDUE, procedure=made[0].procedure))
        assert [line.code for line in overdue.lines] == [made[0].code]  # five working days by statute
        assert procedures.longest_waiting(SYSTEM, None)[0].code == made[0].code
        with pytest.raises(InvalidInput):
            procedures.dossiers(SYSTEM, DossierFilter(), "nonsense")


def test_personal_data_is_masked_and_shown_for_a_reason_only(store: None) -> None:
    procedures.store([dossier()])
    shown = procedures.dossier(SYSTEM, dossier().code).personal
    assert (shown.name, shown.identity, shown.phone) == ("Nguyễn *** A.", "********1234", "09** *** 678")
    assert "Lê Lợi" not in shown.address
    with pytest.raises(InvalidInput):
        procedures.unmask(scope=SYSTEM, code=dossier().code, reason="xem")
    assert procedures.unmask(scope=SYSTEM, code=dossier().code, reason="Xác minh khiếu nại số 12") == dossier().personal
    with pytest.raises(NotFound):
        procedures.dossier(SYSTEM, "khong-co")


def test_the_forecast_is_counted_again_from_what_was_known_then(store: None) -> None:
    """Sixty dossiers that all end on their 4th day or their 12th, ten open: on the 6th day every one as old was late in the end."""
    now = local("2026-06-30 12:00")
    made = []
    for n in range(60):
        came = local("2026-02-02 08:00") + timedelta(days=n)
        took = timedelta(days=12 if n % 2 else 4)
        made.append(
            dossier(
                n,
                received_at=came,
                promised_at=came + timedelta(days=8),
                state=State.COMPLETED,
                completed_at=came + took,
            )
        )
    asked = now - timedelta(days=35)
    for n in range(60, 70):
        came = asked - timedelta(days=6)
        made.append(dossier(n, received_at=came, promised_at=came + timedelta(days=8), state=State.COMPLETED,
                            completed_at=came + timedelta(days=12 if n < 69 else 7)))  # fmt: skip
    with clock.frozen(now):
        procedures.store(made)
        check = forecast_check.check((35,))
    assert check is not None
    assert (check.foretold, check.late, check.named, check.named_late) == (10, 9, 10, 9)
    assert check.brier == pytest.approx(0.1)  # ten times certain, once wrong
    assert check.brier_plain == pytest.approx(0.25)  # half of all sixty were late
    assert check.hours_ahead == pytest.approx(48)
    with clock.frozen(asked):
        procedures.store([dossier(n, received_at=asked - timedelta(days=6), promised_at=asked + timedelta(days=2),
                                  updated_at=now) for n in range(60, 70)])  # fmt: skip
        procedures.recount(everything=True)
        risks = procedures.will_be_late(SYSTEM, None)
    assert len(risks) == 10
    assert {(risk.late_share, risk.cases, risk.hours_left) for risk in risks} == {(1.0, 30, 48.0)}
