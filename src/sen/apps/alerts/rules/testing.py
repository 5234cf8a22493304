"""Trying a rule on past data: asking for it, how far it is, stopping it, and whether a content was ever tried in a unit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from sen.apps.access.interface import Scope, require
from sen.apps.alerts.rules import policies
from sen.apps.alerts.rules.models import RuleTestRow
from sen.apps.alerts.rules.values import Firing, RuleTest, TestState
from sen.apps.audit import interface as audit
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound

DAYS = 30
MOST_DAYS = 92
State = RuleTestRow.State
_OPEN = (State.WAITING, State.RUNNING)


def rule_of(content: Mapping[str, Any]) -> packs.Rule:
    """The typed rule of a template's content. Raises InvalidInput where it is of another shape."""
    try:
        return msgspec.convert(content, packs.Rule)
    except msgspec.ValidationError as error:
        raise InvalidInput(
            _("Nội dung quy tắc không đọc được: {detail}").format(detail=error), action=_("Sửa quy tắc rồi làm lại.")
        ) from error


def digest_of(rule: packs.Rule) -> str:
    """Of everything that decides when the rule fires; its names, procedure and clock do not."""
    judged = [
        rule.when, rule.severity, rule.duration_s, rule.hysteresis, rule.clear_after_s, rule.hours, rule.tide,
    ]  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(judged, order="sorted")).hexdigest()


def was_tried(unit_id: UUID, rule: packs.Rule) -> bool:
    """Whether this content was tried to the end in this unit."""
    return RuleTestRow.objects.filter(unit_id=unit_id, digest=digest_of(rule), state=State.DONE).exists()


@transaction.atomic
def ask(
    *,
    scope: Scope,
    unit_id: UUID,
    content: Mapping[str, Any],
    template_id: UUID | None = None,
    version: int | None = None,
    days: int = DAYS,
) -> RuleTest:
    """Have a rule tried on the last `days` days of what a unit and those below it own; a job does it. One test at a time and rule.

    Raises NotFound for a unit that the caller does not see, InvalidInput for a rule that cannot be judged, Conflict while one runs.
    """
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."), action=_("Kiểm tra lại mã đơn vị."))
    require(scope, policies.TRY, unit_id)
    rule = rule_of(content)
    kind = packs.template_kinds()["rule"]
    faults = kind.check(rule) if kind.check else ()
    if faults:
        raise InvalidInput(
            _("Quy tắc chưa chạy thử được: {faults}").format(faults="; ".join(one.message for one in faults)),
            action=_("Sửa các chỗ nêu trên rồi chạy thử lại."),
            fields={one.path: one.message for one in faults},
        )
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(_("Chạy thử từ 1 đến {n} ngày.").format(n=MOST_DAYS), action=_("Chọn lại số ngày."))
    digest = digest_of(rule)
    running = RuleTestRow.objects.filter(unit_id=unit_id, digest=digest, state__in=_OPEN)
    if running.filter(asked_at__gte=clock.now() - timedelta(hours=1)).exists():
        raise Conflict(_("Quy tắc này đang được chạy thử."), action=_("Chờ kết quả, hoặc dừng lần đang chạy."))
    until = clock.now()
    row = RuleTestRow.objects.create(
        template_id=template_id, unit_id=unit_id, version=version, content=msgspec.to_builtins(rule), digest=digest,
        since=until - timedelta(days=days), until=until, asked_at=until, asked_by=scope.username,
    )  # fmt: skip
    transaction.on_commit(lambda: _defer(row.pk))
    audit.record(
        scope=scope, action="alerts.try_rule", object_type="rule", object_id=str(template_id or row.pk), unit_id=unit_id,
        detail={"rule": rule.code, "days": days},
    )  # fmt: skip
    return value(row)


def cancel(*, scope: Scope, test_id: UUID) -> RuleTest:
    """Stop a test; what it found so far is not kept. Conflict where it is over."""
    row = _row(scope, test_id)
    require(scope, policies.TRY, row.unit_id)
    stopped = RuleTestRow.objects.filter(pk=row.pk, state__in=_OPEN).update(
        state=State.CANCELLED, finished_at=clock.now()
    )
    if not stopped:
        raise Conflict(_("Lần chạy thử này đã xong."), action=_("Tải lại trang để xem kết quả."))
    row.refresh_from_db()
    return value(row)


def test(scope: Scope, test_id: UUID) -> RuleTest:
    """A test by its id; NotFound where its unit is not visible."""
    return value(_row(scope, test_id))


def newest(scope: Scope, unit_id: UUID, template_id: UUID) -> RuleTest | None:
    """The last test of a rule in a unit."""
    row = RuleTestRow.objects.filter(unit_id=unit_id, template_id=template_id).first() if scope.sees(unit_id) else None
    return value(row) if row else None


def value(row: RuleTestRow) -> RuleTest:
    """A test outside the database."""
    return RuleTest(
        id=row.pk, template_id=row.template_id, unit_id=row.unit_id, version=row.version, digest=row.digest,
        state=cast("TestState", row.state), progress=row.progress, since=row.since, until=row.until, asked_at=row.asked_at,
        asked_by=row.asked_by, rows_read=row.rows_read, count=row.count, subjects=row.subjects, assets=row.assets,
        chattering=tuple(row.chattering), firings=tuple(msgspec.convert(row.firings, list[Firing])), error=row.error,
    )  # fmt: skip


def begin(test_id: UUID) -> RuleTestRow | None:
    """The test for the job that runs it; None where somebody stopped it before."""
    changed = RuleTestRow.objects.filter(pk=test_id, state__in=_OPEN).update(state=State.RUNNING, progress=0.0)
    return RuleTestRow.objects.select_related("unit").get(pk=test_id) if changed else None


def report(test_id: UUID, progress: float) -> bool:
    """Note how far a test is; False where it was stopped and the work should end."""
    return bool(RuleTestRow.objects.filter(pk=test_id, state=State.RUNNING).update(progress=progress))


def finish(test_id: UUID, *, state: str, at: datetime, **found: Any) -> None:
    """Keep the outcome of a test unless it was stopped meanwhile."""
    RuleTestRow.objects.filter(pk=test_id, state=State.RUNNING).update(state=state, finished_at=at, **found)


def _row(scope: Scope, test_id: UUID) -> RuleTestRow:
    row = RuleTestRow.objects.filter(pk=test_id).first()
    if row is None or not scope.sees(row.unit_id):
        raise NotFound(_("Không tìm thấy lần chạy thử này."), action=_("Chạy thử lại từ trang quy tắc."))
    return row


def _defer(test_id: UUID) -> None:
    # By name: the job itself reads and writes tests through this module.
    app.configure_task("alerts.try_rule").defer(test=str(test_id))
