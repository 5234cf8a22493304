"""The demonstration's story holds together: the drill's delays, its late step, the order that waits, everything marked."""

from __future__ import annotations

from typing import Any


def test_the_demonstration_is_made_once_and_marked(people: Any) -> None:
    from sen.apps.incidents import interface as incidents
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    packs.install_pack_templates(scope=SYSTEM, unit_id=organisations.province().id)
    for _time in range(2):
        incidents.create_demonstration()
    leader = people["lanhdao"]
    [running] = incidents.incidents(leader).items
    assert running.simulated and not running.drill and running.unanswered == 1
    detail = incidents.incident(leader, running.number)
    assert {one.state for one in detail.dispatches} >= {"arrived", "sent"}
    assert [one.state for one in detail.messages] == ["submitted"] and detail.messages[0].status == "Test"
    [drill] = incidents.incidents(leader, incidents.IncidentFilter(states=("closed",))).items
    assert drill.drill and drill.number.startswith("DT-") and drill.review_state == "done"
    review = incidents.incident(leader, drill.number).review
    assert review and review.figures.steps_on_time == review.figures.steps_counted - 1
    assert next(one.seconds for one in review.figures.delays if one.code == "open_to_close") > 3600
    lessons = incidents.lessons(leader)
    assert {one.kind for one in lessons} == {"task", "template"} and all(one.drill for one in lessons)
