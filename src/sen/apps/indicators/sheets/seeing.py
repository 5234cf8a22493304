"""The one door to a sheet: unknown and forbidden are the same; and who may do what with it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.indicators import policies
from sen.apps.indicators.models_sheets import SheetEntry
from sen.apps.indicators.sheets import forms, lateness
from sen.apps.indicators.sheets.forms import Form
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel.errors import Conflict, NotFound
from sen.kernel.scopes import SYSTEM


def entry_for(scope: Scope, entry_id: UUID | str, *, lock: bool = False) -> SheetEntry:
    """The sheet, locked for the caller's transaction where asked. Raises NotFound, Forbidden."""
    require(scope, policies.VIEW)
    rows = lateness.visible(scope).select_related("unit")
    if lock:
        rows = rows.select_for_update(of=("self",))
    try:
        found = rows.filter(pk=UUID(str(entry_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("Không tìm thấy phiếu số liệu."), action=_("Xem danh sách phiếu của đơn vị."))
    return found


def form_for(entry: SheetEntry) -> Form:
    """The form that an entry is filled in by: what holds in the unit now; where it holds no more, the version it was opened with."""
    found = forms.form_of(organisations.ref(entry.unit), entry.sheet)
    if found is not None:
        return found
    version = packs.version(SYSTEM, entry.template_id, entry.version)
    return forms.of_content(entry.template_id, entry.version, version.content)


def may_fill_in(scope: Scope, entry: SheetEntry) -> bool:
    """Whether the caller may change cells, were the sheet open."""
    return scope.allows(policies.FILL_IN, entry.unit_id)


def may_approve(scope: Scope, entry: SheetEntry, form: Form) -> bool:
    """Whether the caller is one who approves this sheet: a leader of the unit or above, or the province's people.

    Figures that a unit reports of the one above it are approved there.
    """
    if form.content.approver == "unit_leader" and form.content.about == "unit":
        return scope.allows(policies.APPROVE, entry.unit_id)
    return scope.allows(policies.APPROVE_FOR_PROVINCE, organisations.province().id)


def check_revision(entry: SheetEntry, revision: int | None) -> None:
    """Raises Conflict (412) where somebody changed the sheet since the caller saw it."""
    if revision is not None and revision != entry.revision:
        raise Conflict(
            _("Phiếu đã được người khác sửa."),
            action=_("Xem lại phiếu rồi thực hiện lại."),
            code="stale_revision",
            status=412,
        )
