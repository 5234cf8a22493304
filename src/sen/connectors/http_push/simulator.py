"""`sen simulate http-push`: another system that posts observations to the centre with a source's secret."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aiohttp
import msgspec

from sen.connector_sdk.simulation import Device, Profile, beat, drive, options, profiles


class RefusedError(RuntimeError):
    """The centre refused the request."""


async def run(profile: Profile, path: str = "/api/v1/observations") -> None:
    """One system that pushes for the asset `profile.device`, until `count` posts are accepted. Raises RefusedError."""
    device = Device(profile)
    url = f"http://{profile.host}:{profile.port}{path}"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {profile.secret}"}) as session:
        async for moment in beat(profile):
            body = device.garbage() if profile.fault == "garbage" else encoded(device, profile, moment)
            async with session.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
                text = await answer.text()
                if answer.status != 202 and profile.fault != "garbage":
                    raise RefusedError(f"HTTP {answer.status}: {text[:300]}")
                profile.report(f"{profile.device}: HTTP {answer.status} {text[:200]}")


def encoded(device: Device, profile: Profile, moment: Any) -> bytes:
    """One reading as an array of observations, `<asset>/<property>` each."""
    message = device.message(moment)
    return msgspec.json.encode([
        {"series": f"{profile.device}/{name}", "time": message.time, "value": value, "status": message.status.get(name, "00")}
        for name, value in message.values.items()
    ])  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = options("http-push", port=8000, device="tram-1", properties=("pm25", "pm10"))
    return drive(run, profiles(parser.parse_args(argv)))
