"""A finished hand-over for the demonstration: made of what is there, marked simulated, signed by nobody's password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sen.apps.access.interface import Scope
from sen.apps.shifts.handover import document, services
from sen.apps.shifts.handover_models import Handover
from sen.apps.shifts.models import Duty
from sen.kernel import clock

MEANS = "simulated"


@transaction.atomic
def make(*, outgoing: Scope, incoming: Scope, unit_id: UUID, notes: Sequence[str], remark: str) -> Handover:
    """Hand the outgoing's last finished turn over, with `notes` on the first lines."""
    held = services.begin(scope=outgoing, unit_id=unit_id)
    last = (
        Duty.objects.filter(person_id=outgoing.user_id, post__unit_id=unit_id, ends_at__lte=clock.now())
        .order_by("-ends_at")
        .first()
    )
    if last is not None:
        held.turn, held.starts_at, held.ends_at = last.turn, last.starts_at, last.ends_at
    at = held.ends_at
    for line, words in zip(held.lines.all(), notes, strict=False):
        line.note = words
        line.save(update_fields=["note"])
    _sign(held, incoming, remark, at)
    held.file_id = document.make(outgoing, held)
    held.save()
    return held


def _sign(held: Handover, incoming: Scope, remark: str, at: datetime) -> None:
    held.simulated, held.remark, held.incoming_id, held.filled_at = True, remark, incoming.user_id, at
    held.given_at = held.taken_at = at
    held.given_by_means = held.taken_by_means = MEANS
    held.lines.update(received_at=at)
    held.given_digest = held.digest = services.digest(held)
    held.state = Handover.State.DONE
    held.save()
