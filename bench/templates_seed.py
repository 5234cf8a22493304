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
    accepting: list[float] = []
    for number in range(template_count):
        kind, open_field = KINDS[number % len(KINDS)]
        template = packs.create_template(
            scope=SYSTEM, kind=kind, code=f"mau-{number}", name=f"Mẫu {number}", owner_id=province.id,
            content=content_of(kind, 1),
        )  # fmt: skip
        _publish(packs, template.id, open_field)
        began = time.perf_counter()
        packs.accept_for_many(scope=SYSTEM, template_id=template.id, unit_ids=[one.id for one in units], version=1)
        accepting.append((time.perf_counter() - began) * 1000)
        packs.save_draft(scope=SYSTEM, template_id=template.id, content=content_of(kind, 2), revision=2)
        _publish(packs, template.id, open_field)
        made.append(str(template.id))
        opened[str(template.id)] = [open_field]
    _overrides(units, made)
    figures = {
        "accept_for_all_units_p50_ms": round(sorted(accepting)[len(accepting) // 2], 1),
        "resolve_p50_ms": _resolving(packs, units), "drift_of_one_template_ms": _once(lambda: packs.drift(SYSTEM, template_id=made[0])),
        "use_of_one_template_ms": _once(lambda: packs.where_used(SYSTEM, made[0])),
    }  # fmt: skip
    return {"token": token, "units": [one.code for one in units], "templates": made, "open": opened, "figures": figures}


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
    """That many communes, those of the province included."""
    from django.db import transaction

    from sen.apps.organisations import interface as organisations
    from sen.kernel.scopes import SYSTEM

    with transaction.atomic():
        for number in range(count - len(organisations.communes())):
            code = f"x{number:05}"
            organisations.create_unit(
                scope=SYSTEM, code=code, name=f"Xã {code}", kind="commune", level="commune", parent="82"
            )
    return organisations.communes()


def _publish(packs: Any, template: Any, open_field: str) -> None:
    from sen.kernel.scopes import SYSTEM

    packs.publish(scope=SYSTEM, template_id=template, audience=packs.Audience("all"), open_fields=[open_field])


def _overrides(units: list[Any], templates: list[str]) -> None:
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
