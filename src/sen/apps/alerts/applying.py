"""Transitions become alerts: whatever comes twice or in another order leaves the same rows behind.

One transaction per batch and a fixed number of statements per batch of new alerts; nobody is told of what is already over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from sen.apps.alerts import announcing, grouping, maintenance, telling
from sen.apps.alerts.alert_models import Alert, AlertEvent, AlertNumbering, State
from sen.apps.alerts.alert_values import Applied
from sen.apps.alerts.evaluation.values import SEVERITIES, Transition
from sen.apps.alerts.rules.in_force import rules_by_id
from sen.apps.alerts.rules.models import RuleInForceRow
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import NotFound

log = structlog.get_logger(__name__)
_LATE = timedelta(minutes=10)
_LOCK = 0x53454E_414C52  # one writer of alerts at a time: groups and numbers are given in order

Place = tuple[str, str]
"""Family and subject: what has one uncleared alert at most."""


@dataclass
class _Batch:
    """What one call works on."""

    rules: dict[UUID, RuleInForce]
    assets: dict[str, assets.SeriesEntry]
    now: datetime
    names: dict[str, str]
    known: dict[tuple[str, str, int], Alert]
    touched: dict[UUID, str] = field(default_factory=dict)
    """Alert → the gravest thing that happened to it."""
    raised: list[Alert] = field(default_factory=list)
    events: list[AlertEvent] = field(default_factory=list)
    peaked: set[UUID] = field(default_factory=set)
    """Alerts that are graver than they ever were; one that only swings back up calls nobody again."""
    graver: dict[UUID, Alert] = field(default_factory=dict)
    """Heads that are worse than people knew."""
    heard: dict[UUID, set[str]] = field(default_factory=dict)
    """Alert → the keys of the transitions that were taken in before."""


def apply_transitions(batch: Sequence[Transition]) -> Applied:
    """Take in what the evaluator said. What is known already changes nothing; a rule nobody knows any more is skipped and logged."""
    if not batch:
        return Applied()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return _apply(batch, clock.now())


def _apply(batch: Sequence[Transition], now: datetime) -> Applied:
    present = set(RuleInForceRow.objects.filter(pk__in={one.rule for one in batch}).values_list("pk", flat=True))
    for unknown in {one.rule for one in batch} - present:
        log.error("transition_of_unknown_rule", rule=str(unknown))
    usable = [one for one in batch if one.rule in present]
    entries = _assets_of(usable)
    work = _Batch(rules_by_id(present), entries, now, assets.names_of(entries.keys()), _known(usable))
    work.heard = _heard(work.known)
    ordered = sorted(usable, key=lambda one: (one.family, one.subject, one.onset, one.at, one.change == "cleared"))
    fresh = [one for one in ordered if one.occurrence not in work.known]
    numbers = _numbers(len({one.occurrence for one in fresh}), now)
    for one in ordered:
        alert = work.known.get(one.occurrence)
        if alert is None:
            alert = work.known[one.occurrence] = _made(work, one, next(numbers))
            work.raised.append(alert)
            work.touched[alert.pk] = "raised"
        _take_in(work, alert, one)
    _one_uncleared(work)
    _store(work)
    telling.raised(work.raised, work.rules, now)
    _tell_again(work)
    for alert in work.known.values():
        if work.touched.get(alert.pk) == "cleared":
            telling.stop(alert, "cleared")
    announcing.after_commit(list(work.touched), work.touched)
    changed = sum(change != "raised" for change in work.touched.values())
    return Applied(raised=len(work.raised), changed=changed, alert_ids=tuple(work.touched))


def _known(batch: Sequence[Transition]) -> dict[tuple[str, str, int], Alert]:
    """The alerts of every place that the batch speaks of whose onset it names, and the uncleared ones."""
    places = list({(one.family, one.subject) for one in batch})
    if not places:
        return {}
    families, subjects = [one[0] for one in places], [one[1] for one in places]
    onsets = sorted({one.onset for one in batch})
    query = (
        "SELECT a.id FROM alerts_alert a JOIN unnest(%s::text[], %s::text[]) AS p(family, subject) "
        "ON a.family = p.family AND a.subject = p.subject WHERE a.cleared_at IS NULL OR a.onset_ms = ANY(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [families, subjects, onsets])
        ids = [row[0] for row in cursor.fetchall()]
    found = Alert.objects.select_for_update(of=("self",)).select_related("rule", "head").filter(pk__in=ids)
    return {(one.family, one.subject, one.onset_ms): one for one in found}


def _heard(known: dict[tuple[str, str, int], Alert]) -> dict[UUID, set[str]]:
    """Which transitions the present alerts were made of."""
    found: dict[UUID, set[str]] = {}
    ids = [alert.pk for alert in known.values()]
    rows = AlertEvent.objects.filter(alert_id__in=ids, key__isnull=False).values_list("alert_id", "key")
    for alert, key in rows:
        found.setdefault(alert, set()).add(key or "")
    return found


def _assets_of(batch: Sequence[Transition]) -> dict[str, assets.SeriesEntry]:
    """One directory entry per asset that the batch is about; for a territory that of any asset in it is not needed."""
    numbers = [one.series for one in batch if one.series]
    found = {entry.asset_code: entry for entry in assets.directory_entries(numbers)} if numbers else {}
    codes = {one.subject.removeprefix("asset:") for one in batch if one.subject.startswith("asset:")} - found.keys()
    if codes:
        found |= {entry.asset_code: entry for entry in assets.directory() if entry.asset_code in codes}
    return found


def _numbers(count: int, now: datetime) -> Any:
    """The next `count` alert numbers of the year."""
    year = clock.local(now).year
    if not count:
        return iter(())
    row, _ = AlertNumbering.objects.select_for_update().get_or_create(year=year)
    first = row.last + 1
    row.last += count
    row.save(update_fields=["last"])
    return (f"CB-{year}-{number:05d}" for number in range(first, first + count))


def _made(work: _Batch, one: Transition, number: str) -> Alert:
    """A new alert for an occurrence; its figures come with `_take_in`."""
    rule = work.rules[one.rule]
    entry = work.assets.get(one.subject.removeprefix("asset:"))
    name = str(one.facts.get("name", ""))
    if entry is not None:
        name = name or work.names.get(entry.asset_code, entry.asset_code)
    owner = entry.owner_unit_id if entry else UUID(one.facts["unit"]) if one.facts.get("unit") else rule.unit_id
    territory = entry.territory_unit_id if entry else None
    if one.subject.startswith("unit:") and (ground := _ground(one.subject.removeprefix("unit:"))):
        territory, name = ground.id, name or ground.name
    severity = _severity(one, rule)
    simulated = bool(one.facts.get("simulated", entry.simulated if entry else False))
    raised = clock.from_ms(one.at)
    return Alert(
        number=number, rule_id=rule.id, family=one.family, subject=one.subject, onset_ms=one.onset, changed_ms=-1,
        unit_id=owner, desk_id=rule.unit_id, territory_id=territory, asset_code=entry.asset_code if entry else "",
        asset_name=name, asset_kind=entry.kind if entry else "", property=str(one.facts.get("property", "")),
        lon=entry.lon if entry else None, lat=entry.lat if entry else None, severity=severity, peak_severity=severity,
        group_severity=severity, onset_at=clock.from_ms(one.onset), raised_at=raised, arrived_at=work.now,
        due_at=work.now + timedelta(minutes=rule.content.clock_minutes), simulated=simulated,
        group_key=grouping.key_of(rule, one.subject, territory, simulated),
        group_until_ms=one.onset + rule.content.group_minutes * 60_000,
    )  # fmt: skip


def _ground(code: str) -> organisations.UnitRef | None:
    """The commune of a code; None where it ended meanwhile, because an alert must not be held up by that."""
    try:
        return organisations.unit(code)
    except NotFound:
        return None


def _severity(one: Transition, rule: RuleInForce) -> str:
    said = str(one.facts.get("severity", rule.content.severity))
    return said if said in SEVERITIES else rule.content.severity


def _take_in(work: _Batch, alert: Alert, one: Transition) -> None:
    """Bring an alert up to a transition. An older one than what it knows only fills in what the newer one could not tell."""
    key = f"{one.change}:{one.at}"
    heard = work.heard.setdefault(alert.pk, set())
    if key in heard:
        return
    heard.add(key)
    at = clock.from_ms(one.at)
    if one.change == "cleared":
        alert.cleared_at = at if alert.cleared_at is None else min(alert.cleared_at, at)
    rank = SEVERITIES.index(_severity(one, work.rules[one.rule]))
    if one.change != "cleared":
        if rank > SEVERITIES.index(alert.peak_severity):
            alert.peak_severity = SEVERITIES[rank]
            work.peaked.add(alert.pk)
        if one.change == "raised":
            alert.raised_at = min(alert.raised_at, at)
        if one.at >= _graded(heard):
            alert.severity = SEVERITIES[rank]
    if one.at >= alert.changed_ms:
        newer = alert.changed_ms != one.at or one.change != "raised"
        alert.changed_ms = one.at
        if newer:
            alert.last_value = one.value if one.value is not None else alert.last_value
            peak = one.facts.get("peak")
            alert.peak_value = peak if peak is not None else alert.peak_value
            if one.limit is not None:
                alert.limit = one.limit
            kept = {**alert.facts, **one.facts} if one.change == "cleared" else dict(one.facts)
            alert.facts = kept
            alert.property = alert.property or str(one.facts.get("property", ""))
    facts = {"severity": SEVERITIES[rank], "value": one.value, "reason": one.facts.get("reason")}
    work.events.append(AlertEvent(alert=alert, at=at, kind=one.change, facts=facts, key=key))
    if work.touched.get(alert.pk) != "raised":
        worse = one.change == "worse" or work.touched.get(alert.pk) == "worse"
        work.touched[alert.pk] = "worse" if worse and one.change != "cleared" else one.change


def _graded(heard: Iterable[str]) -> int:
    """Measurement time of the newest transition that says how grave an alert is; what ended it does not."""
    keys = (key.split(":") for key in heard)
    return max((int(at) for change, at in keys if change != "cleared"), default=-1)


def _grave(work: _Batch, old: Sequence[Alert]) -> None:
    """A head is as grave as the gravest that came under it; whoever answered for something lighter is asked again, once."""
    for alert in old:
        worse = SEVERITIES.index(alert.severity) > SEVERITIES.index(alert.group_severity)
        if worse or not alert.merged:
            alert.group_severity = alert.severity
        if worse and alert.pk in work.peaked and alert.head_id is None and alert.closed_at is None:
            grouping.call_attention(alert, work.now)
            work.graver[alert.pk] = alert


def _tell_again(work: _Batch) -> None:
    """Tell people anew of what got worse and is still on; what somebody works on already tells nobody."""
    told = {one.pk for one in work.raised}
    waiting = [one for one in work.graver.values() if one.state == State.NEW and one.pk not in told]
    if waiting:
        telling.again(waiting, rules_by_id({one.rule_id for one in waiting}), work.now)
        Alert.objects.bulk_update(waiting, ["calls"])


def _one_uncleared(work: _Batch) -> None:
    """Of several uncleared occurrences of one place only the newest stays so: the earlier ended when the later began."""
    places: dict[Place, list[Alert]] = {}
    for alert in work.known.values():
        places.setdefault((alert.family, alert.subject), []).append(alert)
    for several in places.values():
        several.sort(key=lambda one: one.onset_ms)
        for earlier, later in pairwise(several):
            if earlier.cleared_at is None:
                earlier.cleared_at = later.onset_at
                earlier.facts = {**earlier.facts, "reason": "superseded"}
                work.touched.setdefault(earlier.pk, "cleared")


def _store(work: _Batch) -> None:
    """Write it all: what was cleared first, so that no place has two uncleared ones in between."""
    fresh = {alert.pk for alert in work.raised}
    old = [alert for alert in work.known.values() if alert.pk in work.touched and alert.pk not in fresh]
    for alert in old:
        alert.revision += 1
    _grave(work, old)
    if old:
        Alert.objects.bulk_update(old, _CHANGED)
    for alert in work.raised:
        alert.group_severity = alert.severity
    maintenance.mark_silent(work.raised)
    heads, graver = grouping.gather(work.raised, work.now)
    work.graver |= {head.pk: head for head in graver}
    Alert.objects.bulk_create(work.raised, batch_size=500)
    changed_heads = [head for head in heads if head.pk not in fresh]
    if changed_heads:
        Alert.objects.bulk_update(changed_heads, grouping.CHANGED)
        for head in changed_heads:
            work.touched.setdefault(head.pk, "joined_by")
    for head in grouping.raise_heads([one for one in old if work.touched[one.pk] == "worse"], work.now):
        work.graver[head.pk] = head
        work.touched.setdefault(head.pk, "worse")
    AlertEvent.objects.bulk_create(work.events, batch_size=1000, ignore_conflicts=True)


_CHANGED = [
    "changed_ms", "severity", "peak_severity", "group_severity", "raised_at", "cleared_at", "last_value", "peak_value", "limit",
    "facts", "property", "revision", *grouping.ATTENTION,
]  # fmt: skip
