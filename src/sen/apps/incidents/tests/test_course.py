"""The course of an incident from opening to lesson, through the app's own doors and the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # eight o'clock in Vietnam


def at(minutes: float) -> Any:
    """The clock so many minutes after eight on a Monday."""
    from sen.kernel import clock

    return clock.frozen(MONDAY + timedelta(minutes=minutes))


def states(number: str) -> dict[str, str]:
    from sen.apps.incidents.models import StepRun

    return dict(StepRun.objects.filter(incident__number=number).values_list("code", "state"))


def test_an_answer_chooses_the_branch_and_sends_the_order_and_can_be_taken_back(people: Any) -> None:
    from sen.apps.incidents import interface as incidents
    from sen.apps.incidents import steps
    from sen.kernel.errors import Conflict, Forbidden, InvalidInput

    duty = people["trucban"]
    with at(0):
        number = people.flood().number
        assert number == "SC-2026-0001"
        assert states(number) == {
            "xac-minh": "active", "dieu-xa": "waiting", "theo-doi": "waiting", "thong-ke": "waiting", "chup-anh": "active",
        }  # fmt: skip
        assert people.told(number)[:2] == ["opened", "step:chup-anh:turn"]
    with at(5):
        with pytest.raises(InvalidInput) as asked:
            steps.complete(scope=duty, number=number, code="xac-minh")
        assert "answer" in asked.value.fields
        with pytest.raises(Conflict):
            steps.complete(scope=duty, number=number, code="thong-ke")
        with pytest.raises(Forbidden):
            steps.complete(scope=people["xa-a"], number=number, code="xac-minh", answer="co")
        steps.complete(scope=duty, number=number, code="xac-minh", answer="khong")
        assert states(number)["theo-doi"] == "active" and states(number)["dieu-xa"] == "skipped"
        # Nothing that follows the branch not taken waits for it.
        assert states(number)["thong-ke"] == "active"
    with at(8):
        steps.undo(scope=duty, number=number, code="xac-minh")
        assert states(number) == {
            "xac-minh": "active", "dieu-xa": "waiting", "theo-doi": "waiting", "thong-ke": "waiting", "chup-anh": "active",
        }  # fmt: skip
        steps.complete(scope=duty, number=number, code="xac-minh", answer="co")
        steps.complete(scope=duty, number=number, code="dieu-xa")
    detail = incidents.incident(duty, number)
    [order] = detail.dispatches
    assert order.unit and order.unit.code == "28249"
    assert "mức 1,85 m" in order.words and order.step == "dieu-xa"
    assert detail.summary.state == "responding" and detail.summary.steps.total == 4
    with at(30), pytest.raises(Conflict):
        steps.undo(scope=duty, number=number, code="dieu-xa")


def test_clocks_count_office_hours_where_a_step_says_so(people: Any) -> None:
    from sen.apps.incidents import steps
    from sen.apps.incidents.models import StepRun

    duty = people["trucban"]
    friday = timedelta(days=4, hours=7, minutes=30) / timedelta(minutes=1)  # half past three on Friday
    with at(friday):
        number = people.flood().number
        steps.complete(scope=duty, number=number, code="xac-minh", answer="co")
        steps.complete(scope=duty, number=number, code="dieu-xa")
    row = StepRun.objects.get(incident__number=number, code="thong-ke")
    assert row.due_at is not None and row.started_at is not None
    # Two office hours from Friday half past three end on Monday morning.
    assert row.due_at - row.started_at > timedelta(days=2)
    assert row.due_at.astimezone(UTC).weekday() == 0


def test_forms_are_checked_and_personal_data_is_masked_until_somebody_says_why(people: Any) -> None:
    from sen.apps.audit.models import AuditEvent
    from sen.apps.incidents import details, steps
    from sen.apps.incidents import interface as incidents
    from sen.kernel.errors import Forbidden, InvalidInput

    duty, commune = people["trucban"], people["xa-a"]
    number = people.flood(reporter_name="Nguyễn Văn Tư", reporter_phone="0912345678", origin="call").number
    steps.complete(scope=duty, number=number, code="xac-minh", answer="co")
    steps.complete(scope=duty, number=number, code="dieu-xa")
    with pytest.raises(InvalidInput) as refused:
        steps.complete(scope=commune, number=number, code="thong-ke", form_data={"so-nha": -1, "la": "x"})
    assert set(refused.value.fields) == {"so-nha", "la"}
    steps.complete(scope=commune, number=number, code="thong-ke", form_data={"so-nha": "12", "nguoi-bao": "Lê Thị Năm"})
    seen = incidents.incident(duty, number)
    [form] = [one for one in seen.steps if one.code == "thong-ke"]
    assert form.form_data == {"so-nha": 12.0, "nguoi-bao": "•••"}
    assert seen.reporter and seen.reporter.masked and "Tư" not in seen.reporter.name and seen.reporter.phone == "•••678"
    with pytest.raises(Forbidden):
        details.unmask(scope=commune, number=number, reason="Cần gọi lại cho người báo")
    full = details.unmask(scope=duty, number=number, reason="Cần gọi lại cho người báo")
    assert full.reporter and full.reporter.phone == "0912345678"
    assert [one.form_data["nguoi-bao"] for one in full.steps if one.code == "thong-ke"] == ["Lê Thị Năm"]
    assert AuditEvent.objects.filter(action="incidents.unmask", object_id=number).count() == 1


def test_a_step_in_the_field_is_handed_over_when_its_turn_comes(people: Any) -> None:
    from sen.apps.incidents import interface as incidents
    from sen.apps.incidents import reviewing, steps
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    step = {
        "code": "rao-chan",
        "words": "Rào chắn tại {place}",
        "role": "commune_officer",
        "minutes": 30,
        "dispatch": "territory",
    }
    made = packs.create_template(
        scope=SYSTEM, kind="sop", code="rao", name="Rào chắn", owner_id=organisations.province().id,
        content={"code": "rao", "name": "Rào chắn", "steps": [step]},
    )  # fmt: skip
    packs.publish(scope=SYSTEM, template_id=made.id, audience=packs.Audience("all"), mandatory=True)
    number = people.flood(procedure="rao", place="cầu Đúc").number
    [order] = incidents.incident(people["xa-a"], number).dispatches
    assert order.state == "sent" and order.words == "Rào chắn tại cầu Đúc"
    steps.complete(scope=people["xa-a"], number=number, code="rao-chan", note="Đã đặt hai rào")
    [order] = incidents.incident(people["xa-a"], number).dispatches
    assert (order.state, order.result) == ("done", "Đã đặt hai rào") and order.acknowledged_at
    assert reviewing.close(scope=people["trucban"], number=number, words="Đã xử lý").state == "closed"


def test_only_those_called_see_an_incident_and_answer_their_order(people: Any) -> None:
    from sen.apps.incidents import dispatches
    from sen.apps.incidents import interface as incidents
    from sen.kernel.errors import Conflict, Forbidden, NotFound

    duty, theirs = people["trucban"], people["xa-b"]
    with at(0):
        first, second = people.flood().number, people.flood(title="Ngập nơi khác").number
        with pytest.raises(NotFound):
            incidents.incident(theirs, first)
        [order] = dispatches.send(scope=duty, number=first, words="Hỗ trợ máy bơm tại {place}.", to=["28261"])
        with pytest.raises(Conflict):
            dispatches.send(scope=duty, number=first, words="Hỗ trợ máy bơm tại {place}.", to=["28261"])
    assert [one.number for one in incidents.incidents(theirs).items] == [first]
    assert {one.number for one in incidents.incidents(people["xa-a"]).items} == {first, second}
    with pytest.raises(NotFound):
        incidents.incident(theirs, second)
    with pytest.raises(Forbidden):
        dispatches.acknowledge(scope=people["xa-a"], dispatch_id=order.pk)
    with at(10):
        [waiting] = incidents.my_dispatches(theirs)
        assert waiting.dispatch.may_answer and waiting.incident.number == first
        dispatches.acknowledge(scope=theirs, dispatch_id=order.pk)
        dispatches.acknowledge(scope=theirs, dispatch_id=order.pk)
        dispatches.arrive(scope=theirs, dispatch_id=order.pk)
        dispatches.finish(scope=theirs, dispatch_id=order.pk, result="Đã đặt hai máy bơm")
    kinds = [line.kind for line in incidents.situation_log(theirs, first)]
    assert kinds.count("dispatch_acknowledged") == 1
    assert incidents.run_due(MONDAY + timedelta(hours=5)) >= 0
    assert not any("unanswered" in key for key in people.told(first))


def test_the_log_cannot_be_changed_and_is_corrected_by_new_lines(people: Any) -> None:
    from django.db import DatabaseError, transaction

    from sen.apps.incidents import interface as incidents
    from sen.apps.incidents import log
    from sen.apps.incidents.models import LogEntry

    number = people.flood().number
    wrong = log.write(scope=people["trucban"], number=number, words="Nước lên 20 cm")
    right = log.write(scope=people["xa-a"], number=number, words="Nước lên 40 cm", corrects=wrong.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        LogEntry.objects.filter(pk=wrong.pk).update(words="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        LogEntry.objects.filter(pk=wrong.pk).delete()
    lines = {line.id: line for line in incidents.situation_log(people["trucban"], number)}
    assert lines[wrong.pk].corrected_by == right.pk and lines[right.pk].words == "Nước lên 40 cm"


def test_an_incident_closes_when_its_work_is_done_and_its_review_keeps_the_delays(people: Any) -> None:
    from sen.apps.incidents import dispatches, lessons, opening, reviewing, steps
    from sen.apps.incidents import interface as incidents
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import Conflict, InvalidInput

    duty, commune = people["trucban"], people["xa-a"]
    with at(0):
        number = people.flood().number
    with at(40):
        steps.complete(scope=duty, number=number, code="xac-minh", answer="co")
        steps.complete(scope=duty, number=number, code="dieu-xa")
        with pytest.raises(Conflict) as left:
            reviewing.close(scope=duty, number=number, words="Nước đã rút")
        assert len(left.value.context["left"]) == 2
    with at(50):
        [order] = incidents.incident(duty, number).dispatches
        dispatches.finish(scope=commune, dispatch_id=order.id, result="Đã kiểm tra")
        steps.complete(scope=commune, number=number, code="thong-ke", form_data={"so-nha": 3})
        opening.set_state(scope=duty, number=number, state="contained", seen="responding")
        with pytest.raises(Conflict):  # the other officer's page still offers what was offered before
            opening.set_state(scope=duty, number=number, state="responding", seen="open")
    with at(60):
        reviewing.close(scope=duty, number=number, words="Nước đã rút")
        with pytest.raises(InvalidInput):
            reviewing.finish_review(scope=duty, number=number)
        reviewing.save_review(
            scope=duty, number=number, changes={"causes": ["nature", "staffing"], "went_well": "Xã tới nhanh"}
        )
        reviewing.finish_review(scope=duty, number=number)
        task = lessons.add(scope=duty, number=number, words="Bổ sung người trực đêm")
        template = lessons.add(
            scope=duty, number=number, words="Bước xác minh cần 45 phút", kind="template"
        )  # fmt: skip
    review = incidents.incident(duty, number).review
    assert review is not None
    delays = {one.code: one.seconds for one in review.figures.delays}
    assert delays == {
        "detect_to_acknowledge": None, "detect_to_open": None, "open_to_dispatch": 2400, "dispatch_to_answer": 600,
        "open_to_contain": 3000, "open_to_close": 3600,
    }  # fmt: skip
    assert (review.figures.steps_on_time, review.figures.steps_counted) == (2, 3)
    late = next(one for one in review.figures.steps if one.code == "xac-minh")
    assert late.late_by == 600
    assert task.due_on.isoformat() == "2026-12-08"  # 24 November is a holiday
    assert packs.template(duty, template.template_id).ref.code == "ngap-thu"
    with pytest.raises(Conflict):
        reviewing.reopen(scope=duty, number=number, reason="Ngập trở lại")
    figures = incidents.figures(duty, MONDAY - timedelta(days=1), MONDAY + timedelta(days=1))
    assert figures.total.opened == figures.total.closed == 1 and figures.total.to_close == 3600
    assert figures.drills.opened == 0 and figures.by_kind[0].on_time_share == pytest.approx(2 / 3)
    # What has to be done became a task of the unit; the other lesson is asked for three working days before its day, after it, and then once a week.
    before = datetime(2026, 12, 3, 1, 0, tzinfo=UTC)
    for moment in (
        before,
        before,
        before + timedelta(days=6),
        before + timedelta(days=6, minutes=1),
        before + timedelta(days=13),
    ):
        incidents.run_due(moment)
    assert [key for key in people.told(number) if key.startswith("lesson:")] == [
        f"lesson:{template.pk}:{count}" for count in range(3)
    ]
    work = next(one for one in incidents.lessons(duty) if one.id == task.pk)
    assert work.task is not None and work.task.url == f"/tasks/{work.task.number}/" and work.task.state == "Mới giao"


def test_lists_and_details_need_as_many_statements_however_long_they_are(people: Any, remembered: None) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from sen.apps.incidents import dispatches, log
    from sen.apps.incidents import interface as incidents

    duty, commune = people["trucban"], people["xa-a"]
    number = people.flood(lon=105.633, lat=10.457).number

    def statements() -> tuple[int, int, int]:
        counted = []
        for read in (
            lambda: incidents.incidents(commune), lambda: incidents.incident(commune, number), lambda: incidents.my_dispatches(commune),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as context:
                read()
            counted.append(len(context))
        return counted[0], counted[1], counted[2]

    dispatches.send(scope=duty, number=number, words="Ra xem", to=["28249"])
    statements()
    few = statements()
    for count in range(4):
        people.flood(title=f"Ngập nơi {count}")
        dispatches.send(scope=duty, number=number, words=f"Việc {count}", to=["28249", "28261"])
        log.write(scope=duty, number=number, words=f"Ghi chú {count}")
    assert statements() == few and few[0] <= 10
    seen = incidents.situation(duty, number)
    assert seen.unanswered and seen.next_step in {"Xác minh mức ngập", "Chụp ảnh hiện trường"}
    assert seen.affected_people is not None
