"""Templates through the interface: publish, inherit, override, versions, undo; on the real tree of the province."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def world(db: None) -> Any:
    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    return organisations


def row(**changes: Any) -> dict[str, Any]:
    return {
        "code": "pm25-24h", "standard": "QCVN 05:2023/BTNMT", "property": "pm25", "averaging": "24h", "maximum": 45.0,
        "unit": "ug/m3", "severity": "warning", "valid_from": "2026-01-01", "label": "PM2,5 trung bình 24 giờ",
        "source": "Quyết định của tỉnh", **changes,
    }  # fmt: skip


def test_first(world) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    province, commune = world.unit("82").id, world.communes()[0].id
    made = packs.create_template(
        scope=SYSTEM, kind="limit_set", code="gioi-han", name="Giới hạn", owner_id=province, content={"rows": [row()]}
    )
    assert (
        packs.publish(
            scope=SYSTEM, template_id=made.id, audience=packs.Audience("all"), open_fields=("/rows/*/maximum",)
        )
        == 1
    )
    assert [o.template.code for o in packs.offers(SYSTEM, commune)] == ["gioi-han"]
    packs.inherit(scope=SYSTEM, template_id=made.id, unit_id=commune)
    packs.override(
        scope=SYSTEM,
        template_id=made.id,
        unit_id=commune,
        changes={"/rows/pm25-24h/maximum": 40.0},
        reason="trường học",
    )
    [one] = packs.effective(SYSTEM, commune)
    assert one.content["rows"][0]["maximum"] == 40.0 and one.overridden == ("/rows/pm25-24h/maximum",)
    print(packs.where_used(SYSTEM, made.id)[:2], packs.drift(SYSTEM), packs.changes(SYSTEM)[0][0])
