"""The words of states and kinds of programmes, meetings and inspections."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemState(models.TextChoices):
    """Where an item of a programme stands; read from its tasks, or said by hand where it has none."""

    PLANNED = "planned", _("Chưa giao")
    GOING = "going", _("Đang thực hiện")
    LATE = "late", _("Quá hạn")
    DONE = "done", _("Hoàn thành")
    DONE_LATE = "done_late", _("Hoàn thành muộn")
    DROPPED = "dropped", _("Không thực hiện")


class InspectionState(models.TextChoices):
    PLANNED = "planned", _("Đã lên kế hoạch")
    RUNNING = "running", _("Đang kiểm tra")
    CONCLUDED = "concluded", _("Đã kết luận")
    CANCELLED = "cancelled", _("Đã hủy")


class Outcome(models.TextChoices):
    """What was found for one line of a checklist."""

    OPEN = "", _("chưa kiểm tra")
    MET = "met", _("Đạt")
    PARTLY = "partly", _("Đạt một phần")
    NOT_MET = "not_met", _("Không đạt")
    NOT_APPLICABLE = "na", _("Không áp dụng")


class FindingSeverity(models.TextChoices):
    NOTE = "note", _("Lưu ý")
    MINOR = "minor", _("Thiếu sót nhỏ")
    MAJOR = "major", _("Thiếu sót lớn")
    SERIOUS = "serious", _("Nghiêm trọng")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("Sắp họp")
    RUNNING = "running", _("Đang họp")
    HELD = "held", _("Đã họp")
    CONCLUDED = "concluded", _("Đã kết luận")
    CANCELLED = "cancelled", _("Đã hủy")
