"""Words of tiles in templates."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def signed(value: float, decimals: int = 0) -> str:
    """`▲ 3,2`, `▼ 0,4`, `– 0`: the direction is a shape, so that it does not depend on colour."""
    rounded = round(value, decimals)
    shape = "▲" if rounded > 0 else "▼" if rounded < 0 else "–"
    text = f"{abs(rounded):,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{shape} {text}"


@register.filter
def indicator_status(status: str) -> str:
    """How firm an indicator's figure is."""
    return {
        "estimated": _("ước tính"), "preliminary": _("sơ bộ"), "official": _("chính thức"), "revised": _("đã hiệu chỉnh"),
        "computed": _("tính từ số khác"),
    }.get(status, status)  # fmt: skip
