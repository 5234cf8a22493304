"""The words that names of agencies are made of: titles, tiers, groups, heads of open names, what may narrow a name.

Matched on the lower-case clean text, except where a name says CAPITAL.
"""

from __future__ import annotations

import re

from sen.apps.directives.extraction import vocabulary
from sen.apps.directives.extraction.surface import CAPITAL, SMALL

WORD = rf"[{CAPITAL}][^\W_]*"
NAME = re.compile(rf"\s*(?:{WORD}|\d{{1,2}})(?:\s+(?:{WORD}|\d{{1,2}}\b)){{0,4}}(?:\s*-\s*{WORD}(?:\s+{WORD})*)?")
PERSON_NAME = re.compile(rf"\s*{WORD}(?:\s+{WORD}){{0,4}}")
SO = r"(?:(?:các|quý)\s+)?(?P<head>s[ởờ]|bộ)"
LEVEL = r"(?:cấp\s+)?(?:tỉnh|thành\s*phố|tp\.?|huyện|quận|thị\s*xã|tx\.?|xã|phường|thị\s*trấn|đặc\s*khu)(?!\w)"
LEVELS = rf"(?:(?:các|cấp|những)\s+)?{LEVEL}(?:\s*(?:,|-|/|và)\s*(?:(?:các|cấp)\s+)?{LEVEL})*"
COMMITTEE = re.compile(
    rf"(?:(?:các)\s+)?(?:[ủu][ỷy]\s*ban\s*nhân\s*dân|uỷ\s*ban\s*nhân\s*dân|ủy\s*ban\s*nhân\s*dân|ubnd|hội\s*đồng\s*nhân\s*dân|hđnd)(?:\s+(?P<levels>{LEVELS}))?"
)
TITLE = re.compile(
    r"(?:(?:các\s+)?(?:đồng\s*chí|đ/c|ông|bà)\s+)?(?:các\s+)?(?:phó\s+)?(?:"
    + vocabulary.phrases(
        "giám đốc|gđ|pgđ|pct|thủ trưởng|chủ tịch thường trực|chủ tịch|chánh văn phòng|chánh thanh tra|bộ trưởng|cục trưởng|tổng giám đốc|trưởng ban|trưởng phòng"
        "|trưởng các|trưởng công an|tư lệnh|chỉ huy trưởng|hiệu trưởng|người đứng đầu|lãnh đạo|viện trưởng|bí thư|thống đốc"
        "|tổng thanh tra|chi cục trưởng|tổ trưởng|trưởng thôn|trưởng bản|trưởng ấp|trưởng khóm|trưởng khu phố|vụ trưởng|đội trưởng|trạm trưởng|trưởng"
    )
    + r")(?!\w)\s*(?:các\s+(?=s[ởờ]|cơ|đơn|ban|phòng))?"
)
PERSON = re.compile(
    r"(?:(?:đồng\s*chí|đ/c|ông|bà)\s+(?:phó\s+(?:chủ\s*tịch|thủ\s*tướng)\s+)?|phó\s*thủ\s*tướng\s+(?:chính\s*phủ\s+)?)(?!giám|chủ|thủ\s*trưởng|bộ|chánh|trưởng|phó|bí|tổng)"
)
# "Phó Chủ tịch UBND tỉnh phụ trách lĩnh vực văn hóa chỉ đạo …": the field up to the verb.
IN_CHARGE = re.compile(
    rf"\s*,?\s*phụ\s*trách\s+[^,;.:]{{2,50}}?(?=\s+(?:{vocabulary.phrases(vocabulary.HOW, vocabulary.DO)})(?!\w))"
)
GROUP_NOUN = (
    r"(?:sở|ban|ngành|cơ\s*quan|đơn\s*vị(?:\s+tư\s*vấn|\s+địa\s*phương|\s+sự\s*nghiệp|\s+thi\s*công|\s+trực\s*thuộc)?|địa\s*phương|tổ\s*chức(?:\s+chính\s*trị(?:\s*-\s*xã\s*hội)?)?|đoàn\s*thể"
    r"|cơ\s*quan\s+(?:thường\s*trực|chủ\s*trì|đầu\s*mối)|hội(?!\s*(?:nghị|thảo|đồng))|huyện(?:\s*ủy)?|thành\s*phố|thị\s*xã|thị\s*trấn|quận|xã|phường|đặc\s*khu|bộ\s*phận|bộ(?!\s*phận)|tỉnh|doanh\s*nghiệp|chủ\s*đầu\s*tư"
    r"|nhà\s*đầu\s*tư|nhà\s*thầu(?:\s+(?:thi\s*công|tư\s*vấn|xây\s*lắp))?|cá\s*nhân|hộ\s*gia\s*đình|hộ\s*dân|hộ\s*kinh\s*doanh|hộ\s*nuôi|hộ\s*sản\s*xuất|tiểu\s*thương|trường(?:\s*học)?|cơ\s*sở\s*(?:y\s*tế|giáo\s*dục|khám\s*chữa\s*bệnh|sản\s*xuất|kinh\s*doanh)"
    r"|thành\s*viên\s*(?:ban\s*chỉ\s*đạo|tổ\s*công\s*tác|hội\s*đồng)|tổ\s*đại\s*biểu|đại\s*biểu|chủ\s*(?:rừng|hồ|đập|tàu|phương\s*tiện|hộ|cơ\s*sở|dự\s*án|thể|nguồn\s*thải|xe)|hợp\s*tác\s*xã|cơ\s*sở|khu\s*phố|khu\s*dân\s*cư|thôn|bản|buôn|ấp|khóm|tổ\s*dân\s*phố|công\s*ty|ngân\s*hàng|bệnh\s*viện|cơ\s*quan\s*chuyên\s*môn|đảng\s*ủy|cấp\s*ủy|chi\s*bộ|phòng|lực\s*lượng)(?!\w)"
)
GROUP = re.compile(
    rf"(?:(?:tất\s*cả|toàn\s*bộ)\s+)?(?P<det>(?:các|những)\s+)?{GROUP_NOUN}(?:\s*(?:,|/|-|và)\s*{GROUP_NOUN})*"
)
OFFICE_OF_GROUP = re.compile(r"thành\s*viên|cơ\s*quan\s+(?:thường\s*trực|chủ\s*trì|đầu\s*mối)")
NEEDS_QUALITY = re.compile(
    r"(?:doanh\s*nghiệp|cơ\s*quan|đơn\s*vị|tổ\s*chức|cơ\s*sở|trường(?:\s*học)?|lực\s*lượng|công\s*ty|bệnh\s*viện|ngân\s*hàng|hội|đoàn\s*thể|chủ\s*\w+)$"
)
# Words that may tell which of a group are meant, and words that begin something else.
SMALL_WORD = re.compile(rf"[^\S\x00]+[{SMALL}]+(?!\w)")
NO_QUALITY = re.compile(
    r"(?:để|về|theo|tại|biết|đã|vừa|đang|với|cùng|có|trước|khi|nếu|là|từ|cho|sau|do|ngày|như|của|trên|được|bị|sẽ|chưa|còn|nêu|này|và|hoặc|đến|trong)(?!\w)"
)
# Alone and in the singular these name no group: "Bộ", "Ban", "phòng".
LONE = re.compile(
    r"(?:đảng\s*ủy|cấp\s*ủy|chi\s*bộ|hợp\s*tác\s*xã|sở|ban|bộ|ngành|hội|phòng|tỉnh|xã|phường|huyện|quận|thành\s*phố|thị\s*xã|thị\s*trấn|đặc\s*khu|trường|tổ\s*chức|cá\s*nhân|lực\s*lượng|công\s*ty|ngân\s*hàng|bệnh\s*viện)"
)
ADDRESSED = re.compile(
    r"(?:quý\s+(?:[ủu][ỷy]\s*ban(?:\s*nhân\s*dân)?|uỷ\s*ban(?:\s*nhân\s*dân)?|ubnd|sở|bộ|cơ\s*quan|đơn\s*vị|địa\s*phương|ngành|ban|vị)(?:\s*,\s*(?:quý\s+)?(?:cơ\s*quan|đơn\s*vị|địa\s*phương))*|các\s+đồng\s*chí(?!\s+(?:giám|thủ|chủ|bộ|bí|tổng|trưởng))"
    r"|(?:các\s+)?(?:cơ\s*quan|đơn\s*vị|địa\s*phương)(?:\s*,\s*(?:đơn\s*vị|địa\s*phương))*\s+(?:nêu\s+trên|có\s+tên\s+trên|như\s+kính\s+gửi))"
)
# Heads whose names run on in small letters until a verb or a mark ends them.
OPEN = re.compile(
    r"(?:"
    + vocabulary.phrases(
        """văn phòng|thường trực hội đồng nhân dân|thường trực hđnd|thường trực tỉnh ủy|ban thường trực|công an|bộ chỉ huy|bộ tư lệnh|bộ đội biên phòng|thanh tra|cục|chi cục|tổng cục|thuế|thống kê|hải quan
        |kho bạc nhà nước|ngân hàng nhà nước|ngân hàng|bảo hiểm xã hội|đài|báo|ban quản lý|ban qlda|ban chỉ huy|ban chỉ đạo
        |ban dân tộc|ban tuyên giáo|ban tổ chức|ban dân vận|ban thường vụ|ban an toàn giao thông|ban tiếp công dân|ban đổi mới|ban
        |trung tâm|viện|trường|bệnh viện|quỹ|công ty|tập đoàn|tổng công ty|điện lực|vnpt|viettel|viễn thông|bưu điện|ủy ban mttq|ủy ban mặt trận tổ quốc
        |ủy ban|uỷ ban|hội|liên đoàn|tỉnh đoàn|đoàn|tòa án|tòa án nhân dân|viện kiểm sát|hiệp hội|cảng vụ|cảng hàng không|cảng|chi nhánh|xí nghiệp|nhà máy|học viện|đại học|bảo tàng|thư viện|nhà hát|khu di tích|khu bảo tồn|đồn biên phòng|hải đội|lữ đoàn|trung đoàn|sư đoàn|nhà văn hóa|trạm y tế|trạm|hội đồng|tổ công tác
        |báo và đài phát thanh truyền hình|báo và đài phát thanh - truyền hình|báo và đài phát thanh và truyền hình|báo và đài phát thanh, truyền hình
        |báo và phát thanh truyền hình|báo và phát thanh, truyền hình|báo và phát thanh - truyền hình|cty|bch|bqlda|bql|bcđ|vp|mặt trận tổ quốc|mttq|tổ giúp việc|phòng|hạt kiểm lâm|đảng ủy|thành ủy|tỉnh ủy|huyện ủy|lực lượng công an|liên minh hợp tác xã|cổng thông tin điện tử|vườn quốc gia|lực lượng|ubmttqvn|ubmttq|mttqvn|vpubnd|vpub|khu quản lý|hợp tác xã|đội|vụ"""
    )
    + r")(?!\w)"
)
WHOLE = re.compile(
    r"trạm\s*y\s*tế|vpub(?:nd)?|tổ\s*(?:công\s*tác|giúp\s*việc)|ban\s*(?:chỉ\s*đạo|chỉ\s*huy)|(?:tỉnh|thành)\s*(?:đoàn|ủy)|huyện\s*ủy|đảng\s*ủy|kho\s*bạc\s*nhà\s*nước|liên\s*minh\s*hợp\s*tác\s*xã|ban\s*tiếp\s*công\s*dân|thường\s*trực\s*(?:hđnd|hội\s*đồng\s*nhân\s*dân)"
)
# Verbs elsewhere, part of names here: "Ban Quản lý dự án đầu tư xây dựng", "Trung tâm Kiểm soát bệnh tật".
NOUN_LIKE = re.compile(
    r"(?:đầu\s*tư\s*(?:và\s*)?xây\s*dựng(?:\s+(?:các\s+)?công\s*trình)?|đầu\s*tư\s*phát\s*triển|phát\s*triển\s+(?:quỹ|khu|đô|công|khoa|nông|doanh|cộng)|sau\s*thanh\s*tra|kiểm\s*soát\s*bệnh|quản\s*lý\s+(?:dự|các|khu|khai|vận|thị)"
    r"|(?:các\s+)?công\s*trình|(?:đoàn\s*đbqh|đoàn\s*đại\s*biểu\s*quốc\s*hội|hđnd|hội\s*đồng\s*nhân\s*dân)\s*và\s*(?:hđnd|hội\s*đồng\s*nhân\s*dân|ubnd|ủy\s*ban\s*nhân\s*dân)"
    r"|giao\s*thông|giao\s*dịch|thông\s*tin|đào\s*tạo|xây\s*dựng\s+(?:các\s+)?công\s*trình|bảo\s*vệ\s+(?:môi|rừng|thực|trẻ))(?!\w)"
)
CAPITAL_NEXT = re.compile(rf"\s+[{CAPITAL}]")
# A name that ends with its tier goes on only with the tier's own name.
TIERS = {"tỉnh", "xã", "huyện", "phường", "Tỉnh"}
# "Phòng Kinh tế, Hạ tầng và Đô thị": fields with capitals, the last behind "và".
LISTED_FIELDS = re.compile(
    rf"(?<=[Pp]hòng)(?:\s+-?\s*{WORD}(?:\s+\w+)?(?:\s+-\s*\w+(?:\s+\w+)?)?,)+(?:\s+\w+){{1,3}}\s+và\s+{WORD}"
)
# "Giám sát, kiểm tra và xử lý", "Giám sát, điều hành": one verb with nothing behind it, and more verbs in small letters.
LISTED_DUTIES = re.compile(
    rf"\s+(?:{vocabulary.phrases(vocabulary.DO)})\s*,\s*(?P<more>(?:{vocabulary.phrases(vocabulary.DO)})(?!\w)(?:\s*(?:,|và)\s*(?:{vocabulary.phrases(vocabulary.DO)})(?!\w))*)"
)
# "UBND các xã vùng cao", "… khu vực ven biển Cần Giờ".
# Places whose names begin like those of agencies: "xã Hội An", "đặc khu Trường Sa".
PLACE_LIKE = re.compile(rf"(?:Hội|Trường|Đoàn|Đội|Quỹ|Đài|Viện)\s+{WORD}(?=\s*(?:[,;:.)\x00]|$)|\s+[{SMALL}])")
# "Chánh Văn phòng Sở": of which office.
OF_OFFICE = re.compile(r"\s*(?:sở|bộ|tỉnh|xã|phường|cục|ban)(?!\w)")
# "UBND các xã nơi có sạt lở:": which of them, up to the verb or colon.
WHERE = re.compile(
    r"\s+(?:nơi\s+(?:có|xảy\s+ra)|có(?!\s+(?:trách|văn|ý|nội|kế|biện|phương|giải|báo|thể|nhiệm|chính|hiệu|đủ|liên)))\s+(?:(?!\sphải\s)[^,;.:\x00]){2,40}?"
    rf"(?=\s*:|\s+(?!phải(?!\w))(?:{vocabulary.phrases(vocabulary.HOW, vocabulary.DO)})(?!\w))"
)
# A heading that says which: "Các cơ quan, đơn vị được kiểm tra".
BEING = re.compile(r"\s+(?:được|chưa|đang)\s+\w+(?:\s+\w+){0,5}(?=\s*(?:[:\x00]|$))")
REGION = re.compile(r"\s+(?:(?:thuộc|ở|tại)\s+)?(?:vùng|khu\s*vực)(?!\w)")
MORE_REGIONS = re.compile(
    rf"(?:\s*(?:,|và)\s*(?:ven|vùng|miền|khu\s*vực|hạ\s*lưu)\s+\w+(?:\s+\w+)?(?=\s*[:,]|\s+(?:{vocabulary.phrases(vocabulary.HOW, vocabulary.DO)})(?!\w)))*"
)
# In a list of groups that began with "các": "các bệnh viện, trung tâm y tế khu vực".
MORE_GROUPS = re.compile(
    rf"(?:\s*,\s*|\s+và\s+)(?:trung\s*tâm\s+y\s*tế|trạm\s+y\s*tế|phòng\s*khám|trung\s*tâm|viện|trường)(?:\s+khu\s*vực|\s+trực\s*thuộc)?(?=\s*(?:[:,;.\x00(]|$)|\s+và\s|\s+(?:{vocabulary.phrases(vocabulary.HOW, vocabulary.DO)})(?!\w))"
)
# What else the agency just named is: "Sở A - Cơ quan Thường trực Ban Chỉ huy tỉnh:", "…, Phó Trưởng ban".
APPOSITION = re.compile(
    r"\s*[-,(]\s*(?:là\s+)?(?:cơ\s*quan|đơn\s*vị)\s+(?:thường\s*trực|đầu\s*mối|chủ\s*trì)(?!\w)[^,:;.()\x00]{0,60}?(?=\s*[,:)])\)?"
)
OTHER_OFFICE = re.compile(
    r"\s*[,-]\s*(?:phó\s+)?trưởng\s+(?:ban|tiểu\s*ban|đoàn|tổ)(?:\s+(?:chỉ\s*đạo|chỉ\s*huy|công\s*tác|thường\s*trực))*(?!\w)"
)
# Behind ";" the next role of a form, no further name.
NEXT_ROLE = re.compile(r"(?:cơ\s*quan|đơn\s*vị)\s+(?:chủ\s*trì|phối\s*hợp|thực\s*hiện|trình|tham\s*mưu)[^:;.\n]{0,20}:")
# After a short head ("Ban", "Cục", "Thuế") a capital or the tier says that it is a name.
NAMED = re.compile(
    rf"\s+(?:[{CAPITAL}]|(?:tỉnh|thành\s*phố|huyện|xã|phường|cơ\s*sở|quản\s*lý|chỉ\s*đạo|chỉ\s*huy)(?!\w))"
)
TAIL = re.compile(
    r"\s+(?:(?:có\s+)?liên\s*quan|trên\s+địa\s+bàn(?:\s+toàn)?(?:\s+(?:tỉnh|thành\s*phố|huyện|xã|phường))?|trực\s*thuộc(?:\s+(?:trung\s*ương|tw|tỉnh\s*ủy|tỉnh))?"
    r"|của\s+(?:tỉnh|trung\s*ương|thành\s*phố|ngành|địa\s*phương)|thuộc\s+(?:bộ|sở|tỉnh|thành\s*phố|phạm\s+vi\s+quản\s+lý)|trung\s*ương|cấp\s+(?:tỉnh|huyện|xã)|(?:tỉnh|thành\s*phố|huyện|xã|phường)(?!\w)"
    r"|ven\s+(?:biển|sông)(?:\s*,\s*ven\s+(?:biển|sông))*|miền\s+núi|biên\s+giới|hải\s+đảo|khác|còn\s+lại|nêu\s+trên|nói\s+trên|trên(?!\w)(?!\s+(?:địa|cơ|toàn))|cùng\s+cấp|địa\s+phương|các\s+cấp"
    rf"|nêu\s+(?:tại|ở|trong)\s+[^,;.:]{{2,40}}?(?=\s+(?:{vocabulary.phrases(vocabulary.HOW)})(?!\w))|có\s+tên\s+(?:tại|trong|ở)\s+[^,;.:]{{2,40}}?(?=\s+(?:{vocabulary.phrases(vocabulary.HOW)})(?!\w))"
    r"|(?:là\s+)?thành\s*viên\s+(?:của\s+)?(?:ban\s*chỉ\s*đạo|ban\s*chỉ\s*huy|tổ\s*công\s*tác|hội\s*đồng)(?:\s+(?:tỉnh|thành\s*phố|xã|phường))?|chức\s*năng|chuyên\s*môn|trong\s+tỉnh|được\s+(?:giao|phân\s*công)\s+(?:chủ\s*trì|nhiệm\s*vụ)|có\s+(?:nhiệm\s*vụ|dự\s*án|công\s*trình|chỉ\s*tiêu|hồ\s*sơ|tiêu\s*chí)\s+(?:quá\s*hạn|chậm(?:\s+(?:tiến\s*độ|muộn))?|trễ\s*hạn|chưa\s+(?:hoàn\s*thành|đạt)|được\s*giao)|(?:của\s+)?(?:hội\s*đồng\s*nhân\s*dân|hđnd)"
    r"|có\s+(?:điểm\s+du\s*lịch|dự\s*án(?:\s+đi\s+qua)?|rừng|biển|đê|biên\s*giới|khu\s*công\s*nghiệp|đất\s+bị\s+thu\s+hồi))(?:(?!\w)|(?<=liên quan)|(?<=liênquan))"
)
SEPARATOR = re.compile(
    r"(?:\s*\((?![^)]*(?:chủ\s*trì|phối\s*hợp))[^)]{0,80}\))?\s*(?:,|;|-|&|/)?\s*(?:và|cùng\s+với|cùng)?\s*(?:(?:đồng\s*chí|ông|bà)\s+)?"
)
