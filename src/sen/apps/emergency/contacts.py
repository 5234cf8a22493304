"""The contact tree: who is called in a unit, in which order, who stands in for whom and who calls whom."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.audit import interface as audit
from sen.apps.emergency import policies
from sen.apps.emergency.models import Contact
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.identifiers import is_code
from sen.kernel.scopes import Scope, require


class ContactRow(msgspec.Struct, frozen=True):
    """A contact as an import brings it; references are codes."""

    code: str
    unit: str
    name: str
    office: str
    phone: str = ""
    email: str = ""
    username: str = ""
    order: int = 1
    deputy_of: str = ""
    called_by: str = ""
    simulated: bool = False


def visible(scope: Scope) -> QuerySet[Contact]:
    """Contacts of the caller's units."""
    require(scope, policies.VIEW)
    found = Contact.objects.select_related("unit", "deputy_of", "called_by", "user")
    return found if scope.everything else found.filter(unit_id__in=scope.unit_ids)


def shown_phone(scope: Scope, contact: Contact) -> str:
    """The number for whoever needs it on duty, else masked."""
    if scope.allows(policies.SEE_CONTACT, contact.unit_id):
        return contact.phone
    return masked(contact.phone)


def masked(phone: str) -> str:
    """`+84912345678` → `+84 ••• 678`."""
    return f"{phone[:3]} ••• {phone[-3:]}" if len(phone) > 8 else "•" * len(phone)


@transaction.atomic
def unmask(*, scope: Scope, contact_id: UUID, reason: str) -> Contact:
    """The contact with its full number, for a reason that is kept with the name of who looked. Raises NotFound, InvalidInput."""
    found = visible(scope).filter(pk=contact_id).first()
    if found is None:
        raise NotFound(_("Không có đầu mối này."))
    if len(reason.strip()) < 5:
        raise InvalidInput(_("Cần nêu lý do xem dữ liệu cá nhân."), action=_("Ghi ngắn gọn vì sao cần xem."))
    audit.record(
        scope=scope, action="emergency.unmask", object_type="contact", object_id=found.code, unit_id=found.unit_id,
        detail={"reason": reason.strip()[:300]},
    )  # fmt: skip
    return found


@transaction.atomic
def put(*, scope: Scope, row: ContactRow) -> Contact:
    """A new contact, or the one of that code changed. Raises NotFound (unit, references), Forbidden, InvalidInput."""
    if not is_code(row.code):
        raise InvalidInput(_("Mã đầu mối chỉ gồm chữ không dấu, số, dấu chấm, gạch."), code="bad_code")
    if not row.name.strip() or not row.office.strip():
        raise InvalidInput(_("Thiếu họ tên hoặc chức vụ."), code="incomplete")
    unit = organisations.unit(row.unit)
    require(scope, policies.KEEP, unit.id)
    known = Contact.objects.filter(code=row.code).first()
    if known is not None:
        require(scope, policies.KEEP, known.unit_id)
    contact = known or Contact(code=row.code)
    contact.unit_id, contact.name, contact.office = unit.id, row.name.strip(), row.office.strip()
    contact.phone, contact.email, contact.order = access.phone_number(row.phone), row.email.strip(), row.order
    contact.user_id = access.scope_of_username(row.username).user_id if row.username else None
    contact.deputy_of, contact.called_by = _other(row.deputy_of, row.code), _other(row.called_by, row.code)
    contact.simulated, contact.updated_at = row.simulated, clock.now()
    contact.save()
    audit.record(
        scope=scope, action="emergency.keep_contact", object_type="contact", object_id=row.code, unit_id=unit.id
    )  # fmt: skip
    return contact


def _other(code: str, own: str) -> Contact | None:
    if not code:
        return None
    found = Contact.objects.filter(code=code).first()
    if found is None or code == own:
        raise InvalidInput(_("Không có đầu mối %(code)s để thay hoặc gọi.") % {"code": code}, code="unknown_contact")
    return found


def to_tell(unit_ids: Collection[UUID], *, first_only: bool) -> list[Contact]:
    """Whom a broadcast to these units reaches first: all who are nobody's deputy, or the first of each unit."""
    found = Contact.objects.filter(unit_id__in=unit_ids, deputy_of=None).select_related("unit").order_by("unit_id", "order", "code")  # fmt: skip
    if not first_only:
        return list(found)
    firsts: dict[UUID, Contact] = {}
    for one in found:
        firsts.setdefault(one.unit_id, one)
    return list(firsts.values())
