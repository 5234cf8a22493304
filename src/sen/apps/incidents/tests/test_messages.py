"""Messages to the public: two pairs of eyes, references of updates, and drills that never get out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest


def test_a_message_needs_another_pair_of_eyes_and_is_updated_and_ended_by_reference(people: Any) -> None:
    from sen.apps.incidents import interface as incidents
    from sen.apps.incidents import messages, reviewing
    from sen.kernel.errors import Conflict, Forbidden, InvalidInput

    duty, leader = people["trucban"], people["lanhdao"]
    number = people.flood(procedure="").number
    with pytest.raises(InvalidInput) as refused:
        messages.draft(
            scope=duty,
            number=number,
            content={"headline": " ", "polygon": [[105, 10], [105.1, 10], [105, 10]], "urgency": "x"},
        )
    assert set(refused.value.fields) == {"headline", "polygon", "urgency"}
    made = messages.draft(
        scope=duty,
        number=number,
        content={"headline": "Ngập sâu đường Nguyễn Huệ", "circle": {"lon": 105.6, "lat": 10.4, "radius_km": 2}},
    )
    assert (made.category, made.severity, made.geocodes) == ("Met", "Moderate", ["28249"])
    with pytest.raises(Conflict):
        messages.approve(scope=leader, message_id=made.pk)
    messages.save(scope=leader, message_id=made.pk, content={"instruction": "Tránh đi qua"})
    messages.submit(scope=duty, message_id=made.pk)
    with pytest.raises(Forbidden) as own:
        messages.approve(scope=leader, message_id=made.pk)
    assert own.value.code == "own_message"
    with pytest.raises(Forbidden):
        messages.approve(scope=duty, message_id=made.pk)
    fresh = messages.draft(scope=duty, number=number, content={})
    messages.withdraw(scope=duty, message_id=made.pk)
    messages.submit(scope=duty, message_id=fresh.pk)
    messages.send_back(scope=leader, message_id=fresh.pk, reason="Ghi rõ đoạn đường")
    messages.save(scope=duty, message_id=fresh.pk, content={"area": "Đường Nguyễn Huệ, đoạn chợ"})
    messages.submit(scope=duty, message_id=fresh.pk)
    messages.approve(scope=leader, message_id=fresh.pk)
    assert incidents.published_messages() == []
    messages.publish(scope=leader, message_id=fresh.pk)
    update = messages.follow(scope=duty, message_id=fresh.pk, message_type="Update", content={"severity": "Severe"})
    for act in (messages.submit, messages.approve, messages.publish):
        act(scope=duty if act is messages.submit else leader, message_id=update.pk)
    shown = {one.identifier: one for one in incidents.published_messages()}
    assert set(shown) == {f"{number}-2", f"{number}-3"}
    newest = shown[f"{number}-3"]
    assert newest.message_type == "Update" and newest.severity == "Severe" and newest.status == "Actual"
    assert [identifier for identifier, _sent in newest.references] == [f"{number}-2"]
    assert newest.sent and newest.expires_at - newest.effective_at >= timedelta(hours=1)
    with pytest.raises(Conflict):
        reviewing.close(scope=duty, number=number, words="Nước rút")
    ended = messages.follow(scope=duty, message_id=update.pk, message_type="Cancel")
    for act in (messages.submit, messages.approve, messages.publish):
        act(scope=duty if act is messages.submit else leader, message_id=ended.pk)
    reviewing.close(scope=duty, number=number, words="Nước rút")


def test_a_drill_is_an_exercise_and_never_published(people: Any) -> None:
    from django.db import IntegrityError, transaction

    from sen.apps.incidents import interface as incidents
    from sen.apps.incidents import messages
    from sen.apps.incidents.models import PublicMessage
    from sen.kernel.errors import Conflict

    number = people.flood(procedure="", drill=True).number
    made = messages.draft(scope=people["trucban"], number=number, content={})
    messages.submit(scope=people["trucban"], message_id=made.pk)
    messages.approve(scope=people["lanhdao"], message_id=made.pk)
    with pytest.raises(Conflict) as refused:
        messages.publish(scope=people["lanhdao"], message_id=made.pk)
    assert refused.value.code == "drill"
    assert incidents.message(people["lanhdao"], made.pk).status == "Exercise"
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicMessage.objects.filter(pk=made.pk).update(state="published")
    assert incidents.published_messages() == []
