"""Families of units out of the database, values carried through them, and the acts on the way, in words for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from sen.apps.organisations import carry as core
from sen.apps.organisations.carry import Family, Gap, Result, Rule, Step
from sen.apps.organisations.models import SplitShare, Succession, Unit, UnitEvent
from sen.apps.organisations.refs import UnitRef, ref

# Where several bases are recorded for a split and none is asked for, the first of these counts.
BASES = ("population", "households", "area", "other")
MAX_NAMES = 4


class CarriedPart(msgspec.Struct, frozen=True):
    """What one unit of the values' time gives. `value` None: nothing recorded; `share` None: how much of it is not known."""

    unit: UnitRef
    value: float | None
    share: float | None


class Carried(msgspec.Struct, frozen=True):
    """A value in the tree of the wanted day. Without a value `reason` says why in plain words, and `known` is what the recorded
    parts alone would give: to be shown as incomplete, never as the figure."""

    unit: UnitRef
    value: float | None
    parts: tuple[CarriedPart, ...]
    reason: str
    known: float | None = None


class Act(msgspec.Struct, frozen=True):
    """A legal act that changed a unit; `before` and `after` are the units' names."""

    on: date
    kind: str
    kind_name: str
    legal_source: str
    verified: bool
    before: tuple[str, ...]
    after: tuple[str, ...]


_MEMBERS = """
WITH RECURSIVE family (id) AS (
    SELECT unnest(%(units)s::uuid[])
    UNION
    SELECT kin.id FROM family JOIN LATERAL (
        SELECT successor_id AS id FROM organisations_succession WHERE predecessor_id = family.id AND successor_id IS NOT NULL
        UNION ALL
        SELECT predecessor_id FROM organisations_succession WHERE successor_id = family.id AND predecessor_id IS NOT NULL
    ) kin ON true
)
SELECT u.id, u.valid_from, u.valid_to FROM family JOIN organisations_unit u ON u.id = family.id
"""


def family(units: Collection[UUID], basis: str = "") -> Family:
    """The units with all they came from and went over into, in three queries; shares of splits by `basis`."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, {"units": list(units)})
        periods = {unit: (begin, end) for unit, begin, end in cursor.fetchall()}
    links = list(
        Succession.objects.filter(predecessor__in=periods, successor__in=periods).values_list(
            "pk", "predecessor_id", "successor_id", "event__on", "is_split"
        )
    )
    shares = _shares([pk for pk, *_rest, is_split in links if is_split], basis)
    steps = tuple(Step(before, after, on, split, shares.get(pk)) for pk, before, after, on, split in links)
    return Family(periods, steps)


def _shares(successions: Collection[int], basis: str) -> dict[int, float]:
    wanted = (basis,) if basis else BASES
    found: dict[int, tuple[int, float]] = {}
    rows = SplitShare.objects.filter(succession__in=successions, basis__in=wanted, replaced_at=None)
    for succession, one, share in rows.values_list("succession_id", "basis", "share"):
        rank = wanted.index(one)
        if succession not in found or rank < found[succession][0]:
            found[succession] = (rank, share)
    return {succession: share for succession, (_rank, share) in found.items()}


class Load(msgspec.Struct, frozen=True):
    """What is to be carried: values and weights by the units of their time, and the day whose units are wanted."""

    values: Mapping[UUID, float]
    to: date
    weights: Mapping[UUID, float] | None = None


def carry_each(
    loads: Sequence[Load], *, rule: Rule, basis: str = "", among: Family | None = None
) -> list[list[Carried]]:
    """Each load → the units of its day; see carry.carry. At most five queries for all; `among` saves reading the family again."""
    if not any(load.values for load in loads):
        return [[] for _load in loads]
    kin = among or family({unit for load in loads for unit in load.values}, basis)
    each = [core.carry(kin, load.values, to=load.to, rule=rule, weights=load.weights) for load in loads]
    results = [one for some in each for one in some]
    named = {part.unit for one in results for part in one.parts} | {one.unit for one in results}
    named |= {unit for one in results if one.gap for unit in one.gap.units}
    units = {found.pk: ref(found) for found in Unit.objects.filter(pk__in=named)}
    acts = _act_sources([one.gap for one in results if one.gap and one.gap.kind == "split_without_share"])
    return [
        sorted((_carried(one, units, acts) for one in some), key=lambda one: (one.unit.level, one.unit.code))
        for some in each
    ]


def _carried(one: Result, units: Mapping[UUID, UnitRef], acts: Mapping[UUID, str]) -> Carried:
    parts = tuple(CarriedPart(units[part.unit], part.value, part.share) for part in one.parts)
    reason = _words(one.gap, one, units, acts) if one.gap else ""
    return Carried(units[one.unit], one.value, parts, reason, one.known)


def _act_sources(gaps: Sequence[Gap]) -> dict[UUID, str]:
    """What the acts are called by which units were split."""
    units = {unit for gap in gaps for unit in gap.units}
    rows = Succession.objects.filter(predecessor__in=units, is_split=True)
    return dict(rows.values_list("predecessor_id", "event__legal_source"))


def _words(gap: Gap, one: Result, units: Mapping[UUID, UnitRef], acts: Mapping[UUID, str]) -> str:
    names = _names(units[unit].name for unit in gap.units)
    day = f"{gap.on:%d/%m/%Y}" if gap.on else "–"
    if gap.kind == "split_without_share":
        return _("{unit} tách ngày {day} theo {act}; chưa có tỷ lệ chia.").format(
            unit=names, day=day, act=acts.get(gap.units[0], "–")
        )
    if gap.kind == "missing_parts":
        return _("Chỉ có số của {n} trên {m} đơn vị hợp thành, thiếu {names}; phần thiếu không được coi là 0.").format(
            n=len(one.parts) - len(gap.units), m=len(one.parts), names=names
        )
    if gap.kind == "not_additive":
        return _("Chỉ tiêu này không cộng, không lấy trung bình được; đơn vị hợp thành từ {names}.").format(names=names)
    if gap.kind == "no_weight":
        return _("Thiếu trọng số của {names} để lấy trung bình.").format(names=names)
    if gap.kind == "would_divide":
        return _("Số được ghi cho {unit}, lập ngày {day} từ nhiều đơn vị; không chia ngược về đơn vị cũ.").format(
            unit=names, day=day
        )
    return _("{unit} kết thúc hoạt động ngày {day}, không có đơn vị kế tục.").format(unit=names, day=day)


def _names(names: Iterable[str]) -> str:
    found = list(names)
    rest = len(found) - MAX_NAMES
    words = ", ".join(found[:MAX_NAMES])
    return _("{names} và {n} đơn vị khác").format(names=words, n=rest) if rest > 0 else words


def acts_of(units: Collection[UUID]) -> list[Act]:
    """The acts that made or ended any of these units or changed their names, oldest first."""
    events = UnitEvent.objects.filter(successions__predecessor__in=units) | UnitEvent.objects.filter(
        successions__successor__in=units
    )
    found: list[Act] = []
    for event in (
        events.distinct().order_by("on", "id").prefetch_related("successions__predecessor", "successions__successor")
    ):
        links = [link for link in event.successions.all() if {link.predecessor_id, link.successor_id} & set(units)]
        before = dict.fromkeys(link.predecessor.name for link in links if link.predecessor)
        after = dict.fromkeys(link.successor.name for link in links if link.successor)
        found.append(
            Act(event.on, event.kind, str(event.get_kind_display()), event.legal_source, event.verified, tuple(before), tuple(after))
        )  # fmt: skip
    return found
