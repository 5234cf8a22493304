"""Rules are switched on with owner, procedure and clock, the nearest unit's wins, and what was in force is never changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sen.apps.alerts.rules.tests.conftest import Desk, rule

REASON = "Nước đang lên, thử sau"
OWNER = "duty_officer"


def on(desk: Desk, template: object, unit: object = None, **options: object) -> object:
    """Switch on as the data steward of the province."""
    from sen.apps.alerts.rules import services

    options = {"owner_role": OWNER, "untested_reason": REASON, **options}
    return services.switch_on(
        scope=desk.scope("dulieu"), unit_id=(unit or desk.province).id, template_id=template, **options
    )  # type: ignore[arg-type]


def test_what_is_missing_is_named_and_nothing_is_switched_on(desk: Desk) -> None:
    from sen.apps.alerts import interface as alerts
    from sen.apps.alerts.rules import services
    from sen.kernel.errors import Forbidden, InvalidInput, NotFound

    bare = desk.publish("rule", rule("thieu", procedure="", clock_minutes=0))
    with pytest.raises(InvalidInput) as refused:
        on(desk, bare, owner_role="")
    assert refused.value.code == "not_ready"
    assert refused.value.context["missing"] == [
        "chưa có người chịu trách nhiệm", "chưa chọn quy trình xử lý", "chưa đặt thời hạn xử lý",
    ]  # fmt: skip
    unknown = desk.publish("rule", rule("quy-trinh-la", procedure="khong-co"))
    with pytest.raises(InvalidInput, match="không dùng quy trình “khong-co”"):
        on(desk, unknown)
    sound = desk.publish("rule", rule())
    with pytest.raises(InvalidInput) as untested:
        on(desk, sound, untested_reason="thử")
    assert untested.value.code == "not_tested"
    with pytest.raises(InvalidInput, match="Không có vai trò"):
        on(desk, sound, owner_role="thợ lặn")
    with pytest.raises(Forbidden):
        services.switch_on(
            scope=desk.scope("trucban"), unit_id=desk.province.id, template_id=sound, owner_role=OWNER, untested_reason=REASON
        )  # fmt: skip
    sop = desk.publish(
        "sop", {"code": "khac", "name": "Khác", "steps": [{"code": "a", "words": "A", "role": OWNER, "minutes": 5}]}
    )
    with pytest.raises(NotFound):
        on(desk, sop)
    assert alerts.rules_in_force() == []


def test_each_change_is_a_version_of_its_own_and_the_old_one_stays_readable(desk: Desk) -> None:
    from django.db import DatabaseError, transaction

    from sen.apps.alerts import interface as alerts
    from sen.apps.alerts.rules import services
    from sen.apps.alerts.rules.models import RuleInForceRow
    from sen.apps.audit.models import AuditEvent
    from sen.kernel import clock
    from sen.kernel.errors import Conflict

    template = desk.publish("rule", rule())
    row = on(desk, template)
    [first] = alerts.rules_in_force()
    number = alerts.rules_version()
    assert (first.code, first.version, first.owner_role) == ("muc-nuoc", 1, OWNER)
    assert desk.commune.id in first.unit_ids
    assert alerts.refresh_rules(clock.now()) is False
    assert alerts.rules_version() == number

    desk.publish("rule", rule(when={"kind": "value", "property": "water_level", "above": 2.5}))
    assert alerts.refresh_rules(clock.now()) is True
    [second] = alerts.rules_in_force()
    assert second.id != first.id
    assert second.family == first.family
    assert second.content.when.above == 2.5  # type: ignore[union-attr]
    assert alerts.rules_version() > number
    old = alerts.rule_in_force(first.id)
    assert old.content == first.content
    assert old.until == second.watch_from
    with pytest.raises(DatabaseError, match="is not changed"), transaction.atomic():
        RuleInForceRow.objects.filter(pk=first.id).update(version=9)

    with pytest.raises(Conflict) as stale:
        services.switch_off(
            scope=desk.scope("dulieu"), unit_id=desk.province.id, template_id=template, reason="thử", revision=1
        )
    assert stale.value.status == 412
    services.switch_off(
        scope=desk.scope("dulieu"), unit_id=desk.province.id, template_id=template, reason="Bảo trì", revision=row.revision,  # type: ignore[attr-defined]
    )  # fmt: skip
    assert alerts.rules_in_force() == []
    actions = list(AuditEvent.objects.filter(object_id=str(template)).values_list("action", flat=True))
    assert {"alerts.switch_rule_on", "alerts.switch_rule_off"} <= set(actions)


def test_the_nearest_activation_watches_and_a_rule_without_its_procedure_waits(desk: Desk) -> None:
    from sen.apps.alerts import interface as alerts
    from sen.apps.alerts.rules import queries, services
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    template = desk.publish("rule", rule(), open_fields=("/when/above", "/clock_minutes"))
    sop = packs.template_by_code(SYSTEM, "sop", "nuoc-thu", desk.province.id)
    assert sop is not None
    on(desk, template)
    commune, steward = desk.commune, desk.scope("dulieu")
    for one in (template, sop.id):
        packs.inherit(scope=steward, template_id=one, unit_id=commune.id)
    packs.override(
        scope=steward, template_id=template, unit_id=commune.id, changes={"/when/above": 1.4}, reason="Bờ thấp"
    )
    on(desk, template, commune)
    by_unit = {one.unit_id: one for one in alerts.rules_in_force()}
    assert by_unit[commune.id].content.when.above == 1.4  # type: ignore[union-attr]
    assert commune.id in by_unit[commune.id].unit_ids
    assert commune.id not in by_unit[desk.province.id].unit_ids

    packs.leave(scope=steward, template_id=sop.id, unit_id=commune.id, reason="Đổi quy trình")
    alerts.refresh_rules(clock.now() + timedelta(minutes=2))
    [left] = alerts.rules_in_force()
    assert left.unit_id == desk.province.id
    assert commune.id in left.unit_ids
    [row] = [one for one in queries.rules_of(desk.scope("xa-a"), commune) if one.template.id == template]
    assert row.state == "waiting"
    assert row.activation is not None
    assert "không có quy trình" in row.activation.waiting
    services.switch_off(scope=steward, unit_id=commune.id, template_id=template, reason="Chờ quy trình mới")
    [row] = [one for one in queries.rules_of(desk.scope("xa-a"), commune) if one.template.id == template]
    assert (row.state, row.above) == ("above", desk.province.name)
