"""What a transition says beside its numbers, so that a person can be told in one sentence why it fired."""

from __future__ import annotations

import math
from typing import Any

from sen.apps.alerts.evaluation.episodes import Event
from sen.apps.alerts.evaluation.plan import Plan
from sen.apps.alerts.evaluation.probes import category_at, lines_of
from sen.apps.alerts.evaluation.values import SEVERITIES, LimitLine, Transition
from sen.apps.packs import interface as packs


def transition(plan: Plan, event: Event, standing: list[int] | None = None, **more: Any) -> Transition:
    """The transition of an event; `standing`: the assets that make a condition over neighbours true."""
    rule = plan.rules[plan.pair_rule[event.pair]]
    when = rule.content.when
    number = plan.pair_series[event.pair]
    about = plan.series.get(number)
    first = about or plan.assets[plan.pair_asset[event.pair]][0]
    facts: dict[str, Any] = {
        "kind": packs.condition_kind(when),
        "severity": SEVERITIES[max(event.level, 1) - 1],
        "held_s": max(0, (event.at - event.onset) // 1000),
        "simulated": first.simulated,
    }
    if rule.content.duration_s:
        facts["duration_s"] = rule.content.duration_s
    if not math.isnan(event.peak):
        facts["peak"] = event.peak
    value: float | None = None if math.isnan(event.value) else event.value
    limit: float | None = None
    match when:
        case packs.OverLimit():
            limit = _limit(plan, event, when, facts)
            if not number:
                value = None
                facts.pop("peak", None)
        case packs.Beyond():
            facts["property"] = when.property
            above = when.above is not None and (when.below is None or event.peak > when.above)
            limit, facts["direction"] = (when.above, "above") if above else (when.below, "below")
        case packs.Rate():
            facts |= {"property": when.property, "over_minutes": when.over_minutes}
            rise = when.rise is not None and (when.fall is None or event.peak > 0)
            limit, facts["direction"] = (when.rise, "rise") if rise else (when.fall, "fall")
        case packs.IndexReaches():
            _index(when, event, facts)
            value = None
        case packs.Silence():
            facts["silent_since"] = more.pop("silent_since", event.onset)
            facts["property"] = when.property
            facts.pop("peak", None)
            value = None
        case packs.Neighbours():
            facts |= {"count": int(event.value), "at_least": when.at_least, "of": packs.condition_kind(when.of)}
            facts |= {"within_km": when.within_km, "window_minutes": when.window_minutes}
            facts["members"] = [plan.assets[one][0].asset_code for one in standing or ()][:50]
            limit = float(when.at_least)
        case packs.Several():
            facts["members"] = [packs.condition_kind(one) for one in when.of]
            facts["at_least"] = when.at_least or len(when.of)
            value = None
        case packs.Expression():
            facts["text"] = when.text
            value = None
    facts |= more
    subject = plan.subject[event.pair]
    return Transition(
        event.change, rule.id, rule.family, subject, event.onset, event.at, number or None, value, limit, facts
    )


def _limit(plan: Plan, event: Event, when: packs.OverLimit, facts: dict[str, Any]) -> float | None:
    """Name the limit that is exceeded: the one of the episode's level that its worst value is beyond."""
    facts["property"] = when.property
    series = plan.series.get(plan.pair_series[event.pair])
    if series is None:
        return None
    averaging = plan.averaging.get(event.pair, "instant")
    least = SEVERITIES.index(plan.rules[plan.pair_rule[event.pair]].content.severity)
    facts["averaging"] = averaging
    found: tuple[LimitLine, float, str] | None = None
    for line in lines_of(series, when, averaging):
        if max(least, SEVERITIES.index(line.severity)) != event.level - 1:
            continue
        if line.maximum is not None and event.peak > line.maximum:
            found = (line, line.maximum, "above")
        elif line.minimum is not None and event.peak < line.minimum:
            found = (line, line.minimum, "below")
    if found is None:
        return None
    line, bound, facts["direction"] = found
    facts |= {"label": line.label, "standard": line.standard, "verified": line.verified}
    return bound


def _index(when: packs.IndexReaches, event: Event, facts: dict[str, Any]) -> None:
    facts |= {"index": when.index, "from_category": when.category}
    facts["category"] = when.category if math.isnan(event.value) else category_at(when.index, int(event.value))
    facts.pop("peak", None)
