"""What the shell around every page shows: rail, unit, role; and the second row of navigation of a part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import template
from django.template import RequestContext
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.access.interface import Role, Scope
from sen.apps.organisations import interface as organisations
from sen.console import navigation
from sen.kernel import clock
from sen.kernel.errors import SenError

register = template.Library()


def role_words(role: str) -> str:
    """A role as people say it."""
    return {
        Role.ADMINISTRATOR: _("Quản trị viên"),
        Role.LEADER: _("Lãnh đạo"),
        Role.DUTY_OFFICER: _("Trực ban"),
        Role.AGENT_1022: _("Điện thoại viên 1022"),
        Role.DEPARTMENT_OFFICER: _("Cán bộ sở, ngành"),
        Role.COMMUNE_OFFICER: _("Cán bộ xã, phường"),
        Role.DATA_STEWARD: _("Quản trị dữ liệu"),
        Role.AUDITOR: _("Kiểm toán"),
    }.get(Role(role), str(role))


register.filter("role_words", role_words)


@register.simple_tag(takes_context=True)
def shell(context: RequestContext) -> dict[str, Any]:
    """`rail`, `unit_name`, `unit_note`, `role`, `home`, `now` for the shell."""
    request = context["request"]
    scope: Scope | None = getattr(request, "scope_of_user", None)
    memberships = organisations.memberships(scope.user_id) if scope and scope.user_id else []
    own = memberships[0].unit.code if memberships and scope and not scope.everything else ""
    chosen = _chosen_unit(request.GET.get("unit", "") or own)
    return {
        "rail": _rail(scope, memberships[0].role if memberships else ""),
        "role": role_words(memberships[0].role) if memberships else _("Chưa có vai trò"),
        "home": memberships[0].unit.name if memberships else "",
        "now": clock.now(),
        **chosen,
    }


def _rail(scope: Scope | None, role: str) -> list[navigation.Entry]:
    """The rail. A duty officer's home is the queue, so that their Tổng quan names the overview itself."""
    entries = navigation.visible(navigation.RAIL, scope)
    if role != Role.DUTY_OFFICER:
        return entries
    return [replace(one, address="/?view=overview") if one.section == "home" else one for one in entries]


def _chosen_unit(code: str) -> dict[str, str]:
    try:
        unit = organisations.unit(code) if code else organisations.province()
    except SenError:
        return {"unit_name": _("Chưa có tỉnh"), "unit_note": _("Chưa cài đặt")}
    if unit.level == "province":
        count = organisations.commune_count()
        return {
            "unit_name": unit.name,
            "unit_note": ngettext("%(n)d xã, phường", "%(n)d xã, phường", count) % {"n": count},
        }
    return {"unit_name": unit.name, "unit_note": _("Mã %(code)s") % {"code": unit.code}}


@register.inclusion_tag("console/subnav.html", takes_context=True)
def home_navigation(context: RequestContext, part: str) -> dict[str, Any]:
    """Second row of navigation of Tổng quan."""
    scope = getattr(context["request"], "scope_of_user", None)
    return {"entries": navigation.visible(navigation.HOME, scope), "part": part, "label": _("Tổng quan")}


@register.inclusion_tag("console/subnav.html", takes_context=True)
def data_navigation(context: RequestContext, part: str) -> dict[str, Any]:
    """Second row of navigation of Dữ liệu."""
    scope = getattr(context["request"], "scope_of_user", None)
    return {"entries": navigation.visible(navigation.DATA, scope), "part": part, "label": _("Dữ liệu")}


@register.inclusion_tag("console/subnav.html", takes_context=True)
def administration_navigation(context: RequestContext, part: str) -> dict[str, Any]:
    """Second row of navigation of Quản trị."""
    scope = getattr(context["request"], "scope_of_user", None)
    return {"entries": navigation.visible(navigation.ADMINISTRATION, scope), "part": part, "label": _("Quản trị")}


@register.inclusion_tag("console/subnav.html", takes_context=True)
def alerts_navigation(context: RequestContext, part: str) -> dict[str, Any]:
    """Second row of navigation of Cảnh báo."""
    scope: Scope | None = getattr(context["request"], "scope_of_user", None)
    return {"entries": navigation.visible(navigation.ALERTS, scope), "part": part, "label": _("Cảnh báo")}


@register.inclusion_tag("console/subnav.html", takes_context=True)
def incidents_navigation(context: RequestContext, part: str) -> dict[str, Any]:
    """Second row of navigation of Sự cố."""
    scope = getattr(context["request"], "scope_of_user", None)
    return {"entries": navigation.visible(navigation.INCIDENTS, scope), "part": part, "label": _("Sự cố")}


@register.inclusion_tag("console/subnav.html", takes_context=True)
def work_navigation(context: RequestContext, part: str) -> dict[str, Any]:
    """Second row of navigation of Chỉ tiêu & nhiệm vụ."""
    scope = getattr(context["request"], "scope_of_user", None)
    return {"entries": navigation.visible(navigation.WORK, scope), "part": part, "label": _("Chỉ tiêu & nhiệm vụ")}
