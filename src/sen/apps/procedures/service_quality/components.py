"""What each component divides by what: pure functions of the counters of dossiers and of the catalogue of procedures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sen.apps.procedures.service_quality.reports import Reports
from sen.apps.procedures.service_quality.weights import ComponentWeight

Counts = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One procedure of a unit as the index sees it; None where the catalogue does not say."""

    announced_on: date | None = None
    announce_due: date | None = None
    published_on: date | None = None
    publish_due: date | None = None
    fully_described: bool | None = None
    online: bool = False
    payable_online: bool = False
    has_fee: bool = False
    online_dossiers: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the components of one unit and period are made of: sums of the counters, dossiers on time and judged, its procedures, what
    is recorded of reports and petitions (None: nothing)."""

    counts: Counts
    on_time: int
    judged: int
    procedures: Collection[CatalogueEntry]
    reports: Reports | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A numerator over a denominator; without data both are None and `reason` says why. `value` is a percentage unless `hours`."""

    numerator: float | None
    denominator: float | None
    reason: str = ""
    factor: float = 100.0

    @property
    def value(self) -> float | None:
        """Two decimals; None without data and with nothing to divide by."""
        if self.numerator is None or not self.denominator or self.reason:
            return None
        return round(self.numerator * self.factor / self.denominator, 2)


NO_DOSSIERS = "no_dossiers"
NO_CATALOGUE = "no_catalogue"
NO_REPORTS = "no_reports"
NO_REPORT_HERE = "no_report_here"
NO_TYPES = "no_types"
IMPOSSIBLE = "impossible"
NOTHING_TO_PAY = "nothing_to_pay"
NOTHING_FINISHED = "nothing_finished"
NOTHING_JUDGED = "nothing_judged"
NOTHING_ONLINE = "nothing_online"
NONE = Ratio(None, None, NO_REPORTS)


def ratio_of(code: str, facts: Facts) -> Ratio:
    """The ratio of a component. Raises KeyError for a code that the Decision does not have."""
    return _COMPONENTS[code](facts)


def points_of(weight: ComponentWeight, ratio: Ratio) -> float | None:
    """Full points from the threshold on, below it in proportion; None without a value and where nothing is to be gained."""
    if ratio.value is None or weight.max == 0:
        return None
    return round(min(1.0, max(0.0, ratio.value) / weight.threshold) * weight.max, 2)


def _over(numerator: float, denominator: float, reason: str, factor: float = 100.0) -> Ratio:
    return Ratio(numerator, denominator, "" if denominator else reason, factor)


def _counted(numerator: str, denominator: str, reason: str = NO_DOSSIERS) -> Callable[[Facts], Ratio]:
    return lambda facts: _over(facts.counts[numerator], facts.counts[denominator], reason)


def _in_time(happened: str, due: str) -> Callable[[Facts], Ratio]:
    """Procedures whose day is not later than its due day, of those that have a due day."""

    def ratio(facts: Facts) -> Ratio:
        held = [one for one in facts.procedures if getattr(one, due) is not None]
        done = sum(getattr(one, happened) is not None and getattr(one, happened) <= getattr(one, due) for one in held)
        return _over(done, len(held), NO_CATALOGUE)

    return ratio


def _described(facts: Facts) -> Ratio:
    known = [one for one in facts.procedures if one.fully_described is not None]
    return _over(sum(bool(one.fully_described) for one in known), len(known), NO_CATALOGUE)


def _services(facts: Facts) -> Ratio:
    return _over(sum(one.online for one in facts.procedures), len(facts.procedures), NO_CATALOGUE)


def _services_used(facts: Facts) -> Ratio:
    online = [one for one in facts.procedures if one.online]
    return _over(sum(one.online_dossiers > 0 for one in online), len(online), NOTHING_ONLINE)


def _online(facts: Facts) -> Ratio:
    """Dossiers handed in online (with an electronic result where a paper is returned), times the share that is synchronised."""
    received = facts.counts["received"]
    synchronised = facts.counts["synchronised"] / received if received else 0.0
    return _over(facts.counts["online_full"], received, NO_DOSSIERS, 100.0 * synchronised)


def _payable(facts: Facts) -> Ratio:
    costly = [one for one in facts.procedures if one.has_fee]
    return _over(sum(one.payable_online for one in costly), len(costly), NOTHING_TO_PAY)


def _by_type(facts: Facts) -> Ratio:
    """Followed only: how many reports there were; nothing tells their types."""
    return Ratio(facts.reports.received, None, NO_TYPES) if facts.reports else NONE


def _of_reports(which: str) -> Callable[[Facts], Ratio]:
    """A part of the reports; nothing is made of a part that is larger than the whole."""

    def ratio(facts: Facts) -> Ratio:
        found = getattr(facts.reports, which) if facts.reports else None
        if found is None:
            return NONE
        part, whole = found
        return Ratio(part, whole, IMPOSSIBLE) if part > whole else _over(part, whole, NO_REPORT_HERE)

    return ratio


def _satisfied(facts: Facts) -> Ratio:
    """100 % less the share of late dossiers less the share with a complaint or dislike, not below 0."""
    received = facts.counts["received"]
    if not facts.judged or not received:
        return Ratio(None, None, NOTHING_JUDGED)
    late = (facts.judged - facts.on_time) / facts.judged
    return Ratio(max(0.0, 1.0 - late - facts.counts["complaints"] / received) * received, received)


_COMPONENTS: dict[str, Callable[[Facts], Ratio]] = {
    "1.1": _in_time("announced_on", "announce_due"),
    "1.2": _in_time("published_on", "publish_due"),
    "1.3": _described,
    "1.4": _counted("synchronised", "received"),
    "2.1": lambda facts: _over(facts.on_time, facts.judged, NOTHING_JUDGED),
    "2.2": lambda facts: _over(facts.counts["handling_hours"], facts.counts["finished"], NOTHING_FINISHED, 1.0),
    "3.1": _services,
    "3.2": _services_used,
    "3.3": _online,
    "3.5": _payable,
    "3.6": _counted("paid_online", "with_fee", NOTHING_TO_PAY),
    "4.1": _counted("digital_results", "finished", NOTHING_FINISHED),
    "4.2": _counted("digitised", "received"),
    "4.3": _counted("reused", "received"),
    "4.4": _counted("shared", "received"),
    "4.5": _counted("population_data", "received"),
    "5.1": _by_type,
    "5.2": _of_reports("on_time"),
    "5.3": _of_reports("satisfied"),
    "5.4": _satisfied,
}
