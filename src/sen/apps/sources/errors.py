"""What can go wrong with a source, in the words of the person who has to mend it: cause, and the next step."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Explanation:
    """Why it happened and what to do."""

    cause: str | LazyText
    action: str | LazyText


_ASK_OWNER = _("Liên hệ đơn vị chủ quản nguồn; nếu cần, bấm “Nhắc đơn vị”.")

CATALOGUE: dict[str, Explanation] = {
    "auth_failed": Explanation(
        _("Thiết bị đăng nhập bằng mật khẩu sai hoặc đã thu hồi."),
        _("Kiểm tra khóa và mật khẩu đã khai ở thiết bị; nếu mất mật khẩu, bấm “Đổi mật khẩu” rồi khai lại."),
    ),
    "auth_throttled": Explanation(
        _("Có quá nhiều lần đăng nhập sai liên tiếp nên máy chủ tạm chặn địa chỉ này."),
        _("Sửa mật khẩu ở thiết bị rồi chờ 5 phút; nếu không phải thiết bị của mình, báo người quản trị mạng."),
    ),
    "remote_unreachable": Explanation(
        _("Hệ thống nguồn không trả lời."),
        _("Kiểm tra địa chỉ trong cấu hình nguồn và đường mạng tới hệ thống đó; trung tâm tự thử lại."),
    ),
    "remote_denied": Explanation(
        _("Hệ thống nguồn từ chối mã truy cập."),
        _("Xin mã truy cập mới và đặt vào tệp DATA/secrets/<mã nguồn>.token."),
    ),
    "remote_failed": Explanation(
        _("Hệ thống nguồn báo lỗi khi được hỏi."), _("Báo đơn vị vận hành hệ thống nguồn; trung tâm tự thử lại.")
    ),
    "remote_bad_answer": Explanation(
        _("Hệ thống nguồn trả lời không đúng dạng đã thỏa thuận."),
        _("Kiểm tra địa chỉ và phiên bản giao diện của hệ thống nguồn; xem docs/dossiers.md."),
    ),
    "bad_dossier": Explanation(
        _("Hồ sơ có dữ liệu không thể đúng nên bị giữ lại."),
        _("Xem từng hồ sơ ở mục bản tin lỗi: sửa ở hệ thống một cửa rồi gửi lại, hoặc sửa tại chỗ rồi bấm “Gửi lại”."),
    ),
    "source_stopped": Explanation(
        _("Nguồn đang tạm dừng nhưng thiết bị vẫn gửi."), _("Bấm “Chạy lại” nếu muốn nhận số liệu.")
    ),
    "tls_required": Explanation(
        _("Nguồn này bắt buộc truyền mã hóa (FTPS) nhưng thiết bị dùng FTP thường."),
        _("Bật FTPS (AUTH TLS) ở thiết bị, hoặc bỏ yêu cầu mã hóa trong cấu hình nguồn."),
    ),
    "foreign_topic": Explanation(
        _("Thiết bị gửi vào chủ đề MQTT của nguồn khác nên bản tin bị bỏ."),
        _("Sửa chủ đề ở thiết bị thành v1/<khóa nguồn>/telemetry."),
    ),
    "malformed_json": Explanation(
        _("Bản tin không phải JSON hợp lệ."),
        _("Xem bản tin gốc ở mục “Bản tin lỗi”, sửa ở thiết bị; có thể sửa tay rồi gửi lại."),
    ),
    "invalid_message": Explanation(
        _("Bản tin là JSON nhưng thiếu hoặc sai trường (device, time, values)."),
        _("So với mẫu bản tin trong hướng dẫn kết nối rồi sửa ở thiết bị."),
    ),
    "wrong_type": Explanation(
        _("Giá trị không phải là số."), _("Sửa ở thiết bị: trong values mỗi giá trị là một số hoặc null.")
    ),
    "not_a_number": Explanation(
        _("Giá trị là NaN hoặc vô cực."), _("Kiểm tra đầu đo; khi hỏng hãy gửi null với trạng thái 02.")
    ),
    "invalid_time": Explanation(
        _("Không đọc được thời gian đo."), _("Gửi thời gian dạng RFC 3339 (2026-11-21T10:30:00+07:00) hoặc mili giây.")
    ),
    "future_time": Explanation(
        _("Thời gian đo ở tương lai: đồng hồ thiết bị chạy sai."),
        _("Chỉnh đồng hồ thiết bị (NTP), kiểm tra múi giờ +07:00."),
    ),
    "too_old": Explanation(
        _("Thời gian đo quá cũ so với thời hạn lưu."),
        _("Kiểm tra đồng hồ thiết bị; dữ liệu lịch sử hãy nạp bằng bảng."),
    ),
    "too_large": Explanation(
        _("Bản tin hoặc tệp lớn hơn giới hạn."), _("Gửi từng phần nhỏ hơn: tệp trạm tối đa 2 MB, mỗi lần gửi một tệp.")
    ),
    "unknown_property": Explanation(
        _("Có ký hiệu thông số không nằm trong danh mục."),
        _("Sửa ký hiệu ở thiết bị, hoặc thêm bí danh vào gói lĩnh vực."),
    ),
    "unknown_series": Explanation(
        _("Chuỗi số liệu được gửi chưa có trong danh mục trạm."),
        _("Tạo trạm và thông số trước, hoặc sửa mã chuỗi ở bên gửi."),
    ),
    "unknown_device": Explanation(
        _("Thiết bị mới chưa gắn với trạm nào; số liệu đang được giữ lại."),
        _("Mở mục “Thiết bị mới” để nhận hoặc từ chối."),
    ),
    "unknown_source": Explanation(
        _("Bản tin tới với khóa không thuộc nguồn nào."), _("Kiểm tra khóa nguồn đã khai ở thiết bị.")
    ),
    "unknown_topic": Explanation(
        _("Chủ đề MQTT không có dạng v1/<khóa nguồn>/telemetry."), _("Sửa chủ đề ở thiết bị.")
    ),
    "invalid_series": Explanation(
        _("Trường series không có dạng <mã trạm>/<thông số>."), _("Sửa ở bên gửi theo danh mục trạm.")
    ),
    "invalid_value": Explanation(
        _("Trường value không phải là số hữu hạn."), _("Sửa ở bên gửi: một số, hoặc null kèm trạng thái 02.")
    ),
    "invalid_item": Explanation(
        _("Một phần tử của mảng thiếu trường bắt buộc."), _("Mỗi phần tử cần series, time và value.")
    ),
    "invalid_body": Explanation(
        _("Nội dung gửi không phải một số đo hay mảng số đo."),
        _("So với mẫu trong hướng dẫn kết nối HTTP rồi sửa ở bên gửi."),
    ),
    "empty_body": Explanation(
        _("Nội dung gửi không có số đo nào."), _("Kiểm tra phần mềm gửi có đọc được số liệu gốc.")
    ),
    "malformed_table": Explanation(
        _("Nội dung Arrow hoặc Parquet không đọc được."), _("Kiểm tra phần mềm gửi; gửi lại từ đầu.")
    ),
    "missing_columns": Explanation(_("Bảng Arrow hoặc Parquet thiếu cột."), _("Cần các cột series, time và value.")),
    "unsupported_media_type": Explanation(
        _("Kiểu nội dung (Content-Type) không được nhận."),
        _("Gửi application/json, application/x-ndjson, Arrow hoặc Parquet."),
    ),
    "store_refused": Explanation(
        _("Kho số liệu từ chối một số dòng."), _("Báo người quản trị hệ thống, kèm bản tin gốc.")
    ),
    "internal_error": Explanation(
        _("Phần mềm của trung tâm gặp lỗi khi đọc bản tin; bản tin gốc được giữ lại."),
        _("Báo người quản trị hệ thống; gửi lại bản tin khi lỗi đã được sửa."),
    ),
    "forbidden_series": Explanation(
        _("Mã truy cập không được gửi số liệu cho chuỗi này."),
        _("Dùng mã của người được giao nạp số liệu của đơn vị chủ quản trạm."),
    ),
    "unit_mismatch": Explanation(
        _("Đơn vị đo không đổi được sang đơn vị của thông số."), _("Sửa đơn vị ở thiết bị theo danh mục thông số.")
    ),
    "bad_file_name": Explanation(
        _("Tên tệp không theo mẫu đã khai của nguồn."),
        _("Đặt tên tệp theo mẫu Tỉnh_CơSở_Trạm_yyyyMMddHHmmss.txt, hoặc sửa mẫu trong cấu hình nguồn."),
    ),
    "bad_encoding": Explanation(
        _("Tệp không phải văn bản UTF-8 nên không đọc được."), _("Cấu hình datalogger ghi tệp văn bản UTF-8.")
    ),
    "empty_file": Explanation(
        _("Tệp không có dòng số liệu nào."), _("Kiểm tra datalogger có nhận được tín hiệu đầu đo.")
    ),
    "bad_lines": Explanation(
        _("Một số dòng trong tệp sai; các dòng đúng đã được nhận."),
        _(
            "Xem từng dòng ở mục “Bản tin lỗi”: năm cột cách nhau bằng phím Tab: ký hiệu, giá trị, đơn vị, thời gian, trạng thái."
        ),
    ),
    "not_a_station_file": Explanation(
        _("Tệp tải lên không phải tệp số liệu trạm (.txt)."), _("Chỉ gửi tệp .txt theo Thông tư 10/2021/TT-BTNMT.")
    ),
    "too_many_to_keep": Explanation(
        _("Quá nhiều bản tin lỗi trong một giờ; phần vượt chỉ được đếm, không giữ nội dung."), _ASK_OWNER
    ),
    "gateway_pending": Explanation(
        _("Cổng MQTT chưa xác nhận mật khẩu mới."),
        _("Chờ vài giây rồi thử lại; nếu vẫn lỗi, kiểm tra tiến trình connectors."),
    ),
    "silent": Explanation(_("Quá thời hạn mà không có số liệu mới."), _ASK_OWNER),
}

_UNKNOWN = Explanation(_("Có lỗi khi nhận số liệu."), _ASK_OWNER)


def explanation(code: str) -> Explanation:
    """The entry of `code`; a general one for codes that a newer process may send."""
    return CATALOGUE.get(code, _UNKNOWN)


def cause(code: str) -> str:
    """Why, in the reader's language."""
    return str(explanation(code).cause)


def action(code: str) -> str:
    """The next step, in the reader's language."""
    return str(explanation(code).action)
