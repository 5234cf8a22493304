"""The list of procedures of a unit: which version holds, whose it is, what waits, and which rules and incidents use it."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import msgspec
from django.db.models import Count

from sen.apps.access.interface import Scope
from sen.apps.incidents.choices import RUNNING
from sen.apps.incidents.models import Incident
from sen.apps.incidents.procedures.registration import KIND
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import Effective, TemplateDetail, TemplateRef


class Row(msgspec.Struct, kw_only=True):
    """One procedure. `rules`: rules of the packs and of incidents' own that name it; `running`: incidents at work by it."""

    template: TemplateRef
    name: str
    hazard: str
    steps: int
    version: int | None
    pending: int | None
    own: bool
    overridden: int
    drafted: bool
    rules: int
    running: int
    source: str

    @property
    def unverified(self) -> bool:
        """Whether the procedure says that nobody compared it with a document."""
        return "chưa kiểm chứng" in self.source


def rows(scope: Scope, unit_id: UUID, q: str = "", hazard: str = "") -> list[Row]:
    """Everything that holds in the unit or is being written there, by name."""
    drafts = _drafts(scope, unit_id)
    named = Counter(rule.procedure for rule in packs.rules().values() if rule.procedure)
    at_work = dict(
        Incident.objects.filter(state__in=RUNNING, drill=False, lead_unit__in=scope.unit_ids)
        .values_list("procedure_code").annotate(n=Count("id"))
    )  # fmt: skip
    found = []
    for one in packs.effective(scope, unit_id, KIND):
        found.append(_held(one, drafts.pop(one.template.id, None), named, at_work))
    found += [_drafted(one, named) for one in drafts.values()]
    wanted = q.strip().lower()
    return sorted(
        (one for one in found if (not wanted or wanted in one.name.lower()) and (not hazard or one.hazard == hazard)),
        key=lambda one: one.name,
    )


def _drafts(scope: Scope, unit_id: UUID) -> dict[UUID, TemplateDetail]:
    found, after = packs.templates(scope, kind=KIND, owner_id=unit_id, limit=500)
    while after is not None:
        more, after = packs.templates(scope, kind=KIND, owner_id=unit_id, limit=500, after=after)
        found += more
    return {one.ref.id: one for one in found if one.unpublished}


def _held(one: Effective, draft: TemplateDetail | None, named: Counter[str], at_work: dict[str, int]) -> Row:
    return Row(
        template=one.template, name=one.content.get("name") or one.template.name, hazard=one.content.get("hazard", ""),
        steps=len(one.content.get("steps", ())), version=one.version, pending=one.pending, own=one.own,
        overridden=len(one.overridden), drafted=draft is not None, rules=named[one.template.code],
        running=at_work.get(one.template.code, 0), source=one.content.get("source", ""),
    )  # fmt: skip


def _drafted(one: TemplateDetail, named: Counter[str]) -> Row:
    content = one.draft or {}
    return Row(
        template=one.ref, name=content.get("name") or one.ref.name, hazard=content.get("hazard", ""),
        steps=len(content.get("steps", ())), version=None, pending=None, own=True, overridden=0, drafted=True,
        rules=named[one.ref.code], running=0, source=content.get("source", ""),
    )  # fmt: skip
