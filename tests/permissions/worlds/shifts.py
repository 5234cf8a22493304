"""What the matrix needs of shifts."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import ACCOUNTS


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A post, a duty, a hand-over and a file about it."""
    return _shift()


def _shift() -> dict[str, str]:
    """A post of the department with a duty of its officer tomorrow, the hand-over that they are writing, and a file about it."""
    from datetime import time, timedelta

    from sen.apps.access import interface as access
    from sen.apps.files import interface as files
    from sen.apps.organisations import interface as organisations
    from sen.apps.shifts import interface as shifts
    from sen.apps.shifts.handover import services
    from sen.apps.shifts.models import Duty
    from sen.kernel import clock

    owner, unit = access.scope_of_username(ACCOUNTS["owner"]), organisations.unit("82-snnmt").id
    post = shifts.create_post(
        scope=owner, unit_id=unit, name="Trực sở", role="department_officer", kind="duty", pattern="day", starts=time(7)
    )
    start = clock.now() + timedelta(days=1)
    placing = shifts.Placing(post, owner.user_id, start, start + timedelta(hours=8), "Cả ngày")
    edit = shifts.place(scope=owner, unit_id=unit, placings=[placing])
    shifts.promise(scope=owner, unit_id=unit, words="Gọi lại trạm cấp nước")
    held = services.begin(scope=owner, unit_id=unit)
    about = f"handover:{held.pk}"
    kept = files.keep(scope=owner, content=b"ghi tay", name="ghi.txt", unit_id=unit, about=about, personal=True)
    return {
        "post": str(post), "edit": str(edit), "duty": str(Duty.objects.get(post_id=post).pk), "handover": str(held.pk),
        "line": str(held.lines.get(section="promises").pk), "file": str(kept.id), "owner_person": str(owner.user_id),
    }  # fmt: skip
