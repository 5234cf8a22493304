"""Templates through the interface: versions, audiences, overrides, mandatory versions, undo, and who sees what."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from sen.apps.packs.tests.conftest import row

if TYPE_CHECKING:
    from sen.apps.packs.tests.conftest import World

MAXIMUM = "/rows/pm25-24h/maximum"
OPEN = ("/rows/*/maximum",)


def make(
    world: World, content: Any = None, *, code: str = "gioi-han", owner: UUID | None = None, by: str = "dulieu"
) -> UUID:
    from sen.apps.packs import interface as packs

    return packs.create_template(
        scope=world.scope(by), kind="limit_set", code=code, name=f"Mẫu {code}", owner_id=owner or world.province.id,
        content=content or {"rows": [row()]},
    ).id  # fmt: skip


def publish(
    world: World, template: UUID, content: Any = None, *, rule: str = "all", by: str = "dulieu", **options: Any
) -> int:
    """Save a new draft where one is given, and publish it."""
    from sen.apps.packs import interface as packs

    scope = world.scope(by)
    if content is not None:
        revision = packs.template(scope, template).revision
        packs.save_draft(scope=scope, template_id=template, content=content, revision=revision)
    audience = packs.Audience(rule, options.pop("kinds", ()), options.pop("units", ()))
    return packs.publish(scope=scope, template_id=template, audience=audience, **{"open_fields": OPEN, **options})


def maximum(world: World, template: UUID, as_of: date | None = None) -> float:
    from sen.apps.packs import interface as packs

    return packs.effective_one(world.scope("xa-a"), template, world.ours.id, as_of).content["rows"][0]["maximum"]


def test_a_unit_inherits_overrides_what_is_open_and_is_refused_the_rest(world: World) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import Conflict, InvalidInput, NotFound

    template, ours, scope = make(world), world.ours.id, world.scope("xa-a")
    here = {"scope": scope, "template_id": template, "unit_id": ours}
    with pytest.raises(NotFound):
        packs.inherit(**here)  # a draft is nobody's business
    publish(world, template, note="bản đầu")
    [offer] = packs.offers(scope, ours)
    assert (offer.template.code, offer.version, offer.note, offer.declined) == ("gioi-han", 1, "bản đầu", False)
    assert packs.effective(scope, ours) == []
    before = packs.settings_version()
    packs.inherit(**here)
    assert packs.settings_version() != before
    assert packs.offers(scope, ours) == []
    with pytest.raises(Conflict):
        packs.inherit(**here)

    packs.override(**here, changes={MAXIMUM: 40.0}, reason="trường học ở gần")
    [mine] = packs.effective(scope, ours)
    assert (mine.content["rows"][0]["maximum"], mine.overridden, mine.ignored) == (40.0, (MAXIMUM,), ())
    with pytest.raises(Conflict) as closed:
        packs.override(**here, changes={MAXIMUM: 30.0, "/rows/pm25-24h/severity": "notice"}, reason="thử")
    assert closed.value.code == "closed_fields" and list(closed.value.fields) == ["/rows/pm25-24h/severity"]
    with pytest.raises(InvalidInput) as wrong:
        packs.override(**here, changes={MAXIMUM: "cao"}, reason="thử")
    assert wrong.value.code == "invalid_override" and MAXIMUM in wrong.value.fields
    with pytest.raises(InvalidInput):
        packs.override(**here, changes={MAXIMUM: 30.0}, reason=" ")
    assert maximum(world, template) == 40.0

    [mine] = packs.overrides_in(scope, template, ours)
    assert (mine.value, mine.reason, mine.made_by) == (40.0, "trường học ở gần", "xa-a")
    packs.override(**here, changes={MAXIMUM: 45.0}, reason="như mẫu")  # the published value is no override
    assert packs.overrides_in(scope, template, ours) == []


def test_a_new_version_waits_for_the_unit_and_keeps_its_override(world: World) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import Conflict, NotFound

    template, ours, scope = make(world), world.ours.id, world.scope("xa-a")
    here = {"scope": scope, "template_id": template, "unit_id": ours}
    publish(world, template)
    packs.inherit(**here)
    packs.override(**here, changes={MAXIMUM: 40.0}, reason="trường học")
    two = [row(maximum=35.0), row("pm10-24h", property="pm10", maximum=90.0)]
    assert publish(world, template, {"rows": two}) == 2
    one = packs.effective_one(scope, template, ours)
    assert (one.version, one.pending) == (1, 2)
    changes = packs.diff(
        packs.version(scope, template, 1).content, packs.version(scope, template, 2).content, kind="limit_set"
    )
    assert [(c.path, c.kind, c.before, c.after) for c in changes if c.kind == "changed"] == [
        (MAXIMUM, "changed", 45.0, 35.0)
    ]
    assert [(c.path, c.words) for c in changes if c.kind == "added"] == [
        ("/rows/pm10-24h", "Giới hạn › PM2,5 trung bình 24 giờ")
    ]
    packs.decline(**here, version=2, reason="chờ thiết bị")
    assert packs.effective_one(scope, template, ours).pending is None
    publish(world, template, {"rows": [row(maximum=30.0)]})
    assert packs.effective_one(scope, template, ours).pending == 3
    packs.accept(**here, version=3)
    now = packs.effective_one(scope, template, ours)
    assert (now.version, now.pending, now.content["rows"][0]["maximum"]) == (3, None, 40.0)
    with pytest.raises(NotFound):
        packs.accept(**here, version=9)

    packs.withdraw(scope=world.scope("dulieu"), template_id=template, version=3, reason="nhầm số")
    assert packs.effective_one(scope, template, ours).version == 2  # the newest that is left below what it accepted
    with pytest.raises(Conflict):
        packs.withdraw(scope=world.scope("dulieu"), template_id=template, version=3, reason="nữa")


def test_a_closed_or_impossible_override_is_kept_and_said(world: World) -> None:
    from sen.apps.packs import interface as packs

    template, ours, scope = make(world, {"rows": [row(minimum=10.0)]}), world.ours.id, world.scope("xa-a")
    here = {"scope": scope, "template_id": template, "unit_id": ours}
    publish(world, template, open_fields=("/rows/*/maximum", "/rows/*/minimum"))
    packs.inherit(**here)
    packs.override(**here, changes={MAXIMUM: 20.0, "/rows/pm25-24h/minimum": 15.0}, reason="thử")
    publish(world, template, {"rows": [row(minimum=30.0)]}, open_fields=OPEN)
    packs.accept(**here, version=2)
    now = packs.effective_one(scope, template, ours)
    said = {one.path: one.reason for one in now.ignored}
    assert said == {MAXIMUM: "invalid", "/rows/pm25-24h/minimum": "closed"}
    assert (now.content["rows"][0]["maximum"], now.overridden) == (45.0, ())
    assert "nhỏ hơn" in next(one.message for one in now.ignored if one.reason == "invalid")
    publish(world, template, {"rows": [row("khac")]}, open_fields=("/rows/*",))
    packs.accept(**here, version=3)
    assert {one.path: one.reason for one in packs.effective_one(scope, template, ours).ignored} == dict.fromkeys(
        said, "gone"
    )
    assert len(packs.overrides_in(scope, template, ours)) == 2
    packs.reset(scope=scope, template_id=template, unit_id=ours)
    assert packs.overrides_in(scope, template, ours) == []


def test_whole_items_are_added_replaced_and_left_out(world: World) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import InvalidInput

    content = {"rows": [row(), row("pm10-24h", property="pm10", maximum=100.0)]}
    template, ours, scope = make(world, content), world.ours.id, world.scope("xa-a")
    here = {"scope": scope, "template_id": template, "unit_id": ours}
    publish(world, template, open_fields=("/rows/*",))
    packs.inherit(**here)
    packs.override(**here, changes={MAXIMUM: 44.0}, reason="thử")
    new = row("so2-1h", property="so2", averaging="1h", maximum=300.0)
    changes = {"/rows/pm10-24h": packs.REMOVED, "/rows/so2-1h": new, "/rows/pm25-24h": row(maximum=41.0)}
    packs.override(**here, changes=changes, reason="theo thực tế")
    now = packs.effective_one(scope, template, ours)
    assert {one["code"]: one["maximum"] for one in now.content["rows"]} == {"pm25-24h": 41.0, "so2-1h": 300.0}
    assert set(now.overridden) == set(changes)  # the field below the replaced item went with it
    with pytest.raises(InvalidInput):
        packs.override(**here, changes={"/rows/la": row("la", property="khong-co")}, reason="thử")
    [drift] = packs.drift(scope, changed_only=True)
    assert (drift.overrides, set(drift.paths), drift.behind) == (3, set(changes), 0)


def test_a_mandatory_version_takes_effect_on_its_day(world: World) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.errors import Conflict

    template, ours, scope = make(world), world.ours.id, world.scope("xa-a")
    here = {"scope": scope, "template_id": template, "unit_id": ours}
    today = clock.local(clock.now()).date()
    later = today + timedelta(days=10)
    publish(world, template, mandatory=True, effective_on=later)
    assert packs.effective(scope, ours) == []
    [offer] = packs.offers(scope, ours)
    assert offer.mandatory and offer.effective_on == later
    [then] = packs.effective(scope, ours, as_of=later)
    assert then.mandatory and then.version == 1
    with pytest.raises(Conflict):
        packs.decline(**here, version=1, reason="không muốn")
    packs.accept(**here, version=1)
    publish(world, template, {"rows": [row(maximum=30.0)]}, mandatory=True, effective_on=later)
    now = packs.effective_one(scope, template, ours)
    assert (now.version, now.pending, now.upcoming) == (1, 2, packs.Upcoming(2, later))
    assert (maximum(world, template), maximum(world, template, later)) == (45.0, 30.0)
    with clock.frozen(clock.now() + timedelta(days=11)):
        assert maximum(world, template) == 30.0
        packs.override(**here, changes={MAXIMUM: 28.0}, reason="mục này để mở")
        with pytest.raises(Conflict):
            packs.leave(**here, reason="không muốn")
        with pytest.raises(Conflict):
            packs.accept(**here, version=1)


def test_who_a_version_is_for_decides_who_finds_it(world: World) -> None:
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import Forbidden, InvalidInput, NotFound
    from sen.kernel.scopes import SYSTEM

    ours, theirs = world.ours, world.theirs
    by_kind, by_name = make(world, code="theo-loai"), make(world, code="theo-ten")
    publish(world, by_kind, rule="kinds", kinds=(ours.kind,))
    publish(world, by_name, rule="units", units=(theirs.id,))
    private = make(world, code="rieng", owner=ours.id, by="xa-a")
    publish(world, private, rule="own", by="xa-a")
    seen = {
        name: {one.ref.code for one in packs.templates(world.scope(name))[0]} for name in ("dulieu", "xa-a", "xa-b")
    }
    kind_too = {"theo-loai"} if theirs.kind == ours.kind else set()
    assert seen == {
        "dulieu": {"theo-loai", "theo-ten", "rieng"},
        "xa-a": {"theo-loai", "rieng"},
        "xa-b": {"theo-ten"} | kind_too,
    }
    for scope, template in ((world.scope("xa-b"), private), (world.scope("xa-a"), by_name)):
        for ask in (packs.template, packs.versions, packs.where_used):
            with pytest.raises(NotFound):
                ask(scope, template)
    with pytest.raises(NotFound):
        packs.effective(world.scope("xa-b"), ours.id)
    assert packs.effective_one(world.scope("xa-a"), private, ours.id).own
    assert packs.template(world.scope("xa-a"), by_kind).draft is None
    assert [one.audience.unit_ids for one in packs.versions(world.scope("xa-b"), by_name)] == [(theirs.id,)]
    with pytest.raises(Forbidden):  # a commune publishes to nobody but itself
        publish(world, private, rule="all", by="xa-a")
    with pytest.raises(NotFound):
        make(world, code="cua-nguoi", owner=theirs.id, by="xa-a")
    with pytest.raises(InvalidInput):
        publish(world, by_name, rule="units", units=(world.province.id,))
    with pytest.raises(InvalidInput):
        publish(world, by_kind, open_fields=("/rows/*/maximun",))

    # Its own private version a commune withdraws and brings back by itself.
    officer = world.scope("xa-a")
    packs.withdraw(scope=officer, template_id=private, version=1, reason="làm lại")
    assert "rieng" not in {one.template.code for one in packs.effective(officer, ours.id)}
    packs.undo(scope=officer, change_id=packs.changes(officer, template_id=private)[0][0].id)
    assert packs.effective_one(officer, private, ours.id).version == 1

    # Founded after the publication: in the audience from its first day on.
    every = make(world, code="tat-ca")
    publish(world, every, mandatory=True)
    new = organisations.create_unit(
        scope=SYSTEM, code="82999", name="Xã Mới", kind="commune", level="commune", parent="82"
    )
    assert [one.template.code for one in packs.effective(SYSTEM, new.id)] == ["tat-ca"]


def test_two_people_publish_at_once_and_one_is_told(world: World) -> None:
    from django.db import connection

    from sen.apps.packs import interface as packs
    from sen.kernel.errors import Conflict

    template, scope = make(world), world.scope("dulieu")
    revision = packs.template(scope, template).revision
    results: list[Any] = []
    start = threading.Barrier(2)

    def one() -> None:
        start.wait()
        try:
            results.append(
                packs.publish(scope=scope, template_id=template, audience=packs.Audience("all"), revision=revision)
            )
        except Conflict as error:
            results.append(error.status)
        finally:
            connection.close()

    people = [threading.Thread(target=one) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    assert sorted(results) == [1, 412]
    with pytest.raises(Conflict):
        packs.save_draft(scope=scope, template_id=template, content={"rows": []}, revision=revision)


def test_what_was_published_cannot_be_changed_in_the_database(world: World) -> None:
    from django.db import DatabaseError, transaction

    from sen.apps.packs.models import TemplateVersion

    template = make(world)
    publish(world, template)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        TemplateVersion.objects.filter(template=template).update(content={"rows": []})
    with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic():
        TemplateVersion.objects.filter(template=template).delete()


def test_every_decision_can_be_taken_back(world: World) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel import clock
    from sen.kernel.errors import Conflict, NotFound

    template, ours, scope = make(world), world.ours.id, world.scope("xa-a")
    here = {"scope": scope, "template_id": template, "unit_id": ours}
    publish(world, template)
    packs.inherit(**here)
    packs.override(**here, changes={MAXIMUM: 40.0}, reason="một")
    packs.override(**here, changes={MAXIMUM: 38.0}, reason="hai")
    second, first, inherited = (one for one in packs.changes(scope)[0])
    assert [one.action for one in (second, first, inherited)] == ["override", "override", "inherit"]
    with pytest.raises(Conflict) as since:
        packs.undo(scope=scope, change_id=first.id)
    assert since.value.code == "decided_since"
    with pytest.raises(NotFound):
        packs.undo(scope=world.scope("xa-b"), change_id=second.id)
    packs.undo(scope=scope, change_id=second.id)
    assert maximum(world, template) == 40.0
    packs.undo(scope=scope, change_id=first.id)
    assert maximum(world, template) == 45.0
    with pytest.raises(Conflict):
        packs.undo(scope=scope, change_id=first.id)
    packs.undo(scope=scope, change_id=inherited.id)
    assert packs.effective(scope, ours) == [] and len(packs.offers(scope, ours)) == 1

    steward = world.scope("dulieu")
    publish(world, template, {"rows": [row(maximum=5.0)]})
    slip = packs.changes(steward, template_id=template)[0][0]
    with clock.frozen(clock.now() + timedelta(hours=2)), pytest.raises(Conflict):
        packs.undo(scope=steward, change_id=slip.id)
    packs.undo(scope=steward, change_id=slip.id)
    assert [one.version for one in packs.offers(scope, ours)] == [1]
    packs.retire(scope=steward, template_id=template, reason="thay bằng mẫu khác")
    assert packs.offers(scope, ours) == []
    packs.undo(scope=steward, change_id=packs.changes(steward, template_id=template)[0][0].id)
    assert len(packs.offers(scope, ours)) == 1


def test_accepting_for_many_is_one_batch_with_one_undo(world: World) -> None:
    from sen.apps.audit.models import AuditEvent
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import Conflict, NotFound

    template, steward = make(world), world.scope("dulieu")
    publish(world, template)
    units = [one.id for one in organisations.communes()]
    packs.inherit(scope=steward, template_id=template, unit_id=units[0])
    publish(world, template, {"rows": [row(maximum=35.0)]})
    events = AuditEvent.objects.count()
    batch = packs.accept_for_many(scope=steward, template_id=template, unit_ids=units, version=2)
    assert AuditEvent.objects.count() == events + 1
    states = [(one.state, one.version) for one in packs.where_used(steward, template) if one.unit_id in set(units)]
    assert states == [("follows", 2)] * len(units)
    with pytest.raises(NotFound):
        packs.accept_for_many(scope=world.scope("xa-a"), template_id=template, unit_ids=units, version=2)
    assert packs.undo_batch(scope=steward, batch=batch) == len(units)
    used = {one.unit_id: (one.state, one.version) for one in packs.where_used(steward, template)}
    assert used[units[0]] == ("behind", 1) and used[units[1]] == ("offered", None)
    again = packs.accept_for_many(scope=steward, template_id=template, unit_ids=units, version=2)
    packs.leave(scope=world.scope("xa-a"), template_id=template, unit_id=world.ours.id, reason="thôi")
    with pytest.raises(Conflict):
        packs.undo_batch(scope=steward, batch=again)


def test_faults_of_a_content_are_named_by_their_path(world: World) -> None:
    from sen.apps.packs import interface as packs
    from sen.kernel.errors import InvalidInput

    def faults(kind: str, content: dict[str, Any]) -> dict[str, str]:
        with pytest.raises(InvalidInput) as refused:
            packs.create_template(
                scope=world.scope("dulieu"),
                kind=kind,
                code="hong",
                name="Hỏng",
                owner_id=world.province.id,
                content=content,
            )
        return refused.value.fields

    wrong = [
        row("a", property="khong-co"),
        row("b", unit="mg/L"),
        row("c", maximum=None),
        row("d", valid_to="2025-01-01"),
    ]
    said = faults("limit_set", {"rows": wrong})
    assert {"/rows/a/property", "/rows/b/unit", "/rows/c", "/rows/d/valid_to"} <= set(said)
    assert "trùng thời gian" in faults("limit_set", {"rows": [row(), row("lan-hai")]})["/rows/lan-hai"]
    assert "bị trùng" in faults("limit_set", {"rows": [row(), row()]})["/rows/pm25-24h"]
    assert set(faults("limit_set", {"rows": [row(maximum="cao")]})) == {MAXIMUM}
    assert set(faults("code_list", {"items": [{"code": "a b", "name": "A"}]})) == {"/items/a b"}
    choice = {"code": "loai", "label": "Loại", "type": "choice"}
    amount = {"code": "so", "label": "Số", "type": "text", "unit": "m"}
    assert set(faults("form", {"fields": [choice, amount]})) == {"/fields/loai/code_list", "/fields/so"}
    assert set(faults("khong-co", {})) == {"kind"}
