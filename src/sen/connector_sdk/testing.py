"""For tests of connectors: wire-level peers and a way to wait. Nothing here stands in for code of ours."""

from __future__ import annotations

import asyncio
import ftplib
import io
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import asyncssh

_T = TypeVar("_T")


async def eventually(probe: Callable[[], Awaitable[_T]], *, within_s: float = 20.0) -> _T:
    """The first truthy answer of `probe`. Raises AssertionError when none comes; the time is a limit, not a measurement."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while True:
        answer = await probe()
        if answer:
            return answer
        if loop.time() > end:
            raise AssertionError(f"still {answer!r} after {within_s} s")
        await asyncio.sleep(0.05)


def ftp_client(port: int, *, tls: bool = False) -> ftplib.FTP:
    """A connected FTP client that is not signed in yet; with `tls` the control channel is encrypted at `login`."""
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        client: ftplib.FTP = ftplib.FTP_TLS(context=context)  # noqa: S321 - the protocol under test
    else:
        client = ftplib.FTP()  # noqa: S321 - the protocol under test
    client.connect("127.0.0.1", port, timeout=15)
    return client


def ftp_upload(port: int, user: str, secret: str, files: Sequence[tuple[str, bytes]], *, tls: bool = False) -> None:
    """Sign in, upload, quit. Raises ftplib.Error as the server answers."""
    client = ftp_client(port, tls=tls)
    try:
        client.login(user, secret)
        if isinstance(client, ftplib.FTP_TLS):
            client.prot_p()
        for name, content in files:
            client.storbinary(f"STOR {name}", io.BytesIO(content))
        client.quit()
    finally:
        client.close()


async def sftp_upload(port: int, user: str, secret: str, files: Sequence[tuple[str, bytes]]) -> None:
    """Sign in, upload, leave. Raises asyncssh errors as the server answers."""
    options = {"known_hosts": None, "config": None, "client_keys": None, "agent_path": None}
    async with (
        asyncssh.connect("127.0.0.1", port, username=user, password=secret, **options) as connection,
        connection.start_sftp_client() as client,
    ):
        for name, content in files:
            async with client.open(name, "wb") as file:
                await file.write(content)
