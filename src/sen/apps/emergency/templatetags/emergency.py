"""The band that every page of those concerned shows while an emergency is declared."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from sen.apps.emergency import declarations
from sen.kernel.scopes import Scope

register = template.Library()


@register.inclusion_tag("emergency/banner.html", takes_context=True)
def emergency_banner(context: RequestContext) -> dict[str, Any]:
    """Nothing where nothing is declared, which costs one look at a short list every few seconds."""
    scope: Scope | None = getattr(context["request"], "scope_of_user", None)
    return {"active": declarations.concerning(scope) if scope else []}
