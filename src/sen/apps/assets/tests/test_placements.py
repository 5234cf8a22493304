"""What a unit leaves when it ends: its successor sees and manages it, and where it stood stays known."""

from __future__ import annotations

from datetime import date, datetime

import pytest

pytestmark = pytest.mark.django_db
MERGED = date(2026, 4, 1)


def test_a_successor_sees_and_manages_what_the_ended_unit_left() -> None:
    from django.test import Client

    from sen.apps.access import interface as access
    from sen.apps.access import queries as people
    from sen.apps.access.models import User
    from sen.apps.assets import board, queries, services
    from sen.apps.organisations import interface as organisations
    from sen.apps.organisations import queries as units
    from sen.apps.organisations import services as reorganise
    from sen.apps.organisations.models import UnitKind
    from sen.kernel.configuration import settings
    from sen.kernel.errors import NotFound
    from sen.kernel.scopes import SYSTEM, Role
    from sen.telemetry.ddl import migrate

    migrate(settings().clickhouse_url)
    organisations.install_province("82", scope=SYSTEM)
    access.create_demo_accounts()
    officer = User.objects.get(username="xa-a")  # of Phường Đạo Thạnh, 28249
    old, neighbour = units.unit("28249"), units.unit("28261")
    organisations.add_member(scope=SYSTEM, user_id=officer.pk, unit_id=old.pk, role=Role.DATA_STEWARD)
    services.create_asset(
        scope=SYSTEM, code="cu", name="Trạm cũ", kind="air_station", owner="28249", properties=["pm25"]
    )
    services.create_asset(
        scope=SYSTEM, code="la", name="Trạm lạ", kind="air_station", owner="28270", properties=["pm25"]
    )
    merged = reorganise.merge_units(
        scope=SYSTEM, parts=[old, neighbour], code="28249", name="Phường Gộp", kind=UnitKind.WARD, on=MERGED, legal_source="thử"
    )  # fmt: skip
    people.forget_scopes()
    scope = people.scope_for(officer)
    assert {merged.pk, old.pk, neighbour.pk} <= scope.unit_ids
    assert organisations.standing_ids(merged.pk) == {merged.pk}
    assert queries.asset_for(scope, "cu").code == "cu"
    with pytest.raises(NotFound):
        queries.asset_for(scope, "la")
    services.change_asset(scope=scope, code="cu", changes={"name": "Trạm của phường cũ"})
    now = board.current()
    seen = {now.places.code[n] for n, visible in enumerate(now.visible(scope)) if visible}
    assert seen & {"cu", "la"} == {"cu"}
    client = Client()
    client.force_login(officer)
    assert "Phường Đạo Thạnh (nay là Phường Gộp)" in client.get("/assets/cu/").content.decode()


def test_moves_are_kept_by_day() -> None:
    from sen.apps.assets import placements, services
    from sen.apps.assets.models import Asset
    from sen.apps.organisations import interface as organisations
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    made = services.create_asset(
        scope=SYSTEM,
        code="tram-chuyen",
        name="Trạm",
        kind="air_station",
        owner="28249",
        territory="28249",
        properties=[],
    )
    for day, owner in ((10, "28261"), (20, "28270"), (20, "28273")):
        with clock.frozen(datetime(2027, 3, day, 5, tzinfo=clock.VIETNAM)):
            services.change_asset(scope=SYSTEM, code="tram-chuyen", changes={"owner": owner})
    with clock.frozen(datetime(2027, 3, 25, 5, tzinfo=clock.VIETNAM)):
        services.change_asset(scope=SYSTEM, code="tram-chuyen", changes={"name": "Tên khác"})
    names = {one.id: code for code in ("28249", "28261", "28273") for one in [organisations.unit(code)]}
    placed = placements.placements_between([Asset.objects.get(pk=made.pk).pk], date(2027, 1, 1), date(2028, 1, 1))[
        made.pk
    ]
    assert [(names[one.owner_id], one.valid_from, one.valid_to) for one in placed] == [
        ("28249", None, date(2027, 3, 10)), ("28261", date(2027, 3, 10), date(2027, 3, 20)), ("28273", date(2027, 3, 20), None),
    ]  # fmt: skip
    march = placements.placements_between([made.pk], date(2027, 3, 12), date(2027, 3, 13))[made.pk]
    assert [names[one.owner_id] for one in march] == ["28261"]
