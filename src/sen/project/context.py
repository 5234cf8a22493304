"""What every template knows about this centre."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sen.kernel.configuration import settings


def centre(request: HttpRequest) -> dict[str, Any]:
    """`scope` of the caller (None when signed out), `is_demo`, `province_code`, and the wanted `theme`."""
    user = getattr(request, "user", None)
    return {
        "scope": getattr(request, "scope_of_user", None),
        "is_demo": settings().demo,
        "province_code": settings().province,
        "theme": getattr(user, "theme", "") or "light",
    }
