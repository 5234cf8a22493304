"""Finds names of agencies in running text: departments with their dated names, people's committees, groups, heads of offices.

Which departments there are, and since when, is data (`lexicon`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sen.apps.directives.extraction import agency_words as words
from sen.apps.directives.extraction import lexicon, vocabulary
from sen.apps.directives.extraction.surface import CAPITAL, SMALL, Surface, of


@dataclass(frozen=True, slots=True)
class Name:
    """One agency or group at `clean[start:end]`; `addressed` for words like "Quý Sở" that mean those the letter goes to."""

    start: int
    end: int
    text: str
    group: bool = False
    addressed: bool = False


def one(surface: Surface, at: int, *, bare_group: bool = False) -> Name | None:
    """The name that begins at `at`, or None. A group without "các" counts only where `bare_group` or after a title."""
    addressed = words.ADDRESSED.match(surface.lower, at)
    if addressed:
        return Name(at, addressed.end(), _said(surface, at, addressed.end()), True, True)
    person = words.PERSON.match(surface.lower, at)
    named = words.PERSON_NAME.match(surface.clean, person.end()) if person else None
    if person and named and not _is_an_office(surface, person.end()):
        office = re.compile(r"\s*[,-]\s*(?=\S)").match(surface.lower, named.end())
        held = one(surface, office.end()) if office and words.TITLE.match(surface.lower, office.end()) else None
        end = held.end if held else named.end()
        other = words.OTHER_OFFICE.match(surface.lower, end)
        if other and words.CAPITAL_NEXT.match(surface.clean, other.end()):
            other = None  # "Trưởng Ban Quản lý chợ"
        field = words.IN_CHARGE.match(surface.lower, end) or other
        end = field.end() if field else end
        return Name(at, end, _said(surface, at, end))
    title = words.TITLE.match(surface.lower, at)
    if title and not _capital_or_plural(surface, at):
        title = None
    after = at
    while title and title.end() > after:
        after = title.end()
        joined = re.compile(r"\s*(?:,|và)\s*(?=\w)").match(surface.lower, after)
        title = words.TITLE.match(surface.lower, joined.end()) if joined else None
    end, group = _body(surface, after, bare_group=bare_group or after > at)
    if end == after:
        # A title alone names nobody ("Chủ tịch"), except the few that belong to one office.
        sole = re.compile(r"(?:chánh\s*văn\s*phòng|bộ\s*trưởng|chánh\s*thanh\s*tra)\s*$").search(
            surface.lower, at, after
        )
        office = words.OF_OFFICE.match(surface.lower, after) if sole else None
        after = office.end() if office else after
        return Name(at, after, _said(surface, at, after)) if sole and after > at else None
    field = words.IN_CHARGE.match(surface.lower, end) if after > at else None
    end = field.end() if field else end
    return Name(at, end, _said(surface, at, end), group)


def _is_an_office(surface: Surface, at: int) -> bool:
    """ "Phó Chủ tịch Thường trực UBND tỉnh", "Phó Chủ tịch UBND tỉnh": capitals that are no person's name."""
    at = _skip(surface, at)
    return surface.lower.startswith("thường trực", at) or one_starts(surface, at)


MOST_NAMES = 64
"""Names read as one list: every place in it may begin one, so without a bound the time grows with the square of what somebody pasted."""


def several(surface: Surface, at: int, *, bare_group: bool = False) -> list[Name]:
    """The list of names that begins at `at`: "Sở A, Sở B và các đơn vị liên quan"; "các Sở: A, B" gives "Sở A", "Sở B"."""
    names = _shared_head(surface, at)
    if not names:
        first = one(surface, at, bare_group=bare_group)
        if first is None:
            return []
        names = [first]
    while len(names) < MOST_NAMES:
        other = words.APPOSITION.match(surface.lower, names[-1].end)
        if other:
            names[-1] = replace(names[-1], end=other.end())
        separator = words.SEPARATOR.match(surface.lower, names[-1].end)
        if separator is None or separator[0].strip()[-1:] in ("", ")"):
            return names
        if words.NEXT_ROLE.match(surface.lower, separator.end()):
            return names  # "…: Sở A; cơ quan phối hợp: Sở B"
        following = one(surface, separator.end(), bare_group=True) or _same_head(surface, names[-1], separator.end())
        if following is None or following.end <= names[-1].end:
            return names
        names.append(following)
    return names


def _capital_or_plural(surface: Surface, at: int) -> bool:
    return surface.clean[at : at + 1].isupper() or surface.lower.startswith(
        ("các", "đồng chí", "người đứng", "lãnh đạo", "thủ trưởng", "giám đốc", "chủ tịch", "tổ trưởng"), at
    )


