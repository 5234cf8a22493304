"""Who is told about tasks, and how: every notification has a key, so that nobody is told the same thing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.directives.chase_plan import To
from sen.apps.directives.models import Directive, Task
from sen.apps.notifications import interface as notifications
from sen.apps.notifications.interface import Recipients
from sen.apps.organisations import interface as organisations
from sen.kernel.scopes import Role

_WORKING = (Role.LEADER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER, Role.DUTY_OFFICER)


def tell(
    key: str, to: Recipients, title: str, body: str, *, url: str, severity: str = "info", about: str = ""
) -> UUID | None:
    """Tell `to` once for `key`, in the caller's transaction."""
    if not (to.user_ids or to.unit_roles):
        return None
    return notifications.notify(
        key=key, to=to, title=title[:200], body=body[:2000], url=url, severity=severity, about=about
    )


def about(task: Task, key: str, to: Recipients, title: str, body: str, *, severity: str = "info") -> UUID | None:
    """Tell `to` once for `key` about one task."""
    return tell(
        f"task:{task.number}:{key}", to, f"{task.number}: {title}", body, url=f"/tasks/{task.number}/",
        severity=severity, about=f"task:{task.number}",
    )  # fmt: skip


def of_unit(unit_id: UUID) -> Recipients:
    """Everybody who works in a unit; where nobody does, the role that should, so that it shows as not deliverable."""
    held = roles_held([unit_id])[unit_id]
    present = [one for one in _WORKING if one in held] or [Role.LEADER]
    return Recipients(unit_roles=tuple((unit_id, str(one)) for one in present))


def leaders(unit_id: UUID) -> Recipients:
    """The leaders of a unit; where it has none, of the nearest unit above that has."""
    found = organisations.lineages([unit_id]).get(unit_id)
    line = [unit_id, *(found.above if found else ())]
    held = roles_held(line)
    for one in line:
        if Role.LEADER in held[one]:
            return Recipients(unit_roles=((one, str(Role.LEADER)),))
    return Recipients(unit_roles=((line[-1], str(Role.LEADER)),))


def of_degree(task: Task, to: To) -> Recipients:
    """Whom a reminder of a degree reaches; a higher degree tells those below it too, so that nobody is passed over."""
    several = [of_unit(task.lead_id)]
    if to in ("unit_leader", "province_leader"):
        several.append(leaders(task.lead_id))
    if to == "province_leader":
        several.append(leaders(organisations.province().id))
    return together(several)


def together(several: Collection[Recipients]) -> Recipients:
    """All of them as one, each once."""
    return Recipients(
        user_ids=tuple(dict.fromkeys(user for one in several for user in one.user_ids)),
        unit_roles=tuple(dict.fromkeys(pair for one in several for pair in one.unit_roles)),
    )


def roles_held(unit_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The roles that somebody holds in each of these very units."""
    held = organisations.members_by_unit(unit_ids)
    return {unit: frozenset(role for roles in held.get(unit, {}).values() for role in roles) for unit in unit_ids}


def assigned(tasks: Sequence[Task]) -> None:
    """Each unit hears once of all that it got by one directive."""
    of_lead: dict[UUID, list[Task]] = defaultdict(list)
    for one in tasks:
        of_lead[one.lead_id].append(one)
    for unit_id, own in of_lead.items():
        first = own[0]
        if len(own) == 1:
            title = _("{number}: nhiệm vụ mới").format(number=first.number)
        else:
            title = ngettext("{n} nhiệm vụ mới", "{n} nhiệm vụ mới", len(own)).format(n=len(own))
        body = "\n".join(f"{one.number} {one.words[:200]}{_due(one)}" for one in own[:8])
        source = " ".join(filter(None, (first.directive.number, first.directive.title)))
        url = f"/tasks/{first.number}/" if len(own) == 1 else f"/tasks/list/?directive={first.directive_id}"
        tell(
            f"directive:{first.directive_id}:{unit_id}", of_unit(unit_id), title, f"{source}\n{body}", url=url,
            severity="notice", about=f"directive:{first.directive_id}",
        )  # fmt: skip


def taken_back(directive: Directive, tasks: Sequence[Task]) -> None:
    """Units hear that what they got a moment ago was taken back."""
    for unit_id in sorted({one.lead_id for one in tasks}):
        numbers = ", ".join(one.number for one in tasks if one.lead_id == unit_id)
        tell(
            f"directive:{directive.pk}:{unit_id}:back", of_unit(unit_id), _("Thu hồi nhiệm vụ vừa giao"),
            f"{directive.number} {directive.title}: {numbers}", url="/tasks/", about=f"directive:{directive.pk}",
        )  # fmt: skip


def _due(task: Task) -> str:
    return _(" (hạn {day})").format(day=f"{task.deadline:%d/%m/%Y}") if task.deadline else ""
