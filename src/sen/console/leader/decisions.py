"""What waits for a decision of the caller's, the most urgent first. Each says why and where it is decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.access.interface import Scope
from sen.apps.alerts import interface as alerts
from sen.apps.directives import interface as directives
from sen.apps.incidents import interface as incidents
from sen.apps.indicators import interface as indicators
from sen.console.numbers import day as day_words
from sen.kernel import clock

MOST = 50
"""Of one kind that are looked at."""

SOON = 2
"""Days before its day on which a decision is marked."""


@dataclass(frozen=True)
class Action:
    """A way to go on, the first one leads to where it is decided."""

    words: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One thing to decide. `due` is the day by which; `now` ones come first whatever their day."""

    words: str
    detail: str
    actions: tuple[Action, ...]
    due: date | None = None
    now: bool = False

    @property
    def days(self) -> int | None:
        """Days left, below zero where it is past."""
        return (self.due - clock.local(clock.now()).date()).days if self.due else None

    @property
    def urgency(self) -> str:
        """`over`, `soon` or empty."""
        if self.now or (self.days is not None and self.days < 0):
            return "over"
        return "soon" if self.days is not None and self.days <= SOON else ""

    @property
    def due_words(self) -> str:
        """By when, as people say it."""
        if self.now:
            return _("ngay bây giờ")
        if self.days is None:
            return _("không có hạn")
        if self.days < 0:
            return ngettext("quá hạn {n} ngày", "quá hạn {n} ngày", -self.days).format(n=-self.days)
        if self.days == 0:
            return _("trong hôm nay")
        return ngettext("còn {n} ngày", "còn {n} ngày", self.days).format(n=self.days)


def decisions(scope: Scope) -> list[Decision]:
    """Everything that waits, ordered by urgency and day."""
    found = [*_alerts(scope), *_incidents(scope), *_tasks(scope), *_reports(scope)]
    return sorted(found, key=lambda one: (not one.now, one.due or date.max))


def _alerts(scope: Scope) -> Iterator[Decision]:
    """Serious alerts that nobody has taken: somebody has to be told to."""
    if not scope.allows("alerts.view"):
        return
    loud = alerts.counts(scope).loud
    if loud:
        words = ngettext("{n} cảnh báo nghiêm trọng chưa ai nhận", "{n} cảnh báo nghiêm trọng chưa ai nhận", loud)
        yield Decision(
            words=words.format(n=loud), detail=_("Chỉ định người xử lý hoặc lập sự cố."), now=True,
            actions=(Action(_("Mở hàng chờ"), reverse("console:alerts")),),
        )  # fmt: skip


def _incidents(scope: Scope) -> Iterator[Decision]:
    """Running serious incidents in which an order is unanswered or a step is late."""
    if not scope.allows("incidents.view"):
        return
    now = clock.now()
    for one in incidents.incidents(scope, incidents.IncidentFilter(drill=False, severities=("serious",))).items:
        late = one.next_due_at is not None and one.next_due_at < now
        if not one.unanswered and not late:
            continue
        parts = [
            ngettext("{n} lệnh chưa được nhận", "{n} lệnh chưa được nhận", one.unanswered).format(n=one.unanswered) if one.unanswered else "",
            _("một bước của quy trình đã quá giờ") if late else "",
            one.lead_unit.name,
        ]  # fmt: skip
        yield Decision(
            words=one.title,
            detail=" · ".join(part for part in parts if part),
            now=True,
            actions=(Action(_("Mở sự cố"), one.url),),
        )


def _tasks(scope: Scope) -> Iterator[Decision]:
    """Wishes for more time and completions to approve, of tasks that the caller's units gave."""
    if not scope.allows("directives.view"):
        return
    for one in directives.tasks(scope, directives.TaskFilter(extension_asked=True), limit=MOST).items:
        if scope.everything or one.assigned_by.id in scope.unit_ids:
            yield Decision(
                words=_("{unit} xin gia hạn: {task}").format(unit=one.lead.name, task=one.words),
                detail=_task_detail(one), due=one.deadline, actions=(Action(_("Xem và quyết định"), one.url),),
            )  # fmt: skip
    for one in directives.tasks(scope, directives.TaskFilter(workflow=("awaiting_approval",)), limit=MOST).items:
        if scope.everything or one.assigned_by.id in scope.unit_ids:
            yield Decision(
                words=_("{unit} báo đã xong: {task}").format(unit=one.lead.name, task=one.words),
                detail=_task_detail(one), due=one.deadline, actions=(Action(_("Duyệt hoặc trả lại"), one.url),),
            )  # fmt: skip


def _task_detail(one: directives.TaskLine) -> str:
    parts = [
        one.number,
        _("hạn {day}").format(day=day_words(one.deadline)) if one.deadline else "",
        one.last_progress or (_("chưa báo tiến độ") if not one.percent else f"{one.percent} %"),
    ]
    return " · ".join(part for part in parts if part)


def _reports(scope: Scope) -> Iterator[Decision]:
    """Sheets that wait for approval together, and those that are late, one line per period."""
    if not scope.allows("indicators.view"):
        return
    waiting = indicators.entry_counts(scope).submitted
    if waiting and scope.allows("indicators.approve"):
        words = ngettext("{n} phiếu số liệu chờ duyệt", "{n} phiếu số liệu chờ duyệt", waiting)
        yield Decision(
            words=words.format(n=waiting), detail=_("Số liệu chỉ có hiệu lực sau khi duyệt."), due=clock.local(clock.now()).date(),
            actions=(Action(_("Mở danh sách chờ duyệt"), f"{reverse('console:sheets')}?turn=approve"),),
        )  # fmt: skip
    late: dict[str, list[indicators.LateReport]] = {}
    for one in indicators.late_reports(scope):
        late.setdefault(one.period_words, []).append(one)
    for period, some in late.items():
        units = list(dict.fromkeys(one.unit_name for one in some))
        names = ", ".join(units[:3]) + ("…" if len(units) > 3 else "")
        words = ngettext(
            "{n} đơn vị chưa nộp {sheets} phiếu số liệu {period}",
            "{n} đơn vị chưa nộp {sheets} phiếu số liệu {period}",
            len(units),
        ).format(n=len(units), sheets=len(some), period=period)
        yield Decision(
            words=words, detail=names, due=min(one.due_on for one in some),
            actions=(Action(_("Xem và nhắc"), f"{reverse('console:sheets')}?turn=late"),),
        )  # fmt: skip
