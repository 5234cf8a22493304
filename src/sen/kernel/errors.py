"""Errors that reach people: a stable code, a cause and an action, translatable at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SenError(Exception):
    """A refusal with a stable `code`; `message` says what happened and why, `action` what to do about it.

    `status` is the HTTP status that a web edge answers with (RFC 9457 problem+json). `fields` maps input fields to messages.
    """

    code = "error"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        action: str = "",
        code: str | None = None,
        status: int | None = None,
        fields: Mapping[str, str] | None = None,
        **context: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.action = action
        self.code = code or self.code
        self.status = status or self.status
        self.fields = dict(fields or {})
        self.context = context


class InvalidInput(SenError):
    """The caller sent something that cannot be used."""

    code = "invalid_input"
    status = 422


class NotFound(SenError):
    """Unknown or forbidden: the two are never told apart."""

    code = "not_found"
    status = 404


class Unauthenticated(SenError):
    """No usable credentials."""

    code = "unauthenticated"
    status = 401


class Forbidden(SenError):
    """Known and visible, but this action is not allowed."""

    code = "forbidden"
    status = 403


class Conflict(SenError):
    """Against something that exists already or has changed meanwhile."""

    code = "conflict"
    status = 409


class Unavailable(SenError):
    """An engine or another system does not answer; trying again later may help."""

    code = "unavailable"
    status = 503
