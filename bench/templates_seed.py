"""Fills a centre with units that inherit templates: `python -m bench.templates_seed UNITS TEMPLATES`. Prints one line of JSON."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from typing import Any

OVERRIDES_PER_UNIT = 10


def run() -> None:
    """See the module."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    print(json.dumps(fill(int(sys.argv[1]), int(sys.argv[2]))))


def fill(unit_count: int, template_count: int) -> dict[str, Any]:
    """Units, templates of three kinds in two versions each, every unit on the first, ten own values per unit."""
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM

    organisations.install_province(settings().province, scope=SYSTEM)
    access.create_demo_accounts()
    token = access.create_token("dulieu", "bench", ("read", "write", "admin"))
    units = _units(unit_count)
    province, made, opened = organisations.province(), [], {}
    for number in range(template_count):
        kind, open_field = KINDS[number % len(KINDS)]
        template = packs.create_template(
            scope=SYSTEM, kind=kind, code=f"mau-{number}", name=f"Mẫu {number}", owner_id=province.id,
            content=content_of(kind, 1),
        )  # fmt: skip
        _publish(packs, template.id, open_field)
        packs.save_draft(scope=SYSTEM, template_id=template.id, content=content_of(kind, 2), revision=2)
        _publish(packs, template.id, open_field)
        made.append(template.id)
        opened[str(template.id)] = [open_field]
    ids = [one.id for one in units]
    first = {"scope": SYSTEM, "template_id": made[0], "unit_ids": ids, "version": 1}
    figures = {"accept_for_all_units_ms": _once(lambda: packs.accept_for_many(**first))}
    _decisions()
    _overrides(units, made)
    figures |= {
        "resolve_p50_ms": _resolving(packs, units),
        "drift_of_one_template_ms": _once(lambda: packs.drift(SYSTEM, template_id=made[0])),
        "use_of_one_template_ms": _once(lambda: packs.where_used(SYSTEM, made[0])),
    }
    return {
        "token": token,
        "units": [one.code for one in units],
        "templates": [str(one) for one in made],
        "open": opened,
        "figures": figures,
    }


KINDS = (("limit_set", "/rows/*/maximum"), ("code_list", "/items/*/name"), ("form", "/fields/*/label"))


def content_of(kind: str, generation: int) -> dict[str, Any]:
    """A content of a usual size: ten rows, codes or fields."""
    if kind == "limit_set":
        rows = [
            {
                "code": f"dong-{place}", "standard": f"Bộ {place}", "property": "pm25", "averaging": "24h", "unit": "ug/m3",
                "maximum": 40.0 + place + generation, "severity": "warning", "valid_from": "2026-01-01",
                "label": f"Giới hạn {place}", "source": "Quyết định của Ủy ban nhân dân tỉnh",
            }
            for place in range(10)
        ]  # fmt: skip
        return {"rows": rows}
    if kind == "code_list":
        return {"items": [{"code": f"ma-{place}", "name": f"Mục {place}, bản {generation}"} for place in range(10)]}
    fields = [{"code": f"o-{place}", "label": f"Ô {place}, bản {generation}", "type": "number"} for place in range(10)]
    return {"fields": fields}


def _units(count: int) -> list[Any]:
    """That many communes, those of the province included; the added ones written as tables, since their making is not measured."""
    from sen.apps.organisations import interface as organisations
    from sen.apps.organisations.models import TreeEdge, Unit

    province = organisations.province()
    codes = [f"x{number:05}" for number in range(count - len(organisations.communes()))]
    made = Unit.objects.bulk_create(
        Unit(code=code, name=f"Xã {code}", short_name=code, folded_name=code, kind="commune", level="commune")
        for code in codes
    )
    TreeEdge.objects.bulk_create(TreeEdge(unit=unit, parent_id=province.id) for unit in made)
    return organisations.communes()


def _decisions() -> None:
    """Every unit follows the first version of every template: one table, the door's own batch is measured on one template."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO packs_inheritance (template_id, unit_id, accepted, declined_reason, decided_at, decided_by) "
            "SELECT t.id, u.id, 1, '', now(), 'bench' FROM packs_template t CROSS JOIN organisations_unit u "
            "WHERE u.level = 'commune' AND u.valid_to IS NULL ON CONFLICT DO NOTHING"
        )
        cursor.execute("ANALYZE packs_inheritance, packs_templateversion, packs_template, organisations_unit")


def _publish(packs: Any, template: Any, open_field: str) -> None:
    from sen.kernel.scopes import SYSTEM

    packs.publish(scope=SYSTEM, template_id=template, audience=packs.Audience("all"), open_fields=[open_field])


def _overrides(units: list[Any], templates: list[Any]) -> None:
    """Ten own values per unit, written as one table: the door writes one decision at a time."""
    from sen.apps.packs.models import Override
    from sen.kernel import clock

    chance, now, rows = random.Random(5), clock.now(), []
    names = {"limit_set": "/rows/dong-3/maximum", "code_list": "/items/ma-3/name", "form": "/fields/o-3/label"}
    values = {"limit_set": 33.0, "code_list": "Tên riêng", "form": "Nhãn riêng"}
    for unit in units:
        for number in chance.sample(range(len(templates)), min(OVERRIDES_PER_UNIT, len(templates))):
            kind = KINDS[number % len(KINDS)][0]
            rows.append(
                Override(
                    template_id=templates[number], unit_id=unit.id, path=names[kind], value=values[kind], made_at=now
                )
            )
    Override.objects.bulk_create(rows, batch_size=2000)


def _resolving(packs: Any, units: list[Any]) -> float:
    """The middle time of resolving all settings of a unit in this process, without HTTP and JSON."""
    from sen.kernel.scopes import SYSTEM

    chance = random.Random(3)
    times = [_once(lambda: packs.effective(SYSTEM, chance.choice(units).id)) for _ in range(60)]
    return sorted(times)[30]


def _once(do: Any) -> float:
    began = time.perf_counter()
    do()
    return round((time.perf_counter() - began) * 1000, 1)


if __name__ == "__main__":
    run()
