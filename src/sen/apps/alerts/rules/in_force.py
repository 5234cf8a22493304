"""Which rules are judged at this moment: rows kept up to date with templates and activations, and which units each one watches."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction

from sen.apps.alerts.rules import readiness
from sen.apps.alerts.rules.models import RuleActivation, RuleInForceRow, RulesVersion
from sen.apps.alerts.rules.template_kind import KIND
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import NotFound

_AT_LEAST_EVERY = timedelta(minutes=1)


def rules_in_force() -> list[RuleInForce]:
    """Every rule that is judged now, for all units; three SQL statements whatever their number."""
    rows = list(RuleInForceRow.objects.filter(until=None).order_by("id"))
    ground = watched_units((row.template_id, row.unit_id) for row in rows)
    return [value(row, ground[row.template_id, row.unit_id]) for row in rows]


def rules_version() -> int:
    """Another number whenever `rules_in_force` answers something else; one primary-key lookup."""
    return RulesVersion.objects.filter(pk=1).values_list("version", flat=True).first() or 0


def rule_in_force(rule_id: UUID) -> RuleInForce:
    """A rule as it was or is judged, for the alerts that name it. NotFound. For callers that checked who asks."""
    return rules_by_id([rule_id])[rule_id]


def rules_by_id(rule_ids: Collection[UUID]) -> dict[UUID, RuleInForce]:
    """Many rules, in force or closed; NotFound where one is unknown. Closed ones watch no units."""
    rows = {row.pk: row for row in RuleInForceRow.objects.filter(pk__in=rule_ids)}
    unknown = set(rule_ids) - rows.keys()
    if unknown:
        raise NotFound("Không tìm thấy quy tắc đã sinh cảnh báo này.", rule=str(next(iter(unknown))))
    present = [row for row in rows.values() if row.until is None]
    ground = watched_units((row.template_id, row.unit_id) for row in present) if present else {}
    return {key: value(row, ground.get((row.template_id, row.unit_id), frozenset())) for key, row in rows.items()}


def watched_units(activated: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], frozenset[UUID]]:
    """(template, unit) → the unit and those below it, without the subtrees of units that have the template in force themselves."""
    units_of: dict[UUID, set[UUID]] = defaultdict(set)
    for template_id, unit_id in activated:
        units_of[template_id].add(unit_id)
    below = organisations.subtrees({unit for units in units_of.values() for unit in units})
    found: dict[tuple[UUID, UUID], frozenset[UUID]] = {}
    kept: dict[tuple[UUID, frozenset[UUID]], frozenset[UUID]] = {}
    for template_id, units in units_of.items():
        for unit in units:
            nearer = frozenset(one for one in units if one != unit and one in below[unit])
            if (unit, nearer) not in kept:
                kept[unit, nearer] = below[unit].difference(*(below[one] for one in nearer)) if nearer else below[unit]
            found[template_id, unit] = kept[unit, nearer]
    return found


def refresh(*, now: datetime | None = None) -> bool:
    """Make the rows agree with activations, templates and today's tree; whether anything else is in force now.

    Ten thousand rules take about a second; where nothing changed since, `refresh_if_stale` asks one number instead.
    """
    now = now or clock.now()
    with transaction.atomic():
        RulesVersion.objects.get_or_create(pk=1)
        present = RulesVersion.objects.select_for_update().get(pk=1)
        present.settings_version = packs.settings_version()
        changed = _bring_up_to_date(now)
        ground = _ground_digest()
        changed |= ground != present.ground
        present.version += int(changed)
        present.ground, present.checked_at = ground, now
        present.save()
    return changed


def refresh_if_stale(now: datetime) -> bool:
    """Bring the rules up to date where templates changed, and once a minute for what only time changes (days, the tree)."""
    row = RulesVersion.objects.filter(pk=1).first()
    fresh = row is not None and row.settings_version == packs.settings_version()
    if fresh and row is not None and row.checked_at is not None and now - row.checked_at < _AT_LEAST_EVERY:
        return False
    return refresh(now=now)


def value(row: RuleInForceRow, unit_ids: frozenset[UUID]) -> RuleInForce:
    """A row outside the database."""
    content = msgspec.convert(row.content, packs.Rule)
    return RuleInForce(
        id=row.pk, family=family(row.template_id, row.unit_id), template_id=row.template_id, unit_id=row.unit_id,
        code=row.code, name=row.name, name_en=content.name_en, version=row.version, label=row.label, content=content,
        unit_ids=unit_ids, watch_from=row.watch_from, until=row.until, owner_role=row.owner_role,
        owner_user_id=row.owner_id, simulated_only=row.simulated_only,
    )  # fmt: skip


def family(template_id: UUID, unit_id: UUID) -> str:
    """What stays of a rule over its versions."""
    return f"{template_id}:{unit_id}"


def _bring_up_to_date(now: datetime) -> bool:
    activations = list(RuleActivation.objects.filter(on=True))
    open_rows = {row.activation_id: row for row in RuleInForceRow.objects.filter(until=None).defer("content")}
    units = {one.unit_id for one in activations}
    holding = _holding(units)
    procedures = readiness.procedures_of(units)
    closing: list[UUID] = []
    made: list[RuleInForceRow] = []
    told: list[RuleActivation] = []
    for one in activations:
        row = open_rows.pop(one.pk, None)
        there = holding.get((one.unit_id, one.template_id))
        waiting = readiness.why_not(one, there, procedures.get(one.unit_id, frozenset()))
        if waiting != one.waiting:
            one.waiting = waiting
            told.append(one)
        wanted = None if waiting or there is None else _row(one, there, now)
        if wanted is not None and row is not None and row.digest == wanted.digest:
            continue
        if row is not None:
            closing.append(row.pk)
            if wanted is not None:
                wanted.watch_from = now
        if wanted is not None:
            made.append(wanted)
    closing += [row.pk for row in open_rows.values()]  # switched off
    RuleActivation.objects.bulk_update(told, ["waiting"])
    RuleInForceRow.objects.filter(pk__in=closing).update(until=now)
    RuleInForceRow.objects.bulk_create(made, batch_size=2000)
    return bool(closing or made)


def _holding(units: Collection[UUID]) -> Mapping[tuple[UUID, UUID], packs.Effective]:
    found = packs.effective_of_units(units, KIND) if units else {}
    return {(unit, one.template.id): one for unit, several in found.items() for one in several}


def _row(one: RuleActivation, there: packs.Effective, now: datetime) -> RuleInForceRow:
    kept = [there.content, there.version, one.owner_role, str(one.owner_id or ""), one.simulated_only]
    digest = hashlib.sha256(msgspec.json.encode(kept, order="sorted")).hexdigest()
    return RuleInForceRow(
        activation=one, template_id=one.template_id, unit_id=one.unit_id, code=there.template.code,
        name=there.template.name, version=there.version, label=there.version_label, content=there.content, digest=digest,
        owner_role=one.owner_role, owner_id=one.owner_id, simulated_only=one.simulated_only,
        watch_from=one.watch_from or now, made_at=now,
    )  # fmt: skip


def _ground_digest() -> str:
    """Which open row watches which units; another tree gives another digest."""
    rows = list(RuleInForceRow.objects.filter(until=None).order_by("id").values_list("id", "template_id", "unit_id"))
    ground = watched_units((template_id, unit_id) for _id, template_id, unit_id in rows)
    short: dict[frozenset[UUID], bytes] = {}
    digest = hashlib.sha256()
    for row_id, template_id, unit_id in rows:
        units = ground[template_id, unit_id]
        if units not in short:
            short[units] = b"".join(sorted(one.bytes for one in units))
        digest.update(row_id.bytes)
        digest.update(short[units])
    return digest.hexdigest()
