"""The reading message: what devices send over MQTT and connectors put into the log, as one type with its codec."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class ReadingMessage(msgspec.Struct, omit_defaults=True):
    """Values that one device measured at one moment.

    `time` is RFC 3339 text or milliseconds since the epoch. `values` maps property symbols (as the device names them) to a
    number or null. `status` holds codes of Thông tư 10/2021 (00 measuring, 01 calibrating, 02 fault), `units` the units as
    sent. `manual` says that a person typed the values.
    """

    device: str
    time: str | int | float
    values: dict[str, float | None]
    status: dict[str, str] = {}
    units: dict[str, str] = {}
    manual: bool = False


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ReadingMessage | list[ReadingMessage])


def encode_readings(messages: Sequence[ReadingMessage]) -> bytes:
    """JSON of one message, or of an array where there are several or none."""
    return _encoder.encode(messages[0] if len(messages) == 1 else list(messages))


def decode_readings(payload: bytes) -> list[ReadingMessage]:
    """The messages inside `payload`. Raises msgspec.DecodeError (no JSON) or msgspec.ValidationError (wrong fields)."""
    found = _decoder.decode(payload)
    return found if isinstance(found, list) else [found]
