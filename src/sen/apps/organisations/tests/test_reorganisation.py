"""Renames, merges and splits after July 2025 keep identities, names of the day, members and what stands below."""

from __future__ import annotations

from datetime import date

import pytest

from sen.apps.organisations import interface as organisations
from sen.apps.organisations import queries, services
from sen.apps.organisations.models import UnitKind
from sen.kernel.errors import Conflict, InvalidInput
from sen.kernel.identifiers import uuid7
from sen.kernel.scopes import SYSTEM, Role

DAY = date(2026, 3, 1)
BEFORE = date(2026, 2, 28)
LAW = "Nghị quyết thử nghiệm"


def test_a_rename_keeps_the_unit_and_its_former_name(dong_thap: organisations.UnitRef) -> None:
    unit = queries.unit("28249")
    services.rename_unit(scope=SYSTEM, unit=unit, name="Phường Đạo Thạnh Mới", on=DAY, legal_source=LAW)
    assert organisations.unit("28249", as_of=BEFORE).name == "Phường Đạo Thạnh"
    renamed = organisations.unit("28249", as_of=DAY)
    assert (renamed.name, renamed.id) == ("Phường Đạo Thạnh Mới", unit.pk)
    with pytest.raises(InvalidInput):
        services.rename_unit(scope=SYSTEM, unit=queries.unit("28249"), name="Sớm hơn", on=BEFORE, legal_source=LAW)


def test_a_merge_hands_members_over(dong_thap: organisations.UnitRef) -> None:
    parts = [queries.unit("28249"), queries.unit("28261")]
    officer = uuid7()
    organisations.add_member(scope=SYSTEM, user_id=officer, unit_id=parts[0].pk, role=Role.COMMUNE_OFFICER)
    merged = services.merge_units(
        scope=SYSTEM, parts=parts, code="28249", name="Phường Mỹ Tho Lớn", kind=UnitKind.WARD, on=DAY, legal_source=LAW
    )
    assert organisations.unit("28249", as_of=BEFORE).name == "Phường Đạo Thạnh"
    assert organisations.unit("28249", as_of=DAY).id == merged.pk
    assert [one.unit.id for one in organisations.memberships(officer)] == [merged.pk]
    assert len(organisations.communes()) == 101
    assert [unit.pk for unit in queries.standing_successors(parts)] == [merged.pk]


def test_a_split_has_a_main_successor(dong_thap: organisations.UnitRef) -> None:
    unit = queries.unit("28261")
    into = [("28261", "Phường Mỹ Tho", UnitKind.WARD), ("28262", "Phường Mỹ Tho Tây", UnitKind.WARD)]
    made = services.split_unit(scope=SYSTEM, unit=unit, into=into, on=DAY, legal_source=LAW)
    links = list(queries.successors(unit))
    assert [(link.successor_id, link.is_main) for link in links] == [(made[0].pk, True), (made[1].pk, False)]
    assert all(link.is_split for link in links)
    with pytest.raises(Conflict):
        services.split_unit(
            scope=SYSTEM, unit=queries.Unit.objects.get(pk=unit.pk), into=into, on=DAY, legal_source=LAW
        )


def test_a_code_in_use_is_refused(dong_thap: organisations.UnitRef) -> None:
    parts = [queries.unit("28249"), queries.unit("28261")]
    with pytest.raises(Conflict):
        services.merge_units(
            scope=SYSTEM, parts=parts, code="28270", name="Trùng mã", kind=UnitKind.WARD, on=DAY, legal_source=LAW
        )


def test_an_imported_boundary_replaces_the_cell(dong_thap: organisations.UnitRef) -> None:
    commune = organisations.communes()[0]
    square = {
        "type": "Polygon",
        "coordinates": [[[106.3, 10.3], [106.4, 10.3], [106.4, 10.4], [106.3, 10.4], [106.3, 10.3]]],
    }
    organisations.set_boundary(scope=SYSTEM, unit_id=commune.id, geometry=square, source="bản đồ thử")
    ground = organisations.territory(commune.id)
    assert ground is not None and ground["properties"]["approximate"] is False
    found = organisations.commune_at(106.35, 10.399)
    assert found is not None and found.code == commune.code


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Point", "coordinates": [106, 10]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[106, 10], [106.1, 10], [float("nan"), 10.1], [106, 10]]]},
    ],
)
def test_a_wrong_boundary_is_refused(dong_thap: organisations.UnitRef, geometry: dict) -> None:
    with pytest.raises(InvalidInput):
        organisations.set_boundary(
            scope=SYSTEM, unit_id=organisations.communes()[0].id, geometry=geometry, source="sai"
        )
