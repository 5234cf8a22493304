"""Telling people through the inbox: one key is one notification, roles are resolved, nobody is forgotten in silence."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.usefixtures("centre")


def _tell(key: str, **options):
    from sen.apps.notifications import interface as notifications
    from sen.apps.organisations import interface as organisations

    province = organisations.province()
    to = notifications.Recipients(unit_roles=((province.id, "duty_officer"), (province.id, "agent_1022")))
    defaults = {"to": to, "title": "Nước vượt báo động II", "body": "", "url": "/alerts/", "severity": "warning", "about": f"alert:{key}"}  # fmt: skip
    return notifications.notify(key=key, **(defaults | options))


def test_one_key_is_one_notification_and_its_reader_confirms_it():
    from sen.apps.access import interface as access
    from sen.apps.notifications import interface as notifications

    scope = access.scope_of_username("trucban")
    before = notifications.unread(scope)
    made = _tell("mot-khoa", needs_ack=True)
    assert made is not None
    assert _tell("mot-khoa") is None
    assert notifications.unread(scope) == before + 1
    summary = notifications.state_of(["alert:mot-khoa", "alert:khac"])
    assert list(summary) == ["alert:mot-khoa"]
    assert (summary["alert:mot-khoa"].people, summary["alert:mot-khoa"].delivered) == (2, 2)
    assert notifications.acknowledge(scope, made)
    assert not notifications.acknowledge(scope, made)
    assert notifications.unread(scope) == before
    assert notifications.state_of(["alert:mot-khoa"])["alert:mot-khoa"].acknowledged == 1


def test_a_role_that_nobody_holds_shows_as_undeliverable():
    from sen.apps.notifications import interface as notifications
    from sen.apps.organisations import interface as organisations

    lonely = organisations.communes()[-1]
    _tell("khong-ai", to=notifications.Recipients(unit_roles=((lonely.id, "commune_officer"),)))
    [lost] = notifications.state_of(["alert:khong-ai"])["alert:khong-ai"].undeliverable
    assert lonely.name in lost.reason
