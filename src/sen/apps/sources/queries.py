"""Every read of sources, proposals and dead letters. Whoever asks brings a scope; unknown and invisible raise NotFound alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.assets import interface as assets
from sen.apps.sources import policies
from sen.apps.sources.models import (
    DeadLetter,
    DeadLetterState,
    Proposal,
    ProposalState,
    Reminder,
    Source,
    State,
    StateChange,
)
from sen.apps.sources.states import Promise, state_of
from sen.kernel import clock
from sen.kernel.errors import NotFound
from sen.kernel.text import folded

MAX_PAGE = 500


@dataclass(frozen=True)
class SourceFilter:
    """What the connection desk is narrowed by."""

    q: str = ""
    state: str = ""
    connector: str = ""
    owner: str = ""
    simulated: bool | None = None


def visible(scope: Scope) -> QuerySet[Source]:
    """The sources owned by units of the scope, with their health."""
    found = Source.objects.select_related("owner", "health")
    return found if scope.everything else found.filter(owner_id__in=list(scope.unit_ids))


def source_for(scope: Scope, code: str) -> Source:
    """The source with `code`. Raises NotFound."""
    source = visible(scope).filter(code=code).first() if "\x00" not in code else None
    if source is None:
        raise NotFound(_("Không có nguồn mã “{code}”.").format(code=code), action=_("Kiểm tra lại mã nguồn."))
    return source


def feed_for(scope: Scope, code: str, device: str) -> assets.Feed:
    """The source as a feed of an asset's series. Raises NotFound."""
    source = source_for(scope, code)
    return assets.Feed(source.number, device, source.interval_s, source.allowed_delay_s)


def codes_by_number(numbers: Sequence[int]) -> dict[int, str]:
    """The codes of source numbers, for values that name their source; not narrowed, because the value is visible already."""
    return dict(Source.objects.filter(number__in=list(numbers)).values_list("number", "code"))


def promise_of(source: Source) -> Promise:
    """The promise of a source."""
    return Promise(source.interval_s, source.allowed_delay_s, source.plan_date)


def present_state(source: Source, now: datetime | None = None) -> State:
    """The state at this moment; the stored one follows within seconds."""
    health = source.health
    return state_of(
        promise_of(source), stopped=source.stopped_at is not None, last_seen=health.last_seen,
        last_measured=health.last_measured, now=now or clock.now(),
    )  # fmt: skip


def sources(
    scope: Scope, narrowed: SourceFilter, *, limit: int = 100, cursor: str | None = None
) -> tuple[list[Source], str | None]:
    """One page ordered by code, and the cursor of the next page or None."""
    found = visible(scope).order_by("code")
    for word in folded(narrowed.q).replace("\x00", "").split()[:8]:
        found = found.filter(search_text__contains=word)
    equal = {"health__state": narrowed.state, "connector": narrowed.connector, "owner__code": narrowed.owner}
    found = found.filter(**{field: value.replace("\x00", "") for field, value in equal.items() if value})
    if narrowed.simulated is not None:
        found = found.filter(simulated=narrowed.simulated)
    if cursor:
        found = found.filter(code__gt=assets.decode_cursor(cursor))
    limit = max(1, min(limit, MAX_PAGE))
    rows = list(found[: limit + 1])
    return rows[:limit], assets.encode_cursor(rows[limit - 1].code) if len(rows) > limit else None


def counts_by_state(scope: Scope) -> dict[str, int]:
    """How many visible sources are in each state; every state is named."""
    found = visible(scope).order_by().values_list("health__state").annotate(n=Count("id"))
    return dict.fromkeys(State.values, 0) | dict(found)


def state_changes(source: Source, since: datetime, limit: int = 200) -> list[StateChange]:
    """Transitions of one source since a moment, newest first."""
    return list(StateChange.objects.filter(source=source, at__gte=since)[:limit])


def reminders_for_unit(scope: Scope, *, unread_only: bool = False, limit: int = 100) -> list[Reminder]:
    """Reminders to the units of the scope that were not taken back, newest first: the in-app notice of the owner."""
    found = Reminder.objects.filter(undone_at=None, source__in=visible(scope)).select_related("source", "owner")
    if unread_only:
        found = found.filter(read_at=None)
    return list(found[:limit])


def proposals(
    scope: Scope, *, state: str = ProposalState.OPEN, source: str = "", limit: int = 100, cursor: str | None = None
) -> tuple[list[Proposal], str | None]:
    """Unknown devices of visible sources, newest identifier first, and the next cursor."""
    found = Proposal.objects.filter(source__in=visible(scope)).select_related("source", "source__owner").order_by("-id")
    if state:
        found = found.filter(state=state)
    if source:
        found = found.filter(source__code=source.replace("\x00", ""))
    if cursor:
        found = found.filter(id__lt=_uuid(assets.decode_cursor(cursor)))
    limit = max(1, min(limit, MAX_PAGE))
    rows = list(found[: limit + 1])
    return rows[:limit], assets.encode_cursor(str(rows[limit - 1].id)) if len(rows) > limit else None


def proposal_for(scope: Scope, proposal_id: str) -> Proposal:
    """One proposal of a visible source. Raises NotFound."""
    found = Proposal.objects.filter(pk=_uuid(proposal_id), source__in=visible(scope))
    proposal = found.select_related("source", "source__owner").first()
    if proposal is None:
        raise NotFound(_("Không có đề nghị này."))
    return proposal


def visible_letters(scope: Scope) -> QuerySet[DeadLetter]:
    """Dead letters of visible sources; those of no source are for who sees the whole province."""
    require(scope, policies.SEE_PAYLOADS)
    found = DeadLetter.objects.select_related("source", "source__owner")
    return found if scope.everything else found.filter(source__owner_id__in=list(scope.unit_ids))


def dead_letters(
    scope: Scope,
    *,
    state: str = DeadLetterState.OPEN,
    source: str = "",
    code: str = "",
    limit: int = 100,
    cursor: str | None = None,
) -> tuple[list[DeadLetter], str | None]:
    """Letters without their bytes, newest first, and the next cursor."""
    found = visible_letters(scope).defer("payload").order_by("-id")
    equal = {"state": state, "source__code": source, "code": code}
    found = found.filter(**{field: value.replace("\x00", "") for field, value in equal.items() if value})
    if cursor:
        found = found.filter(id__lt=_uuid(assets.decode_cursor(cursor)))
    limit = max(1, min(limit, MAX_PAGE))
    rows = list(found[: limit + 1])
    return rows[:limit], assets.encode_cursor(str(rows[limit - 1].id)) if len(rows) > limit else None


def dead_letter_counts(scope: Scope) -> list[tuple[str | None, str, int]]:
    """(source code, error code, open letters) for the filters of the list."""
    found = visible_letters(scope).filter(state=DeadLetterState.OPEN).order_by("source__code", "code")
    return [(s, c, n) for s, c, n in found.values_list("source__code", "code").annotate(n=Count("id"))]


def dead_letter_for(scope: Scope, letter_id: str) -> DeadLetter:
    """One letter with its bytes. Raises NotFound."""
    letter = visible_letters(scope).filter(pk=_uuid(letter_id)).first()
    if letter is None:
        raise NotFound(_("Không có bản tin này."))
    return letter


def numbers_of(found: Iterable[Source]) -> list[int]:
    """The telemetry numbers of some sources."""
    return [source.number for source in found]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("Không có mục này.")) from error
