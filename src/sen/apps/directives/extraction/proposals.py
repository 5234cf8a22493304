"""From a document to its proposed tasks: the whole reading in one call, without a database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from sen.apps.directives.extraction import anatomy, clauses, lexicon, reading, surface
from sen.apps.directives.extraction.drafts import Draft
from sen.apps.directives.extraction.tasks import MAX_SUMMARY, Reader
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar


class ProposedTask(msgspec.Struct, frozen=True):
    """A task that a person still confirms. `evidence` and `deadline_text` are verbatim in the text; no `deadline` is guessed."""

    agencies: tuple[str, ...]
    coordinating: tuple[str, ...]
    task: str
    deadline: date | None
    deadline_text: str
    evidence: str
    warnings: tuple[str, ...]


class Place(msgspec.Struct, frozen=True):
    """Positions of a task's evidence and of the words of its deadline in the text as read."""

    evidence: tuple[int, int]
    deadline: tuple[int, int] | None


class Extraction(msgspec.Struct, frozen=True):
    """What was read of a document; `issued` is None where its date is blank or cannot be told."""

    number: str
    issuer: str
    issued: date | None
    addressees: tuple[str, ...]
    tasks: tuple[ProposedTask, ...]


def extract_tasks(path: Path) -> Extraction:
    """The tasks of a .txt, .docx or .pdf file. Raises InvalidInput (code unreadable_document) with cause and action."""
    return extract_from_text(reading.read(path))


def extract_from_text(text: str, calendar: OfficeCalendar = NATIONAL) -> Extraction:
    """The tasks of a text, in reading order. The same text and calendar always give the same tasks."""
    document, drafts = _read(text, calendar)
    return Extraction(
        document.number,
        document.issuer,
        document.issued.day,
        document.addressees,
        tuple(_proposed(document, draft) for draft in drafts),
    )


def places(text: str, calendar: OfficeCalendar = NATIONAL) -> list[Place]:
    """Where in `text` the tasks of `extract_from_text` stand, in the same order."""
    document, drafts = _read(text, calendar)
    seen = document.surface
    return [
        Place(
            seen.span(one.start, one.evidence_end),
            seen.span(one.deadline.start, one.deadline.end) if one.deadline else None,
        )
        for one in drafts
    ]


def _read(text: str, calendar: OfficeCalendar) -> tuple[anatomy.Document, list[Draft]]:
    document = anatomy.take_apart(surface.of(text), calendar)
    return document, [*Reader(document).drafts, *(draft for table in document.tables for draft in table.drafts)]


def _proposed(document: anatomy.Document, draft: Draft) -> ProposedTask:
    seen = document.surface
    deadline = draft.deadline
    warnings = [*draft.warnings, *lexicon.warnings([*draft.leads, *draft.coordinating], document.issued.day)]
    return ProposedTask(
        tuple(draft.leads),
        tuple(draft.coordinating),
        _summary(document, draft),
        deadline.day if deadline else None,
        seen.verbatim(deadline.start, deadline.end) if deadline else "",
        seen.verbatim(draft.start, draft.evidence_end),
        tuple(dict.fromkeys(warnings)),
    )


def _summary(document: anatomy.Document, draft: Draft) -> str:
    """The work in the document's own words: without the names before it, cut at a word."""
    start = clauses.coordinating_ends(document.surface, draft.work, draft.end)
    text = " ".join((draft.said or document.surface.clean[start : draft.end]).split()).strip(" ,;:./-").rstrip("( ")
    if len(text.split()) < 2:
        text = " ".join(document.surface.clean[draft.work : draft.end].split()).strip(" ,;:./-").rstrip("( ")
    if len(text) > MAX_SUMMARY:
        text = text[:MAX_SUMMARY].rsplit(" ", 1)[0] + "…"
    return text[:1].upper() + text[1:]
