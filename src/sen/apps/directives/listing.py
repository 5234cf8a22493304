"""Lists of tasks and of directives, by filter and page."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import policies, seeing
from sen.apps.directives.assigning import ref_of
from sen.apps.directives.choices import COUNTED, ExtensionState, Origin, Timeliness, Workflow
from sen.apps.directives.lines import lines_of
from sen.apps.directives.models import Extension, Task
from sen.apps.directives.timeliness import today, with_timeliness
from sen.apps.directives.values import DirectiveRef, Page, TaskFilter, TaskLine
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput
from sen.kernel.text import folded

MOST = 200
NEVER = date(9999, 12, 31)
ROLES = ("", "lead", "cooperating", "assigned")


def tasks(scope: Scope | None, wanted: TaskFilter | None = None, cursor: str | None = None, limit: int = 50) -> Page:
    """A page of the tasks that the caller sees: by deadline, the earliest first, those without one last.

    InvalidInput for a cursor that is none and for unknown words in the filter.
    """
    scope = require(scope, policies.VIEW)
    found = filtered(scope, wanted or TaskFilter())
    if cursor:
        day, number = _decoded(cursor)
        later = Q(deadline__gt=day) | Q(deadline=None) if day < NEVER else Q(pk=None)
        same = Q(deadline=day) if day < NEVER else Q(deadline=None)
        found = found.filter(later | (same & Q(number__gt=number)))
    limit = max(1, min(limit, MOST))
    rows = list(found.order_by(F("deadline").asc(nulls_last=True), "number")[: limit + 1])
    more = rows[limit - 1] if len(rows) > limit else None
    return Page(lines_of(rows[:limit]), _encoded(more.deadline or NEVER, more.number) if more else None)


def filtered(scope: Scope, wanted: TaskFilter) -> QuerySet[Any]:
    """The tasks of a filter with their `timeliness`."""
    _known(wanted)
    found = with_timeliness(seeing.visible(scope).filter(directive__undone_at=None), today())
    if wanted.workflow:
        found = found.filter(workflow__in=wanted.workflow)
    elif not wanted.with_gone:
        found = found.filter(workflow__in=COUNTED)
    if wanted.timeliness:
        found = found.filter(timeliness__in=wanted.timeliness)
    if wanted.unit_id is not None:
        found = found.filter(_of_unit(wanted.unit_id, wanted.role))
    of_directive = {
        "directive_id": wanted.directive_id, "directive__document_id": wanted.document_id,
        "directive__origin": wanted.origin, "directive__origin_reference": wanted.origin_reference,
        "directive__issuer": wanted.issuer, "parent__number": wanted.parent, "deadline__gte": wanted.due_from,
        "deadline__lte": wanted.due_until,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in of_directive.items() if value})
    if wanted.extension_asked:
        found = found.filter(Exists(Extension.objects.filter(task=OuterRef("pk"), state=ExtensionState.ASKED)))
    if text := folded(wanted.q.replace("\x00", "")):
        document = Q(directive__number__icontains=wanted.q.strip()) | Q(lead__folded_name__contains=text)
        found = found.filter(Q(folded__contains=text) | Q(number__icontains=wanted.q.strip()) | document)
    return found


def _of_unit(unit_id: UUID, role: str) -> Q:
    below = organisations.subtree_ids(unit_id)
    if role == "cooperating":
        through = Task.cooperating.through.objects.filter(task_id=OuterRef("pk"), unit_id__in=below)
        return Q(Exists(through))
    if role == "assigned":
        return Q(assigned_by_id=unit_id)
    return Q(lead_id__in=below)


def _known(wanted: TaskFilter) -> None:
    faults = {}
    words = {
        "workflow": (wanted.workflow, Workflow.values), "timeliness": (wanted.timeliness, Timeliness.values),
        "origin": ((wanted.origin,) if wanted.origin else (), Origin.values), "role": ((wanted.role,), ROLES),
    }  # fmt: skip
    for name, (given, known) in words.items():
        if unknown := [one for one in given if one not in known]:
            faults[name] = _("Không có giá trị {words}.").format(words=", ".join(unknown))
    if faults:
        raise InvalidInput(_("Điều kiện lọc không hợp lệ."), action=_("Bỏ điều kiện được nêu."), fields=faults)


def every(scope: Scope | None, wanted: TaskFilter, most: int = 5000) -> list[TaskLine]:
    """All rows of a filter for an export, at most `most`."""
    scope = require(scope, policies.VIEW)
    found = filtered(scope, wanted).order_by(F("deadline").asc(nulls_last=True), "number")
    return lines_of(list(found[:most]))


def issuers(scope: Scope) -> list[str]:
    """Who issued the directives that the caller sees, for a list to choose from; at most a hundred."""
    found = seeing.directives(scope).exclude(issuer="").order_by("issuer")
    return list(found.values_list("issuer", flat=True).distinct()[:100])


def directives(
    scope: Scope | None,
    *,
    origin: str = "",
    origin_reference: str = "",
    document_id: UUID | None = None,
    limit: int = 50,
) -> list[DirectiveRef]:
    """The directives that the caller sees, newest first, each with the numbers of the tasks that the caller sees."""
    scope = require(scope, policies.VIEW)
    found = seeing.directives(scope)
    narrowed = {"origin": origin, "origin_reference": origin_reference, "document_id": document_id}
    rows = list(found.filter(**{name: value for name, value in narrowed.items() if value})[: max(1, min(limit, MOST))])
    numbers: dict[UUID, list[str]] = {one.pk: [] for one in rows}
    seen = seeing.visible(scope).filter(directive__in=numbers).order_by("position", "number")
    for directive_id, number in seen.values_list("directive_id", "number"):
        numbers[directive_id].append(number)
    return [ref_of(one, numbers[one.pk]) for one in rows]


def _encoded(day: date, number: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([day, number])).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[date, str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=tuple[date, str])
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise InvalidInput(_("Con trỏ trang không hợp lệ."), action=_("Dùng nguyên giá trị `next` đã nhận.")) from error
