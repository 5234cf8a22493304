"""Bulletins: prepared words whose placeholders are filled from data and from whoever writes; then approved, sent and printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.emergency import broadcasts, policies
from sen.apps.emergency.affected import Affected
from sen.apps.emergency.models import Broadcast, BulletinTemplate
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import Scope, require

_HOLE = re.compile(r"\{([a-z_]+)\}")
BY_THEMSELVES = ("unit", "time", "date")
FROM_AN_AREA = ("communes", "households", "people", "vulnerable")
WRITTEN = ("place", "value", "measure", "station", "until", "advice")
PLACEHOLDERS = (*BY_THEMSELVES, *FROM_AN_AREA, *WRITTEN)


def hole_words(name: str) -> str:
    """A placeholder in people's words."""
    return {
        "unit": _("đơn vị phát"), "time": _("giờ"), "date": _("ngày"), "communes": _("các xã, phường"), "households": _("số hộ"),
        "people": _("số người"), "vulnerable": _("số người cần giúp đỡ"), "place": _("nơi xảy ra"), "value": _("giá trị"),
        "measure": _("so với ngưỡng"), "station": _("trạm"), "until": _("đến khi nào"), "advice": _("việc cần làm thêm"),
    }.get(name, name)  # fmt: skip


def template_for(scope: Scope, code: str) -> BulletinTemplate:
    """The one template; NotFound where there is none."""
    require(scope, policies.VIEW)
    found = BulletinTemplate.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("Không có mẫu bản tin này."))
    return found


def known_values(unit: str, affected: Affected | None) -> dict[str, str]:
    """What Sen can fill in."""
    now = clock.local(clock.now())
    values = {"unit": organisations.unit(unit).name, "time": f"{now:%H:%M}", "date": f"{now:%d/%m/%Y}"}
    if affected is not None:
        values |= {
            "communes": ", ".join(one.name for one in affected.communes), "households": str(affected.households), "people": str(affected.people),
            "vulnerable": str(affected.elderly + affected.children + affected.disabled),
        }  # fmt: skip
    return values


def holes(template: BulletinTemplate) -> list[str]:
    """The placeholders of a template in reading order."""
    return list(dict.fromkeys(_HOLE.findall(f"{template.title}\n{template.words}")))


def filled(template: BulletinTemplate, values: Mapping[str, str]) -> tuple[str, str, list[str]]:
    """Title and words with `values` in place, and the placeholders that are still empty (shown as `[…]`)."""
    empty = [name for name in holes(template) if not values.get(name, "").strip()]

    def put(text: str) -> str:
        return _HOLE.sub(lambda found: values.get(found[1], "").strip() or f"[{hole_words(found[1])}]", text)

    return put(template.title), put(template.words), empty


@transaction.atomic
def write(
    *, scope: Scope, code: str, unit: str, to_units: list[str], values: Mapping[str, str], affected: Affected | None, drill: bool
) -> Broadcast:  # fmt: skip
    """A draft broadcast of a bulletin, for another person to approve. Raises InvalidInput where a placeholder is empty."""
    template = template_for(scope, code)
    title, words, empty = filled(template, {**known_values(unit, affected), **{key: text for key, text in values.items() if text.strip()}})  # fmt: skip
    if empty:
        raise InvalidInput(_("Bản tin còn chỗ trống: %(names)s.") % {"names": ", ".join(hole_words(name) for name in empty)}, fields=dict.fromkeys(empty, _("Nhập nội dung.")))  # fmt: skip
    figures = None
    if affected is not None:
        figures = {"households": affected.households, "people": affected.people, "sources": affected.sources}
    return broadcasts.write(
        scope=scope, unit=unit, to_units=to_units, title=title, words=words, hazard=template.hazard, severity=template.severity,
        drill=drill, bulletin=template, figures=figures,
    )  # fmt: skip


def put_template(*, code: str, hazard: str, name: str, title: str, words: str, severity: str, source: str = "") -> UUID:
    """A template under a code, made or changed. Raises InvalidInput for a placeholder that nothing fills."""
    unknown = [hole for hole in _HOLE.findall(title + words) if hole not in PLACEHOLDERS]
    if unknown:
        raise InvalidInput(_("Chỗ trống không có nghĩa: %(names)s.") % {"names": ", ".join(unknown)}, code="unknown_placeholder")  # fmt: skip
    made, _new = BulletinTemplate.objects.update_or_create(
        code=code, defaults={"hazard": hazard, "name": name, "title": title, "words": words, "severity": severity, "source": source}
    )  # fmt: skip
    return made.pk
