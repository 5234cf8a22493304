"""Who is told about a sheet: those who fill it in, those who approve it, the leaders above who is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.indicators.models_sheets import SheetEntry
from sen.apps.indicators.periods import parse
from sen.apps.notifications import interface as notifications
from sen.apps.notifications.interface import Recipients
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.scopes import Role

_FILLING = (Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER, Role.DATA_STEWARD)


def about(row: SheetEntry) -> str:
    """Under what the notifications of a sheet are kept together."""
    return f"sheet:{row.pk}"


MOST_NAMED = 12
"""Units that a message to those above names before it says how many more there are."""


def remind(row: SheetEntry, step: str, title: str, severity: str) -> int:
    """Tell who fills the sheet in, once for each step; how many messages."""
    body = _("{unit} · hạn nộp {due}. Mở phiếu để nhập số và gửi.").format(
        unit=row.unit.name, due=f"{row.due_on:%d/%m/%Y}"
    )
    return int(_tell(row, f"remind:{step}", filling(row.unit_id), title, body, severity=severity) is not None)


def late_units(rows: Sequence[SheetEntry], step: str, days: int) -> int:
    """Tell those above, in one message each, which of their units have not sent one sheet of one period; how many messages."""
    by_leader: dict[Recipients, list[SheetEntry]] = defaultdict(list)
    for row in rows:
        by_leader[leaders(row.unit_id)].append(row)
    return sum(_late_under(to, late, step, days) for to, late in by_leader.items())


def _late_under(to: Recipients, late: Sequence[SheetEntry], step: str, days: int) -> bool:
    one, names = late[0], sorted(row.unit.name for row in late)
    title = ngettext(
        "%(name)s, %(period)s: %(n)d đơn vị quá hạn nộp %(days)d ngày",
        "%(name)s, %(period)s: %(n)d đơn vị quá hạn nộp %(days)d ngày",
        len(names),
    ) % {"name": one.name, "period": parse(one.period).words, "n": len(names), "days": days}
    body = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        body = _("{names} và {n} đơn vị khác").format(names=body, n=len(names) - MOST_NAMED)
    unit, role = to.unit_roles[0]
    told = notifications.notify(
        key=f"sheets:{one.sheet}:{one.period}:{step}:{unit}:{role}", to=to, title=title[:200], body=body[:2000],
        url=f"/figures/sheets/?turn=late&sheet={one.sheet}", severity="warning", about=f"sheets:{one.sheet}:{one.period}",
    )  # fmt: skip
    return told is not None


def submitted(row: SheetEntry, approver: str) -> None:
    """Tell the approvers that a sheet waits for them."""
    title = _("{name}, {period}: chờ duyệt").format(name=row.name, period=parse(row.period).words)
    body = _("{unit} gửi lúc {at}.").format(
        unit=row.unit.name, at=f"{clock.local(row.submitted_at or clock.now()):%H:%M %d/%m/%Y}"
    )
    to = leaders(row.unit_id) if approver == "unit_leader" else _province()
    _tell(row, f"submitted:{row.revision}", to, title, body, severity="info")


def decided(row: SheetEntry, words: str) -> None:
    """Tell who fills the sheet in that it was sent back or approved, or that an approval was undone."""
    back = row.state == "sent_back"
    title = {
        "sent_back": _("{name}, {period}: bị trả lại"),
        "approved": _("{name}, {period}: đã duyệt"),
        "submitted": _("{name}, {period}: chờ duyệt lại"),
    }[row.state].format(name=row.name, period=parse(row.period).words)
    _tell(
        row,
        f"{row.state}:{row.revision}",
        filling(row.unit_id),
        title,
        words or row.unit.name,
        severity="notice" if back else "info",
    )


def _tell(row: SheetEntry, step: str, to: Recipients, title: str, body: str, *, severity: str) -> UUID | None:
    return notifications.notify(
        key=f"{about(row)}:{step}", to=to, title=title[:200], body=body[:2000], url=f"/figures/sheets/{row.pk}/", severity=severity,
        about=about(row),
    )  # fmt: skip


def filling(unit_id: UUID) -> Recipients:
    """Who fills in for a unit; where nobody does, the role that should, so that it shows as not deliverable."""
    held = {role for roles in organisations.members_by_unit([unit_id]).get(unit_id, {}).values() for role in roles}
    present = [one for one in _FILLING if one in held] or [Role.COMMUNE_OFFICER]
    return Recipients(unit_roles=tuple((unit_id, str(one)) for one in present))


def leaders(unit_id: UUID) -> Recipients:
    """The leaders of a unit, else of the nearest unit above that has one."""
    above = organisations.lineages([unit_id]).get(unit_id)
    line = [unit_id, *(above.above if above else ())]
    held = organisations.members_by_unit(line)
    for one in line:
        if any(Role.LEADER in roles for roles in held.get(one, {}).values()):
            return Recipients(unit_roles=((one, str(Role.LEADER)),))
    return Recipients(unit_roles=((line[-1], str(Role.LEADER)),))


def _province() -> Recipients:
    province = organisations.province().id
    return Recipients(unit_roles=((province, str(Role.DATA_STEWARD)), (province, str(Role.LEADER))))
