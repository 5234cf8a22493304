"""Drills: an incident without an alert that takes the same path, says DIỄN TẬP everywhere and is counted apart."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.incidents.choices import Kind, Origin, Severity
from sen.apps.incidents.models import Incident
from sen.apps.incidents.opening import Told, open_incident
from sen.apps.incidents.procedures.interface import procedure
from sen.kernel.errors import NotFound


def start(
    *,
    scope: Scope,
    procedure_code: str,
    unit_id: UUID,
    title: str = "",
    description: str = "",
    territory_id: UUID | None = None,
    lon: float | None = None,
    lat: float | None = None,
    severity: str = Severity.WARNING,
    simulated: bool = False,
    key: str = "",
) -> Incident:
    """Practise a procedure of a unit without any alert. NotFound where it does not hold there, Forbidden, InvalidInput."""
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."), action=_("Kiểm tra mã đơn vị."))
    found = procedure(scope, procedure_code, unit_id)
    if found is None:
        raise NotFound(_("Quy trình này không có hiệu lực tại đơn vị."), action=_("Chọn quy trình khác."))
    told = Told(
        kind=found.sop.hazard or Kind.OTHER, title=title.strip() or _("Diễn tập: {name}").format(name=found.name),
        severity=severity, description=description, lead_unit_id=unit_id, territory_id=territory_id, lon=lon, lat=lat,
        origin=Origin.HAND, procedure=procedure_code,
    )  # fmt: skip
    return open_incident(scope=scope, told=told, drill=True, simulated=simulated, key=key)
