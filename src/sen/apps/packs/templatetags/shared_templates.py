"""Words of shared templates in HTML: kinds of template, kinds of unit, versions."""

from __future__ import annotations

from django import template

from sen.apps.packs.presentation.words import kind_name, unit_kind_name, version_name

register = template.Library()
register.filter("kind_name", kind_name)
register.filter("unit_kind_name", unit_kind_name)
register.filter("version_name", version_name)
