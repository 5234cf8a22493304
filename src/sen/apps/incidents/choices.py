"""The words that incidents are told in: kinds, states, origins, causes, and the CAP 1.2 values of a public message."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What happened."""

    FLOOD = "flood", _("Ngập, lũ, triều cường")
    SALINITY = "salinity", _("Xâm nhập mặn")
    AIR = "air", _("Ô nhiễm không khí")
    WATER = "water", _("Ô nhiễm nguồn nước")
    FIRE = "fire", _("Cháy, nổ")
    TRAFFIC = "traffic", _("Giao thông")
    HEALTH = "health", _("Dịch bệnh, y tế")
    MEDIA = "media", _("Thông tin trên mạng, báo chí")
    POWER = "power", _("Mất điện")
    STATION = "station", _("Trạm, thiết bị đo")
    CAMERA = "camera", _("Camera")
    OTHER = "other", _("Sự cố khác")


class Severity(models.TextChoices):
    """The same four degrees as alerts."""

    SERIOUS = "serious", _("Nghiêm trọng")
    WARNING = "warning", _("Cảnh báo")
    NOTICE = "notice", _("Chú ý")
    INFO = "info", _("Thông tin")


class State(models.TextChoices):
    """Where an incident stands. `cancelled`: opened by mistake, or gone over into another."""

    OPEN = "open", _("Mới mở")
    RESPONDING = "responding", _("Đang ứng phó")
    CONTAINED = "contained", _("Đã khống chế")
    CLOSED = "closed", _("Đã đóng")
    CANCELLED = "cancelled", _("Đã hủy")


RUNNING = (State.OPEN, State.RESPONDING, State.CONTAINED)
"""States in which clocks run and work can be done."""


class ReviewState(models.TextChoices):
    NONE = "none", _("Chưa có đánh giá")
    DRAFT = "draft", _("Đang đánh giá")
    DONE = "done", _("Đã đánh giá")


class Origin(models.TextChoices):
    ALERT = "alert", _("Từ cảnh báo")
    REPORT = "report", _("Người dân phản ánh")
    CALL = "call", _("Cuộc gọi")
    HAND = "hand", _("Mở trực tiếp")


class StepState(models.TextChoices):
    """`late`: active, and its clock ran out."""

    WAITING = "waiting", _("Chưa đến lượt")
    ACTIVE = "active", _("Đang làm")
    LATE = "late", _("Quá hạn")
    DONE = "done", _("Đã xong")
    SKIPPED = "skipped", _("Bỏ qua")


class DispatchState(models.TextChoices):
    SENT = "sent", _("Đã gửi, chờ nhận")
    ACKNOWLEDGED = "acknowledged", _("Đã nhận lệnh")
    ARRIVED = "arrived", _("Đã đến nơi")
    DONE = "done", _("Đã hoàn thành")
    RECALLED = "recalled", _("Đã thu hồi")


class Cause(models.TextChoices):
    """Why it happened or why it took so long, as a closing review names it."""

    NATURE = "nature", _("Thiên nhiên: mưa, triều, nắng nóng, gió")
    EQUIPMENT = "equipment", _("Thiết bị hỏng hoặc mất kết nối")
    POWER = "power", _("Mất điện")
    HUMAN = "human", _("Thao tác hoặc quyết định của con người")
    POLLUTER = "polluter", _("Xả thải, vi phạm của tổ chức, cá nhân")
    INFRASTRUCTURE = "infrastructure", _("Công trình xuống cấp hoặc thiếu")
    PROCEDURE = "procedure", _("Quy trình thiếu hoặc không phù hợp")
    STAFFING = "staffing", _("Thiếu người, người trực không liên lạc được")
    COMMUNICATION = "communication", _("Thông tin đến chậm hoặc sai")
    UNKNOWN = "unknown", _("Chưa xác định")


class LessonKind(models.TextChoices):
    TASK = "task", _("Việc phải làm")
    TEMPLATE = "template", _("Sửa quy trình hoặc quy tắc")


class LessonState(models.TextChoices):
    OPEN = "open", _("Chưa làm")
    DOING = "doing", _("Đang làm")
    DONE = "done", _("Đã làm")
    DROPPED = "dropped", _("Không làm")


class MessageState(models.TextChoices):
    """Of a public message. `replaced`: a later message of the same chain holds now."""

    DRAFT = "draft", _("Bản thảo")
    SUBMITTED = "submitted", _("Chờ duyệt")
    APPROVED = "approved", _("Đã duyệt")
    PUBLISHED = "published", _("Đã phát")
    REPLACED = "replaced", _("Đã thay bằng bản sau")
    WITHDRAWN = "withdrawn", _("Không phát")


class MessageType(models.TextChoices):
    """`msgType` of CAP 1.2."""

    ALERT = "Alert", _("Cảnh báo mới")
    UPDATE = "Update", _("Cập nhật")
    CANCEL = "Cancel", _("Kết thúc cảnh báo")


class Category(models.TextChoices):
    """`category` of CAP 1.2."""

    GEO = "Geo", _("Địa chất")
    MET = "Met", _("Khí tượng, thủy văn")
    SAFETY = "Safety", _("An toàn chung")
    SECURITY = "Security", _("An ninh, trật tự")
    RESCUE = "Rescue", _("Cứu hộ, cứu nạn")
    FIRE = "Fire", _("Cháy, nổ")
    HEALTH = "Health", _("Y tế")
    ENV = "Env", _("Môi trường")
    TRANSPORT = "Transport", _("Giao thông")
    INFRA = "Infra", _("Hạ tầng")
    CBRNE = "CBRNE", _("Hóa chất, sinh học, phóng xạ, nổ")
    OTHER = "Other", _("Khác")


class Urgency(models.TextChoices):
    """`urgency` of CAP 1.2."""

    IMMEDIATE = "Immediate", _("Hành động ngay")
    EXPECTED = "Expected", _("Trong một giờ tới")
    FUTURE = "Future", _("Sắp tới")
    PAST = "Past", _("Không còn cần")
    UNKNOWN = "Unknown", _("Chưa rõ")


class CapSeverity(models.TextChoices):
    """`severity` of CAP 1.2."""

    EXTREME = "Extreme", _("Đặc biệt lớn")
    SEVERE = "Severe", _("Lớn")
    MODERATE = "Moderate", _("Vừa")
    MINOR = "Minor", _("Nhỏ")
    UNKNOWN = "Unknown", _("Chưa rõ")


class Certainty(models.TextChoices):
    """`certainty` of CAP 1.2."""

    OBSERVED = "Observed", _("Đã xảy ra")
    LIKELY = "Likely", _("Nhiều khả năng")
    POSSIBLE = "Possible", _("Có thể")
    UNLIKELY = "Unlikely", _("Ít khả năng")
    UNKNOWN = "Unknown", _("Chưa rõ")


class ResponseType(models.TextChoices):
    """`responseType` of CAP 1.2."""

    SHELTER = "Shelter", _("Trú ẩn tại chỗ")
    EVACUATE = "Evacuate", _("Sơ tán")
    PREPARE = "Prepare", _("Chuẩn bị")
    EXECUTE = "Execute", _("Làm theo phương án đã có")
    AVOID = "Avoid", _("Tránh khu vực")
    MONITOR = "Monitor", _("Theo dõi tin")
    ASSESS = "Assess", _("Tự đánh giá")
    ALL_CLEAR = "AllClear", _("Hết nguy hiểm")
    NONE = "None", _("Không cần làm gì")
