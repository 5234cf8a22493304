"""What leaders write beside a figure: said once, shown to everybody who sees the figure, taken away by who wrote it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.indicators import definitions, policies
from sen.apps.indicators.models_sheets import IndicatorNote
from sen.apps.indicators.periods import parse
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.text import normal

SHOWN = 20


def notes_of(code: str, unit_id: UUID) -> list[IndicatorNote]:
    """The notes of a figure of a unit, newest first; the caller has seen the unit."""
    return list(IndicatorNote.objects.filter(code=code, unit_id=unit_id, removed_at=None)[:SHOWN])


@transaction.atomic
def write(*, scope: Scope, code: str, unit_id: UUID, period: str, words: str) -> IndicatorNote:
    """Write a note. Raises Forbidden, InvalidInput without words or for no period, NotFound for no indicator."""
    wanted = definitions.definition(code)
    require(scope, policies.NOTE, unit_id)
    said, chosen = normal(words)[:1000], parse(period, wanted.period)
    if not said:
        raise InvalidInput(_("Ghi chú còn trống."), action=_("Viết nội dung rồi lưu."), code="no_words")
    made = IndicatorNote.objects.create(
        code=code, unit_id=unit_id, period=chosen.key, words=said, by=scope.username, at=clock.now()
    )
    _record(scope, "indicators.note", made)
    return made


@transaction.atomic
def remove(*, scope: Scope, note_id: UUID | str, unit_id: UUID) -> None:
    """Take the own note away. Raises NotFound for an unknown one or another's, Forbidden."""
    require(scope, policies.NOTE, unit_id)
    try:
        found = (
            IndicatorNote.objects.select_for_update()
            .filter(pk=UUID(str(note_id)), unit_id=unit_id, removed_at=None, by=scope.username)
            .first()
        )
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("Không tìm thấy ghi chú."))
    found.removed_at, found.removed_by = clock.now(), scope.username
    found.save(update_fields=["removed_at", "removed_by"])
    _record(scope, "indicators.remove_note", found)


def _record(scope: Scope, action: str, note: IndicatorNote) -> None:
    audit.record(
        scope=scope, action=action, object_type="indicator", object_id=note.code, unit_id=note.unit_id,
        detail={"period": note.period, "words": note.words[:200]},
    )  # fmt: skip
