"""Puts a document's tasks together: whose they are, from the sentence, the heading above or the addressees; until when."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sen.apps.directives.extraction import agencies, clauses, deadlines, drafts, lexicon, vocabulary
from sen.apps.directives.extraction.anatomy import Document
from sen.apps.directives.extraction.blocks import Block
from sen.apps.directives.extraction.clauses import Opening, Sentence
from sen.apps.directives.extraction.deadlines import Deadline
from sen.apps.directives.extraction.drafts import Draft

MAX_SUMMARY = 300
_BULLET = 5.0
_WORD = re.compile(r"\w{2,}")
_CHILD_NAMES = re.compile(r"(?P<role>(?:cơ\s*quan|đơn\s*vị)?\s*(?:chủ\s*trì|phối\s*hợp)(?:\s*thực\s*hiện)?)\s*:\s*")


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
        self._counted = 0
        self.drafts: list[Draft] = []
        blocks = document.body
        for index, block in enumerate(blocks):
            if vocabulary.NARRATION.match(self._text(block)):
                break  # what follows in a news report is about other documents
            self._headings = [heading for heading in self._headings if heading.level < block.level]
            self._read(block, self._children(blocks, index))

    def _text(self, block: Block) -> str:
        return self._surface.lower[block.body : block.end]

    def _text_of(self, sentence: Sentence) -> str:
        return self._surface.lower[sentence.start : sentence.end]

    def _children(self, blocks: tuple[Block, ...], index: int) -> list[Block]:
        """The points directly below a block."""
        below = []
        for block in blocks[index + 1 :]:
            if block.level <= blocks[index].level:
                break
            if block.marker or (block.start == blocks[index + 1].start and blocks[index].marker):
                below.append(block)
        top = min((block.level for block in below), default=0.0)
        return [block for block in below if block.level == top]

    def _read(self, block: Block, children: list[Block]) -> None:
        text = self._text(block)
        if self._is_role_line(block) or self._is_deadline_line(block, text):
            return
        first_draft = len(self.drafts)
        inside_details = any(heading.details for heading in self._headings)
        sentences = clauses.sentences(self._surface, block.body, block.end)
        for number, sentence in enumerate(sentences):
            said = self._surface.lower[sentence.start : sentence.end]
            if vocabulary.CONDITIONAL.match(said):
                continue
            found = clauses.openings(self._surface, sentence, point=number == 0 and bool(block.marker))
            last = number == len(sentences) - 1
            if found:
                self._open(block, sentence, found, children if last else [])
            elif len(self.drafts) > first_draft:
                self._go_on(sentence, self.drafts[first_draft:])
            elif not inside_details and number == 0 and self._is_headed(block) and self._begins_with_work(sentence):
                self._inherit(block, sentence)
            elif not block.marker or inside_details:
                self._deliver(sentence)
        if not block.marker:
            self._merge_deliveries(first_draft)

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
            if not self._is_work(work, opening):
                continue
            led_in = number == 0 and not opening.asked and bool(vocabulary.LEAD_IN.match(self._text_of(sentence)))
            start = sentence.start if led_in else opening.start
            draft = Draft(
                leads, self._coordinating(opening.work, end, leads), start, opening.work, end, self._heading_number()
            )
            draft.warnings += notes
            self._add(draft)
            if is_last and children:
                self._push(block, opening, end, leads, details=True)

    def _is_own_act(self, block: Block, opening: Opening) -> bool:
        """ "Bộ X xây dựng hướng dẫn kèm theo" in a letter of Bộ X: it tells what it did."""
        alone = len(opening.names) == 1 and not opening.asked and not block.marker
        return alone and lexicon.same(opening.names[0].text, self._document.issuer)

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
        if not rest.endswith(":") or len(asking) * 2 < max(1, len(children)):
            return False
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
        self._counted += 1
        coordinating = self._coordinating(opening.work, end, leads)
        alone = not self._surface.lower[opening.work : end].strip(" :.")
        self._headings.append(_Heading(block.level, leads, coordinating, self._counted, details, alone))

    def _heading_number(self) -> int:
        return self._headings[-1].number if self._headings else 0

    def _coordinating(self, start: int, end: int, leads: list[str]) -> list[str]:
        names = clauses.coordinating(self._surface, start, end)
        return [name.text for name in names if not any(lexicon.same(name.text, lead) for lead in leads)]

    def _is_headed(self, block: Block) -> bool:
        """Whether a block without a subject may have one above: points may, a paragraph only right below bare names."""
        return bool(block.marker) or (bool(self._headings) and self._headings[-1].alone)

    def _begins_with_verb(self, sentence: Sentence) -> bool:
        """Whether it asks without naming anybody: "Rà soát …", "Trên cơ sở đó, rà soát …", "Định kỳ … báo cáo"."""
        said = self._surface.lower[sentence.start : sentence.end].lstrip(' \n"“(-:')
        if not vocabulary.LEAD_IN.match(said):
            return bool(vocabulary.VERB.match(said))
        if re.match(r"(?:định\s*kỳ|hằng|hàng|trước|chậm\s*nhất)", said):
            return bool(re.search(vocabulary.ACTION.pattern, said))
        return any(vocabulary.VERB.match(said[comma.end() :]) for comma in re.finditer(r",\s*", said))

    def _begins_with_work(self, sentence: Sentence) -> bool:
        """Below a heading that names an agency every point is work unless it names a thing."""
        if self._begins_with_verb(sentence):
            return True
        said = self._surface.lower[sentence.start : sentence.end]
        led = bool(self._headings) and not self._headings[-1].details
        return led and not vocabulary.NOT_WORK.match(said) and not vocabulary.LEAD_IN.match(said)

    def _inherit(self, block: Block, sentence: Sentence) -> None:
        """A point without a subject: its work is that of the heading above, or of those the letter goes to."""
        heading = self._headings[-1] if self._headings else None
        if not self._is_work(self._surface.lower[sentence.start : sentence.end]):
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

    def _is_work(self, work: str, opening: Opening | None = None) -> bool:
        plain = work.strip()
        if len(_WORD.findall(plain)) < 2 or vocabulary.CLOSING.search(plain[:160]):
            return False
        if vocabulary.CARRY_OUT.search(plain[:200]):
            # "… tổ chức thực hiện Quyết định này" is work for one named agency, a formula for everybody.
            alone = opening is not None and len(opening.names) == 1 and not opening.names[0].group
            return alone and bool(re.search(r"phối\s*hợp|chủ\s*trì", plain))
        return not re.match(r"(?:biết|để\s+biết|được\s+biết|theo\s+dõi\s*\.)", plain)

    # Until when

    def _add(self, draft: Draft) -> None:
        """Keep a draft with its deadline; clauses behind a semicolon with a deadline of their own become tasks of their own."""
        # Names between the two may hold words such as "Kế hoạch" that would mislead.
        found = [*self._find(draft.start, draft.work), *self._find(draft.work, draft.end)]
        pieces = drafts.pieces(self._surface, draft, found)
        for number, (piece, deadline) in enumerate(pieces):
            piece.evidence_end = piece.end
            if deadline:
                piece.deadline = deadline
                piece.warnings += deadline.warnings
            if number:
                piece.coordinating = self._coordinating(piece.work, piece.end, piece.leads)
            self.drafts.append(piece)

    def _find(self, start: int, end: int) -> list[Deadline]:
        text = self._surface.lower[start:end].replace("\n", " ")
        return [
            Deadline(one.start + start, one.end + start, one.day, one.warnings)
            for one in deadlines.find(text, self._document.issued)
        ]

    def _go_on(self, sentence: Sentence, here: list[Draft]) -> None:
        """A sentence without a subject behind a task: it may say until when."""
        said = self._surface.lower[sentence.start : sentence.end]
        found = self._find(sentence.start, sentence.end)
        if not found or not (vocabulary.DELIVERS.match(said) or vocabulary.DEADLINE_ONLY.match(said)):
            return
        for draft in here:
            if draft.leads == here[-1].leads and (draft.deadline is None or draft.deadline.day is None):
                self._set(draft, found[0])
        here[-1].evidence_end = max(here[-1].evidence_end, sentence.end)

    def _set(self, draft: Draft, deadline: Deadline) -> None:
        if draft.deadline:
            draft.warnings = [note for note in draft.warnings if note not in draft.deadline.warnings]
        draft.deadline = deadline
        draft.warnings += [note for note in deadline.warnings if note not in draft.warnings]

    def _deliver(self, sentence: Sentence) -> None:
        """A paragraph of its own: "Báo cáo gửi về Sở X trước ngày …" belongs to the one task before, or is one for all."""
        said = self._surface.lower[sentence.start : sentence.end]
        found = self._find(sentence.start, sentence.end)
        if not found or not vocabulary.DELIVERS.match(said) or not self.drafts:
            return
        block_drafts = (
            self.drafts[-1:] if len({tuple(one.leads) for one in self.drafts}) == 1 and len(self.drafts) == 1 else []
        )
        if block_drafts:
            if block_drafts[0].deadline is None:
                self._set(block_drafts[0], found[0])
                block_drafts[0].evidence_end = sentence.end
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
        if not found:
            return bool(re.match(r"\W*(?:thời\s*(?:gian|hạn)|hạn)", text))
        if clauses.openings(self._surface, Sentence(block.body, block.end)):
            return False
        number = self._heading_number()
        beside = [draft for draft in self.drafts if number and block.marker and draft.heading == number]
        if not beside and (block.level >= _BULLET or not block.marker):
            beside = self.drafts[-1:]
        if beside:
            for draft in beside:
                if draft.deadline is None or draft.deadline.day is None:
                    self._set(draft, found[0])
            if len(beside) == 1:
                beside[0].evidence_end = max(beside[0].evidence_end, block.end)
            return True
        self._link(block, found[0])
        return True

    def _link(self, block: Block, deadline: Deadline) -> None:
        """A deadline in a point of its own names its task by its object: the earlier task with most of these words."""
        object_words = set(_WORD.findall(self._surface.folded[block.body : deadline.start])) - {
            "thoi",
            "gian",
            "han",
            "hoan",
            "thanh",
        }
        best, share = None, 0.0
        for draft in self.drafts:
            words = set(_WORD.findall(self._surface.folded[draft.work : draft.end]))
            common = len(object_words & words) / max(1, len(object_words))
            if common > share:
                best, share = draft, common
        if best is None or (share < 0.6 and len(self.drafts) > 1):
            return
        if best.deadline and best.deadline.day and best.deadline.day != deadline.day:
            self._split_off(best)
        self._set(best, deadline)
        best.warnings.append(
            f"Thời hạn lấy từ điểm “{self._surface.verbatim(block.start, min(block.end, block.start + 80))}…”."
        )

    def _split_off(self, draft: Draft) -> None:
        """The clause that has the other deadline becomes a task of its own."""
        other = draft.deadline
        cut = self._surface.lower.rfind(";", draft.work, other.start) if other else -1
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
        self.drafts.insert(self.drafts.index(draft) + 1, milestone)

    def _is_role_line(self, block: Block) -> bool:
        """ "Cơ quan chủ trì: Sở X", "Cơ quan phối hợp: …" below a point of a plan."""
        match = _CHILD_NAMES.match(self._surface.lower, block.body, block.end)
        if match is None:
            return False
        names = [name.text for name in agencies.several(self._surface, match.end(), bare_group=True)]
        leads = "trì" in match["role"]
        point = self._point_above(block)
        if leads and names and point:
            draft = Draft(names, [], point.body, point.body, point.end, 0)
            self._add(draft)
        elif names and self.drafts and not leads:
            self.drafts[-1].coordinating = names
        return True

    def _point_above(self, block: Block) -> Block | None:
        above = [one for one in self._document.body if one.start < block.start]
        for one in reversed(above):
            if one.level < block.level or (not block.marker and one.marker):
                return one
        return None

    def _merge_deliveries(self, first: int) -> None:
        """ "…góp ý dự thảo. … đề nghị Quý Sở gửi ý kiến trước ngày D": handing in the work is no second task."""
        for index in range(len(self.drafts) - 1, max(first, 1) - 1, -1):
            draft, before = self.drafts[index], self.drafts[index - 1]
            work = self._surface.lower[draft.work : draft.end]
            if (
                draft.leads == before.leads
                and draft.deadline
                and before.deadline is None
                and re.match(r"\W*(?:gửi|báo\s*cáo|nộp|có\s*văn\s*bản\s*gửi|tổng\s*hợp|hoàn\s*thành)", work)
                and len(self.drafts) - first < 3
            ):
                self._set(before, draft.deadline)
                before.evidence_end = draft.evidence_end
                del self.drafts[index]
