"""`sen simulate station-files`: a datalogger of Thông tư 10/2021 that writes files and sends them over FTP, FTPS or SFTP."""

from __future__ import annotations

import asyncio
import ftplib
import io
import ssl
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import asyncssh

from sen.connector_sdk.simulation import Device, Profile, beat, drive, options, profiles, unit_of
from sen.kernel import clock

Protocol = Literal["ftp", "ftps", "sftp"]


def station_file(device: Device, profile: Profile, moment: datetime, prefix: str = "") -> tuple[str, bytes]:
    """Name and content of the file for one moment, as the circular writes it."""
    message = device.message(moment)
    measured = clock.local(datetime.fromisoformat(str(message.time)))
    stamp = f"{measured:%Y%m%d%H%M%S}"
    name = f"{prefix}{profile.device}_{stamp}.txt"
    if profile.fault == "garbage":
        return name, device.garbage()
    lines = [
        f"{symbol}\t{'' if value is None else f'{value:.4f}'}\t{unit_of(symbol)}\t{stamp}\t{message.status.get(symbol, '00')}\r\n"
        for symbol, value in message.values.items()
    ]
    return name, "".join(lines).encode()


async def run(profile: Profile, protocol: Protocol = "ftp", prefix: str = "") -> None:
    """One logger until `count` files are delivered. Raises RuntimeError when the server refuses, OSError when it is away."""
    device = Device(profile)
    async for moment in beat(profile):
        name, content = station_file(device, profile, moment, prefix)
        try:
            await send(profile, protocol, name, content)
        except (ftplib.Error, asyncssh.Error) as error:
            raise RuntimeError(f"{protocol.upper()}: {error}") from error
        profile.report(f"{profile.device}: {name} ({len(content)} byte) đã được nhận")


async def send(profile: Profile, protocol: Protocol, name: str, content: bytes) -> None:
    """Upload one file the way loggers do: new connection, temporary name, rename."""
    if protocol == "sftp":
        await _send_sftp(profile, name, content)
    else:
        await asyncio.to_thread(_send_ftp, profile, protocol == "ftps", name, content)


def _send_ftp(profile: Profile, tls: bool, name: str, content: bytes) -> None:
    if tls:
        # The centre's certificate is its own; a logger is told to trust it or, like this one, encrypts without checking.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        client: ftplib.FTP = ftplib.FTP_TLS(context=context)  # noqa: S321 - the protocol of the circular
    else:
        client = ftplib.FTP()  # noqa: S321 - the circular's loggers speak it
    with client:
        client.connect(profile.host, profile.port, timeout=30)
        client.login(profile.key, profile.secret)
        if isinstance(client, ftplib.FTP_TLS):
            client.prot_p()
        client.storbinary(f"STOR {name}.tmp", io.BytesIO(content))
        client.rename(f"{name}.tmp", name)


async def _send_sftp(profile: Profile, name: str, content: bytes) -> None:
    async with asyncssh.connect(
        profile.host, profile.port, username=profile.key, password=profile.secret, known_hosts=None, config=None, client_keys=None,
        agent_path=None,
    ) as connection, connection.start_sftp_client() as client:  # fmt: skip
        async with client.open(f"{name}.tmp", "wb") as file:
            await file.write(content)
        await client.rename(f"{name}.tmp", name)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = options(
        "station-files", port=2121, device="KHI001", properties=("PM2,5", "PM10", "NO2", "SO2", "CO", "O3")
    )
    parser.add_argument("--protocol", choices=("ftp", "ftps", "sftp"), default="ftp", help="giao thức gửi")
    parser.add_argument("--prefix", default="DT_SEN_", help="phần đầu tên tệp: Tỉnh_CơSở_")
    chosen = parser.parse_args(argv)
    return drive(lambda profile: run(profile, chosen.protocol, chosen.prefix), profiles(chosen))
