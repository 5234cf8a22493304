"""What a reader asked of a list, from the address: the filter, and the words that the page shows for it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from sen.apps.directives.choices import Origin, Timeliness, Workflow
from sen.apps.directives.values import TaskFilter
from sen.apps.organisations import interface as organisations
from sen.kernel.errors import InvalidInput, SenError


def filter_of(asked: QueryDict, *, with_timeliness: bool = True) -> TaskFilter:
    """The filter of an address; what cannot be read is left out rather than refused, so that old links keep working."""
    unit = asked.get("unit", "")
    return TaskFilter(
        q=asked.get("q", "")[:200], unit_id=unit_id(unit) if unit else None, role=_one(asked.get("role", ""), ("lead", "cooperating", "assigned")),
        directive_id=uuid(asked.get("directive", "")), document_id=uuid(asked.get("document", "")), issuer=asked.get("issuer", "")[:200],
        origin=_one(asked.get("origin", ""), Origin.values), origin_reference=asked.get("reference", "")[:100],
        workflow=tuple(one for one in asked.getlist("state") if one in Workflow.values),
        timeliness=tuple(one for one in asked.getlist("time") if one in Timeliness.values) if with_timeliness else (),
        due_from=day(asked.get("from", "")), due_until=day(asked.get("until", "")), extension_asked=asked.get("extension") == "1",
        with_gone=asked.get("gone") == "1",
    )  # fmt: skip


def _one(text: str, known: list[str] | tuple[str, ...]) -> str:
    return text if text in known else ""


def unit_id(code: str) -> UUID | None:
    """The unit of a code; None where nobody bears it."""
    try:
        return organisations.unit(code).id
    except SenError:
        return None


def uuid(text: str) -> UUID | None:
    """An identifier; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def day(text: str) -> date | None:
    """A day as browsers send it, or as people write it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    parts = text.replace("-", "/").replace(".", "/").split("/")
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else None
    except ValueError:
        return None


def must_be_day(text: str, field: str) -> date:
    """A day that has to be there. InvalidInput naming the field."""
    found = day(text.strip())
    if found is None:
        raise InvalidInput(
            _("Ngày không đọc được."), action=_("Nhập ngày dạng dd/mm/yyyy."), fields={field: _("Nhập ngày dạng dd/mm/yyyy.")}
        )  # fmt: skip
    return found
