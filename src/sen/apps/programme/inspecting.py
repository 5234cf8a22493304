"""Inspections: planned, gone through line by line, findings that become tasks, concluded with a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import interface as directives
from sen.apps.directives.interface import NewDirective, NewTask
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.programme import policies, seeing
from sen.apps.programme.choices import FindingSeverity, InspectionState, Outcome
from sen.apps.programme.models import ChecklistLine, Finding, Inspection, ProgrammeItem
from sen.apps.programme.numbering import next_number
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound

ORIGIN = "inspection"
MOST_LINES = 100
MOST_FINDINGS = 100
OVER = (InspectionState.CONCLUDED, InspectionState.CANCELLED)


@transaction.atomic
def create(
    *,
    scope: Scope,
    unit_id: UUID,
    inspected: UUID,
    title: str,
    starts_on: date,
    ends_on: date,
    checklist: Sequence[str] = (),
    form: str = "",
    decision: str = "",
    team: str = "",
    item: str = "",
    simulated: bool = False,
) -> Inspection:
    """Plan an inspection of a unit, with a checklist of its own lines or the fields of a form template (`form`).

    Raises Forbidden, NotFound, InvalidInput.
    """
    require(scope, policies.KEEP, unit_id)
    organisations.unit_by_id(inspected)
    if ends_on < starts_on or (ends_on - starts_on).days > 366:
        raise InvalidInput(
            _("Ngày kết thúc trước ngày bắt đầu, hoặc kiểm tra kéo dài quá một năm."), action=_("Sửa ngày."), fields={"ends_on": _("Sửa ngày.")}
        )  # fmt: skip
    lines = [line for line in (one.strip() for one in checklist) if line] + (_lines_of(unit_id, form) if form else [])
    if len(lines) > MOST_LINES:
        raise InvalidInput(_("Danh mục kiểm tra tối đa {n} dòng.").format(n=MOST_LINES), action=_("Gộp bớt dòng."))
    of_item = ProgrammeItem.objects.filter(number=item[:30]).first() if item else None
    made = Inspection.objects.create(
        number=next_number("KT", starts_on.year), title=seeing.written(title, "title", least=5), unit_id=unit_id, inspected_id=inspected,
        item=of_item, decision=decision.strip()[:100], team=team.strip()[:500], starts_on=starts_on, ends_on=ends_on, simulated=simulated,
        made_at=clock.now(), made_by=seeing.person(scope),
    )  # fmt: skip
    ChecklistLine.objects.bulk_create(
        ChecklistLine(inspection=made, position=number, words=seeing.written(line, "checklist", least=3, longest=500))
        for number, line in enumerate(lines, 1)
    )
    seeing.record(scope, "plan_inspection", "inspection", made.number, unit_id, inspected=str(inspected))
    return made


def forms_of(unit_id: UUID) -> dict[str, str]:
    """The form templates that hold in a unit and could serve as checklists: code → name."""
    holding = packs.effective_of_units([unit_id]).get(unit_id, [])
    return {one.template.code: one.template.name for one in holding if one.template.kind == "form"}


def _lines_of(unit_id: UUID, form: str) -> list[str]:
    """The labels of the fields of a form as it holds in a unit."""
    holding = packs.effective_of_units([unit_id]).get(unit_id, [])
    content = next((one.content for one in holding if one.template.kind == "form" and one.template.code == form), {})
    fields = content.get("fields", [])
    if not fields:
        raise InvalidInput(_("Đơn vị không có biểu mẫu này."), action=_("Chọn biểu mẫu khác."), fields={"form": ""})
    return [str(one["label"]) for one in fields]


@transaction.atomic
def look(*, scope: Scope, number: str, seen: Mapping[int, tuple[str, str]]) -> Inspection:
    """Note what was seen: line's position → (outcome, note). A planned inspection has begun with that.

    Raises NotFound, Forbidden, InvalidInput, Conflict once it is over.
    """
    found = _open(scope, number)
    rows = {line.position: line for line in found.lines.select_for_update()}
    for position, (outcome, note) in seen.items():
        if position not in rows or outcome not in Outcome.values:
            raise InvalidInput(_("Danh mục kiểm tra đã thay đổi."), action=_("Tải lại trang."))
        row = rows[position]
        row.outcome, row.note = outcome, note.strip()[:1000]
    ChecklistLine.objects.bulk_update([rows[position] for position in seen], ["outcome", "note"])
    if found.state == InspectionState.PLANNED:
        found.state = InspectionState.RUNNING
    return _keep(scope, found, "look", lines=len(seen))


@transaction.atomic
def find(
    *,
    scope: Scope,
    number: str,
    severity: str,
    words: str,
    basis: str = "",
    remedy: str = "",
    due: date | None = None,
) -> Finding:
    """Write a finding down; with a remedy it becomes a task of the inspected unit when the inspection is concluded.

    Raises NotFound, Forbidden, InvalidInput, Conflict once it is over.
    """
    found = _open(scope, number)
    if severity not in FindingSeverity.values:
        raise InvalidInput(_("Chọn mức của phát hiện."), action=_("Chọn mức."), fields={"severity": _("Chọn mức.")})
    if found.findings.count() >= MOST_FINDINGS:
        raise InvalidInput(_("Quá {n} phát hiện.").format(n=MOST_FINDINGS), action=_("Gộp bớt."))
    made = Finding.objects.create(
        inspection=found, severity=severity, words=seeing.written(words, "words", least=5, longest=1000), basis=basis.strip()[:500],
        remedy=remedy.strip()[:1000], due=due, made_at=clock.now(), made_by=seeing.person(scope),
    )  # fmt: skip
    _keep(scope, found, "find", severity=severity)
    return made


@transaction.atomic
def drop_finding(*, scope: Scope, number: str, finding_id: UUID) -> None:
    """Take a finding back while the inspection runs. Raises NotFound, Forbidden, Conflict."""
    found = _open(scope, number)
    finding = found.findings.filter(pk=finding_id).first()
    if finding is None:
        raise NotFound(_("Không tìm thấy phát hiện này."), action=_("Tải lại trang."))
    finding.delete()
    _keep(scope, found, "drop_finding", words=finding.words[:100])


@transaction.atomic
def conclude(*, scope: Scope, number: str, conclusion: str, revision: int | None = None) -> list[str]:
    """Conclude: what has to be remedied becomes tasks of the inspected unit; their numbers. The report can then be made.

    Raises NotFound, Forbidden, InvalidInput, Conflict where it is over.
    """
    found = _open(scope, number)
    seeing.must_be_as_seen(found, revision)
    found.conclusion = seeing.written(conclusion, "conclusion", least=10, longest=5000)
    found.state = InspectionState.CONCLUDED
    tasks = [
        NewTask(words=one.remedy, leads=(found.inspected_id,), deadline=one.due)
        for one in found.findings.exclude(remedy="")
    ]
    numbers: list[str] = []
    if tasks:
        made = directives.add_tasks(
            scope=scope,
            directive=NewDirective(
                title=_("Khắc phục sau kiểm tra {number}: {title}").format(number=found.number, title=found.title[:400]), number=found.decision,
                issuer=found.unit.name, issued=clock.local(clock.now()).date(), origin=ORIGIN, origin_reference=found.number,
                text=found.conclusion, unit_id=found.unit_id, key=f"inspection:{found.number}", simulated=found.simulated,
            ),
            tasks=tasks,
        )  # fmt: skip
        numbers = list(made.tasks)
    _keep(scope, found, "conclude_inspection", tasks=numbers)
    return numbers


@transaction.atomic
def cancel(*, scope: Scope, number: str, reason: str) -> Inspection:
    """Call an inspection off, with a reason. Raises NotFound, Forbidden, InvalidInput, Conflict."""
    found = _open(scope, number)
    found.conclusion = seeing.written(reason, "reason", least=5, longest=1000)
    found.state = InspectionState.CANCELLED
    return _keep(scope, found, "cancel_inspection", reason=found.conclusion)


def _open(scope: Scope, number: str) -> Inspection:
    found = seeing.inspection_for(scope, number, keep=True)
    if found.state in OVER:
        raise Conflict(
            _("Cuộc kiểm tra đã ở trạng thái “{state}”.").format(state=found.get_state_display()),
            action=_("Tải lại trang."),
            code="over",
        )
    return found


def _keep(scope: Scope, inspection: Inspection, action: str, **detail: object) -> Inspection:
    inspection.revision += 1
    inspection.save()
    seeing.record(scope, action, "inspection", inspection.number, inspection.unit_id, **detail)
    return inspection
