"""Plays the story of made-up letters for demonstrations: who accepted, reported, asked for time, refused, was late and was chased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import translation

from sen.apps.access.interface import SYSTEM, Scope
from sen.apps.directives import arranging, assigning, chasing, extending, intake, working
from sen.apps.directives.choices import AT_WORK, OPEN
from sen.apps.directives.models import Directive, Intake, Task
from sen.apps.directives.values import DemoLetter, NewDirective, NewTask
from sen.kernel import clock

_WORDS = (
    "Đã lập tổ công tác và phân công từng phòng thực hiện.", "Đã làm việc với các đơn vị liên quan, đang tổng hợp số liệu.",
    "Hoàn thành khoảng một nửa khối lượng, còn chờ ý kiến bằng văn bản.", "Đã dự thảo báo cáo, đang lấy ý kiến.",
)  # fmt: skip
_OLD = 18
"""The tasks of the first letter, of long ago: nearly all are done."""
_WAITING = (30, 33, 45, 50)
"""Reported done, and not approved yet."""
_REASON = "Còn ba đơn vị chưa gửi số liệu, cần thêm thời gian để đối chiếu."


def play(*, leader: Scope, duty: Scope, unit_id: UUID, letters: Sequence[DemoLetter]) -> None:
    """Give the tasks of letters that are not there yet, and what happened to them up to now. Reports of units are noted by the desk."""
    with translation.override("vi"):
        made = [one for one in letters if not Directive.objects.filter(key=one.key).exists()]
        for one in made:
            with clock.frozen(one.at):
                _assign(duty, unit_id, one)
        tasks = list(Task.objects.filter(directive__key__in=[one.key for one in made]).order_by("number"))
        day = min((one.at for one in made), default=clock.now())
        end = clock.now()
        while (day := day + timedelta(days=1)) < end:
            moment = datetime.combine(clock.local(day).date(), time(8, 5), clock.VIETNAM)
            if moment < end:
                chasing.run_due(moment)
                with clock.frozen(moment + timedelta(hours=2)):
                    still_open = Task.objects.filter(workflow__in=OPEN).in_bulk([one.pk for one in tasks])
                    for place, task in enumerate(tasks):
                        if task.made_at < moment and task.pk in still_open:
                            _live(leader, duty, still_open[task.pk], place, (moment - task.made_at).days)


def _assign(duty: Scope, unit_id: UUID, told: DemoLetter) -> None:
    """Read the letter as a person's is read, and give every task whose lead was found."""
    text = told.text.strip("\n")
    reading = intake.read(Intake(text=text, unit_id=unit_id, made_at=clock.now()))
    tasks = [
        NewTask(
            words=one.words, leads=tuple(unit.id for match in one.leads for unit in match.units), deadline=one.deadline,
            cooperating=tuple(unit.id for match in one.cooperating for unit in match.units), deadline_words=one.deadline_words,
            evidence=one.evidence,
        )
        for one in reading.proposals
        if any(match.units for match in one.leads)
    ]  # fmt: skip
    directive = NewDirective(
        title=reading.title, number=reading.number, issuer=reading.issuer, issued=reading.issued, signer="Chủ tịch UBND Tỉnh",
        received=clock.local(clock.now()).date(), origin="document", text=text, unit_id=unit_id, key=told.key, simulated=True,
    )  # fmt: skip
    assigning.add_tasks(scope=duty, directive=directive, tasks=tasks)


def _live(leader: Scope, duty: Scope, task: Task, place: int, age: int) -> None:
    """What happens to a task on one day of its life; `place` decides its fate, so that every state is there each time."""
    fate, number = place % 10, task.number
    done_at = {0: 2, 1: -3, 2: 1, 3: 4, 5: 3, 6: 5 if place < _OLD else 1}.get(
        fate, 6 if place < _OLD and fate != 7 else None
    )
    if age == 1 and fate != 9 and task.workflow == "assigned":
        working.accept(scope=duty, number=number)
    elif age in (5, 12, 27) and task.workflow in AT_WORK and fate not in (7, 9):
        percent = min(95, task.percent + (30 if fate < 6 else 15))
        working.report(scope=duty, number=number, percent=percent, words=_WORDS[(place + age) % len(_WORDS)])
    elif done_at is not None and task.workflow in AT_WORK and age > 2 and _days_left(task) <= done_at:
        # Reported for the unit by the system, so that the leader and the desk may both approve.
        working.report(scope=SYSTEM, number=number, percent=100, words="Đã hoàn thành, gửi kèm báo cáo.", done=True)
    elif task.workflow == "awaiting_approval" and place not in _WAITING:
        working.approve(scope=leader, number=number, words="Đồng ý.")
    elif (
        fate == 4
        and task.deadline
        and _days_left(task) == 2
        and task.workflow in AT_WORK
        and task.deadline == task.first_deadline
    ):
        wish = extending.ask(scope=duty, number=number, to=task.deadline + timedelta(days=15), reason=_REASON)
        if place % 20 == 4:
            extending.decide(scope=leader, extension_id=wish.pk, grant=True, words="Đồng ý, không gia hạn thêm.")
    elif age == 6 and place in (27, 47):
        arranging.pause(scope=leader, number=number, reason="Chờ hướng dẫn của cơ quan trung ương.")
    elif age == 3 and place == 38 and task.workflow in AT_WORK:
        working.refuse(scope=duty, number=number, reason="Không thuộc chức năng của đơn vị theo quy định hiện hành.")


def _days_left(task: Task) -> int:
    return (task.deadline - clock.local(clock.now()).date()).days if task.deadline else 999
