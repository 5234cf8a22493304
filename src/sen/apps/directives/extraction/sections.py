"""The sections of a plan or conclusion in which no work is given: its aims, what was done so far, money, definitions."""

from __future__ import annotations

import re

from sen.apps.directives.extraction.vocabulary import phrases

_TOLD = phrases(
    """mục đích|mục tiêu|yêu cầu|quan điểm|ý nghĩa|căn cứ|căn cứ pháp lý|cơ sở pháp lý|sự cần thiết|phạm vi|đối tượng|phạm vi điều chỉnh
    |đối tượng áp dụng|giải thích từ ngữ|nguyên tắc|phương châm|chỉ tiêu|tầm nhìn|định hướng|bối cảnh|thực trạng|tình hình|hiện trạng
    |khái quát|đặc điểm|kết quả|kết quả đạt được|kết quả thực hiện|kết quả nổi bật|ưu điểm|tồn tại|hạn chế|khó khăn|vướng mắc|yếu kém
    |nguyên nhân|bài học kinh nghiệm|đánh giá|đánh giá chung|đánh giá tình hình|nhận định|nhận xét|dự báo
    |thành phần|thành phần tham dự|thời gian|địa điểm|thời gian, địa điểm
    |hiệu lực|hiệu lực thi hành|điều khoản thi hành|tóm tắt|lộ trình|dự kiến kết quả|sản phẩm|nhu cầu"""
)
# "2. Yêu cầu", "I. MỤC ĐÍCH, YÊU CẦU", "1. Đánh giá chung về tình hình tháng 6:"
_HEADING = re.compile(
    rf"\W*(?:(?:những|các|một\s*số|về)\s+)?(?:{_TOLD})(?:\s*(?:,|;|và|-|/)\s*(?:(?:những|các)\s+)?(?:{_TOLD}))*"
    r"(?:\s*(?:chung|tổng\s*quát|cụ\s*thể|chủ\s*yếu|chính|đạt\s*được)|\s+(?:của|về|năm|giai\s*đoạn|trong|đến|tháng|quý|6\s*tháng|thực\s*hiện|công\s*tác)(?!\w)[^.:;]{0,60})?\W*"
)
MAX_HEADING = 110  # characters: what is longer is a sentence


def is_told(text: str) -> bool:
    """Whether a lower-case point only opens a section in which nobody is given work."""
    return len(text) <= MAX_HEADING and bool(_HEADING.fullmatch(text))