def _body(surface: Surface, at: int, *, bare_group: bool) -> tuple[int, bool]:
    """(end, is a group) of the name proper; end == at where there is none."""
    for reader in (_committee, _department):
        end = reader(surface, at)
        if end:
            return _with_tail(surface, end), False
    group = words.GROUP.match(surface.lower, at)
    if group and group["det"] is None:
        allowed = (
            bare_group
            or (surface.clean[at].isupper() and words.OFFICE_OF_GROUP.match(group[0]))
            or ("," in group[0] and surface.clean[at].isupper())
        )
        group = None if not allowed or words.LONE.fullmatch(group[0]) else group
    if group:
        cut = _before_a_name(surface, group)
        end = _with_tail(surface, _places(surface, group, cut))
        qualified = group["det"] and end == group.end() and words.NEEDS_QUALITY.search(group[0])
        return (_qualified(surface, end) if qualified else end), True
    end = _open(surface, at)
    return (_with_tail(surface, end), False) if end else (at, False)


def _places(surface: Surface, group: re.Match[str], end: int) -> int:
    """ "Các thôn: Sao Cô Sỉn, Tả Chư Phùng": the places behind the tier; `end` where there are none."""
    tier = group["det"] and re.search(r"(?:thôn|bản|buôn|ấp|khóm|xã|phường|khu\s*phố|tổ\s*dân\s*phố)$", group[0])
    colon = re.compile(r"\s*:").match(surface.lower, end) if tier else None
    at = colon.end() if colon else end
    name = words.NAME.match(surface.clean, at) if tier else None
    if name is None or not _names_a_place(surface, _skip(surface, at)):
        return end
    while more := re.compile(r"\s*(?:,|và)\s*").match(surface.lower, name.end()):
        following = words.NAME.match(surface.clean, more.end())
        if following is None or one_starts(surface, _skip(surface, more.end())):
            break
        name = following
    behind = surface.lower[_skip(surface, name.end()) :][:1]
    return (
        name.end()
        if not colon or behind == ":" or vocabulary.VERB.match(surface.lower, _skip(surface, name.end()))
        else end
    )


def _before_a_name(surface: Surface, group: re.Match[str]) -> int:
    """Where a list of groups ends: "các trường học, Hợp tác xã Tân Phú" goes on with a name."""
    for comma in re.finditer(r"\s*(?:,|và)\s*(?=\S)", group[0]):
        at = group.start() + comma.end()
        if surface.clean[at].isupper() and _open(surface, at):
            return group.start() + comma.start()
    more = words.MORE_GROUPS.match(surface.lower, group.end()) if group["det"] else None
    return more.end() if more else group.end()


def _qualified(surface: Surface, end: int) -> int:
    """ "các doanh nghiệp viễn thông thực hiện …", "các xã có rừng:": up to four words between a group and its verb or colon."""
    if re.compile(r"\s*(?:[,;:.()\-]|và(?!\w)|$)").match(surface.lower, end):
        return end
    at = end
    for _ in range(5):
        if vocabulary.VERB.match(surface.lower, _skip(surface, at)) or (
            at > end and surface.clean[_skip(surface, at) : _skip(surface, at) + 1] in (":", "(")
        ):
            return at
        word = words.SMALL_WORD.match(surface.clean, at)
        if word is None or words.NO_QUALITY.match(surface.lower, _skip(surface, at)):
            return end
        at = word.end()
    return end


def _committee(surface: Surface, at: int) -> int:
    match = words.COMMITTEE.match(surface.lower, at)
    if match is None or surface.lower[match.end() : match.end() + 1].isalnum():
        return 0
    end = match.end()
    if match["levels"]:
        # "UBND các xã: A, B"; behind "UBND xã:" stands what it is to do.
        colon = re.compile(r"\s*:").match(surface.lower, end) if "các" in match[0] else None
        name = words.NAME.match(surface.clean, colon.end() if colon else end)
        if name and _names_a_place(surface, _skip(surface, colon.end() if colon else end)):
            end = name.end()
            while more := re.compile(rf"\s*(?:,|và)\s*(?:{words.LEVEL}\s+)?").match(surface.lower, end):
                name = words.NAME.match(surface.clean, more.end())
                if name is None or one_starts(surface, _skip(surface, more.end())):
                    break
                end = name.end()
    return end


def _names_a_place(surface: Surface, at: int) -> bool:
    """Whether capitals behind a tier are its name: neither the next agency nor "Huy động", work behind a colon."""
    named = words.PLACE_LIKE.match(surface.clean, at)
    if named and (
        not re.compile(rf"\s+[{SMALL}]").match(surface.clean, named.end())
        or vocabulary.VERB.match(surface.lower, _skip(surface, named.end()))
    ):
        return True
    return not one_starts(surface, at) and not vocabulary.VERB.match(surface.lower, at)


