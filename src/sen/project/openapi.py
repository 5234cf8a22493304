"""Adds to the generated OpenAPI what the generator cannot know: problem answers and the plain ASGI observations endpoint."""

from __future__ import annotations

from typing import Any

PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "action": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
_OBSERVATION = {
    "type": "object",
    "required": ["series", "time", "value"],
    "properties": {
        "series": {"type": "string", "description": "<asset code>/<property>"},
        "time": {
            "description": "RFC 3339, or milliseconds since 1970",
            "oneOf": [{"type": "string"}, {"type": "integer"}],
        },
        "value": {"type": ["number", "null"]},
        "status": {"type": "string", "description": "00 đang đo, 01 hiệu chuẩn, 02 báo lỗi"},
    },
}
_ACCEPTED = {
    "type": "object",
    "required": ["accepted", "rejected"],
    "properties": {
        "accepted": {"type": "integer"},
        "rejected": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"index": {"type": "integer"}, "code": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def describe(schema: Any) -> Any:
    """The schema with a problem answer on every operation and POST /api/v1/observations."""
    schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    schema["paths"]["/api/v1/observations"] = {"post": _observations()}
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status in ("401", "403", "404", "422"):
                operation["responses"].setdefault(status, _problem_answer())
            operation["responses"]["default"] = _problem_answer()
    return schema


def _problem_answer() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": "Problem", "content": content}


def _observations() -> dict[str, Any]:
    one_or_many = {"oneOf": [_OBSERVATION, {"type": "array", "items": _OBSERVATION}]}
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        "operationId": "push_observations",
        "summary": "Gửi số liệu quan trắc; trả lời 202 khi nhật ký bền đã giữ số liệu",
        "tags": ["observations"],
        "security": [{"Person": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": one_or_many},
                "application/x-ndjson": {"schema": {"type": "string"}},
                "application/vnd.apache.arrow.stream": binary,
                "application/vnd.apache.parquet": binary,
            },
        },
        "responses": {"202": {"description": "Accepted", "content": {"application/json": {"schema": _ACCEPTED}}}},
    }
