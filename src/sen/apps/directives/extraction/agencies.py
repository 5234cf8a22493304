"""Finds names of agencies in running text: departments with their dated names, people's committees, groups, heads of offices.

Which departments there are, and since when, is data (`lexicon`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sen.apps.directives.extraction import lexicon, vocabulary
from sen.apps.directives.extraction.surface import CAPITAL, SMALL, Surface, of

_WORD = rf"[{CAPITAL}][^\W_]*"
_NAME = re.compile(rf"\s*(?:{_WORD}|\d{{1,2}})(?:\s+(?:{_WORD}|\d{{1,2}}\b)){{0,4}}(?:\s*-\s*{_WORD}(?:\s+{_WORD})*)?")
_PERSON_NAME = re.compile(rf"\s*{_WORD}(?:\s+{_WORD}){{0,4}}")
_SO = r"(?:(?:các|quý)\s+)?(?P<head>s[ởờ]|bộ)"
_LEVEL = r"(?:cấp\s+)?(?:tỉnh|thành\s*phố|tp\.?|huyện|quận|thị\s*xã|tx\.?|xã|phường|thị\s*trấn|đặc\s*khu)(?!\w)"
_LEVELS = rf"(?:(?:các|cấp|những)\s+)?{_LEVEL}(?:\s*(?:,|-|/|và)\s*(?:(?:các|cấp)\s+)?{_LEVEL})*"
_COMMITTEE = re.compile(
    rf"(?:(?:các)\s+)?(?:[ủu][ỷy]\s*ban\s*nhân\s*dân|uỷ\s*ban\s*nhân\s*dân|ủy\s*ban\s*nhân\s*dân|ubnd|hội\s*đồng\s*nhân\s*dân|hđnd)(?:\s+(?P<levels>{_LEVELS}))?"
)
_TITLE = re.compile(
    r"(?:(?:các\s+)?(?:đồng\s*chí|đ/c|ông|bà)\s+)?(?:các\s+)?(?:phó\s+)?(?:"
    + vocabulary.phrases(
        "giám đốc|gđ|thủ trưởng|chủ tịch|chánh văn phòng|chánh thanh tra|bộ trưởng|cục trưởng|tổng giám đốc|trưởng ban|trưởng phòng"
        "|trưởng các|trưởng công an|tư lệnh|chỉ huy trưởng|hiệu trưởng|người đứng đầu|lãnh đạo|viện trưởng|bí thư|thống đốc"
        "|tổng thanh tra|chi cục trưởng|trưởng"
    )
    + r")(?!\w)\s*(?:các\s+(?=s[ởờ]|cơ|đơn|ban|phòng))?"
)
_PERSON = re.compile(
    r"(?:(?:đồng\s*chí|đ/c|ông|bà)\s+(?:phó\s+(?:chủ\s*tịch|thủ\s*tướng)\s+)?|phó\s*thủ\s*tướng\s+(?:chính\s*phủ\s+)?)(?!giám|chủ|thủ\s*trưởng|bộ|chánh|trưởng|phó|bí|tổng)"
)
# "Phó Chủ tịch UBND tỉnh phụ trách lĩnh vực văn hóa chỉ đạo …": the field up to the verb.
_IN_CHARGE = re.compile(
    rf"\s*,?\s*phụ\s*trách\s+[^,;.:]{{2,50}}?(?=\s+(?:{vocabulary.phrases(vocabulary.HOW, vocabulary.DO)})(?!\w))"
)
_GROUP_NOUN = (
    r"(?:sở|ban|ngành|cơ\s*quan|đơn\s*vị(?:\s+tư\s*vấn|\s+địa\s*phương|\s+sự\s*nghiệp|\s+thi\s*công|\s+trực\s*thuộc)?|địa\s*phương|tổ\s*chức(?:\s+chính\s*trị(?:\s*-\s*xã\s*hội)?)?|đoàn\s*thể"
    r"|cơ\s*quan\s+(?:thường\s*trực|chủ\s*trì|đầu\s*mối)|hội(?!\s*(?:nghị|thảo|đồng))|huyện(?:\s*ủy)?|thành\s*phố|thị\s*xã|thị\s*trấn|quận|xã|phường|đặc\s*khu|bộ|tỉnh|doanh\s*nghiệp|chủ\s*đầu\s*tư"
    r"|nhà\s*đầu\s*tư|nhà\s*thầu|cá\s*nhân|hộ\s*gia\s*đình|hộ\s*dân|trường(?:\s*học)?|cơ\s*sở\s*(?:y\s*tế|giáo\s*dục|khám\s*chữa\s*bệnh|sản\s*xuất|kinh\s*doanh)"
    r"|thành\s*viên\s*(?:ban\s*chỉ\s*đạo|tổ\s*công\s*tác|hội\s*đồng)|tổ\s*đại\s*biểu|đại\s*biểu|chủ\s*(?:rừng|hồ|đập|tàu|phương\s*tiện|hộ|cơ\s*sở|dự\s*án|thể|nguồn\s*thải|xe)|hợp\s*tác\s*xã|cơ\s*sở|khu\s*phố|thôn|ấp|khóm|tổ\s*dân\s*phố|công\s*ty|ngân\s*hàng|bệnh\s*viện|cơ\s*quan\s*chuyên\s*môn|phòng|lực\s*lượng)(?!\w)"
)
_GROUP = re.compile(
    rf"(?:(?:tất\s*cả|toàn\s*bộ)\s+)?(?P<det>(?:các|những)\s+)?{_GROUP_NOUN}(?:\s*(?:,|/|-|và)\s*{_GROUP_NOUN})*"
)
# "Đồng chí Giám đốc Sở …": the office is meant, not how its holder is called.
_COMRADE = re.compile(
    r"^(?:đồng\s*chí|đ/c)\s+(?=(?:phó\s+)?(?:giám\s*đốc|chủ\s*tịch|thủ\s*trưởng|chánh|trưởng|bí\s*thư))", re.I
)
_OFFICE_OF_GROUP = re.compile(r"thành\s*viên|cơ\s*quan\s+(?:thường\s*trực|chủ\s*trì|đầu\s*mối)")
_NEEDS_QUALITY = re.compile(
    r"(?:doanh\s*nghiệp|cơ\s*quan|đơn\s*vị|tổ\s*chức|cơ\s*sở|trường(?:\s*học)?|lực\s*lượng|công\s*ty|bệnh\s*viện|ngân\s*hàng|hội|đoàn\s*thể|chủ\s*\w+)$"
)
# Words that may tell which of a group are meant, and words that begin something else.
_SMALL_WORD = re.compile(rf"[^\S\x00]+[{SMALL}]+(?!\w)")
_NO_QUALITY = re.compile(
    r"(?:để|về|theo|tại|biết|đã|vừa|đang|với|cùng|có|trước|khi|nếu|là|từ|cho|sau|do|ngày|như|của|trên|được|bị|sẽ|chưa|còn|nêu|này|và|hoặc|đến|trong)(?!\w)"
)
# Alone and in the singular these name no group: "Bộ", "Ban", "phòng".
_LONE = re.compile(
    r"(?:sở|ban|bộ|ngành|hội|phòng|tỉnh|xã|phường|huyện|quận|thành\s*phố|thị\s*xã|thị\s*trấn|đặc\s*khu|trường|tổ\s*chức|cá\s*nhân|lực\s*lượng|công\s*ty|ngân\s*hàng|bệnh\s*viện)"
)
_ADDRESSED = re.compile(
    r"(?:quý\s+(?:sở|bộ|cơ\s*quan|đơn\s*vị|địa\s*phương|ngành|ban|vị)(?:\s*,\s*(?:quý\s+)?(?:cơ\s*quan|đơn\s*vị|địa\s*phương))*|các\s+đồng\s*chí(?!\s+(?:giám|thủ|chủ|bộ|bí|tổng|trưởng))"
    r"|(?:các\s+)?(?:cơ\s*quan|đơn\s*vị|địa\s*phương)(?:\s*,\s*(?:đơn\s*vị|địa\s*phương))*\s+(?:nêu\s+trên|có\s+tên\s+trên|như\s+kính\s+gửi))"
)
# Heads whose names run on in small letters until a verb or a mark ends them.
_OPEN = re.compile(
    r"(?:"
    + vocabulary.phrases(
        """văn phòng|thường trực hội đồng nhân dân|thường trực hđnd|thường trực tỉnh ủy|ban thường trực|công an|bộ chỉ huy|bộ tư lệnh|bộ đội biên phòng|thanh tra|cục|chi cục|tổng cục|thuế|thống kê|hải quan
        |kho bạc nhà nước|ngân hàng nhà nước|ngân hàng|bảo hiểm xã hội|đài|báo|ban quản lý|ban qlda|ban chỉ huy|ban chỉ đạo
        |ban dân tộc|ban tuyên giáo|ban tổ chức|ban dân vận|ban thường vụ|ban an toàn giao thông|ban tiếp công dân|ban đổi mới|ban
        |trung tâm|viện|trường|bệnh viện|quỹ|công ty|tập đoàn|tổng công ty|điện lực|vnpt|viettel|viễn thông|bưu điện|ủy ban mttq|ủy ban mặt trận tổ quốc
        |ủy ban|uỷ ban|hội|liên đoàn|tỉnh đoàn|đoàn|tòa án|tòa án nhân dân|viện kiểm sát|hiệp hội|cảng vụ|cảng hàng không|cảng|chi nhánh|xí nghiệp|nhà máy|học viện|đại học|bảo tàng|thư viện|nhà hát|khu di tích|khu bảo tồn|đồn biên phòng|hải đội|lữ đoàn|trung đoàn|sư đoàn|nhà văn hóa|trạm y tế|trạm|hội đồng|tổ công tác
        |báo và đài phát thanh truyền hình|báo và đài phát thanh - truyền hình|báo và đài phát thanh và truyền hình|báo và đài phát thanh, truyền hình
        |báo và phát thanh truyền hình|báo và phát thanh, truyền hình|báo và phát thanh - truyền hình|cty|bch|bqlda|bql|bcđ|vp|mặt trận tổ quốc|mttq|tổ giúp việc|phòng|hạt kiểm lâm|đảng ủy|thành ủy|tỉnh ủy|huyện ủy|lực lượng công an|liên minh hợp tác xã|cổng thông tin điện tử|vườn quốc gia|đội"""
    )
    + r")(?!\w)"
)
_WHOLE = re.compile(
    r"tổ\s*(?:công\s*tác|giúp\s*việc)|ban\s*(?:chỉ\s*đạo|chỉ\s*huy)|(?:tỉnh|thành)\s*(?:đoàn|ủy)|huyện\s*ủy|đảng\s*ủy|kho\s*bạc\s*nhà\s*nước|liên\s*minh\s*hợp\s*tác\s*xã|ban\s*tiếp\s*công\s*dân|thường\s*trực\s*(?:hđnd|hội\s*đồng\s*nhân\s*dân)"
)
# Verbs elsewhere, part of names here: "Ban Quản lý dự án đầu tư xây dựng", "Trung tâm Kiểm soát bệnh tật".
_NOUN_LIKE = re.compile(
    r"(?:đầu\s*tư\s*(?:và\s*)?xây\s*dựng(?:\s+(?:các\s+)?công\s*trình)?|đầu\s*tư\s*phát\s*triển|phát\s*triển\s+(?:quỹ|khu|đô|công|khoa)|kiểm\s*soát\s*bệnh|quản\s*lý\s+(?:dự|các|khu|khai|vận)"
    r"|(?:các\s+)?công\s*trình|(?:đoàn\s*đbqh|đoàn\s*đại\s*biểu\s*quốc\s*hội|hđnd|hội\s*đồng\s*nhân\s*dân)\s*và\s*(?:hđnd|hội\s*đồng\s*nhân\s*dân|ubnd|ủy\s*ban\s*nhân\s*dân)"
    r"|giao\s*thông|giao\s*dịch|thông\s*tin|đào\s*tạo|xây\s*dựng\s+(?:các\s+)?công\s*trình|bảo\s*vệ\s+(?:môi|rừng|thực|trẻ))(?!\w)"
)
_CAPITAL_NEXT = re.compile(rf"\s+[{CAPITAL}]")
# A name that ends with its tier goes on only with the tier's own name.
_TIERS = {"tỉnh", "xã", "huyện", "phường", "Tỉnh"}
# After a short head ("Ban", "Cục", "Thuế") a capital or the tier says that it is a name.
_NAMED = re.compile(
    rf"\s+(?:[{CAPITAL}]|(?:tỉnh|thành\s*phố|huyện|xã|phường|cơ\s*sở|quản\s*lý|chỉ\s*đạo|chỉ\s*huy)(?!\w))"
)
_TAIL = re.compile(
    r"\s+(?:(?:có\s+)?liên\s*quan|trên\s+địa\s+bàn(?:\s+toàn)?(?:\s+(?:tỉnh|thành\s*phố|huyện|xã|phường))?|trực\s*thuộc(?:\s+(?:trung\s*ương|tw|tỉnh))?"
    r"|của\s+(?:tỉnh|trung\s*ương|thành\s*phố|ngành|địa\s*phương)|thuộc\s+(?:bộ|sở|tỉnh|thành\s*phố|phạm\s+vi\s+quản\s+lý)|trung\s*ương|cấp\s+(?:tỉnh|huyện|xã)|(?:tỉnh|thành\s*phố|huyện|xã)(?!\w)"
    r"|ven\s+(?:biển|sông)(?:\s*,\s*ven\s+(?:biển|sông))*|miền\s+núi|biên\s+giới|hải\s+đảo|khác|còn\s+lại|nêu\s+trên|nói\s+trên|trên(?!\w)(?!\s+(?:địa|cơ|toàn))|cùng\s+cấp|địa\s+phương|các\s+cấp"
    rf"|nêu\s+(?:tại|ở|trong)\s+[^,;.:]{{2,40}}?(?=\s+(?:{vocabulary.phrases(vocabulary.HOW)})(?!\w))|có\s+tên\s+(?:tại|trong|ở)\s+[^,;.:]{{2,40}}?(?=\s+(?:{vocabulary.phrases(vocabulary.HOW)})(?!\w))"
    r"|chức\s*năng|chuyên\s*môn|trong\s+tỉnh|(?:của\s+)?(?:hội\s*đồng\s*nhân\s*dân|hđnd)"
    r"|có\s+(?:điểm\s+du\s*lịch|dự\s*án(?:\s+đi\s+qua)?|rừng|biển|đê|biên\s*giới|khu\s*công\s*nghiệp|đất\s+bị\s+thu\s+hồi))(?:(?!\w)|(?<=liên quan)|(?<=liênquan))"
)
_SEPARATOR = re.compile(
    r"(?:\s*\((?![^)]*(?:chủ\s*trì|phối\s*hợp))[^)]{0,80}\))?\s*(?:,|;|-|&|/)?\s*(?:và|cùng\s+với|cùng)?\s*(?:(?:đồng\s*chí|ông|bà)\s+)?"
)


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
    addressed = _ADDRESSED.match(surface.lower, at)
    if addressed:
        return Name(at, addressed.end(), _said(surface, at, addressed.end()), True, True)
    person = _PERSON.match(surface.lower, at)
    named = _PERSON_NAME.match(surface.clean, person.end()) if person else None
    if person and named:
        office = re.compile(r"\s*[,-]\s*(?=\S)").match(surface.lower, named.end())
        held = one(surface, office.end()) if office and _TITLE.match(surface.lower, office.end()) else None
        end = held.end if held else named.end()
        field = _IN_CHARGE.match(surface.lower, end)
        end = field.end() if field else end
        return Name(at, end, _said(surface, at, end))
    title = _TITLE.match(surface.lower, at)
    if title and not _capital_or_plural(surface, at):
        title = None
    after = at
    while title and title.end() > after:
        after = title.end()
        joined = re.compile(r"\s*(?:,|và)\s*(?=\w)").match(surface.lower, after)
        title = _TITLE.match(surface.lower, joined.end()) if joined else None
    end, group = _body(surface, after, bare_group=bare_group or after > at)
    if end == after:
        # A title alone names nobody ("Chủ tịch"), except the few that belong to one office.
        sole = re.compile(r"(?:chánh\s*văn\s*phòng|bộ\s*trưởng|chánh\s*thanh\s*tra)\s*$").search(
            surface.lower, at, after
        )
        return Name(at, after, _said(surface, at, after)) if sole and after > at else None
    return Name(at, end, _said(surface, at, end), group)


def several(surface: Surface, at: int, *, bare_group: bool = False) -> list[Name]:
    """The list of names that begins at `at`: "Sở A, Sở B và các đơn vị liên quan"; "các Sở: A, B" gives "Sở A", "Sở B"."""
    names = _shared_head(surface, at)
    if not names:
        first = one(surface, at, bare_group=bare_group)
        if first is None:
            return []
        names = [first]
    while True:
        separator = _SEPARATOR.match(surface.lower, names[-1].end)
        if separator is None or separator[0].strip()[-1:] in ("", ")"):
            return names
        following = one(surface, separator.end(), bare_group=True) or _same_head(surface, names[-1], separator.end())
        if following is None or following.end <= names[-1].end:
            return names
        names.append(following)


def _capital_or_plural(surface: Surface, at: int) -> bool:
    return surface.clean[at : at + 1].isupper() or surface.lower.startswith(
        ("các", "đồng chí", "người đứng", "lãnh đạo", "thủ trưởng", "giám đốc", "chủ tịch"), at
    )


def _body(surface: Surface, at: int, *, bare_group: bool) -> tuple[int, bool]:
    """(end, is a group) of the name proper; end == at where there is none."""
    for reader in (_committee, _department):
        end = reader(surface, at)
        if end:
            return _with_tail(surface, end), False
    group = _GROUP.match(surface.lower, at)
    if group and group["det"] is None:
        allowed = (
            bare_group
            or (surface.clean[at].isupper() and _OFFICE_OF_GROUP.match(group[0]))
            or ("," in group[0] and surface.clean[at].isupper())
        )
        group = None if not allowed or _LONE.fullmatch(group[0]) else group
    if group:
        end = _with_tail(surface, group.end())
        qualified = group["det"] and end == group.end() and _NEEDS_QUALITY.search(group[0])
        return (_qualified(surface, end) if qualified else end), True
    end = _open(surface, at)
    return (_with_tail(surface, end), False) if end else (at, False)


def _qualified(surface: Surface, end: int) -> int:
    """ "các doanh nghiệp viễn thông thực hiện …", "các xã có rừng:": up to four words between a group and its verb or colon."""
    if re.compile(r"\s*(?:[,;:.()\-]|và(?!\w)|$)").match(surface.lower, end):
        return end
    at = end
    for _ in range(5):
        if vocabulary.VERB.match(surface.lower, _skip(surface, at)) or (at > end and surface.clean[at : at + 1] == ":"):
            return at
        word = _SMALL_WORD.match(surface.clean, at)
        if word is None or _NO_QUALITY.match(surface.lower, _skip(surface, at)):
            return end
        at = word.end()
    return end


def _committee(surface: Surface, at: int) -> int:
    match = _COMMITTEE.match(surface.lower, at)
    if match is None or surface.lower[match.end() : match.end() + 1].isalnum():
        return 0
    end = match.end()
    if match["levels"]:
        colon = re.compile(r"\s*:").match(surface.lower, end)
        name = _NAME.match(surface.clean, colon.end() if colon else end)
        if name and _names_a_place(surface, _skip(surface, colon.end() if colon else end)):
            end = name.end()
            while more := re.compile(rf"\s*(?:,|và)\s*(?:{_LEVEL}\s+)?").match(surface.lower, end):
                name = _NAME.match(surface.clean, more.end())
                if name is None or one_starts(surface, _skip(surface, more.end())):
                    break
                end = name.end()
    return end


def _names_a_place(surface: Surface, at: int) -> bool:
    """Whether capitals behind a tier are its name: neither the next agency nor "Huy động", work behind a colon."""
    return not one_starts(surface, at) and not vocabulary.VERB.match(surface.lower, at)


def _department(surface: Surface, at: int) -> int:
    as_letters = lexicon.short_forms().match(surface.clean, at)
    if as_letters:
        return as_letters.end()
    head = re.compile(_SO + r"(?!\w)\s*").match(surface.lower, at)
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
    head = _OPEN.match(surface.lower, at)
    if head is None:
        return 0
    end = head.end()
    if not surface.clean[at].isupper() and not _CAPITAL_NEXT.match(surface.clean, end):
        return 0
    if " " not in head[0] and not _NAMED.match(surface.clean, end):
        return 0
    tiers = re.compile(rf"\s+các\s+{_LEVEL}(?:\s*(?:,|-|/|và)\s*(?:(?:các|cấp)\s+)?{_LEVEL})*").match(
        surface.lower, end
    )
    if tiers:
        return tiers.end()
    committee = re.compile(r"\s+").match(surface.lower, end)
    if committee and not _NOUN_LIKE.match(surface.lower, committee.end()):
        inner = _committee(surface, committee.end()) or _department(surface, committee.end())
        if inner:
            return inner
    walked = _walked(surface, end)
    # "Trung tâm" alone is a thing, not a name; "Tỉnh đoàn" is one.
    return walked if walked > end or _WHOLE.fullmatch(head[0]) else 0


def _walked(surface: Surface, end: int) -> int:
    """Word by word from `end` until something cannot belong to a name any more."""
    tier = False
    for _ in range(14):
        token = re.compile(r"\s+(?:-\s+)?(?P<word>[\w&./-]*\w)").match(surface.clean, end)
        if token is None:
            break
        start = token.start("word")
        noun = _NOUN_LIKE.match(surface.lower, start)
        if noun:
            end = noun.end()
            continue
        small = token["word"][:1].islower() and not (tier and token["word"] in ("ủy", "đoàn"))
        if small and tier:
            break
        tier = token["word"] in _TIERS
        if small and _ends_name(surface, start):
            break
        end = token.end()
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
    if joined:
        small = surface.clean[joined.end() : joined.end() + 1].islower()
        return one_starts(surface, joined.end()) or (small and bool(vocabulary.VERB.match(surface.lower, joined.end())))
    verb = vocabulary.VERB.match(surface.lower, at) or vocabulary.TELLING.match(surface.lower, at)
    return bool(verb)


def one_starts(surface: Surface, at: int) -> bool:
    """Whether a committee, department, group or office begins at `at`; cheaper than reading it."""
    return bool(
        _COMMITTEE.match(surface.lower, at)
        or re.compile(r"(?:các\s+)?s[ởờ](?!\w)|bộ\s").match(surface.lower, at)
        or re.compile(r"(?:các|những)\s+" + _GROUP_NOUN).match(surface.lower, at)
        or (_OPEN.match(surface.lower, at) and surface.clean[at : at + 1].isupper())
        or re.compile(_GROUP_NOUN + r"\s*,?\s*(?:" + _GROUP_NOUN + r"|có\s+liên\s*quan|liên\s*quan)").match(
            surface.lower, at
        )
    )


def _with_tail(surface: Surface, end: int) -> int:
    for _ in range(4):
        tail = _TAIL.match(surface.lower, end)
        if tail is None:
            break
        end = tail.end()
        if re.search(r"(?:tỉnh|thành\s*phố|huyện|xã|phường)$", tail[0]):
            name = _NAME.match(surface.clean, end)
            if name and not one_starts(surface, _skip(surface, end)):
                end = name.end()
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
        separator = _SEPARATOR.match(surface.lower, end)
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
    """The name as people write it: single blanks, UBND for its long form, no capital for a mere "Các"."""
    text = " ".join(surface.clean[start:end].split()).strip(" ,;:-")
    text = re.sub(r"(?i:[ủu][ỷyỉ]\s*ban\s*nhân\s*dân|uỷ\s*ban\s*nhân\s*dân)", "UBND", text)
    text = re.sub(r"^(Các|Những|Tất cả)\b", lambda match: match[0].lower(), text)
    text = re.sub(r"\bSờ(?= )", "Sở", text)
    text = _COMRADE.sub("", text)
    return lexicon.blanks_restored(text)


def _skip(surface: Surface, at: int) -> int:
    while at < len(surface.clean) and surface.clean[at].isspace():
        at += 1
    return at
