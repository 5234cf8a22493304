"""What people see of rules: those of a unit with their state, one rule with all that belongs to it, and who may answer for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.utils.safestring import SafeString

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.alerts.rules import firings, policies, readiness, sentences, testing, words
from sen.apps.alerts.rules.firings import Fired
from sen.apps.alerts.rules.models import RuleActivation, RuleInForceRow
from sen.apps.alerts.rules.template_kind import KIND
from sen.apps.alerts.rules.values import Activation, RuleTest
from sen.apps.organisations import interface as organisations
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Role

State = str
"""`on` here, `above` (a unit above watches here with it), `waiting` (on, but something it needs is gone), `off`, `offered`, `draft`."""

COUNTED = timedelta(days=30)


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in the list of a unit. `effective` is None where it is only offered or a draft; `above` names who watches from above."""

    template: packs.TemplateRef
    rule: packs.Rule
    name: str
    sentence: SafeString
    theme: str
    state: State
    above: str
    activation: Activation | None
    effective: packs.Effective | None
    version: int | None
    fired: Fired
    drafted: bool


class RulePage(msgspec.Struct, frozen=True, kw_only=True):
    """One rule with what a person needs who switches it on or off. `lacking`: what it has not yet, in words."""

    row: RuleRow
    detail: packs.TemplateDetail
    lacking: list[str]
    tried: bool
    test: RuleTest | None
    procedures: dict[str, str]
    owner: str


def rules_of(scope: Scope, unit: UnitRef) -> list[RuleRow]:
    """Every rule that holds in a unit, is offered to it or drafted there, by theme and name; a fixed number of statements."""
    require(scope, policies.VIEW)
    holding = packs.effective(scope, unit.id, KIND)
    known = {one.template.id for one in holding}
    offered = [one for one in packs.offers(scope, unit.id) if one.template.kind == KIND and not one.declined]
    own, _next = packs.templates(scope, kind=KIND, owner_id=unit.id, limit=500)
    ids = known | {one.template.id for one in offered} | {one.ref.id for one in own}
    here, above = _activations(unit, ids)
    drafted = frozenset(one.ref.id for one in own if one.unpublished)
    around = _Around(here, above, firings.fired(scope, ids, since=clock.now() - COUNTED), drafted, procedures(unit.id))
    contents = _offered_contents(scope, offered)
    rows = [_row(one.template, one.content, around, effective=one) for one in holding]
    rows += [_row(one.template, contents[one.template.id], around, version=one.version) for one in offered]
    rows += [_row(one.ref, one.draft, around) for one in own if one.ref.id not in known and one.draft is not None]
    return sorted(rows, key=lambda row: (row.theme, row.name))


class _Around(msgspec.Struct, frozen=True):
    """What is known of all rules of a unit, by template: its decisions, who watches from above, what fired, whose draft is newer; and the names of procedures by code."""

    here: dict[UUID, Activation]
    above: dict[UUID, tuple[UUID, str]]
    fired: dict[UUID, Fired]
    drafted: frozenset[UUID]
    procedures: dict[str, str]


def _offered_contents(scope: Scope, offered: Collection[packs.Offer]) -> dict[UUID, dict[str, Any]]:
    """What is offered: as a rule the version that its owner uses itself, which is read for all of them at once."""
    owners_ = packs.effective_of_units({one.template.owner_id for one in offered}, KIND) if offered else {}
    used = {(one.template.id, one.version): one.content for several in owners_.values() for one in several}
    return {
        one.template.id: used.get((one.template.id, one.version))
        or packs.version(scope, one.template.id, one.version).content
        for one in offered
    }


def rule_page(scope: Scope, template_id: UUID, unit: UnitRef) -> RulePage:
    """One rule as it stands in a unit; NotFound where it is nothing to the unit."""
    require(scope, policies.VIEW)
    detail = packs.template(scope, template_id)
    if detail.ref.kind != KIND:
        raise NotFound("Không tìm thấy quy tắc này.", action="Xem danh sách quy tắc.")
    row = next((one for one in rules_of(scope, unit) if one.template.id == template_id), None)
    if row is None:
        raise NotFound("Quy tắc này không dành cho đơn vị.", action="Xem danh sách quy tắc của đơn vị.")
    named = procedures(unit.id)
    active = row.activation
    owned = active is None or bool(active.owner_role or active.owner_user_id)
    return RulePage(
        row=row, detail=detail, procedures=named, tried=testing.was_tried(unit.id, row.rule),
        lacking=readiness.missing(owned=owned, rule=row.rule, procedures=frozenset(named)),
        test=testing.newest(scope, unit.id, template_id), owner=active.owner_name if active else "",
    )  # fmt: skip


