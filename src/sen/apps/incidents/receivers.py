"""To which units a procedure hands a step over: the owner, the commune of the place, its neighbours, or a unit by its code."""

from __future__ import annotations

from uuid import UUID

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape

from sen.apps.incidents.models import Incident
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, NotFound

TOUCHING_DEGREES = 0.002
"""Boundaries of two neighbours rarely meet exactly: about 200 m."""


def units_of(incident: Incident, name: str) -> list[UUID]:
    """The units that `owner`, `territory`, `neighbours` or a code of a unit stands for. InvalidInput where that is not known."""
    if name == "owner":
        return [_owner(incident)]
    if name == "territory":
        return [_ground(incident)]
    if name == "neighbours":
        ground = _ground(incident)
        return [ground, *neighbours(ground)]
    try:
        return [organisations.unit(name).id]
    except NotFound:
        raise InvalidInput(
            _("Không có đơn vị mã “{code}”.").format(code=name), action=_("Chọn đơn vị khác."), fields={"to": name}
        ) from None


def _owner(incident: Incident) -> UUID:
    owner = incident.facts.get("owner_id")
    if not owner:
        raise InvalidInput(
            _("Chưa rõ đơn vị quản lý công trình, thiết bị."),
            action=_("Điều động đơn vị cho bước này rồi đánh dấu lại."),
            code="no_owner",
            fields={"to": _("Chọn đơn vị.")},
        )
    return UUID(owner)


def _ground(incident: Incident) -> UUID:
    if incident.territory_id is None:
        raise InvalidInput(
            _("Sự cố chưa có địa bàn xã, phường."),
            action=_("Chọn vị trí hoặc địa bàn của sự cố trước."),
            code="no_territory",
            fields={"territory": _("Chọn địa bàn.")},
        )
    return incident.territory_id


def neighbours(unit_id: UUID) -> list[UUID]:
    """The communes whose ground touches that of a commune, by code; empty where the ground is not known."""
    own = organisations.territory(unit_id)
    if own is None:
        return []
    around = shape(own["geometry"]).buffer(TOUCHING_DEGREES)
    shapely.prepare(around)
    codes = {
        one["id"] for one in organisations.commune_features()["features"] if around.intersects(shape(one["geometry"]))
    }
    return [one.id for one in organisations.communes() if one.code in codes and one.id != unit_id]
