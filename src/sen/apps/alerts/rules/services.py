"""Switching rules on and off in a unit. One transaction each: the decision, what is in force afterwards, the record of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.alerts.rules import in_force, policies, readiness, testing
from sen.apps.alerts.rules.models import RuleActivation
from sen.apps.alerts.rules.template_kind import KIND
from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.eventbus import cloud_event
from sen.eventbus.process_bus import process_bus
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.scopes import Role
from sen.kernel.text import normal

log = structlog.get_logger(__name__)

REASON_LENGTH = 10
"""Characters that a reason for switching on without a test needs."""


@transaction.atomic
def switch_on(
    *,
    scope: Scope,
    unit_id: UUID,
    template_id: UUID,
    owner_role: str = "",
    owner_user_id: UUID | None = None,
    untested_reason: str = "",
    revision: int | None = None,
    watch_from: datetime | None = None,
    simulated_only: bool = False,
) -> RuleActivation:
    """Let a rule that holds in a unit watch what the unit and those below it own, answered for by a role of the unit or a person.

    Called for a rule that is on, it changes who answers. `watch_from`: judge what was measured since (now). Raises NotFound where
    the rule does not hold in the unit; InvalidInput `not_ready` with `missing`, or `not_tested` where it was not tried on past data
    with the present content and no reason is given; Conflict for a stale `revision`.
    """
    row = _switched_on(
        scope=scope, unit_id=unit_id, template_id=template_id, owner_role=owner_role, owner_user_id=owner_user_id,
        untested_reason=untested_reason, revision=revision, watch_from=watch_from, simulated_only=simulated_only,
    )  # fmt: skip
    in_force.refresh()
    return row


@transaction.atomic
def switch_on_many(
    *,
    scope: Scope,
    unit_id: UUID,
    template_ids: Iterable[UUID],
    owner_role: str,
    untested_reason: str,
    watch_from: datetime | None = None,
) -> list[RuleActivation]:
    """Switch several rules on for one reason, all or none; see switch_on."""
    rows = [
        _switched_on(
            scope=scope, unit_id=unit_id, template_id=one, owner_role=owner_role, owner_user_id=None,
            untested_reason=untested_reason, revision=None, watch_from=watch_from, simulated_only=False,
        )
        for one in template_ids
    ]  # fmt: skip
    in_force.refresh()
    return rows


def _switched_on(
    *,
    scope: Scope,
    unit_id: UUID,
    template_id: UUID,
    owner_role: str,
    owner_user_id: UUID | None,
    untested_reason: str,
    revision: int | None,
    watch_from: datetime | None,
    simulated_only: bool,
) -> RuleActivation:
    there = _held(scope, unit_id, template_id)
    require(scope, policies.SWITCH, unit_id)
    row = _locked(unit_id, template_id, revision)
    _check_owner(unit_id, owner_role, owner_user_id)
    rule = testing.rule_of(there.content)
    procedures = readiness.procedures_of([unit_id]).get(unit_id, frozenset())
    lacking = readiness.missing(owned=bool(owner_role or owner_user_id), rule=rule, procedures=procedures)
    if lacking:
        raise InvalidInput(
            _("Chưa bật được: {reasons}.").format(reasons="; ".join(lacking)),
            action=_("Bổ sung các mục nêu trên rồi bật lại."),
            code="not_ready",
            missing=lacking,
        )
    tried = testing.was_tried(unit_id, rule)
    # Who only takes over a rule that is on needs no new reason.
    reason = "" if tried else row.untested_reason if row.on and not untested_reason else _reason(untested_reason)
    now = clock.now()
    if not row.on:
        row.watch_from = watch_from or now
    row.on, row.waiting, row.untested_reason = True, "", reason
    row.owner_role, row.owner_id, row.simulated_only = owner_role, owner_user_id, simulated_only
    detail = {
        "version": there.version, "owner_role": owner_role, "owner": str(owner_user_id or ""), "procedure": rule.procedure,
        "clock_minutes": rule.clock_minutes, "untested_reason": reason,
    }  # fmt: skip
    _keep(scope, row, now)
    _told(scope, row, there.template, "alerts.switch_rule_on", detail)
    return row


@transaction.atomic
def switch_off(
    *, scope: Scope, unit_id: UUID, template_id: UUID, reason: str, revision: int | None = None
) -> RuleActivation:
    """Let a rule watch no more in a unit; one that is on in a unit above takes its place there. Needs a reason."""
    known = packs.template(scope, template_id).ref
    require(scope, policies.SWITCH, unit_id)
    row = _locked(unit_id, template_id, revision)
    if not row.on:
        raise Conflict(_("Quy tắc chưa bật ở đơn vị này."), action=_("Tải lại trang để xem trạng thái mới."))
    words = normal(reason)[:500]
    if not words:
        raise InvalidInput(
            _("Cần ghi lý do tắt quy tắc."), action=_("Nhập lý do ngắn gọn."), fields={"reason": _("Cần ghi lý do.")}
        )
    row.on, row.waiting, row.untested_reason = False, "", ""
    now = clock.now()
    _keep(scope, row, now)
    in_force.refresh(now=now)
    _told(scope, row, known, "alerts.switch_rule_off", {"reason": words})
    return row


def _held(scope: Scope, unit_id: UUID, template_id: UUID) -> packs.Effective:
    """The rule as it holds in the unit. NotFound where it does not, also for a template that is no rule."""
    there = packs.effective_one(scope, template_id, unit_id)
    if there.template.kind != KIND:
        raise NotFound(_("Không tìm thấy quy tắc này ở đơn vị."), action=_("Xem các quy tắc của đơn vị."))
    return there


def _locked(unit_id: UUID, template_id: UUID, revision: int | None) -> RuleActivation:
    row, made = RuleActivation.objects.get_or_create(unit_id=unit_id, template_id=template_id)
    row = RuleActivation.objects.select_for_update().get(pk=row.pk)
    if revision is not None and row.revision != revision and not (made and revision == 0):
        raise Conflict(
            _("{who} vừa đổi quy tắc này ở đơn vị.").format(who=row.switched_by or "?"),
            action=_("Tải lại trang rồi làm lại."),
            code="changed_meanwhile",
            status=412,
        )
    return row


def _check_owner(unit_id: UUID, role: str, user_id: UUID | None) -> None:
    """The person or role that answers must be there: in the unit, or in a unit above it whose people answer for it."""
    unit = organisations.lineages([unit_id]).get(unit_id)
    near = [unit_id, *(unit.above if unit else ())]
    if user_id is not None and user_id not in organisations.member_ids(near):
        raise InvalidInput(
            _("Người chịu trách nhiệm phải có tài khoản tại đơn vị hoặc đơn vị cấp trên."),
            action=_("Chọn một người của đơn vị."),
            fields={"owner": _("Chọn một người của đơn vị.")},
        )
    if not role:
        return
    if role not in set(Role):
        raise InvalidInput(_("Không có vai trò này."), action=_("Chọn lại vai trò."), fields={"owner": role})
    held = {
        name for people in organisations.members_by_unit(near).values() for roles in people.values() for name in roles
    }
    if role not in held:
        raise InvalidInput(
            _("Chưa có ai giữ vai trò này ở đơn vị hoặc đơn vị cấp trên."),
            action=_("Chọn vai trò khác, hoặc mời người vào vai trò này trước."),
            fields={"owner": _("Chưa có ai giữ vai trò này.")},
        )


def _reason(text: str) -> str:
    words = normal(text)[:500]
    if len(words) < REASON_LENGTH:
        raise InvalidInput(
            _("Quy tắc chưa được chạy thử trên số liệu đã qua."),
            action=_("Chạy thử trước, hoặc ghi lý do bật khi chưa chạy thử (ít nhất {n} ký tự).").format(
                n=REASON_LENGTH
            ),
            code="not_tested",
            fields={"untested_reason": _("Ghi lý do, ít nhất {n} ký tự.").format(n=REASON_LENGTH)},
        )
    return words


def _keep(scope: Scope, row: RuleActivation, now: datetime) -> None:
    row.revision += 1
    row.switched_at, row.switched_by = now, scope.username
    row.save()


def _told(scope: Scope, row: RuleActivation, template: packs.TemplateRef, action: str, detail: dict[str, Any]) -> None:
    kept = {"rule": template.code, "name": template.name, **detail}
    announce(str(row.template_id), {"unit": str(row.unit_id), "rule": template.code, "on": row.on})
    audit.record(
        scope=scope, action=action, object_type="rule", object_id=str(row.template_id), unit_id=row.unit_id, detail=kept
    )


def announce(subject: str, data: dict[str, Any]) -> None:
    """Publish `alerts.rules_changed` after the transaction. Losing a notice is harmless: who judges also asks for the number."""

    def publish() -> None:
        try:
            payload = cloud_event(type="alerts.rules_changed", source="sen/alerts", subject=subject, data=data)
            process_bus().publish("events.alerts.changed", payload)
        except Exception as error:
            log.warning("event_not_published", event_type="alerts.rules_changed", subject=subject, error=str(error))

    transaction.on_commit(publish)
