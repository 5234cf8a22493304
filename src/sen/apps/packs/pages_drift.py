"""Drift: which units use something else than what was published, and where; a league table, narrowed by the address, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sen.apps.packs import interface
from sen.apps.packs.interface import DriftRow, TemplateRef
from sen.apps.packs.pages_unit import scope_of
from sen.apps.packs.presentation import uses
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Scope
from sen.kernel.text import folded

_COLUMNS = (
    "unit", "unit_name", "template", "template_name", "kind", "owner", "version", "newest", "behind", "declined", "overrides", "ignored", "paths",
)  # fmt: skip
MAX_DRILLED = 200
"""Units whose changed fields are named one by one; the others say how many."""


class Where(msgspec.Struct, frozen=True):
    """A template in which a unit differs: how in words, and the fields with their values."""

    name: str
    address: str
    words: str
    fields: list[str]


class League(msgspec.Struct, frozen=True, kw_only=True):
    """One unit of the table; `parts` are the shares of a thin bar, `width` its length in percent."""

    unit: Any
    templates: int
    behind: int
    declined: int
    overrides: int
    ignored: int
    where: list[Where]
    parts: list[tuple[str, int]]
    width: float
    words: str


class UnitName(msgspec.Struct, frozen=True):
    """A unit by code and name."""

    code: str
    name: str


_TESTS: dict[str, Callable[[DriftRow], object]] = {
    "behind": lambda row: row.behind,
    "declined": lambda row: row.declined,
    "changed": lambda row: row.overrides,
    "ignored": lambda row: row.ignored,
    "same": lambda row: not (row.behind or row.overrides or row.ignored),
}


def _worst(one: League) -> tuple[Any, ...]:
    return (-one.behind - one.declined, -one.ignored, -one.overrides, one.unit.name)


_ORDERS: dict[str, Callable[[League], tuple[Any, ...]]] = {
    "overrides": lambda one: (-one.overrides, one.unit.name),
    "ignored": lambda one: (-one.ignored, one.unit.name),
    "templates": lambda one: (-one.templates, one.unit.name),
    "name": lambda one: (folded(one.unit.name),),
}


@require_GET
def drift_page(request: HttpRequest) -> HttpResponse:
    """The league table; every narrowing is in the address."""
    scope = scope_of(request)
    rows, templates, picked = _rows(scope, request.GET)
    league = _league(rows, request.GET)
    context = {
        "section": "admin", "league": league, "picked": picked, "chosen": request.GET, "query": request.GET.urlencode(), "now": clock.now(),
        "totals": _totals(league), "choices": templates, "states": _states(), "sorts": _sorts(), "empty_words": _empty(request.GET),
    }  # fmt: skip
    return render(request, "packs/drift.html", context)


@require_GET
def drift_csv(request: HttpRequest) -> HttpResponse:
    """One line per unit and template, narrowed as on the screen."""
    scope = scope_of(request)
    rows, _templates, _one = _rows(scope, request.GET)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_COLUMNS)
    for row in rows:
        ref = row.template
        table.writerow([row.unit_code, row.unit_name, ref.code, ref.name, ref.kind, ref.owner_code, row.version, row.newest, row.behind,
                        row.declined or "", row.overrides, row.ignored, " ".join(row.paths)])  # fmt: skip
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="template-drift-{clock.local(clock.now()):%Y%m%d-%H%M}.csv"'
    return answer


def _rows(scope: Scope, chosen: Mapping[str, str]) -> tuple[list[DriftRow], list[TemplateRef], TemplateRef | None]:
    """The rows that the address asks for, the templates that there are, and the one that the address names."""
    every = interface.drift(scope)
    templates = sorted({row.template.id: row.template for row in every}.values(), key=lambda ref: folded(ref.name))
    picked = _picked(scope, chosen.get("template", ""))
    q, test = folded(chosen.get("q", "").strip()), _TESTS.get(chosen.get("state", ""))
    rows = [
        row for row in every
        if (picked is None or row.template.id == picked.id) and (test is None or test(row)) and (not q or q in folded(f"{row.unit_name} {row.unit_code}"))
    ]  # fmt: skip
    return rows, templates, picked


def _picked(scope: Scope, wanted: str) -> TemplateRef | None:
    if not wanted:
        return None
    try:
        return interface.template(scope, UUID(wanted)).ref
    except ValueError as error:
        raise NotFound(_("Không tìm thấy mẫu.")) from error


def _league(rows: list[DriftRow], chosen: Mapping[str, str]) -> list[League]:
    by_unit: dict[UUID, list[DriftRow]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    most = max(map(len, by_unit.values()), default=1)
    drilled = [row for own in list(by_unit.values())[:MAX_DRILLED] for row in own]
    fields = uses.changed_fields(drilled)
    found = [_unit(own, most, fields) for own in by_unit.values()]
    return sorted(found, key=_ORDERS.get(chosen.get("sort", ""), _worst))


def _unit(rows: list[DriftRow], most: int, fields: uses.Changed) -> League:
    behind = sum(row.behind > 0 for row in rows)
    changed = sum(row.behind == 0 and row.overrides > 0 for row in rows)
    same = len(rows) - behind - changed
    said = _("%(same)d đúng bản mới nhất, %(changed)d có giá trị riêng, %(behind)d chậm bản hoặc từ chối") % {
        "same": same,
        "changed": changed,
        "behind": behind,
    }
    return League(
        unit=UnitName(rows[0].unit_code, rows[0].unit_name), templates=len(rows), behind=behind,
        declined=sum(row.declined is not None for row in rows), overrides=sum(row.overrides for row in rows),
        ignored=sum(row.ignored for row in rows), parts=[("ok", same), ("inv", changed), ("late", behind)],
        width=len(rows) / most * 100, words=said,
        where=[_where(row, fields) for row in rows if row.behind or row.overrides or row.ignored],
    )  # fmt: skip


def _where(row: DriftRow, fields: uses.Changed) -> Where:
    said = (
        [_("dùng bản %(version)d, mới nhất %(newest)d") % {"version": row.version, "newest": row.newest}]
        if row.behind
        else []
    )
    if row.declined:
        why = f" ({row.declined_reason})" if row.declined_reason else ""
        said.append(_("đã từ chối bản %(n)d") % {"n": row.declined} + why)
    if row.overrides:
        said.append(ngettext("%(n)d giá trị riêng", "%(n)d giá trị riêng", row.overrides) % {"n": row.overrides})
    if row.ignored:
        said.append(ngettext("%(n)d không còn áp dụng", "%(n)d không còn áp dụng", row.ignored) % {"n": row.ignored})
    address = f"{reverse('console:template', args=[row.template.id])}?unit={row.unit_code}"
    return Where(row.template.name, address, ", ".join(said), fields.get((row.template.id, row.unit_id), []))


def _totals(league: list[League]) -> dict[str, int]:
    return {
        "units": len(league), "same": sum(not (one.behind or one.overrides or one.ignored) for one in league),
        "behind": sum(one.behind > 0 for one in league), "declined": sum(one.declined > 0 for one in league),
        "overrides": sum(one.overrides for one in league), "ignored": sum(one.ignored for one in league),
    }  # fmt: skip


def _states() -> list[tuple[str, str]]:
    return [
        ("behind", _("chậm bản")), ("declined", _("từ chối bản mới")), ("changed", _("có giá trị riêng")),
        ("ignored", _("có giá trị riêng không còn áp dụng")),
        ("same", _("không khác")),
    ]  # fmt: skip


def _sorts() -> list[tuple[str, str]]:
    return [
        ("worst", _("lệch nhiều nhất")), ("overrides", _("sửa nhiều nhất")), ("ignored", _("không còn áp dụng")),
        ("templates", _("dùng nhiều mẫu nhất")), ("name", _("tên")),
    ]  # fmt: skip


def _empty(chosen: Mapping[str, str]) -> str:
    if chosen.get("q") or chosen.get("state") or chosen.get("template"):
        return _("Bỏ bớt điều kiện lọc để thấy các đơn vị khác.")
    return _(
        "Bảng có sau khi một đơn vị nhận dùng mẫu đầu tiên. Ban hành một mẫu rồi đơn vị dưới nhận ở mục Được mời dùng."
    )
