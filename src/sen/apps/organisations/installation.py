"""Installs one of the 34 provinces: its units of today, the units before July 2025, and the acts that led from one to the other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection, transaction
from shapely.geometry import mapping

from sen.apps.audit import interface as audit
from sen.apps.organisations import reference_data
from sen.apps.organisations.cells import cells
from sen.apps.organisations.models import Level, Succession, Territory, TreeEdge, Unit, UnitEvent, UnitKind
from sen.apps.organisations.reference_data import REORGANISATION, Department, Link, Row
from sen.kernel.errors import NotFound
from sen.kernel.scopes import Scope, require
from sen.kernel.text import folded


@dataclass
class _Draft:
    """What will be written, and the units found or made so far."""

    standing: Unit | None = None  # the province itself, where a neighbour's history has already named it
    units: list[Unit] = field(default_factory=list)
    edges: list[TreeEdge] = field(default_factory=list)
    events: list[UnitEvent] = field(default_factory=list)
    successions: list[Succession] = field(default_factory=list)
    old: dict[tuple[str, str], Unit] = field(default_factory=dict)  # (level, code) before the reorganisation
    new: dict[str, Unit] = field(default_factory=dict)

    def event(self, kind: UnitEvent.Kind, source: str) -> UnitEvent:
        made = UnitEvent(kind=kind, on=REORGANISATION, legal_source=source)
        self.events.append(made)
        return made


@transaction.atomic
def install_province(*, scope: Scope, code: str) -> int:
    """Load province `code`; the number of units made, 0 where it stands already. NotFound outside the 34."""
    require(scope, "organisations.change")
    row = next((row for row in reference_data.units("provinces_2025") if row.code == code), None)
    if row is None:
        raise NotFound("Không có tỉnh, thành phố nào mang mã này.", action="Dùng một trong 34 mã, ví dụ 82.", unit=code)
    standing = Unit.objects.filter(code=code, level=Level.PROVINCE, valid_to=None).first()
    if standing and standing.edges_down.filter(unit__level=Level.COMMUNE, valid_to=None).exists():
        return 0
    draft = _Draft(
        standing=standing, old={(unit.level, unit.code): unit for unit in Unit.objects.filter(valid_to=REORGANISATION)}
    )
    communes = [commune for commune in reference_data.units("communes_2025") if commune.province_code == code]
    links = _links_into({commune.code for commune in communes})
    former = {province.code for province in reference_data.units("provinces_2024") if province.successor_code == code}
    _provinces(draft, row, former)
    _former_units(draft, former, links)
    _communes(draft, draft.new[code], communes, links)
    _end_districts(draft, links)
    _departments(draft, draft.new[code])
    _save(draft, communes, links)
    _count_rows()
    detail = {"units": len(draft.units), "events": len(draft.events)}
    audit.record(
        scope=scope,
        action="organisations.install_province",
        object_type="unit",
        object_id=code,
        unit_id=draft.new[code].pk,
        detail=detail,
    )
    return len(draft.units)


def _count_rows() -> None:
    """Tell PostgreSQL at once what the tables now hold; until its own round it would plan questions on the tree for empty ones."""
    tables = (one._meta.db_table for one in (Unit, TreeEdge, Succession, UnitEvent, Territory))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(tables))


def _links_into(codes: set[str]) -> dict[str, list[Link]]:
    links: dict[str, list[Link]] = defaultdict(list)
    for link in reference_data.links():
        if link.new_code in codes:
            links[link.new_code].append(link)
    return links


def _unit(draft: _Draft, row: Row, level: Level, *, old: bool = False, new: bool = False) -> Unit:
    """A unit that ended with the reorganisation, began with it, or (neither) went through it."""
    unit = Unit(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        folded_name=folded(row.name),
        kind=UnitKind(row.kind),
        level=level,
        valid_from=REORGANISATION if new else None,
        valid_to=REORGANISATION if old else None,
        seat_lon=row.lon,
        seat_lat=row.lat,
    )
    draft.units.append(unit)
    return unit


def _provinces(draft: _Draft, row: Row, former: set[str]) -> None:
    """The province of today: the same unit as before where it was not merged, else a new one with its predecessors."""
    if former == {row.code}:
        province = draft.standing or _unit(draft, row, Level.PROVINCE)
        draft.new[row.code] = draft.old[Level.PROVINCE, row.code] = province
        return
    province = draft.new[row.code] = _unit(draft, row, Level.PROVINCE, new=True)
    event = draft.event(UnitEvent.Kind.MERGE, reference_data.PROVINCE_SOURCE)
    for code in sorted(former):
        draft.successions.append(Succession(event=event, predecessor=_former_province(draft, code), successor=province))


def _former_province(draft: _Draft, code: str) -> Unit:
    key = (Level.PROVINCE.value, code)
    if key not in draft.old:
        row = next(row for row in reference_data.units("provinces_2024") if row.code == code)
        merged = (
            row.successor_code != code
            or sum(one.successor_code == code for one in reference_data.units("provinces_2024")) > 1
        )
        standing = None if merged else Unit.objects.filter(code=code, level=Level.PROVINCE, valid_to=None).first()
        draft.old[key] = standing or _unit(draft, row, Level.PROVINCE, old=merged)
    return draft.old[key]


def _former_units(draft: _Draft, former: set[str], links: dict[str, list[Link]]) -> None:
    """Districts and communes before July 2025: all of the former provinces, and neighbours' that gave a part."""
    wanted = {(link.old_level, link.old_code) for into in links.values() for link in into}
    communes = [
        row
        for row in reference_data.units("communes_2024")
        if row.province_code in former or (Level.COMMUNE.value, row.code) in wanted
    ]
    districts = {row.district_code for row in communes} | {code for level, code in wanted if level == Level.DISTRICT}
    for row in reference_data.units("districts_2024"):
        if (row.province_code in former or row.code in districts) and (Level.DISTRICT.value, row.code) not in draft.old:
            district = draft.old[Level.DISTRICT, row.code] = _unit(draft, row, Level.DISTRICT, old=True)
            parent = _former_province(draft, row.province_code)
            draft.edges.append(TreeEdge(unit=district, parent=parent, valid_to=REORGANISATION))
    going_on = {code for code, into in links.items() if _goes_on(code, into)}
    for row in communes:
        if (Level.COMMUNE.value, row.code) not in draft.old:
            commune = draft.old[Level.COMMUNE, row.code] = _unit(
                draft, row, Level.COMMUNE, old=row.code not in going_on
            )
            parent = draft.old[Level.DISTRICT, row.district_code]
            draft.edges.append(TreeEdge(unit=commune, parent=parent, valid_to=REORGANISATION))