def _department(surface: Surface, at: int) -> int:
    as_letters = lexicon.short_forms().match(surface.clean, at)
    if as_letters:
        return as_letters.end()
    head = re.compile(words.SO + r"(?!\w)\s*").match(surface.lower, at)
    if head is None or not surface.clean[head.start("head")].isupper():
        return 0
    field = _field(surface, head.end())
    if field:
        return field
    short = re.compile(rf"[{CAPITAL}][{CAPITAL}&,\-]*[{CAPITAL}](?!\w)").match(surface.clean, head.end())
    if short:
        return short.end()
    unknown = head["head"] != "bộ" and surface.clean[head.end() : head.end() + 1].isupper()
    return _walked(surface, head.end() - 1) if unknown and not one_starts(surface, head.end()) else 0


def _field(surface: Surface, at: int) -> int:
    """End of a known field of a Sở or Bộ, however its marks, case and blanks came through; 0 for none."""
    match = lexicon.fields().match(surface.folded, at) if surface.clean[at : at + 1].isupper() else None
    return match.end() if match else 0


def _open(surface: Surface, at: int) -> int:
    """End of a name that runs until a verb or a mark ends it."""
    head = words.OPEN.match(surface.lower, at)
    if head is None:
        return 0
    end = head.end()
    if not surface.clean[at].isupper() and not words.CAPITAL_NEXT.match(surface.clean, end):
        return 0
    if " " not in head[0] and not words.WHOLE.fullmatch(head[0]) and not words.NAMED.match(surface.clean, end):
        return 0
    tiers = re.compile(rf"\s+các\s+{words.LEVEL}(?:\s*(?:,|-|/|và)\s*(?:(?:các|cấp)\s+)?{words.LEVEL})*").match(
        surface.lower, end
    )
    if tiers:
        return tiers.end()
    committee = re.compile(r"\s+").match(surface.lower, end)
    if committee and not words.NOUN_LIKE.match(surface.lower, committee.end()):
        inner = _committee(surface, committee.end()) or _department(surface, committee.end())
        if inner:
            return inner
    walked = _listed(surface, end) or _walked(surface, end)
    # "Trung tâm" alone is a thing, not a name; "Tỉnh đoàn" is one.
    return walked if walked > end or words.WHOLE.fullmatch(head[0]) else 0


def _listed(surface: Surface, end: int) -> int:
    """End of a name that lists its fields with commas, as rooms and centres are named; 0 where it is none.

    "Phòng Kinh tế, Hạ tầng và Đô thị"; "Phòng Giám sát, kiểm tra và xử lý sau thanh tra": a verb alone is no whole name.
    """
    fields = words.LISTED_FIELDS.match(surface.clean, end)
    if fields:
        starts = [fields.start() + mark.end() for mark in re.finditer(r"(?:,|\bvà)\s", fields[0])]
        if not any(one_starts(surface, _skip(surface, at)) for at in starts):
            return _walked(surface, fields.end())
    duties = words.LISTED_DUTIES.match(surface.lower, end)
    if duties and surface.clean[_skip(surface, end)].isupper() and surface.clean[duties.start("more")].islower():
        return _walked(surface, duties.end())
    return 0


def _walked(surface: Surface, end: int) -> int:
    """Word by word from `end` until something cannot belong to a name any more."""
    tier = False
    for _ in range(14):
        token = re.compile(r"\s+(?:-\s+)?(?P<word>[\w&./-]*\w)").match(surface.clean, end)
        if token is None:
            break
        start = token.start("word")
        small = token["word"][:1].islower() and not (tier and token["word"] in ("ủy", "đoàn"))
        if small and tier:
            break
        noun = words.NOUN_LIKE.match(surface.lower, start)
        if noun:
            end = noun.end()
            continue
        tier = token["word"] in words.TIERS
        if small and _ends_name(surface, start):
            break
        # "Văn phòng Đăng ký đất đai": a verb with a capital is part of the name.
        whole = None if small else vocabulary.ACTION.match(surface.lower, start)
        end = max(token.end(), whole.end() if whole else 0)
        if surface.clean[end : end + 1] in ",;:.)(":
            # Commas belong to names such as "giám sát, điều hành" only where the next word is no new agency and no verb.
            break
    return end


