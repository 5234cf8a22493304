"""How states, buckets and channels of dossiers are called on screens and in exports."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sen.apps.procedures.values import Bucket, Channel, State

STATES: dict[State, str | Promise] = {
    State.SUBMITTED: _("Mới đăng ký"),
    State.RECEIVED: _("Được tiếp nhận"),
    State.REJECTED: _("Không được tiếp nhận"),
    State.IN_PROGRESS: _("Đang xử lý"),
    State.SUPPLEMENT_REQUESTED: _("Yêu cầu bổ sung giấy tờ"),
    State.PAYMENT_REQUESTED: _("Yêu cầu thực hiện nghĩa vụ tài chính"),
    State.WITHDRAWAL_REQUESTED: _("Công dân yêu cầu rút hồ sơ"),
    State.STOPPED: _("Dừng xử lý"),
    State.COMPLETED: _("Đã xử lý xong"),
    State.RETURNED: _("Đã trả kết quả"),
}
"""The national list (domain of administrative procedures), by code."""

BUCKETS: dict[Bucket, str | Promise] = {
    Bucket.IN_TIME: _("Đang giải quyết trong hạn"),
    Bucket.OVERDUE: _("Đang giải quyết quá hạn"),
    Bucket.DONE_ON_TIME: _("Hoàn thành đúng hạn"),
    Bucket.DONE_LATE: _("Hoàn thành quá hạn"),
    Bucket.WAITING_SUPPLEMENT: _("Chờ bổ sung"),
    Bucket.WITHDRAWN: _("Xin rút"),
    Bucket.WITHOUT_DUE: _("Chưa có hạn"),
}
"""As provinces count them."""

CHANNELS: dict[Channel, str | Promise] = {
    Channel.DIRECT: _("Trực tiếp"),
    Channel.ONLINE: _("Trực tuyến"),
    Channel.POSTAL: _("Bưu chính"),
}

LIMIT_UNITS: dict[str, str | Promise] = {
    "hour": _("giờ"),
    "day": _("ngày"),
    "working_day": _("ngày làm việc"),
    "month": _("tháng"),
}

LEGS: dict[str, str | Promise] = {
    "to_receipt": _("Từ nộp đến tiếp nhận"),
    "in_hand": _("Cơ quan giải quyết (trừ thời gian bổ sung)"),
    "applicant": _("Chờ người nộp bổ sung giấy tờ"),
    "to_return": _("Từ có kết quả đến trả kết quả"),
}
"""Stretches of a dossier's way (storage/one_procedure.py)."""

LEVELS: dict[str, str | Promise] = {"province": _("Cấp tỉnh"), "commune": _("Cấp xã")}
