"""Values carried through the families of the tree, and the acts on the way, in words for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from sen.apps.organisations import carry as core
from sen.apps.organisations import tree
from sen.apps.organisations.carry import Family, Gap, Result, Rule
from sen.apps.organisations.models import UnitEvent
from sen.apps.organisations.refs import UnitRef

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


class Load(msgspec.Struct, frozen=True):
    """What is to be carried: values and weights by the units of their time, and the day whose units are wanted."""

    values: Mapping[UUID, float]
    to: date
    weights: Mapping[UUID, float] | None = None


def carry_each(
    loads: Sequence[Load], *, rule: Rule, basis: str = "", among: Family | None = None
) -> list[list[Carried]]:
    """Each load → the units of its day; see carry.carry. Out of the tree in memory."""
    if not any(load.values for load in loads):
        return [[] for _load in loads]
    held = tree.tree()
    kin = among or held.family({unit for load in loads for unit in load.values}, basis)
    each = [core.carry(kin, load.values, to=load.to, rule=rule, weights=load.weights) for load in loads]
    return [
        sorted((_carried(one, held) for one in some), key=lambda one: (one.unit.level, one.unit.code)) for some in each
    ]


def _carried(one: Result, held: tree.Tree) -> Carried:
    parts = tuple(CarriedPart(held.units[part.unit], part.value, part.share) for part in one.parts)
    reason = _words(one.gap, one, held) if one.gap else ""
    return Carried(held.units[one.unit], one.value, parts, reason, one.known)


def _words(gap: Gap, one: Result, held: tree.Tree) -> str:
    names = _names(held.units[unit].name for unit in gap.units)
    day = f"{gap.on:%d/%m/%Y}" if gap.on else "–"
    if gap.kind == "split_without_share":
        return _("{unit} tách ngày {day} theo {act}; chưa có tỷ lệ chia.").format(
            unit=names, day=day, act=_act_of(gap.units[0], held)
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


def _act_of(unit: UUID, held: tree.Tree) -> str:
    """What the act is called by which a unit was split."""
    return next((link.legal_source for link in held.down.get(unit, ()) if link.is_split), "–")


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
