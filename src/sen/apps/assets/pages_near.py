"""The stations of the same kind near one: what an officer compares a strange value with."""

from __future__ import annotations

import math
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sen.apps.access.interface import Scope
from sen.apps.assets import queries
from sen.apps.assets.models import Asset
from sen.apps.assets.station_view import name_of_kind, rows_of

SHOWN = 6


@require_GET
def asset_near(request: HttpRequest, code: str) -> HttpResponse:
    """A table of the station and the nearest ones of its kind, each with its value, its limit and its last hours."""
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    asset = queries.asset_for(scope, code)
    others = queries.visible(scope).filter(kind=asset.kind, active=True).exclude(pk=asset.pk)
    total = others.count() + 1
    nearest = _nearest(asset, others)
    found = {one.pk: one for one in queries.visible(scope).filter(pk__in=nearest).prefetch_related("series")}
    shown = [asset, *(found[pk] for pk in nearest if pk in found)]
    context = {"asset": asset, "rows": rows_of(shown), "total": total, "kind": name_of_kind(asset.kind)}
    return render(request, "assets/near.html", context)


def _nearest(asset: Asset, others: QuerySet[Asset]) -> list[UUID]:
    """The keys of the nearest ones, nearest first; plain geometry is enough over a province."""
    if asset.lon is None or asset.lat is None:
        return list(others.order_by("code").values_list("pk", flat=True)[: SHOWN - 1])
    here, shrink = (asset.lon, asset.lat), math.cos(math.radians(asset.lat))

    def away(place: tuple[UUID, float | None, float | None]) -> float:
        _pk, lon, lat = place
        return math.inf if lon is None or lat is None else math.hypot((lon - here[0]) * shrink, lat - here[1])

    ranked = sorted(others.values_list("pk", "lon", "lat"), key=away)
    return [pk for pk, _lon, _lat in ranked[: SHOWN - 1]]
