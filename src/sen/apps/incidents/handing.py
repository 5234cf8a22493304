"""Steps that a procedure hands over to units: when the order goes out, and what ticking the step means for it.

A step for officers of a commune or department is theirs to do: the order goes out when its turn comes. A step of the duty desk is the
sending itself: the order goes out when the desk ticks it, so that nothing leaves the desk unseen.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.incidents import dispatches, procedure_copy
from sen.apps.incidents.choices import DispatchState
from sen.apps.incidents.models import Incident, StepRun
from sen.apps.packs.interface import Step
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import Role

IN_THE_FIELD = (Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER)


def hand_over(scope: Scope, incident: Incident, row: StepRun) -> bool:
    """Send the order of a step whose turn has come, if it is to be done in the field; whether one went out.

    Where the place is not known yet nothing goes out: the turn is told to the lead instead, and the officer sends by hand.
    """
    step = procedure_copy.step_of(incident, row.code)
    if step is None or not step.dispatch or step.role not in IN_THE_FIELD:
        return False
    try:
        return bool(dispatches.send_for_step(scope, incident, row, step))
    except InvalidInput:
        return False


def settle(scope: Scope, incident: Incident, row: StepRun, step: Step | None) -> None:
    """A step is being ticked: the desk's order goes out now; orders of a step in the field are carried out with it."""
    if step is None or not step.dispatch:
        return
    if step.role not in IN_THE_FIELD:
        if not row.dispatches.exists():
            dispatches.send_for_step(scope, incident, row, step)
        return
    result = row.note or _("Đã làm xong bước “{step}”.").format(step=row.words)
    over = (DispatchState.DONE, DispatchState.RECALLED)
    for one in row.dispatches.select_for_update(of=("self",)).select_related("unit").exclude(state__in=over):
        if dispatches.answers(scope, incident, one):
            dispatches.end(scope, incident, one, result[:2000])
