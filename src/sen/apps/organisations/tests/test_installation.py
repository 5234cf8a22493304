"""Any of the 34 provinces installs from the reference files, with the reorganisation of July 2025."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from sen.apps.organisations import interface as organisations
from sen.apps.organisations import queries, reference_data
from sen.kernel.errors import NotFound
from sen.kernel.scopes import SYSTEM

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)


def test_the_files_hold_the_whole_country() -> None:
    counted = Counter(row.kind for row in reference_data.units("communes_2025"))
    assert counted == {"commune": 2621, "ward": 687, "special_zone": 13}
    files = ("provinces_2025", "provinces_2024", "districts_2024", "communes_2024")
    assert [len(reference_data.units(file)) for file in files] == [34, 63, 696, 10035]


def test_dong_thap_has_its_communes_and_departments(dong_thap: organisations.UnitRef) -> None:
    communes = organisations.communes()
    assert Counter(commune.kind for commune in communes) == {"ward": 20, "commune": 82}
    assert communes[0].code == "28249" and communes[0].name == "Phường Đạo Thạnh"
    assert organisations.unit("82-snnmt").name == "Sở Nông nghiệp và Môi trường"
    assert {commune.id for commune in communes} < organisations.subtree_ids(dong_thap.id)


def test_a_code_names_another_unit_before_the_reorganisation(dong_thap: organisations.UnitRef) -> None:
    assert organisations.unit("82", as_of=BEFORE).name == "Tỉnh Tiền Giang"
    assert organisations.unit("82", as_of=AFTER).name == "Tỉnh Đồng Tháp"
    assert organisations.unit("87", as_of=BEFORE).name == "Tỉnh Đồng Tháp"
    with pytest.raises(NotFound):
        organisations.unit("87", as_of=AFTER)


def test_the_tree_had_three_tiers(dong_thap: organisations.UnitRef) -> None:
    districts, _ = organisations.units(as_of=BEFORE, parent="87", limit=100)
    assert len(districts) == 12 and {one.level for one in districts} == {"district"}
    below, _ = organisations.units(as_of=BEFORE, parent="866", limit=100)
    assert {one.level for one in below} == {"commune"}
    children, _ = organisations.units(as_of=AFTER, parent="82", limit=1000)
    assert {one.level for one in children} == {"commune", "department"}


def test_old_communes_know_what_became_of_them(dong_thap: organisations.UnitRef) -> None:
    province = queries.unit("82")
    assert [link.predecessor.code for link in queries.predecessors(province)] == ["82", "87"]
    for commune in queries.units(as_of=BEFORE, level="commune"):
        standing = queries.standing_successors([commune])
        assert standing, commune
    split = [link for link in _all_links() if link.is_split]
    assert split and all(Counter(link.predecessor_id for link in split)[one.predecessor_id] > 1 for one in split)


def _all_links():
    return [link for commune in queries.units(level="commune") for link in queries.predecessors(commune)]


@pytest.mark.django_db
def test_a_province_that_was_not_merged_goes_on_as_the_same_unit() -> None:
    organisations.install_province("04", scope=SYSTEM)
    assert organisations.unit("04", as_of=BEFORE).id == organisations.unit("04", as_of=AFTER).id


@pytest.mark.django_db
def test_islands_without_communes_became_special_zones() -> None:
    organisations.install_province("48", scope=SYSTEM)
    zone = next(one for one in organisations.communes() if one.kind == "special_zone")
    assert zone.short_name == "Hoàng Sa"
    link = queries.predecessors(queries.unit(zone.code)).get()
    assert (link.predecessor.name, link.predecessor.level) == ("Huyện Hoàng Sa", "district")


@pytest.mark.django_db
def test_every_province_installs_once() -> None:
    for row in reference_data.units("provinces_2025"):
        assert organisations.install_province(row.code, scope=SYSTEM) > 50, row.name
        assert organisations.install_province(row.code, scope=SYSTEM) == 0
    assert len(organisations.communes()) == 3321
    with pytest.raises(NotFound):
        organisations.install_province("99", scope=SYSTEM)


def test_most_of_a_cell_is_the_real_commune(dong_thap: organisations.UnitRef) -> None:
    """Every commune's own seat lies in its cell, and cells do not overlap."""
    for commune in organisations.communes():
        assert commune.seat_lon is not None and commune.seat_lat is not None
        found = organisations.commune_at(commune.seat_lon, commune.seat_lat)
        assert found is not None and found.code == commune.code
    assert organisations.commune_at(105.85, 21.02) is None, "Hà Nội is not in Đồng Tháp"
    ground = organisations.territory(organisations.communes()[0].id)
    assert ground is not None and ground["properties"]["approximate"] is True


def test_every_pair_names_known_units_and_a_split_has_one_main_successor() -> None:
    links = reference_data.links()
    assert (
        len([link for link in links if link.old_level == "commune"]) == 10566
    )  # the source's 10,597 without 31 namesakes (reference/SOURCE.md)
    old = {("commune", code) for code in reference_data.by_code("communes_2024")}
    old |= {("district", code) for code in reference_data.by_code("districts_2024")}
    assert all((link.old_level, link.old_code) in old for link in links)
    assert {link.new_code for link in links} == set(reference_data.by_code("communes_2025"))
    mains = Counter((link.old_level, link.old_code) for link in links if link.is_main)
    assert set(mains.values()) == {1}


def test_wards_far_away_are_no_parts_of_a_ward_with_namesakes_of_theirs() -> None:
    provinces = reference_data.by_code("communes_2024")
    districts = {provinces[link.old_code].district_code for link in reference_data.links() if link.new_code == "29869"}
    assert districts == {"866"}  # Phường Cao Lãnh is made of the old city of Cao Lãnh alone
