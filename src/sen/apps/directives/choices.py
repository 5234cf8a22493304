"""The words that tasks are told in: where a directive comes from, the workflow of a task, its timeliness, extensions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Origin(models.TextChoices):
    """What assigned the tasks."""

    DOCUMENT = "document", _("Văn bản")
    MEETING = "meeting", _("Cuộc họp")
    INCIDENT = "incident", _("Sự cố")
    INSPECTION = "inspection", _("Kiểm tra")
    PROGRAMME = "programme", _("Chương trình công tác")
    HAND = "hand", _("Giao trực tiếp")


class Workflow(models.TextChoices):
    """Where the work stands; whether it is on time is `Timeliness`, and the two are never mixed."""

    ASSIGNED = "assigned", _("Mới giao")
    ACCEPTED = "accepted", _("Đã tiếp nhận")
    IN_PROGRESS = "in_progress", _("Đang thực hiện")
    AWAITING_APPROVAL = "awaiting_approval", _("Chờ duyệt")
    COMPLETED = "completed", _("Hoàn thành")
    PAUSED = "paused", _("Tạm dừng")
    TRANSFERRED = "transferred", _("Đã chuyển")
    REFUSED = "refused", _("Từ chối")
    CANCELLED = "cancelled", _("Đã hủy")


AT_WORK = (Workflow.ASSIGNED, Workflow.ACCEPTED, Workflow.IN_PROGRESS)
"""The unit has it in hand: its clock runs."""
OPEN = (*AT_WORK, Workflow.AWAITING_APPROVAL, Workflow.PAUSED)
"""Not over yet."""
GONE = (Workflow.TRANSFERRED, Workflow.REFUSED, Workflow.CANCELLED)
"""Over without being done: counted nowhere."""
COUNTED = (*OPEN, Workflow.COMPLETED)


class Timeliness(models.TextChoices):
    """Computed when it is read, from the deadline in force and the day on which the work stood still."""

    NO_DEADLINE = "no_deadline", _("Không hạn")
    NOT_DUE = "not_due", _("Trong hạn")
    DUE_SOON = "due_soon", _("Sắp đến hạn")
    OVERDUE = "overdue", _("Quá hạn")
    DONE_ON_TIME = "done_on_time", _("Xong đúng hạn")
    DONE_LATE = "done_late", _("Xong trễ")


class ExtensionState(models.TextChoices):
    """What became of a wish for more time."""

    ASKED = "asked", _("Chờ quyết định")
    GRANTED = "granted", _("Đồng ý")
    REFUSED = "refused", _("Không đồng ý")
    WITHDRAWN = "withdrawn", _("Đã rút")