def activation(scope: Scope, unit_id: UUID, template_id: UUID) -> Activation | None:
    """A unit's decision about a rule; None where it never took one or is not visible."""
    row = (
        RuleActivation.objects.filter(unit_id=unit_id, template_id=template_id).first() if scope.sees(unit_id) else None
    )
    return activation_value(row) if row else None


def activation_value(row: RuleActivation) -> Activation:
    """An activation outside the database."""
    present = row.in_force.filter(until=None).values_list("id", flat=True).first()
    return _activation(row, {row.pk: present} if present else {}, _names([row]))


def procedures(unit_id: UUID) -> dict[str, str]:
    """Code → name of the procedures that hold in a unit, in the reader's language."""
    if readiness.SOP not in packs.template_kinds():
        return {one.code: one.name_en if words.english() and one.name_en else one.name for one in packs.sops().values()}
    holding = packs.effective_of_units([unit_id], readiness.SOP).get(unit_id, [])
    english = words.english()
    return {one.template.code: (english and one.content.get("name_en")) or one.template.name for one in holding}


def owners(scope: Scope, unit: UnitRef) -> list[tuple[str, str]]:
    """Who may answer for a rule of a unit: (`role:<role>` or `user:<id>`, words); roles that somebody holds, then the people."""
    if not scope.sees(unit.id):
        return []
    lineage = organisations.lineages([unit.id]).get(unit.id)
    near = [unit.id, *(lineage.above if lineage else ())]
    members = organisations.members_by_unit(near)
    held = {role for people in members.values() for roles in people.values() for role in roles}
    people = access.people_by_id(members.get(unit.id, {}).keys())
    roles = [(f"role:{role}", words.role(role)) for role in Role if role in held]
    return roles + sorted(((f"user:{key}", name) for key, name in people.items()), key=lambda one: one[1])


def _activations(
    unit: UnitRef, template_ids: Collection[UUID]
) -> tuple[dict[UUID, Activation], dict[UUID, tuple[UUID, str]]]:
    """By template: what the unit decided, and the nearest unit above that has it in force."""
    lineage = organisations.lineages([unit.id]).get(unit.id)
    above = list(lineage.above) if lineage else []
    found = RuleActivation.objects.filter(template_id__in=template_ids, unit_id__in=[unit.id, *above])
    rows = list(found.select_related("owner", "unit"))
    open_rows = dict(RuleInForceRow.objects.filter(activation__in=rows, until=None).values_list("activation_id", "id"))
    names = _names(rows)
    here = {row.template_id: _activation(row, open_rows, names) for row in rows if row.unit_id == unit.id}
    nearest: dict[UUID, tuple[UUID, str]] = {}
    for one in reversed(above):
        for row in rows:
            if row.unit_id == one and row.pk in open_rows:
                nearest[row.template_id] = (one, row.unit.name)
    return here, nearest


def _activation(row: RuleActivation, open_rows: dict[UUID, UUID], names: dict[UUID, str]) -> Activation:
    name = names.get(row.owner_id, "") if row.owner_id else words.role(row.owner_role) if row.owner_role else ""
    return Activation(
        template_id=row.template_id, unit_id=row.unit_id, on=row.on, owner_role=row.owner_role, owner_user_id=row.owner_id,
        owner_name=name, revision=row.revision, switched_at=row.switched_at, switched_by=row.switched_by,
        untested_reason=row.untested_reason, waiting=row.waiting, in_force_id=open_rows.get(row.pk),
    )  # fmt: skip


def _names(rows: Iterable[RuleActivation]) -> dict[UUID, str]:
    wanted = [row.owner_id for row in rows if row.owner_id]
    return access.people_by_id(wanted) if wanted else {}


def _row(
    template: packs.TemplateRef,
    content: dict[str, Any],
    around: _Around,
    *,
    effective: packs.Effective | None = None,
    version: int | None = None,
) -> RuleRow:
    rule = testing.rule_of(content)
    active = around.here.get(template.id)
    watched_by = around.above.get(template.id, (None, ""))[1]
    if active is not None and active.on:
        state = "on" if active.in_force_id else "waiting"
    elif watched_by:
        state = "above"
    else:
        state = "off" if effective else "offered" if version else "draft"
    return RuleRow(
        template=template, rule=rule, name=sentences.name_of(rule), sentence=sentences.sentence(rule, around.procedures),
        theme=_theme(template, rule), state=state, above=watched_by if state == "above" else "", activation=active,
        effective=effective, version=effective.version if effective else version, fired=around.fired.get(template.id, Fired()),
        drafted=template.id in around.drafted,
    )  # fmt: skip


def _theme(template: packs.TemplateRef, rule: packs.Rule) -> str:
    """What rules are listed under: the kind of incident, else the pack they came with, else the owner."""
    if rule.hazard:
        return words.hazard(rule.hazard)
    pack = next((one for one in packs.packs() if one.code == template.pack), None)
    return (pack.name_en if words.english() else pack.name) if pack else template.owner_name
