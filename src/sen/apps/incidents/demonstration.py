"""The demonstration's incidents, made through the services with a clock of their own: a drill with its review, and an incident that runs.

Everything is marked as simulated. What people would do is done by the demonstration's accounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope
from sen.apps.incidents import (
    dispatches,
    drills,
    due,
    filling_forms,
    from_alerts,
    lessons,
    log,
    messages,
    opening,
    procedure_copy,
    reviewing,
    steps,
)
from sen.apps.incidents.choices import DispatchState, LessonKind, State
from sen.apps.incidents.models import Incident, StepRun
from sen.apps.incidents.opening import Told
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

DRILL, RUNNING = "demo-drill", "demo-running"
GROUND, NEIGHBOUR, DEPARTMENT = "28249", "28261", "82-sxd"
PROCEDURE = "lu-bao-dong-2"
FORM: dict[str, Any] = {
    "text": "Đoạn cống Rạch Miễu (mô phỏng)", "yes_no": False, "number": 0, "date": "2026-11-01", "choice": "", "file": "",
}  # fmt: skip


class _People:
    """Who acts: the duty desk, its leader, the officers of a commune and of the department for works."""

    def __init__(self) -> None:
        self.duty, self.leader, self.ground, self.works = (
            access.scope_of_username(name) for name in ("trucban", "lanhdao", "xa-a", "xaydung")
        )


def create() -> None:
    """Make what is missing; nothing changes at the second call. Needs the units, accounts and the packs' procedures of the demonstration."""
    people = _People()
    with translation.override("vi"):
        if not Incident.objects.filter(key=DRILL).exists():
            _drill(people)
        if not Incident.objects.filter(key=RUNNING).exists():
            _running(people)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """A moment of the story, with what the clocks did up to it."""
    due.run_due(moment)
    with clock.frozen(moment):
        yield


@transaction.atomic
def _drill(people: _People) -> None:
    """Three days ago, in the afternoon: a flood drill in which one step was late and one commune slow."""
    day = clock.local(clock.now()).replace(hour=14, minute=0, second=0, microsecond=0) - timedelta(days=3)
    with _at(day):
        incident = drills.start(
            scope=people.leader, procedure_code=PROCEDURE, unit_id=organisations.province().id, key=DRILL, simulated=True,
            territory_id=organisations.unit(GROUND).id, title="Diễn tập ứng phó lũ báo động II trên sông Tiền",
            description="Giả định: mực nước tại trạm vượt báo động II 8 cm lúc triều cường, dự báo còn lên.",
        )  # fmt: skip
    moment = day
    while row := _next(incident):
        # Half the time is enough for each but the dyke check, which took a quarter longer than its clock.
        share = 1.25 if row.code == "kiem-tra-de" else 0.5
        moment = max(moment + timedelta(minutes=2), (row.started_at or day) + timedelta(minutes=row.minutes * share))
        if row.minutes > 240:
            moment = max(moment, day + timedelta(hours=3))
        with _at(moment):
            _tick(people, incident, row)
            _answer(people, incident)
    with _at(moment + timedelta(minutes=5)):
        _answer(people, incident)
        opening.set_state(scope=people.duty, number=incident.pk, state=State.CONTAINED)
    with _at(moment + timedelta(minutes=20)):
        reviewing.close(
            scope=people.duty, number=incident.pk, words="Kết thúc diễn tập; các đơn vị đã làm đủ các bước."
        )
    with _at(day + timedelta(days=1, hours=-4)):
        _review(people, incident)


def _next(incident: Incident) -> StepRun | None:
    return incident.steps.filter(state__in=steps.AT_WORK).order_by("due_at", "position").first()


def _tick(people: _People, incident: Incident, row: StepRun) -> None:
    """One step, by the officer of its unit, with the first answer and a form filled in."""
    scope = people.ground if row.unit_id in people.ground.unit_ids else people.duty
    step = procedure_copy.step_of(incident, row.code)
    answer = step.question.answers[0].code if step and step.question else ""
    form = _filled(incident.lead_unit_id, row.form_code) if row.form_code else {}
    steps.complete(scope=scope, number=incident.pk, code=row.code, answer=answer, form_data=form)


def _filled(unit_id: UUID, code: str) -> dict[str, Any]:
    """A form with something in each field that asks for it."""
    values: dict[str, Any] = {}
    for field in filling_forms.fields_of(unit_id, code):
        choices = [one["code"] for one in field["choices"]]
        value = choices[0] if field["type"] == "choice" and choices else FORM[field["type"]]
        if field["type"] == "number":
            value = max(value, field.get("minimum") or 0)
        if value != "" and field["type"] != "file":
            values[field["code"]] = value
    return values


