"""Where ClickHouse is, parsed once from `SEN_CLICKHOUSE_URL`, and how its failures read as errors of Sen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sen.kernel.errors import InvalidInput, SenError, Unavailable

# Too many parts, memory limit, too many queries, timeouts, network, read-only replica, keeper lost: trying again may help.
_TRANSIENT = frozenset({159, 202, 209, 210, 241, 242, 252, 279, 319, 999})
_CODE = re.compile(r"Code:\s*(\d+)")


@dataclass(frozen=True)
class Address:
    """Host, port, credentials and database of one ClickHouse."""

    host: str
    port: int
    user: str
    password: str
    database: str
    secure: bool

    @property
    def origin(self) -> str:
        """`http://host:port/`"""
        return f"{'https' if self.secure else 'http'}://{self.host}:{self.port}/"


class TelemetryError(SenError):
    """ClickHouse refused a statement: a programming error or a schema that does not fit."""

    code = "telemetry_error"
    status = 500


def parse(url: str) -> Address:
    """The parts of `http://user:password@host:8123/database`; raises InvalidInput when it is no such URL."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInput(
            "Địa chỉ ClickHouse không đúng dạng.", action="Đặt SEN_CLICKHOUSE_URL=http://user:password@host:8123/sen."
        )
    secure = parts.scheme == "https"
    return Address(
        host=parts.hostname,
        port=parts.port or (8443 if secure else 8123),
        user=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        database=parts.path.strip("/") or "default",
        secure=secure,
    )


def error_of(text: str) -> SenError:
    """The error that ClickHouse's own text stands for: Unavailable when a retry may help, else TelemetryError."""
    match = _CODE.search(text)
    code = int(match[1]) if match else 0
    if code in _TRANSIENT:
        return Unavailable("Kho dữ liệu quan trắc đang quá tải.", action="Chờ một lát rồi thử lại.", detail=text[:500])
    return TelemetryError(
        "Kho dữ liệu quan trắc từ chối câu lệnh.", action="Xem nhật ký của hệ thống.", detail=text[:2000]
    )


def unreachable(reason: object) -> Unavailable:
    """The error for an endpoint that does not answer."""
    return Unavailable(
        "Kho dữ liệu quan trắc không trả lời.",
        action="Kiểm tra ClickHouse bằng lệnh ./sen doctor.",
        detail=str(reason)[:500],
    )
