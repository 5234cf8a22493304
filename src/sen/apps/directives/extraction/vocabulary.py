"""The words that the rules know: verbs that ask for work, words that say something is only told, formulas that close a letter.

Matched on the lower-case clean text. A space in a phrase stands for any or no blank, because converters lose blanks.
"""

from __future__ import annotations

import re


def phrases(*words: str) -> str:
    """An alternation, longest first, of phrases whose blanks are optional."""
    flat = sorted({word.strip() for line in words for word in line.split("|") if word.strip()}, key=len, reverse=True)
    return "|".join(r"\s*".join(re.escape(part) for part in phrase.split()) for phrase in flat)


def starting(*words: str) -> re.Pattern[str]:
    """Matches any of the phrases as whole words."""
    return re.compile(rf"(?:{phrases(*words)})(?!\w)")


HOW = """khẩn trương|chủ động|tiếp tục|tập trung|thường xuyên|kịp thời|nghiêm túc|nhanh chóng|sớm|trực tiếp|quan tâm|chủ trì
|phối hợp|tích cực|nghiêm|ngay|đồng thời|cùng|chịu trách nhiệm|có trách nhiệm|trách nhiệm|cần|phải|tăng cường|đẩy mạnh|định kỳ
|hằng năm|hàng năm|hằng tháng|hàng tháng|hằng quý|hàng quý|căn cứ|trên cơ sở|theo|bám sát|thay mặt|thừa ủy quyền|làm đầu mối
|là cơ quan|là đầu mối|chịu|lưu ý|trước mắt|từng bước|không|tuyệt đối không|không được|nghiên cứu|tùy tình hình|trong phạm vi"""

