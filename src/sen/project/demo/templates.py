"""Shared templates of the demonstration: early-warning limits of the province, two communes that use them, one change, one version that waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs

CODE = "nguong-canh-bao-som"
COMMUNES = ("29869", "28261")
"""Both follow the first version; the first of them with one limit of its own."""
_SOURCE = "Trị số minh họa của bản mô phỏng, không phải quy định"
_NOTE = "Siết ngưỡng PM10 trước mùa khô, thêm mức báo động sớm của độ mặn. Trị số minh họa."


def create() -> UUID | None:
    """Publish the province's limits twice and let two communes inherit the first version. Nothing where it exists already."""
    province = organisations.province()
    if packs.template_by_code(SYSTEM, "limit_set", CODE, province.id):
        return None
    made = packs.create_template(
        scope=SYSTEM, kind="limit_set", code=CODE, name="Ngưỡng cảnh báo sớm của tỉnh", owner_id=province.id,
        content={"rows": _first()},
    )  # fmt: skip
    everyone, opened = packs.Audience("all"), ("/rows/*/maximum",)
    packs.publish(
        scope=SYSTEM, template_id=made.id, audience=everyone, open_fields=opened, note="Bản đầu, trị số minh họa của bản mô phỏng."
    )  # fmt: skip
    units = [organisations.unit(code).id for code in COMMUNES]
    for unit_id in units:
        packs.inherit(scope=SYSTEM, template_id=made.id, unit_id=unit_id)
    packs.override(
        scope=SYSTEM, template_id=made.id, unit_id=units[0], changes={"/rows/pm25-24h/maximum": 35.0},
        reason="Trường học và bệnh viện tập trung gần trạm",
    )  # fmt: skip
    revision = packs.template(SYSTEM, made.id).revision
    packs.save_draft(scope=SYSTEM, template_id=made.id, content={"rows": _second()}, revision=revision)
    packs.publish(scope=SYSTEM, template_id=made.id, audience=everyone, open_fields=opened, note=_NOTE)
    return made.id


def _first() -> list[dict[str, Any]]:
    return [
        _row("pm25-24h", "pm25", "24h", "ug/m3", 40.0, "Cảnh báo sớm PM2,5"),
        _row("pm10-24h", "pm10", "24h", "ug/m3", 80.0, "Cảnh báo sớm PM10"),
        _row("muc-nuoc", "water_level", "instant", "m", 3.0, "Cảnh báo sớm mực nước", severity="notice"),
    ]  # fmt: skip


def _second() -> list[dict[str, Any]]:
    changed = [{**row, "maximum": 75.0} if row["code"] == "pm10-24h" else row for row in _first()]
    return [*changed, _row("do-man", "salinity", "instant", "[ppth]", 2.0, "Cảnh báo sớm độ mặn", severity="notice")]


def _row(  # noqa: PLR0917 - one line per limit reads like a table
    code: str, prop: str, averaging: str, unit: str, maximum: float, label: str, severity: str = "warning"
) -> dict[str, Any]:
    return {
        "code": code, "property": prop, "averaging": averaging, "unit": unit, "maximum": maximum, "severity": severity, "label": label,
        "source": _SOURCE, "valid_from": "2026-01-01", "verified": False,
    }  # fmt: skip
