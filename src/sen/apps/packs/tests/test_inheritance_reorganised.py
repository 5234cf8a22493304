"""Templates when units merge or end: nothing goes dark on the day, nothing is lost, nothing is decided for the new unit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sen.apps.packs.tests.conftest import row

MAXIMUM = "/rows/pm25-24h/maximum"


@pytest.fixture
def merged(db: None) -> dict[str, Any]:
    """Two communes that inherited, with an override each and a private template; tomorrow they are one."""
    from sen.apps.organisations import interface as organisations
    from sen.apps.organisations import services
    from sen.apps.organisations.models import Unit, UnitKind
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    organisations.install_province("82", scope=SYSTEM)
    province, parts = organisations.province(), organisations.communes()[:2]

    def make(code: str, owner: Any) -> Any:
        return packs.create_template(
            scope=SYSTEM, kind="limit_set", code=code, name=code, owner_id=owner.id, content={"rows": [row()]}
        ).id  # fmt: skip

    shared, named, private = make("chung", province), make("theo-ten", province), make("rieng", parts[0])
    fields = ["/rows/*/maximum"]
    packs.publish(scope=SYSTEM, template_id=shared, audience=packs.Audience("all"), open_fields=fields)
    by_name = packs.Audience("units", unit_ids=(parts[1].id,))
    packs.publish(scope=SYSTEM, template_id=named, audience=by_name, open_fields=fields)
    packs.publish(scope=SYSTEM, template_id=private, audience=packs.Audience("own"))
    for part, value in zip(parts, (40.0, 38.0), strict=True):
        packs.inherit(scope=SYSTEM, template_id=shared, unit_id=part.id)
        packs.override(
            scope=SYSTEM, template_id=shared, unit_id=part.id, changes={MAXIMUM: value}, reason="của đơn vị cũ"
        )
    tomorrow = clock.local(clock.now()).date() + timedelta(days=1)
    units = list(Unit.objects.filter(pk__in=[part.id for part in parts]).order_by("code"))
    new = services.merge_units(
        scope=SYSTEM, parts=units, code="82998", name="Phường Hợp Nhất", kind=UnitKind.WARD, on=tomorrow,
        legal_source="Nghị quyết thử",
    )  # fmt: skip
    ids = {"shared": shared, "named": named, "private": private}
    return {"parts": parts, "new": new.pk, "tomorrow": tomorrow, "province": province, **ids}


def test_a_merged_unit_goes_on_with_what_its_parts_accepted(merged: dict[str, Any]) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.scopes import SYSTEM

    old, new, day = merged["parts"][0].id, merged["new"], merged["tomorrow"]
    assert packs.effective(SYSTEM, new) == []  # not founded yet
    assert {one.template.code for one in packs.effective(SYSTEM, old)} == {"chung", "rieng"}
    assert packs.effective(SYSTEM, old, as_of=day) == []  # ended by then
    with clock.frozen(clock.now() + timedelta(days=1)):
        [one] = packs.effective(SYSTEM, new)
        assert (one.template.code, one.version, one.content["rows"][0]["maximum"]) == ("chung", 1, 45.0)
        assert {(each.reason, each.value, each.unit_id) for each in one.ignored} == {
            ("predecessor", 40.0, merged["parts"][0].id),
            ("predecessor", 38.0, merged["parts"][1].id),
        }
        # What was named for a part, or was a part's own, is offered to the unit that stands in its place.
        assert {offer.template.code for offer in packs.offers(SYSTEM, new)} == {"theo-ten", "rieng"}
        assert new not in {row.unit_id for row in packs.drift(SYSTEM)}  # it decided nothing itself yet

        packs.override(
            scope=SYSTEM, template_id=merged["shared"], unit_id=new, changes={MAXIMUM: 40.0}, reason="nhận lại"
        )
        one = packs.effective_one(SYSTEM, merged["shared"], new)
        assert (one.content["rows"][0]["maximum"], one.ignored) == (40.0, ())
        packs.leave(scope=SYSTEM, template_id=merged["shared"], unit_id=new, reason="không dùng nữa")
        assert packs.effective(SYSTEM, new) == []
        packs.inherit(scope=SYSTEM, template_id=merged["private"], unit_id=new)
        assert [each.template.code for each in packs.effective(SYSTEM, new)] == ["rieng"]


def test_the_people_of_a_merged_unit_find_the_templates_of_its_parts(merged: dict[str, Any]) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.scopes import Grant, Role, Scope

    units = frozenset([merged["new"]])
    people = Scope(
        user_id=None, username="can-bo", roles=frozenset([Role.COMMUNE_OFFICER]), unit_ids=units,
        grants=(Grant(Role.COMMUNE_OFFICER, units),),
    )  # fmt: skip
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert {one.ref.code for one in packs.templates(people)[0]} == {"chung", "theo-ten", "rieng"}
        assert len(packs.versions(people, merged["private"])) == 1