DO = """tham mưu|xây dựng|rà soát|báo cáo|tổ chức|triển khai|thực hiện|hoàn thành|hoàn thiện|hoàn chỉnh|trình|ban hành|kiểm tra
|giám sát|theo dõi|đôn đốc|hướng dẫn|nghiên cứu|đề xuất|xem xét|giải quyết|xử lý|tổng hợp|cập nhật|bổ sung|chuẩn bị|bố trí
|cung cấp|chia sẻ|gửi|lập|cử|thành lập|kiện toàn|tuyên truyền|phổ biến|quán triệt|đẩy nhanh|nâng cao|nâng cấp|chỉ đạo|lãnh đạo
|quản lý|vận hành|đăng ký|công bố|công khai|niêm yết|thẩm định|phê duyệt|thẩm tra|đánh giá|giải trình|làm rõ|làm việc
|điều tra|xác minh|xác định|thống kê|khảo sát|đo đạc|kết nối|tích hợp|cài đặt|đầu tư|mua sắm|lắp đặt|sửa chữa|khắc phục
|chấn chỉnh|thu hồi|thanh tra|thu gom|phân công|phân bổ|phân loại|giải ngân|quyết toán|thanh toán|tạm dừng|dừng|ngừng|treo
|góp ý|tham gia|cho ý kiến|có ý kiến|lấy ý kiến|lấy lại ý kiến|lấy|trả lời|tiếp thu|tiếp nhận|bàn giao|chuyển|ký|đàm phán|huy động|vận động|hỗ trợ
|bảo đảm|đảm bảo|duy trì|phát huy|phòng chống|phòng, chống|ứng phó|trực ban|trực|bảo vệ|di dời|sơ tán|cảnh báo|dự báo|truyền thông
|đào tạo|bồi dưỡng|tập huấn|số hóa|số hoá|ứng dụng|sử dụng|áp dụng|cải cách|cải thiện|rút ngắn|cắt giảm|điều chỉnh|sửa đổi
|điều phối|điều hành|lựa chọn|soạn thảo|tuân thủ|kiểm định|giám định|thẩm tra lại|phúc tra|cân nhắc|kiến nghị|thương thảo|chỉnh trang|chỉnh lý|chỉnh sửa|kết hợp|trưng bày|trình diễn|tái lập|chấp hành|có kế hoạch|có biện pháp|có giải pháp|có phương án|có văn bản
|có báo cáo|nhắc nhở|ưu tiên|chấm dứt|tháo dỡ|tháo gỡ|tạo điều kiện|đưa|mở|thu|nộp|cấp|rút kinh nghiệm|kiểm điểm|đề cao|thúc đẩy
|phát triển|hình thành|thiết lập|kiểm soát|ngăn chặn|phát hiện|lồng ghép|tính toán|cân đối|bãi bỏ|thí điểm|kế thừa|nhân rộng
|khen thưởng|tổng kết|sơ kết|đối chiếu|khai thác|phân tích|cam kết|liên hệ|đối thoại|giới thiệu|quy định|in ấn|phát hành|tổ chức
|thông tin|nắm|chọn|hạn chế|thu thập|bảo trì|gia hạn|thẩm tra|rút|đề ra|giữ|dành|tạo|vào cuộc|đính chính|phát động|hưởng ứng
|phản ánh|cụ thể hóa|nâng|giảm|bảo quản|nghiệm thu|khởi công|khánh thành|giải phóng mặt bằng|tiêm|xét nghiệm|trồng|nạo vét|gương mẫu
|kê khai|dọn|dọn dẹp|chằng chống|chằng néo|gieo|gieo cấy|thu hoạch|xuống giống|tích trữ|lấy mẫu|cung ứng|sàng lọc|vớt|xóa|xoá|chặt|chặt tỉa|cắt tỉa|cắt|tỉa
|tri ân|thăm|thăm hỏi|tặng|trao|đón|đón tiếp|neo|neo đậu|dựng|bơm|xả|tưới|thả|bảo dưỡng|tu sửa|tổng vệ sinh|giải tỏa|cưỡng chế|vá|hoãn|tạm hoãn|kiểm đếm|quan trắc|dán|treo|xác nhận
|tôn vinh|cho vay|cơ cấu|miễn|giãn|truy thu|thông quan|niêm phong|tịch thu|xử phạt|khởi tố|xét xử|tuần tra|canh gác|chốt|mở rộng|biên soạn|phát sóng|đăng tải|đăng|tuyên dương|bổ nhiệm|điều động
|biệt phái|huy động|hợp tác|tái cơ cấu|kích cầu|xúc tiến|quảng bá|khai trương|khởi động|rà phá|truy quét|triệt phá|đấu tranh|tấn công|nắm chắc|tập kết|vận chuyển|điều tiết|điều hòa|tổ chức lại|tăng|sẵn sàng|thường trực|kêu gọi|cấm|tham dự|chuyển đổi|theo dõi|bàn|chăm lo|phục vụ|tìm kiếm|cứu hộ|làm|giảm|kéo dài
|mời|ra quân|nghiêm cấm|củng cố|tổng rà soát|hoàn trả|đồng hành|làm tốt|phân luồng|kích hoạt|khoanh vùng|dập dịch|vệ sinh|tiếp cận|xét|đấu giá|đấu thầu|giao ban|phân cấp|phân định|sắp xếp|tinh giản|tuyển dụng|luân chuyển|nhập|xuất|lưu trữ|tải|thử nghiệm
|cắm|đắp|gia cố|khơi thông|duy tu|khôi phục|thay thế|tu bổ|khử trùng|phun|ký kết|chi trả|dự trù|phân khai|giải tỏa|thu dung|bồi thường|kiểm kê|san lấp|trang bị|tái định cư"""

# Words that look like verbs: "cấp bách", "thu hút" is one, "thu nhập" is none.
_NO_VERB = r"(?!(?:cấp\s*(?:bách|thiết|cứu|tỉnh|xã|trên|dưới)|thu\s*nhập|chi\s*tiết|mở\s*đầu|xuất\s*phát|làm\s*việc\s*theo)(?!\w))"
VERB = re.compile(_NO_VERB + starting(HOW, DO).pattern)
ACTION = re.compile(_NO_VERB + starting(DO).pattern)
MODAL = starting("cần|phải|có trách nhiệm|chịu trách nhiệm|khẩn trương")

