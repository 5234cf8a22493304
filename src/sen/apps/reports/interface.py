"""What other apps may call of reports: set a document as PDF, sign and keep it, say whether a copy is unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sen.apps.access.interface import Scope
from sen.apps.reports import services, typesetting
from sen.apps.reports.services import Signed

__all__ = ["Signed", "date_words", "keep_signed", "pdf", "verify"]


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The document `template` (handover, incident_review; docs/shifts.md says what they read) as PDF/A in official layout.

    Text in `data` is set as it stands, never read as markup. Raises ValueError for an unknown template, Unavailable without fonts.
    """
    return typesetting.pdf(template, data)


def date_words(day: date) -> str:
    """`ngày 05 tháng 02 năm 2026`, as official documents write a date."""
    return typesetting.date_words(day)


def keep_signed(
    *,
    scope: Scope,
    content: bytes,
    name: str,
    number: str,
    title: str,
    unit_id: UUID,
    about: str,
    signers: Sequence[str],
) -> Signed:
    """Sign a document with the centre's key and keep it among the files, in the caller's transaction. See files.keep for `about`."""
    return services.keep_signed(
        scope=scope,
        content=content,
        name=name,
        number=number,
        title=title,
        unit_id=unit_id,
        about=about,
        signers=signers,
    )


def verify(content: bytes) -> Signed | None:
    """The document of which `content` is an unchanged copy; None where it is none of this centre's, or was changed."""
    return services.verify(content)