def _answer(people: _People, incident: Incident) -> None:
    """Those called take their orders; for communes without an account the desk notes it, as after a telephone call."""
    for one in incident.dispatches.filter(state=DispatchState.SENT):
        scope: Scope = people.ground if one.unit_id in people.ground.unit_ids else people.duty
        dispatches.acknowledge(scope=scope, dispatch_id=one.pk)


def _review(people: _People, incident: Incident) -> None:
    """The review with its causes, and what came out of it."""
    changes = {
        "what_happened": "Diễn tập theo quy trình lũ báo động II. Xã nhận lệnh trong vài phút; kiểm tra đê chậm hơn hạn.",
        "causes": ["staffing", "procedure"],
        "cause_words": "Tổ kiểm tra chỉ có một nhóm cho hai đoạn đê; hạn 90 phút không đủ khi đường ngập.",
        "went_well": "Xác minh nhanh, các xã lân cận đều nhận được tin.",
        "to_improve": "Thêm một nhóm kiểm tra đê, sửa hạn của bước này.",
    }
    reviewing.save_review(scope=people.duty, number=incident.pk, changes=changes)
    reviewing.finish_review(scope=people.duty, number=incident.pk)
    lessons.add(
        scope=people.duty, number=incident.pk, words="Lập nhóm kiểm tra đê thứ hai, có danh sách và số điện thoại",
        owner_unit_id=organisations.unit(GROUND).id,
    )  # fmt: skip
    lessons.add(
        scope=people.duty, number=incident.pk, words="Sửa hạn bước kiểm tra đê từ 90 lên 120 phút khi đường ngập",
        kind=LessonKind.TEMPLATE,
    )  # fmt: skip


@transaction.atomic
def _running(people: _People) -> None:
    """Forty minutes ago: a road under water; one commune at the place, another has not acknowledged yet, a message waits for approval."""
    begin = clock.now() - timedelta(minutes=40)
    ground = organisations.unit(GROUND)
    with _at(begin):
        told = Told(
            kind="flood", title="Ngập đường Nguyễn Huệ khi triều cường", severity="warning", territory_id=ground.id,
            lon=ground.seat_lon, lat=ground.seat_lat, place="Đường Nguyễn Huệ, đoạn qua chợ", origin="call",
            description="Người dân báo nước ngập khoảng 30 cm, xe máy khó qua (mô phỏng).", procedure="ngap-duong",
            reporter_name="Nguyễn Văn Mẫu", reporter_phone="0900000123", facts={"value": "30", "unit": "cm", **from_alerts.owner_facts(organisations.unit(DEPARTMENT).id)},
        )  # fmt: skip
        incident = opening.open_incident(scope=people.duty, told=told, simulated=True, key=RUNNING)
    with _at(begin + timedelta(minutes=4)):
        for scope in (people.ground, people.works):
            for one in incident.dispatches.filter(unit_id__in=scope.unit_ids):
                dispatches.acknowledge(scope=scope, dispatch_id=one.pk)
    with _at(begin + timedelta(minutes=16)):
        for one in incident.dispatches.filter(unit_id__in=people.ground.unit_ids):
            dispatches.arrive(scope=people.ground, dispatch_id=one.pk)
        log.write(
            scope=people.ground, number=incident.pk, words="Đã rào hai đầu đoạn ngập; nước còn lên chậm (mô phỏng)."
        )
    with _at(begin + timedelta(minutes=28)):
        dispatches.send(
            scope=people.duty, number=incident.pk, to=[NEIGHBOUR], ack_minutes=30,
            words="Đề nghị hỗ trợ một máy bơm di động tới {place} (mô phỏng).",
        )  # fmt: skip
        opening.set_status(
            scope=people.duty, number=incident.pk, next_decision="Có cho cấm đường đoạn qua chợ tới khi nước rút không?",
            words="Đường Nguyễn Huệ ngập khoảng 30 cm từ lúc triều lên; phường đã rào chắn, đang chờ máy bơm (mô phỏng).",
        )  # fmt: skip
    with _at(begin + timedelta(minutes=33)):
        content = {
            "headline": "Ngập đường Nguyễn Huệ đoạn qua chợ, xe máy nên đi đường tránh (mô phỏng)",
            "headline_en": "Nguyen Hue street flooded near the market; take another road (simulated)",
            "instruction": "Đi đường Hùng Vương; không để trẻ em chơi gần miệng cống.", "event_en": "Street flooding",
            "instruction_en": "Use Hung Vuong street; keep children away from drains.", "certainty": "Observed",
            "description_en": "About 30 cm of water on the road at high tide (simulated).", "severity": "Minor",
        }  # fmt: skip
        made = messages.draft(scope=people.duty, number=incident.pk, content=content)
        messages.submit(scope=people.duty, message_id=made.pk)
