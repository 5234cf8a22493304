"""Reading messages as hostile bytes → typed readings, or the reason why not. See connector_sdk.messages for the format."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec

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


class Undecodable(ValueError):
    """A message that cannot become observations. `code` is one of the connection desk's; `str()` says what is wrong."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


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
        raise Undecodable("invalid_message", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Undecodable("malformed_json", str(error)) from error
    except RecursionError as error:
        raise Undecodable("malformed_json", "nested too deeply") from error
    return [found] if isinstance(found, Reading) else found


def milliseconds(time: datetime | int | float) -> int:
    """Milliseconds since the epoch. Raises Undecodable for a moment that no station has measured at."""
    found = int(time.timestamp() * 1000 + 0.5) if isinstance(time, datetime) else int(time)
    if not MIN_MS <= found < MAX_MS:
        hint = "; the number must be milliseconds, not seconds" if MIN_MS <= found * 1000 < MAX_MS else ""
        raise Undecodable("invalid_time", f"time {found} ms lies outside 2000 to 2100{hint}")
    return found


def parse_time(text: str) -> int:
    """Milliseconds of an RFC 3339 text with an offset. Raises Undecodable with a clear message."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Undecodable(
            "invalid_time", f"{text[:40]!r} is not an RFC 3339 time such as 2026-07-01T08:00:00+07:00"
        ) from error
    if moment.tzinfo is None:
        raise Undecodable("invalid_time", f"{text[:40]!r} has no offset: write 2026-07-01T08:00:00+07:00 or …Z")
    try:
        return milliseconds(moment.astimezone(UTC))
    except OverflowError as error:
        raise Undecodable("invalid_time", f"{text[:40]!r} lies outside 2000 to 2100") from error


def status_flags(code: str) -> int:
    """Flag bits of a status code; an unknown code is not an error but makes the value unusable."""
    return STATUS.get(code, int(Flag.UNKNOWN_STATUS))