def _ends_name(surface: Surface, at: int) -> bool:
    """Whether a small word at `at` cannot belong to a name."""
    ends = re.compile(
        r"(?:để|về|theo|tại|biết|đã|vừa|đang|với|cùng|có|trong|trước|khi|nếu|chịu|là|từ|cho|sau|do|được|ngày)(?!\w)"
    )
    if ends.match(surface.lower, at):
        return True
    joined = re.compile(r"và\s+").match(surface.lower, at)
    if joined and words.NOUN_LIKE.match(surface.lower, joined.end()):
        return False  # "… đầu tư xây dựng và phát triển quỹ đất"
    if joined:
        small = surface.clean[joined.end() : joined.end() + 1].islower()
        return one_starts(surface, joined.end()) or (small and bool(vocabulary.VERB.match(surface.lower, joined.end())))
    verb = vocabulary.VERB.match(surface.lower, at) or vocabulary.TELLING.match(surface.lower, at)
    return bool(verb)


def one_starts(surface: Surface, at: int) -> bool:
    """Whether a committee, department, group or office begins at `at`; cheaper than reading it."""
    return bool(
        words.COMMITTEE.match(surface.lower, at)
        or re.compile(r"(?:các\s+)?s[ởờ](?!\w)|bộ\s").match(surface.lower, at)
        or re.compile(r"(?:các|những)\s+" + words.GROUP_NOUN).match(surface.lower, at)
        or (words.OPEN.match(surface.lower, at) and surface.clean[at : at + 1].isupper())
        or re.compile(words.GROUP_NOUN + r"\s*,?\s*(?:" + words.GROUP_NOUN + r"|có\s+liên\s*quan|liên\s*quan)").match(
            surface.lower, at
        )
    )


def _with_tail(surface: Surface, end: int) -> int:
    for _ in range(4):
        tail = words.TAIL.match(surface.lower, end)
        if tail is None:
            return _in_a_region(surface, end)
        end = tail.end()
        if re.search(r"(?:tỉnh|thành\s*phố|huyện|xã|phường)$", tail[0]):
            name = words.NAME.match(surface.clean, end)
            if name and not one_starts(surface, _skip(surface, end)):
                end = name.end()
    return end


def _in_a_region(surface: Surface, end: int) -> int:
    """ "UBND các xã, phường vùng ngọt hóa Gò Công": the region, up to its name or the verb behind it; else `end`."""
    where = words.WHERE.match(surface.lower, end) or words.BEING.match(surface.lower, end)
    if where:
        return where.end()
    region = words.REGION.match(surface.lower, end)
    at = region.end() if region else end
    for _ in range(4 if region else 0):
        name = words.NAME.match(surface.clean, at)
        if name and not one_starts(surface, _skip(surface, at)):
            return name.end()
        if re.compile(r"\s*(?:[:,\x00]|$)").match(surface.clean, at):
            more = words.MORE_REGIONS.match(surface.lower, at)
            return more.end() if more else at
        if vocabulary.VERB.match(surface.lower, _skip(surface, at)):
            return at
        word = words.SMALL_WORD.match(surface.clean, at)
        if word is None:
            break
        at = word.end()
    return end


def _shared_head(surface: Surface, at: int) -> list[Name]:
    """ "các Sở: A, B và C" as three names; [] where the text is anything else."""
    head = re.compile(r"(?:các\s+)?(?P<head>s[ởờ]|bộ)\s*:\s*").match(surface.lower, at)
    if head is None:
        return []
    word = surface.clean[head.start("head") : head.end("head")].capitalize()
    names: list[Name] = []
    position = head.end()
    while end := _field(surface, position) or _short(surface, position):
        names.append(Name(at if not names else position, end, f"{word} {_said(surface, position, end)}"))
        separator = words.SEPARATOR.match(surface.lower, end)
        position = separator.end() if separator else end
    return names


def _same_head(surface: Surface, before: Name, at: int) -> Name | None:
    """ "Sở Tài chính, Y tế": a known field after a department goes on with its head."""
    head = re.match(r"(?:các\s+)?(Sở|Bộ)\s", before.text)
    end = _field(surface, at) if head else 0
    return Name(at, end, f"{head[1]} {_said(surface, at, end)}") if head and end else None


def _short(surface: Surface, at: int) -> int:
    match = re.compile(rf"[{CAPITAL}][{CAPITAL}&\-]+(?!\w)").match(surface.clean, at)
    return match.end() if match else 0


def spelled(text: str) -> str:
    """A name as `Name.text` would have it, from a text that is a name."""
    return _said(of(text), 0, len(text))


def _said(surface: Surface, start: int, end: int) -> str:
    return lexicon.spelling(surface.clean[start:end])


def _skip(surface: Surface, at: int) -> int:
    while at < len(surface.clean) and surface.clean[at].isspace():
        at += 1
    return at
