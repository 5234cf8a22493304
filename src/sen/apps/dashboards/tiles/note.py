"""Plain paragraphs; markup is shown as it is written."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from sen.apps.dashboards.content import NoteSettings
from sen.apps.dashboards.shown import Shown
from sen.apps.dashboards.world import Facts, Need, World


def need(settings: NoteSettings, world: World) -> Need:
    """Nothing."""
    return Need()


def show(settings: NoteSettings, world: World, facts: Facts) -> Shown:
    """Paragraphs, divided by empty lines."""
    paragraphs = [one.strip() for one in re.split(r"\n\s*\n", settings.text) if one.strip()]
    if not paragraphs:
        words = _("Chưa có nội dung.")
        return Shown(title=_("Ghi chú"), state="empty", cause=words, advice=_("Mở “Sửa bảng” để viết ghi chú."))
    return Shown(title=_("Ghi chú"), template="dashboards/tiles/note.html", data={"paragraphs": paragraphs})