def _goes_on(code: str, into: list[Link]) -> bool:
    """Whether the commune is the very unit of before: nothing joined, nothing left, same code, name and kind."""
    if len(into) != 1 or into[0].is_split or into[0].old_code != code or into[0].old_level != Level.COMMUNE:
        return False
    before, now = reference_data.by_code("communes_2024")[code], reference_data.by_code("communes_2025")[code]
    return (folded(before.name), before.kind) == (folded(now.name), now.kind)


def _communes(draft: _Draft, province: Unit, communes: list[Row], links: dict[str, list[Link]]) -> None:
    source = reference_data.COMMUNE_SOURCE.format(province=province.name)
    moved: UnitEvent | None = None
    for row in communes:
        into = links.get(row.code, [])
        if _goes_on(row.code, into):
            unit = draft.old[Level.COMMUNE, row.code]
            unit.name, unit.short_name, unit.seat_lon, unit.seat_lat = row.name, row.short_name, row.lon, row.lat
            moved = moved or draft.event(UnitEvent.Kind.MOVE, reference_data.DISTRICT_SOURCE)
            draft.successions.append(Succession(event=moved, predecessor=unit, successor=unit))
        else:
            unit = _unit(draft, row, Level.COMMUNE, new=True)
            event = draft.event(_kind_of(into), source)
            for link in into:
                predecessor = draft.old[link.old_level, link.old_code]
                split = bool(link.is_split)
                draft.successions.append(
                    Succession(
                        event=event, predecessor=predecessor, successor=unit, is_split=split, is_main=bool(link.is_main)
                    )
                )
        draft.new[row.code] = unit
        draft.edges.append(TreeEdge(unit=unit, parent=province, valid_from=REORGANISATION))


def _kind_of(into: list[Link]) -> UnitEvent.Kind:
    if len(into) > 1:
        return UnitEvent.Kind.MERGE
    if not into:
        return UnitEvent.Kind.FOUND
    return UnitEvent.Kind.SPLIT if into[0].is_split else UnitEvent.Kind.RENAME


def _end_districts(draft: _Draft, links: dict[str, list[Link]]) -> None:
    """Districts ended without successors, but for the islands that became special zones."""
    with_successor = {link.old_code for into in links.values() for link in into if link.old_level == Level.DISTRICT}
    ended = [unit for unit in draft.units if unit.level == Level.DISTRICT and unit.code not in with_successor]
    if ended:
        event = draft.event(UnitEvent.Kind.END, reference_data.DISTRICT_SOURCE)
        draft.successions += [Succession(event=event, predecessor=unit, successor=None) for unit in ended]


def _departments(draft: _Draft, province: Unit) -> None:
    """The departments stand under the province from the reorganisation on; their codes are Sen's."""
    for department in reference_data.departments():
        row = _department_row(province, department)
        unit = _unit(draft, row, Level.DEPARTMENT, new=True)
        draft.edges.append(TreeEdge(unit=unit, parent=province, valid_from=REORGANISATION))


def _department_row(province: Unit, department: Department) -> Row:
    name = department.name
    if province.kind == UnitKind.CITY:
        name = name.replace("tỉnh", "thành phố")
    return Row(
        code=f"{province.code}-{department.suffix}",
        name=name,
        short_name=name,
        kind=UnitKind.DEPARTMENT.value,
        lat=province.seat_lat,
        lon=province.seat_lon,
    )


def _save(draft: _Draft, communes: list[Row], links: dict[str, list[Link]]) -> None:
    Unit.objects.bulk_create(draft.units, batch_size=1000)
    TreeEdge.objects.bulk_create(draft.edges, batch_size=1000)
    UnitEvent.objects.bulk_create(draft.events, batch_size=1000)
    Succession.objects.bulk_create(draft.successions, batch_size=1000)
    seats = {row.code: (row.lon, row.lat) for row in communes if row.lon is not None and row.lat is not None}
    former = reference_data.by_code("communes_2024")
    former_seats = {
        code: [
            (old.lon, old.lat)
            for link in into
            if link.is_main and (old := former.get(link.old_code)) and old.lon is not None and old.lat is not None
        ]
        for code, into in links.items()
    }
    grounds = []
    for code, ground in cells(seats, former_seats).items():
        west, south, east, north = ground.bounds
        grounds.append(
            Territory(
                unit=draft.new[code],
                geometry=mapping(ground),
                west=west,
                south=south,
                east=east,
                north=north,
                source=reference_data.SEATS,
                valid_from=REORGANISATION,
            )
        )
    Territory.objects.bulk_create(grounds, batch_size=1000)
