"""Where a person is reached outside the console: basic personal data, changed by the person, masked for others, audited."""

from __future__ import annotations

import re
from collections.abc import Collection
from uuid import UUID

import msgspec
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access import queries
from sen.apps.access.models import User
from sen.apps.audit import interface as audit
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import Scope, require

_NUMBER = re.compile(r"\+?[0-9]{8,15}")


class Contact(msgspec.Struct, frozen=True):
    """Where an active account is reached; `phone` as +84…, both empty where the person gave none."""

    user_id: UUID
    name: str
    email: str
    phone: str


def contacts(user_ids: Collection[UUID]) -> dict[UUID, Contact]:
    """The contact of each active account; others are left out."""
    found = User.objects.filter(pk__in=user_ids, is_active=True)
    return {one.pk: Contact(one.pk, one.full_name or one.username, one.email, one.phone) for one in found}


def phone_number(text: str) -> str:
    """A number as +84…, from `0912 345 678`, `84912…` or `+84…`; empty stays empty. Raises InvalidInput."""
    digits = re.sub(r"[\s.\-()]", "", text)
    if not digits:
        return ""
    if not _NUMBER.fullmatch(digits):
        raise InvalidInput(_("Số điện thoại không hợp lệ."), action=_("Nhập như 0912 345 678."), fields={"phone": text})
    if digits.startswith("0"):
        return "+84" + digits[1:]
    return digits if digits.startswith("+") else "+" + digits


@transaction.atomic
def change_own(*, scope: Scope, email: str, phone: str) -> None:
    """A person's own e-mail and phone. Raises InvalidInput."""
    require(scope, "access.view_self")
    user = User.objects.select_for_update().get(pk=queries.user_id_of(scope))
    email, phone = email.strip(), phone_number(phone)
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise InvalidInput(_("Địa chỉ thư điện tử không hợp lệ."), fields={"email": email}) from None
    changed = [field for field, new in (("email", email), ("phone", phone)) if getattr(user, field) != new]
    if not changed:
        return
    user.email, user.phone = email, phone
    user.save(update_fields=changed)
    audit.record(
        scope=scope, action="access.change_contact", object_type="user", object_id=str(user.pk), detail={"fields": changed}
    )  # fmt: skip
