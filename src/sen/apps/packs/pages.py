"""Limits and packs on the screen: what applies from when, on which source it rests, and what nobody has verified."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from sen.apps.packs import interface
from sen.apps.packs.pages_drift import drift_csv, drift_page
from sen.apps.packs.pages_editor import template_edit
from sen.apps.packs.pages_inheritance import template_action, template_field, template_page, template_undo
from sen.apps.packs.pages_library import decide_many, new_template, templates_page
from sen.apps.packs.pages_packs import pack_action, pack_export, pack_import, pack_page, packs_page
from sen.apps.packs.pages_publishing import template_publish, template_receivers
from sen.apps.packs.pages_versions import version_decide, version_page
from sen.kernel import clock

__all__ = [
    "decide_many", "drift_csv", "drift_page", "limits_page", "new_template", "pack_action", "pack_export", "pack_import", "pack_page", "packs_page", "template_action", "template_edit", "template_field",
    "template_page", "template_publish", "template_receivers", "template_undo", "templates_page", "version_decide", "version_page",
]  # fmt: skip


@require_GET
def limits_page(request: HttpRequest) -> HttpResponse:
    """Every limit in force on a day, by property."""
    try:
        as_of = date.fromisoformat(request.GET.get("as_of", ""))
    except ValueError:
        as_of = clock.local(clock.now()).date()
    wanted, english = request.GET.get("property", ""), (get_language() or "vi").startswith("en")
    groups = []
    for code, prop in interface.properties().items():
        if wanted and code != wanted:
            continue
        rows = interface.limits(code, as_of=as_of)
        own = [
            row
            for station in sorted(_stations(code, as_of))
            for row in interface.limits(code, as_of=as_of, station=station)
            if row.station == station
        ]
        rows = [row for row in rows if row.station is None] + own
        if rows:
            groups.append(
                (
                    prop,
                    prop.name_en if english else prop.name,
                    sorted(rows, key=lambda row: (row.station or "", row.averaging)),
                )
            )
    flat = [row for _prop, _name, rows in groups for row in rows]
    context = {
        "section": "data", "groups": groups, "as_of": as_of, "property": wanted, "packs": interface.packs(),
        "properties": interface.properties().values(), "count": len(flat), "unsure": sum(not row.verified for row in flat),
        "standards": [standard for standard, _rows in groupby(sorted({row.standard for row in flat}))],
    }  # fmt: skip
    return render(request, "packs/limits.html", context)


def _stations(code: str, as_of: date) -> set[str]:
    return set(interface.stations_with_limits(code, as_of=as_of))
