"""Puts a document's tasks together: whose they are, from the sentence, the heading above or the addressees; until when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sen.apps.directives.extraction import (
    agencies,
    clauses,
    deadlines,
    drafts,
    forms,
    joining,
    lexicon,
    roles,
    sections,
    tables,
    vocabulary,
    worded,
)
from sen.apps.directives.extraction.anatomy import Document
from sen.apps.directives.extraction.blocks import Block, points_below
from sen.apps.directives.extraction.clauses import Opening, Sentence
from sen.apps.directives.extraction.deadlines import Deadline
from sen.apps.directives.extraction.drafts import Draft

MAX_SUMMARY = 300
MAX_HEADING = 200
_BULLET = 5.0


@dataclass(slots=True)
class _Heading:
    """Names that the points below inherit; `details` where the points only explain the task of the heading."""

    level: float
    leads: list[str]
    coordinating: list[str]
    number: int
    details: bool = False
    alone: bool = False  # nothing but names: the paragraph below is the work


class Reader:
    """Reads the blocks of a document once, from top to bottom. The drafts are in `drafts`."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._surface = document.surface
        self._headings: list[_Heading] = []
        self._shared: list[tuple[float, Deadline]] = []  # deadlines in headings, with the heading's level
        self._counted = 0
        self.drafts: list[Draft] = []
        blocks = sections.without_attendance(self._surface, document.body)
        told: float | None = None  # level of the section in which nobody is given work
        for index, block in enumerate(blocks):
            if vocabulary.NARRATION.match(self._text(block)):
                break  # what follows in a news report is about other documents
            self._headings = [heading for heading in self._headings if heading.level < block.level]
            self._shared = [one for one in self._shared if one[0] < block.level]
            if told is not None and block.level > told and not sections.PART.match(self._text(block)):
                continue
            told = block.level if block.marker and sections.is_told(self._text(block)) else None
            if told is None and not self._is_period(blocks, index):
                self._read(block, points_below(blocks, index))
            if block.marker and self._headings and self._headings[-1].level < block.level:
                self._headings[-1].alone = False

    def _text(self, block: Block) -> str:
        return self._surface.lower[block.body : block.end]

    def _is_period(self, blocks: tuple[Block, ...], index: int) -> bool:
        """ "Tháng 10/2025" alone in a line of a programme: until when the points below are due."""
        block = blocks[index]
        text = self._text(block).strip(" :.")
        if not sections.PERIOD.fullmatch(text):
            return False
        due = deadlines.find(f"{tables.SAID_BY_HEAD}{text}", self._document.issued)
        following = blocks[index + 1].level if index + 1 < len(blocks) else 0.0
        level = block.level if block.marker else following - 0.1
        self._shared = [one for one in self._shared if one[0] < level]
        if due and due[0].day:
            self._shared.append((level, Deadline(block.body, block.end, due[0].day, due[0].warnings)))
        return True

    def _read(self, block: Block, children: list[Block]) -> None:
        text = self._text(block)
        if self._take_roles(block) or self._is_deadline_line(block, text):
            return
        if children and block.marker and text.rstrip(" .").endswith((":", ")")) and len(text) < MAX_HEADING:
            self._share(block, block.body, block.end)
        first_draft = len(self.drafts)
        inside_details = any(heading.details for heading in self._headings)
        if children and self._is_duties(block):
            return
        sentences = clauses.sentences(self._surface, block.body, block.end)
        for number, sentence in enumerate(sentences):
            said = self._surface.lower[sentence.start : sentence.end]
            if vocabulary.CONDITIONAL.match(said):
                continue
            last = number == len(sentences) - 1
            point = number == 0 and bool(block.marker)
            found = clauses.openings(self._surface, sentence, point=point, heads=point and last and bool(children))
            if point and self._headings and worded.asks_its_heading(said, self._headings[-1].leads):
                found = []
            if found:
                self._open(block, sentence, found, children if last else [])
            elif len(self.drafts) > first_draft:
                if not self._go_on(sentence, self.drafts[first_draft:]):
                    self._also(sentence, block, said)
            elif not inside_details and number == 0 and self._is_headed(block) and self._begins_with_work(sentence):
                self._inherit(block, sentence)
            elif not block.marker or inside_details:
                self._deliver(sentence)
        if not block.marker:
            joining.merge_deliveries(self._surface, self.drafts, first_draft)

    # Whose work

    def _open(self, block: Block, sentence: Sentence, found: list[Opening], children: list[Block]) -> None:
        for number, opening in enumerate(found):
            end = found[number + 1].start if number + 1 < len(found) else sentence.end
            leads, notes = self._leads(opening)
            if not leads or self._is_own_act(block, opening):
                continue
            work = self._surface.lower[opening.work : end]
            is_last = number == len(found) - 1
            if is_last and self._is_heading(block, opening, end, children):
                self._push(block, opening, end, leads)
                continue
            if vocabulary.ONLY_HELPS.match(work) and number and self.drafts:
                joining.helped(self.drafts, leads, self._find(opening.work, end))
                continue
            if not worded.is_work(work, opening):
                continue
            led_in = (
                number == 0
                and not opening.asked
                and bool(vocabulary.LEAD_IN.match(self._surface.lower[sentence.start : sentence.end]))
            )
            start = sentence.start if led_in else opening.start
            draft = Draft(
                leads, self._coordinating(opening.work, end, leads), start, opening.work, end, self._heading_number()
            )
            draft.warnings += notes
            self._add(draft)
            if is_last and children:
                self._push(block, opening, end, leads, details=True)

    def _is_duties(self, block: Block) -> bool:
        """ "Điều 2. Nhiệm vụ của Tổ công tác": the points below are the work of those it names."""
        duties = vocabulary.DUTIES_OF.match(self._surface.lower, block.body, block.end)
        names = agencies.several(self._surface, duties.end(), bare_group=True) if duties else []
        if not names or self._surface.lower[names[-1].end : block.end].strip(" .:"):
            return False
        opening = Opening(block.body, tuple(names), block.end, asked=False)
        self._push(block, opening, block.end, self._leads(opening)[0])
        return True

    def _is_own_act(self, block: Block, opening: Opening) -> bool:
        """ "Bộ X xây dựng hướng dẫn kèm theo" in a letter of Bộ X: it tells what it did."""
        alone = len(opening.names) == 1 and not opening.asked and not block.marker
        return alone and lexicon.is_of(self._document.issuer, opening.names[0].text)

    def _leads(self, opening: Opening) -> tuple[list[str], list[str]]:
        leads: list[str] = []
        notes: list[str] = []
        for name in opening.names:
            if name.addressed:
                leads += [one for one in self._document.addressees if one not in leads] or [name.text]
                notes.append(f"“{name.text}” được hiểu là nơi nhận ở phần Kính gửi.")
            elif name.text not in leads:
                leads.append(name.text)
        return leads, notes

    def _is_heading(self, block: Block, opening: Opening, end: int, children: list[Block]) -> bool:
        """Whether the points below are the work, and these words only announce it."""
        begin = clauses.coordinating_ends(self._surface, opening.work, end)
        rest = self._surface.lower[begin:end].strip()
        if not rest.strip(" :.,"):
            return bool(children)
        asking = [child for child in children if self._asks(child)]
        if rest.endswith(":") and not children and not block.marker and vocabulary.ONLY_INTRODUCES.match(rest):
            return True
        if not rest.endswith(":") or len(asking) * 2 < max(1, len(children)):
            return False
        if not block.marker and len(asking) == len(children) > 1 and not vocabulary.EXPLAINS.search(rest):
            return True
        if not block.marker:
            return bool(vocabulary.INTRODUCES.search(rest) or vocabulary.ONLY_INTRODUCES.match(rest))
        # "Sở A hoàn thiện Đề án; trong đó, lưu ý các nội dung sau:" has its own work.
        return bool(vocabulary.ONLY_INTRODUCES.match(rest))

    def _asks(self, block: Block) -> bool:
        sentence = Sentence(block.body, block.end)
        return (
            self._begins_with_work(sentence)
            or bool(clauses.openings(self._surface, sentence))
            or bool(vocabulary.LEAD_IN.match(self._text(block)))
        )

    def _push(self, block: Block, opening: Opening, end: int, leads: list[str], *, details: bool = False) -> None:
        if not details:
            self._share(block, opening.work, end)
        self._counted += 1
        coordinating = self._coordinating(opening.work, end, leads)
        alone = not self._surface.lower[opening.work : end].strip(" :.")
        self._headings.append(_Heading(block.level, leads, coordinating, self._counted, details, alone))

    def _share(self, block: Block, start: int, end: int) -> None:
        """A deadline in a heading holds for the points below that have none."""
        found = self._find(start, end)
        if found and not any(level == block.level for level, _ in self._shared):
            self._shared.append((block.level, found[0]))

    def _heading_number(self) -> int:
        return self._headings[-1].number if self._headings else 0

    def _coordinating(self, start: int, end: int, leads: list[str]) -> list[str]:
        names = clauses.coordinating(self._surface, start, end)
        return [name.text for name in names if not any(lexicon.same(name.text, lead) for lead in leads)]

    def _is_headed(self, block: Block) -> bool:
        """Whether a block without a subject may have one above: points may, a paragraph only right below bare names."""
        return bool(block.marker) or (bool(self._headings) and self._headings[-1].alone)

    def _begins_with_work(self, sentence: Sentence) -> bool:
        """Below a heading that names an agency every point is work unless it names a thing."""
        said = self._surface.lower[sentence.start : sentence.end]
        if worded.begins_with_verb(said):
            return True
        led = bool(self._headings) and not self._headings[-1].details
        return led and not vocabulary.NOT_WORK.match(said) and not vocabulary.LEAD_IN.match(said)

    def _inherit(self, block: Block, sentence: Sentence) -> None:
        """A point without a subject: its work is that of the heading above, or of those the letter goes to."""
        heading = self._headings[-1] if self._headings else None
        if not worded.is_work(self._surface.lower[sentence.start : sentence.end]):
            return
        if heading:
            leads, notes = heading.leads, []
        elif self._document.addressees and block.level < _BULLET and self._asked_for():
            leads, notes = list(self._document.addressees), ["Câu không nêu cơ quan; lấy nơi nhận ở phần Kính gửi."]
        else:
            return
        coordinating = self._coordinating(sentence.start, sentence.end, leads) or (
            list(heading.coordinating) if heading else []
        )
        draft = Draft(list(leads), coordinating, sentence.start, sentence.start, sentence.end, self._heading_number())
        draft.warnings += notes
        self._add(draft)

    def _asked_for(self) -> bool:
        body = self._surface.lower[self._document.body[0].start : self._document.body[-1].end]
        return bool(re.search(r"(?:đề\s*nghị|yêu\s*cầu)[^.]{0,200}:", body))

    # Until when

    def _add(self, draft: Draft) -> None:
        """Keep a draft with its deadline; clauses behind a semicolon with a deadline of their own become tasks of their own."""
        # Names between the two may hold words such as "Kế hoạch" that would mislead.
        found = [*self._find(draft.start, draft.work), *self._find(draft.work, draft.end)]
        pieces = drafts.pieces(self._surface, draft, found)
        for number, (piece, deadline) in enumerate(pieces):
            if not worded.has_words(self._surface.lower[piece.work : piece.end], 1):
                continue
            piece.evidence_end = piece.end
            if deadline:
                piece.due(joining.same_day(self._surface, self.drafts, piece, deadline))
            elif self._shared:
                piece.due(self._shared[-1][1])
                piece.warnings.append("Thời hạn lấy từ đề mục phía trên.")
            if number:
                piece.coordinating = self._coordinating(piece.work, piece.end, piece.leads)
            self.drafts.append(piece)

    def _find(self, start: int, end: int) -> list[Deadline]:
        text = self._surface.lower[start:end].replace("\n", " ")
        found = deadlines.without_missed(text, deadlines.find(text, self._document.issued))
        return [Deadline(one.start + start, one.end + start, one.day, one.warnings) for one in found]

    def _also(self, sentence: Sentence, block: Block, said: str) -> None:
        """A further sentence that asks for other work of the agency before it: "Phối hợp với … điều tiết nước tưới"."""
        before = self.drafts[-1]
        begin = vocabulary.ALSO.match(said)
        if begin is None:
            return
        work = sentence.start + begin.end()
        if not vocabulary.VERB.match(self._surface.lower, work) or not worded.is_work(
            self._surface.lower[work : sentence.end]
        ):
            return
        coordinating = self._coordinating(work, sentence.end, before.leads)
        self._add(Draft(list(before.leads), coordinating, sentence.start, work, sentence.end, before.heading))

    def _go_on(self, sentence: Sentence, here: list[Draft]) -> bool:
        """A sentence without a subject behind a task: whether it says until when."""
        said = self._surface.lower[sentence.start : sentence.end]
        found = self._find(sentence.start, sentence.end)
        if not found or not (vocabulary.DELIVERS.match(said) or vocabulary.DEADLINE_ONLY.match(said)):
            return False
        until = vocabulary.DEADLINE_ONLY.match(said) or not vocabulary.VERB.match(said.lstrip())
        if not until and not any(self._waits(draft) for draft in here):
            return False  # "Tổng hợp kết quả, trình UBND tỉnh trong …" behind work with a day: further work
        for draft in here:
            if draft.leads == here[-1].leads and self._waits(draft):
                draft.due(found[0])
        here[-1].evidence_end = max(here[-1].evidence_end, sentence.end)
        return True

    def _waits(self, draft: Draft) -> bool:
        """Whether a task may get a later day: it has none, or only the one that it was late for."""
        day = draft.deadline.day if draft.deadline else None
        issued = self._document.issued.day
        return day is None or (issued is not None and day < issued)

    def _deliver(self, sentence: Sentence) -> None:
        """A paragraph of its own: "Báo cáo gửi về Sở X trước ngày …" belongs to the one task before, or is one for all."""
        said = self._surface.lower[sentence.start : sentence.end]
        found = self._find(sentence.start, sentence.end)
        if not found or not vocabulary.DELIVERS.match(said) or not self.drafts:
            return
        before = joining.shared(self._surface, self.drafts)
        if len(self.drafts) == 1 or len(before) > 1:
            for one in before:
                if one.deadline is None:
                    one.due(found[0])
            before[0].evidence_end = sentence.end
            return
        leads = self._headings[0].leads if self._headings else list(self._document.addressees)
        if leads:
            draft = Draft(list(leads), [], sentence.start, sentence.start, sentence.end, 0)
            draft.warnings.append("Câu không nêu cơ quan; hiểu là mọi cơ quan được giao việc.")
            self._add(draft)

    def _is_deadline_line(self, block: Block, text: str) -> bool:
        """A point that only says until when: for the points beside it, the task above it, or the task that it names."""
        if not vocabulary.DEADLINE_ONLY.match(text):
            return False
        found = self._find(block.body, block.end)
        if found and vocabulary.ACTION.match(text[found[0].end - block.body :].lstrip(" ,")):
            return False  # "Trước ngày D, hoàn thành …"
        if not found:
            return bool(
                re.match(r"\W*(?:thời\s*(?:gian|hạn)(?!\s*(?:tới|qua|vừa|này|sắp))|hạn(?!\s*(?:chế|hán|mặn)))", text)
            )
        if clauses.openings(self._surface, Sentence(block.body, block.end)):
            return False
        number = self._heading_number()
        beside = [draft for draft in self.drafts if number and block.marker and draft.heading == number]
        if not beside and (block.level >= _BULLET or not block.marker):
            beside = self.drafts[-1:]
        if beside:
            for draft in beside:
                if draft.deadline is None or draft.deadline.day is None:
                    draft.due(found[0])
            if len(beside) == 1:
                beside[0].evidence_end = max(beside[0].evidence_end, block.end)
            return True
        joining.link(self._surface, self.drafts, block, found[0])
        return True

    def _take_roles(self, block: Block) -> bool:
        """ "Cơ quan chủ trì: Sở X", "(Sở X chủ trì)": of the point above, or of the words before in the same block."""
        found = roles.find(self._surface, block.body, block.end)
        if found is None:
            return False
        at_head = not self._surface.lower[block.body : found.start].strip(" \n-+(")
        if not found.leads:
            if at_head and self.drafts:
                self.drafts[-1].coordinating = list(found.partners)
            return at_head
        if not at_head and any(
            one.asked or not found.labelled
            for one in clauses.openings(self._surface, Sentence(block.body, found.start), point=bool(block.marker))
        ):
            return False
        point = (
            (forms.beside(self._document, block, forms.CONTENT) or forms.point_above(self._document, block))
            if at_head
            else block
        )
        if point is None or not worded.has_words(self._surface.lower[point.body : point.end]):
            return at_head
        end = point.end if at_head else found.start
        label = forms.CONTENT.match(self._surface.lower, point.body, end)
        work = label.end() if label else point.body
        draft = Draft(list(found.leads), list(found.partners), point.body, work, end, 0)
        self._add(draft)
        until = forms.beside(self._document, block, vocabulary.DEADLINE_ONLY) if at_head else None
        times = self._find(until.body, until.end) if until else self._find(end, block.end)
        if times and (draft.deadline is None or draft.deadline.day is None):
            draft.due(times[0])
        draft.evidence_end = max(draft.evidence_end, block.end)
        return True
