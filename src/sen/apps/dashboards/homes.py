"""Which dashboard a unit's people see first."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.dashboards import policies
from sen.apps.dashboards.models import HomeChoice
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import NotFound


def home_dashboard(unit_id: UUID) -> UUID | None:
    """The template that the unit chose as its home; None without a choice."""
    return HomeChoice.objects.filter(unit_id=unit_id).values_list("template_id", flat=True).first()


def set_home(*, scope: Scope, unit_id: UUID, template_id: UUID | None) -> UUID | None:
    """Choose the unit's home, or none; answers the one before, with which the choice can be taken back.

    Raises NotFound for a unit that is not visible and for a dashboard that the unit does not have, Forbidden.
    """
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    require(scope, policies.ARRANGE, unit_id)
    unit = organisations.unit_by_id(unit_id)
    if template_id is not None:
        packs.effective_one(scope, template_id, unit_id)
    with transaction.atomic():
        before = home_dashboard(unit_id)
        if template_id is None:
            HomeChoice.objects.filter(unit_id=unit_id).delete()
        else:
            fields = {"template_id": template_id, "chosen_at": clock.now(), "chosen_by": scope.username}
            HomeChoice.objects.update_or_create(unit_id=unit_id, defaults=fields)
        detail = {"before": str(before) if before else None, "after": str(template_id) if template_id else None}
        audit.record(
            scope=scope,
            action="dashboards.set_home",
            object_type="unit",
            object_id=unit.code,
            unit_id=unit_id,
            detail=detail,
        )
    return before
