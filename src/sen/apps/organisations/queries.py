"""Reads the dated tree: units as of a day, what lies below a unit, what became of it, who belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from sen.apps.organisations import tree
from sen.apps.organisations.models import FormerName, Membership, Succession, TreeEdge, Unit, UnitEvent
from sen.kernel import clock
from sen.kernel.configuration import settings
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.text import folded

T = TypeVar("T")


def today() -> date:
    """The day in Vietnam."""
    return clock.local(clock.now()).date()


def on_day(day: date, prefix: str = "") -> Q:
    """The condition that a row with valid_from and valid_to holds on `day`."""
    begun = Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": day})
    return begun & (Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day}))


def units(
    *, q: str = "", as_of: date | None = None, parent: str | None = None, level: str | None = None
) -> QuerySet[Unit]:
    """Units standing on a day, by code, each with `parent_code` and `name_then` (None where it still has its name).

    `q` finds names without regard to diacritics, and codes that begin with it. `parent` is a code as of the same day.
    """
    day = as_of or today()
    edges = TreeEdge.objects.filter(on_day(day), unit=OuterRef("pk"))
    names = FormerName.objects.filter(on_day(day), unit=OuterRef("pk"))
    found = Unit.objects.filter(on_day(day)).annotate(
        parent_code=Subquery(edges.values("parent__code")[:1]),
        name_then=Subquery(names.values("name")[:1]),
        kind_then=Subquery(names.values("kind")[:1]),
    )
    if parent is not None:
        children = TreeEdge.objects.filter(on_day(day), on_day(day, "parent__"), parent__code=parent)
        found = found.filter(pk__in=children.values("unit_id"))
    if level:
        found = found.filter(level=level)
    if text := folded(q.replace("\x00", "")):
        found = found.filter(Q(folded_name__contains=text) | Q(code__istartswith=text))
    return found.order_by("code", "id")


def unit(code: str, *, as_of: date | None = None) -> Unit:
    """The unit that bears `code` on a day. Old districts share digits with no commune but levels differ: the highest wins."""
    found = sorted(units(as_of=as_of).filter(code=code), key=lambda one: tree.LEVEL_ORDER[one.level])
    if not found:
        raise NotFound(
            "Không tìm thấy đơn vị có mã này tại thời điểm đã chọn.",
            action="Kiểm tra mã hoặc chọn ngày khác.",
            unit=code,
        )
    return found[0]


def page(
    found: QuerySet[Unit], limit: int, cursor: str | None, make: Callable[[Unit], T]
) -> tuple[list[T], str | None]:
    """At most `limit` of `found` after `cursor` (`<code>,<id>` of the last one seen), and the next cursor."""
    if cursor:
        code, _, last = cursor.rpartition(",")
        try:
            found = found.filter(Q(code__gt=code) | Q(code=code, id__gt=UUID(last)))
        except ValueError:
            raise InvalidInput("Con trỏ trang không hợp lệ.", action="Dùng nguyên giá trị `next` đã nhận.") from None
    rows = list(found[: limit + 1])
    following = f"{rows[limit - 1].code},{rows[limit - 1].pk}" if len(rows) > limit else None
    return [make(row) for row in rows[:limit]], following


def province() -> Unit:
    """The province that runs this centre."""
    return unit(settings().province)


def subtrees(
    roots: Collection[UUID], *, as_of: date | None = None, with_ended: bool = True
) -> dict[UUID, frozenset[UUID]]:
    """Each of `roots` → itself and all below it on a day; `with_ended` also the units that had ended and went over into one of
    these, of a split one its main successor: what they left (sources, assets, figures) has somebody to look after it."""
    if not roots:
        return {}
    day, held = as_of or today(), tree.tree()
    return {root: held.subtree(root, day, with_ended=with_ended) for root in roots}


def successors(unit: Unit) -> QuerySet[Succession]:
    """What a unit went over into, the main successor first."""
    return unit.successions_down.exclude(successor=None).select_related("successor", "event").order_by("-is_main", "id")


def predecessors(unit: Unit) -> QuerySet[Succession]:
    """What a unit was made of."""
    return unit.successions_up.exclude(predecessor=None).select_related("predecessor", "event").order_by("id")


def standing_successors(units: Iterable[Unit]) -> list[Unit]:
    """The units that stand today in place of `units`, over as many reorganisations as there were."""
    standing: dict[UUID, Unit] = {}
    waiting, seen = list(units), set[UUID]()
    while waiting:
        one = waiting.pop()
        if one.pk in seen:
            continue
        seen.add(one.pk)
        if one.valid_to is None:
            standing[one.pk] = one
        waiting += [link.successor for link in successors(one) if link.successor is not None]
    return sorted(standing.values(), key=lambda one: one.code)


def name_today(unit: UUID) -> str:
    """The unit's name; of an ended unit with its main successor: `Phường 4 (nay là Phường Đạo Thạnh)`; empty where there is none."""
    held = tree.tree()
    found = held.units.get(unit)
    if found is None:
        return ""
    heir = held.main_heir(unit) if found.valid_to else None
    return _("{name} (nay là {heir})").format(name=found.name, heir=heir.name) if heir else found.name


def events(*, since: date | None = None, until: date | None = None) -> QuerySet[UnitEvent]:
    """Acts that changed the tree, newest first."""
    found = UnitEvent.objects.prefetch_related("successions__predecessor", "successions__successor")
    if since:
        found = found.filter(on__gte=since)
    if until:
        found = found.filter(on__lt=until)
    return found


def memberships_of(user_id: UUID, *, as_of: date | None = None) -> QuerySet[Membership]:
    """A person's roles on a day, in units that stand on it."""
    day = as_of or today()
    return (
        Membership.objects.filter(on_day(day), on_day(day, "unit__"), user_id=user_id)
        .select_related("unit")
        .order_by("valid_from", "id")
    )


def memberships_of_people(user_ids: Collection[UUID]) -> QuerySet[Membership]:
    """The roles of many people today, in one query."""
    day = today()
    found = Membership.objects.filter(on_day(day), on_day(day, "unit__"), user_id__in=user_ids)
    return found.select_related("unit").order_by("valid_from", "id")


def members(unit_ids: Collection[UUID]) -> QuerySet[Membership]:
    """The memberships of today in any of these units."""
    return Membership.objects.filter(on_day(today()), unit_id__in=unit_ids)
