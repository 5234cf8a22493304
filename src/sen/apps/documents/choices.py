"""The words of documents: direction, urgency, standing, signature, kinds of exchange message, links and steps of the exchange."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    """Whether the unit received or sent the document."""

    IN = "in", _("Đến")
    OUT = "out", _("Đi")


class Urgency(models.TextChoices):
    """Nghị định 30/2020/NĐ-CP; the numbers of edXML's Priority are in `standards.edxml.vocabulary`."""

    NORMAL = "normal", _("Thường")
    URGENT = "urgent", _("Khẩn")
    VERY_URGENT = "very_urgent", _("Thượng khẩn")
    EXPRESS = "express", _("Hỏa tốc")


class Standing(models.TextChoices):
    """What became of the document itself by its sender's later messages."""

    IN_FORCE = "in_force", _("Đang dùng")
    RECALL_ASKED = "recall_asked", _("Bên gửi xin lấy lại")
    RECALLED = "recalled", _("Đã lấy lại")
    REPLACED = "replaced", _("Đã được thay thế")


class Signature(models.TextChoices):
    """Whether a digital signature is present in a file of the document. Present, not valid: nobody checked the certificate."""

    DETECTED = "detected", _("Phát hiện chữ ký số")
    NONE = "none", _("Không thấy chữ ký số")
    UNKNOWN = "unknown", _("Không có tệp để xem")


class Origin(models.TextChoices):
    """How the document came into the register."""

    EXCHANGE = "exchange", _("Trục liên thông")
    IMPORT = "import", _("Nhập từ tệp")
    HAND = "hand", _("Nhập tay")


class LinkKind(models.TextChoices):
    """What one document says of another."""

    ANSWERS = "answers", _("Trả lời")
    REPLACES = "replaces", _("Thay thế")


class MessageKind(models.TextChoices):
    """What a message of the exchange is about: a document in one of four kinds of business, or the status of one."""

    NEW = "new", _("Văn bản mới")
    RECALL = "recall", _("Lấy lại")
    UPDATE = "update", _("Cập nhật")
    REPLACE = "replace", _("Thay thế")
    STATUS = "status", _("Trạng thái")
    UNREADABLE = "unreadable", _("Không đọc được")


class MessageState(models.TextChoices):
    """What became of a message. `stored` waits for being worked on; a refused one is kept and can be corrected and run again."""

    STORED = "stored", _("Chờ xử lý")
    DONE = "done", _("Đã vào sổ")
    DUPLICATE = "duplicate", _("Trùng, đã có")
    REFUSED = "refused", _("Bị từ chối")
    DROPPED = "dropped", _("Đã bỏ qua")
    CORRECTED = "corrected", _("Đã thay bằng bản sửa")


ARRIVED, REFUSED, RECEIVED, ASSIGNED, IN_PROGRESS, COMPLETED = "01", "02", "03", "04", "05", "06"
RECALL_ASKED, RECALL_AGREED, RECALL_REFUSED = "13", "15", "16"

STATUS_WORDS = {
    ARRIVED: _("Đã đến"),
    REFUSED: _("Từ chối tiếp nhận"),
    RECEIVED: _("Đã tiếp nhận"),
    ASSIGNED: _("Phân công"),
    IN_PROGRESS: _("Đang xử lý"),
    COMPLETED: _("Hoàn thành"),
    RECALL_ASKED: _("Bên gửi xin lấy lại"),
    RECALL_AGREED: _("Đồng ý lấy lại hoặc cập nhật"),
    RECALL_REFUSED: _("Từ chối lấy lại hoặc cập nhật"),
}
"""Status codes of the exchange. Unverified: no published list of them was found (docs/documents.md); an unknown code is shown as it came."""


def status_words(code: str) -> str:
    """The words of a status code; of an unknown one the code itself."""
    return str(STATUS_WORDS.get(code, code))
