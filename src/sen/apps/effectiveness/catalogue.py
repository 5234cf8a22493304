"""The modules that packs bring. A module is known by the code of its pack; there is none for a capability still to come."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sen.apps.packs import interface as packs
from sen.kernel.errors import NotFound


def modules() -> Mapping[str, packs.Module]:
    """Every module by the code of its pack."""
    return packs.modules()


def module(code: str) -> packs.Module:
    """One module; NotFound."""
    found = modules().get(code)
    if found is None:
        raise NotFound(_("Không có phân hệ này."), action=_("Chọn một phân hệ trong danh sách của đơn vị."))
    return found


def name_of(code: str) -> str:
    """The module's name in the reader's language; its code where its pack is not installed any more."""
    found = modules().get(code)
    if found is None:
        return code
    return found.name_en if _english() else found.name


def purpose_of(found: packs.Module) -> str:
    """What the module is for, in the reader's language."""
    return found.purpose_en if _english() else found.purpose


def measure_name(found: packs.Module) -> str:
    """By what its success is measured, in the reader's language."""
    return found.measure.name_en if _english() else found.measure.name


def _english() -> bool:
    return (get_language() or "vi").startswith("en")
