"""Rules over records and forecasts hold for a subject from one moment to another. Kept in the database, so that a restart tells the same onset."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from sen.apps.alerts.evaluation.gates import watches
from sen.apps.alerts.evaluation.values import Transition
from sen.apps.alerts.rules.models import RuleEpisode
from sen.apps.alerts.rules.values import RuleInForce
from sen.apps.organisations import interface as organisations
from sen.kernel import clock

GONE = "not_watched"


class Judged(msgspec.Struct, frozen=True):
    """What a rule says about a subject at one moment. `holds` None: cannot be said, everything stays as it is."""

    rule: RuleInForce
    subject: str
    holds: bool | None
    facts: dict[str, Any]
    value: float | None = None
    limit: float | None = None
    series: int | None = None
    unit_id: UUID | None = None
    """Whose office hours decide where the rule watches in those only."""


def take(judged: Iterable[Judged], families: Collection[str], now: datetime) -> list[Transition]:
    """Bring the episodes of `families` up to date and tell what the alerts do not know yet.

    What is not among `judged` is watched no more and cleared. A transition is told until an alert carries it, so that a kill between this
    and the alert loses nothing; alerts take each occurrence once.
    """
    by_place = {(one.rule.family, one.subject): one for one in judged}
    holding = {one.unit_id for one in by_place.values() if one.holds}
    calendars = organisations.working_calendars_of(holding) if holding else {}
    with transaction.atomic():
        open_ = RuleEpisode.objects.select_for_update().filter(cleared_at=None, family__in=list(families))
        episodes = {(row.family, row.subject): row for row in open_}
        moved: list[RuleEpisode] = []
        for place, one in by_place.items():
            row = episodes.get(place)
            if row is None and one.holds and watches(one.rule.content.hours, clock.to_ms(now), calendars[one.unit_id]):
                row = RuleEpisode(family=place[0], subject=place[1], rule_id=one.rule.id, onset=now, facts=one.facts)
                episodes[place] = row
                _advance(row, one, now)
                moved.append(row)
            elif row is not None and one.holds is not None and _advance(row, one, now):
                moved.append(row)
        for place, row in episodes.items():
            if place not in by_place:
                _end(row, now, GONE)
                moved.append(row)
        _keep(moved)
    return _untold(episodes, by_place, families)


def end_others(families: Collection[str], now: datetime) -> list[Transition]:
    """Clear what belongs to rules that are no longer in force."""
    left = list(RuleEpisode.objects.filter(cleared_at=None).exclude(family__in=list(families)))
    for row in left:
        _end(row, now, "rule_off")
    _keep(left)
    return [_cleared(row) for row in left if row.raised_at is not None]


def _advance(row: RuleEpisode, one: Judged, now: datetime) -> bool:
    """What the moment makes of an episode; whether anything of it is another than before."""
    rule = one.rule.content
    before = row.raised_at, row.over_since, row.cleared_at
    if one.holds:
        row.over_since = None
        if row.raised_at is None and now - row.onset >= timedelta(seconds=rule.duration_s):
            row.raised_at, row.facts, row.rule_id = now, one.facts, one.rule.id
    elif row.raised_at is None:
        row.cleared_at = now
    else:
        row.over_since = row.over_since or now
        if now - row.over_since >= timedelta(seconds=rule.clear_after_s):
            row.cleared_at = now
    return before != (row.raised_at, row.over_since, row.cleared_at)


def _end(row: RuleEpisode, now: datetime, reason: str) -> None:
    row.cleared_at = now
    row.facts = {**row.facts, "reason": reason}


def _keep(rows: Iterable[RuleEpisode]) -> None:
    """New ones that never got an alert are not worth a row once they are over."""
    for row in rows:
        if row.cleared_at is not None and row.raised_at is None:
            if row.pk is not None:
                row.delete()
        else:
            row.save()


def _untold(
    episodes: dict[tuple[str, str], RuleEpisode],
    judged: dict[tuple[str, str], Judged],
    families: Collection[str],
) -> list[Transition]:
    """Raised ones without an alert, and alerts that are open though their episode is over."""
    from sen.apps.alerts.alert_models import Alert  # alerts name rules; read here only, to repeat what a kill swallowed

    known = Alert.objects.filter(family__in=list(families))
    raised = [row for row in episodes.values() if row.raised_at is not None]
    onsets = [clock.to_ms(row.onset) for row in raised]
    there = set(known.filter(onset_ms__in=onsets).values_list("family", "subject", "onset_ms"))
    open_alerts = set(known.filter(cleared_at=None).values_list("family", "subject", "onset_ms"))
    found = [
        _raised(row, judged.get((row.family, row.subject)))
        for row in raised
        if (row.family, row.subject, clock.to_ms(row.onset)) not in there
    ]
    over = RuleEpisode.objects.filter(family__in=list(families), cleared_at__isnull=False, raised_at__isnull=False)
    over = over.filter(onset__in=[clock.from_ms(onset) for _family, _subject, onset in open_alerts])
    ended = {(row.family, row.subject, clock.to_ms(row.onset)): row for row in over}
    for row in raised:
        if row.cleared_at is not None:
            ended[row.family, row.subject, clock.to_ms(row.onset)] = row
    told = {one.occurrence for one in found}
    return found + [_cleared(row) for place, row in ended.items() if place in open_alerts or place in told]


def _raised(row: RuleEpisode, one: Judged | None) -> Transition:
    at = clock.to_ms(row.raised_at or row.onset)
    return Transition(
        "raised", row.rule_id, row.family, row.subject, clock.to_ms(row.onset), at, one.series if one else None,
        one.value if one else None, one.limit if one else None, row.facts,
    )  # fmt: skip


def _cleared(row: RuleEpisode) -> Transition:
    at = clock.to_ms(row.cleared_at or row.onset)
    return Transition("cleared", row.rule_id, row.family, row.subject, clock.to_ms(row.onset), at, facts=row.facts)
