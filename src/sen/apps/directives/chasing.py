"""Keeps units to their deadlines: reminders by the plan, up to the superior, and one press of a button by a person.

Each task is a transaction of its own, locked and looked at again, and every notification has a key: a process that is killed in between,
or two processes at once, neither forget nor repeat anything. After a standstill only the latest reminder that is due is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import chase_plan, history, policies, seeing, telling
from sen.apps.directives.announcing import announce_after_commit
from sen.apps.directives.choices import AT_WORK
from sen.apps.directives.models import Task
from sen.apps.directives.timeliness import today
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden

AT_ONCE = 500
QUIET = timedelta(hours=1)
"""A person reminds a unit of one task at most once an hour."""


def run_due(now: datetime) -> int:
    """Send every reminder whose time has come at `now`; how many tasks it was. Idempotent."""
    done = 0
    with clock.frozen(now), translation.override("vi"):
        due = Task.objects.filter(chase_at__lte=now)
        plan: chase_plan.ChasePlan | None = None
        for pk in list(due.order_by("chase_at").values_list("pk", flat=True)[:AT_ONCE]):
            plan = plan or chase_plan.plan_on(clock.local(now).date())
            with transaction.atomic():
                locked = due.select_for_update(skip_locked=True, of=("self",)).select_related("lead", "directive")
                task = locked.filter(pk=pk).first()
                if task is not None:
                    _chase(task, plan, now)
                    done += 1
    return done


def _chase(task: Task, plan: chase_plan.ChasePlan, now: datetime) -> None:
    if task.workflow not in AT_WORK or task.deadline is None or task.directive.undone_at is not None:
        task.chase_at = None
        task.save(update_fields=["chase_at"])
        return
    following, at = chase_plan.next_after(plan, task.deadline, now, organisations.working_calendar_of(task.lead_id))
    step = max(0, following - 1)
    to = chase_plan.to_of(plan, step)
    title, body = words_of(task, today())
    late = task.deadline < today()
    severity = {"unit": "notice", "unit_leader": "warning", "province_leader": "serious"}[to] if late else "notice"
    # The deadline is part of the key: after an extension the same reminders come anew.
    told = telling.about(
        task, f"chase:{task.deadline:%Y%m%d}:{step}", telling.of_degree(task, to), title, body, severity=severity
    )
    task.chase_step, task.chase_at = following, at
    if told is not None:
        history.add(
            task, "chased", to=to, late=max(0, (today() - task.deadline).days), deadline=task.deadline.isoformat()
        )
        task.reminded += 1
        task.reminded_at = now
    task.save(update_fields=["chase_at", "chase_step", "reminded", "reminded_at"])
    announce_after_commit([task.pk], "chased")


def words_of(task: Task, day: date) -> tuple[str, str]:
    """What a reminder says: its title and its body."""
    source = " ".join(filter(None, (task.directive.number, task.directive.issuer)))
    said = task.last_progress or _("Chưa báo cáo tiến độ.")
    if task.deadline is None:
        title = _("đề nghị báo cáo tiến độ")
        due = _("Không hạn.")
    elif task.deadline < day:
        n = (day - task.deadline).days
        title = _("quá hạn {n} ngày").format(n=n)
        due = _("Hạn {day}.").format(day=f"{task.deadline:%d/%m/%Y}")
    elif task.deadline == day:
        title, due = _("đến hạn hôm nay"), _("Hạn {day}.").format(day=f"{task.deadline:%d/%m/%Y}")
    else:
        title = _("còn {n} ngày đến hạn").format(n=(task.deadline - day).days)
        due = _("Hạn {day}.").format(day=f"{task.deadline:%d/%m/%Y}")
    body = _("{lead}: {words}. {due} {percent} %. {said} {source}").format(
        lead=task.lead.name, words=task.words[:400], due=due, percent=task.percent, said=said[:300], source=source
    )
    return title, body


@transaction.atomic
def remind(*, scope: Scope, numbers: Sequence[str], words: str = "") -> tuple[list[str], list[str]]:
    """Remind the units of some tasks now: the numbers reminded, and those left out (over, or reminded within the hour).

    By the unit that assigned, or one above the lead. Raises NotFound, Forbidden.
    """
    sent, left = [], []
    now = clock.now()
    for number in dict.fromkeys(numbers):
        task = seeing.task_for(scope, number, lock=True)
        may_remind(scope, task)
        if task.workflow not in AT_WORK or (task.reminded_at is not None and task.reminded_at > now - QUIET):
            left.append(number)
            continue
        title, body = words_of(task, today())
        note = history.written(words, "words", longest=500) if words.strip() else ""
        to = telling.together((telling.of_unit(task.lead_id), telling.leaders(task.lead_id)))
        telling.about(
            task, f"reminded:{clock.to_ms(now)}", to, title, f"{note}\n{body}" if note else body, severity="warning"
        )
        task.reminded += 1
        task.reminded_at = now
        history.keep(scope, task, "reminded", words=note)
        sent.append(number)
    if not sent and len(left) == 1:
        raise Conflict(
            _("Không nhắc {number}: đã kết thúc, đang chờ duyệt, hoặc vừa được nhắc trong một giờ qua.").format(number=left[0]),
            action=_("Xem lại trạng thái nhiệm vụ, hoặc chờ rồi nhắc lại."), code="reminded_already",
        )  # fmt: skip
    return sent, left


def may_remind(scope: Scope, task: Task) -> None:
    """Forbidden where the caller neither assigned the task nor stands above the unit that leads it."""
    if scope.allows(policies.REMIND, task.assigned_by_id):
        return
    above = organisations.lineages([task.lead_id]).get(task.lead_id)
    if above and any(scope.allows(policies.REMIND, unit) for unit in above.above):
        return
    require(scope, policies.REMIND)
    raise Forbidden(_("Chỉ đơn vị giao hoặc cấp trên mới đôn đốc."), action=_("Liên hệ đơn vị giao nhiệm vụ."))