# After a subject these tell what somebody did, said or is, and ask for nothing.
# "là cơ quan thường trực …" gives work.
TELLING = re.compile(
    r"(?!là\s*(?:cơ\s*quan|đơn\s*vị)?\s*(?:thường\s*trực|đầu\s*mối|chủ\s*trì))"
    + starting(
        """đã|vừa|đang|sẽ|làm việc theo|được|bị|còn|chưa|của|tại|xin|trân trọng|kính|thông báo|ban hành công văn|ban hành văn bản
    |nhận được|nhận thấy|đồng ý|thống nhất|chấp thuận|kết luận|có ý kiến như sau|có ý kiến chỉ đạo|ghi nhận|đánh giá cao
    |biểu dương|phê bình|nói|cho biết|phát biểu|nêu|nhấn mạnh|giao|yêu cầu|đề nghị|phân công|chủ trì cuộc họp|chủ trì hội nghị
    |chủ trì buổi|tổ chức họp|tổ chức cuộc họp|tổ chức hội nghị|họp|chuyển công văn|chuyển văn bản|gửi tới|gửi đến các|và các"""
    ).pattern
)

ASKING = re.compile(
    rf"(?<!\w)(?P<verb>{phrases('giao nhiệm vụ cho|giao trách nhiệm cho|giao cho|giao|yêu cầu|đề nghị|phân công|ủy quyền cho|uỷ quyền cho|ủy quyền|uỷ quyền|lưu ý|kiến nghị')})"
    r"(?!\w)\s*[:,]?\s*"
)
PASSING_ON = re.compile(rf"(?<!\w)(?:{phrases('chuyển')})(?!\w)[^.;]*?(?<!\w)(?:{phrases('đến|tới|để|cho')})\s+")

# In a conclusion of inspectors "Kiến nghị X …" gives X work.
INSPECTION = re.compile(r"kết\s*luận\s*(?:thanh|kiểm)\s*tra|(?:báo\s*cáo|kết\s*quả)\s*kiểm\s*toán")
# At the head of a point to let people know is work: "Tổ trưởng tổ dân phố thông báo từng hộ …".
LETS_KNOW = re.compile(r"thông\s*báo\s*(?:,|(?:đến|cho|tới|rộng|từng|công\s*khai|kịp|ngay)(?!\w))(?!.*biết)", re.S)
# "Ban Quản lý dự án báo cáo: tiến độ đạt 45%": what somebody said.
SAID_THAT = re.compile(
    r"(?:báo\s*cáo|trình\s*bày|phát\s*biểu|đánh\s*giá|ghi\s*nhận|nhận\s*xét|thông\s*tin|giải\s*trình|đề\s*nghị|kiến\s*nghị|cho\s*ý\s*kiến)(?:\s+(?:thêm|rõ|tóm\s*tắt))?\s*:"
)
# "Dự họp có …", "Cùng dự có …": who was there.
PRESENT = re.compile(
    r"\W*(?:cùng\s*)?(?:tham\s*)?dự(?:\s+(?:và\s+chỉ\s*đạo|họp|cuộc\s*họp|buổi|hội\s*nghị|phiên|làm\s*việc)[^:.;]{0,40})?\s*,?\s*(?:có|gồm|là)(?!\w)"
    r"|\W*(?:thành\s*phần|tham\s*gia)\s+(?:tham\s*dự|dự|đoàn|buổi|cuộc|hội)[^.;]{0,60}(?:có|gồm|:)"
)
# What follows the colon tells how things are.
TOLD_BEHIND = re.compile(
    r"(?<!\w)(?:đánh\s*giá|nhận\s*định|ghi\s*nhận|biểu\s*dương|nhận\s*xét|tồn\s*tại|hạn\s*chế|nguyên\s*nhân|ưu\s*điểm)\s*:"
)
# "… thực hành theo kịch bản đã phê duyệt": how, and no verb of its own behind it.
ONLY_ACCORDING = re.compile(
    rf"\s*(?:theo(?!\s*dõi)|căn\s*cứ|trên\s*cơ\s*sở)\s(?!.*(?<!đã )(?<!được )(?<!\w)(?:{phrases(HOW, DO)})(?!\w)).*",
    re.S,
)

