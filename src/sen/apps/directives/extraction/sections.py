"""The sections of a plan or conclusion in which no work is given: its aims, what was done so far, money, definitions."""

from __future__ import annotations

import re

from sen.apps.directives.extraction.blocks import Block
from sen.apps.directives.extraction.surface import Surface
from sen.apps.directives.extraction.vocabulary import phrases

_TOLD = phrases(
    """mục đích|mục tiêu|yêu cầu|quan điểm|ý nghĩa|căn cứ|căn cứ pháp lý|cơ sở pháp lý|sự cần thiết|phạm vi|đối tượng|phạm vi điều chỉnh
    |đối tượng áp dụng|giải thích từ ngữ|nguyên tắc|phương châm|chỉ tiêu|tầm nhìn|định hướng|bối cảnh|thực trạng|tình hình|hiện trạng
    |khái quát|đặc điểm|kết quả|kết quả đạt được|kết quả thực hiện|kết quả nổi bật|ưu điểm|tồn tại|hạn chế|khó khăn|vướng mắc|yếu kém
    |nguyên nhân|bài học kinh nghiệm|đánh giá|đánh giá chung|đánh giá tình hình|nhận định|nhận xét|dự báo
    |thành phần|thành phần tham dự|thành phần dự họp|ý kiến thảo luận|thảo luận|ý kiến phát biểu|ý kiến tham gia|ý kiến đại biểu|ý kiến các đại biểu|diễn biến|diễn biến cuộc họp|nội dung báo cáo|tình hình tuần qua|kết quả tuần qua|thời gian|địa điểm|thời gian, địa điểm
    |hiệu lực|hiệu lực thi hành|điều khoản thi hành|tóm tắt|lộ trình|dự kiến kết quả|sản phẩm|nhu cầu"""
)
# "2. Yêu cầu", "I. MỤC ĐÍCH, YÊU CẦU", "1. Đánh giá chung về tình hình tháng 6:"
_HEADING = re.compile(
    rf"\W*(?:(?:những|các|một\s*số|về)\s+)?(?:{_TOLD})(?:\s*(?:,|;|và|-|/)\s*(?:(?:những|các)\s+)?(?:{_TOLD}))*"
    r"(?:\s*(?:chung|tổng\s*quát|cụ\s*thể|chủ\s*yếu|chính|đạt\s*được)|\s+(?:của|về|năm|giai\s*đoạn|trong|đến|tháng|quý|6\s*tháng|thực\s*hiện|công\s*tác)(?!\w)[^.:;]{0,60})?(?:\s*\([^()]{0,40}\))?\W*"
)
# "Phần thứ hai" in a line of its own, with its title on the next.
PART = re.compile(r"\W*(?:phần|chương)\s+(?:thứ\s+\w+|[ivx\d]+)\W*(?:\n|$)")
# "Tháng 10/2025", "Quý IV năm 2025" alone in a line.
PERIOD = re.compile(r"(?:tháng\s*\d{1,2}|quý\s*(?:iv|iii|ii|i|[1-4]))(?:\s*(?:[/.-]|,?\s*năm)\s*20\d\d)?")
# Lines of minutes that say who was there: "Thành phần: …", "Chủ trì: Ông …".
_ATTENDANCE = re.compile(
    r"\W*(?:(?:thành\s*phần|đại\s*biểu|có\s*mặt|vắng(?:\s*mặt)?|tham\s*dự|dự\s*họp|dự\s*hội\s*nghị|cùng\s*dự|khách\s*mời|thư\s*ký|người\s*ghi)(?!\w)[^:.;]{0,50}:"
    r"|(?:chủ\s*trì|chủ\s*tọa)(?!\w)[^:.;]{0,20}:\s*(?:ông|bà|đồng\s*chí|đ/c)\s)"
)
_ATTENDED = re.compile(
    r"\W*(?:ông|bà|đ/c|đồng\s*chí|đại\s*diện|lãnh\s*đạo|sở|ubnd|ủy\s*ban|công\s*an|về\s*phía|phía|các\s)(?![^.]*(?:yêu\s*cầu|đề\s*nghị|giao|chủ\s*trì)\s)"
)
# In a programme: who of the leaders looks after it. It gives nobody work.
_LOOKED_AFTER = re.compile(
    r"\W*(?:lãnh\s*đạo|đồng\s*chí|người)(?!\w)[^:.;]{0,40}(?:phụ\s*trách|theo\s*dõi|chỉ\s*đạo)\s*:\s*(?:pct|ct|phó|chủ\s*tịch|đồng|đ/c|ông|bà|[^\W\d_])"
)
_BULLET = 5.0
MAX_HEADING = 110  # characters: what is longer is a sentence


def is_told(text: str) -> bool:
    """Whether a lower-case point only opens a section in which nobody is given work."""
    return len(text) <= MAX_HEADING and bool(_HEADING.fullmatch(text))


def without_attendance(surface: Surface, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks but for those that say who was there or which leader looks after the work."""
    kept: list[Block] = []
    present: Block | None = None
    for block in blocks:
        text = surface.lower[block.body : block.end]
        if _LOOKED_AFTER.match(text):
            continue
        if _ATTENDANCE.match(text):
            present = block
            continue
        if present is not None and _is_listed(block, present, text):
            continue
        present = None
        kept.append(block)
    return tuple(kept)


def _is_listed(block: Block, present: Block, text: str) -> bool:
    """Whether a point below "Thành phần:" still names who was there."""
    if present.marker and block.level > present.level:
        return True
    return (
        bool(block.marker) and (block.level >= _BULLET or block.level == present.level) and bool(_ATTENDED.match(text))
    )
