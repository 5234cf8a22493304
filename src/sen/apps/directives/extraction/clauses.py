"""Sentences, and the places in them where work is given to somebody: "giao X …", "đề nghị X …", "X có trách nhiệm …"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sen.apps.directives.extraction import agencies, lexicon, vocabulary
from sen.apps.directives.extraction.agencies import Name
from sen.apps.directives.extraction.surface import CAPITAL, Surface

_BOUNDARY = re.compile(rf"[.!?…]+[”\")]?(?=\s+[{CAPITAL}“\"]|\s*$)|\./\.?")
_ABBREVIATION = re.compile(
    r"(?:\b(?:tp|tx|tt|p|q|h|đ/c|kt|tm|tl|ths|ts|pgs|gs|số|st|v\.v|mr|bs|ks)|(?-i:\b[A-ZĐ]))\.$", re.I
)
_AFTER_COMMA = re.compile(r",\s+")
_AFTER_COLON = re.compile(r":\s+")
_AFTER_SEMICOLON = re.compile(
    r";\s+(?:đồng\s*thời\s*,?\s*|riêng\s+|còn\s+|(?:quá|sau|hết)\s+(?:thời\s*)?(?:hạn|gian|ngày)(?!\w)[^,;:.]{0,30},\s*)?"
)
_COORDINATING = re.compile(
    r"phối\s*hợp\s*(?:chặt\s*chẽ\s*)?(?:với|cùng|và)?\s*(?:với\s*)?|(?<!\w)cùng\s*(?:với\s+)?|lấy\s*ý\s*kiến\s+(?:của\s+|góp\s*ý\s*(?:của\s+)?)?"
)
HEAD = 1500  # characters in which the title of a document stands
_ROLE = re.compile(r"\s*\((?P<role>[^)]{0,60})\)")
_REFERS = re.compile(r"\s*(?:tại|theo)\s+(?:công\s*văn|văn\s*bản|tờ\s*trình|báo\s*cáo)\s+số")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`clean[start:end]` of the surface, without the block's marker."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Opening:
    """Where somebody is given work: the names, and `work`, where the words about the work begin."""

    start: int
    names: tuple[Name, ...]
    work: int
    asked: bool

    def passes_on(self, surface: Surface) -> bool:
        """ "Ban Quản lý dự án yêu cầu nhà thầu …": the work is to demand it of a contractor."""
        return bool(vocabulary.ASKS_CONTRACTOR.match(surface.lower, self.work))


def sentences(surface: Surface, start: int, end: int) -> list[Sentence]:
    """The sentences of a block."""
    found: list[Sentence] = []
    begin = start
    for match in _BOUNDARY.finditer(surface.clean, start, end):
        if match[0] == "." and _ABBREVIATION.search(surface.clean[max(begin, match.start() - 6) : match.end()]):
            continue
        if surface.clean[begin : match.end()].strip(" ./"):
            found.append(Sentence(begin, match.end()))
        begin = match.end()
    if surface.clean[begin:end].strip(" ./"):
        found.append(Sentence(begin, end))
    return found


def openings(surface: Surface, sentence: Sentence, *, point: bool = False, heads: bool = False) -> list[Opening]:
    """All openings of a sentence from left to right; where the work of one ends, the next may begin.

    `point`: the sentence begins a numbered point, where any word after an agency's name is taken for work; `heads`: points
    stand below it, so that "Giao Sở X" may stand alone.
    """
    if vocabulary.PRESENT.match(surface.lower, sentence.start, sentence.end):
        return []
    spoken = vocabulary.HAS_SAID.match(surface.lower, sentence.start, sentence.end)
    if spoken:  # what stands before tells which letters this one answers
        sentence = Sentence(spoken.end(), sentence.end)
    with_whom = [(name.start, name.end) for name in coordinating(surface, sentence.start, sentence.end)]
    subjects = (
        one
        for one in _subjects(surface, sentence, point)
        if not any(start <= one.start < end for start, end in with_whom)
        and not vocabulary.TOLD_BEHIND.search(surface.lower, sentence.start, one.start)
    )
    found = [*_asked(surface, sentence, heads), *subjects]
    inverted = _inverted(surface, sentence)
    if inverted:
        last = inverted.names[-1].end
        own = [
            one
            for one in found
            if one.start >= last and (one.asked or surface.clean[: one.start].rstrip().endswith(";"))
        ]
        found = [inverted, *own]
    found.sort(key=lambda one: (one.start, not one.asked))
    kept: list[Opening] = []
    for one in found:
        if not kept or one.start > kept[-1].work or (one.start == kept[-1].work and not kept[-1].passes_on(surface)):
            kept.append(one)
    return kept


def coordinating(surface: Surface, start: int, end: int) -> list[Name]:
    """Whom the lead works with, as far as it is said between the two places."""
    names: list[Name] = []
    for match in _COORDINATING.finditer(surface.lower, start, end):
        if re.search(r"(?:được|sự|công\s*tác)\s*$", surface.lower[max(start, match.start() - 8) : match.start()]):
            continue
        for name in agencies.several(surface, match.end(), bare_group=True):
            if name.end <= end and not any(lexicon.same(name.text, known.text) for known in names):
                names.append(name)
    return names


def coordinating_ends(surface: Surface, start: int, end: int) -> int:
    """Where the words "chủ trì, phối hợp với …" at the beginning of the work end; `start` where there are none."""
    match = re.compile(
        r"\W*(?:chủ\s*trì\s*,?\s*(?:và\s*)?)?(?:chủ\s*động\s*)?phối\s*hợp\s*(?:chặt\s*chẽ\s*)?(?:với|cùng)?\s*"
    ).match(surface.lower, start, end)
    if match:
        names = agencies.several(surface, match.end(), bare_group=True)
        return min(end, names[-1].end) if names else start
    lead = re.compile(r"\W*chủ\s*trì(?!\s*(?:cuộc\s*)?họp)\W*").match(surface.lower, start, end)
    return lead.end() if lead else start


def _inverted(surface: Surface, sentence: Sentence) -> Opening | None:
    """The work first: "Việc bàn giao mặt bằng do UBND phường X chủ trì, hoàn thành trước ngày D"."""
    head = vocabulary.WORK_FIRST.match(surface.lower, sentence.start, sentence.end)
    if head is None or vocabulary.WORK_TOLD.search(surface.lower, sentence.start, sentence.end):
        return None
    for match in vocabulary.BY_WHOM.finditer(surface.lower, head.end(), sentence.end):
        names = agencies.several(surface, match.end(), bare_group=True)
        if names and names[-1].end < sentence.end and vocabulary.TAKES_ON.match(surface.lower, names[-1].end):
            return Opening(sentence.start, tuple(names), sentence.start, asked=False)
    return None


def _asked(surface: Surface, sentence: Sentence, heads: bool) -> list[Opening]:
    """Somebody with the right to ask names whom: "giao Sở X …", "đề nghị các đồng chí …", "chuyển … đến Bộ Y để …"."""
    found = []
    inspection = vocabulary.INSPECTION.search(surface.lower, 0, HEAD)
    for match in vocabulary.ASKING.finditer(surface.lower, sentence.start, sentence.end):
        before = surface.lower[max(sentence.start, match.start() - 240) : match.start()]
        before = before.replace("\n", " ")
        if match["verb"].startswith("kiến") and (before.strip(' -“"') or not inspection):
            continue  # "Cử tri kiến nghị …"; in a report it goes to those above and binds nobody
        told = vocabulary.NOT_ASKING_BEFORE.search(before) or vocabulary.ASKED_ELSEWHERE.search(before)
        if told and not vocabulary.JUST_ASKED.search(before):
            continue
        opening = _names_and_work(surface, sentence, match.start(), match.end(), asked=True, any_word=heads)
        if opening:
            found.append(opening)
    for match in vocabulary.PASSING_ON.finditer(surface.lower, sentence.start, sentence.end):
        names = agencies.several(surface, match.end(), bare_group=False)
        if not names or names[-1].end >= sentence.end:
            continue
        work = re.compile(r"\s*(?:để\s+)?").match(surface.lower, names[-1].end)
        if work and vocabulary.ACTION.match(surface.lower, work.end()):
            found.append(Opening(match.start(), tuple(names), work.end(), asked=True))
    return found


def _subjects(surface: Surface, sentence: Sentence, point: bool) -> list[Opening]:
    """An agency that begins a clause and is followed by a verb that asks for work."""
    found: list[Opening] = []
    for number, (at, only_modal) in enumerate(_clause_starts(surface, sentence)):
        opening = _names_and_work(
            surface,
            sentence,
            at,
            at,
            asked=False,
            any_word=(point and number == 0) or bool(found and surface.clean[:at].rstrip().endswith(";")),
        )
        if opening is None:
            continue
        tail = surface.lower[opening.work : sentence.end].strip()
        if (not tail and only_modal is not True) or tail.startswith(":"):
            found.append(opening)
        elif ((only_modal is None and found) or only_modal) and not vocabulary.MODAL.match(tail):
            continue
        else:
            found.append(opening)
    return found


def _clause_starts(surface: Surface, sentence: Sentence) -> list[tuple[int, bool | None]]:
    """(position, only with "cần" or "phải"; None: only if there was a subject before) where the subject of a clause may stand."""
    first = re.compile(r"[\s\"“”(:-]*(?:(?:đồng\s*thời|riêng|ngoài\s*ra|trong\s*đó|đối\s*với)\s*,?\s*)?").match(
        surface.lower, sentence.start, sentence.end
    )
    begin = first.end() if first else sentence.start
    starts: list[tuple[int, bool | None]] = [(begin, False)]
    leading = bool(vocabulary.LEAD_IN.match(surface.lower[sentence.start : sentence.end]))
    for match in _AFTER_COMMA.finditer(surface.lower, begin, sentence.end):
        starts.append((match.end(), None if leading else True))
    for match in _AFTER_COLON.finditer(surface.lower, begin, sentence.end):
        starts.append((match.end(), False))
    for match in _AFTER_SEMICOLON.finditer(surface.lower, begin, sentence.end):
        starts.append((match.end(), False))
    # What stands in brackets explains; nobody is given work there.
    said = surface.clean
    return [one for one in starts if said.count("(", begin, one[0]) <= said.count(")", begin, one[0])]


def _names_and_work(
    surface: Surface, sentence: Sentence, start: int, at: int, *, asked: bool, any_word: bool = False
) -> Opening | None:
    """The names at `at` and what follows them, if that is work."""
    names = [name for name in agencies.several(surface, at, bare_group=asked) if name.end <= sentence.end]
    if not names:
        return None
    names, end = _roles(surface, names)
    rest = surface.lower[end : sentence.end]
    if asked:
        bare = rest.strip(" .;/)") == "" and not rest.strip().startswith(":")
        if vocabulary.NOT_ASKED_AFTER.match(rest) or (bare and not any_word):
            return None
        return Opening(start, tuple(names), end, asked)
    gap = re.compile(r"[\s,]*(?:\([^)]{0,60}\)[\s,]*)?").match(surface.lower, end)
    work = gap.end() if gap else end
    rest = surface.lower[work : sentence.end]
    if rest.startswith(":") or not rest.strip():
        return Opening(start, tuple(names), min(work + 1, sentence.end), asked)
    given = vocabulary.GIVEN.match(rest)
    work += given.end() if given else 0
    rest = surface.lower[work : sentence.end]
    verb = (
        vocabulary.VERB.match(rest)
        or vocabulary.ASKS_CONTRACTOR.match(rest)
        or (any_word and re.match(r"[^\W\d_]", rest) and surface.clean[work].islower())
    )
    told = (
        vocabulary.SAID_THAT.match(rest)
        or vocabulary.ONLY_ACCORDING.fullmatch(rest)
        or (
            vocabulary.TELLING.match(rest)
            and not (any_word and vocabulary.LETS_KNOW.match(rest))
            and not vocabulary.ASKS_CONTRACTOR.match(rest)
        )
        or not verb
        or vocabulary.SPEAKS.match(rest)
    )
    if told or (len(names) == 1 and _speaks(surface, names[0])):
        return None
    return Opening(start, tuple(names), work, asked)


def _speaks(surface: Surface, name: Name) -> bool:
    """Whether somewhere in the document this one gives the orders: "UBND tỉnh có ý kiến như sau"."""
    if "phụ trách" in name.text:
        return False
    if not re.match(r"(?:phó\s+|chủ\s*tịch\s+)*(?:ubnd|thủ\s*tướng|chính\s*phủ)(?!\s+(?:các|cấp))", name.text.lower()):
        return False
    said = r"\s+".join(map(re.escape, surface.lower[name.start : name.end].split()))
    voice = rf"{said}[^.;:\x00]{{0,60}}?(?:có\s+ý\s+kiến|yêu\s+cầu|(?<!bàn )giao|chỉ\s+đạo(?=\s*(?:[:,]|như|các|tại))|đề\s+nghị|kết\s+luận|lưu\s+ý)(?!\w)"
    return bool(re.search(voice, surface.lower))


def _roles(surface: Surface, names: list[Name]) -> tuple[list[Name], int]:
    """ "Sở A (chủ trì), Sở B (phối hợp)": only those who lead stay; returns them and where the list ends."""
    end = names[-1].end
    role = _ROLE.match(surface.lower, end)
    if role:
        end = role.end()
        if "chủ trì" in role["role"]:
            following = re.compile(r"\s*,\s*").match(surface.lower, end)
            others = agencies.several(surface, following.end(), bare_group=True) if following else []
            closing = _ROLE.match(surface.lower, others[-1].end) if others else None
            if closing and "phối hợp" in closing["role"]:
                end = closing.end()
    return names, end
