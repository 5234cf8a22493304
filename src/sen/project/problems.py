"""Errors as RFC 9457 problem+json: one shape for every refusal of the REST API."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from sen.kernel.errors import SenError

CONTENT_TYPE = "application/problem+json"

_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    412: "precondition_failed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}


def messages() -> dict[int, tuple[str, str]]:
    """Status → what happened and what to do, in the language of the reader."""
    return {
        400: (_("Yêu cầu không đọc được."), _("Kiểm tra cú pháp của yêu cầu.")),
        401: (
            _("Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn."),
            _("Đăng nhập lại, hoặc gửi mã truy cập còn hạn."),
        ),
        403: (_("Bạn không có quyền thực hiện thao tác này."), _("Liên hệ quản trị viên để được cấp quyền.")),
        404: (_("Không tìm thấy."), _("Kiểm tra địa chỉ hoặc mã đối tượng.")),
        405: (_("Địa chỉ này không nhận phương thức đó."), _("Xem các phương thức được phép trong tiêu đề Allow.")),
        413: (_("Dữ liệu gửi lên quá lớn."), _("Chia nhỏ dữ liệu rồi gửi lại.")),
        422: (_("Dữ liệu gửi lên không hợp lệ."), _("Sửa các trường được nêu rồi gửi lại.")),
        500: (_("Hệ thống gặp lỗi khi xử lý yêu cầu này."), _("Thử lại sau; nếu lỗi còn, báo quản trị viên.")),
        503: (_("Một thành phần của hệ thống chưa trả lời."), _("Thử lại sau ít phút.")),
    }


def problem(status: int, *, code: str = "", detail: str = "", action: str = "", **extra: Any) -> HttpResponse:
    """A problem+json response; members beyond RFC 9457 are `code`, `action`, and what `extra` gives."""
    known_detail, known_action = messages().get(status, ("", ""))
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code or _CODES.get(status, "error"),
        "detail": detail or known_detail or HTTPStatus(status).phrase,
        "action": action or known_action,
        **extra,
    }
    return HttpResponse(json.dumps(body, ensure_ascii=False, default=str), status=status, content_type=CONTENT_TYPE)


def problem_of(error: SenError) -> HttpResponse:
    """The problem+json of a refusal; its texts are translated here, at the edge."""
    extra: dict[str, Any] = {}
    if error.fields:
        extra["errors"] = [{"field": field, "message": _(message)} for field, message in error.fields.items()]
    response = problem(
        error.status,
        code=error.code,
        detail=_(error.message) if error.message else "",
        action=_(error.action) if error.action else "",
        **extra,
    )
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="sen"'
    return response
