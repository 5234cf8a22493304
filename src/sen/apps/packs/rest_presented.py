"""Templates as REST answers them: units by code, marks of removal written out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec

from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import REMOVED


def line(ref: packs.TemplateRef) -> dict[str, Any]:
    """A template in a list."""
    return {
        "id": ref.id, "kind": ref.kind, "code": ref.code, "name": ref.name, "owner": ref.owner_code,
        "owner_name": ref.owner_name, "pack": ref.pack, "retired": ref.retired,
    }  # fmt: skip


def detail(one: packs.TemplateDetail) -> dict[str, Any]:
    """A template with its draft and newest version."""
    return {
        **line(one.ref), "draft": one.draft, "revision": one.revision, "draft_by": one.draft_by,
        "draft_at": one.draft_at, "created_at": one.created_at, "unpublished": one.unpublished,
        "retired_reason": one.retired_reason, "newest": version(one.newest) if one.newest else None,
    }  # fmt: skip


def version(one: packs.VersionRef) -> dict[str, Any]:
    """A version, with its content where it has one."""
    codes = (
        [unit.code for unit in organisations.units_by_id(one.audience.unit_ids).values()]
        if one.audience.unit_ids
        else []
    )
    shown = {
        "version": one.number, "label": one.label,
        "audience": {"rule": one.audience.rule, "kinds": list(one.audience.kinds), "units": sorted(codes)},
        "open_fields": list(one.open_fields), "mandatory": one.mandatory, "effective_on": one.effective_on,
        "note": one.note, "published_at": one.published_at, "published_by": one.published_by,
        "withdrawn_at": one.withdrawn_at, "withdrawn_by": one.withdrawn_by, "withdrawn_reason": one.withdrawn_reason,
    }  # fmt: skip
    return {**shown, "content": one.content} if isinstance(one, packs.Version) else shown


def changes(found: Iterable[packs.Change]) -> list[dict[str, Any]]:
    """Differences between two contents."""
    return [msgspec.to_builtins(one) for one in found]


def use(one: packs.Use) -> dict[str, Any]:
    """How a unit stands to a template."""
    return {
        "unit": one.unit_code, "unit_name": one.unit_name, "state": one.state, "version": one.version,
        "newest": one.newest, "overrides": one.overrides,
    }  # fmt: skip


def drift(one: packs.DriftRow) -> dict[str, Any]:
    """How far a unit is from what was published."""
    return {
        "template": line(one.template), "unit": one.unit_code, "unit_name": one.unit_name, "version": one.version,
        "newest": one.newest, "behind": one.behind, "overrides": one.overrides, "paths": list(one.paths),
        "ignored": one.ignored,
    }  # fmt: skip


def effective(found: Iterable[packs.Effective]) -> list[dict[str, Any]]:
    """What holds in a unit; the units of ignored overrides by code."""
    rows = list(found)
    named = {ignored.unit_id for one in rows for ignored in one.ignored}
    codes = {unit_id: unit.code for unit_id, unit in organisations.units_by_id(named).items()} if named else {}
    return [_effective(one, codes) for one in rows]


def _effective(one: packs.Effective, codes: dict[UUID, str]) -> dict[str, Any]:
    ignored = [
        {
            "path": each.path, "value": None if each.value is REMOVED else each.value, "removed": each.value is REMOVED,
            "reason": each.reason, "message": each.message, "unit": codes.get(each.unit_id, ""),
        }
        for each in one.ignored
    ]  # fmt: skip
    upcoming = {"version": one.upcoming.version, "on": one.upcoming.on} if one.upcoming else None
    return {
        "template": line(one.template), "version": one.version, "version_label": one.version_label,
        "published_at": one.published_at, "content": one.content, "open_fields": list(one.open_fields),
        "overridden": list(one.overridden), "ignored": ignored, "pending": one.pending, "upcoming": upcoming,
        "mandatory": one.mandatory, "own": one.own, "fault": one.fault,
    }  # fmt: skip


def offer(one: packs.Offer) -> dict[str, Any]:
    """A template that a unit may take over."""
    return {
        "template": line(one.template), "version": one.version, "version_label": one.version_label,
        "published_at": one.published_at, "note": one.note, "mandatory": one.mandatory,
        "effective_on": one.effective_on, "declined": one.declined, "declined_reason": one.declined_reason,
    }  # fmt: skip


def decision(one: packs.Decision) -> dict[str, Any]:
    """A recorded decision."""
    return {
        "id": one.id, "template": line(one.template), "unit": one.unit_code, "unit_name": one.unit_name,
        "action": one.action, "version": one.version, "before": one.before, "after": one.after, "reason": one.reason,
        "batch": one.batch, "at": one.at, "by": one.by, "undone_at": one.undone_at, "undoable": one.undoable,
    }  # fmt: skip
