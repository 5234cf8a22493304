"""Joins a deadline, or a sentence that hands the work in, to the task that stands elsewhere."""

from __future__ import annotations

import re

from sen.apps.directives.extraction import vocabulary
from sen.apps.directives.extraction.blocks import Block
from sen.apps.directives.extraction.deadlines import Deadline
from sen.apps.directives.extraction.drafts import Draft
from sen.apps.directives.extraction.surface import Surface

_WORD = re.compile(r"\w{2,}")


def link(surface: Surface, drafts: list[Draft], block: Block, deadline: Deadline) -> None:
    """A deadline in a point of its own names its task by its object: the earlier task with most of these words."""
    object_words = set(_WORD.findall(surface.folded[block.body : deadline.start])) - {
        "thoi",
        "gian",
        "han",
        "hoan",
        "thanh",
    }
    best, share = None, 0.0
    for draft in drafts:
        words = set(_WORD.findall(surface.folded[draft.work : draft.end]))
        common = len(object_words & words) / max(1, len(object_words))
        if common > share:
            best, share = draft, common
    if best is None or (share < 0.6 and len(drafts) > 1):
        return
    if best.deadline and best.deadline.day and best.deadline.day != deadline.day:
        _split_off(surface, drafts, best)
    best.due(deadline)
    best.warnings.append(f"Thời hạn lấy từ điểm “{surface.verbatim(block.start, min(block.end, block.start + 80))}…”.")


def _split_off(surface: Surface, drafts: list[Draft], draft: Draft) -> None:
    """The clause that has the other deadline becomes a task of its own."""
    other = draft.deadline
    cut = surface.lower.rfind(";", draft.work, other.start) if other else -1
    if other is None or cut < 0:
        return
    begin = cut + 1
    milestone = Draft(
        list(draft.leads), [], begin, begin, draft.end, draft.heading, deadline=other, evidence_end=draft.end
    )
    milestone.warnings += other.warnings
    draft.warnings = [note for note in draft.warnings if note not in other.warnings]
    draft.end = draft.evidence_end = cut
    draft.deadline = None
    drafts.insert(drafts.index(draft) + 1, milestone)


def shared(surface: Surface, drafts: list[Draft]) -> list[Draft]:
    """The tasks that one handing-in below them closes: the last, and those beside it that are reports like it.

    "1. Báo cáo tình hình …  2. Đề xuất nhu cầu …  Báo cáo gửi về Sở X trước ngày D" sets D for both.
    """
    last = drafts[-1]
    beside: list[Draft] = []
    for draft in reversed(drafts):
        if draft.leads != last.leads or draft.heading != last.heading or draft.deadline:
            break
        beside.append(draft)
    if all(vocabulary.REPORTS.match(surface.lower, one.work, one.end) for one in beside):
        return beside or [last]
    return [last]


def merge_deliveries(surface: Surface, drafts: list[Draft], first: int) -> None:
    """ "…góp ý dự thảo. … đề nghị Quý Sở gửi ý kiến trước ngày D": handing in the work is no second task."""
    for index in range(len(drafts) - 1, max(first, 1) - 1, -1):
        draft, before = drafts[index], drafts[index - 1]
        work = surface.lower[draft.work : draft.end]
        if (
            draft.leads == before.leads
            and draft.deadline
            and before.deadline is None
            and re.match(r"\W*(?:gửi|báo\s*cáo|nộp|có\s*văn\s*bản\s*gửi|tổng\s*hợp|hoàn\s*thành)", work)
            and len(drafts) - first < 3
        ):
            for one in shared(surface, drafts[:index]):
                one.due(draft.deadline)
            before.evidence_end = draft.evidence_end
            del drafts[index]


def same_day(surface: Surface, drafts: list[Draft], draft: Draft, deadline: Deadline) -> Deadline:
    """ "trước 17 giờ cùng ngày" as the day of the task before it below the same heading; any other deadline as it is."""
    before = drafts[-1] if drafts and drafts[-1].heading == draft.heading else None
    day = before.deadline.day if before and before.deadline else None
    if deadline.day is None and day and re.search(r"cùng\s*ngày$", surface.lower[deadline.start : deadline.end]):
        note = f"“cùng ngày” được hiểu là {day:%d/%m/%Y} nêu ngay trước đó."
        return Deadline(deadline.start, deadline.end, day, (note,))
    return deadline


def helped(drafts: list[Draft], partners: list[str], until: list[Deadline]) -> None:
    """ "giao A chủ trì; B, C phối hợp; hoàn thành trước ngày D": B and C help with the task before, and D is its day."""
    drafts[-1].coordinating += [one for one in partners if one not in drafts[-1].coordinating]
    if until and drafts[-1].deadline is None:
        drafts[-1].due(until[0])
