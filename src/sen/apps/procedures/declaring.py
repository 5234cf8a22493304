"""What the province declares about procedures: its catalogue, and which unit an agency code of a source means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.procedures import policies
from sen.apps.procedures.agencies import canonical
from sen.apps.procedures.models import Agency, Procedure
from sen.apps.procedures.values import LimitUnit
from sen.kernel.errors import InvalidInput


class CataloguedProcedure(msgspec.Struct, frozen=True, kw_only=True):
    """One procedure as the province's catalogue has it. `level`: province or commune; None where the catalogue does not say."""

    code: str
    name: str
    field: str = ""
    level: str = ""
    limit: float | None = None
    limit_unit: LimitUnit = LimitUnit.WORKING_DAY
    has_fee: bool = False
    online: bool = False
    online_since: date | None = None
    payable_online: bool = False
    announced_on: date | None = None
    announce_due: date | None = None
    published_on: date | None = None
    publish_due: date | None = None
    fully_described: bool | None = None
    source: str = ""
    simulated: bool = False


def define_procedures(*, scope: Scope, procedures: Sequence[CataloguedProcedure]) -> int:
    """Take procedures into the catalogue or change what it says of them; how many. Dossiers keep the limit that held when they came.

    Raises Forbidden, InvalidInput for a code or name that is empty.
    """
    scope = require(scope, policies.CATALOGUE)
    if any(not one.code.strip() or not one.name.strip() for one in procedures):
        raise InvalidInput(_("Thủ tục thiếu mã hoặc tên."), action=_("Điền mã và tên của mọi thủ tục."))
    with transaction.atomic():
        for one in procedures:
            values = msgspec.structs.asdict(one) | {"limit_unit": str(one.limit_unit), "catalogued": True}
            Procedure.objects.update_or_create(code=values.pop("code").strip(), defaults=values)
        audit.record(
            scope=scope, action="procedures.define", object_type="procedures", object_id="", detail={"count": len(procedures)}
        )  # fmt: skip
    return len(procedures)


def name_agencies(*, scope: Scope, units: Mapping[str, UUID]) -> int:
    """Say which unit each agency code (in either rendering) means; how many. Dossiers that came before follow. Raises Forbidden."""
    scope = require(scope, policies.CATALOGUE)
    with transaction.atomic():
        for written, unit_id in units.items():
            Agency.objects.update_or_create(
                code=canonical(written), defaults={"unit_id": unit_id}, create_defaults={"unit_id": unit_id, "written": written[:64]}
            )  # fmt: skip
        audit.record(
            scope=scope, action="procedures.name_agencies", object_type="agencies", object_id="", detail={"count": len(units)}
        )  # fmt: skip
    return len(units)
