"""The tree in memory is never older than the transaction that reads it, and a reading request asks for it once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from sen.apps.organisations import interface as organisations
from sen.apps.organisations import queries, services, tree
from sen.kernel.reading import reading
from sen.kernel.scopes import SYSTEM

DAY = date(2026, 3, 1)


class _ChangedOnesMind(Exception):
    pass


def test_a_change_shows_at_once_and_its_rollback_too(dong_thap: organisations.UnitRef) -> None:
    before = tree.version()
    with pytest.raises(_ChangedOnesMind), transaction.atomic():
        services.rename_unit(
            scope=SYSTEM, unit=queries.unit("28249"), name="Phường Đạo Thạnh Mới", on=DAY, legal_source="thử nghiệm"
        )
        assert organisations.unit("28249").name == "Phường Đạo Thạnh Mới"
        assert tree.version() != before
        raise _ChangedOnesMind
    assert organisations.unit("28249").name == "Phường Đạo Thạnh"
    # Not through any code of ours: the database itself notices.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisations_unit SET name = 'Phường Khác' WHERE code = '28249' AND valid_to IS NULL")
    assert organisations.unit("28249").name == "Phường Khác"
    assert tree.version() != before


def test_the_tree_in_memory_says_what_the_database_says(dong_thap: organisations.UnitRef) -> None:
    for day in (date(2025, 6, 30), queries.today()):
        found = {organisations.ref(one) for one in queries.units(as_of=day)}
        assert set(tree.tree().on(day).units) == found
        assert len(found) > 100
    province = organisations.subtree_ids(dong_thap.id)
    # Below the province are today's units and, through their main successors, all that ended here.
    assert province == set(queries.Unit.objects.values_list("pk", flat=True)) - _ended_without_main_successor()


def _ended_without_main_successor() -> set[Any]:
    ended = queries.Unit.objects.exclude(valid_to=None).exclude(
        successions_down__is_main=True, successions_down__successor__isnull=False
    )
    return set(ended.values_list("pk", flat=True))


def test_a_reading_request_asks_for_the_version_once(
    dong_thap: organisations.UnitRef, django_assert_num_queries: Any
) -> None:
    organisations.province()
    with django_assert_num_queries(1), reading():
        organisations.communes()
        organisations.family([dong_thap.id])
        assert organisations.working_calendars_version() == tree.version()
        assert organisations.subtree_ids(organisations.province().id) >= {dong_thap.id}
