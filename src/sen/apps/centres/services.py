"""Every write to centres: open in one transaction, take an opening back, close, open many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.centres import policies
from sen.apps.centres.models import BulkOpening, Centre, CentreChange
from sen.apps.centres.proposal import Plan
from sen.apps.dashboards import interface as dashboards
from sen.apps.effectiveness import interface as effectiveness
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import normal

Kind = CentreChange.Kind


@dataclass(frozen=True)
class Opened:
    """A centre just opened, and the links of the people invited, which are shown nowhere else."""

    centre: Centre
    unit: organisations.UnitRef
    links: list[access.IssuedInvitation]


@transaction.atomic
def open_centre(*, scope: Scope, unit_id: UUID, plan: Plan, bulk: BulkOpening | None = None) -> Opened:
    """Open a commune's centre: inherit, choose the home, take up modules, invite. All of it, or nothing.

    Raises NotFound, Forbidden, Conflict where it is open, and whatever templates, modules and invitations refuse.
    """
    unit = _unit(scope, unit_id)
    require(scope, policies.OPEN, unit_id)
    name = normal(plan.name)
    if not name or len(name) > 200:
        raise InvalidInput(
            _("Tên trung tâm cần từ 1 đến 200 ký tự."),
            action=_("Sửa tên trung tâm."),
            fields={"name": _("Từ 1 đến 200 ký tự.")},
        )
    now = clock.now()
    Centre.objects.get_or_create(unit_id=unit_id, defaults={"name": name})
    centre = Centre.objects.select_for_update().get(unit_id=unit_id)
    if centre.is_open:
        raise Conflict(_("Trung tâm của đơn vị đã mở."), action=_("Mở trang trung tâm của đơn vị."), code="centre_open")
    inherited = _inherit(scope, unit_id, plan)
    before = _choose_home(scope, unit_id, plan.home)
    taken = effectiveness.take_up(scope=scope, unit_id=unit_id, codes=plan.modules)
    links = [
        access.invite(scope=scope, unit_id=unit_id, role=one.role, full_name=one.full_name, username=one.username)
        for one in plan.people
    ]
    centre.name, centre.is_open, centre.opened_at, centre.opened_by = name, True, now, scope.username
    centre.version += 1
    centre.save()
    made = {
        "templates": [str(one) for one in inherited], "modules": taken, "home_before": str(before) if before else None,
        "home": str(plan.home) if plan.home else None, "invitations": [str(one.invitation.pk) for one in links],
    }  # fmt: skip
    CentreChange.objects.create(centre=centre, kind=Kind.OPENED, at=now, by=scope.username, made=made, bulk=bulk)
    _record(scope, "centres.open", unit, made)
    return Opened(centre, unit, links)


def _unit(scope: Scope, unit_id: UUID) -> organisations.UnitRef:
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."), action=_("Kiểm tra mã đơn vị."))
    unit = organisations.unit_by_id(unit_id)
    if unit.level != "commune":
        raise InvalidInput(_("Trung tâm ở đây là của xã, phường, đặc khu."), action=_("Chọn một xã, phường."))
    return unit


def _inherit(scope: Scope, unit_id: UUID, plan: Plan) -> list[UUID]:
    """Take over what is still on offer of the plan, and the home; what the unit holds already stays as it is."""
    offered = {one.template.id for one in packs.offers(scope, unit_id)}
    wanted = [one for one in dict.fromkeys([*plan.templates, plan.home]) if one is not None and one in offered]
    for template in wanted:
        packs.inherit(scope=scope, template_id=template, unit_id=unit_id)
    return wanted


def _choose_home(scope: Scope, unit_id: UUID, home: UUID | None) -> UUID | None:
    if home is None:
        return dashboards.home_dashboard(unit_id)
    return dashboards.set_home(scope=scope, unit_id=unit_id, template_id=home)


@transaction.atomic
def undo_opening(*, scope: Scope, unit_id: UUID) -> None:
    """Take the last opening back: what it inherited, took up, chose and invited, as far as nobody has used it since.

    Raises NotFound, and Conflict where the centre is not open. Accounts that people made of their invitations stay.
    """
    unit, centre = _open_one(scope, unit_id)
    opening = centre.changes.filter(kind=Kind.OPENED, undone_at=None).first()
    if opening is None:
        raise Conflict(_("Không còn lần mở nào để hoàn tác."), action=_("Dùng Đóng trung tâm."))
    made = opening.made
    before = made.get("home_before")
    if made.get("home") and str(dashboards.home_dashboard(unit_id)) == made["home"]:
        dashboards.set_home(scope=scope, unit_id=unit_id, template_id=UUID(before) if before else None)
    kept = [one for one in made.get("templates", []) if not _left(scope, unit_id, UUID(one))]
    effectiveness.let_go(scope=scope, unit_id=unit_id, codes=made.get("modules", []))
    access.revoke_open_invitations(
        scope=scope, unit_id=unit_id, only=[UUID(one) for one in made.get("invitations", [])]
    )
    opening.undone_at = clock.now()
    opening.save(update_fields=["undone_at"])
    _close(scope, centre, Kind.UNDONE, made={"kept": kept}, bulk=opening.bulk)
    _record(scope, "centres.undo_open", unit, {"kept": kept})


def _left(scope: Scope, unit_id: UUID, template: UUID) -> bool:
    """Whether the template could be left; one with the unit's own values, or mandatory by now, stays."""
    if packs.overrides_in(scope, template, unit_id):
        return False
    try:
        with transaction.atomic():
            packs.leave(scope=scope, template_id=template, unit_id=unit_id, reason=_("Hoàn tác việc mở trung tâm"))
    except (Conflict, NotFound):
        return False
    return True


@transaction.atomic
def close_centre(*, scope: Scope, unit_id: UUID, reason: str) -> None:
    """Close a centre: its home goes, open invitations end; templates, answers, accounts and data stay. Conflict, NotFound."""
    unit, centre = _open_one(scope, unit_id)
    words = normal(reason)[:1000]
    if len(words) < 5:
        raise InvalidInput(_("Ghi lý do đóng."), action=_("Ít nhất 5 ký tự."), fields={"reason": _("Ghi lý do đóng.")})
    ended = access.revoke_open_invitations(scope=scope, unit_id=unit_id)
    _close(scope, centre, Kind.CLOSED, made={"invitations_ended": ended}, reason=words)
    _record(scope, "centres.close", unit, {"reason": words})


def _open_one(scope: Scope, unit_id: UUID) -> tuple[organisations.UnitRef, Centre]:
    unit = _unit(scope, unit_id)
    require(scope, policies.OPEN, unit_id)
    centre = Centre.objects.select_for_update().filter(unit_id=unit_id, is_open=True).first()
    if centre is None:
        raise Conflict(_("Trung tâm của đơn vị chưa mở."), action=_("Tải lại trang để xem trạng thái mới."))
    return unit, centre


def _close(
    scope: Scope,
    centre: Centre,
    kind: Kind,
    *,
    made: dict[str, list[str]],
    reason: str = "",
    bulk: BulkOpening | None = None,
) -> None:
    centre.is_open, centre.closed_at, centre.closed_by = False, clock.now(), scope.username
    centre.version += 1
    centre.save()
    CentreChange.objects.create(
        centre=centre, kind=kind, at=centre.closed_at, by=scope.username, reason=reason, made=made, bulk=bulk
    )


def _record(scope: Scope, action: str, unit: organisations.UnitRef, detail: Mapping[str, object]) -> None:
    audit.record(scope=scope, action=action, object_type="centre", object_id=unit.code, unit_id=unit.id, detail=detail)