# Before "giao", "yêu cầu", "đề nghị": the word is a noun, or tells what others asked.
NOT_ASKING_BEFORE = re.compile(
    r"(?:được|đã|nhiệm vụ|nội dung|việc|theo|xét|về|có|các|những|đáp ứng|văn bản|công văn|tờ trình|sự|đơn|bàn|bị|của|và các"
    r"|địa phương|doanh nghiệp|người dân|báo chí|nhiệm vụ [\w ]{1,40}|hầu hết [\w ]{1,40}|do [\w ]{1,40})\s*$"
)
# "… tại Công văn số 455/UBND-THVX của UBND Tỉnh yêu cầu": what another document asked; "đã giao": what was asked before.
ASKED_ELSEWHERE = re.compile(
    r"(?:(?:công\s*văn|văn\s*bản|thông\s*báo|chỉ\s*thị|quyết\s*định|nghị\s*quyết|công\s*điện|tờ\s*trình)\s+(?:số\s*)?[\w/-]+(?:\s+ngày\s+[\d/]+)?"
    r"(?:\s+của\s+[^,;.:]{1,60})?|của\s+[^,;.:]{1,60}|đã\s+[^,;.:]{0,80}"
    # "Thực hiện Công văn số … của Bộ X về …, trong đó yêu cầu …"
    r"|(?:công\s*văn|văn\s*bản|thông\s*báo|chỉ\s*thị|quyết\s*định|nghị\s*quyết|công\s*điện|nghị\s*định|kết\s*luận)\s[^;:]{3,220}(?:trong\s*đó|theo\s*đó|nội\s*dung)\s*,?(?:\s*có)?)\s*$"
)
NOT_ASKED_AFTER = re.compile(
    r"\s*(?:tại\s+(?:công văn|văn bản|tờ trình|báo cáo)|số\s+\d|nêu\s+tại|đã\s|vừa\s|là\s+(?!cơ|đầu|đơn|chủ)|về\s+việc)"
)

# "Việc … do UBND phường X chủ trì": the work stands first, who does it behind "do" or "giao".
WORK_FIRST = re.compile(
    rf"\W*(?:riêng\s+|đối\s*với\s+)?(?:việc|công\s*tác|nhiệm\s*vụ|nội\s*dung|phần|dự\s*thảo|hồ\s*sơ|kinh\s*phí|các\s+nội\s*dung|{phrases(DO)})(?!\w)"
)
BY_WHOM = re.compile(r"(?<!\w)(?:do|(?:được\s+)?(?:giao|phân\s*công)(?:\s+cho)?)\s+")
TAKES_ON = re.compile(
    rf"\s*,?\s*(?:{phrases('chủ trì|thực hiện|chịu trách nhiệm|có trách nhiệm|tham mưu|đảm nhận|đảm nhiệm|phụ trách|là đầu mối|làm đầu mối|là cơ quan|là đơn vị|làm chủ đầu tư|tổ chức|soạn thảo|xây dựng|triển khai|cân đối|bảo đảm|đảm bảo|bố trí|xử lý|giải quyết')})(?!\w)"
)
# A sentence with these tells how things are.
WORK_TOLD = re.compile(
    r"(?<!\w)(?:đã|đang|vẫn|còn\s+(?:chậm|thiếu|nhiều|hạn|lúng|chưa)|chưa|từng|cơ\s*bản|được\s+(?:quan\s*tâm|đánh\s*giá|thực\s*hiện))(?!\w)"
)

