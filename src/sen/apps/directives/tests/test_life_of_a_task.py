"""The life of tasks through the app's own doors: from the document to completion, with everything that may happen in between."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sen.apps.directives.tests.conftest import People

DAY = date(2027, 3, 1)
NOTICE = """ỦY BAN NHÂN DÂN
TỈNH ĐỒNG THÁP
Số: 21/TB-UBND
Đồng Tháp, ngày 01 tháng 3 năm 2027

THÔNG BÁO
Kết luận cuộc họp về chuyển đổi số

1. Giao Sở Thông tin và Truyền thông chủ trì, phối hợp với Sở Xây dựng hoàn thiện Đề án, trình trước ngày 25 tháng 3 năm 2027.
2. Giao Sở Xây dựng lắp đặt hệ thống điện dự phòng. Thời gian hoàn thành trong tháng 4 năm 2027.
3. UBND phường Đạo Thạnh, UBND phường Mỹ Tho cử cán bộ tham gia tập huấn.
4. Giao Ban Chỉ đạo đô thị thông minh tổng kết.
"""


def at(day: date, hour: int = 9) -> datetime:
    from sen.kernel import clock

    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.VIETNAM)


def test_a_document_becomes_tasks_and_is_taken_back(people: People) -> None:
    from sen.apps.directives import assigning, details, intake
    from sen.apps.directives import interface as directives
    from sen.kernel import clock
    from sen.kernel.errors import Conflict, NotFound

    duty = people["trucban"]
    with clock.frozen(at(DAY)):
        kept = intake.begin(scope=duty, text=NOTICE)
        reading = intake.read(kept)
        assert (reading.number, reading.issued) == ("21/TB-UBND", DAY)
        # The department was merged in March 2025: the proposal says so and names its successor.
        first = reading.proposals[0]
        assert [unit.code for match in first.leads for unit in match.units] == ["82-skhcn"] and first.leads[
            0
        ].how == "former"
        assert [unit.code for match in first.cooperating for unit in match.units] == ["82-sxd"]
        assert first.deadline == date(2027, 3, 25) and NOTICE[slice(*first.deadline_at or ())].startswith(
            "trước ngày 25"
        )
        communes = next(one for one in reading.proposals if "tập huấn" in one.words)
        assert {unit.code for match in communes.leads for unit in match.units} == {"28249", "28261"}
        unmatched = next(one for one in reading.proposals if "tổng kết" in one.words.lower())
        assert not unmatched.leads[0].units and "Chọn đơn vị" in unmatched.leads[0].note
        new = [
            directives.NewTask(
                words=one.words, leads=tuple(unit.id for match in one.leads for unit in match.units), deadline=one.deadline, evidence=one.evidence
            )
            for one in reading.proposals
            if one.leads[0].units
        ]  # fmt: skip
        told = directives.NewDirective(title=reading.title, number=reading.number)
        made = intake.confirm(scope=duty, intake_id=kept.pk, directive=told, tasks=new)
        assert len(made.tasks) == 4
        with pytest.raises(Conflict):
            intake.confirm(scope=duty, intake_id=kept.pk, directive=told, tasks=new)
        shown = details.detail(people["xa-a"], made.tasks[2])
        assert shown.passage is not None and "tập huấn" in shown.passage.passage and len(shown.others) == 0
        with pytest.raises(NotFound):
            intake.intake_for(people["xa-a"], kept.pk)
        assert assigning.take_back(scope=duty, directive_id=made.id) == 4
        assert directives.counts(duty).total == 0
        assert len(intake.confirm(scope=duty, intake_id=kept.pk, directive=told, tasks=new).tasks) == 4


def test_completion_extension_and_lateness_keep_their_days(people: People) -> None:
    from sen.apps.directives import details, extending, working
    from sen.apps.directives import interface as directives
    from sen.kernel import clock
    from sen.kernel.errors import Conflict, Forbidden

    unit, leader, duty = people["moitruong"], people["lanhdao"], people["trucban"]
    with clock.frozen(at(DAY)):
        [number] = people.assign(("Lập bản đồ xâm nhập mặn", ["82-snnmt"], DAY + timedelta(days=10))).tasks
        working.accept(scope=unit, number=number)
        wish = extending.ask(scope=unit, number=number, to=DAY + timedelta(days=20), reason="Chờ số liệu của ba xã")
        with pytest.raises(Conflict):
            extending.ask(scope=unit, number=number, to=DAY + timedelta(days=30), reason="Chờ số liệu của ba xã")
        with pytest.raises(Forbidden):
            extending.decide(scope=unit, extension_id=wish.pk, grant=True)
        extending.decide(scope=leader, extension_id=wish.pk, grant=True, to=DAY + timedelta(days=15))
    line = directives.task(leader, number)
    assert (
        line.deadline == DAY + timedelta(days=15) and line.first_deadline == DAY + timedelta(days=10) and line.extended
    )
    with clock.frozen(at(DAY + timedelta(days=14))):
        report = {"percent": 100, "words": "Đã nộp bản đồ", "attached": [("ban-do.txt", b"ban do")], "done": True}
        working.report(scope=unit, number=number, **report)
    with clock.frozen(at(DAY + timedelta(days=18))):
        assert directives.task(leader, number).timeliness == "not_due"  # reported in time, waiting for the leader
        working.send_back(scope=leader, number=number, reason="Thiếu hai xã ven biển")
        assert directives.task(leader, number).timeliness == "overdue"
        working.report(scope=duty, number=number, percent=100, words="Đã bổ sung hai xã", done=True)
        with pytest.raises(Forbidden):
            working.approve(scope=duty, number=number)
        working.approve(scope=leader, number=number)
        shown = details.detail(leader, number)
    assert (shown.line.timeliness, shown.line.days_late) == ("done_late", 3)
    assert [one.name for one in shown.progress[-1].files] == ["ban-do.txt"]
    assert [one.kind for one in reversed(shown.events)] == [
        "assigned", "accepted", "extension_asked", "extended", "reported_done", "sent_back", "reported_done", "approved",
    ]  # fmt: skip


def test_transfer_parts_and_bulk_undo(people: People) -> None:
    from sen.apps.directives import arranging, bulk, working
    from sen.apps.directives import interface as directives
    from sen.kernel import clock
    from sen.kernel.errors import Conflict, InvalidInput

    leader, build, own = people["lanhdao"], people["xaydung"], people["moitruong"]
    with clock.frozen(at(DAY)):
        one, two = people.assign(
            ("Kiểm tra bến đò ngang", ["82-sxd"], DAY + timedelta(days=9)), ("Rà soát cống ngăn triều", ["82-sxd"], DAY + timedelta(days=9)),
        ).tasks  # fmt: skip
        moved = arranging.transfer(
            scope=build, number=one, to=people.unit("82-snnmt"), reason="Thuộc ngành nông nghiệp"
        )
        assert directives.task(leader, one).workflow == "transferred" and moved.deadline == DAY + timedelta(days=9)
        working.refuse(scope=own, number=moved.number, reason="Không quản lý bến đò")
        assert directives.task(leader, one).workflow == "assigned"
        part = directives.NewTask(
            words="Đo đạc cống số 3", leads=(people.unit("82-sxd"),), deadline=DAY + timedelta(days=20)
        )
        with pytest.raises(InvalidInput):
            arranging.divide(scope=build, number=two, parts=[part])
        good = directives.NewTask(
            words="Đo đạc cống số 3", leads=(people.unit("82-sxd"),), deadline=DAY + timedelta(days=5)
        )
        [made] = arranging.divide(scope=build, number=two, parts=[good])
        assert directives.counts(leader).total == 2  # the part that a unit gave to itself is counted with its whole
        with pytest.raises(Conflict):
            working.report(scope=build, number=two, percent=100, words="Đã xong toàn bộ", done=True)
        working.report(scope=build, number=made.number, percent=100, words="Đã đo đạc xong", done=True)
        assert directives.task(leader, made.number).workflow == "completed"
        done = bulk.do(scope=leader, action="pause", numbers=[one, two, moved.number], words="Chờ kinh phí")
        assert done.done == [one, two] and moved.number in done.refused and done.id is not None
        bulk.undo(scope=leader, bulk_id=done.id)
        assert [directives.task(leader, number).workflow for number in (one, two)] == ["assigned", "accepted"]


def test_the_list_and_the_sql_agree_with_the_rule(people: People) -> None:
    from sen.apps.directives import listing, timeliness
    from sen.apps.directives.choices import Workflow
    from sen.apps.directives.models import Task
    from sen.apps.directives.values import TaskFilter
    from sen.kernel import clock

    with clock.frozen(at(DAY)):
        deadlines = [None, *(DAY + timedelta(days=days) for days in (-3, 0, 7, 8, 9, 40))]
        people.assign(
            *((f"Việc số {n}", ["82-sxd"], deadline) for n, deadline in enumerate(deadlines * len(Workflow.values)))
        )
        moment = clock.now()
        for n, task in enumerate(Task.objects.order_by("number")):
            state = Workflow.values[n // len(deadlines)]
            judged = DAY - timedelta(days=n % 3) if state in ("completed", "paused", "awaiting_approval") else None
            Task.objects.filter(pk=task.pk).update(
                workflow=state, judged_on=judged, completed_at=moment if state == "completed" else None
            )
        soon = timeliness.soon_until(DAY)
        rows = timeliness.with_timeliness(Task.objects.all(), DAY)
        said = {row.number: row.timeliness for row in rows}
        assert len(set(said.values())) == 7
        assert said == {
            row.number: timeliness.timeliness_of(row.workflow, row.deadline, row.judged_on, DAY, soon) for row in rows
        }
        every: list[Any] = []
        cursor = None
        while True:
            page = listing.tasks(people["lanhdao"], TaskFilter(with_gone=True), cursor, 10)
            every += page.items
            if (cursor := page.next) is None:
                break
        assert len(every) == len(said) == len({one.number for one in every})
        assert all(one.timeliness == said[one.number] for one in every)
