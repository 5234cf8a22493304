"""Reads what forms and addresses say: units by code, days, moments, numbers; mistakes become messages on the page people came from."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope
from sen.apps.organisations import interface as organisations
from sen.apps.programme import policies
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, SenError


def units() -> list[organisations.UnitRef]:
    """The units that can be given something, departments before communes."""
    return [*organisations.departments(), *organisations.communes()]


def own_units(scope: Scope, action: str = policies.KEEP) -> list[organisations.UnitRef]:
    """The units of which the caller is a member and in whose name it may act."""
    held = organisations.memberships(scope.user_id) if scope.user_id else []
    return list({one.unit.id: one.unit for one in held if scope.allows(action, one.unit.id)}.values())


def own_unit(scope: Scope, code: str = "", action: str = policies.KEEP) -> UUID:
    """The unit of a code, else the first of the caller's own. What may be done there is for the service to ask."""
    if code:
        return organisations.unit(code).id
    own = own_units(scope, action)
    return own[0].id if own else organisations.province().id


def unit(code: str) -> UUID | None:
    """The unit of a code, None for none. Raises NotFound."""
    return organisations.unit(code).id if code else None


def day(text: str, field: str = "due") -> date | None:
    """A day; None where nothing was said. Raises InvalidInput."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(
            _("Ngày không đọc được."), action=_("Chọn ngày trong lịch."), fields={field: _("Sửa ngày.")}
        ) from error


def moment(text: str) -> datetime:
    """A local moment as forms send it. Raises InvalidInput."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)
    except ValueError as error:
        raise InvalidInput(
            _("Ngày giờ không đọc được."),
            action=_("Chọn ngày giờ trong lịch."),
            fields={"starts_at": _("Sửa ngày giờ.")},
        ) from error


def whole(text: str, field: str) -> int:
    """A whole number. Raises InvalidInput."""
    if not text.strip().isdigit() or len(text.strip()) > 6:
        raise InvalidInput(
            _("Cần một số nguyên."), action=_("Sửa mục được nêu."), fields={field: _("Cần một số nguyên.")}
        )
    return int(text)


def told(request: HttpRequest, error: SenError) -> None:
    """Say on the next page what was refused and what to do; what is hidden or forbidden is raised again."""
    if error.status not in (409, 422):
        raise error
    named = " ".join(str(words) for words in error.fields.values() if words and str(words) != error.message)
    messages.error(request, " ".join(part for part in (error.message, named, error.action) if part))