ASKS_CONTRACTOR = re.compile(
    r"(?:yêu\s*cầu|đề\s*nghị)\s+(?:các\s+)?(?:đơn\s*vị\s+)?(?:nhà\s*thầu|thi\s*công|tư\s*vấn|nhà\s*đầu\s*tư|nhà\s*cung\s*cấp|chủ\s*hộ|người\s*dân)(?!\w)"
)
# A news page about the very document: "UBND tỉnh vừa có công văn yêu cầu".
JUST_ASKED = re.compile(r"(?<!\w)vừa\s+(?:có|ban\s*hành|ký)[^.;]{0,80}$")
GIVEN = re.compile(r"được\s+(?:\w+\s+){0,3}?giao\s+(?:nhiệm\s+vụ\s+|làm\s+)?")

# The last sentence of most letters, and general duties that no one could tick off.
CLOSING = re.compile(
    r"(?:biết\s*(?:,|và|để)?\s*(?:tổ\s*chức\s*)?(?:triển\s*khai\s*)?thực\s*hiện|chịu\s*trách\s*nhiệm\s*thi\s*hành"
    r"|(?:có\s*)?trách\s*nhiệm\s*thi\s*hành|căn\s*cứ\s*quyết\s*định\s*(?:này\s*)?thi\s*hành"
    r"|^\W*(?:quan\s*tâm\s*,?\s*)?phối\s*hợp\s*,?\s*(?:tổ\s*chức\s*|triển\s*khai\s*)*thực\s*hiện\s*(?:tốt|nghiêm\s*túc|hiệu\s*quả)?\W*$"
    r"|^\W*(?:được\s+(?:phân\s*công|giao)(?:\s+nhiệm\s*vụ)?\s+)?(?:(?:căn\s*cứ|theo)\s+chức\s*năng\s*,?\s*nhiệm\s*vụ(?:\s+được\s*(?:giao|phân\s*công))?\s*,?\s*)?(?:(?:quan\s*tâm|khẩn\s*trương|nghiêm\s*túc|tổ\s*chức|triển\s*khai|nghiêm)\s*,?\s*)*(?:thực\s*hiện|triển\s*khai)(?:\s*(?:nghiêm(?:\s*túc)?|tốt|đầy\s*đủ))?\W*$"
    r"|^\W*(?:phải\s*)?chịu\s*(?:hoàn\s*toàn\s*|toàn\s*bộ\s*)?trách\s*nhiệm\s*(?:toàn\s*diện\s*)?(?:trước|về)\s+(?!việc)[^;]{0,200}$"
    r"|^\W*(?:phải\s*)?chịu\s*(?:hoàn\s*toàn\s*)?trách\s*nhiệm\W*$"
    r"|^\W*(?:đến\s*)?(?:dự|tham\s*dự)(?:\s*họp)?\s*(?:đúng|đầy\s*đủ|đông\s*đủ)"
    r"|theo\s*dõi\s*,?\s*chỉ\s*đạo\s*\.?/|để\s*(?:biết|thực\s*hiện)\s*\.?/)"
)
CARRY_OUT = re.compile(
    r"(?:thực\s*hiện|chấp\s*hành)\s*(?:nghiêm\s*(?:túc)?|tốt|đầy\s*đủ)?\s*(?:các\s*)?(?:ý\s*kiến\s*)?"
    r"(?:chỉ\s*đạo|nội\s*dung|yêu\s*cầu|công\s*văn|thông\s*báo|chỉ\s*thị|kế\s*hoạch|quyết\s*định)\s*(?:này|(?:nêu\s*)?trên)\W*$"
)
# "… theo dõi, đôn đốc việc thực hiện Chỉ thị này" is work for the one agency it names.
SEES_TO = re.compile(r"phối\s*hợp|chủ\s*trì|theo\s*dõi|đôn\s*đốc|giám\s*sát|kiểm\s*tra|tổng\s*hợp|làm\s*đầu\s*mối")
CONDITIONAL = re.compile(
    r"^\W*(?:trong\s+quá\s+trình\s+(?:triển\s+khai|thực\s+hiện|tổ\s+chức)[^.]*?|trường\s+hợp[^.,]*?|quá\s+trình[^.]*?|)"
    r"(?:nếu|trường\s+hợp)\s+(?:có|gặp|phát\s+sinh|cần|không|để|chậm)"
)
INTRODUCES = re.compile(
    r"(?:các|một\s*số|những)?\s*(?:nội\s*dung|nhiệm\s*vụ|công\s*việc|việc|giải\s*pháp|biện\s*pháp|vấn\s*đề|công\s*tác|yêu\s*cầu)?"
    r"[\w\s,]{0,40}(?:như\s*sau|sau\s*đây|sau)\s*:?\W*$"
)
_HOW_IT_IS_DONE = phrases(
    "chủ trì|phối hợp|khẩn trương|tập trung|tiếp tục|nghiêm túc|nghiêm|tốt|triển khai|tổ chức|thực hiện|hoàn thành|có trách nhiệm|chỉ đạo|quan tâm|cần|ngay|các|một số|những|và|chủ động"
)
ONLY_INTRODUCES = re.compile(
    rf"(?:(?:{_HOW_IT_IS_DONE})[\s,]*)*(?:(?:nội\s*dung|nhiệm\s*vụ|công\s*việc|việc|giải\s*pháp|biện\s*pháp|vấn\s*đề|công\s*tác)\s*)?"
    r"(?:chủ\s*yếu|trọng\s*tâm|cụ\s*thể|cấp\s*bách|chính)?\s*(?:như\s*sau|sau\s*đây|sau)?\s*:\W*$"
)
# Points behind these explain the work and are no work of their own.
EXPLAINS = re.compile(r"(?:lưu\s*ý|trong\s*đó|bao\s*gồm|gồm|như|cụ\s*thể\s*hóa|theo|nội\s*dung\s*sau)[^,;]{0,40}:\W*$")
DELIVERS = re.compile(
    r"^\W*(?:đồng\s*thời\W*)?(?:(?:yêu\s*cầu|đề\s*nghị)\s+(?:khẩn\s*trương\s+)?)?(?:(?:các|mọi)\s+)?(?:nội\s*dung\s+)?(?:báo\s*cáo|kết\s*quả|văn\s*bản|ý\s*kiến|hồ\s*sơ|danh\s*sách|thông\s*tin|số\s*liệu|đề\s*xuất"
    r"|kế\s*hoạch|gửi|hoàn\s*thành|tổng\s*hợp|thời\s*(?:gian|hạn)|hạn|xong|tham\s*mưu|trình|việc\s)"
)
# Work that is a paper handed in: one day of handing in holds for several such points.
REPORTS = re.compile(
    rf"\W*(?:{phrases('báo cáo|đề xuất|thống kê|lập|cung cấp|góp ý|tham gia ý kiến|có ý kiến|tổng hợp|đăng ký|rà soát|cập nhật|gửi|đánh giá|kê khai|tự đánh giá|cử|giới thiệu|xây dựng báo cáo')})(?!\w)"
)
# "…; Sở B, Sở C phối hợp;": they help with the task before.
ONLY_HELPS = re.compile(r"\W*(?:cùng\s*)?phối\s*hợp(?:\s*thực\s*hiện)?\s*(?:[;,.]|$)")
# A sentence that goes on with further work of the agency before it.
ALSO = re.compile(
    r"(?!\W*(?:gửi|nộp|liên\s*hệ|kèm|làm\s*cơ\s*sở|trong\s*đó)(?!\w))\W*(?:(?:đồng\s*thời|ngoài\s*ra|bên\s*cạnh\s*đó|song\s*song\s*đó|trước\s*mắt|mặt\s*khác)\s*,?\s*)?"
    # "Sở cũng có nhiệm vụ …": the agency before, by the head of its name
    r"(?:(?:sở|bộ|ban|phòng|trung\s*tâm|cơ\s*quan|đơn\s*vị)(?:\s+(?:này|trên))?\s+(?:(?:cũng|còn|đồng\s*thời)\s+)?(?:có\s*(?:nhiệm\s*vụ|trách\s*nhiệm)|phải|cần|chịu\s*trách\s*nhiệm)\s+)?"
)
# "Nhiệm vụ của Tổ công tác": the points below are its work.
DUTIES_OF = re.compile(
    r"\W*(?:chức\s*năng|nhiệm\s*vụ|trách\s*nhiệm|quyền\s*hạn|phân\s*công|phân\s*công\s*nhiệm\s*vụ|về\s*phía)(?:\s*(?:,|và)\s*(?:chức\s*năng|nhiệm\s*vụ|trách\s*nhiệm|quyền\s*hạn))*(?:\s+thực\s*hiện)?\s+(?:(?:của|đối\s*với|cho)\s+)?"
)
DEADLINE_ONLY = re.compile(
    r"^\W*(?:(?:về\s*)?(?:thời\s*(?:gian|hạn)(?!\s*(?:tới|qua|vừa|này|sắp))|hạn(?!\s*(?:chế|hán|mặn)))|hoàn\s*thành\s+(?:trước|trong|xong|chậm|vào)|(?:trước|chậm\s*nhất|muộn\s*nhất)\s)"
)
# "Chủ tịch UBND tỉnh chỉ đạo:", "… có ý kiến như sau:": who speaks, not who works.
SPEAKS = re.compile(
    r"(?:chỉ\s*đạo|yêu\s*cầu|đề\s*nghị|kết\s*luận|quyết\s*định|nhấn\s*mạnh|có\s*ý\s*kiến)[^.;]{0,60}:\W*$"
)
HAS_SAID = re.compile(r".*có\s*ý\s*kiến[^.;:]{0,60}:", re.S)
LEAD_IN = re.compile(
    r"^\W*(?:trên\s*cơ\s*sở|căn\s*cứ|để|nhằm|trong|theo(?!\s*dõi)|thực\s*hiện\s+(?:nhiệm\s*vụ|công\s*văn|chỉ|ý|nghị|quyết|thông|kế|công\s*điện|văn|quy)|đối\s*với|sau\s*khi|riêng|ngoài\s*ra|đồng\s*thời|bên\s*cạnh|song\s*song|cùng\s*với|mặt\s*khác|đặc\s*biệt"
    r"|hằng|hàng|định\s*kỳ|trước|chậm\s*nhất|khi|nhân\s*dịp|về|với|từ|tiếp\s*theo|tùy|trước\s*mắt|kể\s*từ|đến|phát\s*biểu)\b"
)
NARRATION = re.compile(r"^\W*(?:trước\s*đó|tin\s*liên\s*quan|cùng\s*chuyên\s*mục|bạn\s*đọc|thống\s*kê\s*truy\s*cập)\b")
# What stands at the head of a point that names a thing and asks for nothing.
NOT_WORK = re.compile(
    r"^\W*(?:công\s*văn|quyết\s*định|kế\s*hoạch\s+số|nghị\s*quyết|chỉ\s*thị|thông\s*tư|thông\s*báo\s+số|luật|văn\s*bản\s+số|về\s|phương\s*án\s*\d|số\s|danh\s*sách|phụ\s*lục|biểu|mẫu"
    r"|trân\s*trọng|điện\s*thoại|địa\s*chỉ|e-?mail|họ\s+(?:và\s+)?tên|ông|bà|đồng\s*chí|như\s*trên|lưu\s*:|các\s|những\s|mục\s*tiêu|kinh\s*phí|tỷ\s*lệ|tên\s|thành\s*phần|nội\s*dung|đối\s*tượng)"
)
