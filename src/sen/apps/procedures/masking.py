"""The one place where personal data of applicants is read, masked and, for a reason that is written down, shown."""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.procedures import policies
from sen.apps.procedures.storage import reading
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.values import Personal
from sen.kernel.errors import InvalidInput

SHORTEST_REASON = 10
_SEPARATORS = re.compile(r"[,;]")


def masked(code: str) -> Personal:
    """The applicant as anybody who may see the dossier sees them."""
    return mask(_stored(code))


def mask(whole: Personal) -> Personal:
    """`Nguyễn *** A.`, `********6789`, `09** *** 123`, the last part of the address; empty stays empty."""
    return Personal(_name(whole.name), _tail(whole.identity, 4), _phone(whole.phone), _address(whole.address))


def shown(*, scope: Scope, code: str, unit_id: UUID | None, reason: str) -> Personal:
    """The applicant in clear; who looked, when and why is on record before it is answered. Raises Forbidden, InvalidInput."""
    require(scope, policies.UNMASK, unit_id)
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise InvalidInput(
            _("Lý do xem quá ngắn."), action=_("Ghi rõ việc cần làm với dữ liệu cá nhân này (ít nhất 10 ký tự)."),
            code="reason_too_short", fields={"reason": _("Ít nhất 10 ký tự.")},
        )  # fmt: skip
    found = _stored(code)
    with transaction.atomic():
        audit.record(
            scope=scope, action="procedures.unmask", object_type="dossier", object_id=code, unit_id=unit_id,
            detail={"reason": words[:500], "fields": [name for name in found.__struct_fields__ if getattr(found, name)]},
        )  # fmt: skip
    return found


def _stored(code: str) -> Personal:
    row = reading.personal(engine(), code)
    return Personal(row["name"], row["identity"], row["phone"], row["address"]) if row else Personal()


def _name(name: str) -> str:
    parts = name.split()
    if len(parts) < 2:
        return "***" if parts else ""
    return f"{parts[0]} *** {parts[-1][:1]}."


def _tail(text: str, count: int) -> str:
    return "*" * max(4, len(text) - count) + text[-count:] if len(text) > count else "*" * len(text)


def _phone(phone: str) -> str:
    digits = "".join(c for c in phone if c.isdigit())
    return f"{digits[:2]}** *** {digits[-3:]}" if len(digits) >= 8 else "*" * len(digits)


def _address(address: str) -> str:
    parts = [part.strip() for part in _SEPARATORS.split(address) if part.strip()]
    return ("***, " + ", ".join(parts[-2:]) if len(parts) > 2 else "***") if parts else ""
