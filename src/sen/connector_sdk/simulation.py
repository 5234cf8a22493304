"""What every wire-level simulator needs: plausible values, the usual faults, the usual command-line options."""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sen.connector_sdk.messages import ReadingMessage
from sen.kernel import clock

Fault = Literal[
    "none", "silent", "late", "drift", "stuck", "garbage", "spike", "calibrating", "device_fault", "clock_ahead"
]

# Typical value, swing over a day, noise, unit as loggers write it.
_SHAPES: dict[str, tuple[float, float, float, str]] = {
    "PM2,5": (32, 14, 4, "µg/Nm3"), "PM10": (58, 22, 6, "µg/Nm3"), "NO2": (28, 12, 3, "µg/Nm3"), "SO2": (14, 5, 2, "µg/Nm3"),
    "CO": (820, 260, 60, "µg/Nm3"), "O3": (48, 30, 5, "µg/Nm3"), "pm25": (32, 14, 4, "ug/m3"), "pm10": (58, 22, 6, "ug/m3"),
    "temperature": (28.5, 3.5, 0.3, "Cel"), "humidity": (74, 12, 2, "%"), "water_level": (1.35, 0.75, 0.02, "m"),
    "salinity": (2.1, 1.4, 0.1, "g/L"), "pH": (7.1, 0.2, 0.05, ""), "TSS": (31, 6, 3, "mg/l"), "COD": (18, 4, 2, "mg/l"),
}  # fmt: skip
LATE_BY = timedelta(minutes=45)


@dataclass
class Profile:
    """One simulated device: where it sends, as whom, what, how often (seconds), and what is wrong with it. `count` 0 = for ever."""

    host: str
    port: int
    key: str
    secret: str
    device: str
    properties: Sequence[str]
    interval_s: float = 60.0
    fault: Fault = "none"
    count: int = 0
    seed: int = 0
    report: Callable[[str], None] = field(default=lambda line: None)


class Device:
    """Values of one device over time; `message` moves on by one measurement."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._random = random.Random(f"{profile.seed}/{profile.device}")
        self._drift = 0.0
        self._stuck: dict[str, float] | None = None

    def message(self, moment: datetime) -> ReadingMessage:
        """What the device says about `moment`; with the fault `late` it speaks of 45 minutes earlier."""
        fault = self._profile.fault
        moment += {"late": -LATE_BY, "clock_ahead": timedelta(hours=7)}.get(fault, timedelta())
        values: dict[str, float | None] = {name: self._value(name, moment) for name in self._profile.properties}
        status: dict[str, str] = {}
        if fault == "stuck":
            self._stuck = self._stuck or {name: value for name, value in values.items() if value is not None}
            values = dict(self._stuck)
        elif fault == "spike" and self._random.random() < 0.1:
            values = {name: (value or 0) * 20 for name, value in values.items()}
        elif fault in {"calibrating", "device_fault"}:
            status = dict.fromkeys(values, "01" if fault == "calibrating" else "02")
        return ReadingMessage(
            device=self._profile.device, time=moment.isoformat(timespec="seconds"), values=values, status=status
        )

    def garbage(self) -> bytes:
        """Bytes that no connector can use."""
        choices = [
            b"\xff\xfe\x00garbage",
            b'{"device": "x", "values": ',
            b"<html>502</html>",
            self._random.randbytes(40),
        ]
        return self._random.choice(choices)

    def _value(self, name: str, moment: datetime) -> float:
        typical, swing, noise, _unit = _SHAPES.get(name, (50.0, 10.0, 2.0, ""))
        local = clock.local(moment)
        phase = (local.hour * 60 + local.minute) / 1440 * 2 * math.pi
        self._drift += 0.002 * typical if self._profile.fault == "drift" else 0.0
        value = typical + swing * math.sin(phase - 1.2) + self._random.gauss(0, noise) + self._drift
        return round(max(0.0, value), 3)


def unit_of(name: str) -> str:
    """The unit as loggers write it; empty where unknown."""
    return _SHAPES[name][3] if name in _SHAPES else ""


async def beat(profile: Profile) -> AsyncIterator[datetime]:
    """The moments at which the device measures: now, then every interval, `count` times. A silent device has none but waits on."""
    done = 0
    while not profile.count or done < profile.count:
        if profile.fault != "silent":
            yield clock.now()
        done += 1
        if not profile.count or done < profile.count:
            await asyncio.sleep(profile.interval_s)


def options(name: str, *, port: int, device: str, properties: Sequence[str]) -> argparse.ArgumentParser:
    """The options that every simulator takes."""
    parser = argparse.ArgumentParser(prog=f"sen simulate {name}")
    parser.add_argument("--host", default="127.0.0.1", help="địa chỉ nhận")
    parser.add_argument("--port", type=int, default=port, help="cổng nhận")
    parser.add_argument("--key", required=True, help="khóa của nguồn")
    parser.add_argument("--secret", required=True, help="mật khẩu của nguồn")
    parser.add_argument(
        "--device", default=device, help="mã thiết bị hoặc trạm; nhiều thiết bị cách nhau bằng dấu chấm phẩy"
    )
    parser.add_argument(
        "--properties", default=";".join(properties), help="ký hiệu thông số, cách nhau bằng dấu chấm phẩy"
    )
    parser.add_argument("--interval", type=float, default=60.0, help="chu kỳ, giây")
    parser.add_argument("--count", type=int, default=0, help="số lần gửi của mỗi thiết bị; 0 là mãi mãi")
    parser.add_argument("--fault", choices=get_args(Fault), default="none", help="lỗi mô phỏng")
    parser.add_argument("--seed", type=int, default=0, help="mầm ngẫu nhiên")
    return parser


def profiles(chosen: argparse.Namespace) -> list[Profile]:
    """One profile per device that the options name."""
    return [
        Profile(
            host=chosen.host, port=chosen.port, key=chosen.key, secret=chosen.secret, device=device.strip(),
            properties=[name.strip() for name in chosen.properties.split(";") if name.strip()], interval_s=chosen.interval,
            fault=chosen.fault, count=chosen.count, seed=chosen.seed, report=print,
        )
        for device in chosen.device.split(";") if device.strip()
    ]  # fmt: skip


def drive(run: Callable[[Profile], Coroutine[Any, Any, None]], chosen: Sequence[Profile]) -> int:
    """Run every device until done or Ctrl-C; 0 when all were delivered, 1 when one was refused."""

    async def together() -> None:
        await asyncio.gather(*(run(profile) for profile in chosen))

    try:
        asyncio.run(together())
    except KeyboardInterrupt:
        return 0
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
