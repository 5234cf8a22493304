"""What a rule needs before a unit can switch it on: an owner, a procedure that holds there, a clock. Says what is missing in words."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.alerts.rules.models import RuleActivation
from sen.apps.packs import interface as packs

SOP = "sop"


def procedures_of(units: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The codes of the procedures that hold in each unit. Where nothing runs procedures, those of the packs count."""
    if SOP not in packs.template_kinds():
        known = frozenset(packs.sops())
        return dict.fromkeys(units, known)
    holding = packs.effective_of_units(units, SOP) if units else {}
    return {unit: frozenset(one.template.code for one in several) for unit, several in holding.items()}


def missing(*, owned: bool, rule: packs.Rule, procedures: frozenset[str]) -> list[str]:
    """What the rule has not, one sentence each; empty where it can be switched on."""
    found = []
    if not owned:
        found.append(_("chưa có người chịu trách nhiệm"))
    if not rule.procedure:
        found.append(_("chưa chọn quy trình xử lý"))
    elif rule.procedure not in procedures:
        found.append(_("đơn vị không dùng quy trình “{code}”").format(code=rule.procedure))
    if rule.clock_minutes <= 0:
        found.append(_("chưa đặt thời hạn xử lý"))
    return found


def why_not(activation: RuleActivation, there: packs.Effective | None, procedures: frozenset[str]) -> str:
    """Why a rule that is switched on is not in force; empty where it is. In Vietnamese, for it is kept."""
    if there is None:
        return "Đơn vị không còn dùng mẫu quy tắc này."
    if there.fault:
        return f"Nội dung không còn hợp lệ: {there.fault}"[:500]
    content = there.content
    if not content.get("procedure") or content["procedure"] not in procedures:
        return f"Đơn vị không có quy trình “{content.get('procedure', '')}”."[:500]
    if content.get("clock_minutes", 0) <= 0:
        return "Chưa đặt thời hạn xử lý."
    return "" if activation.owner_role or activation.owner_id else "Chưa có người chịu trách nhiệm."
