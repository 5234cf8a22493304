"""Finds the words that set a deadline and resolves them to a day, or says why they give none. It never guesses.

"trước ngày D" is D itself; a month, quarter or year is its last day (what the Government Office writes and offices count by).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sen.apps.directives.extraction.vocabulary import DO, phrases
from sen.kernel.office_calendar import NATIONAL, OfficeCalendar

DO_WORDS = phrases(DO)
MAX_AHEAD = 270  # days: a date without a year is the next one, unless that is nearly a year away
_YEAR = r"(?:\s*,?\s*(?:năm\s*|[/.-]\s*)(?P<year>(?:19|20)\d\d))"
_CLOCK = r"(?:\d{1,2}\s*(?:giờ|h|g|:(?=\d\d\s))\s*(?:\d{1,2}\s*(?:phút|p|')?)?\s*,?\s*)"
_WEEKDAY = r"(?:thứ\s*(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s*nhật)"
_DAY = (
    rf"{_CLOCK}?(?:(?:vào|của)\s+)?(?:{_WEEKDAY}\s*,?\s*\(?\s*)?(?:ngày\s*)?(?:{_WEEKDAY}\s*,?\s*\(?\s*)?(?:ngày\s*)?"
    r"(?P<day>\d{1,2})(?:\s*(?:[/.-]|tháng)\s*(?P<month>\d{1,2}))(?:\s*(?:[/.-]|,?\s*năm)\s*(?P<year>(?:19|20)\d\d)(?!\d))?(?![\d/]|\.\d)"
)
_BEFORE_NUMBER = r"(?<![\w/.-])"
# Words that make the date after them a limit.
_LIMIT = (
    r"(?:trước|chậm\s*nhất(?:\s*(?:là|vào|đến|trong|trước))*|muộn\s*nhất(?:\s*(?:là|vào|đến|trước))*|trễ\s*nhất(?:\s*là)?|không\s*(?:quá|muộn\s*hơn|chậm\s*hơn)"
    r"|(?:đến\s*)?hết|hạn\s*(?:chót|cuối(?:\s*cùng)?|xử\s*lý|hoàn\s*thành|báo\s*cáo|trả\s*lời|thực\s*hiện|nộp|gửi)?(?:\s*(?:là|đến|:))?|xong\s*(?:trước|trong|vào)?|hoàn\s*thành\s*(?:xong\s*)?(?:vào|trong|đến|trước|chậm\s*nhất)?"
    r"|trong|thời\s*(?:hạn|gian)(?:\s*(?:hoàn\s*thành|thực\s*hiện|báo\s*cáo|gửi|trình|nộp|xong))?(?:\s*(?:là|:|vào|đến|trong|trước))*)\s*(?::\s*)?"
)
_BY_DAY = re.compile(rf"(?<!\w){_LIMIT}{_DAY}")
_SPAN = re.compile(
    rf"(?<!\w)từ\s+(?:ngày\s*)?(?P<from>nay|\d{{1,2}}(?:\s*/\s*\d{{1,2}}(?:\s*/\s*\d{{4}})?)?(?:\s*tháng\s*\d{{1,2}}(?:\s*năm\s*\d{{4}})?)?)\s*(?:đến\s*hết|đến|tới|-)\s*{_DAY}"
)
# "đến 30/9/2026 đạt 75% kế hoạch": a day to be reached.
_REACHED = re.compile(
    rf"(?<!\w)(?:đến|tới)\s*{_DAY}(?=\s*,?\s*(?:phải|đạt|hoàn\s*thành|cơ\s*bản|giải\s*ngân|xong|toàn\s*bộ|100))"
)
_PERIOD_CUE = (
    r"(?P<cue>(?:ngay\s+)?trong|cuối|đến\s*hết|hết|trước|chậm\s*nhất\s*(?:là\s*)?(?:trong|vào|cuối)?|hoàn\s*thành(?:\s*(?:trong|vào|trước))?"
    r"|thời\s*(?:gian|hạn)(?:\s*(?:hoàn\s*thành|thực\s*hiện|trình))?\s*:?(?:\s*(?:là|trong|vào))?|xong\s*(?:trong|trước)?|đầu|giữa|đến\s*cuối|vào\s*cuối|bảo\s*đảm\s*cuối)"
)
_MONTH = re.compile(
    rf"(?<!\w){_PERIOD_CUE}\s*(?:cuối\s*)?tháng\s*(?P<month>\d{{1,2}})(?!\d|\s*tháng){_YEAR}?(?!\s*[/.-]\s*\d)"
)
_QUARTER = re.compile(rf"(?<!\w){_PERIOD_CUE}\s*(?:cuối\s*)?quý\s*(?P<quarter>iv|iii|ii|i|[1-4])(?!\w){_YEAR}?")
_HALF = re.compile(
    rf"(?<!\w){_PERIOD_CUE}\s*(?:6|06|sáu)\s*tháng\s*(?P<half>đầu|cuối)\s*năm(?:\s*(?P<year>(?:19|20)\d\d))"
)
_MONTHS = re.compile(
    rf"(?<!\w)từ\s*tháng\s*\d{{1,2}}(?:\s*[/.-]\s*\d{{4}}|\s*năm\s*\d{{4}})?\s*(?:đến\s*(?:hết\s*)?|-\s*)tháng\s*(?P<month>\d{{1,2}})(?!\d){_YEAR}"
)
_IN_YEAR = re.compile(rf"(?<!\w){_PERIOD_CUE}\s*năm\s*(?P<year>(?:19|20)\d\d)(?!\s*[-\d])")
_COUNT = r"(?P<count>\d{1,3})\s*(?:\([\w\s]{1,20}\)\s*)?(?P<unit>ngày\s*làm\s*việc|ngày|tuần|tháng|giờ)(?!\w)"
# "kể từ ngày ký Quyết định này": this document's own signing, not that of a contract or a law.
_SIGNING = (
    r"(?:ký|ban\s*hành|phát\s*hành)(?!\w)(?:\s*ban\s*hành(?!\w))?(?:\s*(?:quyết\s*định|kế\s*hoạch|công\s*văn|chỉ\s*thị|thông\s*báo|văn\s*bản|nghị\s*quyết|công\s*điện|kết\s*luận)\s+này)?"
    r"(?!\s*(?:hợp|kết|thỏa|biên|cam|luật|nghị|thông|quyết|văn|kế|công|chỉ)(?!\w))"
)
_RELATIVE = re.compile(
    rf"(?<!\w)(?:(?:chậm\s*nhất|muộn\s*nhất)(?:\s*(?:là|sau|trong|vòng))*|(?:ngay\s+)?trong(?:\s*(?:vòng|thời\s*hạn|thời\s*gian))?(?:\s*không\s*quá)?|không\s*quá|tối\s*đa|thời\s*hạn(?:\s*là)?|sau)\s*:?\s*{_COUNT}"
    rf"(?!\s*(?:đầu|cuối|qua|gần|tới\s*đây|trở\s*lên|trước))(?P<since>\s*,?\s*(?:kể\s*từ|tính\s*từ|từ|sau)\s*(?:khi|ngày|thời\s*điểm)\s+(?P<anchor>{_SIGNING}|[^.;,]{{1,70}}))?"
)
_EVENT = re.compile(
    r"(?<!\w)(?:cho\s*đến\s*khi|ngay\s*sau\s*khi|ngay\s*khi|sau\s*khi\s*có|đến\s*khi\s*có)\s+[^.;,)]{3,80}"
)
_RECURRING_DAY = re.compile(
    r"(?<!\w)(?:trước|chậm\s*nhất|vào)\s*(?:(?:là|vào)\s*)?ngày\s*\d{1,2}\s*(?:hằng|hàng|của)\s*(?:tháng|quý|năm|tuần)(?:\s*(?:hằng|hàng)\s*(?:tháng|quý|năm))?"
    r"|(?<!\w)(?:trước|chậm\s*nhất)\s*[^.;,]{0,20}(?:hằng|hàng)\s*(?:ngày|tuần|tháng|quý|năm)"
)
# "trước 17 giờ cùng ngày": the day that was named last.
_SAME_DAY = re.compile(rf"(?<!\w){_LIMIT}{_CLOCK}?cùng\s*ngày(?!\w)")
# "tại kỳ họp cuối năm 2025", "vụ cuối năm": the period names an occasion.
_OCCASION = re.compile(
    r"(?:kỳ\s*họp|phiên\s*họp|hội\s*nghị|đợt|vụ|học\s*kỳ|lễ|dịp|báo\s*cáo)(?:\s*(?:thường\s*lệ|thường\s*kỳ|chuyên\s*đề|tổng\s*kết|sơ\s*kết))?\s*$"
)
# "trước ngày khai giảng 05/9", "trước Tết Dương lịch năm 2026 (31/12/2025)": an occasion with its day.
_BY_OCCASION = re.compile(
    r"(?<!\w)(?:trước|chậm\s*nhất)\s*(?:(?:ngày|dịp|lễ|khi|thời\s*điểm)\s*)?(?:khai\s*giảng|khai\s*mạc|khánh\s*thành|tết|lễ|quốc\s*khánh|bầu\s*cử|đại\s*hội|kỳ\s*họp|hội\s*nghị|năm\s*học)(?!\w)"
    rf"[^\d.;,:()]{{0,40}}(?:20\d\d(?:\s*-\s*20\d\d)?)?[\s,-]*(?P<open>\()?\s*{_DAY}(?(open)\s*\)?)"
)
# "(giao tại Công văn số …, hạn 30/7/2025, quá hạn 72 ngày)": the day that was missed.
_MISSED = re.compile(r"\([^()]*(?:giao\s*tại|quá\s*hạn|trễ\s*hạn|chậm\s*muộn)[^()]*\)")
# "báo cáo UBND tỉnh ngày 25/7/2026": the day on which somebody is to have it.
_ON_DAY = re.compile(
    rf"(?<!\w)(?:báo\s*cáo|trình|gửi|nộp)\s+(?:kết\s*quả\s+(?=(?:vào\s+)?ngày)|(?:kết\s*quả\s+)?(?:về\s+)?(?:ubnd|ủy\s*ban|uỷ\s*ban|chủ\s*tịch|phó\s*chủ\s*tịch|sở|văn\s*phòng|hđnd|hội\s*đồng|thủ\s*tướng|bộ)(?!\w)[^,;.:\d]{{0,50}}?)"
    rf"(?P<on>(?:vào\s+)?ngày\s*){_DAY}(?=\s*(?:[.;,)]|$|để))"
)
_FOR_MONTHS = re.compile(r"(?:thời\s*(?:gian|hạn)|thực\s*hiện|hoàn\s*thành|triển\s*khai|tổ\s*chức)[^.;]{0,60}$")
# Words right before a reading that make it tell something else.
_NOT_AFTER = {
    _ON_DAY: re.compile(r"(?:họp|tình\s*hình|số\s|công\s*văn|văn\s*bản|tại|đến|từ|của|sau|trước|ký|ban\s*hành)\s*$"),
    _REACHED: re.compile(r"(?:tính|số\s*liệu|từ\s[^,;]*|kể|cập\s*nhật)\s*$"),
    _RELATIVE: re.compile(r"(?:hiệu\s*lực[^.;]*|cách\s*đây\s*)$"),
}
_SIGNED = re.compile(rf"^{_SIGNING}$")
# Left of the limit: the date belongs to something past or described, not to the work asked for.
_PAST = re.compile(
    r"(?:đã\s+[^,.;]{0,60}|được\s+(?:cấp|giao|phê\s*duyệt|ban\s*hành|ký|công\s*nhận|xây\s*dựng|tiếp\s*nhận|thành\s*lập)[^,.;]{0,40}"
    r"|(?:văn\s*bản|quyết\s*định|hợp\s*đồng|giấy\s*phép|quy\s*định|dự\s*án|hồ\s*sơ)\s[^,.;]{0,40}(?:ban\s*hành|ký|cấp|tiếp\s*nhận|nộp)\s*"
    r"|(?:phát\s*sinh|xảy\s*ra|diễn\s*ra|ghi\s*nhận|tồn\s*đọng|tính|số\s*liệu|có\s*hiệu\s*lực)\s*)$"
)
_BY_OFFICE = re.compile(r"theo\s+chức\s*năng\s*,?\s*nhiệm\s*vụ(?:\s+được\s+giao)?|theo\s+thẩm\s+quyền")
_ABOUT = re.compile(
    r"(?<!\w)(?:tình\s*hình|kết\s*quả|số\s*liệu|chỉ\s*tiêu|nhiệm\s*vụ|công\s*tác|kế\s*hoạch|chương\s*trình|dự\s*toán|nghị\s*quyết|tăng\s*trưởng|đạt|thu|chi|xảy\s*ra|phát\s*sinh|diễn\s*ra|hoạt\s*động)(?!\w)[^,.;]{0,60}$"
)
# "báo cáo Thủ tướng kết quả trong Quý III": the receiver is named, so the period is when, not about what.
_RESULT_TO = re.compile(
    r"báo\s*cáo\s+(?:thủ\s*tướng|chính\s*phủ|ubnd|ủy\s*ban|uỷ\s*ban|chủ\s*tịch|bộ|sở|về)[^,;]*\skết\s*quả(?:\s+thực\s*hiện)?\s*$"
)
_DONE_BY = re.compile(
    rf"(?<!\w)(?:{DO_WORDS}|phấn\s*đấu|thông\s*xe|hoàn\s*thành|xong|trình|báo\s*cáo|ban\s*hành|gửi|nộp|đưa\s*vào|thời\s*(?:gian|hạn)|bảo\s*đảm|đảm\s*bảo|hạn|tham\s*mưu|phê\s*duyệt|khởi\s*công|tổ\s*chức|triển\s*khai|thực\s*hiện|xây\s*dựng|lập|rà\s*soát|kiểm\s*tra|kết\s*nối|bàn\s*giao|giải\s*quyết|xử\s*lý|khắc\s*phục)(?!\w)[^.;]{{0,80}}$"
)
# "Thời gian hoàn thành trước ngày D": the limit itself begins at "trước".
_ANNOUNCED = re.compile(
    r"(?:(?:thời\s*(?:gian|hạn)[^\d.,;]*?|bảo\s*đảm\s*|hoàn\s*thành\s*(?:xong\s*)?|xong\s*|hạn\s*)\s*(?:là|:)?\s*"
    r"(?=(?:trước|trong|chậm|muộn|cuối|hết|đến|không\s*quá|từ)(?!\w)))?"
)
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class Issued:
    """When the document was issued: the whole date, or only the year that stands beside a date left blank.

    `calendar`: whose working days its deadlines count; `kind`: what the document calls itself, "kết luận thanh tra".
    """

    day: date | None = None
    year: int | None = None
    calendar: OfficeCalendar = NATIONAL
    kind: str = ""

    def is_own_signing(self, anchor: str) -> bool:
        """Whether "ngày " and these words mean the day of issue: "ký", "ký Kết luận thanh tra" in such a conclusion."""
        own = rf"(?:ký|ban hành)(?: ban hành)? {self.kind}(?: này)?"
        return bool(_SIGNED.match(anchor) or (self.kind and re.fullmatch(own, " ".join(anchor.split()))))


@dataclass(frozen=True, slots=True)
class Deadline:
    """`text[start:end]` are the words; `day` is None where they name no certain day, and then a warning says why."""

    start: int
    end: int
    day: date | None
    warnings: tuple[str, ...] = ()


Resolved = tuple[date | None, tuple[str, ...]]


def find(text: str, issued: Issued) -> list[Deadline]:
    """All deadlines of a lower-case text in reading order; where two readings overlap, the longer one."""
    found: list[Deadline] = []
    for pattern, resolve in _READINGS:
        for match in pattern.finditer(text):
            if _is_limit(pattern, match, text):
                day, warnings = resolve(match, issued)
                if day and issued.day and day <= issued.day and _only_within(match):
                    continue  # "kiểm tra các vụ cháy trong tháng 10" of a letter of November
                announced = _ANNOUNCED.match(match[0])
                skipped = announced.end() if announced else 0
                begin = match.start("on") if "on" in match.groupdict() else match.start() + skipped
                found.append(Deadline(begin, match.end(), day, (*warnings, *_passed(day, issued))))
    found.sort(key=lambda one: (one.start, -(one.end - one.start)))
    return list(_without_overlaps(found))


def without_missed(text: str, found: list[Deadline]) -> list[Deadline]:
    """Those left when another is still ahead: what stands in brackets about being late counts only alone."""
    missed = [match.span() for match in _MISSED.finditer(text)]
    ahead = [one for one in found if not any(start <= one.start < end for start, end in missed)]
    return ahead or found


def _without_overlaps(found: list[Deadline]) -> Iterator[Deadline]:
    end = -1
    for one in found:
        if one.start >= end:
            yield one
            end = one.end


def _is_limit(pattern: re.Pattern[str], match: re.Match[str], text: str) -> bool:
    """Whether the words limit the work, and do not describe what it is about."""
    left = text[max(0, match.start() - 120) : match.start()]
    right = text[match.end() : match.end() + 30]
    if pattern is _ON_DAY:
        left = match.string[match.start() : match.start("on")]
    if pattern in _NOT_AFTER and _NOT_AFTER[pattern].search(left):
        return False
    if pattern is _MONTHS:
        return bool(_FOR_MONTHS.search(left))
    if pattern in {_BY_DAY, _SPAN, _REACHED, _BY_OCCASION}:
        return not re.match(r"\s*(?:hằng|hàng)\s*(?:năm|tháng|quý)", right) and not _PAST.search(left)
    if (match.groupdict().get("cue") or "").endswith(("cuối", "giữa", "đầu")) and _OCCASION.search(left):
        return False
    return "cue" not in match.groupdict() or _is_period_limit(match, left, right)


def _is_period_limit(match: re.Match[str], left: str, right: str) -> bool:
    """ "báo cáo tình hình trong tháng 11" is about November; "báo cáo Thủ tướng trong tháng 11" is due in it."""
    if not re.match(
        r"\s*(?:[.,;:)/]|$|để|tại|theo|\(|và\s+báo|\n|đưa\s*vào|hoàn\s*thành|phải|đạt|cơ\s*bản|trình|báo\s*cáo)", right
    ) or _PAST.search(left):
        return False
    clause = re.split(r"[,;]", _BY_OFFICE.sub("", left))[-1]
    strict = match["cue"].startswith(("hoàn", "thời", "chậm", "xong", "hết", "đến", "bảo"))
    if match.re is _IN_YEAR and not strict and not re.search(r"(?:hoàn\s*thành|xong|ban\s*hành|trình)", clause):
        return False
    described = _ABOUT.search(clause) and not _RESULT_TO.search(clause)
    return strict or (bool(_DONE_BY.search(left)) and not described) or not clause.strip()


def _only_within(match: re.Match[str]) -> bool:
    """Whether the words are a mere "trong tháng 10" or "cuối năm", which may tell about what the work is."""
    return "on" in match.groupdict() or (match.groupdict().get("cue") or "").startswith(("trong", "cuối"))


def _passed(day: date | None, issued: Issued) -> tuple[str, ...]:
    if day and issued.day and day < issued.day:
        return (f"Thời hạn {day:%d/%m/%Y} trước ngày ban hành {issued.day:%d/%m/%Y}; hãy kiểm tra lại.",)
    return ()


def _by_day(match: re.Match[str], issued: Issued) -> Resolved:
    day, month = int(match["day"]), int(match["month"])
    if match["year"]:
        return _valid(int(match["year"]), month, day)
    return _without_year(lambda year: _valid(year, month, day)[0], f"{day:02d}/{month:02d}", issued)


def _valid(year: int, month: int, day: int) -> Resolved:
    try:
        return date(year, month, day), ()
    except ValueError:
        return None, (f"Ngày {day}/{month}/{year} không có trong lịch.",)


def _without_year(make: Callable[[int], date | None], said: str, issued: Issued) -> Resolved:
    """The next such day after the day of issue; None where that is not known or would be nearly a year away."""
    if issued.day is None:
        return None, (f"Thời hạn {said} không ghi năm và không rõ ngày ban hành văn bản.",)
    for year in (issued.day.year, issued.day.year + 1):
        day = make(year)
        if day and 0 <= (day - issued.day).days <= MAX_AHEAD:
            return day, (f"Thời hạn {said} không ghi năm; hiểu là {day:%d/%m/%Y} theo ngày ban hành.",)
    return None, (f"Thời hạn {said} không ghi năm và không suy ra được từ ngày ban hành.",)


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _by_month(match: re.Match[str], issued: Issued) -> Resolved:
    month = int(match["month"])
    if not 1 <= month <= 12:
        return None, (f"Không có tháng {month}.",)
    return _by_period(
        match, issued, f"tháng {month}", lambda year: _last_of_month(year, month), lambda year: date(year, month, 1)
    )


def _by_months(match: re.Match[str], issued: Issued) -> Resolved:
    month = int(match["month"])
    return (
        (_last_of_month(int(match["year"]), month), ()) if 1 <= month <= 12 else (None, (f"Không có tháng {month}.",))
    )


def _by_quarter(match: re.Match[str], issued: Issued) -> Resolved:
    last = 3 * _QUARTERS[match["quarter"]]
    return _by_period(
        match,
        issued,
        f"quý {match['quarter'].upper()}",
        lambda year: _last_of_month(year, last),
        lambda year: date(year, last - 2, 1),
    )


def _by_half(match: re.Match[str], issued: Issued) -> Resolved:
    last = 6 if match["half"] == "đầu" else 12
    return _by_period(
        match,
        issued,
        f"6 tháng {match['half']} năm",
        lambda year: _last_of_month(year, last),
        lambda year: date(year, last - 5, 1),
    )


def _by_year(match: re.Match[str], issued: Issued) -> Resolved:
    return _by_period(match, issued, "năm", lambda year: date(year, 12, 31), lambda year: date(year, 1, 1))


def _by_period(
    match: re.Match[str], issued: Issued, said: str, last: Callable[[int], date], first: Callable[[int], date]
) -> Resolved:
    cue = match["cue"]
    if cue.startswith(("đầu", "giữa")):
        return None, (f"“{cue} {said}” không chỉ một ngày cụ thể.",)
    if cue.endswith("trước"):
        day: Callable[[int], date] = lambda year: first(year) - timedelta(days=1)  # noqa: E731
        note: tuple[str, ...] = (f"“trước {said}” được hiểu là ngày cuối trước {said}.",)
    else:
        day, note = last, ()
    if match["year"]:
        return day(int(match["year"])), note
    resolved, why = _without_year(day, said, issued)
    return resolved, (*note, *why)


def _relative(match: re.Match[str], issued: Issued) -> Resolved:
    count, unit = int(match["count"]), " ".join(match["unit"].split())
    anchor = (match["anchor"] or "").strip()
    if anchor and not issued.is_own_signing(anchor):
        return None, (f"Thời hạn tính từ “{anchor}”, chưa rõ ngày.",)
    if unit == "giờ":
        return None, ("Thời hạn tính bằng giờ; văn bản không ghi giờ ban hành.",)
    if issued.day is None:
        return None, ("Thời hạn tính theo số ngày nhưng không rõ ngày ban hành văn bản.",)
    if not 0 < count <= 400:
        return None, (f"Thời hạn {count} {unit} không hợp lý.",)
    note: tuple[str, ...] = () if anchor else ("Văn bản không nói thời hạn tính từ khi nào; tính từ ngày ban hành.",)
    if unit == "ngày làm việc":
        day = issued.calendar.add_days(issued.day, count)
        rests = {
            "announced": (),
            "unverified": ("Lịch nghỉ lễ trong khoảng này chưa kiểm chứng.",),
            "assumed": (f"Chưa có lịch nghỉ lễ năm {day.year}; chỉ trừ thứ Bảy, Chủ nhật và ngày lễ cố định.",),
        }[issued.calendar.certainty(issued.day, day)]
        return day, (*note, *rests)
    if unit == "tháng":
        total = issued.day.month - 1 + count
        year, month = issued.day.year + total // 12, total % 12 + 1
        day = min(date(year, month, 1) + timedelta(days=issued.day.day - 1), _last_of_month(year, month))
    else:
        day = issued.day + timedelta(days=count * (7 if unit == "tuần" else 1))
    if not issued.calendar.is_working_day(day):
        note = (*note, f"Ngày {day:%d/%m/%Y} là ngày nghỉ.")
    return day, note


def _same_day(match: re.Match[str], issued: Issued) -> Resolved:
    """The day named before it in the same sentence; where none is, the reader looks at the task before."""
    before = [
        day
        for one in re.finditer(rf"(?:ngày\s*)?{_DAY}", match.string[: match.start()])
        if (day := _by_day(one, issued)[0])
    ]
    return (
        (before[-1], ("“cùng ngày” được hiểu là ngày nêu ngay trước đó.",))
        if before
        else (None, ("“cùng ngày” không rõ ngày nào.",))
    )


def _event(match: re.Match[str], issued: Issued) -> Resolved:
    return None, ("Thời hạn gắn với một sự kiện, không có ngày cụ thể.",)


def _recurring(match: re.Match[str], issued: Issued) -> Resolved:
    return None, ("Thời hạn định kỳ, lặp lại; không có một ngày duy nhất.",)


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Issued], Resolved]], ...] = (
    (_RECURRING_DAY, _recurring),
    (_SPAN, _by_day),
    (_BY_DAY, _by_day),
    (_BY_OCCASION, _by_day),
    (_REACHED, _by_day),
    (_ON_DAY, _by_day),
    (_MONTHS, _by_months),
    (_RELATIVE, _relative),
    (_MONTH, _by_month),
    (_QUARTER, _by_quarter),
    (_HALF, _by_half),
    (_IN_YEAR, _by_year),
    (_SAME_DAY, _same_day),
    (_EVENT, _event),
)
