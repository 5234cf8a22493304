"""Reading messages as hostile bytes → typed readings, or the reason why not. See connector_sdk.messages for the format."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from django.utils.translation import gettext_noop as _

from sen.ingest import refusals
from sen.ingest.refusals import WRITE_TIME, Refusal, Refused, shown
from sen.telemetry.flags import Flag

MIN_MS = 946_684_800_000
"""2000-01-01, as in telemetry; a smaller number is a clock that was never set, or seconds instead of milliseconds."""
MAX_MS = 4_102_444_800_000
"""2100-01-01, as in telemetry."""
MAX_VALUES = 1000
MAX_READINGS = 20_000

Symbol = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
STATUS: dict[str, int] = {"": 0, "00": 0, "01": int(Flag.CALIBRATING), "02": int(Flag.DEVICE_FAULT)}
"""Status codes of Thông tư 10/2021; any other means that the value cannot be relied upon."""


class Undecodable(Refused):
    """A message that cannot become observations."""


class Reading(msgspec.Struct, gc=False):
    """The wire form of connector_sdk.ReadingMessage with its limits, parsed in one pass."""

    device: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    time: Annotated[datetime, msgspec.Meta(tz=True)] | int | float
    values: Annotated[dict[Symbol, float | None], msgspec.Meta(min_length=1, max_length=MAX_VALUES)]
    status: dict[str, str] | None = None
    units: dict[str, str] | None = None
    manual: bool = False


decoder = msgspec.json.Decoder(Reading | Annotated[list[Reading], msgspec.Meta(max_length=MAX_READINGS)])
"""One reading or an array of them; see `readings` for its errors."""


def readings(payload: bytes) -> list[Reading]:
    """The readings of one message. Raises Undecodable; nothing else, whatever the bytes are."""
    try:
        found = decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise Undecodable(refusals.invalid_message(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Undecodable(refusals.malformed_json(error)) from error
    return [found] if isinstance(found, Reading) else found


def milliseconds(time: datetime | int | float) -> int:
    """Milliseconds since the epoch. Raises Undecodable for a moment that no station has measured at."""
    found = int(time.timestamp() * 1000 + 0.5) if isinstance(time, datetime) else int(time)
    if not MIN_MS <= found < MAX_MS:
        if MIN_MS <= found * 1000 < MAX_MS and not isinstance(time, datetime):
            action = _("Nhân với 1000: số phải là mili giây tính từ năm 1970.")
            values = {"value": shown(time)}
            raise Undecodable(Refusal("invalid_time", _("Thời điểm {value} tính bằng giây."), action, values))
        raise Undecodable(_outside(time.isoformat() if isinstance(time, datetime) else time))
    return found


def _outside(time: object) -> Refusal:
    cause = _("Thời điểm “{value}” nằm ngoài khoảng từ năm 2000 đến năm 2100.")
    return Refusal("invalid_time", cause, _("Kiểm tra đồng hồ của thiết bị."), {"value": shown(time)})


def parse_time(text: str) -> int:
    """Milliseconds of an RFC 3339 text with an offset. Raises Undecodable with a clear message."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        cause = _("Thời điểm “{value}” không đúng dạng RFC 3339.")
        raise Undecodable(Refusal("invalid_time", cause, WRITE_TIME, {"value": shown(text)})) from error
    if moment.tzinfo is None:
        action = _("Thêm +07:00 (giờ Việt Nam) hoặc Z (giờ quốc tế) vào cuối, ví dụ 2026-07-01T08:00:00+07:00.")
        values = {"value": shown(text)}
        raise Undecodable(Refusal("invalid_time", _("Thời điểm “{value}” thiếu múi giờ."), action, values))
    try:
        return milliseconds(moment.astimezone(UTC))
    except OverflowError as error:
        raise Undecodable(_outside(text)) from error


def status_flags(code: str) -> int:
    """Flag bits of a status code; an unknown code is not an error but makes the value unusable."""
    return STATUS.get(code, int(Flag.UNKNOWN_STATUS))
